"""What belongs to a statement: who has which part in it, where it appears, how it bears on others."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from sources.querysets import Matches, NameQuery

if TYPE_CHECKING:
    from claims.models import Appearance, Attribution, Relation, Statement


_PARTS = """
    WITH RECURSIVE body(id) AS (
        SELECT unnest(%s::uuid[])
        UNION SELECT part.id FROM claims_speaker AS part JOIN body ON part.part_of_id = body.id
    ) SELECT id FROM body
"""


def with_parts(bodies: Iterable[UUID]) -> RawSQL:
    """Return the ids of speakers and of all that belongs to them: ministries, their departments."""
    return RawSQL(_PARTS, [list(bodies)])  # noqa: S611 constant SQL, its one value passed as a parameter


class NameVector(Func):
    """The words of a name as `NameQuery` asks for them."""

    function = "name_vector"
    output_field = SearchVectorField()


class AttributionQuerySet(QuerySet["Attribution"]):
    def of_speakers(self) -> Self:
        """Return the rows that say who spoke; joint speakers are several."""
        return self.filter(kind="speaker")

    def by_speakers(self, speakers: Iterable[UUID], *, parts: bool = False) -> Self:
        """Return the parts of these speakers.

        With `parts`, what belongs to a speaker counts as that speaker: its ministries and other parts, and people who
        said it in a role held there ("what did Russia say").
        """
        if not parts:
            return self.filter(speaker__in=list(speakers))
        body = with_parts(speakers)
        return self.filter(Q(speaker__in=body) | Q(membership__organization__in=body))

    def of_types(self, types: Iterable[str]) -> Self:
        """Return the parts of people, organizations, states or groups."""
        return self.filter(speaker__type__in=types)

    def from_countries(self, countries: Iterable[str]) -> Self:
        """Return the parts of speakers of these countries (ISO 3166-1)."""
        return self.filter(speaker__country__in=countries)

    def whose_name_is_known(self, is_known: bool) -> Self:
        """Return the parts of those who are named, or of those who are not (“a senior official”)."""
        return self.filter(speaker__is_named=is_known)

    def in_roles(self, roles: Iterable[UUID]) -> Self:
        """Return the parts of who spoke in one of these kinds of office."""
        return self.filter(membership__role__in=roles)

    def in_categories(self, categories: Iterable[str]) -> Self:
        """Return the parts of who spoke in an office of these categories."""
        return self.filter(membership__role__category__in=categories)

    def at(self, organizations: Iterable[UUID], *, parts: bool = False) -> Self:
        """Return the parts of who spoke in a role held there; with `parts`, or in something that belongs to it."""
        there: Any = with_parts(organizations) if parts else list(organizations)
        return self.filter(membership__organization__in=there)

    def printed_as(self, words: str) -> Self:
        """Return the parts of who is given a role, in some document, with words that begin so."""
        printed = Matches(NameVector(F("mentions__role_exact")), NameQuery(Value(words.replace("\0", "")[:256])))
        return self.filter(pk__in=self.model._default_manager.filter(printed).order_by().values("pk"))


class AppearanceQuerySet(QuerySet["Appearance"]):
    def in_reading_order(self) -> Self:
        """Sort by where the first segment begins."""
        return self.filter(segments__position=1).order_by("segments__start", "segments__end", "id")

    def in_sources(self, sources: Iterable[UUID]) -> Self:
        """Return the appearances in any revision of these documents."""
        return self.filter(source_text__source__in=sources)

    def from_publishers(self, publishers: Iterable[UUID]) -> Self:
        """Return the appearances in what these publishers put out."""
        return self.filter(source_text__source__publisher__in=publishers)

    def from_agencies(self, agencies: Iterable[UUID]) -> Self:
        """Return the appearances in what came from the wire of these agencies, whoever printed it."""
        return self.filter(source_text__source__agency__in=agencies)

    def of_source_types(self, types: Iterable[str]) -> Self:
        """Return the appearances in these kinds of documents."""
        return self.filter(source_text__source__type__in=types)

    def in_source_languages(self, languages: Iterable[str]) -> Self:
        """Return the appearances in documents of these languages; `fr` stands for `fr-CA` too."""
        wanted = Q(pk__in=[])
        for language in languages:
            wanted |= Q(source_text__source__language=language)
            wanted |= Q(source_text__source__language__startswith=f"{language}-")
        return self.filter(wanted)

    def published_after(self, first: date, *, dates: str | None = None) -> Self:
        """Return the appearances in documents published on or after a day: `certainly` (the default) or `possibly`."""
        edge = "latest" if dates == "possibly" else "earliest"
        return self.filter(**{f"source_text__source__published_{edge}__gte": first})

    def published_before(self, last: date, *, dates: str | None = None) -> Self:
        """Return the appearances in documents published on or before a day: `certainly` (the default) or `possibly`."""
        edge = "earliest" if dates == "possibly" else "latest"
        return self.filter(**{f"source_text__source__published_{edge}__lte": last})

    def relayed_by(self, speakers: Iterable[UUID], *, parts: bool = False, only_public: bool = True) -> Self:
        """Return the appearances in which one of these passes the words on.

        With `parts`, their ministries and other parts count too, and people who ever held a role there; with
        `only_public`, a role that is public.
        """
        if not parts:
            return self.filter(pk__in=self._relaying(Q(speaker__in=list(speakers))))
        body = with_parts(speakers)
        held = self._behind("relays", "speaker", "memberships").filter(organization__in=body).order_by()
        if only_public:
            held = held.published()
        return self.filter(pk__in=self._relaying(Q(speaker__in=body) | Q(speaker__in=held.values("speaker"))))

    def _relaying(self, who: Q) -> Any:
        return self._relays().filter(who).order_by().values("appearance")

    def firsthand(self, is_firsthand: bool, *, seen: "QuerySet[Statement] | None" = None) -> Self:
        """Return the appearances that have the words from the speaker; or those that have them from somebody else.

        That is: somebody passes them on there, or another statement, published or among those `seen`, reports them.
        """
        passed_on = Exists(self._relays().filter(appearance=OuterRef("pk")).order_by())
        relations = self._behind("statement", "related").between(seen).filter(type="reports").order_by()
        reported = Exists(relations.filter(other=OuterRef("statement")))
        return self.exclude(passed_on | reported) if is_firsthand else self.filter(passed_on | reported)

    def _relays(self) -> Any:
        return self._behind("relays")

    def _behind(self, *names: str) -> Any:
        related: Any = self.model
        for name in names:
            related = related._meta.get_field(name).related_model
        return related._default_manager.all()


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
