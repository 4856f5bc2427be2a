"""More statements than an import has time for: copies by SQL of those imported, each with an id of its own.

A copy has the words, speakers, sources and days of its original. So each word and each speaker has as large a share of
all statements as before. Documents are rendered by the product's own function, postings filed by its own.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg
from psycopg import sql

from tests.bench.realistic import EPOCH

#: a copy's ids are of a moment so many times 2^16 milliseconds later, as no original is
_STEP = 4096
_DOCUMENTS_AT_ONCE = 1000
#: table -> its columns that are ids of copies; those that the database makes itself are left out
_TABLES: dict[str, tuple[str, ...]] = {
    "claims_statement": ("id",),
    "claims_attribution": ("id", "statement_id"),
    "claims_statementtopic": ("statement_id",),
    "claims_wording": ("id", "statement_id"),
    "claims_appearance": ("id", "statement_id"),
    "claims_segment": ("id", "appearance_id"),
    "claims_mention": ("id", "appearance_id", "attribution_id"),
    "claims_statementsearch": ("statement_id",),
}
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' AND is_identity = 'NO'
"""
_SHIFTED = """
    (lpad(to_hex(('x' || left({column}::text, 8))::bit(32)::bigint + {by}), 8, '0') || substr({column}::text, 9))::uuid
"""
_COPY = "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {key} >= {first} AND {key} < {last}"
#: the key by which originals are known: of their own or of what they are part of
_KEYS = {"claims_statement": "id", "claims_segment": "appearance_id", "claims_mention": "appearance_id"}


def copied_id(key: str, number: int) -> str:
    """The id of this copy, from 1, of a row of the dataset."""
    return f"{int(key[:8], 16) + number * _STEP:08x}{key[8:]}"


def with_copies(lines: Iterable[str], copies: int) -> Iterator[str]:
    """Yield the lines of a dataset, then those of the copies of its statements."""
    statements = []
    for line in lines:
        yield line
        if '"record":"statement"' in line:
            statements.append(line)
    for number in range(1, copies):
        for line in statements:
            row = json.loads(line)
            row["id"] = copied_id(row["id"], number)
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def copy_statements(connection: psycopg.Connection[Any], copies: int, say: Callable[[str], None]) -> None:
    """Copy all statements, with what belongs to them, so often that there are `copies` times as many."""
    for number in range(1, copies):
        say(f"Copying: {number} of {copies - 1} …")
        with connection.transaction():
            for table in _TABLES:
                connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
            for table, keys in _TABLES.items():
                _copy(connection, table, keys, number)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in _TABLES:
                connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
        _render(connection, number)
    say("Filing the copies …")
    connection.execute("SELECT file_postings(array(SELECT id FROM claims_postingrun), true, %s)", [_rest(connection)])
    connection.execute("VACUUM (ANALYZE)")


def _copy(connection: psycopg.Connection[Any], table: str, keys: tuple[str, ...], number: int) -> None:
    names = [name for (name,) in connection.execute(_COLUMNS, [table]).fetchall()]
    by = sql.Literal(number * _STEP)
    values = [
        sql.SQL(_SHIFTED).format(column=sql.Identifier(name), by=by) if name in keys else sql.Identifier(name)
        for name in names
    ]
    first, last = (sql.Literal(one) for one in _bounds(0))
    command = sql.SQL(_COPY).format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(values),
        key=sql.Identifier(_KEYS.get(table, "statement_id")),
        first=first,
        last=last,
    )
    connection.execute(command)


def _render(connection: psycopg.Connection[Any], number: int) -> None:
    asked = "SELECT id FROM claims_statement WHERE id >= %s AND id < %s ORDER BY id"
    ids = [key for (key,) in connection.execute(asked, _bounds(number)).fetchall()]
    for at in range(0, len(ids), _DOCUMENTS_AT_ONCE):
        some = ids[at : at + _DOCUMENTS_AT_ONCE]
        connection.execute("SELECT statement_documents_refresh(%s, posted => false)", [some])


def _rest(connection: psycopg.Connection[Any]) -> list[Any]:
    """The statements that are copies."""
    asked = "SELECT id FROM claims_statement WHERE id >= %s"
    return [key for (key,) in connection.execute(asked, [_bounds(1)[0]]).fetchall()]


def _bounds(number: int) -> tuple[str, str]:
    """The first id that a copy of this number may have, and the first that the next one may have."""
    high = EPOCH >> 16
    first, last = (f"{high + (number + more) * _STEP:08x}-0000-0000-0000-000000000000" for more in (0, 1))
    return first, last
