"""Writing a backup: one moment of the database, whatever is written to it meanwhile."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from config import __version__
from config.upkeep import archive
from config.upkeep import login as logins
from config.upkeep.archive import Archive
from config.upkeep.contents import SETTINGS, Table, count_all
from config.upkeep.databases import locale, major_version, record_tables
from config.upkeep.errors import UpkeepError
from config.upkeep.listing import check_listing
from config.upkeep.manifest import Manifest, last_migrations
from config.upkeep.programs import Program, program, running
from config.upkeep.progress import counted

# What belongs to the server or its roles, not to the data.
LEFT_OUT = [
    "--no-owner",
    "--no-privileges",
    "--no-comments",
    "--no-publications",
    "--no-subscriptions",
    "--no-security-labels",
    "--no-tablespaces",
]


def back_up(path: Path, *, overwrite: bool) -> Archive:
    """Write the database to a new backup file, read that again and check it.

    Raise UpkeepError where the file cannot be written or the database cannot be dumped; no file is left then.
    """
    if not record_tables():
        raise UpkeepError(
            f"There is nothing to back up: the database {connection.settings_dict['NAME']} has no tables of the record."
        )
    pg_dump = program("pg_dump", major_version())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(SETTINGS)
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        # counted first: what was read stays locked against changes of its form until pg_dump has it
        tables = count_all(cursor)
        archive.write(
            path,
            counted(_dump(pg_dump, snapshot), "Backing up"),
            lambda size, sha256: _manifest(cursor, tables, pg_dump, size, sha256),
            overwrite=overwrite,
        )
    written = archive.read(path)
    check_listing(written)
    return written


def _dump(pg_dump: Program, snapshot: str) -> Iterator[bytes]:
    found = logins.parameters()
    arguments = [
        f"--dbname={logins.open_text(found)}",
        "--format=custom",
        f"--snapshot={snapshot}",
        "--no-password",
        *LEFT_OUT,
    ]
    with running(pg_dump, arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, login=found) as child:
        while chunk := child.stdout.read(archive.CHUNK):
            yield chunk
        child.finish()


def _manifest(cursor: Any, tables: dict[str, Table], pg_dump: Program, size: int, sha256: str) -> Manifest:
    """What is in the database at the moment of the cursor's snapshot."""
    cursor.execute("SHOW server_version")
    (version,) = cursor.fetchone()
    return Manifest(
        project_version=__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database=str(connection.settings_dict["NAME"]),
        server_version=version.split()[0],
        dump_major_version=pg_dump.major_version,
        locale=locale(cursor),
        migrations=last_migrations(),
        tables=tables,
        dump_size=size,
        dump_sha256=sha256,
    )
