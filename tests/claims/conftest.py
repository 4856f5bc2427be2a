"""Connections of their own and large changes that are not large, for tests."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from claims.services import following
from tests.claims.documents import sql


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


@pytest.fixture
def few_are_many(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what more than one statement names be followed in steps, of one statement each."""
    monkeypatch.setattr(following, "STATEMENTS_AT_ONCE", 1)
    ((definition,),) = sql("SELECT pg_get_functiondef('statements_follow'::regproc)")
    lowered = definition.replace("LIMIT 1000 + 1", "LIMIT 1 + 1").replace("<= 1000", "<= 1")
    assert lowered.count("1000") == 0
    sql(lowered)
    yield
    sql(definition)
