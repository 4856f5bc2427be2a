"""Import documents from files: `manage.py import_source article.txt page.html folder/`."""

import os
import stat
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.history.acting import Origin, acting
from config.terminal import language, printable
from sources.messages import translated
from sources.models import Licence, SourceType
from sources.services import (
    HTML,
    PLAIN,
    ImportRefused,
    ImportResult,
    Metadata,
    Outcome,
    guess_media_type,
    import_text,
)
from sources.text.decoding import MAX_BYTES, TextError, check_size
from sources.text.metadata import Found

STDIN = "-"
SUFFIXES = {".txt", ".html", ".htm"}
# Options that can be true of one document only.
OF_ONE = {"title": "--title", "url": "--url", "archived_at": "--archived-at"}


class Command(BaseCommand):
    help = (
        "Import documents from text files, saved web pages, folders of them, or standard input (-). What no option"
        " says is looked for in the document. Each file is stored or refused by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a .txt or .html file, a folder of them, or -")
        parser.add_argument("--format", choices=["auto", "text", "html"], default="auto", help="default: auto")
        parser.add_argument("--title", help="of one document")
        parser.add_argument("--url", help="of one document; recorded already: other words become a new revision")
        parser.add_argument("--publisher", metavar="NAME", help="made where there is none of that name")
        parser.add_argument("--agency", metavar="NAME", help="the wire service it came from")
        parser.add_argument("--language", metavar="TAG", help="BCP 47 tag, such as fr or en-GB")
        parser.add_argument(
            "--published-at", metavar="DATE", help="2023, 2025-02 or 2023-09-13; ~ about, ? unsure; a/b"
        )
        parser.add_argument("--author", action="append", metavar="NAME", dest="authors", help="may be repeated")
        parser.add_argument("--translator", metavar="NAME")
        parser.add_argument("--type", choices=SourceType.values, help=f"default: {SourceType.ARTICLE.value}")
        parser.add_argument("--licence", choices=Licence.values, help=f"default: {Licence.UNKNOWN.value}")
        parser.add_argument("--encoding", help="of the files; default: as they declare, else utf-8")
        parser.add_argument("--archived-at", metavar="URL", help="address of an archived copy, of one document")
        parser.add_argument("--retrieved-at", metavar="TIME", help="ISO 8601, such as 2025-02-13T10:30+01:00; else UTC")
        parser.add_argument("--copy-of", metavar="ID", help="the source that the documents repeat")
        parser.add_argument("--allow-duplicate", action="store_true", help="import words that are recorded already")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(language()):
            self._import_all(options)

    def _import_all(self, options: dict[str, Any]) -> None:
        files = list(_files(options["paths"]))
        for name, option in OF_ONE.items():
            if options[name] and len(files) > 1:
                raise CommandError(
                    _("%(option)s is of one document; these are %(count)s.") % {"option": option, "count": len(files)}
                )
        arguments = _import_arguments(options)
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing is stored."))
        done: Counter[str] = Counter()
        for number, path in enumerate(files, 1):
            place = f"[{number}/{len(files)}] " if len(files) > 1 else ""
            done[self._import_one(path, place, options["format"], arguments)] += 1
            self.stdout.flush()
        self._summarise(done, len(files), is_dry=options["dry_run"])

    def _import_one(self, path: str, place: str, wanted: str, arguments: dict[str, Any]) -> str:
        shown = printable(path)
        try:
            raw = _read(path)
            media_type = {"text": PLAIN, "html": HTML}.get(wanted) or guess_media_type(raw, path)
            with acting(origin=Origin.IMPORT):
                result = import_text(raw=raw, media_type=media_type, **arguments)
        except ImportRefused as refusal:
            sentence = printable(refusal.sentence)
            self.stdout.write(
                f"{place}{shown}: "
                + self.style.ERROR(
                    _("refused: %(field)s: %(sentence)s") % {"field": refusal.field, "sentence": sentence}
                )
            )
            return "refused"
        self.stdout.write(f"{place}{shown}: {_told(result)}")
        return result.outcome

    def _summarise(self, done: Counter[str], count: int, *, is_dry: bool) -> None:
        labels = {
            Outcome.CREATED: _("created"),
            Outcome.NEW_REVISION: _("new revisions"),
            Outcome.UNCHANGED: _("unchanged"),
            Outcome.DUPLICATE: _("duplicates"),
            "refused": _("refused"),
        }
        parts = ", ".join(
            _("%(label)s: %(value)s") % {"label": label, "value": done[key]}
            for key, label in labels.items()
            if done[key]
        )
        read = ngettext("%(count)s file read", "%(count)s files read", count) % {"count": count}
        self.stdout.write(f"{read} – {parts}")
        if refused := done["refused"]:
            kept = count - refused
            message = ngettext("%(count)s file was refused.", "%(count)s files were refused.", refused) % {
                "count": refused
            }
            if kept and not is_dry:
                message += " " + ngettext(
                    "What was done for the other one stays.", "What was done for the other %(kept)s stays.", kept
                ) % {"kept": kept}
            raise CommandError(message)


def _files(paths: list[str]) -> Iterator[str]:
    """Each file to read, folders opened and sorted."""
    for path in paths:
        if path == STDIN:
            yield path
        elif os.path.isdir(path):
            inside = sorted(one for one in Path(path).iterdir() if one.suffix.lower() in SUFFIXES and one.is_file())
            if not inside:
                raise CommandError(
                    _("There is no .txt or .html file in the folder %(path)s.") % {"path": printable(path)}
                )
            yield from map(str, inside)
        elif os.path.exists(path):
            yield path
        else:
            raise CommandError(_("There is no file %(path)s.") % {"path": printable(path)})


def _import_arguments(options: dict[str, Any]) -> dict[str, Any]:
    given = {one.name: options[one.name] for one in fields(Metadata) if one.name != "retrieved_at"}
    for name, value in given.items():
        if value == "":
            raise CommandError(
                _("--%(option)s is empty: leave it out, or say something.") % {"option": name.replace("_", "-")}
            )
    return {
        "metadata": Metadata(**given, retrieved_at=_time(options["retrieved_at"])),
        "encoding": options["encoding"],
        "copy_of": _id(options["copy_of"]),
        "allow_duplicate": options["allow_duplicate"],
        "dry_run": options["dry_run"],
    }


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(
            _("--retrieved-at: “%(value)s” is no time; write it as 2025-02-13T10:30+01:00.")
            % {"value": printable(value)}
        ) from None


def _id(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value is not None else None
    except ValueError:
        raise CommandError(
            _("--copy-of: “%(value)s” is not the id of a source.") % {"value": printable(value or "")}
        ) from None


def _read(path: str) -> bytes:
    """The bytes of the file, one more than may be kept at the most; the size is asked for first."""
    try:
        if path == STDIN:
            return _limited(sys.stdin.buffer)
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            # A pipe or device may never end.
            raise ImportRefused("text", _("It is no file. Give - to read standard input."))
        check_size(found.st_size)
        with open(path, "rb") as file:
            return _limited(file)
    except TextError as error:
        raise ImportRefused("text", translated(error)) from None
    except OSError as error:
        raise ImportRefused("text", _("It cannot be read: %(reason)s.") % {"reason": error.strerror}) from None


def _limited(file: BinaryIO) -> bytes:
    return file.read(MAX_BYTES + 1)


def _told(result: ImportResult) -> str:
    source = result.source
    title = printable(source.title if len(source.title) <= 80 else source.title[:79] + "…")
    facts = [_("“%(title)s”") % {"title": title}]
    if result.outcome is Outcome.CREATED:
        facts.append(source.language)
        facts += [str(one) for one in (source.agency, source.published_at) if one]
        facts.append(str(source.pk))
        return _("created: %(facts)s") % {"facts": " · ".join(facts)} + _unused(result)
    facts.append(str(source.pk))
    told = {
        Outcome.NEW_REVISION: _("new revision %(number)s of %(facts)s"),
        Outcome.UNCHANGED: _("unchanged: revision %(number)s of %(facts)s"),
        Outcome.DUPLICATE: _("duplicate of %(facts)s, revision %(number)s; --allow-duplicate or --copy-of imports it"),
    }
    return told[result.outcome] % {"number": result.text.number, "facts": " · ".join(facts)}


def _unused(result: ImportResult) -> str:
    """A note where the document names something that was not recorded because the name is not unique."""
    found: Found = result.found
    open_names = [
        name
        for name, row in ((found.publisher, result.source.publisher), (found.agency, result.source.agency))
        if name and row is None
    ]
    if not open_names:
        return ""
    return " " + _("(several publishers are called “%(name)s”: choose one in the admin)") % {"name": open_names[0]}
