"""Asking pg_restore what is in a dump, without restoring it."""

import subprocess

from config.upkeep.archive import Archive
from config.upkeep.errors import UpkeepError
from config.upkeep.programs import Program, program, running

PROJECT_TABLES = {"public.claims_statement", "public.sources_source", "public.django_migrations"}


def pg_restore_for(archive: Archive) -> Program:
    """The pg_restore that reads this backup: no older than the pg_dump that wrote it."""
    return program("pg_restore", archive.manifest.dump_major_version)


def check_listing(archive: Archive) -> None:
    """Raise UpkeepError where pg_restore cannot read the dump, or tables of the manifest are not in it."""
    with (
        archive.opened_at_dump() as file,
        running(pg_restore_for(archive), ["--list"], stdin=file, stdout=subprocess.PIPE) as child,
    ):
        listed = child.stdout.read().decode("utf-8", "replace")
        child.finish()
    words = [line.split() for line in listed.splitlines() if " TABLE DATA " in line]
    found = {f"{word[5]}.{word[6]}" for word in words}
    missing = sorted((set(archive.manifest.tables) | PROJECT_TABLES) - found)
    if missing:
        raise UpkeepError(
            f"{archive.path} cannot be used. Its dump has no rows of {missing[0]}: it is a dump of something else."
        )
