"""Databases beside the test database, on the same PostgreSQL, for servers of their own."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connections
from django.db.utils import ConnectionHandler
from psycopg import sql

from claims.models import Speaker, Statement
from config.embedded.server import EmbeddedServer
from tests.faults.program import logs

ALIASES = ("default", "public")
TIMES = """
SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = 'timestamp with time zone'
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Database:
    """One database by its name."""

    name: str

    @property
    def url(self) -> str:
        """DATABASE_URL for a program of its own."""
        given = connections["default"].get_connection_params()
        where = {name: given[name] for name in ("host", "port", "sslmode") if given.get(name)}
        user, password = (quote(str(given.get(name) or ""), safe="") for name in ("user", "password"))
        return f"postgresql://{user}{':' if password else ''}{password}@/{self.name}?{urlencode(where)}"

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Let all of Django's connections be to this database."""
        before = {alias: connections[alias] for alias in ALIASES}
        settings = {alias: {**connections.settings[alias], "NAME": self.name} for alias in ALIASES}
        own = ConnectionHandler(settings)["default"]
        for alias in ALIASES:
            connections[alias] = own
        try:
            yield
        finally:
            own.close()
            for alias in ALIASES:
                connections[alias] = before[alias]

    def drop(self) -> None:
        """Remove it, whoever is connected."""
        _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)

    def logs(self) -> list[Path]:
        """What PostgreSQL has written about itself, where it is ours."""
        wanted = connections["default"].settings_dict.get("EMBEDDED")
        return list(logs(wanted["data_dir"])) if wanted else []

    def copy(self) -> "Database":
        """Make another with the same contents; nobody may be connected to this one."""
        made = Database(f"test_leaks_{secrets.token_hex(4)}")
        owner = str(connections["default"].get_connection_params()["user"])
        _execute("CREATE DATABASE {} TEMPLATE {} OWNER {}", made.name, self.name, owner)
        return made

    def set_times(self, since: datetime, base: datetime) -> int:
        """Put the moments since `since` a second apart from `base` on, in their order; return how many there are."""
        with superuser(self.name) as connection:
            # neither history nor rules: only the clock is set
            connection.execute("SET session_replication_role = replica")
            columns = [
                sql.SQL("SELECT {} AS at FROM {}").format(*map(sql.Identifier, reversed(one)))
                for one in (connection.execute(TIMES).fetchall())
            ]
            every = sql.SQL(" UNION ").join(columns)
            found = connection.execute(
                sql.SQL("SELECT at FROM ({}) AS every WHERE at BETWEEN %s AND now() ORDER BY at").format(every), [since]
            ).fetchall()
            becomes = {at: base + timedelta(seconds=place) for place, (at,) in enumerate(found)}
            connection.execute("CREATE TEMPORARY TABLE becomes (was timestamptz PRIMARY KEY, is_now timestamptz)")
            connection.cursor().executemany("INSERT INTO becomes VALUES (%s, %s)", becomes.items())
            for table, column in connection.execute(TIMES).fetchall():
                connection.execute(
                    sql.SQL("UPDATE {} SET {} = is_now FROM becomes WHERE {} = was").format(
                        sql.Identifier(table), sql.Identifier(column), sql.Identifier(table, column)
                    )
                )
            connection.execute("SELECT statement_documents_refresh(array(SELECT id FROM claims_statement))")
        return len(becomes)


def new_database() -> Database:
    """Make a database with all tables and what migrations put into them."""
    connections.close_all()
    test = Database(str(connections["default"].settings_dict["NAME"]))
    # a transactional test that ran before emptied what migrations had filled
    is_as_migrated = Group.objects.exists() and not (Statement.objects.exists() or Speaker.objects.exists())
    connections.close_all()
    if is_as_migrated:
        # threads of tests that ran before may still be connected, which makes it no template
        with contextlib.suppress(psycopg.errors.ObjectInUse):
            return test.copy()
    made = Database("template0").copy()
    with made.used():
        call_command("migrate", verbosity=0)
    return made


@contextlib.contextmanager
def superuser(name: str) -> Iterator["psycopg.Connection[Any]"]:
    """A connection that may do anything; of another PostgreSQL, the role of DATABASE_URL must be such."""
    given = connections["default"].get_connection_params()
    wanted = connections["default"].settings_dict.get("EMBEDDED")
    where = (
        EmbeddedServer.of(wanted["data_dir"]).superuser_conninfo(name)
        if wanted
        else {key: given[key] for key in ("host", "port", "user", "password", "sslmode") if given.get(key)}
    )
    with psycopg.connect(**{**where, "dbname": name}, autocommit=True) as connection:
        yield connection


def now() -> datetime:
    """The time, as the server's clock has it too."""
    return datetime.now(UTC)


def _execute(statement: str, *names: str) -> None:
    with superuser("postgres") as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
