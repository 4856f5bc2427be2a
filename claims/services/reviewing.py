"""Moving a statement through its life: submit, recall, approve, return, publish, withdraw; a service for each step."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Statement
from claims.models.vocabularies import AttributionKind, Status
from claims.services.authorship import entered_or_submitted, written_by
from config.history.acting import act
from config.writing.refusals import check_deferred_rules

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from sources.models.fields import VersionedModel

LONGEST_REASON = 500


class TransitionRefusedError(Exception):
    """The statement cannot take this step; the message, in the reader's language, says why and what would help."""


class StaleVersionError(TransitionRefusedError):
    """It was changed since the person read it."""


def check_version(row: "VersionedModel", version: int | None) -> None:
    """Raise StaleVersionError where a row was changed since the person read that version of it."""
    if version is not None and version != row.version:
        raise StaleVersionError(_("It was changed since you opened it: read it again."))


@transaction.atomic
def submit(*, statement_id: "UUID", by: "User", version: int | None = None) -> Statement:
    """Send a draft to review; until it is published or returned, it stays as it is."""
    statement = _locked(statement_id, Status.DRAFT, version=version)
    if not statement.attributions.filter(kind=AttributionKind.SPEAKER).exists():
        raise TransitionRefusedError(_("Nobody says it: add a speaker first."))
    if not statement.wordings.exists() and not statement.appearances.exists():
        raise TransitionRefusedError(_("It has no words: add a wording first."))
    return _moved(
        statement, "submit", status=Status.IN_REVIEW, returned_reason="", submitted_by=by, submitted_at=timezone.now()
    )


@transaction.atomic
def recall(*, statement_id: "UUID", by: "User", version: int | None = None) -> Statement:
    """Take back what one sent to review oneself, while nobody approved it: it is the draft that it was."""
    statement = _locked(statement_id, Status.IN_REVIEW, version=version)
    if statement.submitted_by_id != by.pk:
        raise TransitionRefusedError(_("Somebody else sent it to review: only they can take it back."))
    if statement.reviewed_by_id is not None:
        raise TransitionRefusedError(_("It is approved already: a reviewer can return it."))
    return _moved(statement, "recall", status=Status.DRAFT, **_before_it_was_sent(statement))


@transaction.atomic
def approve(*, statement_id: "UUID", by: "User", version: int | None = None) -> Statement:
    """Say that a statement in review is right; it can be published from then on, by whoever may, and is not yet."""
    statement = _locked(statement_id, Status.IN_REVIEW, version=version)
    if statement.reviewed_by_id is not None:
        raise TransitionRefusedError(_("It is approved already: publish it."))
    return _moved(statement, "approve", **_reviewed(statement, by))


@transaction.atomic
def return_to_draft(*, statement_id: "UUID", reason: str, version: int | None = None) -> Statement:
    """Give a statement back to its curator, who reads the reason: one in review, or a withdrawn one to be corrected."""
    statement = _locked(statement_id, Status.IN_REVIEW, Status.WITHDRAWN, version=version)
    if statement.merged_into_id is not None:
        raise TransitionRefusedError(_("It was found to be one with another statement: correct that one."))
    return _moved(
        statement,
        "return",
        _given(reason),
        status=Status.DRAFT,
        returned_reason=_given(reason),
        reviewed_by=None,
        is_self_reviewed=False,
    )


@transaction.atomic
def publish(*, statement_id: "UUID", by: "User", version: int | None = None) -> Statement:
    """Publish a statement in review; whoever publishes what nobody has approved approves it.

    Who entered it or sent it to review may not approve it, unless the installation allows it and says so on it.
    `version` is the `Statement.version` that the reviewer read: another one was changed since and is refused.
    """
    statement = _locked(statement_id, Status.IN_REVIEW, version=version)
    return _moved(
        statement,
        "publish",
        **({} if statement.reviewed_by_id else _reviewed(statement, by)),
        status=Status.PUBLISHED,
        published_at=timezone.now(),
        withdrawn_reason="",
        withdrawn_at=None,
    )


@transaction.atomic
def withdraw(*, statement_id: "UUID", reason: str, version: int | None = None) -> Statement:
    """Take a published statement back, with a reason that the public sees."""
    statement = _locked(statement_id, Status.PUBLISHED, version=version)
    return _moved(
        statement,
        "withdraw",
        _given(reason),
        status=Status.WITHDRAWN,
        withdrawn_reason=_given(reason),
        withdrawn_at=timezone.now(),
    )


def _locked(statement_id: "UUID", *expected: Status, version: int | None) -> Statement:
    statement: Statement = Statement.objects.select_for_update(no_key=True).get(pk=statement_id)
    check_version(statement, version)
    if statement.status not in expected:
        raise TransitionRefusedError(
            _("It is “%(is)s”; only “%(must)s” can take this step.")
            % {
                "is": statement.get_status_display(),
                "must": _("” or “").join(str(one.label) for one in expected),
            }
        )
    return statement


def _before_it_was_sent(statement: Statement) -> dict[str, Any]:
    """What its last draft kept of steps before; what a reviewer asked for is still to be done."""
    changes: Any = Statement._meta.get_field("changes").related_model
    drafts = changes.objects.filter(pgh_obj=statement.pk, status=Status.DRAFT).order_by("-pgh_id")
    kept = drafts.values("returned_reason", "submitted_by_id", "submitted_at").first()
    return kept or {"returned_reason": "", "submitted_by_id": None, "submitted_at": None}


def _reviewed(statement: Statement, by: "User") -> dict[str, Any]:
    """What is kept of an approval; refused to whoever entered the statement or sent it to review."""
    is_self_reviewed = entered_or_submitted(statement, by)
    if is_self_reviewed and not settings.ALLOW_SELF_REVIEW:
        raise TransitionRefusedError(
            _("You entered it or sent it to review yourself: another reviewer must publish it.")
        )
    if not is_self_reviewed and written_by([statement.pk], by):
        if not settings.ALLOW_SELF_REVIEW:
            raise TransitionRefusedError(_("You changed it yourself: another reviewer must publish it."))
        is_self_reviewed = True
    return {"reviewed_by": by, "is_self_reviewed": is_self_reviewed}


def _moved(statement: Statement, name: str, why: str = "", /, **values: Any) -> Statement:
    for field, value in values.items():
        setattr(statement, field, value)
    with act(name, why):
        statement.save(update_fields=["updated_at", *values])
        check_deferred_rules()
    statement.refresh_from_db(fields=["version", "updated_at"])
    return statement


def _given(reason: str) -> str:
    if not reason.strip():
        raise TransitionRefusedError(_("Say why: the reason is kept with the statement."))
    if len(reason.strip()) > LONGEST_REASON:
        raise TransitionRefusedError(_("The reason is too long: 500 characters are the most."))
    return reason.strip()
