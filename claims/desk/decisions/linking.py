"""The same statement elsewhere: two drafts become one at once; a draft and a public one, once both are public."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from claims.desk.decisions.base import (
    Asked,
    Desk,
    Done,
    check_given,
    check_may_change,
    check_may_change_statement,
    item_of,
    stale,
    step_refused,
    wrong,
)
from claims.desk.models import Link
from claims.models import Attribution, Statement
from claims.models.vocabularies import Status
from claims.proposals.models import Candidate
from claims.services.beyond_drafts import ActRefusedError
from claims.services.reviewing import StaleVersionError
from claims.services.rights import seen_statements
from claims.services.uniting import unite_statements
from config.writing.serializers import read_id


@dataclass
class CarriedOut:
    """What came of links: the statements that others became one with, and why some did not, by the statement linked."""

    kept: set[UUID] = field(default_factory=set)
    refused: dict[UUID, str] = field(default_factory=dict)


def link(desk: Desk, asked: Asked) -> Done:
    """Say that a draft is the same statement as another one (`to`), or with null that it is not.

    Two drafts become one at once: the other, which every item follows to. One with a public statement is noted, and
    carried out when the draft is published.
    """
    check_given(asked, "to")
    to = _to(asked)
    found = item_of(desk, asked)
    draft = found.statement
    if draft is None or draft.status != Status.DRAFT:
        raise step_refused(_("Only a draft can be linked: accept it first, or let it be returned to you."))
    check_may_change(desk, found)
    if to is None:
        return _note(desk, found.id, draft, None)
    other = _other(desk, to)
    if other == draft:
        raise step_refused(_("A statement is one with itself already: choose another."))
    if other.status == Status.PUBLISHED:
        if _speakers_of(draft) != _speakers_of(other):
            raise step_refused(_("Different speakers say them: they are not the same utterance."))
        return _note(desk, found.id, draft, other)
    if other.status == Status.DRAFT:
        check_may_change_statement(desk, other)
    return _unite(desk, found.id, draft, other)


def undo_link(desk: Desk, undo: dict[str, Any]) -> Done:
    """Let a draft be linked as it was before."""
    statement = UUID(undo["statement"])
    was, now = (UUID(undo[name]) if undo[name] else None for name in ("was", "now"))
    held = Link.objects.filter(statement=statement).select_for_update().values_list("same_as", flat=True).first()
    draft = Statement.objects.filter(pk=statement, status=Status.DRAFT).select_for_update(no_key=True).first()
    if draft is None or held != now:
        raise step_refused(_("It was changed since: it cannot be undone any more."))
    check_may_change_statement(desk, draft)
    other = Statement.objects.filter(pk=was).first() if was else None
    if was and other is None:
        raise step_refused(_("The statement that it was linked with is gone."))
    return _note(desk, UUID(undo["item"]), draft, other)


def carry_out(statements: Iterable[UUID], *, by: Any) -> CarriedOut:
    """Let statements that were published become one with those that they were said to be the same as.

    A link that cannot be carried out stays, and `refused` says why.
    """
    done = CarriedOut()
    for one in Link.objects.filter(statement__in=list(statements)).order_by("statement"):
        kept = _living(one.same_as_id)
        try:
            with transaction.atomic():
                if kept != one.statement_id:
                    follow(one.statement_id, kept)
                    unite_statements(statement_id=one.statement_id, into_id=kept, by=by)
                one.delete()
            done.kept.add(kept)
        except ActRefusedError as error:
            done.refused[one.statement_id] = str(error)
    return done


def pending() -> QuerySet[Link]:
    """Return the links of statements that are public and still two.

    They were published elsewhere than at the desk, or their link was refused there.
    """
    public = Link.objects.filter(statement__status=Status.PUBLISHED, statement__merged_into=None)
    return public.select_related("statement", "same_as").order_by("-linked_at")


def follow(gone: UUID, kept: UUID) -> None:
    """Let candidates that stand for one statement stand for another; the versions of their items grow all the same."""
    version: int = Statement.objects.values_list("version", flat=True).get(pk=gone)
    Candidate.objects.filter(statement=gone).update(statement=kept, version=F("version") + version)


def answered(desk: Desk, before: Collection[UUID], statements: Collection[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Return the items to answer with, read anew, and those that are gone.

    These are the items `before`, and those that are one of the statements now.
    """
    desk.items.forget()
    there = desk.items.all()
    changed = [one.id for one in there if one.id in before or (one.statement and one.statement.pk in statements)]
    ids = {one.id for one in there}
    return changed, [one for one in before if one not in ids]


def _to(asked: Asked) -> UUID | None:
    if "to" not in asked.given:
        raise wrong("/to", _("Say which statement, or null for none."))
    if asked.given["to"] is None:
        return None
    try:
        return read_id(asked.given["to"])
    except ValidationError:
        raise wrong("/to", _("It must be an id, a UUID.")) from None


def _other(desk: Desk, key: UUID) -> Statement:
    """Return another statement that they see, which stays as it is until the end; raise ProblemError (400)."""
    locked = Statement.objects.select_for_update(no_key=True).filter(pk=key).first()
    other: Statement | None = seen_statements(desk.access).filter(pk=key).first() if locked else None
    if other is None:
        raise wrong("/to", _("There is no statement with this id."))
    return other


def _note(desk: Desk, item: UUID, draft: Statement, other: Statement | None) -> Done:
    """Keep, or take away, the note that they are the same."""
    held = Link.objects.filter(statement=draft).select_for_update().first()
    was = held.same_as_id if held else None
    now = other.pk if other else None
    if was == now:
        return Done(changed=[item])
    if other is None:
        Link.objects.filter(statement=draft).delete()
    else:
        values = {"same_as": other, "linked_by": desk.person, "linked_at": timezone.now()}
        Link.objects.update_or_create(statement=draft, defaults=values)
    desk.items.forget()
    undo = {
        "item": str(item),
        "statement": str(draft.pk),
        "was": str(was) if was else None,
        "now": str(now) if now else None,
    }
    message = _("Not linked any more.") if other is None else _("Linked: they become one when this is published.")
    return Done(changed=[item], undo=undo, message=message)


def _unite(desk: Desk, item: UUID, draft: Statement, other: Statement) -> Done:
    try:
        with transaction.atomic():
            if not Link.objects.filter(statement=other).exists():
                Link.objects.filter(statement=draft).exclude(same_as=other).update(statement=other)
            follow(draft.pk, other.pk)
            kept = unite_statements(statement_id=draft.pk, into_id=other.pk, by=desk.person, version=draft.version)
    except StaleVersionError:
        raise stale(desk.items.document(item)) from None
    except ActRefusedError as error:
        raise step_refused(str(error)) from None
    changed, removed = answered(desk, [item], {kept.pk})
    return Done(changed=changed, removed=removed, message=_("The two are one now."))


def _speakers_of(statement: Statement) -> set[UUID]:
    return set(Attribution.objects.of_speakers().filter(statement=statement).values_list("speaker", flat=True))


def _living(statement: UUID) -> UUID:
    """The statement that it is one with by now."""
    key: UUID | None = statement
    while key is not None:
        statement, key = key, Statement.objects.values_list("merged_into", flat=True).get(pk=key)
    return statement
