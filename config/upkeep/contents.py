"""What the tables hold, in numbers that two databases can be compared by: rows, and a digest of them in any order.

Generated columns and tsvectors are left out of the digest. They follow from the others, by dictionaries and character
tables that differ between versions of PostgreSQL; `verify` computes them anew instead of comparing them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What decides how a value is written as text.
SETTINGS = """
SET LOCAL TimeZone = 'UTC';
SET LOCAL bytea_output = 'hex';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL search_path = '';
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
"""

# One row a table, with the statement that counts it: name, rows, digest.
STATEMENTS = """
SELECT format(
    'SELECT %L, count(*), coalesce(sum(hashtextextended(ROW(%s)::text COLLATE "C", 0)::numeric), 0) FROM ONLY %I.%I',
    nspname || '.' || relname,
    (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE "C") FROM pg_attribute
     WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     AND atttypid <> 'tsvector'::regtype),
    nspname, relname)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY nspname, relname
"""


@dataclass(frozen=True)
class Table:
    """One table in numbers; `digest` is a sum of 64-bit hashes, as decimal digits."""

    rows: int
    digest: str


def count_all(cursor: Any) -> dict[str, Table]:
    """Count all tables, by name with schema; the cursor is in a transaction to which SETTINGS were applied."""
    cursor.execute(STATEMENTS)
    tables = {}
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)
        name, rows, digest = cursor.fetchone()
        tables[name] = Table(rows, str(digest))
    return tables


def differences(expected: Mapping[str, Table], found: Mapping[str, Table]) -> list[str]:
    """Say what differs, a sentence a table; tables that are not expected do not matter."""
    return [
        sentence for name, table in sorted(expected.items()) for sentence in _difference(name, table, found.get(name))
    ]


def _difference(name: str, expected: Table, found: Table | None) -> Iterable[str]:
    if found is None:
        yield f"table {name} is missing"
    elif found.rows != expected.rows:
        yield f"table {name} has {found.rows} rows instead of {expected.rows}"
    elif found.digest != expected.digest:
        yield f"the {found.rows} rows of table {name} are not those that were backed up"
