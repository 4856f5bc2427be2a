"""Who takes which side of a claim, since when, carried by how many publishers; counted by the database.

Only published statements count, whoever asks, and of those who have a part in one, who said it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections

from claims.corroboration.documents import with_originals
from claims.corroboration.origins import Document, Origins
from claims.models import Claim, Position, Speaker
from claims.models.vocabularies import AttributionKind, Stance, Status
from config.http.etags import digest_of

MOST_SPEAKERS = 100
#: of all sides together; beyond it, publishers are those of the documents with the lowest ids
MOST_DOCUMENTS = 10_000

_SAID = """
    count(*) AS statements, count(*) FILTER (WHERE said_at IS NULL) AS undated,
    (array_agg(said_at ORDER BY said_earliest, said_latest, id))[1] AS first,
    min(said_earliest) AS first_earliest, min(said_latest) AS first_latest,
    (array_agg(said_at ORDER BY said_latest DESC NULLS LAST, said_earliest DESC NULLS LAST, id))[1] AS last,
    max(said_earliest) AS last_earliest, max(said_latest) AS last_latest
"""
_TAKEN = """
    WITH taken AS (
        SELECT stance, statement.* FROM claims_position AS position
            JOIN claims_statement AS statement ON statement.id = position.statement_id
            WHERE claim_id = %(claim)s AND status = %(published)s
    )
"""
# What changes whenever a statement of a side does, or comes, or goes.
_SIDES = f"""{_TAKEN}
    SELECT stance, {_SAID}, encode(sha256(convert_to(string_agg(id || '/' || version, ' ' ORDER BY id), 'UTF8')), 'hex')
    FROM taken GROUP BY stance
"""  # noqa: S608 only names of ours are put in
_SPEAKERS = f"""{_TAKEN}, spoken AS (
        SELECT speaker_id, taken.* FROM taken
            JOIN claims_attribution AS attribution ON attribution.statement_id = taken.id AND kind = %(speaker)s
    ), speaking AS (
        SELECT stance, speaker_id, {_SAID} FROM spoken GROUP BY stance, speaker_id
    ), listed AS (
        SELECT *, count(*) OVER side AS total,
            row_number() OVER (side ORDER BY first_earliest, first_latest, speaker_id) AS place
        FROM speaking WINDOW side AS (PARTITION BY stance)
    ), changed AS (
        SELECT speaker_id, count(*) OVER () AS number, row_number() OVER (
            ORDER BY greatest(max(first_earliest), max(first_latest)), speaker_id) AS rank
        FROM speaking WHERE stance = ANY(%(sides)s) GROUP BY speaker_id HAVING count(*) > 1
    )
    SELECT stance, speaker_id, place, total, rank, number, statements, undated,
        first, first_earliest, first_latest, last, last_earliest, last_latest
    FROM listed LEFT JOIN changed USING (speaker_id)
    WHERE place <= %(most)s OR (rank <= %(most)s AND stance = ANY(%(sides)s)) ORDER BY stance, place
"""  # noqa: S608 only names of ours are put in


@dataclass(frozen=True)
class Said:
    """When the first, or the last, of several statements was said, as far as is known.

    `said_at` is the date of the one that may have been it; it was on `earliest` or later and on `latest` or earlier.
    """

    said_at: str
    earliest: date
    latest: date


@dataclass(frozen=True)
class Voice:
    """How often, and from when to when, something was said; undated statements are no first or last."""

    statements: int = 0
    undated: int = 0
    since: Said | None = None
    until: Said | None = None


@dataclass(frozen=True)
class SpeakersVoice:
    """What one speaker said for one side."""

    speaker: Speaker
    voice: Voice


@dataclass(frozen=True)
class Count:
    """A number; where it is not exact, there are that many or more."""

    value: int
    is_exact: bool


@dataclass(frozen=True)
class Side:
    """All who take one stance: how many, and the first of them."""

    voice: Voice
    speakers_total: int
    speakers: Sequence[SpeakersVoice]
    independent_publishers: Count


@dataclass(frozen=True)
class ChangedSides:
    """A speaker who affirmed and denied."""

    speaker: Speaker
    affirms: Voice
    denies: Voice


@dataclass(frozen=True)
class ClaimCorroboration:
    """All of it. `digest` changes whenever a row behind it does."""

    claim: Claim
    affirms: Side
    denies: Side
    questions: Side
    changed_total: int
    changed: Sequence[ChangedSides]
    digest: str

    @property
    def is_contested(self) -> bool:
        """Whether somebody affirms it and somebody denies it."""
        return bool(self.affirms.voice.statements and self.denies.voice.statements)

    @property
    def contested_since(self) -> Said | None:
        """When both sides had spoken; None where either has no dated statement."""
        one, other = self.affirms.voice.since, self.denies.voice.since
        if one is None or other is None:
            return None
        later = max(one, other, key=lambda said: (said.earliest, said.latest))
        return Said(later.said_at, max(one.earliest, other.earliest), max(one.latest, other.latest))


@dataclass
class _Speaking:
    """Ids in the order of the answer, and what each said."""

    voices: dict[tuple[str, UUID], Voice] = field(default_factory=dict)
    listed: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    totals: dict[str, int] = field(default_factory=dict)
    changed: dict[int, UUID] = field(default_factory=dict)
    changed_total: int = 0


@dataclass(frozen=True)
class _Carried:
    """The documents of each side, and all those together with what they repeat."""

    sides: Mapping[str, set[UUID]]
    documents: Sequence[Document]
    is_exact: bool


def corroboration_of(claim: Claim, *, only_public: bool, using: str) -> ClaimCorroboration:
    """Return who takes which side, in a fixed number of queries, with so many rows at most as the constants say.

    With `only_public`, documents that are not public join nothing.
    """
    sides, versions = _sides(claim, using)
    speaking = _speaking(claim, using)
    speakers = Speaker.objects.using(using).in_bulk({key for _stance, key in speaking.voices})
    carried = _carried(claim, only_public=only_public, using=using)
    origins = Origins(carried.documents)

    def side(stance: Stance) -> Side:
        return Side(
            sides.get(stance, Voice()),
            speaking.totals.get(stance, 0),
            [SpeakersVoice(speakers[key], speaking.voices[stance, key]) for key in speaking.listed[stance]],
            Count(len(origins.publishers(carried.sides[stance])), carried.is_exact),
        )

    changed = [
        ChangedSides(speakers[key], *(speaking.voices[stance, key] for stance in (Stance.AFFIRMS, Stance.DENIES)))
        for _rank, key in sorted(speaking.changed.items())
    ]
    seen = [(str(one.id), one.version) for one in carried.documents]
    digest = digest_of(
        [claim, *(speakers[key] for key in sorted(speakers))], versions, seen, carried.is_exact, sees_all=True
    )
    affirms, denies, questions = side(Stance.AFFIRMS), side(Stance.DENIES), side(Stance.QUESTIONS)
    return ClaimCorroboration(claim, affirms, denies, questions, speaking.changed_total, changed, digest)


def _sides(claim: Claim, using: str) -> tuple[dict[str, Voice], list[tuple[str, str]]]:
    """What was said for each side, and what changes with it."""
    rows = _rows(_SIDES, claim, using)
    return {stance: _voice(said) for stance, *said, _ in rows}, sorted((row[0], row[-1]) for row in rows)


def _speaking(claim: Claim, using: str) -> _Speaking:
    found = _Speaking()
    for stance, speaker, place, total, rank, number, *said in _rows(_SPEAKERS, claim, using):
        found.voices[stance, speaker] = _voice(said)
        found.totals[stance] = total
        if place <= MOST_SPEAKERS:
            found.listed[stance].append(speaker)
        if rank is not None:
            found.changed_total = number
            if rank <= MOST_SPEAKERS:
                found.changed[rank] = speaker
    return found


def _carried(claim: Claim, *, only_public: bool, using: str) -> _Carried:
    published: Any = Position.objects.using(using).filter(
        claim=claim, statement__status=Status.PUBLISHED, statement__appearances__is_headline=False
    )
    document = "statement__appearances__source_text__source"
    pairs = list(published.order_by(document).values_list("stance", document).distinct()[: MOST_DOCUMENTS + 1])
    sides: dict[str, set[UUID]] = {stance: set() for stance in Stance.values}
    for stance, key in pairs[:MOST_DOCUMENTS]:
        sides[stance].add(key)
    documents = with_originals(sorted(set().union(*sides.values())), only_public=only_public, using=using)
    return _Carried(sides, documents, len(pairs) <= MOST_DOCUMENTS)


def _rows(sql: str, claim: Claim, using: str) -> list[tuple[Any, ...]]:
    given: dict[str, Any] = {
        "claim": claim.pk,
        "published": Status.PUBLISHED.value,
        "speaker": AttributionKind.SPEAKER.value,
        "sides": [Stance.AFFIRMS.value, Stance.DENIES.value],
        "most": MOST_SPEAKERS,
    }
    with connections[using].cursor() as cursor:
        cursor.execute(sql, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _voice(columns: Sequence[Any]) -> Voice:
    """Read what `_SAID` selects."""
    statements, undated, *bounds = columns
    first, last = bounds[:3], bounds[3:]
    return Voice(statements, undated, Said(*first) if first[0] else None, Said(*last) if last[0] else None)
