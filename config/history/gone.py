"""What the history knows of a row that was deleted: when that was, what it said, and which row stands for it now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from config.history.acting import noting
from config.history.shapes import shape_of
from config.history.tracking import DELETE

_REPLACED_BY = "replaced_by"


@dataclass(frozen=True)
class Gone:
    """A row that was deleted, with its columns as they were then."""

    at: datetime
    values: Mapping[str, Any]
    replaced_by: UUID | None


@contextmanager
def replacing(pk: UUID) -> Iterator[None]:
    """Say of a row that is deleted inside that the row of this id stands for it from now on."""
    with noting(**{_REPLACED_BY: str(pk)}):
        yield


def gone(model: type[Model], pk: UUID, *, using: str) -> Gone | None:
    """Return what is known of the row of `model` that had this id; None where there is one, or never was."""
    changes: Any = shape_of(model).changes
    last = changes._default_manager.using(using).filter(pgh_obj_id=pk).order_by("-pgh_id").values().first()
    if last is None or last["pgh_label"] != DELETE:
        return None
    replaced_by = (last["pgh_context"] or {}).get(_REPLACED_BY)
    return Gone(last["pgh_created_at"], last, UUID(replaced_by) if replaced_by else None)
