"""Queries whose parameters are bound by the server."""

from uuid import uuid4

import pghistory
import pytest
from django.db import connection

from claims.models import Speaker
from config.postgresql.binary import binary_cursor


@pytest.mark.django_db
def test_whatever_a_query_begins_with_it_is_answered_while_history_is_kept() -> None:
    with pghistory.context(user=1), binary_cursor(connection.alias) as cursor:
        cursor.execute("WITH one(number) AS (VALUES (%s::int)) SELECT number FROM one", [7])
        assert cursor.fetchall() == [(7,)]


@pytest.mark.django_db
def test_who_somebody_was_merged_into_is_found_while_history_is_kept() -> None:
    into = Speaker.objects.create(name="Ada")
    merged = Speaker.objects.create(name="A. da", merged_into=into)
    nobody = uuid4()
    with pghistory.context(user=1):
        found = Speaker.objects.living([merged.pk, nobody, into.pk], only_public=False)
    assert found == [into.pk, nobody, into.pk]
