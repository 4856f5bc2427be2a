"""Statements: the questions that lists of them answer."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import connections
from django.db.models import F, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from claims.querysets.parts import AppearanceQuerySet, AttributionQuerySet
from claims.querysets.search import SearchQuery, StatementSearchQuerySet
from sources.querysets import Matches

if TYPE_CHECKING:
    from claims.models import Statement

_PARTS = """
    WITH RECURSIVE body(id) AS (
        SELECT unnest(%s::uuid[])
        UNION SELECT part.id FROM claims_speaker AS part JOIN body ON part.part_of_id = body.id
    ) SELECT id FROM body
"""


class StatementQuerySet(QuerySet["Statement"]):
    def published(self) -> Self:
        """Return what the public may see."""
        return self.filter(status="published")

    def seen_by(self, user_id: int | None, *, all_drafts: bool) -> Self:
        """Return what somebody who works here sees: what is public or withdrawn and their own, or everything."""
        if all_drafts:
            return self
        shown = Q(published_at__isnull=False, status__in=["published", "withdrawn"])
        return self.filter(shown | Q(created_by=user_id))

    def once_public(self) -> Self:
        """Return what the public was shown and is not any more: withdrawn, or being corrected since."""
        return self.filter(published_at__isnull=False).exclude(status="published")

    def said_by(self, speakers: Iterable[UUID], *, parts: bool = False, kind: str = "speaker") -> Self:
        """Return what any of the speakers said.

        With `parts`, what belongs to a speaker counts as that speaker: its ministries and other parts, and people who
        said it in a role held there ("what did Russia say").
        """
        attributions = self._attributions().filter(kind=kind)
        ids = list(speakers)
        if parts:
            body = RawSQL(_PARTS, [ids])  # noqa: S611 constant SQL, its one value passed as a parameter
            chosen = attributions.filter(Q(speaker__in=body) | Q(membership__organization__in=body))
        else:
            chosen = attributions.filter(speaker__in=ids)
        return self.filter(id__in=chosen.order_by().values("statement"))

    def relayed_by(self, speakers: Iterable[UUID]) -> Self:
        """Return what one of these passed on in some document."""
        return self.filter(id__in=self._appearances().filter(relays__speaker__in=speakers).values("statement"))

    def in_sources(self, sources: Iterable[UUID]) -> Self:
        """Return what appears in any revision of one of these documents."""
        return self.filter(id__in=self._appearances().filter(source_text__source__in=sources).values("statement"))

    def about(self, topics: Iterable[UUID]) -> Self:
        """Return what one of these topics was given to."""
        field: Any = self.model._meta.get_field("topics")
        through = field.remote_field.through
        return self.filter(id__in=through._default_manager.filter(topic__in=topics).order_by().values("statement"))

    def quoted_as(self, quotation_types: Iterable[str]) -> Self:
        """Return what some document quotes in one of these ways."""
        chosen = self._appearances().filter(quotation_type__in=quotation_types)
        return self.filter(id__in=chosen.values("statement"))

    def in_languages(self, languages: Iterable[str]) -> Self:
        """Return what is worded or quoted in one of these languages (primary subtags)."""
        subtags = [language.split("-")[0].lower() for language in languages]
        return self.filter(id__in=self._search().filter(language__in=subtags).values("statement"))

    def said_after(self, first: date, *, certainly: bool = True) -> Self:
        """Return what was said on or after a day: certainly, or possibly, as far as the date is known."""
        if certainly:
            # what is certain of the date said holds for `sort_date` too, which the lists' index begins with
            return self.filter(said_earliest__gte=first, sort_date__gte=first)
        return self.filter(said_latest__gte=first)

    def said_before(self, last: date, *, certainly: bool = True) -> Self:
        """Return what was said on or before a day: certainly, or possibly, as far as the date is known."""
        if certainly:
            return self.filter(said_latest__lte=last, sort_date__lte=last)
        return self.filter(said_earliest__lte=last)

    def bearing_on(self, claims: Iterable[UUID]) -> Self:
        """Return what affirms, denies or questions one of these claims."""
        positions: QuerySet[Any] = self._related("positions")
        return self.filter(id__in=positions.filter(claim__in=claims).order_by().values("statement"))

    def searched_languages(self) -> list[str]:
        """Return the languages that there are words in."""
        languages: list[str] = self._search().using(self.db).languages()
        return languages

    def has_search_words(self, typed: str, languages: Sequence[str]) -> bool:
        """Whether anything is left of a query without the stop words, in one of the languages at least."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(bool_or(numnode(search_query(language, %s)) > 0), false)"
                " FROM unnest(%s::text[]) AS language",
                [typed, list(languages)],
            )
            (found,) = cursor.fetchone()
            return bool(found)

    def matching(self, typed: str, languages: Sequence[str]) -> Self:
        """Return the statements whose words match a web-style query in the dictionary of the words' own language.

        Each language is asked by itself: one query for all would break `-not`.
        """
        condition = Q(pk__in=[])
        for language in languages:
            query = SearchQuery(Value(language), Value(typed))
            condition |= Q(Matches(F("vector"), query), language=language)
        return self.filter(id__in=self._search().filter(condition).values("statement"))

    def with_details(self, *, seen: "QuerySet[Statement] | None" = None) -> Self:
        """Fetch what the API answers with, in a fixed number of queries, whatever the number of statements.

        Relations are those between published statements, or between those that are `seen`.
        """
        relations = self._related("relations").between(seen).select_related(None).with_speakers_of("other")
        related = self._related("related").between(seen).select_related(None).with_speakers_of("statement")
        return self.select_related("event").prefetch_related(
            "wordings",
            "topics",
            Prefetch(
                "attributions",
                self._attributions().select_related(
                    "speaker", "membership", "membership__role", "membership__organization"
                ),
            ),
            Prefetch(
                "appearances",
                self._appearances(ordered=True)
                .select_related(
                    "source_text",
                    "source_text__source",
                    "source_text__source__publisher",
                    "source_text__source__agency",
                )
                .defer("source_text__raw", "source_text__text"),
            ),
            "appearances__segments",
            Prefetch("appearances__mentions", self._behind("appearances", "mentions").select_related("attribution")),
            Prefetch("appearances__relays", self._behind("appearances", "relays").select_related("speaker")),
            Prefetch("positions", self._related("positions").select_related("claim")),
            Prefetch("relations", relations),
            Prefetch("related", related),
        )

    def _attributions(self) -> AttributionQuerySet:
        rows: AttributionQuerySet = self._related("attributions")
        return rows

    def _appearances(self, *, ordered: bool = False) -> AppearanceQuerySet:
        rows: AppearanceQuerySet = self._related("appearances")
        return rows if ordered else rows.order_by()

    def _search(self) -> StatementSearchQuerySet:
        rows: StatementSearchQuerySet = self._related("search")
        return rows.order_by()

    def _related(self, name: str) -> Any:
        """All rows of the model behind a reverse relation."""
        return self._behind(name)

    def _behind(self, *names: str) -> Any:
        """All rows of the model behind a chain of reverse relations."""
        related: Any = self.model
        for name in names:
            related = related._meta.get_field(name).related_model
        return related._default_manager.all()
