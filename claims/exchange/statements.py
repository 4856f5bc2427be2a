"""Statement lines: the rows they become, and how one is known again that comes without its id."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from claims.exchange.lines import Appearance, StatementLine, Words
from claims.exchange.reading import LineError, Problem, pointer
from claims.models import Attribution, Membership, Position, Segment, Speaker, Statement
from claims.models.appearances import MAX_CONTEXT, MAX_MENTION
from claims.models.vocabularies import AttributionKind, Status
from claims.services.recording import Part, Passing, Report, StatementRows, rows_of
from claims.text.spans import Span, SpanError, check_order, check_words, find
from sources.messages import translated
from sources.models import SourceText
from sources.models.fields import uuid7

KEPT_CHARACTERS = 20_000_000
#: of a line, but not of what it says: the workflow, and the file's own labels
ASIDE = {"key", "errors", "status", "published_at", "returned_reason", "withdrawn_reason", "is_self_reviewed"}


@dataclass
class NewStatement:
    """The rows of one line, and where its words stand."""

    rows: StatementRows
    positions: list[Position]

    @property
    def place(self) -> tuple[frozenset[tuple[UUID, tuple[tuple[int, int], ...]]], frozenset[UUID]] | None:
        """Which words of which texts, and who says them; None without a document."""
        if not self.rows.appearances:
            return None
        spans: dict[UUID, list[tuple[int, int]]] = {one.pk: [] for one in self.rows.appearances}
        for segment in self.rows.segments:
            spans[segment.appearance_id].append((segment.start, segment.end))
        quoted = frozenset((one.source_text_id, tuple(spans[one.pk])) for one in self.rows.appearances)
        speakers = (one for one in self.rows.attributions if one.kind == AttributionKind.SPEAKER)
        return quoted, frozenset(one.speaker_id for one in speakers)


class Texts:
    """Revisions by source and number, the last ones used kept with their words."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[UUID, int], SourceText] = OrderedDict()
        self._characters = 0

    def forget(self) -> None:
        """Forget all: the transaction they were read in was undone."""
        self._kept.clear()
        self._characters = 0

    def get(self, source: UUID, number: int) -> SourceText | None:
        """Return the revision with its source, or None where there is none."""
        key = (source, number)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = SourceText.objects.select_related("source").defer("raw").filter(source=source, number=number).first()
        if found is not None:
            self._kept[key] = found
            self._characters += len(found.text)
            while self._characters > KEPT_CHARACTERS and len(self._kept) > 1:
                _key, dropped = self._kept.popitem(last=False)
                self._characters -= len(dropped.text)
        return found


def digest(line: StatementLine) -> bytes:
    """Return the SHA-256 of what a line (its references resolved) says of the statement."""
    said = line.model_dump(mode="json", exclude_unset=True, exclude=ASIDE)
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8")).digest()


def new_statement(line: StatementLine, pk: UUID, *, texts: Texts, author: Any) -> NewStatement:
    """Return the rows of a new statement, as a draft; raise LineError for parts that do not fit."""
    if problems := list(_contradictions(line)):
        raise LineError(*problems)
    statement = Statement(
        id=pk,
        said_at=line.said_at,
        said_at_text=line.said_at_text or "",
        said_at_basis=line.said_at_basis or "",
        event_id=_uuid(line.event),
        act=line.act,
        cameo=line.cameo or "",
        attitude=line.attitude,
        intensity=line.intensity,
        intensity_phrase=line.intensity_phrase or "",
        returned_reason=line.returned_reason or "",
        created_by=author,
    )
    parts = [
        Part(
            speaker=Speaker(id=UUID(one.speaker)),
            kind=str(one.kind),
            certainty=str(one.certainty),
            membership=Membership(id=UUID(one.membership)) if one.membership else None,
            has_no_role="membership" in one.model_fields_set and one.membership is None,
        )
        for one in line.attributions
    ]
    readings = [_Reading(line, place, texts) for place in range(len(line.appearances))]
    if problems := [problem for one in readings for problem in one.problems]:
        raise LineError(*problems)
    rows = rows_of(
        statement=statement,
        parts=parts,
        reports=[(one.report, one.printed(parts)) for one in readings],
        wordings=[
            {
                "language": one.language,
                "text": one.text,
                "is_original": one.is_original,
                "translator": one.translator or "",
            }
            for one in line.wordings
        ],
        topics=[UUID(topic) for topic in line.topics],
    )
    if "wordings" in line.model_fields_set:
        rows.wordings = rows.wordings[: len(line.wordings)]
    _keep_contexts(line, rows)
    positions = [Position(statement=statement, claim_id=UUID(one.claim), stance=one.stance) for one in line.positions]
    return NewStatement(rows, positions)


def _contradictions(line: StatementLine) -> Iterator[Problem]:
    """What the database would refuse too, where it stands in the line."""
    if (line.said_at is None) != (line.said_at_basis is None):
        yield Problem("/said_at_basis", _("A date needs how it is known, and only a date does."))
    if (line.intensity is None) != (not (line.intensity_phrase or "").strip()):
        sentence = _("An intensity needs the phrase that shows it, and a phrase its intensity.")
        yield Problem("/intensity_phrase", sentence)
    lists: list[tuple[str, str, list[Any]]] = [
        ("topics", "", list(line.topics)),
        ("wordings", "language", [one.language for one in line.wordings]),
        ("wordings", "is_original", [one.is_original or None for one in line.wordings]),
        ("attributions", "", [(one.speaker, one.kind) for one in line.attributions]),
        ("appearances", "id", [one.id for one in line.appearances]),
        ("positions", "claim", [one.claim for one in line.positions]),
    ]
    for name, field, values in lists:
        for place in _repeated(values):
            where = pointer(name, place, field) if field else pointer(name, place)
            yield Problem(where, _("It is there twice."))
    yield from _missing_of_what_is_no_draft(line)
    for place, one in enumerate(line.wordings):
        if one.is_original and one.translator:
            where = pointer("wordings", place, "translator")
            yield Problem(where, _("An original wording has no translator."))


def _missing_of_what_is_no_draft(line: StatementLine) -> Iterator[Problem]:
    """As for whoever sends a draft to review."""
    if line.status not in (None, Status.DRAFT):
        if not any(one.kind == AttributionKind.SPEAKER for one in line.attributions):
            yield Problem("/attributions", _("Nobody says it: add a speaker first."))
        if not line.appearances and not line.wordings:
            yield Problem("/wordings", _("It has no words: add a wording first."))
    if line.status == Status.WITHDRAWN and not (line.withdrawn_reason or "").strip():
        yield Problem("/withdrawn_reason", _("A withdrawal needs a reason that the public sees."))


def _repeated(values: Sequence[Any]) -> Iterator[int]:
    """The places of values that an earlier one equals; None is no value."""
    seen = set()
    for place, value in enumerate(values):
        if value is not None and value in seen:
            yield place
        seen.add(value)


def known(many: Sequence[NewStatement]) -> list[set[UUID]]:
    """Return for each the statements in which the same speakers say the same words of the same texts."""
    places = [one.place for one in many]
    texts = {text for place in places if place for text, _spans in place[0]}
    if not texts:
        return [set() for _one in many]
    quoted: dict[UUID, dict[UUID, tuple[UUID, list[tuple[int, int]]]]] = {}
    starts = {segment.start for one in many for segment in one.rows.segments}
    near = Segment.objects.filter(appearance__source_text__in=texts, start__in=starts, position=1)
    statements = set(near.values_list("appearance__statement", flat=True))
    segments = Segment.objects.filter(appearance__statement__in=statements).order_by("position")
    for statement, appearance, text, start, end in segments.values_list(
        "appearance__statement", "appearance", "appearance__source_text", "start", "end"
    ):
        found = quoted.setdefault(statement, {}).setdefault(appearance, (text, []))
        found[1].append((start, end))
    speakers: dict[UUID, set[UUID]] = {}
    spoken = Attribution.objects.of_speakers().filter(statement__in=statements)
    for statement, speaker in spoken.values_list("statement", "speaker"):
        speakers.setdefault(statement, set()).add(speaker)
    by_place: dict[Any, set[UUID]] = {}
    for statement, appearances in quoted.items():
        key = (
            frozenset((text, tuple(spans)) for text, spans in appearances.values()),
            frozenset(speakers.get(statement, set())),
        )
        by_place.setdefault(key, set()).add(statement)
    return [by_place.get(place, set()) if place else set() for place in places]


def _keep_contexts(line: StatementLine, rows: StatementRows) -> None:
    """Where a line gives offsets, the words before and behind are kept as it has them."""
    said = [words for appearance in line.appearances for words in appearance.segments]
    for words, segment in zip(said, rows.segments, strict=True):
        if words.start is not None and words.prefix is not None:
            segment.prefix = words.prefix[-MAX_CONTEXT:]
        if words.start is not None and words.suffix is not None:
            segment.suffix = words.suffix[:MAX_CONTEXT]


def _uuid(reference: str | None) -> UUID | None:
    return UUID(reference) if reference is not None else None


class _Reading:
    """One appearance of a line, read against the text it is anchored in; nothing of it holds if it has problems."""

    report: Report

    def __init__(self, line: StatementLine, place: int, texts: Texts) -> None:
        self.said: Appearance = line.appearances[place]
        self.steps = ("appearances", place)
        self.problems: list[Problem] = []
        revision = texts.get(UUID(self.said.source), self.said.revision)
        if revision is None:
            sentence = _("The source has no revision %(number)s in the record or on an earlier line.")
            self._refuse(sentence % {"number": self.said.revision}, "revision")
            return
        self.text = revision.text
        self.spans = self._mentions(line)
        segments = [self._span(one, "segments", number) for number, one in enumerate(self.said.segments)]
        found = [one for one in segments if one]
        try:
            check_order(found)
        except SpanError as error:
            self._refuse(translated(error), "segments")
        self.report = Report(
            revision=revision,
            segments=found,
            quotation_type=str(self.said.quotation_type),
            id=self.said.id or uuid7(),
            language=self.said.language,
            is_headline=self.said.is_headline,
            cue=self._mentioned(self.said.cue, "cue"),
            relays=[
                Passing(Speaker(id=UUID(one.speaker)), self._mentioned(one.mention, "relays", number, "mention"))
                for number, one in enumerate(self.said.relays)
            ],
        )

    def printed(self, parts: Sequence[Part]) -> list[Part]:
        """Return the parts with the names and roles that this document prints."""
        return [
            replace(part, mention=self.spans[place][0], role=self.spans[place][1]) if place in self.spans else part
            for place, part in enumerate(parts)
        ]

    def _mentions(self, line: StatementLine) -> dict[int, tuple[Span | None, Span | None]]:
        """Name and role as printed, by the position of the attribution."""
        places = {(one.speaker, one.kind): place for place, one in enumerate(line.attributions)}
        spans = {}
        for number, said in enumerate(self.said.mentions):
            place = places.get((said.speaker, said.kind))
            if place is None or place in spans:
                sentence = (
                    _("No attribution of this line has this speaker as %(kind)s.")
                    if place is None
                    else _("This speaker is mentioned twice as %(kind)s.")
                )
                self._refuse(sentence % {"kind": said.kind}, "mentions", number)
                continue
            spans[place] = (
                self._mentioned(said.name, "mentions", number, "name"),
                self._mentioned(said.role, "mentions", number, "role"),
            )
        return spans

    def _mentioned(self, words: Words | None, *steps: str | int) -> Span | None:
        if words is None:
            return None
        span = self._span(words, *steps)
        if span is not None and span.end - span.start > MAX_MENTION:
            sentence = _("It is too long: %(max_length)s characters are the most.") % {"max_length": MAX_MENTION}
            self._refuse(sentence, *steps)
        return span

    def _refuse(self, sentence: str, *steps: str | int) -> None:
        self.problems.append(Problem(pointer(*self.steps, *steps), sentence))

    def _span(self, words: Words, *steps: str | int) -> Span | None:
        try:
            if words.start is None or words.end is None:
                return find(self.text, words.exact or "", prefix=words.prefix or "", suffix=words.suffix or "")
            span = Span(words.start, words.end)
            check_words(self.text, span, exact=words.exact, prefix=words.prefix or "", suffix=words.suffix or "")
        except SpanError as error:
            self._refuse(translated(error), *steps)
            return None
        return span
