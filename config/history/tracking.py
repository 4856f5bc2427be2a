"""Which tables keep a history: `@tracked` gives a model a table of its changes, filled by triggers (pghistory)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models
from pghistory.models import Event

Tracked = TypeVar("Tracked", bound=type[models.Model])

INSERT, UPDATE, DELETE = "insert", "update", "delete"
#: function of the database that is true while rows are stored whose history is written with them, for all at once
IN_BULK = "public.record_is_bulk()"


@dataclass(frozen=True)
class Tracking:
    """What is kept of one model: by which key its rows belong to a whole, and what no change of theirs is."""

    parent: str | None
    quiet: frozenset[str]


#: model -> how its changes are kept, for each model that has a history
TRACKED: dict[type[models.Model], Tracking] = {}


class Change(Event):
    """One change of one row: the row as it was made or became, or as it was when it was deleted.

    `pgh_created_at` is the beginning of the transaction; `pgh_context_id` is one for all that one person did at once,
    and `pgh_context` says who, from where and why (`config.history.acting`); both are NULL for plain SQL.
    """

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def tracked(
    *, parent: str | None = None, exclude: Sequence[str] = (), quiet: Sequence[str] = (), in_bulk: bool = False
) -> Callable[[Tracked], Tracked]:
    """Return the decorator that keeps a model's history in `<Model>Change`.

    `parent` is the foreign key by which the changes are looked up together with their whole's. `exclude` are fields
    that are not copied, `quiet` those whose change alone is none. Generated columns are never copied. `in_bulk`: what
    stores many rows at once writes their history itself (`store_statements`), and the trigger leaves it to that.
    """
    written = pgtrigger.Condition(f"NOT {IN_BULK}") if in_bulk else None

    def decorate(model: Tracked) -> Tracked:
        TRACKED[model] = Tracking(parent, frozenset(quiet))
        generated = [one.name for one in model._meta.local_fields if isinstance(one, models.GeneratedField)]
        left_out = [*generated, *exclude]
        content = [one.name for one in model._meta.local_fields if one.name not in {*left_out, *quiet}]
        name = model._meta.db_table.partition("_")[2]
        pghistory.track(
            pghistory.InsertEvent(INSERT, condition=written),
            pghistory.UpdateEvent(UPDATE, condition=pgtrigger.AnyChange(*content)),
            pghistory.DeleteEvent(DELETE),
            exclude=left_out,
            obj_field=pghistory.ObjForeignKey(related_name="changes", db_index=True),
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            append_only=True,
            base_model=Change,
            level=pghistory.Row,
            meta={"indexes": [models.Index(parent, name=f"{name}_changes")]} if parent else {},
        )(model)
        return model

    return decorate
