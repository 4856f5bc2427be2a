"""What is asked for in one write, whether it came by itself or in a batch, and what a resource says it has done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rest_framework.decorators import action

from config.writing.serializers import WriteSerializer

CREATE, CHANGE, DELETE = "create", "change", "delete"
_MARK = "written_operation"


@dataclass(frozen=True)
class Order:
    """One write: `name` is create, change, delete or that of an operation; `condition` is its If-Match."""

    name: str
    id: UUID | None = None
    condition: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wrote:
    """What was done: the id of the row to be shown, the status that says it, members that the answer has besides."""

    id: UUID
    status: int = 200
    also: Mapping[str, Any] = field(default_factory=dict)


class Nothing(WriteSerializer):
    """A body without members: it may be left out."""


@dataclass(frozen=True)
class Operation:
    """An act on one row that has an address of its own: `POST /<resource>/{id}/<name>/`."""

    name: str
    permission: str
    body: type[WriteSerializer]
    run: Callable[..., Wrote]


def operation(name: str, *, permission: str, body: type[WriteSerializer] = Nothing) -> Callable[..., Any]:
    """Make an operation of a RecordViewSet's method, which gets `(row, values, version)` and returns Wrote.

    `row` is one that they see, not locked; `values` are those of `body`; `version` is the one that If-Match expects and
    the row had: the method, or the service it calls, checks it again under the row's lock. It runs in a transaction.
    """

    def decorate(run: Callable[..., Wrote]) -> Any:
        def handle(self: Any, request: Any, pk: str) -> Any:
            return self.operate(request, pk, name)

        handle.__name__, handle.__doc__ = run.__name__, run.__doc__
        setattr(handle, _MARK, Operation(name, permission, body, run))
        return action(detail=True, methods=["post"], url_path=name, url_name=name)(handle)

    return decorate


def operations_of(viewset: type) -> dict[str, Operation]:
    """Return the operations of a viewset by name."""
    found = [getattr(getattr(viewset, name), _MARK, None) for name in dir(viewset)]
    return {one.name: one for one in found if one is not None}
