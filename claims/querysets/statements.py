"""Statements: the questions that lists of them answer."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from claims.querysets.parts import AppearanceQuerySet, AttributionQuerySet
from claims.querysets.search import SearchedStatements
from claims.querysets.topics import narrower as narrower_ones
from sources.text.partial_dates import Bounds

if TYPE_CHECKING:
    from claims.models import Statement


def _said_after(first: date, *, certainly: bool) -> Q:
    if certainly:
        # what is certain of the date said holds for `sort_date` too, which the lists' index begins with
        return Q(said_earliest__gte=first, sort_date__gte=first)
    return Q(said_latest__gte=first)


def _said_before(last: date, *, certainly: bool) -> Q:
    if certainly:
        return Q(said_latest__lte=last, sort_date__lte=last)
    return Q(said_earliest__lte=last)


class StatementQuerySet(SearchedStatements):
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
        return self.having(self._attributions().filter(kind=kind).by_speakers(speakers, parts=parts))

    def rows_of(self, name: str) -> Any:
        """Return all rows of a kind that belongs to statements: `attributions`, `appearances`, `positions`."""
        return self._related(name).order_by()

    def having(self, rows: Any) -> Self:
        """Return the statements to which one of these rows belongs."""
        return self.filter(id__in=rows.order_by().values("statement"))

    def without(self, rows: Any) -> Self:
        """Return the statements to which none of these rows belongs."""
        return self.filter(~Exists(rows.order_by().filter(statement=OuterRef("pk"))))

    def said_with(self, speakers: Iterable[UUID], *, parts: bool = False) -> Self:
        """Return what each of these speakers said, together if they are several; `parts` as in `said_by`."""
        wanted = set(speakers)
        if not parts:
            speaking = self._attributions().of_speakers().by_speakers(wanted).order_by().values("statement")
            together = speaking.annotate(speaking=Count("speaker", distinct=True)).filter(speaking=len(wanted))
            return self.filter(id__in=together.values("statement"))
        found = self
        for speaker in wanted:
            found = found.having(self._attributions().of_speakers().by_speakers([speaker], parts=True))
        return found

    def said_by_at_least(self, number: int) -> Self:
        """Return what so many speakers said together, or more."""
        speaking = self._attributions().of_speakers().order_by().values("statement")
        return self.filter(
            id__in=speaking.annotate(speaking=Count("id")).filter(speaking__gte=number).values("statement")
        )

    def in_sources(self, sources: Iterable[UUID]) -> Self:
        """Return what appears in any revision of one of these documents."""
        return self.having(self._appearances().in_sources(sources))

    def about(self, topics: Iterable[UUID], *, narrower: bool | None = None) -> Self:
        """Return what one of these topics was given to, or one that is part of them unless `narrower` is false."""
        wanted: Any = list(topics)
        if narrower is not False:
            wanted = narrower_ones(wanted)
        field: Any = self.model._meta.get_field("topics")
        return self.having(field.remote_field.through._default_manager.filter(topic__in=wanted))

    def in_languages(self, languages: Iterable[str]) -> Self:
        """Return what is worded or quoted in one of these languages (primary subtags)."""
        subtags = [language.split("-")[0].lower() for language in languages]
        return self.filter(id__in=self._search().filter(language__in=subtags).values("statement"))

    def originally_in(self, languages: Iterable[str]) -> Self:
        """Return what was said in one of these languages, as far as an original wording says so."""
        wanted = Q(pk__in=[])
        for language in languages:
            wanted |= Q(language=language) | Q(language__startswith=f"{language}-")
        return self.having(self._related("wordings").filter(wanted, is_original=True))

    def with_undated(self, how: str) -> Self:
        """Return what has a date (`exclude`), what has none (`only`), or both (`include`)."""
        return self if how == "include" else self.filter(said_at__isnull=how == "only")

    def said_from(self, first: date, *, dates: str | None = None, undated: str | None = None) -> Self:
        """Return what was said on or after a day: `certainly` (the default) or `possibly`; and, if asked, undated."""
        return self._dated(_said_after(first, certainly=dates != "possibly"), Q(sort_date__gte=first), undated)

    def said_until(self, last: date, *, dates: str | None = None, undated: str | None = None) -> Self:
        """Return what was said on or before a day: `certainly` (the default) or `possibly`; and, if asked, undated."""
        return self._dated(_said_before(last, certainly=dates != "possibly"), Q(sort_date__lte=last), undated)

    def said_within(self, bounds: Bounds, *, dates: str | None = None, undated: str | None = None) -> Self:
        """Return what was said between two days, both inclusive."""
        since = self.said_from(bounds.earliest, dates=dates, undated=undated)
        return since.said_until(bounds.latest, dates=dates, undated=undated)

    def _dated(self, said: Q, printed: Q, undated: str | None) -> Self:
        """Return what was said then; and what is undated, if asked, where it was printed then."""
        undated_then = Q(said_at__isnull=True) & printed
        if undated == "only":
            return self.filter(undated_then)
        return self.filter(said | undated_then if undated == "include" else said)

    def at_least(self, intensity: int) -> Self:
        """Return what a phrase shows to be of this intensity or higher."""
        return self.filter(intensity__gte=intensity)

    def changed_since(self, moment: datetime) -> Self:
        """Return what was changed, or published, at or after a moment."""
        return self.filter(updated_at__gte=moment)

    def reviewed_outside(self, is_reviewed: bool) -> Self:
        """Return what takes a position on a claim that a fact-checker reviewed; or what does not."""
        positions = self._related("positions")
        reviewed = positions.filter(claim__in=self._behind("positions", "claim", "reviews").order_by().values("claim"))
        return self.having(reviewed) if is_reviewed else self.without(reviewed)

    def bearing_on_others(
        self,
        types: Iterable[str] = (),
        *,
        others: Iterable[UUID] = (),
        direction: str | None = None,
        seen: "QuerySet[Statement] | None" = None,
    ) -> Self:
        """Return the statements with a relation of one of these types to one of these others; empty is any.

        `outgoing` relations go from the statement to the other, `incoming` ones the other way; None is both. Relations
        count that are between published statements, or between those that are `seen`.
        """
        rows: Any = self._related("relations").between(seen).order_by()
        if types:
            rows = rows.filter(type__in=types)
        outgoing, incoming = (
            rows.filter(**{f"{end}__in": others}) if others else rows for end in ("other", "statement")
        )
        found = Q(pk__in=[])
        if direction != "incoming":
            found |= Q(id__in=outgoing.values("statement"))
        if direction != "outgoing":
            found |= Q(id__in=incoming.values("other"))
        return self.filter(found)

    def related(self, types: Iterable[str], *, relation_direction: str | None, related_to: Any, seen: Any) -> Self:
        """`bearing_on_others`, as the parameter `relation` asks for it."""
        return self.bearing_on_others(types, others=related_to, direction=relation_direction, seen=seen)

    def related_to(self, others: Iterable[UUID], *, relation_direction: str | None, relation: Any, seen: Any) -> Self:
        """`bearing_on_others`, as the parameter `related_to` asks for it."""
        return self.bearing_on_others(relation, others=others, direction=relation_direction, seen=seen)

    def said_after(self, first: date, *, certainly: bool = True) -> Self:
        """Return what was said on or after a day: certainly, or possibly, as far as the date is known."""
        return self.filter(_said_after(first, certainly=certainly))

    def said_before(self, last: date, *, certainly: bool = True) -> Self:
        """Return what was said on or before a day: certainly, or possibly, as far as the date is known."""
        return self.filter(_said_before(last, certainly=certainly))

    def with_details(
        self, *, seen: "QuerySet[Statement] | None" = None, members: Collection[str] | None = None
    ) -> Self:
        """Fetch what the API answers with, in a fixed number of queries, whatever the number of statements.

        Relations are those between published statements, or between those that are `seen`. With `members`, what those
        members of an answer need is fetched, and no more.
        """
        fetched = self.select_related("event")
        for wanted, lookups in self._behind_members(seen):
            if members is None or wanted.intersection(members):
                fetched = fetched.prefetch_related(*lookups)
        return fetched

    def _behind_members(self, seen: "QuerySet[Statement] | None") -> Iterator[tuple[set[str], list[Any]]]:
        """Yield members of answers with what has to be fetched for them."""
        roles = ("speaker", "membership", "membership__role", "membership__organization")
        yield {"wordings"}, ["wordings"]
        yield {"topics"}, ["topics"]
        yield (
            {"speakers", "on_behalf_of", "addressees", "attitude_holders"},
            [Prefetch("attributions", self._attributions().select_related(*roles))],
        )
        of_source = ("source_text", *(f"source_text__source{end}" for end in ("", "__publisher", "__agency")))
        appearances = self._appearances(ordered=True).select_related(*of_source)
        yield (
            {"appearances"},
            [
                Prefetch("appearances", appearances.defer("source_text__raw", "source_text__text")),
                "appearances__segments",
                Prefetch(
                    "appearances__mentions", self._behind("appearances", "mentions").select_related("attribution")
                ),
                Prefetch("appearances__relays", self._behind("appearances", "relays").select_related("speaker")),
            ],
        )
        yield {"positions"}, [Prefetch("positions", self._related("positions").select_related("claim"))]
        ends = {"relations": "other", "related": "statement"}
        yield (
            {"relations"},
            [
                Prefetch(
                    name,
                    self._related(name).between(seen).select_related(None).with_speakers_of(end),
                )
                for name, end in ends.items()
            ],
        )

    def _attributions(self) -> AttributionQuerySet:
        rows: AttributionQuerySet = self._related("attributions")
        return rows

    def _appearances(self, *, ordered: bool = False) -> AppearanceQuerySet:
        rows: AppearanceQuerySet = self._related("appearances")
        return rows if ordered else rows.order_by()

    def _related(self, name: str) -> Any:
        """All rows of the model behind a reverse relation."""
        return self._behind(name)

    def _behind(self, *names: str) -> Any:
        """All rows of the model behind a chain of reverse relations."""
        related: Any = self.model
        for name in names:
            related = related._meta.get_field(name).related_model
        return related._default_manager.all()
