"""Imports stay fast as they grow."""

import io

import pytest
from django.db import connection

from claims.exchange.importing import import_dataset
from claims.exchange.reading import numbered
from claims.models import Segment
from claims.services.verifying import RULES, broken_ids, broken_texts
from tests.bench.generated import dataset
from tests.claims.exchange.running import administrator


@pytest.mark.django_db
def test_tables_are_counted_while_they_are_filled() -> None:
    """Plans made for empty tables would read all of a table for each of its rows."""
    data = dataset(700)
    import_dataset(numbered(io.BytesIO(data)), name="file", refuse=lambda *_refused: None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'claims_segment'::regclass")
        (counted,) = cursor.fetchone()
    assert Segment.objects.count() * 0.3 < counted <= Segment.objects.count()


@pytest.mark.django_db
def test_what_comes_in_breaks_no_rule_of_the_record() -> None:
    import_dataset(
        numbered(io.BytesIO(dataset(400))),
        name="file",
        publish_by=administrator(),
        refuse=lambda *refused: pytest.fail(str(refused)),
    )
    with connection.cursor() as cursor:
        assert {rule.says: broken_ids(cursor, rule) for rule in RULES if broken_ids(cursor, rule)} == {}
        assert not broken_texts(cursor).count
