"""Accepting: a candidate becomes a draft that says what its Form says."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.desk.decisions import base
from claims.desk.decisions.base import Asked, Desk, Done
from claims.desk.decisions.choosing import keep, open_candidate, twin_of, with_choices, with_day
from claims.desk.decisions.linking import link
from claims.desk.forms import Form, corrections, read_form
from claims.desk.items import ADD, Found
from claims.desk.models import Effort
from claims.desk.recorded import hull_of
from claims.desk.writing import create, guess_inside
from claims.models import Relation, Statement
from claims.models.vocabularies import AttributionKind, RelationType
from claims.proposals.models import Candidate, CandidateState
from claims.services.editing import TwinError
from claims.text.spans import Span, quotation_type
from config.http import problems
from config.http.problems import ProblemError


def accept(desk: Desk, asked: Asked) -> Done:
    """Record a candidate, with the members of `with` taken first; open candidates inside its words are part of it."""
    patch = read_form(asked.given, desk.revision.text)
    found = base.item_of(desk, asked)
    base.check_may(desk, ADD)
    candidate = open_candidate(found)
    patch = with_day(desk, patch, candidate.choices)
    guessed = desk.items.forms([found])[found.id]
    form = _whole(desk, {**guessed, **with_choices({}, patch), **_unsaid(patch)})
    try:
        recorded_as = create(form, revision=desk.revision, access=desk.access)
    except TwinError as error:
        raise twin_of(desk, error.statement_id) from error
    undo = {"candidate": str(candidate.pk), "statement": str(recorded_as), "choices": candidate.choices}
    candidate.choices = with_choices(candidate.choices, patch)
    candidate.state, candidate.statement_id = CandidateState.ACCEPTED, recorded_as
    candidate.decided_by, candidate.decided_at = desk.person, timezone.now()
    keep(candidate)
    within, covered = _cover(desk, candidate, form)
    effort = _store_effort(asked, candidate, form, desk)
    desk.items.forget()
    around = desk.items.of_statement(UUID(form["inside"])) if form.get("inside") else None
    changed = [candidate.pk, *within, *([around.id] if around else [])]
    linked = _linked(desk, asked, candidate, form)
    if linked is not None and linked.undo is None:
        # two drafts are one by now
        return replace(linked, changed=[*changed, *linked.changed])
    desk.items.forget()
    recorded = desk.items.forms([desk.items.get(candidate.pk)])[candidate.pk]
    kept = {**undo, "form": recorded, "covered": [str(key) for key in covered], "effort": effort}
    return Done(changed, undo=kept, message=linked.message if linked else _told(len(covered)))


def undo(desk: Desk, kept: dict[str, Any]) -> Done:
    """Delete the draft, and let the candidate wait again; refused where the draft has become more than it was made."""
    found = desk.items.get(UUID(kept["candidate"]))
    statement, candidate = found.statement, found.candidate
    if statement is None or candidate is None or str(statement.pk) != kept["statement"]:
        raise base.step_refused(_("Its draft is gone: it cannot be taken back."))
    base.check_may_change(desk, found)
    check_is_no_more(statement)
    if statement.submitted_at is not None:
        raise base.step_refused(_("It was sent to review since: it cannot be taken back by itself."))
    if desk.items.forms([found])[found.id] != kept["form"] or _has_more(statement, kept["form"]):
        raise base.step_refused(_("It was changed since: it cannot be taken back by itself."))
    outer = desk.items.of_statement(UUID(kept["form"]["inside"])) if kept["form"].get("inside") else None
    candidate.version = found.version
    statement.delete()
    if kept.get("effort"):
        Effort.objects.filter(pk=kept["effort"]).delete()
    candidate.choices, candidate.statement = kept["choices"], None
    reopen(candidate)
    covered = Candidate.objects.select_for_update(of=("self",)).filter(
        pk__in=kept["covered"], state=CandidateState.COVERED, covered_by=candidate
    )
    opened = list(covered.order_by("pk"))
    for one in opened:
        reopen(one)
    return Done([candidate.pk, *(one.pk for one in opened), *([outer.id] if outer else [])])


def check_is_no_more(statement: Statement) -> None:
    """Raise ProblemError (409 step) unless it is a draft of this document alone that never was public."""
    if not statement.is_editable:
        raise base.step_refused(_("It is “%s”: only a draft can be taken back.") % statement.get_status_display())
    if statement.published_at is not None:
        raise base.step_refused(_("It was public once: it stays, and can be corrected."))
    if statement.appearances.count() > 1:
        raise base.step_refused(_("It stands in another place too: it stays."))


def reopen(candidate: Candidate) -> None:
    """Let a candidate wait for a decision again, whatever it was."""
    candidate.state = CandidateState.OPEN
    candidate.covered_by = candidate.decided_by = candidate.decided_at = None
    keep(candidate)


def _unsaid(patch: Form) -> Form:
    """Wordings that the patch takes back."""
    return {"wordings": None} if patch.get("wordings", ()) is None else {}


def _whole(desk: Desk, form: Form) -> Form:
    """The Form of a statement: what is not said follows from the words."""
    text = desk.revision.text
    read = read_form(form, text)
    read.setdefault("quotation_type", quotation_type(text, [Span(*one) for one in read["segments"]]))
    read.setdefault("speakers", [])
    return read


def _linked(desk: Desk, asked: Asked, candidate: Candidate, form: Form) -> Done | None:
    """Say that the new draft is the same statement as another, where its Form says so."""
    if not form.get("same_as"):
        return None
    version = desk.items.get(candidate.pk).version
    try:
        return link(desk, replace(asked, about=candidate.pk, seen=version, given={"to": form["same_as"]}))
    except ProblemError as error:
        if error.problem is not problems.INVALID_BODY:
            raise
        raise problems.invalid_body([{**one, "pointer": "/same_as"} for one in error.errors]) from error


def _cover(desk: Desk, candidate: Candidate, form: Form) -> tuple[list[UUID], list[UUID]]:
    """Let open candidates whose words are those of the statement be part of it; return those around too, first.

    What stands between two far segments is none of it. What somebody else seems to say inside stays open: it is a
    statement by itself.
    """
    hull, segments = hull_of(form["segments"]), form["segments"]
    within = [
        one for one in desk.items.all() if one.candidate and one.id != candidate.pk and _is_open_within(one, hull)
    ]
    speakers = _sayers(form) | _printed(form) | _printed(candidate.guess)
    touching = [
        (one.candidate, {**one.form, **desk.items.found_out(one)})
        for one in within
        if one.candidate and any(one.hull.start < end and start < one.hull.end for start, end in segments)
    ]
    inside = [row for row, said in touching if _sayers(said) <= speakers]
    for row, _said in touching:
        if row not in inside:
            guess_around(desk, row, Span(row.start, row.end))
            keep(row)
    for row in inside:
        row.state, row.covered_by = CandidateState.COVERED, candidate
        row.decided_by, row.decided_at = desk.person, timezone.now()
        keep(row)
    return [one.id for one in within], [row.pk for row in inside]


def _speaking(form: Form) -> list[Form]:
    rows = form.get("speakers") or ()
    return [one for one in rows if one.get("kind", AttributionKind.SPEAKER) == AttributionKind.SPEAKER]


def _sayers(form: Form) -> set[str]:
    """Those who say it, as far as a Form tells: by id, or by where the text names whom the record does not have."""
    return {one["id"] or str(one.get("mention")) for one in _speaking(form)}


def _printed(form: Form) -> set[str]:
    """Where those who say it are printed."""
    return {str(one["mention"]) for one in _speaking(form) if one.get("mention")}


def guess_around(desk: Desk, candidate: Candidate, hull: Span) -> None:
    """Note in a candidate's guess the statement that reports its words, if one does; the caller keeps the candidate."""
    cue = candidate.choices.get("cue", candidate.guess.get("cue"))
    around = guess_inside([hull], cue=cue, revision=desk.revision, access=desk.access)
    if around is not None:
        candidate.guess = {**candidate.guess, "inside": str(around.statement)}
        candidate.save(update_fields=["guess"])


def _is_open_within(one: Found, hull: Span) -> bool:
    is_open = one.statement is None and one.state == CandidateState.OPEN
    return is_open and hull.start <= one.hull.start and one.hull.end <= hull.end


def _told(covered: int) -> str:
    if not covered:
        return ""
    told = ngettext("%(number)s mark inside is part of it.", "%(number)s marks inside are part of it.", covered)
    return told % {"number": covered}


def _store_effort(asked: Asked, candidate: Candidate, form: Form, desk: Desk) -> str | None:
    """Keep what it took; return the id of the row, which goes where the acceptance is taken back."""
    if asked.effort is None:
        return None
    guess = {"segments": [[candidate.start, candidate.end]], **candidate.guess}
    chosen = {name: value for name, value in form.items() if name in candidate.choices or name in guess}
    row = Effort.objects.create(
        day=timezone.localdate(),
        keys=asked.effort.keys,
        clicks=asked.effort.clicks,
        milliseconds=asked.effort.milliseconds,
        engine=candidate.engine,
        corrections=corrections(guess, chosen, desk.revision.text),
    )
    return str(row.pk)


def _has_more(statement: Statement, form: Form) -> bool:
    """Whether it was given what the desk does not give: positions, a code, relations but the one that reports it."""
    related = Relation.objects.filter(other=statement)
    if form.get("inside"):
        related = related.exclude(type=RelationType.REPORTS, statement=form["inside"])
    return bool(statement.cameo or statement.positions.exists() or statement.relations.exists() or related.exists())
