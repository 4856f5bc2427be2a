"""Moving a statement through its life: submit, approve, return, publish, withdraw. One service for each transition."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Appearance, Attribution, Mention, Relay, Segment, Statement, StatementTopic, Wording
from claims.models.vocabularies import AttributionKind, Status
from config.history.acting import act
from config.writing.refusals import check_deferred_rules

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from sources.models.fields import VersionedModel

LONGEST_REASON = 500
_CONTENT = (
    "said_at",
    "said_at_text",
    "said_at_basis",
    "event",
    "act",
    "cameo",
    "attitude",
    "intensity",
    "intensity_phrase",
)
_PRINTED = ("source_text", "quotation_type", "language", "cue_start", "cue_end", "is_headline")


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


def _reviewed(statement: Statement, by: "User") -> dict[str, Any]:
    """What is kept of an approval; refused to whoever entered the statement or sent it to review."""
    is_self_reviewed = by.pk in {statement.created_by_id, statement.submitted_by_id}
    if is_self_reviewed and not settings.ALLOW_SELF_REVIEW:
        raise TransitionRefusedError(
            _("You entered it or sent it to review yourself: another reviewer must publish it.")
        )
    if not is_self_reviewed and _has_changed(statement, by):
        if not settings.ALLOW_SELF_REVIEW:
            raise TransitionRefusedError(_("You changed it yourself: another reviewer must publish it."))
        is_self_reviewed = True
    return {"reviewed_by": by, "is_self_reviewed": is_self_reviewed}


def _has_changed(statement: Statement, by: "User") -> bool:
    """Whether any of what is reviewed was written by them, as the history has it since it was last public."""
    last = statement.changes.filter(status=Status.PUBLISHED).order_by("-pgh_id").first()
    since = {"pgh_created_at__gt": last.pgh_created_at} if last else {}
    # merging speakers and the like is done to many statements at once, and writes nothing of this one
    written = Q(pgh_context__act__isnull=True) | Q(pgh_context__act__in=["unite", "restore"])
    theirs = Q(pgh_context__user=by.pk, **since) & written
    if _wrote(statement.changes.all(), theirs, _CONTENT):
        return True
    # a new revision of the document updates where words are anchored, and writes none
    if _wrote(_changes_of(Appearance, statement), theirs, _PRINTED):
        return True
    whole = [_changes_of(part, statement) for part in (Wording, Attribution, StatementTopic)]
    appearances = _changes_of(Appearance, statement).values("pgh_obj_id")
    printed = [_all_changes(part).filter(appearance__in=appearances) for part in (Segment, Mention, Relay)]
    return any(changes.filter(theirs).exists() for changes in (*whole, *printed))


def _changes_of(part: type[Model], statement: Statement) -> "QuerySet[Any]":
    return _all_changes(part).filter(statement=statement.pk)


def _all_changes(part: type[Model]) -> "QuerySet[Any]":
    changes: Any = part._meta.get_field("changes").related_model
    return changes._default_manager.all()  # type: ignore[no-any-return]  # of any model


def _wrote(changes: "QuerySet[Any]", theirs: Q, columns: tuple[str, ...]) -> bool:
    """Whether a change that is theirs made or removed a row, or made one of its columns another."""
    mine = set(changes.filter(theirs).values_list("pgh_id", flat=True))
    before: dict[Any, list[Any]] = {}
    versions = changes.order_by("pgh_id").values_list("pgh_id", "pgh_label", "pgh_obj_id", *columns)
    for number, label, row, *values in versions:
        if number in mine and (label != "update" or values != before.get(row)):
            return True
        before[row] = values
    return False


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
