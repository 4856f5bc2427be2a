"""One installation as a person at its terminal has it: commands, what they print, and its database."""

import contextlib
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, transaction
from django.db.utils import ConnectionHandler
from psycopg import sql

from config.databases import database_settings
from config.embedded.server import EmbeddedServer
from config.environment import BASE_DIR, Environment
from config.upkeep.contents import SETTINGS, Table, count_all
from sources.models import Source, SourceText
from tests import factories

LONG_TEXT = "".join(f"{number} mots à retenir. " for number in range(60_000))


def fill() -> None:
    """Make tables and a record with a bit of everything, in the database that is in use."""
    call_command("migrate", verbosity=0)
    for mark in ("", "Zurück"):
        factories.full(mark)
    factories.full_draft()
    factories.withdrawn()
    source = Source.objects.create(title="Longue lecture", language="fr")
    SourceText.objects.create(source=source, raw=LONG_TEXT.encode(), text=LONG_TEXT)


@dataclass(frozen=True)
class Installation:
    """DATA_DIR and DATABASE_URL, and a database of the server by another name if one is given."""

    data_dir: Path
    url: str = ""
    name: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = database_settings(Environment(DATA_DIR=self.data_dir, DATABASE_URL=self.url))
        if self.name:
            found["default"]["NAME"] = self.name
        return found

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Let Django's default connection be to this database."""
        before = connections["default"]
        connections["default"] = ConnectionHandler(self.settings)["default"]
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before

    def run(self, command: str, *arguments: str) -> str:
        """Run a command that must go well; return what it prints."""
        out = StringIO()
        with self.used():
            call_command(command, *arguments, stdout=out)
        return out.getvalue()

    def complaint(self, command: str, *arguments: str) -> str:
        """Run a command that must fail; return its sentence."""
        try:
            said = self.run(command, *arguments)
        except CommandError as error:
            return str(error)
        raise AssertionError(f"{command} went well: {said}")

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start `manage.py …` as a process of its own; only for what the environment alone can name."""
        return subprocess.Popen(
            [sys.executable, BASE_DIR / "manage.py", *command],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.config.upkeep.process_settings",
                "DATA_DIR": str(self.data_dir),
                "DATABASE_URL": self.url,
                "DATABASE_NAME": self.name,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextlib.contextmanager
    def database(self, template: str = "template0") -> Iterator["Installation"]:
        """Make a database of the same server, for a while."""
        made = replace(self, name=f"test_{secrets.token_hex(4)}")
        self._execute("CREATE DATABASE {} TEMPLATE {}", made.name, template)
        try:
            yield made
        finally:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", made.name)

    def databases(self) -> set[str]:
        """The names of all databases of the server."""
        with self.superuser() as superuser:
            return {name for (name,) in superuser.execute("SELECT datname FROM pg_database").fetchall()}

    @contextlib.contextmanager
    def superuser(self) -> Iterator["psycopg.Connection[Any]"]:
        """A connection that may do anything; the role of another PostgreSQL must be such."""
        parameters = self._superuser(str(self.settings["default"]["NAME"]))
        with psycopg.connect(**parameters, autocommit=True) as made:
            yield made

    def contents(self) -> dict[str, Table]:
        """Rows and digest of each table."""
        with self.used(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS)
            return count_all(cursor)

    def stop(self) -> None:
        """Stop the embedded server."""
        EmbeddedServer.of(self.data_dir).release()

    def _superuser(self, name: str) -> dict[str, Any]:
        if not self.url:
            server = EmbeddedServer.of(self.data_dir)
            server.hold()
            return dict(server.superuser_conninfo(name))
        return {**psycopg.conninfo.conninfo_to_dict(self.url), "dbname": name}

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(**self._superuser("postgres"), autocommit=True) as superuser:
            superuser.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            if statement.startswith("CREATE") and not self.url:
                superuser.execute(
                    sql.SQL("ALTER DATABASE {} OWNER TO attribution_record").format(sql.Identifier(names[0]))
                )


def dropped_names(said: str) -> str:
    """The database whose dropping the output explains."""
    match = re.search(r'DROP DATABASE "(\w+)"', said)
    assert match, said
    return match[1]
