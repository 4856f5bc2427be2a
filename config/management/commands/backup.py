"""`manage.py backup FILE`: all of the database in one file."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.upkeep.backing_up import back_up
from config.upkeep.commands import plain_errors
from config.upkeep.progress import in_units


class Command(BaseCommand):
    """Back the database up while it is in use."""

    help = "Write all of the database to one file that `restore` reads. It holds drafts and password hashes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it, such as record.tar; of mode 0600")
        parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")

    def handle(self, *, file: Path, overwrite: bool, **_options: Any) -> None:
        """Write the file and say what is in it; leave none where that fails."""
        started = time.monotonic()
        with plain_errors():
            written = back_up(file, overwrite=overwrite)
        manifest = written.manifest
        self.stdout.write(
            f"Wrote {file}: {in_units(file.stat().st_size)}, {manifest.rows} rows of {len(manifest.tables)} tables, "
            f"read back and checked, in {time.monotonic() - started:.1f} s."
        )
