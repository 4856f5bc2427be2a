"""The rows of statements as documents report them: made, then stored together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from claims.models import (
    Appearance,
    Attribution,
    IntensityPhrase,
    Membership,
    Mention,
    Relay,
    Segment,
    Speaker,
    Statement,
    StatementTopic,
    Wording,
)
from claims.models.vocabularies import AttributionKind, Certainty, DateBasis
from claims.text import intensity
from claims.text.spans import Span, check_order
from sources.models import SourceText
from sources.models.fields import uuid7
from sources.text import partial_dates

JOINED = " […] "  # between the segments of a wording that is the quoted words


@dataclass(frozen=True)
class Part:
    """A speaker's part in a statement, and how the document prints it (spans of the revision's text).

    Without `membership`, the role that the speaker held at the time is looked for, unless `has_no_role`.
    """

    speaker: Speaker
    kind: str = AttributionKind.SPEAKER
    membership: Membership | None = None
    has_no_role: bool = False
    certainty: str = Certainty.CERTAIN
    mention: Span | None = None
    role: Span | None = None


@dataclass(frozen=True)
class Passing:
    """Who passes the words on, and how the document prints it; listed from the speaker outwards."""

    speaker: Speaker
    mention: Span | None = None


@dataclass(frozen=True)
class Report:
    """One document's report of a statement: where its words stand, and how they are quoted."""

    revision: SourceText
    segments: Sequence[Span]
    quotation_type: str
    id: UUID = field(default_factory=uuid7)
    language: str = ""
    cue: Span | None = None
    is_headline: bool = False
    relays: Sequence[Passing] = field(default_factory=tuple)


@dataclass
class StatementRows:
    """The rows of one statement, not stored yet; made by `rows_of` and `report_rows`, stored by `store`."""

    statement: Statement
    attributions: list[Attribution] = field(default_factory=list)
    topics: list[StatementTopic] = field(default_factory=list)
    wordings: list[Wording] = field(default_factory=list)
    appearances: list[Appearance] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    relays: list[Relay] = field(default_factory=list)

    #: the parts in the order in which they can be stored
    PARTS = ("attributions", "topics", "wordings", "appearances", "segments", "mentions", "relays")


def rows_of(
    *,
    statement: Statement,
    parts: Sequence[Part],
    reports: Sequence[tuple[Report, Sequence[Part]]] = (),
    wordings: Sequence[Mapping[str, Any]] = (),
    topics: Iterable[UUID] = (),
) -> StatementRows:
    """Return the rows of a statement, none of them stored; `topics` are ids. Raise SpanError for spans that miss.

    Each report comes with the parts as it prints them, in the order of `parts`.
    """
    first = reports[0][0] if reports else None
    rows = StatementRows(statement)
    rows.attributions = [
        Attribution(
            statement=statement,
            speaker=part.speaker,
            kind=part.kind,
            certainty=part.certainty,
            membership=_role_of(part, statement, first),
        )
        for part in parts
    ]
    rows.topics = [StatementTopic(statement=statement, topic_id=topic) for topic in topics]
    rows.wordings = [Wording(statement=statement, **wording) for wording in wordings]
    if first and not rows.wordings:
        rows.wordings = [wording_of(first)]
        rows.wordings[0].statement = statement
    for report, printed in reports:
        report_rows(rows, report, list(zip(printed, rows.attributions, strict=True)))
    return rows


def _role_of(part: Part, statement: Statement, report: Report | None) -> Membership | None:
    if part.membership or part.has_no_role:
        return part.membership
    return membership_at(statement=statement, speaker=part.speaker, report=report)


def report_rows(rows: StatementRows, report: Report, parts: Sequence[tuple[Part, Attribution]]) -> Appearance:
    """Add to `rows` how a document reports the statement; raise SpanError for spans that miss."""
    text = report.revision.text
    check_order(report.segments)
    appearance = Appearance(
        id=report.id,
        statement=rows.statement,
        source_text=report.revision,
        quotation_type=report.quotation_type,
        language=report.language or report.revision.source.language,
        is_headline=report.is_headline,
        **_span(text, report.cue, "cue_"),
    )
    rows.appearances.append(appearance)
    rows.segments += [
        Segment(
            appearance=appearance,
            position=position,
            start=span.start,
            end=span.end,
            exact=span.words(text),
            prefix=span.prefix(text),
            suffix=span.suffix(text),
        )
        for position, span in enumerate(report.segments, start=1)
    ]
    rows.mentions += [
        Mention(
            appearance=appearance,
            attribution=attribution,
            **_span(text, part.mention),
            **_span(text, part.role, "role_"),
        )
        for part, attribution in parts
        if part.mention or part.role
    ]
    rows.relays += [
        Relay(appearance=appearance, level=level, speaker=relay.speaker, **_span(text, relay.mention))
        for level, relay in enumerate(report.relays, start=1)
    ]
    return appearance


def store(many: Sequence[StatementRows]) -> None:
    """Store new statements with all their rows, in as many queries as there are tables."""
    Statement.objects.bulk_create(rows.statement for rows in many)
    store_parts(many)


def store_parts(many: Sequence[StatementRows]) -> None:
    """Store what belongs to statements that are stored."""
    for name in StatementRows.PARTS:
        found = [row for rows in many for row in getattr(rows, name)]
        if found:
            type(found[0])._default_manager.bulk_create(found)


def membership_at(*, statement: Statement, speaker: Speaker, report: Report | None = None) -> Membership | None:
    """Return the one role the speaker held when the statement was made; None where there is none, or a choice.

    An undated statement takes the date of the document that reports it.
    """
    said = statement.said_at or (report.revision.source.published_at if report else None)
    if said is None:
        return None
    bounds = partial_dates.parse(said)
    held = list(speaker.memberships.all().as_of(bounds.earliest, bounds.latest)[:2])
    return held[0] if len(held) == 1 else None


def basis_of(said_at: str, printed: str) -> DateBasis:
    """Return how a date is known that a document gives in these words: printed if the year stands there ("samedi" does
    not say it), else inferred."""
    return DateBasis.PRINTED if said_at[:4] in printed else DateBasis.INFERRED


def read_intensity(*, words: str, language: str) -> intensity.Reading | None:
    """Return what the lexicon of the language says of the words."""
    lexicon = IntensityPhrase.objects.in_language(language).values_list("folded", "intensity")
    return intensity.read(words, lexicon)


def _span(text: str, span: Span | None, prefix: str = "") -> dict[str, Any]:
    """The three columns of a span, empty where there is none."""
    if span is None:
        return {}
    return {f"{prefix}start": span.start, f"{prefix}end": span.end, f"{prefix}exact": span.words(text)}


def wording_of(report: Report) -> Wording:
    """Return the quoted words as a wording in the language of the report, of no statement yet."""
    words = JOINED.join(span.words(report.revision.text) for span in report.segments)
    return Wording(language=report.language or report.revision.source.language, text=words)
