"""`manage.py verify`: is all of the database, or of a backup file, as it must be?"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.upkeep.commands import plain_errors
from config.upkeep.restoring import read_backup
from config.upkeep.verifying import verify


class Command(BaseCommand):
    """Check data files, rows and rules; change nothing."""

    help = "Check data files, references and all rules of the record; ends with 1 where something is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--backup", type=Path, metavar="FILE", help="check a backup file instead of the database")

    def handle(self, *, backup: Path | None, **_options: Any) -> None:
        """Check, saying each check; raise CommandError (exit code 1) where anything was found."""
        started = time.monotonic()
        if backup:
            with plain_errors():
                manifest = read_backup(backup).manifest
            self._say(
                f"{backup} is whole: {manifest.rows} rows of {len(manifest.tables)} tables, of {manifest.created_at}, "
                f"from PostgreSQL {manifest.server_version} and version {manifest.project_version} of the project."
            )
            return
        with plain_errors():
            found = verify(self._say)
        if found:
            counted = "1 thing is" if len(found) == 1 else f"{len(found)} things are"
            raise CommandError(f"Verified in {time.monotonic() - started:.1f} s: {counted} wrong.")
        self._say(f"Verified in {time.monotonic() - started:.1f} s: all is as it must be.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
