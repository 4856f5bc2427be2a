"""`manage.py restore FILE`: a backup back into the database."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.upkeep.commands import plain_errors
from config.upkeep.databases import name
from config.upkeep.restoring import restore


class Command(BaseCommand):
    """Restore a backup, all of it or nothing, and verify it."""

    help = "Restore a file of `backup` into the empty database, or with --replace in place of the present one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` has written, and that you trust")
        parser.add_argument(
            "--replace", action="store_true", help="put it in place of the database, which is kept under another name"
        )

    def handle(self, *, file: Path, replace: bool, **_options: Any) -> None:
        """Restore, verify, and say what was done; end with 1 where what was restored breaks rules."""
        started = time.monotonic()
        with plain_errors():
            done = restore(file, replace=replace, say=self._say)
        manifest = done.archive.manifest
        self._say(
            f"Restored {file} of {manifest.created_at} into the database {name()}: {manifest.rows} rows of "
            f"{len(manifest.tables)} tables, the same as were backed up, in {time.monotonic() - started:.1f} s."
        )
        if done.former:
            self._say(
                f"The former database is now {done.former}. When you need it no more, drop it:\n"
                f"  python manage.py dbshell -- --command 'DROP DATABASE \"{done.former}\"'"
            )
        if done.findings:
            raise CommandError(
                "\n  ".join(["What was restored is what was backed up, but it breaks rules:", *map(str, done.findings)])
            )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
