"""The cast of a source: its speakers, numbered once and for all, with the role at its date and where it names them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Max

from claims.desk.models import CastMember
from claims.models import Attribution, Membership, Speaker
from claims.proposals.models import Candidate
from claims.proposals.services import names_in
from claims.proposals.text.names import Known, Mention, mentions, words
from sources.models import Source, SourceText
from sources.text import partial_dates

MOST_AT_FIRST = 20
MOST_MENTIONS = 50
MOST = 1000  # numbers of a source
#: a long text takes half a second to look through, and is asked for again and again while somebody works on it
TEXTS_KEPT = 8


class Cast(TypedDict):
    """A numbered speaker as the page gets it; `role` is the one role held at the source's date, `membership` its id."""

    number: int
    id: str
    name: str
    type: str
    role: str
    membership: str | None
    mentions: list[list[int]]


def named_in(text: str) -> Sequence[Mention]:
    """Return where a text names speakers of the record."""
    return _mentioned(text, tuple(names_in(text)))


@lru_cache(maxsize=TEXTS_KEPT)
def _mentioned(text: str, known: tuple[Known, ...]) -> Sequence[Mention]:
    return tuple(one for one in mentions(text, words(text), known) if one.key)


def number_first(revision: SourceText, named: Sequence[Mention]) -> None:
    """Number whom a text seems to let speak, by their first mention, then others it names; nobody gets a second number.

    The caller has the source locked.
    """
    speaking = {
        one["id"]
        for guess in Candidate.objects.filter(source_text=revision).values_list("guess", flat=True)
        for one in guess.get("speakers", ())
        if one["id"]
    }
    recorded = Attribution.objects.of_speakers().filter(
        statement__appearances__source_text=revision, statement__published_at__isnull=False
    )
    speaking |= {str(key) for key in recorded.values_list("speaker", flat=True)}
    order = list(dict.fromkeys(one.key for one in named if one.key))
    first = [key for key in order if key in speaking] + sorted(speaking - set(order))
    others = [key for key in order if key not in speaking]
    number(revision.source, [UUID(key) for key in [*first, *others][:MOST_AT_FIRST]])


def number(source: Source, speakers: Iterable[UUID]) -> list[UUID]:
    """Give speakers the next numbers of a source, unless they have one; return those that got one.

    The caller has the source locked.
    """
    there = CastMember.objects.filter(source=source)
    known = set(there.values_list("speaker", flat=True))
    last = there.aggregate(last=Max("number"))["last"] or 0
    fresh = [key for key in dict.fromkeys(speakers) if key not in known][: max(0, MOST - last)]
    CastMember.objects.bulk_create(
        CastMember(source=source, speaker_id=key, number=place) for place, key in enumerate(fresh, start=last + 1)
    )
    return fresh


def cast_of(revision: SourceText, named: Sequence[Mention], *, only: Collection[UUID] | None = None) -> list[Cast]:
    """Return the cast in the order of the numbers; of speakers merged into each other, the lowest number stays.

    With `only`, those of these speakers.
    """
    members = list(CastMember.objects.filter(source=revision.source).in_order())
    living = Speaker.objects.all().living([one.speaker_id for one in members], only_public=False)
    numbers: dict[UUID, int] = {}
    for member, key in zip(members, living, strict=True):
        numbers.setdefault(key, member.number)
    wanted = [key for key in numbers if only is None or key in only]
    speakers = Speaker.objects.in_bulk(wanted)
    held = _held(wanted, revision.source.published_at)
    places: dict[str, list[list[int]]] = defaultdict(list)
    for one in named:
        if one.key and len(places[one.key]) < MOST_MENTIONS:
            places[one.key].append([one.span.start, one.span.end])
    return [
        Cast(
            number=numbers[key],
            id=str(key),
            name=speakers[key].name,
            type=speakers[key].type,
            role=" · ".join(role_name(one) for one in held[key]),
            membership=str(held[key][0].pk) if len(held[key]) == 1 else None,
            mentions=places.get(str(key), []),
        )
        for key in wanted
    ]


def _held(speakers: Collection[UUID], published_at: str | None) -> dict[UUID, list[Membership]]:
    """The roles that speakers may have held at a date; none where there is no date."""
    held: dict[UUID, list[Membership]] = defaultdict(list)
    if published_at:
        bounds = partial_dates.parse(published_at)
        rows: Any = Membership.objects.filter(speaker__in=speakers).as_of(bounds.earliest, bounds.latest)
        for one in rows.with_details():
            held[one.speaker_id].append(one)
    return held


def role_name(membership: Membership) -> str:
    """Return a role held as one line: what, and where."""
    where = f", {membership.organization.name}" if membership.organization else ""
    return f"{membership.role}{where}"
