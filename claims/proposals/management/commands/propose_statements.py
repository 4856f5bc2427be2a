"""`manage.py propose_statements [--source ID …]`: let the engine read texts that it has not read yet."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from claims.proposals.querysets import latest_texts, unread_texts
from claims.proposals.services import propose
from config.migrated import check_migrated
from config.terminal import language
from sources.models import SourceText


class Command(BaseCommand):
    help = (
        "Propose statements: read the latest text of each source that was not read yet, and keep what may be a"
        " statement for the curators. Run again, it goes on where it was stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--source",
            action="append",
            default=[],
            type=UUID,
            metavar="ID",
            help="read this source alone, read before or not; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(language()):
            check_migrated()
            try:
                read, found = self._read(self._texts(options["source"]))
            except (OperationalError, InterfaceError) as error:
                reason = " ".join(str(error).split())
                raise CommandError(f"{_('The database went away')} ({reason}): {_kept()}") from None
            except KeyboardInterrupt:
                raise CommandError(f"{_('Stopped')}: {_kept()}") from None
            texts = ngettext("%(count)s text read", "%(count)s texts read", read) % {"count": read}
            new = ngettext("%(count)s new candidate", "%(count)s new candidates", found) % {"count": found}
            self.stdout.write(f"{texts}: {new}.")

    def _texts(self, sources: list[UUID]) -> list[UUID]:
        """The revisions to read, the earliest first."""
        if not sources:
            return list(unread_texts().order_by("pk").values_list("pk", flat=True))
        texts = dict(latest_texts().filter(source__in=sources).values_list("source", "pk"))
        missing = [str(one) for one in sources if one not in texts]
        if missing:
            raise CommandError(_("There is no source with a text by this id: %s.") % ", ".join(missing))
        return list(dict.fromkeys(texts[one] for one in sources))

    def _read(self, texts: list[UUID]) -> tuple[int, int]:
        """Read each text, one transaction a text; return how many there were, and how many candidates are new."""
        read = found = 0
        with tqdm(total=len(texts), disable=None, leave=False, file=self.stderr) as progress:
            for one in texts:
                revision = SourceText.objects.select_related("source").defer("raw").filter(pk=one).first()
                if revision is not None:  # not deleted meanwhile
                    read, found = read + 1, found + propose(revision)
                progress.update()
        return read, found


def _kept() -> str:
    return _("what was done before is kept; run it again to go on.")
