"""Answers of any length: which rows is settled first, then they are read and sent a few at a time.

While the one who asks reads slowly, a server thread waits, and nothing else: no query runs, no transaction is open,
and a few megabytes are in memory.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import IO, Any
from weakref import WeakSet

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import Error, connections, transaction

from config.http import problems
from config.postgresql.binary import BYTES_OF_ID, binary_cursor, with_values

ROWS = 100  # read at once, as for a page of a list
DOCUMENTS = 1000  # which need only be passed on
PIECE = 64 * 1024  # bytes handed to the server at once
SPOOLED = 1024 * 1024  # bytes of ids in memory; more are in a file
SECONDS_WITHOUT_DATABASE = 30
SECONDS_TO_NEXT_TRY = 0.5
IDS_AT_ONCE = 5000

INCOMPLETE = "The export ends here: it is not complete. Ask for it again."
TOO_MANY = "As many exports are being read already as are sent at once."


class Stream:
    """The pieces of one answer, of which a server process sends as many at once as half its threads.

    A slow reader holds a thread for as long as it reads, so the other half is kept for all other requests.
    """

    _open: "WeakSet[Stream]" = WeakSet()
    _lock = threading.Lock()

    def __init__(self) -> None:
        """Take a place; raise ProblemError (503) where there is none."""
        self._first, self._pieces = b"", _nothing()
        most = max(1, settings.ENVIRONMENT.THREADS // 2)
        with self._lock:
            if len(self._open) >= most:
                raise problems.ProblemError(problems.UNAVAILABLE, TOO_MANY)
            self._open.add(self)

    def begin(self, pieces: Generator[bytes]) -> "Stream":
        """Make the first piece: what fails by then is answered as any error is."""
        self._pieces = pieces
        try:
            self._first = next(pieces, b"")
        except BaseException:
            self.close()
            raise
        return self

    def __iter__(self) -> Iterator[bytes]:
        return chain([self._first], self._pieces)

    def close(self) -> None:
        """Give the place back: all was read, or nobody reads on."""
        self._pieces.close()
        with self._lock:
            self._open.discard(self)


def written_by_and_by(
    rows: Any, ordering: Sequence[str], write: Callable[[bytes], bytes], *, at_once: int
) -> Iterator[bytes]:
    """Yield what `write` makes of the rows of a queryset in an order, so many at once.

    Which rows, and their order, is as of now, each once; `write` takes their ids, 16 bytes each, when their turn comes,
    and passes over those that are not there any more.
    """
    with _ids(rows.order_by(*ordering)) as ids:
        while packed := ids.read(BYTES_OF_ID * at_once):
            # only what is written is kept while it is sent
            yield _patiently(rows.db, partial(write, packed))


def pieces(first: str, written: Iterable[bytes], broken: str) -> Generator[bytes]:
    """Yield what is sent, in pieces of no more than PIECE bytes: `first`, then what is written of the rows.

    What fails under way ends in `broken`, which no reader of the format takes for a row: the server ends each answer
    as if it were complete.
    """
    has_begun = False
    try:
        for data in _with_next(first.encode(), written):
            for at in range(0, len(data), PIECE):
                yield data[at : at + PIECE]
                has_begun = True
    except Exception:
        if has_begun:
            yield broken.encode()
        raise


def _with_next(first: bytes, written: Iterable[bytes]) -> Iterator[bytes]:
    """Put the first before the second, so that nothing is sent of the one before the other is there."""
    following = iter(written)
    yield first + next(following, b"")
    yield from following


def _nothing() -> Generator[bytes]:
    yield from ()


def _ids(rows: Any) -> IO[bytes]:
    """A file of the ids of ordered rows, 16 bytes each, at its beginning."""
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 who asked for it closes it
    try:
        sql = with_values(rows.db, *rows.values("id").query.get_compiler(using=rows.db).as_sql())
    except EmptyResultSet:
        return spool
    with transaction.atomic(using=rows.db):
        with connections[rows.db].cursor() as cursor:
            # all will be fetched: what takes least in all is best, not what begins first
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        with binary_cursor(rows.db, name="export") as cursor:
            cursor.execute(f"SELECT uuid_send(id) FROM ({sql}) AS found", [])  # noqa: S608 Django's own query
            while found := cursor.fetchmany(IDS_AT_ONCE):
                spool.write(b"".join(key for (key,) in found))
    spool.seek(0)
    return spool


def _patiently(alias: str, read: Callable[[], bytes]) -> bytes:
    """Return what is read; where the database went away, wait for it to come back for a while."""
    until = time.monotonic() + SECONDS_WITHOUT_DATABASE
    while True:
        try:
            connection: Any = connections[alias]
            connection.health_check_done = False  # it may have been closed since rows were read last
            return read()
        except Error as error:
            found = problems.of(error)
            if found is None or found.problem is not problems.UNAVAILABLE or time.monotonic() > until:
                raise
            time.sleep(SECONDS_TO_NEXT_TRY)
