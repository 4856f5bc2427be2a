"""What a whole was at one moment, and what differs between two moments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Field, Model

from config.history.shapes import Shape

#: what a row that is made has in its fields before somebody says something
_NOTHING: tuple[Any, ...] = (None, "", [], {}, False)


@dataclass(frozen=True, eq=False)
class State:
    """A row as it was, by column, with the rows that belonged to it: by name of the part, then by id."""

    shape: Shape
    pk: Any
    values: Mapping[str, Any]
    parts: Mapping[str, Mapping[Any, "State"]]

    def data(self) -> dict[str, Any]:
        """Return it as plain data: columns, and lists of such for its parts."""
        return {
            **self.values,
            **{name: [one.data() for one in rows.values()] for name, rows in self.parts.items()},
        }

    def has_part(self, model: type[Model]) -> bool:
        """Tell whether rows of a model belong to it."""
        return any(one.model is model for one in self.shape.parts)

    def part(self, model: type[Model], pk: Any) -> "State | None":
        """Return one row that belongs to it; None where it is not there."""
        found = (rows.get(pk) for rows in self.parts.values())
        return next((one for one in found if one is not None and one.shape.model is model), None)

    def walk(self) -> "Iterator[State]":
        """It and all that belongs to it."""
        yield self
        for rows in self.parts.values():
            for one in rows.values():
                yield from one.walk()


class Kind(StrEnum):
    """What became of a row, or of one field of it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One difference: a part that came or went with all that is in it, or one field of a row that says another thing.

    `owners` are the rows around it, outermost first, the whole itself left out; `row` is as it is afterwards or, where
    it went, as it was. `before` and `after` are the whole: what a row names of the same whole is read there.
    """

    kind: Kind
    before: State | None
    after: State | None
    owners: tuple[State, ...]
    row: State
    field: "Field[Any, Any] | None" = None
    old: Any = None
    new: Any = None

    @property
    def whole(self) -> State | None:
        """The whole that `row` is told as part of."""
        return self.before if self.kind is Kind.REMOVED or self.after is None else self.after


def differences(before: State | None, after: State | None) -> list[Change]:
    """Return what differs, fields before parts; a whole that was made or deleted is told field by field."""
    if before is None and after is None:
        return []
    return list(_of_rows(before, after, (), (before, after)))


def _of_rows(
    before: State | None, after: State | None, owners: tuple[State, ...], wholes: tuple[State | None, State | None]
) -> Iterator[Change]:
    row = after or before
    if row is None or before is after:
        return
    yield from (Change(Kind.CHANGED, *wholes, owners, row, *one) for one in _of_fields(before, after, row))
    inside = (*owners, row) if row.shape.owner else owners
    for part in row.shape.parts:
        was = before.parts[part.name] if before and part.name in before.parts else {}
        now = after.parts[part.name] if after and part.name in after.parts else {}
        yield from (Change(Kind.REMOVED, *wholes, inside, one) for pk, one in was.items() if pk not in now)
        for pk, one in now.items():
            if pk in was:
                yield from _of_rows(was[pk], one, inside, wholes)
            else:
                yield Change(Kind.ADDED, *wholes, inside, one)


def _of_fields(before: State | None, after: State | None, row: State) -> "Iterator[tuple[Field[Any, Any], Any, Any]]":
    """Each field that differs, with what it said and says."""
    for field in row.shape.fields:
        old = before.values.get(field.attname) if before else None
        new = after.values.get(field.attname) if after else None
        made_or_deleted = before is None or after is None
        if old != new and not (made_or_deleted and old in _NOTHING and new in _NOTHING):
            yield field, old, new
