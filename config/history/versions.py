"""The history of one whole: a row and what belongs to it, version by version.

What is changed in one transaction for one reason is one version. Versions are numbered from 1; those that say nothing
new (a row was stored again, or what changed is of another whole) have no number. All changes of a whole are read by one
query for each kind of row, however many there are; what differs is worked out for the versions that are shown.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import Any

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.transaction import atomic

from config.history.ordering import in_order
from config.history.shapes import Shape, shape_of
from config.history.states import Change, State, differences
from config.history.tracking import DELETE, INSERT

SQL = "sql"
CREATE, CHANGE, REMOVE = "create", "change", "delete"

_ABOUT = ["pgh_id", "pgh_label", "pgh_created_at", "pgh_context_id", "pgh_context", "pgh_obj_id"]


@dataclass(eq=False, slots=True)
class Event:
    """One change of one row, with its columns afterwards or, of a deletion, before."""

    number: int
    is_deletion: bool
    is_insertion: bool
    values: dict[str, Any]
    transaction: "Transaction"
    #: the row as it was then, of a kind without parts: the same one in each state
    state: State | None = None


@dataclass(eq=False)
class Transaction:
    """What was changed at once for one reason."""

    at: datetime
    context: Mapping[str, Any]
    #: the same for all that one database transaction did, for whatever reasons
    moment: tuple[Any, ...] = ()
    index: int = 0

    @property
    def origin(self) -> str:
        """From where it was changed: admin, api, import, command, or sql where nothing was said."""
        return str(self.context.get("origin") or SQL)

    @property
    def user(self) -> int | None:
        """The number of the account that did it."""
        known = self.context.get("user")
        return int(known) if isinstance(known, int | str) and str(known).isdigit() else None

    @property
    def token(self) -> str | None:
        """The id of the API token by which it was done."""
        return self.context.get("token")

    @property
    def why(self) -> str:
        """The reason that was given."""
        return str(self.context.get("why") or "")


@dataclass(frozen=True)
class Version:
    """The whole as one transaction left it."""

    number: int
    #: the row's own version afterwards, which is its ETag; None for what has none
    version: int | None
    act: str
    transaction: Transaction

    @property
    def why(self) -> str:
        """The reason that was given."""
        return self.transaction.why


@dataclass(eq=False)
class Row:
    """All changes of one row, in the order in which they were made."""

    shape: Shape
    pk: Any
    events: list[Event] = field(default_factory=list)

    def after(self, index: int) -> Event | None:
        """Return the last change up to a transaction; None before the first and once it is deleted."""
        place = bisect_right(self._indexes, index)
        event = self._latest[place - 1] if place else None
        return None if event is None or event.is_deletion else event

    @cached_property
    def _by_transaction(self) -> list[Event]:
        return sorted(self.events, key=lambda event: (event.transaction.index, event.number))

    @cached_property
    def _indexes(self) -> list[int]:
        return [event.transaction.index for event in self._by_transaction]

    @cached_property
    def _latest(self) -> list[Event]:
        return list(accumulate(self._by_transaction, _later))


class History:
    """The history of one whole, read once from the database."""

    def __init__(self, model: type[Model], pk: Any, *, using: str = "default") -> None:
        """Read all changes of the row of `model` with this key, and of what belongs to it."""
        self.shape = shape_of(model)
        self.pk = pk
        self.rows: dict[Shape, dict[Any, Row]] = {}
        self._transactions: dict[tuple[Any, ...], Transaction] = {}
        with _one_moment(using):
            for shape, changes in _changes(self.shape, pk, using):
                self.rows[shape] = self._read(shape, changes)
        self.transactions = in_order(row.events for rows in self.rows.values() for row in rows.values())

    @cached_property
    def versions(self) -> list[Version]:
        """The versions that say something new, oldest first."""
        found = [one for one in self.transactions if one.index in self._telling]
        return [self._version(number, one) for number, one in enumerate(found, start=1)]

    def numbered(self, number: int) -> Version | None:
        """Return one version."""
        return self.versions[number - 1] if 1 <= number <= len(self.versions) else None

    def state(self, version: Version | None) -> State | None:
        """Return the whole as it was at a version; None before the first, and where it was deleted."""
        return None if version is None else self.state_after(version.transaction)

    def state_after(self, transaction: Transaction) -> State | None:
        """Return the whole as a transaction left it; None where it was deleted."""
        root = self._root
        event = root.after(transaction.index) if root else None
        return _assembled(self.shape, self.pk, event, self._below(transaction.index)) if event else None

    def changes(self, version: Version) -> list[Change]:
        """Return what a version changed."""
        earlier = self.numbered(version.number - 1)
        return differences(self.state(earlier), self.state(version))

    @property
    def present(self) -> State | None:
        """The whole as it is after the last change."""
        return self.state_after(self.transactions[-1]) if self.transactions else None

    @property
    def _root(self) -> Row | None:
        return self.rows[self.shape].get(self.pk)

    def _read(self, shape: Shape, changes: Iterable[dict[str, Any]]) -> dict[Any, Row]:
        rows: dict[Any, Row] = {}
        for values in changes:
            number, label, at, context_id, context, pk = (values.pop(name) for name in _ABOUT)
            act = (context or {}).get("act")
            moment = (context_id, at)
            transaction = self._transactions.setdefault((*moment, act), Transaction(at, context or {}, moment))
            event = Event(number, label == DELETE, label == INSERT, values, transaction)
            rows.setdefault(pk, Row(shape, pk)).events.append(event)
        return rows

    def _below(self, index: int) -> dict[Shape, dict[Any, dict[Any, Event]]]:
        """The rows there were after a transaction: of each kind, by owner."""
        there: dict[Shape, dict[Any, dict[Any, Event]]] = {}
        for shape, rows in self.rows.items():
            if shape.parent is None:
                continue
            of_owners: dict[Any, dict[Any, Event]] = defaultdict(dict)
            for pk, row in rows.items():
                event = row.after(index)
                if event is not None:
                    of_owners[event.values[shape.parent.attname]][pk] = event
            there[shape] = of_owners
        return there

    @cached_property
    def _telling(self) -> set[int]:
        """The numbers of the transactions that changed what a row says, or what rows there are."""
        telling: set[int] = set()
        for shape, rows in self.rows.items():
            for row in rows.values():
                indexes = sorted({event.transaction.index for event in row.events})
                telling.update(
                    index
                    for index in indexes
                    if index not in telling and self._said(shape, row, index - 1) != self._said(shape, row, index)
                )
        return telling

    def _said(self, shape: Shape, row: Row, index: int) -> tuple[Any, ...] | None:
        """What a row said after a transaction; None where it was not there, or was of another whole."""
        event = row.after(index)
        if event is None or not self._is_inside(shape, event, index):
            return None
        owner = event.values[shape.parent.attname] if shape.parent else None
        return (owner, *(event.values[one.attname] for one in shape.fields))

    def _is_inside(self, shape: Shape, event: Event, index: int) -> bool:
        if shape.owner is None or shape.parent is None:
            return True
        key = event.values[shape.parent.attname]
        if shape.owner.owner is None:
            return bool(key == self.pk)
        owner = self.rows[shape.owner].get(key)
        held = owner.after(index) if owner else None
        return held is not None and self._is_inside(shape.owner, held, index)

    def _version(self, number: int, transaction: Transaction) -> Version:
        root = self._root
        own = [event for event in root.events if event.transaction is transaction] if root else []
        last = root.after(transaction.index) if root else None
        kept = last or (own[-1] if own else None)
        version = kept.values.get("version") if kept else None
        return Version(number, version, _act(transaction, own), transaction)


def _later(one: Event, other: Event) -> Event:
    return one if one.number > other.number else other


def _act(transaction: Transaction, own: list[Event]) -> str:
    if transaction.context.get("act"):
        return str(transaction.context["act"])
    if any(event.is_insertion for event in own):
        return CREATE
    return REMOVE if any(event.is_deletion for event in own) else CHANGE


def _assembled(shape: Shape, pk: Any, event: Event, below: dict[Shape, dict[Any, dict[Any, Event]]]) -> State:
    if not shape.parts:
        event.state = event.state or State(shape, pk, event.values, {})
        return event.state
    parts = {
        part.name: {
            one: _assembled(part, one, found, below)
            for one, found in sorted(below[part].get(pk, {}).items(), key=lambda item: _place(*item))
        }
        for part in shape.parts
    }
    return State(shape, pk, event.values, parts)


def _place(pk: Any, event: Event) -> tuple[Any, ...]:
    """Where a row stands among its like: by its position, its level or its number, else as it was made."""
    return next((event.values[name] for name in ("position", "level", "number") if name in event.values), 0), pk


@contextmanager
def _one_moment(using: str) -> Iterator[None]:
    """Let all queries inside see the same: what is committed between two of them would be half seen.

    Inside of a transaction, whoever began it has locked the row, or does without.
    """
    if connections[using].in_atomic_block:
        yield
        return
    with atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _changes(shape: Shape, pk: Any, using: str) -> Iterable[tuple[Shape, Iterable[dict[str, Any]]]]:
    """All changes of a whole: one query for each kind of row.

    Of a part, the changes of each row that ever was in it, so that it is known what left for another.
    """
    for one in shape:
        rows = _manager(one, using)
        found = rows.filter(pgh_obj_id__in=_ids(one, pk, using)) if one.owner else rows.filter(pgh_obj_id=pk)
        yield one, found.order_by("pgh_id").values(*_ABOUT, *one.columns)


def _ids(shape: Shape, pk: Any, using: str) -> Any:
    """The ids of the rows of one kind that ever were part of the whole."""
    if shape.owner is None or shape.parent is None:
        return [pk]
    return (
        _manager(shape, using)
        .filter(**{f"{shape.parent.attname}__in": _ids(shape.owner, pk, using)})
        .order_by()
        .values("pgh_obj_id")
    )


def _manager(shape: Shape, using: str) -> "QuerySet[Any]":
    return shape.changes._default_manager.using(using)


def as_of(model: type[Model], pk: Any, number: int) -> dict[str, Any] | None:
    """Return the whole at one of its versions as plain data; None where there is no such version, or nothing left."""
    history = History(model, pk)
    state = history.state(history.numbered(number))
    return state.data() if state else None
