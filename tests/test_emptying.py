"""The tables behind transactional tests are emptied whoever still reads them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from claims.models import Speaker
from sources.models import Source
from tests import factories
from tests.emptying import Emptying

WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = %s::regclass)"


def _read_in_another_order(held: threading.Event) -> None:
    """Read one table, and once somebody waits to empty it, another one that they have emptied."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM sources_source")
            held.set()
            while True:
                cursor.execute(WAITING, ["sources_source"])
                if cursor.fetchone() == (True,):
                    break
            cursor.execute("SELECT FROM claims_speaker")
            cursor.execute("ROLLBACK")
    finally:
        connections.close_all()


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
