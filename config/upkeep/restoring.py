"""Putting a backup back: into an empty database, or beside a full one and then in its place; all of it or nothing."""

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from claims.services.verifying import SEARCH, broken_ids, write_search_anew
from config.upkeep import archive as archives
from config.upkeep import databases, login
from config.upkeep.archive import Archive
from config.upkeep.contents import SETTINGS, STATEMENTS, Table, differences
from config.upkeep.errors import UpkeepError
from config.upkeep.listing import check_listing, pg_restore_for
from config.upkeep.programs import Child, program, running
from config.upkeep.progress import counted
from config.upkeep.rewriting import folding_collation, known_settings, rewritten
from config.upkeep.verifying import Finding, verify_record

Say = Callable[[str], None]
MARK = "-- contents --"
PSQL_OPTIONS = [
    "--no-psqlrc",
    "--quiet",
    "--no-align",
    "--tuples-only",
    "--field-separator=\t",
    "--set=ON_ERROR_STOP=1",
    "--set=VERBOSITY=terse",  # a DETAIL quotes rows, and they may be drafts
    "--no-password",
    "--file=-",
]


@dataclass(frozen=True)
class Restored:
    """What a restore came to."""

    archive: Archive
    former: str  #: the name that the replaced database has now; empty where none was
    findings: list[Finding]  #: what `verify` found in the restored rows


def read_backup(path: Path) -> Archive:
    """Read a backup file and check all of it; raise UpkeepError where it cannot be restored by this project."""
    archive = archives.read(path)
    archive.manifest.check_is_not_newer()
    check_listing(archive)
    return archive


def restore(path: Path, *, replace: bool, say: Say) -> Restored:
    """Restore a backup file into the database, which must have no tables of the record, or be replaced.

    Raise UpkeepError where it cannot be; the database is as it was then.
    """
    archive = read_backup(path)
    connection.ensure_connection()
    with databases.setup_lock() as held:
        tables = databases.record_tables()
        if not tables:
            _fill(archive)
            return Restored(archive, "", _finish(archive, say))
        if not replace:
            raise UpkeepError(
                f"The database {databases.name()} is not empty (it has {len(tables)} tables of the record, such as "
                f"{tables[0]}): restore into an empty one, or add --replace, which keeps the former one beside it."
            )
        databases.check_may_be_replaced(held)
        with databases.made_beside() as made:
            with databases.at(made):
                _fill(archive)
                findings = _finish(archive, say)
                if findings:
                    raise UpkeepError(
                        f"{path} was not put in place: what it holds breaks {len(findings)} rules ({findings[0]}). "
                        "Restore it into an empty database to look at it. The database is as it was."
                    )
            held.close()
            return Restored(archive, databases.swap(made), [])


def _fill(archive: Archive) -> None:
    """Restore in one transaction, which is committed only if all rows are those that were backed up."""
    with connection.cursor() as cursor:
        settings, collation = known_settings(cursor), folding_collation(cursor)
    oldest = max(databases.major_version(), archive.manifest.dump_major_version)
    psql = program("psql", oldest)
    found = login.parameters()
    arguments = [f"--dbname={login.open_text(found)}", *PSQL_OPTIONS]
    with (
        running(psql, arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, login=found) as child,
        _told_as_restoring(child),
    ):
        child.stdin.write(b"BEGIN;\n")
        with _plain_dump(archive) as lines:
            for line in counted(rewritten(lines, settings, collation), "Restoring"):
                child.stdin.write(line)
        differing = differences(archive.manifest.tables, _contents(child))
        if differing:
            raise UpkeepError(
                f"The restored rows are not those that were backed up: {differing[0]}"
                f"{f', and {len(differing) - 1} more tables' if differing[1:] else ''}. The database is as it was."
            )
        # Only now: psql commits nothing by itself, however the program before it ends.
        child.stdin.write(b"COMMIT;\n")
        child.stdin.close()
        child.finish()


@contextlib.contextmanager
def _told_as_restoring(psql: Child) -> Iterator[None]:
    """When psql has ended before it read all, say why."""
    try:
        yield
    except BrokenPipeError:
        psql.wait()
        raise UpkeepError(f"{psql.complaint()} The database is as it was.") from None


@contextlib.contextmanager
def _plain_dump(archive: Archive) -> Iterator[IO[bytes]]:
    """The dump as lines of SQL; raise UpkeepError at the end where pg_restore could not read all of it."""
    arguments = ["--file=-", "--no-owner", "--no-privileges", "--no-tablespaces", "--exit-on-error"]
    with (
        archive.opened_at_dump() as file,
        running(pg_restore_for(archive), arguments, stdin=file, stdout=subprocess.PIPE) as child,
    ):
        yield child.stdout
        child.finish()


def _contents(psql: Child) -> dict[str, Table]:
    """What is in the tables now, as psql sees them in its transaction."""
    mark = f"\\echo {MARK}\n"
    psql.stdin.write(f"{mark}{SETTINGS}{STATEMENTS}\\gexec\n{mark}".encode())
    psql.stdin.flush()
    marks, tables = 0, {}
    while marks < 2:
        line = psql.stdout.readline().decode()
        if not line:
            raise BrokenPipeError
        if line.rstrip("\n") == MARK:
            marks += 1
        elif marks:
            name, rows, digest = line.rstrip("\n").split("\t")
            tables[name] = Table(int(rows), digest)
    return tables


def _finish(archive: Archive, say: Say) -> list[Finding]:
    """Bring the restored rows up to date and verify them."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"The backup is of an older version: bringing the database up to date ({len(plan)} migrations) …")
        call_command("migrate", interactive=False, verbosity=0)
    _adapt_search(archive, say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return verify_record(say=lambda _text: None)


def _adapt_search(archive: Archive, say: Say) -> None:
    """Write the words for search anew where this server takes texts apart in another way than the former."""
    with connection.cursor() as cursor:
        here = (databases.major_version(), databases.locale(cursor))
        if here == (archive.manifest.server_major_version, archive.manifest.locale):
            return
        with transaction.atomic():
            changed = broken_ids(cursor, SEARCH)
            write_search_anew(cursor, changed)
    if changed:
        say(f"Wrote the words for search of {len(changed)} statements anew: this server takes texts apart differently.")
