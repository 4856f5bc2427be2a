"""Values as the database holds them: bytes come as they are, and queries that come again are planned once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format

TIMES_UNTIL_PREPARED = 3
BYTES_OF_ID = 16


class _Reader(psycopg.Cursor[Any]):
    """A cursor for what changes nothing.

    Before commands that may write, history's context is put as a command of its own; but only one can be prepared.
    Cursors with a name are taken for readers and left alone (pghistory.runtime).
    """

    name = "reader"


@contextmanager
def binary_cursor(alias: str, *, name: str | None = None) -> Iterator[CursorWrapper]:
    """A cursor of this connection that reads, whose parameters are bound by the server, which must be told their types.

    Django's own puts values into the text of a query, and has bytes sent as hexadecimal digits. With a name, in a
    transaction, rows stay with the server until they are fetched.
    """
    connection, own = _connected(alias)
    own.prepare_threshold = TIMES_UNTIL_PREPARED
    cursor: Any = psycopg.ServerCursor(own, name) if name else _Reader(own)
    cursor.format = Format.BINARY
    with connection._prepare_cursor(cursor) as wrapped:
        yield wrapped


def with_values(alias: str, sql: str, values: Any) -> str:
    """Return a query that Django made with its values in it, to be part of another that has parameters."""
    _connection, own = _connected(alias)
    written: str = psycopg.ClientCursor(own).mogrify(sql, values)
    return written.replace("%", "%%")


def parted(packed: bytes) -> list[bytes]:
    """Return the ids that are packed one behind the other, each in its 16 bytes."""
    return [packed[at : at + BYTES_OF_ID] for at in range(0, len(packed), BYTES_OF_ID)]


def unpacked(packed: bytes) -> list[UUID]:
    """Return the same as UUIDs."""
    return [UUID(bytes=one) for one in parted(packed)]


def _connected(alias: str) -> tuple[Any, Any]:
    """Django's connection and psycopg's behind it, which works: as before each cursor of Django's own."""
    connection: Any = connections[alias]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return connection, connection.connection
