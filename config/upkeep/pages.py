"""Reading every page of every table and index from the disk and computing its checksum anew.

SQL alone would not do: it sees the pages that the server has in memory. Nor would pg_basebackup: it makes the server
write all pages out first, and passes over pages that seem younger than itself or new, as a damaged one may.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection, connections

from config.embedded.backend.base import DatabaseWrapper as EmbeddedWrapper
from config.upkeep import login

READ_BYTES = 2**22
# What is wrong each time is wrong.
ATTEMPTS = 4
SECONDS_BETWEEN = 0.1
FORKS = ("", "_fsm", "_vm")

LANES = 32
# The constants of PostgreSQL's src/include/storage/checksum_impl.h, FNV-1a in 32 lanes of 32 bits.
PRIME = 16_777_619
OFFSETS = bytes.fromhex(
    "5B1F36E9 B8525960 02AB50AA 1DE66D2A 79FF467A 9BB9F8A3 217E7CD2 83E13D2C"
    "F8D4474F E39EB970 42C6AE16 993216FA 7B093B5D 98DAFF3C F718902A 0B1C9CDB"
    "E58F764B 187636BC 5D7B3BB1 E73DE7DE 92BEC979 CCA6C0B2 304A0979 85AA43D4"
    "783125BB 6CA8EAA2 E407EAC6 4B5CFC3E 9FBF8C76 15CA20BE F2CA9FD3 959BD756"
)
# All lanes are computed at once in one integer, each in 64 bits, where a product of theirs finds room.
START = sum(int.from_bytes(OFFSETS[4 * lane : 4 * lane + 4], "big") << 64 * lane for lane in range(LANES))
LOW_32 = sum(0xFFFFFFFF << 64 * lane for lane in range(LANES))
LOW_15 = sum(0x7FFF << 64 * lane for lane in range(LANES))
ROW = 8 * LANES

RELATIONS = """
SELECT pg_class.oid, CASE relkind WHEN 'i' THEN 'index ' WHEN 't' THEN 'long values of ' ELSE 'table ' END
    || coalesce((SELECT owner.relname FROM pg_class AS owner WHERE owner.reltoastrelid = pg_class.oid),
                (SELECT owner.relname FROM pg_class AS owner JOIN pg_index ON indrelid = owner.reltoastrelid
                 WHERE indexrelid = pg_class.oid) || ' (long values)',
                relname)
FROM pg_class WHERE relkind IN ('r', 'i', 't', 'm', 'S') AND relpersistence = 'p' ORDER BY relname
"""
PATH = "SELECT pg_relation_filepath(%s)"
READ = "SELECT pg_read_binary_file(%s, %s, %s, true)"


@dataclass(frozen=True)
class Page:
    """Where a page is."""

    relation: str
    file: str
    at: int  #: bytes from the beginning of the file
    block: int

    def __str__(self) -> str:
        return f"{self.relation}: page {self.block} (file {self.file}, byte {self.at})"


@dataclass
class PageReport:
    """What reading all pages came to."""

    relations: int = 0
    pages: int = 0
    damaged: list[str] = field(default_factory=list)


def reader() -> dict[str, Any] | None:
    """Parameters of libpq for a login that may read the server's files through it; None where there is no such."""
    connection.ensure_connection()
    wrapper = connections[connection.alias]
    if isinstance(wrapper, EmbeddedWrapper):
        return dict(wrapper.server.superuser_conninfo(str(connection.settings_dict["NAME"])))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc"
            " WHERE proname = 'pg_read_binary_file' AND pronamespace = 'pg_catalog'::regnamespace"
        )
        return login.parameters() if cursor.fetchone()[0] else None


def has_checksums() -> bool:
    """Whether the server keeps a checksum in each page."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_checksums")
        return bool(cursor.fetchone()[0] == "on")


def read_pages(parameters: dict[str, Any]) -> PageReport:
    """Check all pages of the database and of the catalogues that databases share; only reads."""
    with psycopg.connect(**parameters, autocommit=True) as files:
        sizes = _one(files, "SELECT current_setting('block_size')::int, pg_size_bytes(current_setting('segment_size'))")
        return _Reading(files, *sizes).report()


class _Reading:
    """One reading of all files, over a connection that may read them."""

    def __init__(self, files: "psycopg.Connection[Any]", page_bytes: int, segment_bytes: int) -> None:
        self._files = files
        self._page_bytes = page_bytes
        self._segment_bytes = segment_bytes  # a longer relation has several files
        self._found = PageReport()
        self._suspects: list[Page] = []

    def report(self) -> PageReport:
        for oid, name in self._files.execute(RELATIONS).fetchall():
            self._found.relations += 1
            self._read_relation(oid, name)
        for _attempt in range(ATTEMPTS):
            if self._suspects:
                time.sleep(SECONDS_BETWEEN)
                self._suspects = [page for page in self._suspects if self._is_still_damaged(page)]
        self._found.damaged.extend(map(str, self._suspects))
        return self._found

    def _read_relation(self, oid: int, name: str) -> None:
        (path,) = _one(self._files, PATH, [oid])
        if path is None:
            return  # dropped since
        for fork in FORKS:
            count = self._read_fork(name, path + fork)
            if count is None and not fork and _one(self._files, PATH, [oid])[0] == path:
                self._found.damaged.append(f"{name}: its file {path} is missing")
            self._found.pages += count or 0

    def _read_fork(self, name: str, path: str) -> int | None:
        """Check the files of one fork and return the number of their pages; None where there are none."""
        blocks = 0
        while True:
            file = path if not blocks else f"{path}.{blocks * self._page_bytes // self._segment_bytes}"
            for at in range(0, self._segment_bytes, READ_BYTES):
                content = self._read(file, at, READ_BYTES)
                if content is None:
                    return blocks or None
                for start in range(0, len(content), self._page_bytes):
                    if not self._is_sound(content[start : start + self._page_bytes], blocks):
                        self._suspects.append(Page(name, file, at + start, blocks))
                    blocks += 1
                if len(content) < READ_BYTES:
                    return blocks

    def _is_sound(self, page: bytes, block: int) -> bool:
        if page == bytes(self._page_bytes):
            return True  # made and not yet used
        return len(page) == self._page_bytes and page_checksum(page, block) == int.from_bytes(page[8:10], "little")

    def _is_still_damaged(self, suspect: Page) -> bool:
        """A page may be read while it is written, or have been given back to the system since."""
        page = self._read(suspect.file, suspect.at, self._page_bytes)
        return bool(page) and not self._is_sound(page or b"", suspect.block)

    def _read(self, file: str, at: int, size: int) -> bytes | None:
        (content,) = _one(self._files, READ, [file, at, size], binary=True)
        return None if content is None else bytes(content)


def _one(files: "psycopg.Connection[Any]", query: str, values: Any = None, *, binary: bool = False) -> Any:
    return files.execute(query, values, binary=binary).fetchone()


def page_checksum(page: bytes, block: int) -> int:
    """The checksum that PostgreSQL would write into a page, its header's own field left out; 1 to 65535."""
    page = page[:8] + b"\0\0" + page[10:]
    wide = bytearray(2 * len(page) + 2 * ROW)  # two rows of zeros at the end stir the last one in
    for byte in range(4):
        wide[byte : 2 * len(page) : 8] = page[byte::4]
    state = START
    for at in range(0, len(wide), ROW):
        mixed = state ^ int.from_bytes(wide[at : at + ROW], "little")
        state = (mixed * PRIME & LOW_32) ^ (mixed >> 17 & LOW_15)
    for shift in (1024, 512, 256, 128, 64):
        state ^= state >> shift
    return ((state & 0xFFFFFFFF) ^ block) % 65_535 + 1
