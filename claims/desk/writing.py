"""A Form written into the record: a new draft, or a draft changed where the Form says something else than it does."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from claims.desk.recorded import Form, follows, quoted_words
from claims.models import Appearance, Event, Membership, Relation, Segment, Speaker, Statement, Topic, Wording
from claims.models.vocabularies import AttributionKind, RelationType, Status
from claims.proposals.text.quoting import Quoted as Quotation
from claims.proposals.text.quoting import quoted
from claims.services.editing import Content, PartError, Printed, Quoted, change_statement, create_statement
from claims.services.recording import Part, Passing, Report
from claims.services.rights import PUBLISH, may_change, seen_statements
from claims.text.spans import Span
from config.access.permissions import Access
from config.http import problems
from config.http.bodies import pointer
from config.writing.serializers import model_errors
from sources.models import SourceText
from sources.models.fields import uuid7

VALUES = ("act", "attitude", "intensity", "intensity_phrase", "said_at", "said_at_text", "said_at_basis")
PRINTED = ("segments", "quotation_type", "is_headline", "cue", "relays")
Errors = list[dict[str, str]]


@dataclass
class Referred:
    """The rows that a Form names by id, those that there are."""

    speakers: Mapping[UUID, Speaker]
    memberships: Mapping[UUID, Membership]
    event: Event | None
    topics: Mapping[UUID, Topic]


def create(form: Form, *, revision: SourceText, access: Access) -> UUID:
    """Store a draft that says what a whole Form says; return its id (`segments`, `quotation_type`, `speakers` given).

    Raise ProblemError (400) with pointers into the Form, TwinError.
    """
    _check_whole(form, revision.text, about=form)
    rows = _referred(form)
    outer = _outer(form.get("inside"), revision, access)
    quote = _quoted(form, rows, revision, uuid7())
    content = Content(
        values=_values(form, rows),
        parts=_parts(form["speakers"], rows),
        quotes=[quote],
        wordings=_wordings(form.get("wordings")) or [_derived(quote.report)],
        topics=list(rows.topics),
    )
    with _pointing():
        key = create_statement(content=content, by=access.user)
    if outer is not None:
        Relation.objects.create(statement=outer, type=RelationType.REPORTS, other_id=key)
    return key


def change(patch: Form, *, appearance: Appearance, now: Form, revision: SourceText, access: Access) -> None:
    """Let a draft, locked by the caller, say what members of a Form say; `now` is its Form as it is.

    Members that say what it says already change nothing; other documents in which it appears stay as they are.
    Raise ProblemError (400) with pointers into the Form.
    """
    patch = {name: value for name, value in patch.items() if value != now.get(name)}
    if not patch:
        return
    whole = {**now, **patch}
    _check_whole(whole, revision.text, about=patch)
    # without what was read of it before
    statement = Statement.objects.get(pk=appearance.statement_id)
    rows = _referred({**patch, "speakers": whole["speakers"], "relays": whole["relays"]})
    outer = _outer(patch.get("inside"), revision, access, besides=statement.pk)
    content = Content(values=_values(patch, rows), topics=list(rows.topics) if "topics" in patch else None)
    if "speakers" in patch:
        content.parts = _parts(whole["speakers"], rows)
    if {"speakers", *PRINTED} & set(patch):
        quote = _quoted(whole, rows, revision, appearance.pk, language=appearance.language)
        content.quotes = _with_others(statement, quote, _kept(whole["speakers"]))
        content.wordings = _following(appearance, quote.report)
    if "wordings" in patch:
        report = _quoted(whole, rows, revision, appearance.pk, language=appearance.language).report
        content.wordings = _wordings(patch["wordings"]) or [_derived(report)]
    with _pointing():
        change_statement(statement=statement, content=content)
    if "inside" in patch:
        _move_inside(statement, now.get("inside"), outer, revision, access)


def values_of(form: Form) -> dict[str, Any]:
    """Return the fields of Statement that a Form has; raise ProblemError (400) where its event is gone."""
    return _values(form, _referred({"event": form.get("event")}))


def appearance_of(form: Form, *, revision: SourceText, key: UUID, language: str) -> tuple[Report, list[Part]]:
    """Return how a text reports what a whole Form says, and each part with how it is printed there.

    Raise ProblemError (400) for what the Form names and is gone.
    """
    rows = _referred(form)
    quote = _quoted(form, rows, revision, key, language=language)
    parts = [part for one in form["speakers"] for part in _parts([one], rows)[one["kind"]]]
    printed = [
        replace(part, mention=_span(one["mention"]), role=_span(one["role"]))
        for part, one in zip(parts, form["speakers"], strict=True)
    ]
    return quote.report, printed


@dataclass(frozen=True)
class Inside:
    """The statement whose words report others; `is_quoted` where these have quotation marks of their own in it."""

    statement: UUID
    is_quoted: bool


def guess_inside(
    spans: Sequence[Span], *, cue: Sequence[int] | None, revision: SourceText, access: Access
) -> Inside | None:
    """Return what reports these words: the statement in whose words they are quoted, or have their words of saying.

    The closest of those that may be given a relation; other words inside of words are a part of them, and no report.
    """
    first, last = spans[0].start, spans[-1].end
    around = (
        Segment.objects.filter(appearance__source_text=revision, start__lte=first, end__gte=last)
        .exclude(start=first, end=last)
        .select_related("appearance__statement")
    )
    outer = sorted(around, key=lambda one: one.end - one.start)
    if not outer:
        return None
    quotes = [one for one in _quotes(revision.text) if one.whole.start <= first and last <= one.whole.end]
    seen = seen_statements(access, Statement.objects.filter(appearances__source_text=revision))
    keys = set(seen.order_by().values_list("pk", flat=True))
    for one in outer:
        statement = one.appearance.statement
        is_quoted = any(_is_part(quote, one, revision.text) for quote in quotes)
        is_told = cue is not None and one.start <= cue[0] and cue[1] <= one.end
        if (is_quoted or is_told) and statement.pk in keys and may_relate(statement, access):
            return Inside(statement.pk, is_quoted)
    return None


@lru_cache(maxsize=2)
def _quotes(text: str) -> Sequence[Quotation]:
    """What a text quotes; one decision may ask for it thousands of times."""
    return tuple(quoted(text))


def _is_part(quote: Quotation, outer: Segment, text: str) -> bool:
    """Whether a quote stands in words of which it is not all."""
    if not (outer.start <= quote.whole.start and quote.whole.end <= outer.end):
        return False
    rest = text[outer.start : quote.whole.start] + text[quote.whole.end : outer.end]
    return any(character.isalnum() for character in rest)


def _check_whole(form: Form, text: str, *, about: Collection[str]) -> None:
    """Refuse what a statement cannot be, member by member; of members that hang together, those that are written."""
    errors = _unnamed(form)
    if {"intensity", "intensity_phrase"} & set(about):
        errors += _phrase(form, text)
    if form.get("said_at_basis") and not form.get("said_at"):
        errors.append(_error("/said_at", _("Say when, or leave open how the date is known.")))
    if errors:
        raise problems.invalid_body(errors)


def _unnamed(form: Form) -> Errors:
    """The names that the record does not have; somebody must speak."""
    errors = [
        _error(
            f"/{name}/{place}/id",
            _("The record does not have this name yet: choose who it is, make it, or take it away."),
        )
        for name in ("speakers", "relays")
        for place, one in enumerate(form.get(name) or ())
        if one["id"] is None
    ]
    spoken = [one for one in form.get("speakers") or () if one["kind"] == AttributionKind.SPEAKER]
    if not any(one["id"] for one in spoken):
        return [_error("/speakers", _("Say who said it: choose at least one speaker.")), *errors]
    return errors


def _phrase(form: Form, text: str) -> Errors:
    """An intensity is read off words, and they stand in the statement, or are those of saying ("s'inquiètent de")."""
    intensity, phrase = form.get("intensity"), form.get("intensity_phrase") or ""
    if bool(phrase) != (intensity is not None):
        missing = "/intensity_phrase" if intensity is not None else "/intensity"
        return [_error(missing, _("An intensity needs the phrase that shows it, and a phrase its intensity."))]
    words = [quoted_words(text[start:end] for start, end in form["segments"])]
    words += [text[start:end] for start, end in form["segments"]]
    words += [one["text"] for one in form.get("wordings") or ()]
    words += [text[slice(*form["cue"])]] if form.get("cue") else []
    if phrase and not any(phrase in one for one in words):
        return [_error("/intensity_phrase", _("These words do not stand in the statement."))]
    return []


def _referred(form: Form) -> Referred:
    """Find the rows that a Form names; raise ProblemError (400) for those that are not there."""
    named = [
        (f"/{name}/{place}/id", UUID(one["id"]))
        for name in ("speakers", "relays")
        for place, one in enumerate(form.get(name) or ())
        if one["id"]
    ]
    speakers = Speaker.objects.live().in_bulk({key for _place, key in named})
    errors = [_error(place, _("There is no such speaker.")) for place, key in named if key not in speakers]
    held = [
        (place, one, UUID(one["membership"]))
        for place, one in enumerate(form.get("speakers") or ())
        if one.get("membership")
    ]
    memberships = Membership.objects.in_bulk({key for *_place, key in held})
    errors += [
        _error(f"/speakers/{place}/membership", _("It is the role of another speaker."))
        for place, one, key in held
        if key not in memberships or str(memberships[key].speaker_id) != one["id"]
    ]
    event = Event.objects.filter(pk=form["event"]).first() if form.get("event") else None
    if form.get("event") and event is None:
        errors.append(_error("/event", _("There is no such event.")))
    wanted = [UUID(one) for one in form.get("topics") or ()]
    topics = Topic.objects.live().in_bulk(wanted)
    errors += [
        _error(f"/topics/{place}", _("There is no such topic."))
        for place, key in enumerate(wanted)
        if key not in topics
    ]
    if errors:
        raise problems.invalid_body(errors)
    return Referred(speakers, memberships, event, {key: topics[key] for key in wanted})


def _values(form: Form, rows: Referred) -> dict[str, Any]:
    values = {name: form[name] for name in VALUES if name in form}
    if "said_at_basis" in values:
        values["said_at_basis"] = values["said_at_basis"] or ""
    if "event" in form:
        values["event"] = rows.event
    return values


def _parts(speakers: Sequence[Form], rows: Referred) -> dict[str, list[Part]]:
    """All parts by kind; kinds without any are empty, so that those that were there go."""
    parts: dict[str, list[Part]] = {str(kind): [] for kind in AttributionKind.values}
    for one in speakers:
        held = one.get("membership")
        parts[one["kind"]].append(
            Part(
                speaker=rows.speakers[UUID(one["id"])],
                kind=one["kind"],
                membership=rows.memberships[UUID(held)] if held else None,
                has_no_role="membership" in one and held is None,
                certainty=one["certainty"],
            )
        )
    return parts


def _quoted(form: Form, rows: Referred, revision: SourceText, key: UUID, *, language: str = "") -> Quoted:
    """How the text reports it, with the names and roles that it prints."""
    report = Report(
        revision=revision,
        segments=[Span(*one) for one in form["segments"]],
        quotation_type=form["quotation_type"],
        id=key,
        language=language,
        cue=_span(form.get("cue")),
        is_headline=form.get("is_headline", False),
        relays=[Passing(rows.speakers[UUID(one["id"])], _span(one["mention"])) for one in form.get("relays") or ()],
    )
    printed = [
        Printed(UUID(one["id"]), one["kind"], _span(one["mention"]), _span(one["role"]))
        for one in form["speakers"]
        if one["mention"] or one["role"]
    ]
    return Quoted(report, printed)


def _with_others(statement: Statement, quote: Quoted, kept: set[tuple[UUID, str]]) -> list[Quoted]:
    """The reports of all documents in their order, of which one is another; of parts that go, no name stays."""
    others = statement.appearances.select_related("source_text__source").defer("source_text__raw")
    rows = others.prefetch_related("segments", "mentions__attribution", "relays__speaker").order_by("id")
    return [quote if one.pk == quote.report.id else _as_it_is(one, kept) for one in rows]


def _as_it_is(appearance: Appearance, kept: set[tuple[UUID, str]]) -> Quoted:
    report = Report(
        revision=appearance.source_text,
        segments=[Span(one.start, one.end) for one in appearance.segments.all()],
        quotation_type=appearance.quotation_type,
        id=appearance.pk,
        language=appearance.language,
        cue=_known(appearance.cue_start, appearance.cue_end),
        is_headline=appearance.is_headline,
        relays=[Passing(one.speaker, _known(one.start, one.end)) for one in appearance.relays.all()],
    )
    printed = [
        Printed(
            one.attribution.speaker_id,
            one.attribution.kind,
            _known(one.start, one.end),
            _known(one.role_start, one.role_end),
        )
        for one in appearance.mentions.all()
        if (one.attribution.speaker_id, one.attribution.kind) in kept
    ]
    return Quoted(report, printed)


def _kept(speakers: Sequence[Form]) -> set[tuple[UUID, str]]:
    return {(UUID(one["id"]), one["kind"]) for one in speakers}


def _following(appearance: Appearance, report: Report) -> list[Wording]:
    """The wordings there are: one that is nothing but the quoted words follows them, one that somebody wrote stays."""
    fresh = _derived(report)
    return [
        Wording(
            language=one.language,
            text=fresh.text if follows(one, appearance) and _differs(appearance, report) else one.text,
            is_original=one.is_original,
            translator=one.translator,
        )
        for one in appearance.statement.wordings.all()
    ]


def _differs(appearance: Appearance, report: Report) -> bool:
    return [(one.start, one.end) for one in appearance.segments.all()] != [
        (one.start, one.end) for one in report.segments
    ]


def _derived(report: Report) -> Wording:
    """The quoted words as a wording."""
    words = quoted_words(span.words(report.revision.text) for span in report.segments)
    return Wording(language=report.language or report.revision.source.language, text=words)


def _wordings(given: Sequence[Form] | None) -> list[Wording]:
    return [Wording(**one) for one in given or ()]


def _outer(given: str | None, revision: SourceText, access: Access, *, besides: UUID | None = None) -> Statement | None:
    """The statement of this text that reports it; raise ProblemError (400) where none may be given a relation."""
    if given is None:
        return None
    here = seen_statements(access, Statement.objects.filter(appearances__source_text=revision, pk=given))
    outer = here.exclude(pk=besides).order_by().first()
    if outer is None or not may_relate(outer, access):
        raise problems.body_error("/inside", _("No statement of this text that you may change has this id."))
    return outer


def may_relate(outer: Statement, access: Access) -> bool:
    """Whether they may say of a statement what it reports."""
    if outer.status == Status.DRAFT:
        return may_change(access, outer)
    return outer.status == Status.PUBLISHED and access.may(PUBLISH)


def _move_inside(
    statement: Statement, was: str | None, outer: Statement | None, revision: SourceText, access: Access
) -> None:
    if was is not None:
        before = _outer(was, revision, access, besides=statement.pk)
        Relation.objects.filter(statement=before, type=RelationType.REPORTS, other=statement).delete()
    if outer is not None:
        Relation.objects.get_or_create(statement=outer, type=RelationType.REPORTS, other=statement)


@contextmanager
def _pointing() -> Iterator[None]:
    """Say of what services refuse where in the Form it is."""
    try:
        yield
    except PartError as error:
        raise problems.body_error(_place(error.path), str(error)) from error
    except ValidationError as error:
        raise problems.invalid_body(model_errors(error)) from error


def _place(path: Sequence[str | int]) -> str:
    """The member of a Form that a part of a statement is written by."""
    if path[0] == "appearances":
        return "/segments"
    return pointer(path) if path[0] == "wordings" else pointer(path[:1])


def _span(pair: Sequence[int] | None) -> Span | None:
    return Span(*pair) if pair else None


def _known(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)


def _error(where: str, sentence: str) -> dict[str, str]:
    return {"pointer": where, "detail": sentence}
