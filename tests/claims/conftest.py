"""Connections of their own, for tests of what happens at the same moment."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection


@pytest.fixture
def linked() -> Iterator[Callable[[], psycopg.Connection[Any]]]:
    """Opens connections of their own to the test database."""
    opened: list[psycopg.Connection[Any]] = []

    def make() -> psycopg.Connection[Any]:
        parameters = connection.get_connection_params()
        allowed = {"host", "port", "user", "password", "dbname"}
        opened.append(psycopg.connect(**{name: value for name, value in parameters.items() if name in allowed}))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
