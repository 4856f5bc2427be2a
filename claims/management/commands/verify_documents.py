"""`manage.py verify_documents`: is each document that readers are given what it would be if it were written now?"""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from tqdm import tqdm

from claims.models import Statement
from claims.services.documents import write_documents, wrong_documents

EXAMPLES = 10


class Command(BaseCommand):
    """Hold every document and all its postings against the tables that they are made of."""

    help = "Check that the document of each published statement equals a fresh one; ends with 1 where one does not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write those that differ anew")

    def handle(self, *, mend: bool, **_options: Any) -> None:
        """Check, with progress; raise CommandError (exit code 1) where a document differs and is not mended."""
        total = Statement.objects.count()
        with tqdm(total=total, unit=" statements", disable=None) as progress, connection.cursor() as cursor:
            wrong = sorted(set(wrong_documents(cursor, tell=progress.update)))
        if not wrong:
            self.stdout.write(f"{total} statements: each published one has its document, written as it would be now.")
            return
        examples = ", ".join(str(key) for key in islice(wrong, EXAMPLES))
        found = f"{len(wrong)} of {total} statements have a document that is not what it would be now: {examples}"
        if not mend:
            raise CommandError(f"{found}{' …' if len(wrong) > EXAMPLES else ''}. Write them anew with --mend.")
        with transaction.atomic(), connection.cursor() as cursor:
            write_documents(cursor, wrong)
        self.stdout.write(f"{found}. They were written anew.")
