"""`manage.py follow_changes`: let statements follow the large changes that are pending."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from claims.services.following import STATEMENTS_AT_ONCE, follow_changes


class Command(BaseCommand):
    """Do once what `manage.py serve` does all the time."""

    help = (
        "Write the documents of statements that name a changed row which very many name. `manage.py serve` does so by "
        "itself; this is for who serves the record otherwise."
    )

    def handle(self, **_options: Any) -> None:
        """Write them, with progress; broken off, it goes on when it is run again."""
        with tqdm(unit=" statements", unit_scale=STATEMENTS_AT_ONCE, disable=None) as progress:
            follow_changes(lambda _seconds: progress.update())
        self.stdout.write("Nothing is pending.")
