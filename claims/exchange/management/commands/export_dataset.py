"""`manage.py export_dataset FILE`: the whole record, or its public part, as a dataset."""

import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from tqdm import tqdm

from claims.exchange.exporting import export_dataset
from claims.exchange.reading import STDIN
from config.migrated import check_migrated
from config.terminal import language


class Command(BaseCommand):
    help = "Write the record to FILE (packed where it ends in .gz), or to standard output (-), as docs/dataset.md says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a new file, or - for standard output")
        parser.add_argument("--public", action="store_true", help="only what the public may see")
        parser.add_argument("--overwrite", action="store_true", help="write FILE anew where it is there")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(language()):
            path = options["file"]
            check_migrated()
            try:
                _check(path, overwrites=options["overwrite"])
                with _opened(path, is_private=not options["public"]) as file:
                    written = self._write(file, public=options["public"])
            except BrokenPipeError:
                # what is left in the buffer is not written at the end either
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise CommandError(_("Nobody reads what is written.")) from None
            except OSError as error:
                raise CommandError(
                    _("%(path)s cannot be written: %(reason)s.") % {"path": path, "reason": error.strerror or error}
                ) from None
            if path != STDIN:
                self.stdout.write(_("%(path)s: %(count)s lines.") % {"path": path, "count": written})

    def _write(self, file: BinaryIO | gzip.GzipFile, *, public: bool) -> int:
        count = 0
        with tqdm(unit=" lines", disable=None, leave=False, file=self.stderr) as progress:
            for line, total in export_dataset(public=public):
                file.write(line.encode("utf-8") + b"\n")
                progress.total = total
                progress.update()
                count += 1
        return count


def _check(path: str, *, overwrites: bool) -> None:
    """Raise CommandError where another file, or what is none, would be replaced."""
    if path == STDIN or not Path(path).exists():
        return
    if not Path(path).is_file():
        raise CommandError(_("%(path)s is no file: give - to write to standard output.") % {"path": path})
    if not overwrites:
        raise CommandError(_("%(path)s is there already: --overwrite writes it anew.") % {"path": path})


@contextmanager
def _opened(path: str, *, is_private: bool) -> Iterator[BinaryIO | gzip.GzipFile]:
    """A file that is there whole or not at all; drafts are nobody else's to read."""
    if path == STDIN:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if target.suffix == ".gz":
                # without name and time in it, the same lines are the same bytes
                with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                    yield packed
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o600 if is_private else 0o644)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
