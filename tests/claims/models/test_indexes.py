"""Indexes of the record: each is read by something that no other serves."""

import pytest
from django.db import connection

# Whole tables alone: what has a condition serves those rows only. Tables of history are made by pghistory.
BEGINS_ANOTHER = """
    WITH kept AS (
        SELECT indexrelid, indrelid, string_to_array(indkey::text, ' ') AS columns, indisunique, indclass::text AS ways
        FROM pg_index JOIN pg_class AS method ON method.oid = indexrelid
        WHERE indexprs IS NULL AND indpred IS NULL
            AND method.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
            AND indrelid::regclass::text ~ '^(claims|sources|desk|proposals|exchange)_'
            AND indrelid::regclass::text !~ 'change$'
    )
    SELECT one.indexrelid::regclass::text, other.indexrelid::regclass::text
    FROM kept AS one JOIN kept AS other ON other.indrelid = one.indrelid AND other.indexrelid <> one.indexrelid
    WHERE NOT one.indisunique AND cardinality(other.columns) > cardinality(one.columns)
        AND other.columns[:cardinality(one.columns)] = one.columns
        AND split_part(other.ways, ' ', 1) = split_part(one.ways, ' ', 1)
"""


@pytest.mark.django_db
def test_none_is_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BEGINS_ANOTHER)
        assert cursor.fetchall() == []
