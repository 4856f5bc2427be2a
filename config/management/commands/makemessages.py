"""Collect the texts to translate: `manage.py makemessages --locale fr`, the same output for the same code."""

import re
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

# Nothing that people read is in these.
IGNORED = [".venv/*", ".data/*", "tests/*"]
# What says when, where and with what a catalogue was made: it differs from run to run and helps nobody.
_VOLATILE = re.compile(
    r'^(#.*|"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator'
    r'|Language-Team|X-Generator): .*")\n',
    re.MULTILINE,
)


class Command(makemessages.Command):
    """Django's command, which also knows `mark(…)`, sorts by text, and writes no places and no dates."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=mark"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--sort-output"]
    msguniq_options = [*makemessages.Command.msguniq_options, "--sort-output"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--sort-output"]

    def handle(self, *args: Any, **options: Any) -> None:
        options["ignore_patterns"] = [*options["ignore_patterns"], *IGNORED]
        super().handle(*args, **{**options, "no_location": True, "no_obsolete": True})

    def write_po_file(self, potfile: str, locale: str) -> None:
        super().write_po_file(potfile, locale)
        catalogue = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        header, blank, entries = catalogue.read_text("utf-8").partition("\n\n")
        catalogue.write_text(_VOLATILE.sub("", header + "\n").rstrip("\n") + blank + entries, "utf-8")
