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
    """An answer of the server, and in which tables something is stored otherwise since."""

    response: Any
    changed: frozenset[str]

    @property
    def has_changed(self) -> bool:
        """Whether anything is stored otherwise."""
        return bool(self.changed)

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
            changed = self._changed()
            transaction.set_rollback(True)
        return Answered(response, changed)

    def post_form(self, client: Client, path: str, data: dict[str, Any]) -> Answered:
        """Return what is answered to a form."""
        with transaction.atomic():
            response = client.post(path, data)
            changed = self._changed()
            transaction.set_rollback(True)
        return Answered(response, changed)

    def remember(self) -> None:
        """Take what is stored now for what was there before each request."""
        self._before = self._stored()

    def _changed(self) -> frozenset[str]:
        if connection.needs_rollback:
            return frozenset()
        with connection.cursor() as cursor:
            # without a number the transaction has neither written nor locked anything
            cursor.execute("SELECT pg_current_xact_id_if_assigned()::text")
            (number,) = cursor.fetchone()
        if number is None:
            return frozenset()
        stored = self._stored()
        return frozenset(name for name in stored if stored[name] != self._before[name])

    def _stored(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(self._everything.values())}")
            return dict(zip(self._everything, cursor.fetchone(), strict=True))

    @cached_property
    def _everything(self) -> dict[str, str]:
        """Table -> what of it is compared: how many changes a history has, a digest of what has none."""
        histories = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
        counts = {name: f'(SELECT count(*) FROM "{name}")' for name in histories}
        return counts | {model._meta.db_table: _digest(model) for model in _without_history()}


def _without_history() -> list[Any]:
    of_desk = [model for label in ("desk", "proposals") for model in apps.get_app_config(label).get_models()]
    return [User, Group, Token, User.groups.through, Group.permissions.through, *of_desk]


def _digest(model: Any) -> str:
    quiet = {"last_login", "last_used_at"}
    columns = ", ".join(f'"{one.column}"::text' for one in model._meta.local_fields if one.name not in quiet)
    key = model._meta.pk.column
    return (
        f"(SELECT md5(string_agg(concat_ws('|', {columns}), '~' ORDER BY \"{key}\")) FROM \"{model._meta.db_table}\")"
    )
