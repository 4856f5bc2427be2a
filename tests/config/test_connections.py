"""Connections that live on from one request to the next: a broken one is noticed, a good one is not asked each time."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from config.postgresql.base import SECONDS_OF_TRUST

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept() -> Any:
    """A connection that worked a moment ago, as the next request finds it."""
    own = connection.copy()
    own.settings_dict = {**own.settings_dict, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    _next_request(own)
    _next_request(own)
    yield own
    own.close()


def _next_request(own: Any) -> int:
    """Ask something as a request does, and return the server process that answered."""
    own.close_if_unusable_or_obsolete()
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number: int = cursor.fetchone()[0]
    return number


def test_one_that_worked_a_moment_ago_is_not_asked(kept: Any) -> None:
    with patch.object(kept, "is_usable") as asked:
        _next_request(kept)
    asked.assert_not_called()


def test_one_that_worked_long_ago_is_asked(kept: Any) -> None:
    kept._trusted_until -= SECONDS_OF_TRUST
    with patch.object(kept, "is_usable", return_value=True) as asked:
        _next_request(kept)
        _next_request(kept)
    asked.assert_called_once()


def test_one_that_the_server_ended_is_replaced(kept: Any) -> None:
    before = _next_request(kept)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    assert _next_request(kept) != before
