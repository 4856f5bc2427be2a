"""A statement as one: what belongs to it is written together, and what stays the same stays the same row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import (
    Attribution,
    Claim,
    Mention,
    Position,
    Relation,
    Relay,
    Segment,
    Statement,
    StatementTopic,
    Wording,
)
from claims.models.vocabularies import AttributionKind, DateBasis, Status
from claims.services.recording import (
    JOINED,
    Part,
    Report,
    StatementRows,
    basis_of,
    membership_at,
    report_rows,
    wording_of,
)
from claims.services.storing import Rows, columns, store_statements
from claims.text.spans import Span
from config.writing.refusals import check_deferred_rules
from sources.models import SourceText

Row = TypeVar("Row", bound=models.Model)


class PartError(Exception):
    """Something that belongs to a statement is wrong: `path` leads to it from the members of the statement."""

    def __init__(self, path: tuple[str | int, ...], sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


class TwinError(Exception):
    """The same words of the same speakers are recorded already, as `statement_id`."""

    def __init__(self, statement_id: UUID) -> None:
        super().__init__(_("This speaker is recorded with exactly these words already."))
        self.statement_id = statement_id


@dataclass(frozen=True)
class Printed:
    """How a document prints the name and the role of one who has a part in the statement."""

    speaker_id: UUID
    kind: str
    name: Span | None = None
    role: Span | None = None


@dataclass(frozen=True)
class Quoted:
    """One document's report, with the names and roles that it prints."""

    report: Report
    printed: Sequence[Printed] = ()


@dataclass
class Content:
    """What is to be written of a statement; what is None stays as it is.

    `values` are fields of Statement; `parts` those of each kind that is given; `wordings` rows without their statement;
    `positions` are claims with stances, `relations` types with the other statements.
    """

    values: dict[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    quotes: Sequence[Quoted] | None = None
    wordings: Sequence[Wording] | None = None
    topics: Sequence[UUID] | None = None
    positions: Sequence[tuple[Claim, str]] | None = None
    relations: Sequence[tuple[str, Statement]] | None = None

    @property
    def is_found_out_later(self) -> bool:
        """Whether it says only how a statement bears on claims and on others, which is no part of what was reviewed."""
        parts = (self.quotes, self.wordings, self.topics)
        return not (self.values or self.parts) and all(one is None for one in parts)


@transaction.atomic
def create_statement(*, content: Content, by: Any) -> UUID:
    """Store a draft with everything that belongs to it, all or nothing; return its id.

    Raise TwinError for what is recorded already, ValidationError for wrong values of Statement, PartError for what
    belongs to it, IntegrityError for rules of the database.
    """
    _refuse_twin(content)
    statement = Statement(created_by=by, **_with_basis(Statement(), content.values))
    # who enters it and the event were looked up
    statement.full_clean(exclude=["created_by", "event"], validate_unique=False, validate_constraints=False)
    if content.wordings is None and content.quotes:
        content = replace(content, wordings=[wording_of(content.quotes[0].report)])
    store_statements([_new_rows(statement, content)], at=timezone.now())
    if content.relations:
        _write_relations(statement, content.relations)
    check_deferred_rules()
    return statement.pk


def _new_rows(statement: Statement, content: Content) -> Rows:
    """Return the rows of all that belongs to a new statement but its relations to others; raise PartError."""
    attributions = _attributions(statement, content, content.quotes[0].report if content.quotes else None)
    reported = _reported(statement, content.quotes or (), {(row.speaker_id, row.kind): row for row in attributions})
    made: list[tuple[str, str, Sequence[models.Model]]] = [
        ("attribution", "speakers", attributions),
        ("wording", "wordings", _wordings(statement, content.wordings or ())),
        ("statementtopic", "topics", _topics(statement, content.topics or ())),
        ("appearance", "appearances", reported.appearances),
        ("segment", "appearances", reported.segments),
        ("mention", "appearances", reported.mentions),
        ("relay", "appearances", reported.relays),
        ("position", "positions", _positions(statement, content.positions or ())),
    ]
    for _table, member, rows in made:
        for place, row in enumerate(rows):
            _check(row, member, place)
    stored = {table: [columns(row) for row in rows] for table, _member, rows in made}
    return {"statement": [columns(statement)], **stored}


@transaction.atomic
def change_statement(*, statement: Statement, content: Content) -> Statement:
    """Change a draft, locked by the caller: each member of `content` that is given replaces what was there.

    Positions and relations of what is published can be changed too. Raise as `create_statement` does.
    """
    is_open = statement.status == Status.DRAFT or (statement.status == Status.PUBLISHED and content.is_found_out_later)
    if not is_open:
        raise ValidationError(_("It is “%s”: only a draft can be changed.") % statement.get_status_display())
    values = _with_basis(statement, content.values)
    for name, value in values.items():
        setattr(statement, name, value)
    if values:
        statement.full_clean(validate_constraints=False)
        statement.save(update_fields=[*values, "updated_at"])
    _write_parts(statement, _with_derived_wording(statement, content))
    check_deferred_rules()
    statement.refresh_from_db()
    return statement


def _with_derived_wording(statement: Statement, content: Content) -> Content:
    """Let a wording that is nothing but the quoted words follow them; one that a curator wrote stays."""
    first = statement.appearances.prefetch_related("segments").first()
    if not content.quotes or content.wordings is not None or first is None:
        return content
    was = JOINED.join(one.exact for one in first.segments.all())
    rows = list(statement.wordings.all())
    fresh = wording_of(content.quotes[0].report)
    if not any(one.language == fresh.language and one.text == was for one in rows):
        return content
    kept = [
        Wording(language=one.language, text=one.text, is_original=one.is_original, translator=one.translator)
        for one in rows
    ]
    for one in kept:
        one.text = fresh.text if one.language == fresh.language else one.text
    return replace(content, wordings=kept)


def _with_basis(statement: Statement, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values and, where they change the date and say nothing of it, how it is known; without a date, nothing is."""
    if "said_at" not in values or values.get("said_at_basis"):
        return dict(values)
    if not values["said_at"]:
        return {**values, "said_at_basis": ""}
    printed = values.get("said_at_text") or statement.said_at_text
    known = basis_of(values["said_at"], printed) if printed else DateBasis.EXTERNAL
    return {**values, "said_at_basis": statement.said_at_basis or known}


def _write_parts(statement: Statement, content: Content) -> None:
    if content.parts:
        report = content.quotes[0].report if content.quotes else _first_report(statement)
        _settle(
            statement.attributions.filter(kind__in=content.parts),
            _attributions(statement, content, report),
            "speakers",
            key=lambda row: (row.speaker_id, row.kind),
            fields=["membership_id", "certainty"],
        )
    if content.wordings is not None:
        _settle(
            statement.wordings.all(),
            _wordings(statement, content.wordings),
            "wordings",
            key=lambda row: row.language,
            fields=["text", "is_original", "translator"],
        )
    if content.topics is not None:
        rows: Sequence[Any] = _topics(statement, content.topics)
        _settle(statement.statementtopic_set.all(), rows, "topics", key=lambda row: row.topic_id)
    if content.quotes is not None:
        _write_appearances(statement, content.quotes)
    if content.positions is not None:
        rows = _positions(statement, content.positions)
        _settle(statement.positions.all(), rows, "positions", key=lambda row: row.claim_id, fields=["stance"])
    if content.relations is not None:
        _write_relations(statement, content.relations)


def _attributions(statement: Statement, content: Content, report: Report | None) -> list[Attribution]:
    return [
        Attribution(
            statement=statement,
            speaker=part.speaker,
            kind=kind,
            certainty=part.certainty,
            membership=part.membership
            if part.membership or part.has_no_role
            else membership_at(statement=statement, speaker=part.speaker, report=report),
        )
        for kind, parts in content.parts.items()
        for part in parts
    ]


def _first_report(statement: Statement) -> Report | None:
    """The document by whose date the role at the time is found, where the statement has no date."""
    first = statement.appearances.select_related("source_text__source").defer("source_text__raw").first()
    return Report(revision=first.source_text, segments=(), quotation_type=first.quotation_type) if first else None


def _wordings(statement: Statement, wordings: Sequence[Wording]) -> list[Wording]:
    for row in wordings:
        row.statement = statement
    # the one that is no longer the original makes room for the one that is
    return sorted(wordings, key=lambda row: row.is_original)


def _topics(statement: Statement, topics: Sequence[UUID]) -> list[StatementTopic]:
    return [StatementTopic(statement=statement, topic_id=topic) for topic in topics]


def _positions(statement: Statement, positions: Sequence[tuple[Claim, str]]) -> list[Position]:
    return [Position(statement=statement, claim=claim, stance=stance) for claim, stance in positions]


def _write_relations(statement: Statement, relations: Sequence[tuple[str, Statement]]) -> None:
    rows = [Relation(statement=statement, type=kind, other=other) for kind, other in relations]
    _settle(statement.relations.all(), rows, "relations", key=lambda row: (row.type, row.other_id))


def _reported(
    statement: Statement, quotes: Sequence[Quoted], attributions: Mapping[tuple[UUID, str], Attribution]
) -> StatementRows:
    """Return the rows of how documents report it; `attributions` by speaker and kind."""
    rows = StatementRows(statement)
    for number, quote in enumerate(quotes):
        printed = []
        for place, one in enumerate(quote.printed):
            attribution = attributions.get((one.speaker_id, one.kind))
            if attribution is None:
                sentence = _("The statement has no part of this kind for this speaker.")
                raise PartError(("appearances", number, "mentions", place), sentence)
            part = Part(speaker=attribution.speaker, kind=one.kind, mention=one.name, role=one.role)
            printed.append((part, attribution))
        report_rows(rows, quote.report, printed)
    return rows


def _write_appearances(statement: Statement, quotes: Sequence[Quoted]) -> None:
    attributions = {(row.speaker_id, row.kind): row for row in statement.attributions.all()}
    rows = _reported(statement, quotes, attributions)
    changing = ["source_text_id", "quotation_type", "language", "is_headline", "cue_start", "cue_end", "cue_exact"]
    _settle(statement.appearances.all(), rows.appearances, "appearances", key=lambda row: row.pk, fields=changing)
    mine = {"appearance__in": [row.pk for row in rows.appearances]}
    span = ["start", "end", "exact"]
    _settle(
        Segment.objects.filter(**mine),
        rows.segments,
        "appearances",
        key=lambda row: (row.appearance_id, row.position),
        fields=[*span, "prefix", "suffix"],
    )
    _settle(
        Mention.objects.filter(**mine),
        rows.mentions,
        "appearances",
        key=lambda row: (row.appearance_id, row.attribution_id),
        fields=[*span, "role_start", "role_end", "role_exact"],
    )
    _settle(
        Relay.objects.filter(**mine),
        rows.relays,
        "appearances",
        key=lambda row: (row.appearance_id, row.level),
        fields=["speaker_id", *span],
    )


def _settle(
    there: "models.QuerySet[Row]",
    wanted: Sequence[Row],
    member: str,
    *,
    key: Callable[[Any], Any],
    fields: Sequence[str] = (),
) -> None:
    """Make the rows that are there the wanted ones: rows of the same key stay, changed where a field differs.

    Raise PartError in the member of the statement that they came in.
    """
    kept = {key(row): row for row in there.order_by()}
    fresh: list[Row] = []
    changed: list[Row] = []
    for place, row in enumerate(wanted):
        _check(row, member, place)
        old = kept.pop(key(row), None)
        if old is None:
            fresh.append(row)
        elif any(getattr(old, name) != getattr(row, name) for name in fields):
            for name in fields:
                setattr(old, name, getattr(row, name))
            changed.append(old)
    for gone in kept.values():
        gone.delete()
    for row in changed:
        row.save(update_fields=[name.removesuffix("_id") for name in fields])
    if fresh:
        type(fresh[0])._default_manager.bulk_create(fresh)


def _check(row: models.Model, member: str, place: int) -> None:
    """Check the values alone: rows that keys name were looked up, and rules of the database speak for themselves."""
    keys = {one.name for one in row._meta.local_fields if one.is_relation}
    try:
        row.full_clean(validate_unique=False, validate_constraints=False, exclude=keys)
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise PartError((member, place, name), sentences[0]) from None


def _refuse_twin(content: Content) -> None:
    """Raise TwinError where one of the documents has the same words by the same speakers already."""
    speakers = {part.speaker.pk for part in content.parts.get(AttributionKind.SPEAKER, ())}
    for quote in content.quotes or ():
        # One at a time in a text, so that of two at once the second sees the first.
        SourceText.objects.without_content().select_for_update(no_key=True).get(pk=quote.report.revision.pk)
        if found := find_twin(quote.report.revision, quote.report.segments, speakers):
            raise TwinError(found)


def find_twin(
    revision: SourceText, spans: Sequence[Span], speakers: Iterable[UUID], *, besides: UUID | None = None
) -> UUID | None:
    """Return the statement, if there is one, in which the same speakers say the same words of this text.

    A button pressed twice makes such a one. `besides` is a statement that is no twin: it is the one being changed.
    """
    wanted, places = set(speakers), [(span.start, span.end) for span in spans]
    if not places:
        return None
    first = Segment.objects.filter(
        appearance__source_text=revision, position=1, start=places[0][0], end=places[0][1]
    ).values_list("appearance", "appearance__statement")
    for appearance, statement in first:
        segments = Segment.objects.filter(appearance=appearance).order_by("position").values_list("start", "end")
        spoken = Attribution.objects.of_speakers().filter(statement=statement).values_list("speaker", flat=True)
        if statement != besides and list(segments) == places and set(spoken) == wanted:
            return statement
    return None
