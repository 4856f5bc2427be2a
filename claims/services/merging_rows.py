"""What merging speakers and merging topics have in common: which rows are locked, and which belong to which."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from claims.models import Speaker, Statement, Topic
from claims.services.beyond_drafts import ActRefusedError

Row = TypeVar("Row", Speaker, Topic)


class MergeRefusedError(ActRefusedError):
    """These two speakers, or topics, cannot become one."""


def lock_statements(chosen: Q) -> None:
    """Lock statements in the order of their ids.

    Whoever changes a statement locks it first and what it names afterwards; in the same order, none of two waits for
    the other for ever.
    """
    list(Statement.objects.filter(chosen).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def lock_both(model: type[Row], row_id: UUID, into_id: UUID, *, whole: str, missing: str) -> tuple[Row, Row]:
    """Lock both and whatever points to the first, in the order of their ids; return both.

    `whole` is the key by which one row belongs to another; `missing` is what is said of ids of nothing, with %s for
    them. Raise the DoesNotExist of the model.
    """
    touched = Q(pk__in=[row_id, into_id]) | Q(**{whole: row_id}) | Q(merged_into=row_id)
    locked = {row.pk: row for row in model.objects.filter(touched).order_by("pk").select_for_update()}
    if absent := {row_id, into_id} - set(locked):
        raise model.DoesNotExist(missing % ", ".join(map(str, absent)))
    return locked[row_id], locked[into_id]


def belongs_to(row: Speaker | Topic, other: UUID, *, whole: str) -> bool:
    """Whether a row belongs to another by the key `whole`, directly or through others."""
    passed: set[UUID] = set()
    step: UUID | None = getattr(row, f"{whole}_id")
    while step is not None and step not in passed:
        if step == other:
            return True
        passed.add(step)
        step = type(row).objects.values_list(whole, flat=True).get(pk=step)
    return False
