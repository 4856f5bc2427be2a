"""One request, what came of it, and whether it changed the record; whatever it did is undone."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from pghistory.models import Event

from config.access.models import Token

HOST = "localhost"
ALLOWED = "✓"
#: statuses that say what somebody may
TELLING = {301, 302, 401, 403, 404, 405, 409, 410, 500}


class UnknownAddressError(Exception):
    """There is an address, or something to be done there, that nobody has said how to ask for."""


class NotMeasuredError(Exception):
    """The answer says nothing about who may: what was sent is wrong."""


@dataclass(frozen=True)
class Answered:
    """An answer of the server, and whether something is stored otherwise since."""

    response: Any
    has_changed: bool

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return int(self.response.status_code)


class Asker:
    """Asks, and compares what is stored before and afterwards."""

    def ask(self, client: Client, method: str, path: str, **sent: Any) -> Answered:
        """Return what is answered to a request; nothing of what it did stays."""
        with transaction.atomic():
            response = client.generic(method, path, **sent)
            changed = not connection.needs_rollback and self._has_changed()
            transaction.set_rollback(True)
        return Answered(response, changed)

    def post_form(self, client: Client, path: str, data: dict[str, Any]) -> Answered:
        """Return what is answered to a form."""
        with transaction.atomic():
            response = client.post(path, data)
            changed = not connection.needs_rollback and self._has_changed()
            transaction.set_rollback(True)
        return Answered(response, changed)

    def remember(self) -> None:
        """Take what is stored now for what was there before each request."""
        self._before = self._stored()

    def _has_changed(self) -> bool:
        with connection.cursor() as cursor:
            # without a number the transaction has neither written nor locked anything
            cursor.execute("SELECT pg_current_xact_id_if_assigned()::text")
            (number,) = cursor.fetchone()
        return number is not None and self._stored() != self._before

    def _stored(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(self._everything)
            return cursor.fetchone()

    @cached_property
    def _everything(self) -> str:
        """A query of one row: how many changes each history has, and digests of what has none."""
        histories = [model for model in apps.get_models() if issubclass(model, Event)]
        counts = [f'(SELECT count(*) FROM "{model._meta.db_table}")' for model in histories]
        return f"SELECT {', '.join([*counts, *map(_digest, _without_history())])}"


def _without_history() -> list[tuple[str, list[str]]]:
    models: list[Any] = [User, Group, Token, User.groups.through, Group.permissions.through]
    quiet = {"last_login", "last_used_at"}
    return [
        (model._meta.db_table, [one.column for one in model._meta.local_fields if one.name not in quiet])
        for model in models
    ]


def _digest(table: tuple[str, list[str]]) -> str:
    name, columns = table
    row = ", ".join(f'"{column}"::text' for column in columns)
    return f"(SELECT md5(string_agg(concat_ws('|', {row}), '~' ORDER BY id)) FROM \"{name}\")"
