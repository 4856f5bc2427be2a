"""Acts that change more than drafts: they name themselves to the database and to the history while they last."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pghistory
from django.db import connection

from config.history.acting import act
from config.writing.refusals import check_deferred_rules

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SETTING = "record.act"


class ActRefusedError(Exception):
    """The act cannot be done so; the message, in the reader's language, says why and what would be right."""


@contextmanager
def beyond_drafts(name: str, *, by: "User", setting: str | None = None) -> Iterator[None]:
    """Let the changes inside pass the rule that only drafts change, and check all other rules at the end.

    `name` is the act in the history, `setting` that of the rule where it is another (merge, unite or reanchor). Needs
    a transaction; one that fails inside takes the setting back with all the rest.
    """
    with act(name), pghistory.context(user=by.pk):
        outer = _set(setting or name)
        yield
        check_deferred_rules()
        _set(outer)


def _set(value: str) -> str:
    """Set it for this transaction; return what it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [_SETTING])
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config(%s, %s, true)", [_SETTING, value])
    return str(before)
