"""Whether the history, played to its end, gives what the tables hold."""

from typing import Any

from django.db.models import BinaryField, Model

from config.history.shapes import Shape, shape_of
from config.history.tracking import TRACKED
from config.history.versions import History


def differences_from_present(model: type[Model], pk: Any) -> list[str]:
    """Return in what the history of a whole differs from its present rows, a sentence each; nothing where it is right.

    Bytes are not compared, nor what is quiet: it changes without being a change.
    """
    history = History(model, pk)
    return [sentence for shape in shape_of(model) for sentence in _of_shape(history, shape)]


def _of_shape(history: History, shape: Shape) -> list[str]:
    remembered = _remembered(history, shape)
    there = _there(history, shape)
    return [
        f"{shape.model.__name__} {pk}: {told}"
        for pk in sorted({*remembered, *there}, key=str)
        for told in _told(remembered.get(pk), there.get(pk))
    ]


def _told(remembered: dict[str, Any] | None, there: dict[str, Any] | None) -> list[str]:
    if remembered is None:
        return ["it is there, and the history does not know it"]
    if there is None:
        return ["the history has it, and it is not there"]
    return [
        f"{name} is {there[name]!r}, by the history {value!r}"
        for name, value in remembered.items()
        if there[name] != value
    ]


def _remembered(history: History, shape: Shape) -> dict[Any, dict[str, Any]]:
    last = len(history.transactions)
    columns = _columns(shape)
    found = {pk: event.values for pk, row in history.rows[shape].items() if (event := row.after(last)) is not None}
    owners = _ids(history, shape.owner) if shape.owner else set()
    return {
        pk: {name: values[name] for name in columns}
        for pk, values in found.items()
        if shape.parent is None or values[shape.parent.attname] in owners
    }


def _ids(history: History, shape: Shape) -> set[Any]:
    return {history.pk} if shape.owner is None else set(_remembered(history, shape))


def _there(history: History, shape: Shape) -> dict[Any, dict[str, Any]]:
    path, one = [], shape
    while one.parent is not None and one.owner is not None:
        path.append(one.parent.name)
        one = one.owner
    rows = shape.model._default_manager.filter(**{"__".join([*path, "pk"]): history.pk})
    return {values["id"]: values for values in rows.order_by().values(*_columns(shape))}


def _columns(shape: Shape) -> list[str]:
    noted = TRACKED[shape.model].quiet
    kept: Any = shape.changes._meta.concrete_fields
    return [
        one.attname
        for one in kept
        if one.name[:4] != "pgh_" and one.name not in noted and not isinstance(one, BinaryField)
    ]
