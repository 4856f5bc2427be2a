"""Undoing: the latest key press of a person on a text is taken back, all that it did or nothing of it."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.desk.decisions import base
from claims.desk.decisions.base import Asked, Desk, Done, Undo
from claims.desk.forms import Key
from claims.desk.items import ADD
from claims.desk.models import Decision
from config.http import problems
from config.http.problems import ProblemError
from config.writing.serializers import WriteSerializer

#: where nothing takes these back, they united two drafts, or deleted one
_FINAL = ("accept", "reject")
#: what it names is gone, or is no more what it was
_WHY_NOT = (problems.NOT_FOUND, problems.INVALID_BODY)


class UndoBody(WriteSerializer):
    """Which group of decisions; null, or left out, is the latest."""

    group = Key(allow_null=True, required=False, default=None)


def undo_with(handlers: Mapping[str, Undo], desk: Desk, asked: Asked) -> Done:
    """Take back a person's latest group of decisions on a text, or the one named, the last of them first."""
    given = UndoBody.validated(asked.given)
    base.check_may(desk, ADD)
    mine = Decision.objects.undoable_by(desk.person, desk.revision)
    group: UUID | None = UUID(given["group"]) if given["group"] else mine.values_list("group", flat=True).first()
    rows = list(mine.filter(group=group).select_for_update()) if group else []
    if group is None or not rows:
        raise base.step_refused(_("There is nothing to take back."))
    if _is_final(desk, group):
        raise base.step_refused(
            _("One of them became one with another statement, or is gone: they cannot be taken back together.")
        )
    changed: list[UUID] = []
    removed: list[UUID] = []
    for row in rows:
        desk.items.forget()
        try:
            done = handlers[row.name](desk, row.undo or {})
        except ProblemError as error:
            if error.problem not in _WHY_NOT:
                raise
            # where in a Form it is says nothing to who asked for no Form
            told = [one["detail"] for one in error.errors] or [error.detail]
            raise base.step_refused(" ".join(told)) from error
        changed += done.changed
        removed += done.removed
    desk.items.forget()
    Decision.objects.filter(pk__in=[row.pk for row in rows]).update(is_undone=True)
    gone = set(removed)
    kept = [key for key in dict.fromkeys(changed) if key not in gone]
    return Done(kept, removed=removed, message=_told(rows[-1].name, len(kept)), undone=rows[-1].name)


def _told(name: str, count: int) -> str:
    if name != "send":
        return _("Taken back.")
    return ngettext("%(count)s taken back from review.", "%(count)s taken back from review.", count) % {"count": count}


def _is_final(desk: Desk, group: UUID) -> bool:
    """Whether a part of a group cannot be taken back."""
    decided = Decision.objects.filter(user=desk.person, source_text=desk.revision, group=group)
    return decided.filter(undo__isnull=True, name__in=_FINAL).exists()
