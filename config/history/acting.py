"""Who acts, from where and why: said once, kept by the database with every change that follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any
from uuid import UUID

import pghistory
from pghistory.runtime import Context


class Origin(StrEnum):
    """From where something was changed; what says nothing of it was changed by SQL."""

    ADMIN = "admin"
    API = "api"
    IMPORT = "import"
    COMMAND = "command"


@contextmanager
def acting(*, origin: Origin, user: int | None = None, token: UUID | None = None) -> Iterator[Context]:
    """Name who acts, for all changes inside: the account's number and, in the API, the token's id."""
    known: dict[str, Any] = {"origin": str(origin)}
    if user is not None:
        known["user"] = user
    if token is not None:
        known["token"] = str(token)
    with pghistory.context(**known) as context:
        yield context


@contextmanager
def act(name: str, why: str = "") -> Iterator[None]:
    """Say of the changes inside which act they are part of, and its reason."""
    with noting(act=name, **({"why": why} if why else {})):
        yield


@contextmanager
def noting(**notes: str) -> Iterator[None]:
    """Keep these notes with the changes inside, and with no others."""
    with pghistory.context() as context:
        outside = dict(context.metadata)
        context.metadata.update(notes)
        try:
            yield
        finally:
            context.metadata.clear()
            context.metadata.update(outside)
