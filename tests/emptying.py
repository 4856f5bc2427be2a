"""Emptying the tables behind a transactional test: those with rows alone, and not what migrations wrote."""

from typing import Any

from django.core.management import call_command
from django.db import OperationalError
from psycopg.errors import DeadlockDetected

#: how often tables are tried to be emptied
TRIES = 3
#: filled by migrations, with no key to any other table
KEPT = (
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "claims_intensityphrase",
    "claims_intensityphrasechange",
    "django_content_type",
)
_DIGEST = " UNION ALL ".join(
    f"SELECT '{name}', md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text COLLATE \"C\"), '')) FROM {name} AS t"
    for name in KEPT
)


class Emptying:
    """Empties a database; what migrations wrote stays while it is as they wrote it, else it goes too."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def look(self, connection: Any) -> None:
        """Remember what migrations wrote."""
        self.kept = _digests(connection)

    def empty(self, connection: Any) -> None:
        """Take all rows away that tests wrote."""
        if _digests(connection) != self.kept:
            call_command("flush", verbosity=0, interactive=False, database=connection.alias, reset_sequences=False)
            return
        names = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in KEPT]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names))
            if filled := ", ".join(name for (name,) in cursor.fetchall()):
                _truncate(cursor, filled)


def _truncate(cursor: Any, names: str) -> None:
    """Empty tables; a request that a page left behind may still be read, and lock them in another order."""
    for left in reversed(range(TRIES)):
        try:
            cursor.execute(f"TRUNCATE {names} CASCADE")
        except OperationalError as error:
            if not (left and isinstance(error.__cause__, DeadlockDetected)):
                raise
        else:
            return


def _digests(connection: Any) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST)
        return dict(cursor.fetchall())
