"""The vocabulary in which documents are asked for."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from sources.text.urls import sha256

if TYPE_CHECKING:
    from sources.models import Publisher, Source, SourceText

Row = TypeVar("Row", bound=models.Model, covariant=True)


class NameQuery(Func):
    """A tsquery for names: each word of the argument, folded, as a prefix, all of them required.

    Made in the database by `name_query()`, so that query and index fold alike. NULL where there is no word.
    """

    function = "name_query"
    output_field = SearchVectorField()


class Matches(Func):
    """`vector @@ query`, for a query that the database itself makes."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class NamedQuerySet(QuerySet[Row]):
    """Rows with a `name_search` vector, found by the beginnings of words in any case or accent."""

    def named(self, beginning: str) -> Self:
        """Return the rows in whose name each word of `beginning` starts a word."""
        return self.filter(Matches(F("name_search"), NameQuery(Value(beginning.replace("\0", "")[:256]))))


class PublisherQuerySet(NamedQuerySet["Publisher"]):
    def published(self) -> Self:
        """Return what the public may see: the publishers that a published statement needs."""
        return self.filter(is_public=True)

    def called(self, name: str) -> Self:
        """Return those of exactly this name, in any case and accent."""
        return self.filter(sort_name=Func(Value(name), function="fold_text", output_field=models.TextField()))


class SourceQuerySet(NamedQuerySet["Source"]):
    def published(self) -> Self:
        """Return what the public may see: the sources that a published statement needs."""
        return self.filter(is_public=True)

    def at(self, url: str) -> "Source | None":
        """Return the document of a canonical address, if it is recorded."""
        return self.filter(url_sha256=sha256(url)).first()

    def in_languages(self, languages: Iterable[str]) -> Self:
        """Return the documents in one of these languages; `fr` stands for `fr-CA` too."""
        wanted = Q(pk__in=[])
        for language in languages:
            wanted |= Q(language=language) | Q(language__startswith=f"{language}-")
        return self.filter(wanted)

    def copying(self, dispatches: Iterable[UUID], *, only_public: bool) -> Self:
        """Return the documents that repeat one of these; of what is not public, only those who see it are told."""
        originals: Any = self.model._default_manager.filter(pk__in=dispatches).order_by()
        return self.filter(copy_of__in=originals.published() if only_public else originals)

    def dated_after(self, first: date) -> Self:
        """Return the documents that were certainly published on or after a day."""
        return self.filter(published_earliest__gte=first)

    def dated_before(self, last: date) -> Self:
        """Return the documents that were certainly published on or before a day."""
        return self.filter(published_latest__lte=last)

    def with_references(self) -> Self:
        """Fetch what a list of documents shows."""
        return self.select_related("publisher", "agency", "copy_of")

    def with_details(self, *, open_licences: Iterable[str]) -> Self:
        """Fetch what the detail of a document shows: its revisions and, where open, its latest text (`open_text`)."""
        text: Any = self.model._meta.get_field("texts").related_model
        revisions: SourceTextQuerySet = text._default_manager.all()
        latest = revisions.filter(source=OuterRef("pk")).order_by("-number").values("text")[:1]
        return (
            self.with_references()
            .prefetch_related(Prefetch("texts", revisions.without_content()))
            .annotate(open_text=Case(When(licence__in=list(open_licences), then=Subquery(latest))))
        )


class SourceTextQuerySet(QuerySet["SourceText"]):
    def without_content(self) -> Self:
        """Leave the bytes and the words in the database: a list must not load a library."""
        return self.defer("raw", "text")

    def with_words(self, digest: bytes) -> Self:
        """Return the revisions with exactly these words (SHA-256 of the text), the earliest first, without them."""
        return self.filter(sha256=digest).without_content().order_by("id")
