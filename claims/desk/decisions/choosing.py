"""Choosing: members of a candidate's Form, or of a draft's, become others."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from claims.desk.decisions import base
from claims.desk.decisions.base import Asked, Desk, Done
from claims.desk.forms import Form, read_form
from claims.desk.items import ADD, Found
from claims.desk.writing import change
from claims.models.vocabularies import AttributionKind, DateBasis
from claims.proposals.models import Candidate, CandidateState
from claims.proposals.text.dates import Said, day_of, day_published
from claims.services.editing import find_twin
from claims.text.spans import Span

CHANGEABLE = ("state", "choices", "statement", "covered_by", "decided_by", "decided_at", "version")


def choose(desk: Desk, asked: Asked) -> Done:
    """Take the members of `with`, each whole, into the choices of a candidate or into a draft."""
    patch = read_form(asked.given, desk.revision.text)
    found = base.item_of(desk, asked)
    if found.statement is not None:
        return _of_draft(desk, found, patch)
    base.check_may(desk, ADD)
    candidate = open_candidate(found)
    before = candidate.choices
    candidate.choices = with_choices(before, with_day(desk, patch, before))
    keep(candidate)
    return Done([found.id], undo={**_about(found), **_differences(before, candidate.choices)})


def undo(desk: Desk, kept: dict[str, Any]) -> Done:
    """Give members the values that they had; refused where they say something else by now."""
    found = desk.items.get(UUID(kept["item"]))
    if _about(found)["statement"] != kept["statement"]:
        raise base.step_refused(_("It was changed since: it cannot be taken back by itself."))
    if found.statement is not None:
        now = desk.items.forms([found])[found.id]
        _check_is_so(now, kept)
        back = {**kept["before"], **dict.fromkeys(kept["absent"])}
        return Done(_changed(desk, found, {name: back[name] for name in back if name != "same_as"}, now))
    candidate = open_candidate(found)
    _check_is_so(candidate.choices, kept)
    rest = {name: value for name, value in candidate.choices.items() if name not in kept["absent"]}
    candidate.choices = {**rest, **kept["before"]}
    keep(candidate)
    return Done([found.id])


def open_candidate(found: Found) -> Candidate:
    """Return the candidate of an item on which nobody has decided yet; raise ProblemError (409 step)."""
    if found.candidate is None or found.statement is not None or found.state != CandidateState.OPEN:
        raise base.step_refused(_("It is decided already: open it again first."))
    return found.candidate


def with_choices(choices: Form, patch: Form) -> Form:
    """Return choices with those of a patch; wordings that are null are the quoted words, and not said."""
    chosen = {**choices, **patch}
    if chosen.get("wordings", ()) is None:
        del chosen["wordings"]
    return chosen


def with_day(desk: Desk, patch: Form, now: Form) -> Form:
    """Return a patch with the day that its words for a date tell, unless another day than theirs was chosen (`now`)."""
    told = _day_of(desk, patch)
    if told is None or "said_at" in patch:
        return patch
    before = _day_of(desk, now)
    if now.get("said_at") and (before is None or before.day != now["said_at"]):
        return patch
    basis = DateBasis.PRINTED if told.is_printed else DateBasis.INFERRED
    return {"said_at": told.day, "said_at_basis": str(basis), **patch}


def _day_of(desk: Desk, form: Form) -> Said | None:
    return day_of(form.get("said_at_text") or "", day_published(desk.revision.source.published_at))


def _check_not_linked(patch: Form, now: Form) -> None:
    """Raise ProblemError (400) where a Form makes a draft one with another statement: that is a decision by itself."""
    if patch.get("same_as") != now.get("same_as") and "same_as" in patch:
        raise base.wrong("/same_as", _("Say by itself that it is the same statement as another."))


def keep(candidate: Candidate) -> None:
    """Store a candidate, locked by the caller, as a new version."""
    candidate.version += 1
    candidate.save(update_fields=CHANGEABLE)


def _of_draft(desk: Desk, found: Found, patch: Form) -> Done:
    before = desk.items.forms([found])[found.id]
    _check_not_linked(patch, before)
    patch.pop("same_as", None)
    changed = _changed(desk, found, with_day(desk, patch, before), before)
    desk.items.forget()
    after = desk.items.forms([desk.items.get(found.id)])[found.id]
    differences = _differences(before, after)
    if not differences["after"] and not differences["absent"] and not differences["before"]:
        return Done(changed)
    return Done(changed, undo={**_about(found), **differences})


def _about(found: Found) -> dict[str, Any]:
    """What is chosen for: the item, and the statement that it is by then."""
    return {"item": str(found.id), "statement": str(found.statement.pk) if found.statement else None}


def _changed(desk: Desk, found: Found, patch: Form, now: Form) -> list[UUID]:
    """Change a draft, and return the items that are others by that: its own, and those that report it."""
    statement, appearance = found.statement, found.appearance
    if statement is None or appearance is None:
        raise TypeError("it is no draft")
    base.check_may_change(desk, found)
    if not statement.is_editable:
        raise base.step_refused(
            _("It is “%s”: only a draft can be changed.") % statement.get_status_display(),
        )
    _refuse_twin(desk, found, {**now, **patch})
    change(patch, appearance=appearance, now=now, revision=desk.revision, access=desk.access)
    outer = [now.get("inside"), patch.get("inside")] if "inside" in patch else []
    around = [desk.items.of_statement(UUID(key)) for key in outer if key]
    return [found.id, *(one.id for one in around if one)]


def _refuse_twin(desk: Desk, found: Found, form: Form) -> None:
    """Refuse to make a draft the same as another statement of this text."""
    statement: Any = found.statement
    speakers = [UUID(one["id"]) for one in form["speakers"] if one["id"] and one["kind"] == AttributionKind.SPEAKER]
    spans = [Span(*one) for one in form["segments"]]
    other = find_twin(desk.revision, spans, speakers, besides=statement.pk)
    if other is not None:
        raise twin_of(desk, other)


def twin_of(desk: Desk, statement: UUID) -> Exception:
    """Return the refusal that a statement has these words by these speakers; with its item, where they see it."""
    found = desk.items.of_statement(statement)
    sentence = _("This speaker is recorded with exactly these words already.")
    return base.twin(desk.items.document(found.id) if found and found.is_seen else None, sentence)


def _differences(before: Form, after: Form) -> dict[str, Any]:
    """Which members were others before, which were not said, and what they say now."""
    names = [name for name in {**before, **after} if before.get(name, ...) != after.get(name, ...)]
    return {
        "before": {name: before[name] for name in names if name in before},
        "absent": [name for name in names if name not in before],
        "after": {name: after[name] for name in names if name in after},
        "gone": [name for name in names if name not in after],
    }


def _check_is_so(now: Form, kept: dict[str, Any]) -> None:
    is_so = all(now.get(name, ...) == value for name, value in kept["after"].items())
    if not is_so or any(name in now for name in kept["gone"]):
        raise base.step_refused(_("It was changed since: it cannot be taken back by itself."))
