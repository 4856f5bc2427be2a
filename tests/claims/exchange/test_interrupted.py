"""Imports that are killed: what is there afterwards, and where the next one goes on.

EXCHANGE_STATEMENTS and EXCHANGE_KILLS make it long: 50000 and 10 are what is promised.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from claims.models import Statement
from sources.models import Source
from tests.bench.generated import dataset
from tests.claims.exchange.running import administrator, digest, exported, finished, start, write
from tests.factories import user

STATEMENTS = int(os.environ.get("EXCHANGE_STATEMENTS") or 400)
KILLS = int(os.environ.get("EXCHANGE_KILLS") or 2)
SEED = int(os.environ.get("EXCHANGE_SEED") or time.time_ns() % 10**9)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", [(), ("--in-chunks",)], ids=["at once", "in chunks"])
def test_an_import_killed_again_and_again_ends_as_one_that_was_not(tmp_path: Path, options: tuple[str, ...]) -> None:
    print(f"EXCHANGE_SEED={SEED}")
    chance = random.Random(SEED)  # noqa: S311
    administrator()
    user("author")
    data = dataset(STATEMENTS)
    words = ("import_dataset", write(tmp_path, data), "--publish", "admin", "--by", "author", *options)
    before, kept = digest(), 0
    for number in range(KILLS):
        process = start(tmp_path, *words)
        _wait_for(lambda process=process: _imports() or process.poll() is not None)  # type: ignore[misc]
        time.sleep(chance.uniform(0, STATEMENTS / 250))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # its connection ends when the server notices
        _wait_for(lambda: not _imports())
        assert process.returncode in (-signal.SIGKILL, 0)
        if not options:
            # all of it, where it was killed once that was kept
            assert digest() == before or exported() == data
        there = Source.objects.count() + Statement.objects.count()
        assert there >= kept
        kept = there
        print(f"kill {number + 1}: {there} sources and statements")
    code, said, error = finished(start(tmp_path, *words), 3600)
    assert (code, error) == (0, "")
    print(said)
    assert exported() == data
    before = digest()
    code, said, _error = finished(start(tmp_path, *words), 3600)
    assert "Created" not in said
    assert digest() == before


def _imports() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def _wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + 120
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)
