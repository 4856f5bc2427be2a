"""How earlier versions of a model's rows are restored: each model's own function, if it has one."""

from typing import Any, Protocol

from django.db.models import Model
from django.http import HttpRequest


class NotRestoredError(Exception):
    """An earlier version cannot be restored; the message, in the reader's language, says why."""


class Restorer(Protocol):
    """Restores earlier versions of one model's rows."""

    def may(self, request: HttpRequest, row: Any) -> bool:
        """Tell whether whoever asks may restore an earlier version of this row now."""
        ...

    def restore(self, *, row: Any, number: int, by: Any, version: int | None) -> None:
        """Make a version the present one; raise NotRestoredError. `version` is the row's own that was read."""
        ...


#: model -> its restorer
RESTORERS: dict[type[Model], Restorer] = {}
