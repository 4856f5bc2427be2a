"""What belongs to what: a tracked model with its parts, as their foreign keys say."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.db.models import BinaryField, DateTimeField, Field, ForeignKey, Model

from config.history.tracking import TRACKED

# Kept with each row, and no content of it.
_BESIDES = {"id", "version"}


@dataclass(frozen=True, eq=False)
class Shape:
    """One model of a whole: its table of changes and, where it is a part, the key by which it belongs to its owner."""

    model: type[Model]
    owner: "Shape | None" = field(default=None, repr=False)

    @cached_property
    def changes(self) -> type[Model]:
        """The model of the table of changes."""
        key: Any = self.model._meta.get_field("changes")
        found: type[Model] = key.related_model
        return found

    @cached_property
    def parent(self) -> "ForeignKey[Any, Any] | None":
        """The key to the owner; None for the whole itself."""
        name = TRACKED[self.model].parent
        return self.model._meta.get_field(name) if self.owner and name else None  # type: ignore[return-value]  # TRACKED names keys

    @cached_property
    def name(self) -> str:
        """How the owner calls its rows of this kind: `wordings`."""
        return "" if self.parent is None else str(self.parent.remote_field.get_accessor_name())

    @cached_property
    def columns(self) -> list[str]:
        """The columns that are read of a change, bytes left out: they are no words."""
        kept: Any = self.changes._meta.concrete_fields
        return [one.attname for one in kept if one.name[:4] != "pgh_" and not isinstance(one, BinaryField)]

    @cached_property
    def fields(self) -> "list[Field[Any, Any]]":
        """The fields that say something of a row: not its place in the record, nor what is noted by the way."""
        besides = {*_BESIDES, *TRACKED[self.model].quiet, *([self.parent.name] if self.parent else [])}
        return [
            one
            for one in self.model._meta.local_concrete_fields
            if one.attname in self.columns and one.name not in besides and not _is_a_note(one)
        ]

    @cached_property
    def parts(self) -> list["Shape"]:
        """What belongs to it and has no version of its own."""
        return [
            Shape(model, self)
            for model, tracking in TRACKED.items()
            if tracking.parent is not None
            and model._meta.get_field(tracking.parent).related_model is self.model
            and not any(one.name == "version" for one in model._meta.local_fields)
        ]

    def __iter__(self) -> "Iterator[Shape]":
        """It and all that belongs to it, owners first."""
        yield self
        for part in self.parts:
            yield from part


def _is_a_note(one: "Field[Any, Any]") -> bool:
    """Whether it is a time that was noted when something else happened."""
    return isinstance(one, DateTimeField) and not one.editable


@cache
def shape_of(model: type[Model]) -> Shape:
    """Return a tracked model with its parts."""
    return Shape(model)
