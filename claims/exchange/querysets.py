"""The vocabulary in which imports are kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

if TYPE_CHECKING:
    from claims.exchange.models import DatasetImport, ImportedStatement


class ImportedStatementQuerySet(QuerySet["ImportedStatement"]):
    def keep(self, lines: Sequence[tuple[UUID, int, bytes]], *, of: "DatasetImport") -> None:
        """Keep which statements came from which lines of an import: id, number and digest of each."""
        ids, numbers, digests = zip(*lines, strict=True)
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.model._meta.db_table} (statement_id, line, sha256, dataset_import_id)"  # noqa: S608 a name of ours
                " SELECT came.*, %s FROM unnest(%s::uuid[], %s::int[], %s::bytea[]) AS came",
                [of.pk, list(ids), list(numbers), list(digests)],
            )
