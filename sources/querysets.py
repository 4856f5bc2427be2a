"""The vocabulary in which documents are asked for."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import BooleanField, F, Func, QuerySet, Value

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


class SourceQuerySet(NamedQuerySet["Source"]):
    def published(self) -> Self:
        """Return what the public may see: the sources that a published statement needs."""
        return self.filter(is_public=True)


class SourceTextQuerySet(QuerySet["SourceText"]):
    def without_content(self) -> Self:
        """Leave the bytes and the words in the database: a list must not load a library."""
        return self.defer("raw", "text")
