"""Databases to back up, restore and damage, on an embedded server of their own and on another PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded.account import server_account
from config.embedded.server import EmbeddedServer
from tests.config.upkeep.installation import Installation, fill
from tests.once import copy, once_for_all

OTHER_URL = "TEST_OTHER_DATABASE_URL"


@pytest.fixture(scope="session")
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    """These tests have databases of their own."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, unblocked: None) -> Iterator[Installation]:
    """An embedded server; its main database is filled, and nobody changes it."""
    filled = once_for_all(tmp_path_factory.getbasetemp(), "filled", _make_filled)
    installation = Installation(data_dir=tmp_path_factory.mktemp("server") / "data")
    copy(filled, installation.data_dir)
    EmbeddedServer.of(installation.data_dir).hold()  # it runs from one command to the next
    yield installation
    installation.stop()


def _make_filled(data_dir: Path) -> None:
    installation = Installation(data_dir=data_dir)
    with installation.used():
        fill()
    installation.stop()


@pytest.fixture(scope="session")
def backup(server: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the filled database."""
    path = tmp_path_factory.mktemp("backup") / "record.tar"
    server.run("backup", str(path))
    return path


@pytest.fixture
def record(server: Installation) -> Iterator[Installation]:
    """A copy of the filled database, for one test to break."""
    with server.database(template="attribution_record") as made:
        yield made


@pytest.fixture
def empty(server: Installation) -> Iterator[Installation]:
    """A database without tables."""
    with server.database() as made:
        yield made


@pytest.fixture(scope="session")
def other_server(tmp_path_factory: pytest.TempPathFactory, unblocked: None) -> Iterator[Installation]:
    """A PostgreSQL that is not the embedded one: of TEST_OTHER_DATABASE_URL, or else made with Debian's programs."""
    if url := os.environ.get(OTHER_URL):
        yield Installation(data_dir=tmp_path_factory.mktemp("other"), url=url)
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip(f"no other PostgreSQL is installed, and {OTHER_URL} names none")
    folder = Path(tempfile.mkdtemp())
    account = server_account(programs[0], folder)
    account.give(folder)
    try:
        made = account.run(
            [programs[0], "-D", folder / "data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C"], timeout=60
        )
        assert made.returncode == 0, made.stderr
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        pg_ctl: list[str | Path] = [programs[0].with_name("pg_ctl"), "-D", folder / "data", "-w"]
        started = account.run([*pg_ctl, "-o", options, "-l", folder / "log", "start"], timeout=60)
        assert started.returncode == 0, started.stderr
        try:
            yield Installation(
                data_dir=tmp_path_factory.mktemp("other"), url=f"postgresql://tester@/postgres?host={folder}"
            )
        finally:
            account.run([*pg_ctl, "-m", "immediate", "stop"], timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def elsewhere(other_server: Installation) -> Iterator[Installation]:
    """A database without tables on the other PostgreSQL."""
    with other_server.database() as made:
        yield made


@pytest.fixture
def superuser(record: Installation) -> Iterator["psycopg.Connection[Any]"]:
    """A connection that may do what no trigger allows, to the copy of the filled database."""
    with record.superuser() as connection:
        yield connection
