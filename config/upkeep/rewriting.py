"""Making the SQL of a dump fit the server that it is restored into, which may be older or newer."""

import re
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from typing import Any

_SETTING = re.compile(rb"SET (\w+) = ")
#: those that fold case
_FUNCTIONS = (b"CREATE FUNCTION public.plain_text(", b"CREATE FUNCTION public.lower_case(")
_COLLATION = re.compile(rb'(COLLATE )(?:pg_catalog\.)?(?:"[^"]+"|\w+)')


def rewritten(lines: Iterable[bytes], settings: Collection[str], collation: str) -> Iterator[bytes]:
    """Pass on the lines of a plain dump; rows pass as they are.

    Settings that this server does not know are left out (`transaction_timeout` came with PostgreSQL 17), and case is
    folded by `collation`, as a migration on this server would have it.
    """
    is_prologue, is_rows, is_function = True, False, False
    for line in lines:
        is_prologue = is_prologue and not line.startswith(b"CREATE ")
        if is_rows:
            is_rows = line != b"\\.\n"
        elif line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            is_rows = True
        elif is_prologue and (match := _SETTING.match(line)) and match[1].decode() not in settings:
            continue
        elif is_function or line.startswith(_FUNCTIONS):
            is_function = not line.endswith(b";\n")
            yield _COLLATION.sub(lambda found: found[1] + f'pg_catalog."{collation}"'.encode(), line)
            continue
        yield line


def known_settings(cursor: Any) -> set[str]:
    """The names of the settings that the server knows."""
    cursor.execute("SELECT name FROM pg_settings")
    return {name for (name,) in cursor.fetchall()}


def folding_collation(cursor: Any) -> str:
    """The collation by which migrations that make functions would fold case on this server."""
    wanted = import_module("sources.migrations.0001_functions").LOWER_COLLATIONS
    cursor.execute(
        "SELECT collname FROM pg_collation WHERE collencoding IN (-1, 6) AND collname = ANY(%s)"
        " ORDER BY array_position(%s, collname::text) LIMIT 1",
        [wanted, wanted],
    )
    return str(cursor.fetchone()[0])
