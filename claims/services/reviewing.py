"""Moving a statement through its life: submit, return, publish, withdraw. One service for each transition."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Statement
from claims.models.vocabularies import AttributionKind, Status
from sources.refusals import check_deferred_rules

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User


class TransitionRefusedError(Exception):
    """The statement cannot take this step; the message, in the reader's language, says why and what would help."""


@transaction.atomic
def submit(*, statement_id: "UUID", by: "User") -> Statement:
    """Send a draft to review; until it is published or returned, it stays as it is."""
    statement = _locked(statement_id, Status.DRAFT)
    if not statement.attributions.filter(kind=AttributionKind.SPEAKER).exists():
        raise TransitionRefusedError(_("Nobody says it: add a speaker first."))
    if not statement.wordings.exists() and not statement.appearances.exists():
        raise TransitionRefusedError(_("It has no words: add a wording first."))
    return _moved(statement, Status.IN_REVIEW, returned_reason="", submitted_by=by, submitted_at=timezone.now())


@transaction.atomic
def return_to_draft(*, statement_id: "UUID", reason: str) -> Statement:
    """Give a statement in review back to its author, who reads the reason."""
    statement = _locked(statement_id, Status.IN_REVIEW)
    return _moved(statement, Status.DRAFT, returned_reason=_given(reason))


@transaction.atomic
def publish(*, statement_id: "UUID", by: "User", version: str | None = None) -> Statement:
    """Publish a statement in review.

    Who entered it or sent it to review may not, unless the installation allows it and says so on it. `version` is the
    `Statement.version` that the reviewer read: another one was changed since and is refused.
    """
    statement = _locked(statement_id, Status.IN_REVIEW)
    if version is not None and version != statement.version:
        raise TransitionRefusedError(_("It was changed since you opened it: read it again."))
    is_self_reviewed = by.pk in {statement.created_by_id, statement.submitted_by_id}
    if is_self_reviewed and not settings.ALLOW_SELF_REVIEW:
        raise TransitionRefusedError(
            _("You entered it or sent it to review yourself: another reviewer must publish it.")
        )
    return _moved(
        statement,
        Status.PUBLISHED,
        reviewed_by=by,
        is_self_reviewed=is_self_reviewed,
        published_at=timezone.now(),
    )


@transaction.atomic
def withdraw(*, statement_id: "UUID", reason: str) -> Statement:
    """Take a published statement back, with a reason that the public sees."""
    statement = _locked(statement_id, Status.PUBLISHED)
    return _moved(statement, Status.WITHDRAWN, withdrawn_reason=_given(reason))


def _locked(statement_id: "UUID", expected: Status) -> Statement:
    statement: Statement = Statement.objects.select_for_update().get(pk=statement_id)
    if statement.status != expected:
        raise TransitionRefusedError(
            _("It is “%(is)s”; only “%(must)s” can take this step.")
            % {"is": statement.get_status_display(), "must": expected.label}
        )
    return statement


def _moved(statement: Statement, status: Status, **values: Any) -> Statement:
    statement.status = status
    for name, value in values.items():
        setattr(statement, name, value)
    statement.save(update_fields=["status", "updated_at", *values])
    check_deferred_rules()
    return statement


def _given(reason: str) -> str:
    if not reason.strip():
        raise TransitionRefusedError(_("Say why: the reason is kept with the statement."))
    if len(reason.strip()) > 500:
        raise TransitionRefusedError(_("The reason is too long: 500 characters are the most."))
    return reason.strip()
