"""Recording a statement from the words of a document, as one act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

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
    Topic,
    Wording,
)
from claims.models.vocabularies import AttributionKind, Certainty, Status
from claims.text import intensity
from claims.text.spans import Span, check_order
from sources.models import SourceText
from sources.refusals import check_deferred_rules
from sources.text import partial_dates


@dataclass(frozen=True)
class Part:
    """A speaker's part in a statement, and how the document prints it (spans of the revision's text)."""

    speaker: Speaker
    kind: str = AttributionKind.SPEAKER
    membership: Membership | None = None
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
    language: str = ""
    cue: Span | None = None
    is_headline: bool = False
    relays: Sequence[Passing] = field(default_factory=tuple)


@transaction.atomic
def record_statement(
    *,
    parts: Sequence[Part],
    report: Report | None = None,
    wordings: Iterable[Mapping[str, Any]] = (),
    topics: Iterable[Topic] = (),
    values: Mapping[str, Any],
    replacing: Statement | None = None,
) -> Statement:
    """Store a draft with its attributions, wordings, topics and first appearance, all or nothing.

    `values` are fields of Statement; `wordings` fields of Wording. Without wordings, the quoted words are the wording.
    `replacing` is a draft that is recorded anew: it keeps its id, its author, its relations and positions, and the
    wordings in other languages. Raise SpanError for spans that miss, ValidationError for wrong values and for what is
    no draft any more, IntegrityError for rules of the database.
    """
    wordings = list(wordings)
    statement = replacing or Statement()
    if replacing:
        _clear(replacing, [wording["language"] for wording in wordings])
    for name, value in values.items():
        setattr(statement, name, value)
    statement.full_clean()
    statement.save(force_insert=replacing is None)
    attributions = [
        Attribution(
            statement=statement,
            speaker=part.speaker,
            kind=part.kind,
            certainty=part.certainty,
            membership=part.membership or membership_at(statement=statement, speaker=part.speaker, report=report),
        )
        for part in parts
    ]
    Attribution.objects.bulk_create(attributions)
    StatementTopic.objects.bulk_create(StatementTopic(statement=statement, topic=topic) for topic in topics)
    rows = [Wording(statement=statement, **wording) for wording in wordings]
    if report is not None:
        add_appearance(statement=statement, report=report, parts=list(zip(parts, attributions, strict=True)))
        if not rows:
            rows = [_wording_of(statement, report)]
    for row in rows:
        row.full_clean(validate_unique=False, validate_constraints=False)
    Wording.objects.bulk_create(rows)
    check_deferred_rules()
    return statement


def add_appearance(*, statement: Statement, report: Report, parts: Sequence[tuple[Part, Attribution]]) -> Appearance:
    """Store how a document reports a statement; raise SpanError for spans that miss."""
    text = report.revision.text
    check_order(report.segments)
    appearance = Appearance(
        statement=statement,
        source_text=report.revision,
        quotation_type=report.quotation_type,
        language=report.language or report.revision.source.language,
        is_headline=report.is_headline,
        **_span(text, report.cue, "cue_"),
    )
    appearance.full_clean()
    appearance.save(force_insert=True)
    Segment.objects.bulk_create(
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
    )
    Mention.objects.bulk_create(
        Mention(
            appearance=appearance,
            attribution=attribution,
            **_span(text, part.mention),
            **_span(text, part.role, "role_"),
        )
        for part, attribution in parts
        if part.mention or part.role
    )
    Relay.objects.bulk_create(
        Relay(appearance=appearance, level=level, speaker=relay.speaker, **_span(text, relay.mention))
        for level, relay in enumerate(report.relays, start=1)
    )
    return appearance


def _clear(statement: Statement, languages: Sequence[str]) -> None:
    """Take away from a draft what will be recorded anew."""
    status = Statement.objects.select_for_update().values_list("status", flat=True).get(pk=statement.pk)
    if status != Status.DRAFT:
        raise ValidationError(_("Only a draft can be changed."))
    statement.appearances.all().delete()
    statement.attributions.all().delete()
    statement.statementtopic_set.all().delete()
    statement.wordings.filter(language__in=languages).delete()


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


def read_intensity(*, words: str, language: str) -> intensity.Reading | None:
    """Return what the lexicon of the language says of the words."""
    lexicon = IntensityPhrase.objects.in_language(language).values_list("folded", "intensity")
    return intensity.read(words, lexicon)


def _span(text: str, span: Span | None, prefix: str = "") -> dict[str, Any]:
    """The three columns of a span, empty where there is none."""
    if span is None:
        return {}
    return {f"{prefix}start": span.start, f"{prefix}end": span.end, f"{prefix}exact": span.words(text)}


def _wording_of(statement: Statement, report: Report) -> Wording:
    words = " […] ".join(span.words(report.revision.text) for span in report.segments)
    return Wording(statement=statement, language=report.language or report.revision.source.language, text=words)
