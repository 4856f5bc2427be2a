"""The steps of the workflow by name: what each needs and who may take it, for admin, bulk actions, API and command."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

from claims.models import Statement
from claims.models.vocabularies import Status
from claims.services import reviewing
from claims.services.rights import CHANGE, PUBLISH, may_change

if TYPE_CHECKING:
    from uuid import UUID

    from config.access.permissions import Access


@dataclass(frozen=True)
class Step:
    """One transition: the states it leads from, the permission it takes, whether it needs a reason."""

    name: str
    permission: str
    starts_from: frozenset[Status]
    take: Callable[..., Statement]
    needs_reason: bool = False
    by_name: bool = True  # whether the service keeps who did it


STEPS = {
    one.name: one
    for one in [
        Step("submit", CHANGE, frozenset({Status.DRAFT}), reviewing.submit),
        Step("approve", PUBLISH, frozenset({Status.IN_REVIEW}), reviewing.approve),
        Step("publish", PUBLISH, frozenset({Status.IN_REVIEW}), reviewing.publish),
        Step(
            "return",
            PUBLISH,
            frozenset({Status.IN_REVIEW, Status.WITHDRAWN}),
            reviewing.return_to_draft,
            needs_reason=True,
            by_name=False,
        ),
        Step(
            "withdraw",
            PUBLISH,
            frozenset({Status.PUBLISHED}),
            reviewing.withdraw,
            needs_reason=True,
            by_name=False,
        ),
    ]
}


def may_take(access: "Access", step: Step, statement: Statement) -> bool:
    """Tell whether they may take a step with this statement, whatever its state."""
    return may_change(access, statement) if step.permission == CHANGE else access.may(step.permission)


def steps_from(statement: Statement, access: "Access") -> list[Step]:
    """Return the steps that they may take from here, in the order of the workflow."""
    return [
        step
        for step in STEPS.values()
        if statement.status in step.starts_from
        and may_take(access, step, statement)
        and not (step.name == "approve" and statement.reviewed_by_id)
        and statement.merged_into_id is None
    ]


def take_step(
    *, name: str, statement_id: "UUID", access: "Access", reason: str = "", version: int | None = None
) -> Statement:
    """Take a step; `version` is the one that the person read.

    Raise PermissionDenied for who may not, TransitionRefusedError where it cannot be taken, StaleVersionError where it
    was changed since, Statement.DoesNotExist.
    """
    step = STEPS[name]
    statement = Statement.objects.only("pk", "status", "created_by").get(pk=statement_id)
    if not may_take(access, step, statement):
        raise PermissionDenied
    values: dict[str, Any] = {"statement_id": statement_id, "version": version}
    if step.needs_reason:
        values["reason"] = reason
    if step.by_name:
        values["by"] = access.user
    return step.take(**values)
