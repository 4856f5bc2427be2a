"""Rejecting: words that are no statement; a draft of them goes. What was rejected, or covered, opens again."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.desk.decisions import base
from claims.desk.decisions.accepting import check_is_no_more, guess_around, reopen
from claims.desk.decisions.base import Asked, Desk, Done
from claims.desk.decisions.choosing import keep
from claims.desk.deleted import restore, snapshot
from claims.desk.items import ADD, Found
from claims.desk.models import Decision
from claims.models import Statement
from claims.proposals.models import BY_HAND, Candidate, CandidateState
from claims.services.rights import CHANGE, CHANGE_OTHERS

DELETE = "claims.delete_statement"


def reject(desk: Desk, asked: Asked) -> Done:
    """Say that words are no statement; a draft of theirs, which never was public, is deleted.

    What was chosen before the draft was made stays with the candidate, which all see; what was said with it and since
    comes back with it alone.
    """
    base.check_given(asked)
    found = base.item_of(desk, asked)
    if found.statement is not None:
        return _draft(desk, found, found.statement)
    base.check_may(desk, ADD)
    if found.candidate is None or found.state == CandidateState.REJECTED:
        raise base.step_refused(_("It is rejected already."))
    kept = _place_of(found.candidate)
    _reject(desk, found.candidate)
    return Done([found.id], undo={**kept, "then": "rejected"})


def reopen_decided(desk: Desk, asked: Asked) -> Done:
    """Let what was rejected, or taken for part of another, wait for a decision again."""
    base.check_given(asked)
    found = base.item_of(desk, asked)
    base.check_may(desk, ADD)
    candidate = found.candidate
    if found.statement is not None or candidate is None or found.state == CandidateState.OPEN:
        raise base.step_refused(_("It is open already, or a statement."))
    kept = _place_of(candidate)
    if candidate.state == CandidateState.COVERED and "inside" not in found.form:
        guess_around(desk, candidate, found.hull)
    reopen(candidate)
    return Done([found.id], undo={**kept, "then": "open"})


def undo(desk: Desk, kept: dict[str, Any]) -> Done:
    """Put a candidate back to where it was, with the draft that it was; refused to who may no longer change that."""
    candidate = desk.items.candidate(UUID(kept["candidate"]))
    if candidate is None or candidate.state != kept["then"] or candidate.statement_id is not None:
        raise base.step_refused(_("It was decided on since: it cannot be taken back by itself."))
    if kept.get("deleted"):
        is_own = kept["deleted"]["people"]["created_by_id"] == desk.person.pk
        base.check_may(desk, CHANGE if is_own else CHANGE_OTHERS)
        candidate.statement = restore(_with_people(kept["deleted"]), revision=desk.revision, access=desk.access)
    covered_by = kept["covered_by"]
    is_there = covered_by and Candidate.objects.filter(pk=covered_by).exists()
    candidate.state = kept["state"]
    candidate.choices = kept["choices"]
    candidate.covered_by_id = covered_by if is_there else None
    is_open = candidate.state == CandidateState.OPEN
    candidate.decided_by, candidate.decided_at = (None, None) if is_open else (desk.person, timezone.now())
    keep(candidate)
    return Done([candidate.pk])


def _with_people(deleted: dict[str, Any]) -> dict[str, Any]:
    """A deleted draft, without the accounts that were deleted since."""
    people = deleted["people"]
    there = set(User.objects.filter(pk__in=people.values()).values_list("pk", flat=True))
    return {**deleted, "people": {name: key if key in there else None for name, key in people.items()}}


def _draft(desk: Desk, found: Found, statement: Statement) -> Done:
    base.check_may(desk, DELETE)
    base.check_may_change(desk, found)
    check_is_no_more(statement)
    form = desk.items.forms([found])[found.id]
    deleted = snapshot(found, form)
    candidate = found.candidate or _by_hand(desk, found)
    outer = desk.items.of_statement(UUID(form["inside"])) if form["inside"] else None
    version = found.version
    statement.delete()
    around = [outer.id] if outer else []
    if candidate is None:
        return Done(around, removed=[found.id])
    kept = {**_place_of(candidate), "state": str(CandidateState.ACCEPTED)}
    candidate.statement, candidate.version = None, version
    candidate.choices = _chosen_before(desk, candidate)
    _reject(desk, candidate)
    return Done([candidate.pk, *around], undo={**kept, "then": "rejected", "deleted": deleted})


def _chosen_before(desk: Desk, candidate: Candidate) -> dict[str, Any]:
    """What was chosen of a candidate before it was a draft; what was said with the draft, others did not see."""
    accepted = Decision.objects.filter(
        source_text=desk.revision, name="accept", undo__candidate=str(candidate.pk), is_undone=False
    )
    kept = accepted.order_by("-id").values_list("undo__choices", flat=True).first()
    return kept or {}


def _by_hand(desk: Desk, found: Found) -> Candidate | None:
    """The candidate that stands for words which were a draft; none where another statement has it."""
    appearance: Any = found.appearance
    hull = found.hull
    if Candidate.objects.filter(source_text=desk.revision, start=hull.start, end=hull.end).exists():
        return None
    # the item stays what it is to the page
    return Candidate.objects.create(
        id=appearance.pk, source_text=desk.revision, start=hull.start, end=hull.end, engine=BY_HAND, score=1
    )


def _place_of(candidate: Candidate) -> dict[str, Any]:
    return {
        "candidate": str(candidate.pk),
        "state": candidate.state,
        "choices": candidate.choices,
        "covered_by": str(candidate.covered_by_id) if candidate.covered_by_id else None,
    }


def _reject(desk: Desk, candidate: Candidate) -> None:
    candidate.state, candidate.covered_by = CandidateState.REJECTED, None
    candidate.decided_by, candidate.decided_at = desk.person, timezone.now()
    keep(candidate)
