"""Imports stay fast as they grow, keep the rules, and count what they keep."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from claims.exchange.importing import import_dataset
from claims.exchange.models import ImportedStatement
from claims.exchange.reading import numbered
from claims.exchange.results import Result
from claims.models import Segment
from claims.services.verifying import RULES, broken_ids, broken_texts
from tests.bench.generated import dataset
from tests.claims.exchange.lines import ROWS, SOURCE, SPEAKER, STATEMENT, Row, changed, quoting
from tests.claims.exchange.running import administrator, packed


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


def _imported(rows: list[Row], **options: Any) -> Result:
    lines = numbered(io.BytesIO(packed(rows)))
    return import_dataset(lines, name="file", refuse=lambda *_refused: None, **options)


def _a_public_one() -> tuple[Row, User | None]:
    return changed(STATEMENT, status="published"), None


def _a_draft_of_curators() -> tuple[Row, User | None]:
    _imported(ROWS)
    ImportedStatement.objects.all().delete()
    return STATEMENT, administrator()


def _one_withdrawn_elsewhere() -> tuple[Row, User | None]:
    _imported(ROWS, publish_by=administrator())
    return changed(STATEMENT, status="withdrawn", withdrawn_reason="Misread."), administrator()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "prepared"),
    [("held_back", _a_public_one), ("left", _a_draft_of_curators), ("otherwise", _one_withdrawn_elsewhere)],
)
def test_what_is_undone_with_its_chunk_is_not_counted(
    count: str, prepared: Callable[[], tuple[Row, User | None]]
) -> None:
    row, by = prepared()
    rows = [SOURCE, SPEAKER, row]
    undone = _imported([*rows, changed(quoting("nowhere"), key="wrong")], publish_by=by, in_chunks=True)
    assert (undone.refused, getattr(undone, count)) == (1, 0)
    kept = _imported(rows, publish_by=by, in_chunks=True)
    assert (kept.refused, getattr(kept, count)) == (0, 1)
