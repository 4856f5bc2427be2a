"""The steps of the workflow, taken from the desk: sent to review, or taken back, approved, returned, published."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.desk.decisions import linking
from claims.desk.decisions.base import (
    Asked,
    Desk,
    Done,
    Told,
    check_given,
    check_may,
    check_may_change_statement,
    item_of,
    stale,
    step_refused,
    wrong,
)
from claims.desk.items import Found
from claims.desk.queues import queued
from claims.models import Statement
from claims.models.vocabularies import Status
from claims.services.reviewing import LONGEST_REASON, StaleVersionError, TransitionRefusedError, recall
from claims.services.rights import CHANGE, PUBLISH, may_change
from claims.services.steps import take_step
from config.writing.refusals import refusal_of

Refused = list[tuple[UUID, str]]
LONGEST_TITLE = 80


def send(desk: Desk, asked: Asked) -> Done:
    """Send all drafts of this text that they may change to review, each by itself, and lead to the next source."""
    check_given(asked)
    check_may(desk, CHANGE)
    drafts = [one for one in _statements(desk, Status.DRAFT) if may_change(desk.access, _of(one))]
    sent, refused = _take_each(desk, "submit", drafts)
    count = len(sent)
    message = ngettext("%(count)s sent to review.", "%(count)s sent to review.", count) % {"count": count}
    done = _done(desk, drafts, set(sent), refused, message=message, mode=queued.ATTRIBUTE)
    return replace(done, undo={"sent": _sendings(sent)} if sent else None)


def undo_send(desk: Desk, kept: dict[str, Any]) -> Done:
    """Take back from review all that was sent at once; refused where a reviewer was quicker with one of them."""
    check_may(desk, CHANGE)
    sent = {UUID(key) for key in kept["sent"]}
    there = _locked(sent)
    if _sendings(sent) != kept["sent"]:
        raise step_refused(_("One of them was sent again or removed meanwhile: they cannot be taken back together."))
    for statement in there:
        check_may_change_statement(desk, statement)
        try:
            recall(statement_id=statement.pk, by=desk.person)
        except TransitionRefusedError as error:
            raise step_refused(str(error)) from None
    changed, removed = linking.answered(desk, [], sent)
    return Done(changed=changed, removed=removed)


def approve(desk: Desk, asked: Asked) -> Done:
    """Say that a statement in review is right."""
    check_given(asked)
    return _step(desk, asked, "approve", message=_("Approved."))


def return_to_draft(desk: Desk, asked: Asked) -> Done:
    """Give a statement in review back to its curator, with the reason."""
    check_given(asked, "reason")
    reason = asked.given.get("reason")
    if not isinstance(reason, str) or not reason.strip() or "\0" in reason:
        raise wrong("/reason", _("Say why: the reason is kept with the statement."))
    if len(reason.strip()) > LONGEST_REASON:
        raise wrong("/reason", _("The reason is too long: 500 characters are the most."))
    return _step(desk, asked, "return", reason=reason, message=_("Returned to its author."))


def publish(desk: Desk, asked: Asked) -> Done:
    """Publish all of this text that is approved, let what is linked become one, and lead to the next source."""
    check_given(asked)
    check_may(desk, PUBLISH)
    approved = [one for one in _statements(desk, Status.IN_REVIEW) if _of(one).reviewed_by_id is not None]
    published, refused = _take_each(desk, "publish", approved)
    carried_out = linking.carry_out(published, by=desk.person)
    items = {_of(one).pk: one.id for one in approved}
    for statement, sentence in carried_out.refused.items():
        told = _("It is published, and still another statement than the one it was linked with. %(why)s")
        refused.append((items[statement], told % {"why": sentence}))
    count = len(published)
    message = ngettext("%(count)s published.", "%(count)s published.", count) % {"count": count}
    touched = {*published, *carried_out.kept}
    return _done(desk, approved, touched, refused, message=message, mode=queued.REVIEW)


def _sendings(statements: Iterable[UUID]) -> dict[str, str]:
    """When each was sent to review last, as JSON keeps it."""
    rows = Statement.objects.filter(pk__in=list(statements)).order_by("pk").values_list("pk", "submitted_at")
    return {str(key): when.isoformat() for key, when in rows if when}


def _locked(statements: Iterable[UUID]) -> list[Statement]:
    """Those that are still there; they stay as they are until the end, but for what is done to them here."""
    return list(Statement.objects.filter(pk__in=list(statements)).order_by("pk").select_for_update(no_key=True))


def _statements(desk: Desk, status: Status) -> list[Found]:
    """The statements of this text that they see with this status, each once, in reading order."""
    found: dict[UUID, Found] = {}
    for one in desk.items.all():
        if one.is_seen and one.statement is not None and one.statement.status == status:
            found.setdefault(one.statement.pk, one)
    return list(found.values())


def _of(one: Found) -> Statement:
    if one.statement is None:
        raise TypeError("this item is no statement")
    return one.statement


def _take_each(desk: Desk, name: str, items: Sequence[Found]) -> tuple[list[UUID], Refused]:
    """Take a step with each that can take it; return these statements, and the other items with a sentence each."""
    taken: list[UUID] = []
    refused: Refused = []
    there = {one.pk for one in _locked(_of(one).pk for one in items)}
    for one in items:
        statement = _of(one)
        if statement.pk not in there:
            continue
        try:
            with transaction.atomic():
                take_step(name=name, statement_id=statement.pk, access=desk.access, version=statement.version)
        except TransitionRefusedError as error:
            refused.append((one.id, str(error)))
        except DatabaseError as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            refused.append((one.id, refusal.sentence))
        else:
            taken.append(statement.pk)
    return taken, refused


def _step(desk: Desk, asked: Asked, name: str, *, reason: str = "", message: str) -> Done:
    """Take a step with one statement in review."""
    check_may(desk, PUBLISH)
    found = item_of(desk, asked)
    statement = found.statement
    if statement is None or statement.status != Status.IN_REVIEW:
        raise step_refused(_("It is not in review."))
    try:
        take_step(name=name, statement_id=statement.pk, access=desk.access, reason=reason, version=statement.version)
    except StaleVersionError:
        raise stale(desk.items.document(found.id)) from None
    except TransitionRefusedError as error:
        raise step_refused(str(error)) from None
    changed, removed = linking.answered(desk, [found.id], {statement.pk})
    return Done(changed=changed, removed=removed, message=message)


def _done(
    desk: Desk, items: Sequence[Found], statements: set[UUID], refused: Refused, *, message: str, mode: str
) -> Done:
    """What is answered of several; whoever has something to mend here is not led away."""
    changed, removed = linking.answered(desk, [one.id for one in items], statements)
    done = Done(changed=changed, removed=removed, message=message, refused=refused)
    if refused:
        return done
    source = desk.revision.source
    follows = queued.next_source(desk.access, mode, source.pk)
    if follows is not None:
        return replace(done, next=_address(follows, mode))
    facts = {"title": Truncator(source.title).chars(LONGEST_TITLE), "what": message}
    told = Told(sentence=_("“%(title)s”: %(what)s") % facts, back=_address(source.pk, mode))
    return replace(done, next=reverse("desk:queues"), told=told if statements else None)


def _address(source: UUID, mode: str) -> str:
    return f"{reverse('desk:page', args=[source])}?mode={mode}"
