"""The vocabulary in which imports are asked for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from claims.exchange.models import ImportedStatement


class ImportedStatementQuerySet(QuerySet["ImportedStatement"]):
    def of_lines(self, digests: Iterable[bytes]) -> Self:
        """Return the statements that came from lines of these digests."""
        return self.filter(sha256__in=list(digests))
