"""Statement lines: the rows they become, and how one is known again that comes without its id."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import uuid_utils
from django.utils.translation import gettext as _

from claims.exchange.lines import Appearance, StatementLine, Words
from claims.exchange.reading import LineError, Problem, pointer
from claims.exchange.roles import Roles
from claims.exchange.texts import Revision, Texts
from claims.models import Attribution, Segment
from claims.models.appearances import MAX_CONTEXT, MAX_MENTION
from claims.models.vocabularies import AnchorState, AttributionKind, Status
from claims.services.recording import JOINED
from claims.text.spans import Span, SpanError, check_order, check_words, find
from sources.messages import translated

#: of a line, but not of what it says: the workflow, and the file's own labels
ASIDE = {"key", "errors", "status", "published_at", "returned_reason", "withdrawn_reason", "is_self_reviewed"}

Row = dict[str, Any]
Place = tuple[frozenset[tuple[str, tuple[tuple[int, int], ...]]], frozenset[str]]


@dataclass
class NewStatement:
    """The rows of one line by table, as `claims.services.storing` stores them, and where its words stand."""

    rows: dict[str, list[Row]]
    #: the spans of the quoted words by the revision that they stand in
    quoted: list[tuple[str, tuple[tuple[int, int], ...]]]

    @property
    def place(self) -> Place | None:
        """Which words of which texts, and who says them; None without a document."""
        if not self.quoted:
            return None
        speakers = (one["speaker_id"] for one in self.rows["attribution"] if one["kind"] == AttributionKind.SPEAKER)
        return frozenset(self.quoted), frozenset(speakers)


def digest(line: StatementLine) -> bytes:
    """Return the SHA-256 of what a line (its references resolved) says of the statement."""
    said = line.model_dump(mode="json", exclude_unset=True, exclude=ASIDE)
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8")).digest()


def new_statement(line: StatementLine, pk: UUID, *, texts: Texts, roles: Roles) -> NewStatement:
    """Return the rows of a new statement, as a draft of nobody; raise LineError for parts that do not fit."""
    if problems := list(_contradictions(line)):
        raise LineError(*problems)
    key = str(pk)
    readings = [_Reading(line, place, texts) for place in range(len(line.appearances))]
    if problems := [problem for one in readings for problem in one.problems]:
        raise LineError(*problems)
    first = readings[0].revision if readings else None
    rows: dict[str, list[Row]] = {
        "statement": [
            {
                "id": key,
                "status": Status.DRAFT.value,
                "said_at": line.said_at,
                "said_at_text": line.said_at_text or "",
                "said_at_basis": line.said_at_basis or "",
                "event_id": line.event,
                "act": line.act,
                "cameo": line.cameo or "",
                "attitude": line.attitude,
                "intensity": line.intensity,
                "intensity_phrase": line.intensity_phrase or "",
                "returned_reason": line.returned_reason or "",
            }
        ],
        "attribution": _attributions(line, key, first, roles),
        "statementtopic": [{"statement_id": key, "topic_id": topic} for topic in line.topics],
        "wording": _wordings(line, key),
        "position": [
            {"id": _new_id(), "statement_id": key, "claim_id": one.claim, "stance": one.stance}
            for one in line.positions
        ],
        "appearance": [],
        "segment": [],
        "mention": [],
        "relay": [],
    }
    for one in readings:
        one.add_to(rows, key)
    if readings and "wordings" not in line.model_fields_set:
        words = JOINED.join(segment["exact"] for segment in readings[0].segments)
        rows["wording"].append(_wording(key, readings[0].language, words))
    return NewStatement(rows, [(one.revision.id, one.place) for one in readings])


def _attributions(line: StatementLine, key: str, first: Revision | None, roles: Roles) -> list[Row]:
    """Without a role of its own, each has the one that its speaker held when it was said, or first printed."""
    said_at = line.said_at or (first.published_at if first else None)
    return [
        {
            "id": _new_id(),
            "statement_id": key,
            "speaker_id": one.speaker,
            "kind": one.kind,
            "certainty": one.certainty,
            "membership_id": one.membership
            if "membership" in one.model_fields_set
            else roles.held(one.speaker, said_at),
        }
        for one in line.attributions
    ]


def _wordings(line: StatementLine, key: str) -> list[Row]:
    return [_wording(key, one.language, one.text, one.is_original, one.translator or "") for one in line.wordings]


def _wording(key: str, language: str, text: str, is_original: bool = False, translator: str = "") -> Row:
    return {
        "id": _new_id(),
        "statement_id": key,
        "language": language,
        "text": text,
        "is_original": is_original,
        "translator": translator,
    }


def _new_id() -> str:
    return str(uuid_utils.uuid7())


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
    texts = {UUID(text) for place in places if place for text, _spans in place[0]}
    if not texts:
        return [set() for _one in many]
    quoted: dict[UUID, dict[UUID, tuple[str, list[tuple[int, int]]]]] = {}
    starts = {segment["start"] for one in many for segment in one.rows["segment"]}
    near = Segment.objects.filter(appearance__source_text__in=texts, start__in=starts, position=1)
    statements = set(near.values_list("appearance__statement", flat=True))
    if not statements:
        return [set() for _one in many]
    segments = Segment.objects.filter(appearance__statement__in=statements).order_by("position")
    for statement, appearance, text, start, end in segments.values_list(
        "appearance__statement", "appearance", "appearance__source_text", "start", "end"
    ):
        found = quoted.setdefault(statement, {}).setdefault(appearance, (str(text), []))
        found[1].append((start, end))
    speakers: dict[UUID, set[str]] = {}
    spoken = Attribution.objects.of_speakers().filter(statement__in=statements)
    for statement, speaker in spoken.values_list("statement", "speaker"):
        speakers.setdefault(statement, set()).add(str(speaker))
    by_place: dict[Any, set[UUID]] = {}
    for statement, appearances in quoted.items():
        key = (
            frozenset((text, tuple(spans)) for text, spans in appearances.values()),
            frozenset(speakers.get(statement, set())),
        )
        by_place.setdefault(key, set()).add(statement)
    return [by_place.get(place, set()) if place else set() for place in places]


class _Reading:
    """One appearance of a line, read against the text it is anchored in; nothing of it holds if it has problems."""

    revision: Revision

    def __init__(self, line: StatementLine, place: int, texts: Texts) -> None:
        self.said: Appearance = line.appearances[place]
        self.steps = ("appearances", place)
        self.problems: list[Problem] = []
        revision = texts.get(self.said.source, self.said.revision)
        if revision is None:
            sentence = _("The source has no revision %(number)s in the record or on an earlier line.")
            self._refuse(sentence % {"number": self.said.revision}, "revision")
            return
        self.revision, self.text = revision, revision.text
        self.language = self.said.language or revision.language
        mentions = self._mentions(line)
        #: by the position of the attribution
        self.mentions = [(one, *mentions[one]) for one in sorted(mentions)]
        found = [self._span(one, "segments", number) for number, one in enumerate(self.said.segments)]
        self.spans = [one for one in found if one]
        try:
            check_order(self.spans)
        except SpanError as error:
            self._refuse(translated(error), "segments")
        self.cue = self._mentioned(self.said.cue, "cue")
        self.relays = [
            self._mentioned(one.mention, "relays", number, "mention") for number, one in enumerate(self.said.relays)
        ]
        if not self.problems:
            self.segments = self._segments()

    @property
    def place(self) -> tuple[tuple[int, int], ...]:
        """Where its words stand."""
        return tuple((one.start, one.end) for one in self.spans)

    def add_to(self, rows: dict[str, list[Row]], statement: str) -> None:
        """Add how the document reports the statement; `rows` has its attributions."""
        key = str(self.said.id) if self.said.id else _new_id()
        rows["appearance"].append(
            {
                "id": key,
                "statement_id": statement,
                "source_text_id": self.revision.id,
                "quotation_type": self.said.quotation_type,
                "language": self.language,
                "is_headline": self.said.is_headline,
                "anchor_state": AnchorState.EXACT.value,
                **self._columns(self.cue, "cue_"),
            }
        )
        rows["segment"] += [{**one, "appearance_id": key} for one in self.segments]
        rows["mention"] += [
            {
                "id": _new_id(),
                "appearance_id": key,
                "attribution_id": rows["attribution"][place]["id"],
                **self._columns(name),
                **self._columns(role, "role_"),
            }
            for place, name, role in self.mentions
            if name or role
        ]
        rows["relay"] += [
            {"id": _new_id(), "appearance_id": key, "level": level, "speaker_id": one.speaker, **self._columns(mention)}
            for level, (one, mention) in enumerate(zip(self.said.relays, self.relays, strict=True), start=1)
        ]

    def _segments(self) -> list[Row]:
        """The quoted words; where the line gives offsets, the words before and behind are kept as it has them."""
        return [
            {
                "id": _new_id(),
                "position": position,
                "start": span.start,
                "end": span.end,
                "exact": self.text[span.start : span.end],
                "prefix": span.prefix(self.text)
                if words.start is None or words.prefix is None
                else words.prefix[-MAX_CONTEXT:],
                "suffix": span.suffix(self.text)
                if words.start is None or words.suffix is None
                else words.suffix[:MAX_CONTEXT],
            }
            for position, (words, span) in enumerate(zip(self.said.segments, self.spans, strict=True), start=1)
        ]

    def _columns(self, span: Span | None, prefix: str = "") -> Row:
        """The three columns of a span, empty where there is none."""
        start, end = (span.start, span.end) if span else (None, None)
        return {
            f"{prefix}start": start,
            f"{prefix}end": end,
            f"{prefix}exact": self.text[span.start : span.end] if span else "",
        }

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
