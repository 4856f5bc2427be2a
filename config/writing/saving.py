"""Storing one row and the rows that belong to it, and no change where there is none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model

from config.http import problems
from config.http.bodies import pointer
from config.writing.serializers import model_errors

Row = TypeVar("Row", bound=Model)


def save_row(row: Row, values: Mapping[str, Any]) -> Row:
    """Give a row these values by field and store it, unless all of them are its own already.

    Raise ProblemError (400) with a pointer for each value that the model refuses; what the database refuses passes.
    """
    before = _stored(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    _clean(row)
    if row._state.adding or _stored(row, values) != before:
        row.save(force_insert=row._state.adding)
    return row


def replace_parts(
    whole: Model, name: str, wanted: Sequence[Mapping[str, Any]], *, known_by: Sequence[str], member: str = ""
) -> None:
    """Let the rows of `whole.<name>` be those wanted, each given by the values of its fields.

    A row whose fields `known_by` are the same stays the same row and is changed where it differs, so that the history
    shows what changed and no more. `member` is the one of the body that the parts came in, if that has another name.
    Raise ProblemError (400) that points at the part the model refuses, or at one given twice.
    """
    parts: Any = getattr(whole, name)
    at = member or name
    made: dict[tuple[Any, ...], tuple[Any, Mapping[str, Any]]] = {}
    for place, values in enumerate(wanted):
        row = parts.model(**{parts.field.name: whole}, **values)
        _clean(row, at, place)
        identity = _identity(row, known_by)
        if identity in made:
            raise problems.body_error(pointer((at, place)), "It is given more than once.")
        made[identity] = (row, values)
    there = {_identity(row, known_by): row for row in parts.all()}
    for identity in there.keys() - made.keys():
        there[identity].delete()
    for identity, (row, values) in made.items():
        if identity in there:
            save_row(there[identity], {field: getattr(row, field) for field in values})
        else:
            row.save(force_insert=True)


def _clean(row: Model, *path: str | int) -> None:
    """Check the values alone: rows that keys name were looked up, and rules of the database speak for themselves."""
    keys = {one.name for one in row._meta.concrete_fields if isinstance(one, ForeignKey)}
    try:
        row.full_clean(exclude=keys, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise problems.invalid_body(model_errors(error, *path)) from None


def _stored(row: Model, names: Iterable[str]) -> list[Any]:
    """The values of columns, those of keys without the rows behind them."""
    return [getattr(row, str(getattr(row._meta.get_field(name), "attname", name))) for name in names]


def _identity(row: Model, fields: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in fields)
