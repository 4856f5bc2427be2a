"""`manage.py import_dataset FILE`: a dataset into the record, as `docs/dataset.md` says."""

import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from claims.exchange.importing import import_dataset
from claims.exchange.reading import STDIN, DatasetError, Problem, numbered, opened
from claims.exchange.refusing import refused_line
from claims.exchange.results import Result
from claims.exchange.transactions import ImportBusyError, only_import
from config.access.roles import Role, role_of
from config.migrated import check_migrated
from config.terminal import language, printable

SECONDS_FOR_ANOTHER = 30
SHOWN_PROBLEMS = 50


class Command(BaseCommand):
    help = (
        "Import a dataset (docs/dataset.md) from FILE, packed with gzip or not, or from standard input (-). Without"
        " --skip-errors or --in-chunks all of it comes in or nothing; what is there already stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a dataset, or - for standard input")
        parser.add_argument("--by", metavar="USER", help="the account whose drafts the statements are")
        parser.add_argument(
            "--publish",
            metavar="ADMINISTRATOR",
            help="publish the statements that the file does not call drafts, in this administrator's name",
        )
        parser.add_argument(
            "--skip-errors", metavar="REFUSED", help="import what is right, and write refused lines with reasons here"
        )
        parser.add_argument(
            "--in-chunks", action="store_true", help="keep each few thousand lines as they come; run again to go on"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(language()):
            check_migrated()
            by = _account(options["by"]) if options["by"] else None
            publisher = _administrator(options["publish"], by) if options["publish"] else None
            self._shown = 0
            started = time.monotonic()
            try:
                with only_import(seconds=SECONDS_FOR_ANOTHER):
                    result = self._import(options, by, publisher)
            except DatasetError as error:
                raise CommandError(f"{printable(options['file'])}: {printable(str(error))}") from None
            except ImportBusyError:
                raise CommandError(_("Another import is at work: try again when it is done.")) from None
            except (OperationalError, InterfaceError) as error:
                reason = " ".join(str(error).split())
                raise CommandError(f"{_('The database went away')} ({reason}): {_what_is_kept(options)}") from None
            except OSError as error:
                reason = f"{printable(error.filename or options['skip_errors'] or options['file'])}: {error.strerror}"
                raise CommandError(f"{reason}: {_what_is_kept(options)}") from None
            except KeyboardInterrupt:
                raise CommandError(f"{_('Stopped')}: {_what_is_kept(options)}") from None
            self._summarise(result, options, time.monotonic() - started)

    def _import(self, options: dict[str, Any], by: User | None, publisher: User | None) -> Result:
        path, aside = options["file"], options["skip_errors"]
        with (
            opened(path, sys.stdin.buffer) as (stream, packed),
            _refused_file(aside, is_kept=options["in_chunks"]) as refused,
        ):
            is_file = path != STDIN and packed.seekable()
            size = Path(path).stat().st_size if is_file else None
            with tqdm(total=size, unit="B", unit_scale=True, disable=None, leave=False, file=self.stderr) as progress:

                def refuse(number: int, raw: bytes, problems: Sequence[Problem]) -> None:
                    if refused is not None:
                        refused.write(refused_line(raw, problems) + b"\n")
                    self._show(path, number, problems)

                def tell() -> None:
                    progress.update(packed.tell() - progress.n if is_file else 0)

                return import_dataset(
                    numbered(stream),
                    name=printable(Path(path).name) if path != STDIN else STDIN,
                    by=by,
                    publish_by=publisher,
                    in_chunks=options["in_chunks"],
                    refuse=refuse,
                    skip_refused=aside is not None,
                    tell=tell,
                )

    def _show(self, path: str, number: int, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._shown += 1
            if self._shown <= SHOWN_PROBLEMS:
                where = [f"{printable(path)}:{number}", *([printable(problem.pointer)] if problem.pointer else [])]
                with tqdm.external_write_mode(file=self.stderr):
                    self.stderr.write(": ".join([*where, printable(problem.sentence)]))

    def _summarise(self, result: Result, options: dict[str, Any], seconds: float) -> None:
        if self._shown > SHOWN_PROBLEMS:
            more = self._shown - SHOWN_PROBLEMS
            self.stderr.write(ngettext("… and %(more)s more.", "… and %(more)s more.", more) % {"more": more})
        self.stdout.write(
            _("%(lines)s lines read in %(seconds)s s (%(rate)s a second, %(memory)s MB at the most).")
            % {
                "lines": result.lines,
                "seconds": f"{seconds:.1f}",
                "rate": round(result.lines / max(seconds, 0.001)),
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
        if result.refused and options["skip_errors"] is None and not options["in_chunks"]:
            raise CommandError(
                ngettext(
                    "%(count)s line was refused, and nothing of the file was kept.",
                    "%(count)s lines were refused, and nothing of the file was kept.",
                    result.refused,
                )
                % {"count": result.refused}
            )
        self._say(_("Created"), result.created)
        self._say(_("There already"), result.unchanged)
        if result.published:
            self.stdout.write(_("Statements published: %(count)s.") % {"count": result.published})
        if result.held_back:
            self.stdout.write(
                _(
                    "Statements that the file calls public and that are drafts here: %(count)s "
                    "(--publish ADMINISTRATOR)."
                )
                % {"count": result.held_back}
            )
        if result.left:
            self.stdout.write(
                _("Statements that stay drafts, being changed here, made here or the administrator’s own: %(count)s.")
                % {"count": result.left}
            )
        if result.otherwise:
            self.stdout.write(
                _("Statements that the file calls withdrawn or published and that stand otherwise here: %(count)s.")
                % {"count": result.otherwise}
            )
        if result.refused:
            raise CommandError(_refused_sentence(result, options["skip_errors"]))

    def _say(self, label: str, counts: Counter[str]) -> None:
        if counts:
            listed = ", ".join(f"{record} {count}" for record, count in counts.items())
            self.stdout.write(f"{label}: {listed}.")


def _what_is_kept(options: dict[str, Any]) -> str:
    if options["in_chunks"]:
        return _("what was done before is kept; run the import again to go on.")
    return _("nothing of the file was kept.")


def _refused_sentence(result: Result, aside: str | None) -> str:
    if aside is None:
        return _("What was done before line %(line)s or so is kept: mend it, and run the import again to go on.") % {
            "line": result.lines
        }
    return ngettext(
        "%(count)s line was refused: it is in %(path)s, with reasons; mend it there and import that file.",
        "%(count)s lines were refused: they are in %(path)s, with reasons; mend them there and import that file.",
        result.refused,
    ) % {"count": result.refused, "path": printable(aside)}


def _account(name: str) -> User:
    try:
        return User.objects.get(username=name)
    except (User.DoesNotExist, UnicodeEncodeError):
        raise CommandError(_("There is no account “%(name)s”.") % {"name": printable(name)}) from None


def _administrator(name: str, by: User | None) -> User:
    user = _account(name)
    if role_of(user) is not Role.ADMINISTRATOR:
        raise CommandError(
            _("“%(name)s” is no administrator: only one may publish without review.") % {"name": printable(name)}
        )
    if user == by and not settings.ALLOW_SELF_REVIEW:
        raise CommandError(_("Who publishes must be another account than the author (--by)."))
    return user


@contextmanager
def _refused_file(path: str | None, *, is_kept: bool) -> Iterator[IO[bytes] | None]:
    """Where refused lines go; made anew, and gone again where none was refused."""
    if path is None:
        yield None
        return
    target = Path(path)
    try:
        # drafts are nobody else's to read
        file = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
    except FileExistsError:
        raise CommandError(_("%(path)s is there already: name another file.") % {"path": printable(path)}) from None
    except OSError as error:
        raise CommandError(
            _("%(path)s cannot be written: %(reason)s.") % {"path": printable(path), "reason": error.strerror}
        ) from None
    try:
        with file:
            yield file
    except BaseException:
        if not is_kept:
            target.unlink()  # its lines name rows that were undone
        raise
    if target.stat().st_size == 0:
        target.unlink()
