"""The vocabulary in which speakers and statements are asked for. Methods build on each other."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQueryField
from django.db import connections, models
from django.db.models import Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from sources.querysets import Matches, NamedQuerySet, NameQuery

if TYPE_CHECKING:
    from claims.models import (
        Appearance,
        Attribution,
        IntensityPhrase,
        Membership,
        Relation,
        Role,
        Speaker,
        Statement,
        StatementSearch,
    )

Row = TypeVar("Row", bound=models.Model, covariant=True)

_PARTS = """
    WITH RECURSIVE body(id) AS (
        SELECT unnest(%s::uuid[])
        UNION SELECT part.id FROM claims_speaker AS part JOIN body ON part.part_of_id = body.id
    ) SELECT id FROM body
"""

_LIVING = """
    WITH RECURSIVE path(id, merged_into_id) AS (
        SELECT id, merged_into_id FROM claims_speaker WHERE id = %s
        UNION SELECT later.id, later.merged_into_id
            FROM claims_speaker AS later JOIN path ON later.id = path.merged_into_id
    ) SELECT id FROM path WHERE merged_into_id IS NULL
"""

# A loose index scan: PostgreSQL's own DISTINCT would read the whole index.
_LANGUAGES = """
    WITH RECURSIVE present(language) AS (
        (SELECT language FROM claims_statementsearch ORDER BY language LIMIT 1)
        UNION ALL
        SELECT (SELECT further.language FROM claims_statementsearch AS further
                WHERE further.language > present.language ORDER BY further.language LIMIT 1)
        FROM present WHERE present.language IS NOT NULL
    ) SELECT language FROM present WHERE language IS NOT NULL
"""


class SearchQuery(Func):
    """A tsquery of what people type into a search box, in one language's dictionary."""

    function = "search_query"
    output_field = SearchQueryField()


class PublicNamedQuerySet(NamedQuerySet[Row]):
    """Rows that become public once a published statement needs them."""

    def published(self) -> Self:
        """Return what the public may see."""
        return self.filter(is_public=True)


class SpeakerQuerySet(PublicNamedQuerySet["Speaker"]):
    def published(self) -> Self:
        """Return the live speakers that a published statement needs."""
        return super().published().live()

    def live(self) -> Self:
        """Leave out the speakers merged into others."""
        return self.filter(merged_into__isnull=True)

    def living_behind(self, key: UUID | str, *, only_public: bool = True) -> UUID | None:
        """Return the id of the speaker that one was merged into, however often; None for one that was not.

        With `only_public`, None too where one of the two is nobody that the public may know of.
        """
        seen = self.filter(is_public=True) if only_public else self
        merged = seen.filter(pk=key, merged_into__isnull=False).values_list("merged_into", flat=True).first()
        if merged is None:
            return None
        with connections[self.db].cursor() as cursor:
            cursor.execute(_LIVING, [merged])
            (living,) = cursor.fetchone()
        return living if seen.filter(pk=living).exists() else None

    def named(self, beginning: str) -> Self:
        """Return the speakers of whom any name has words that begin so."""
        query = NameQuery(Value(beginning.replace("\0", "")[:256]))
        by_name = self.model._default_manager.filter(Matches(F("name_search"), query)).values("id")
        by_other_name = (
            self.model._default_manager.filter(Matches(F("names__name_search"), query)).order_by().values("id")
        )
        return self.filter(id__in=by_name.order_by().union(by_other_name, all=True))

    def with_names(self) -> Self:
        """Fetch what a list of speakers shows."""
        return self.select_related("part_of").prefetch_related("names")

    def with_details(self, *, only_public: bool = True) -> Self:
        """Fetch what the detail of a speaker shows, in a fixed number of queries: public memberships, or all."""
        memberships: Any = self.model._meta.get_field("memberships").related_model
        rows: MembershipQuerySet = memberships._default_manager.select_related("role", "organization")
        held = Prefetch("memberships", rows.published() if only_public else rows)
        return self.with_names().prefetch_related("same_as", held)


class RoleQuerySet(NamedQuerySet["Role"]):
    """Kinds of office, found by the beginnings of their labels' words."""

    def published(self) -> Self:
        """Return the offices in which somebody spoke in public."""
        memberships: Any = self.model._meta.get_field("memberships").related_model
        return self.filter(Exists(memberships._default_manager.filter(role=OuterRef("pk")).published().order_by()))


class MembershipQuerySet(QuerySet["Membership"]):
    def published(self) -> Self:
        """Return the roles in which somebody spoke in public."""
        return self.filter(is_public=True)

    def with_details(self) -> Self:
        """Fetch what is shown of them."""
        return self.select_related("speaker", "role", "organization")

    def as_of(self, earliest: date, latest: date) -> Self:
        """Return the roles that may have been held at some day of the period, both ends inclusive."""
        return self.filter(
            Q(start_earliest__isnull=True) | Q(start_earliest__lte=latest),
            Q(end_latest__isnull=True) | Q(end_latest__gte=earliest),
        )


class AttributionQuerySet(QuerySet["Attribution"]):
    def of_speakers(self) -> Self:
        """Return the rows that say who spoke; joint speakers are several."""
        return self.filter(kind="speaker")


class AppearanceQuerySet(QuerySet["Appearance"]):
    def in_reading_order(self) -> Self:
        """Sort by where the first segment begins."""
        return self.filter(segments__position=1).order_by("segments__start", "segments__end", "id")


class RelationQuerySet(QuerySet["Relation"]):
    def with_speakers_of(self, end: str) -> Self:
        """Fetch as `speakers` the names of who said the statement at one end, `statement` or `other`."""
        statements: Any = self.model._meta.get_field(end).related_model
        attributions: Any = statements._meta.get_field("attributions").related_model
        spoken = attributions._default_manager.of_speakers().filter(statement=OuterRef(end)).order_by("id")
        return self.annotate(speakers=ArraySubquery(spoken.values("speaker__name")))

    def published(self) -> Self:
        """Return relations of which both ends are published."""
        return self.filter(statement__status="published", other__status="published")

    def between(self, seen: "QuerySet[Statement] | None") -> Self:
        """Return relations of which both ends are among the statements seen; published ones, where None is given."""
        return self.published() if seen is None else self.filter(statement__in=seen, other__in=seen)


class IntensityPhraseQuerySet(QuerySet["IntensityPhrase"]):
    def published(self) -> Self:
        """Return what the public may see, which is the whole lexicon."""
        return self

    def in_language(self, language: str) -> Self:
        """Return the phrases of a language, whatever its region."""
        return self.filter(language=language.split("-")[0])

    def beginning_with(self, typed: str) -> Self:
        """Return the phrases that begin so, whatever their case and accents."""
        folded = Func(Value(typed.replace("\0", "")[:100]), function="fold_text", output_field=models.TextField())
        return self.filter(folded__startswith=folded)


class StatementSearchQuerySet(QuerySet["StatementSearch"]):
    def languages(self) -> list[str]:
        """Return the languages there are words in, by as many steps in an index as there are languages."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(_LANGUAGES)
            return [language for (language,) in cursor.fetchall()]


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
