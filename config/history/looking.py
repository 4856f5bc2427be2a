"""How much of a history whoever looks at its page may see: each model's own rule, if it has one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model
from django.http import HttpRequest

from config.history.states import Change
from config.history.versions import History, Transaction


class Seen(Protocol):
    """One version as somebody sees it."""

    @property
    def number(self) -> int: ...

    @property
    def act(self) -> str: ...

    @property
    def transaction(self) -> Transaction: ...

    @property
    def why(self) -> str: ...


@dataclass(frozen=True)
class Look:
    """A history as one person sees it: versions, oldest first and numbered from 1, and what each of them changed."""

    versions: Sequence[Any]  # of Seen
    changes: Callable[[Any], list[Change]]
    #: whether they are told who did it and from where; the numbers are those by which versions are restored
    is_whole: bool = True

    def page(self, *, before: int | None, limit: int) -> Sequence[Seen]:
        """Return up to `limit` versions, newest first: those below a number, or the newest."""
        below = self.versions if before is None else self.versions[: max(before - 1, 0)]
        return below[::-1][:limit]


#: model -> how much of the history of a row whoever asks may see; of any other model all who see the row see all
LOOKS: dict[type[Model], Callable[[HttpRequest, History], Look]] = {}


def look(request: HttpRequest, history: History) -> Look:
    """Return a history as whoever asks may see it."""
    found = LOOKS.get(history.shape.model)
    return found(request, history) if found else Look(history.versions, history.changes)
