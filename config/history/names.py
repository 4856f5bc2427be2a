"""How the rows are called that a history refers to: as they are called now, by one query for each kind of row."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from config.history.shapes import shape_of
from config.history.states import Change, State
from config.history.tracking import DELETE, TRACKED

Namer = Callable[[Collection[Any], str], Mapping[Any, str]]
Named = TypeVar("Named", bound=Namer)

_namers: dict[type[Model], Namer] = {}


def names_of(model: type[Model]) -> Callable[[Named], Named]:
    """Return the decorator of a function that names rows of a model whose `str` would ask for others.

    It takes ids and the alias of the database, and returns names by id.
    """

    def register(function: Named) -> Named:
        _namers[model] = function
        return function

    return register


class Names:
    """The names of all rows that some changes refer to, and of the accounts that made them."""

    def __init__(
        self, changes: Iterable[Change] = (), users: Iterable[int | None] = (), using: str = "default"
    ) -> None:
        """Fetch the names of what `changes` refer to and of `users`."""
        wanted: dict[type[Model], set[Any]] = defaultdict(set)
        for change in changes:
            _collect(change, wanted)
        people: Any = get_user_model()
        wanted[people].update(number for number in users if number is not None)
        self._people = people
        self._names = {model: _named(model, ids, using) for model, ids in wanted.items() if ids}

    def of(self, model: type[Model], pk: Any) -> str:
        """Return the name of a row; of one that is gone, its id."""
        found = self._names.get(model, {}).get(pk)
        return found if found is not None else _("gone (%(id)s)") % {"id": pk}

    def known(self, model: type[Model], pk: Any) -> str | None:
        """Return the name of a row, None where it is gone."""
        return self._names.get(model, {}).get(pk)

    def of_user(self, number: int | None) -> str:
        """Return the name of an account; of a deleted one, its number."""
        if number is None:
            return ""
        return self._names.get(self._people, {}).get(number) or _("account %(number)s") % {"number": number}


def target_of(field: Any) -> type[Model] | None:
    """Return the model that a field refers to, None for one that is no reference."""
    return field.related_model if isinstance(field, ForeignKey) else None


def _collect(change: Change, wanted: dict[type[Model], set[Any]]) -> None:
    for state in [*change.owners, *([change.row] if change.field else change.row.walk())]:
        _collect_fields(state, change.whole, wanted)
    if change.field is not None:
        _collect_value(change.field, change.old, change.before, wanted)
        _collect_value(change.field, change.new, change.after, wanted)


def _collect_fields(state: State, whole: State | None, wanted: dict[type[Model], set[Any]]) -> None:
    for field in state.shape.fields:
        _collect_value(field, state.values.get(field.attname), whole, wanted)


def _collect_value(field: Any, value: Any, whole: State | None, wanted: dict[type[Model], set[Any]]) -> None:
    """What a reference names; where that is a row of the same whole, what this row names as it was then."""
    model = target_of(field)
    if model is None or value is None:
        return
    if whole is None or not whole.has_part(model):
        wanted[model].add(value)
        return
    part = whole.part(model, value)
    if part is not None:
        _collect_fields(part, whole, wanted)


def _named(model: type[Model], ids: set[Any], using: str) -> dict[Any, str]:
    namer = _namers.get(model)
    if namer is not None:
        return dict(namer(ids, using))
    rows = model._default_manager.using(using).in_bulk(list(ids))
    names = {pk: str(row) for pk, row in rows.items()}
    return names | _of_deleted(model, ids - set(names), using)


def _of_deleted(model: type[Model], ids: set[Any], using: str) -> dict[Any, str]:
    """What deleted rows were called at last."""
    if not ids or model not in TRACKED:
        return {}
    shape = shape_of(model)
    deletions = shape.changes._default_manager.using(using).filter(pgh_obj_id__in=ids, pgh_label=DELETE)
    return {values["id"]: str(model(**values)) for values in deletions.order_by("pgh_id").values(*shape.columns)}
