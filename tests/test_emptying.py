"""The tables behind transactional tests are emptied whoever still reads them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from claims.models import Speaker
from sources.models import Source
from tests import factories
from tests.emptying import Emptying
from tests.faults.program import wait_for

WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = %s::regclass)"


def _read_in_another_order(held: threading.Event) -> None:
    """Read one table, and once somebody waits to empty it, another one that they have emptied."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM sources_source")
            held.set()
            assert wait_for(lambda: _is_waited_for(cursor, "sources_source"), 10)
            cursor.execute("SELECT FROM claims_speaker")
            cursor.execute("ROLLBACK")
    finally:
        connections.close_all()


def _is_waited_for(cursor: Any, table: str) -> bool:
    cursor.execute(WAITING, [table])
    return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_they_are_emptied_though_a_reader_locks_them_in_another_order() -> None:
    factories.source("Words")
    factories.speaker("Ada")
    emptying = Emptying()
    emptying.look(connection)
    held = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_read_in_another_order, held)
        assert held.wait(10)
        emptying.empty(connection)
        reading.result()
    assert not Source.objects.exists()
    assert not Speaker.objects.exists()
