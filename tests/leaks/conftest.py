"""Two servers on two databases that differ by drafts alone, and one to write to."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults.program import Server
from tests.leaks.asking import Asker
from tests.leaks.databases import Database, new_database, now
from tests.leaks.hidden import add_drafts, hidden_rows
from tests.leaks.record import Record, go_on, make_record

IS_LONG = bool(os.environ.get("LEAKS_LONG"))
KEY = "the same key for both servers signs the same cursors"


def pytest_report_header() -> str:
    """Say in which form they run."""
    return f"leaks: LEAKS_LONG={'1' if IS_LONG else ''}"


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Whether everything is asked for."""
    return IS_LONG


@dataclass
class Served:
    """A server on a database."""

    database: Database
    server: Server
    asker: Asker


@dataclass
class Pair:
    """Two that strangers cannot tell from each other: without drafts and with them."""

    without: Served
    beside: Served
    record: Record
    hidden: dict[type[Any], list[Any]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DATA_DIR of all servers: static files are collected once."""
    return tmp_path_factory.mktemp("leaks") / "data"


@pytest.fixture(scope="session")
def pair(django_db_setup: None, django_db_blocker: Any, folder: Path) -> Iterator[Pair]:
    """Make both from one record; what happens to it later happens to both, at the same times."""
    with django_db_blocker.unblock():
        first = new_database()
        made = [first]
        servers: list[Server] = []
        try:
            with first.used():
                record = make_record()
            second = first.copy()
            made.append(second)
            with second.used():
                add_drafts(record.corrected)
            steps = []
            for database in (first, second):
                since = now()
                with database.used():
                    go_on(record)
                steps.append(database.set_times(since, datetime(2026, 1, 1, tzinfo=UTC)))
            assert steps[0] == steps[1] > 0
            with second.used():
                hidden = hidden_rows()
            without, beside = (_serve(database, folder, servers) for database in (first, second))
            yield Pair(without, beside, record, hidden)
        finally:
            for server in servers:
                server.kill(group=True)
                server.ended()
            for database in made:
                database.drop()


@dataclass
class Alone:
    """One to write to, with a record and people in it."""

    served: Served
    record: Record


@pytest.fixture(scope="session")
def alone(django_db_setup: None, django_db_blocker: Any, folder: Path) -> Iterator[Alone]:
    """Make one server on a database of its own."""
    with django_db_blocker.unblock():
        database = new_database()
        servers: list[Server] = []
        try:
            with database.used():
                record = make_record()
            yield Alone(_serve(database, folder, servers), record)
        finally:
            for server in servers:
                server.kill(group=True)
                server.ended()
            database.drop()


def _serve(database: Database, folder: Path, started: list[Server]) -> Served:
    env = {
        "DATABASE_URL": database.url,
        "SECRET_KEY": KEY,
        "LIMIT_PUBLIC": "0",
        "LIMIT_TOKEN": "0",
        "WORKERS": "1",
        "THREADS": "4",
    }
    server = Server(folder, env=env)
    started.append(server)
    server.is_ready()
    return Served(database, server, Asker(server.port))
