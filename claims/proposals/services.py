"""Proposing: a text is read by an engine, and what was decided once stays decided."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min

from claims.models import Appearance, IntensityPhrase, Segment
from claims.models.appearances import MAX_MENTION, MAX_SEGMENT
from claims.models.vocabularies import AttributionKind, DateBasis, SpeakerType
from claims.proposals.models import Candidate, CandidateState, Reading
from claims.proposals.text.dates import day_published
from claims.proposals.text.engine import Document, Engine, MarksAndVerbs, Proposal
from claims.proposals.text.names import NO_NAMES, Known
from claims.proposals.text.voices import Voice
from claims.text import intensity
from claims.text.intensity import fold
from claims.text.spans import Span
from config.writing.refusals import check_deferred_rules
from sources.models import SourceText

ENGINE: Engine = MarksAndVerbs()
MOST_WORDS = 5_000  # asked for at once; a tsvector has a limit
LONGEST_WORD = 40
_CAPITALISED = re.compile(r"[^\W\d_]\w*+")
_NAMED = """
    WITH asked AS (
        SELECT string_agg(quote_literal(word), ' | ')::tsquery AS query
        FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', name_words(%s)))) AS word
    ), named AS (
        SELECT id AS speaker, name FROM claims_speaker, asked WHERE name_search @@ query
        UNION SELECT speaker_id, name FROM claims_speakername, asked WHERE name_search @@ query
    )
    SELECT speaker.id, named.name, speaker.type FROM named
    JOIN claims_speaker AS speaker ON speaker.id = named.speaker AND speaker.merged_into_id IS NULL
    ORDER BY speaker.id, named.name
"""


def names_in(text: str) -> list[Known]:
    """Return the names of living speakers that share a capitalised word with a text: few, of however many there are."""
    words = {
        word[:LONGEST_WORD] for word in _CAPITALISED.findall(text) if word[0].isupper() and fold(word) not in NO_NAMES
    }
    asked = sorted(words)
    found: dict[Known, None] = {}
    for start in range(0, len(asked), MOST_WORDS):
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, [" ".join(asked[start : start + MOST_WORDS])])
            rows = cursor.fetchall()
        found.update((Known(str(key), name, kind == SpeakerType.PERSON), None) for key, name, kind in rows)
    return list(found)


@transaction.atomic
def propose(revision: SourceText, engine: Engine = ENGINE) -> int:
    """Store what an engine proposes of a text, `revision.text`, and return how many of them are new.

    Words that were put forward before stay as they are, decided or not; words that a statement of this text has get no
    candidate, and what lies inside such words is covered, as are words that a statement has in an earlier revision: its
    anchor is to be mended, not the statement made twice. What was rejected in an earlier revision stays rejected.
    Two at once store each candidate once.
    """
    source = revision.source
    document = Document(revision.text, title=source.title, published=day_published(source.published_at))
    lexicon = list(IntensityPhrase.objects.in_language(source.language).values_list("folded", "intensity"))
    rows = [
        _candidate(revision, engine, one, lexicon)
        for one in engine.propose(document, names_in(revision.text))
        if one.span.end - one.span.start <= MAX_SEGMENT
    ]
    hulls, segments = _said_in(revision)
    rows = [row for row in rows if (row.start, row.end) not in hulls]
    left = _left_behind(revision)
    for row in rows:
        is_inside = any(one.start <= row.start and row.end <= one.end for one in segments)
        if is_inside or any(key in left for key in _places(revision.text, Span(row.start, row.end))):
            row.state = CandidateState.COVERED
    _keep_rejected(revision, rows)
    Candidate.objects.bulk_create(rows, ignore_conflicts=True)
    Reading.objects.update_or_create(source_text=revision, defaults={"engine": engine.name})
    check_deferred_rules()
    return Candidate.objects.filter(pk__in=[row.pk for row in rows]).count()


def _said_in(revision: SourceText) -> tuple[set[tuple[int, int]], list[Span]]:
    """The words that statements have in a text already: from the first to the last of each, and part by part."""
    appearances = Appearance.objects.filter(source_text=revision).order_by()
    hulls = appearances.annotate(first=Min("segments__start"), last=Max("segments__end")).values_list("first", "last")
    segments = Segment.objects.filter(appearance__source_text=revision).order_by().values_list("start", "end")
    return set(hulls), [Span(*ends) for ends in segments]


def _left_behind(revision: SourceText) -> set[tuple[str, ...]]:
    """What tells the words that statements have in earlier revisions of the source."""
    earlier = {
        "appearance__source_text__source": revision.source_id,
        "appearance__source_text__number__lt": revision.number,
    }
    rows = Segment.objects.filter(**earlier).order_by().values_list("exact", "prefix", "suffix")
    return {key for words, prefix, suffix in rows for key in ((words, prefix, suffix), (words,))}


def _keep_rejected(revision: SourceText, rows: Sequence[Candidate]) -> None:
    """Give those that a curator rejected in an earlier revision their state again.

    They are the same words between the same words, or the only ones of their kind in both texts; where revisions
    differ, the latest decision counts.
    """
    decided: dict[tuple[str, ...], Candidate] = {}
    for text_of, earlier in groupby(Candidate.objects.of_earlier_texts(revision), key=lambda one: one.source_text_id):
        text = SourceText.objects.values_list("text", flat=True).get(pk=text_of)  # one at a time: they may be long
        for one in earlier:
            for key in _places(text, Span(one.start, one.end)):
                decided[key] = one
    if not decided:
        return
    for row in rows:
        found = next((decided[key] for key in _places(revision.text, Span(row.start, row.end)) if key in decided), None)
        if found and found.state == CandidateState.REJECTED and row.state == CandidateState.OPEN:
            row.state, row.decided_by_id, row.decided_at = found.state, found.decided_by_id, found.decided_at


def _places(text: str, span: Span) -> list[tuple[str, ...]]:
    """What tells words from the same words elsewhere: what stands around them, and that they stand there once."""
    words = span.words(text)
    around = (words, span.prefix(text), span.suffix(text))
    return [around, (words,)] if text.find(words) == text.rfind(words) else [around]


def _candidate(revision: SourceText, engine: Engine, one: Proposal, lexicon: Iterable[tuple[str, int]]) -> Candidate:
    strength = intensity.read(one.strength.words(revision.text), lexicon) if one.strength else None
    guess: dict[str, Any] = {
        "quotation_type": one.quotation_type,
        "is_headline": one.is_headline,
        "cue": _pair(one.cue),
        "speakers": [
            {**_named(voice), "kind": AttributionKind.SPEAKER.value, "role": _pair(voice.role)}
            for voice in one.speakers
        ],
        "relays": [_named(voice) for voice in one.relays],
        "act": one.act,
        "attitude": one.attitude,
    }
    if strength:
        guess |= {"intensity": strength.intensity, "intensity_phrase": strength.phrase}
    if one.said:
        basis = DateBasis.PRINTED if one.said.is_printed else DateBasis.INFERRED
        printed = one.said.words.words(revision.text)
        guess |= {"said_at": one.said.day, "said_at_text": printed, "said_at_basis": basis.value}
    return Candidate(
        source_text=revision,
        start=one.span.start,
        end=one.span.end,
        engine=engine.name,
        score=one.score,
        guess={name: value for name, value in guess.items() if value},
    )


def _named(voice: Voice) -> dict[str, Any]:
    """A pronoun stands for a speaker of the record alone; of others, their name is what is needed."""
    return {"id": voice.key, "mention": _pair(voice.printed if voice.key else voice.named)}


def _pair(span: Span | None) -> list[int] | None:
    return [span.start, span.end] if span and span.end - span.start <= MAX_MENTION else None
