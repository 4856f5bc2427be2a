"""Rows that are found by name and become public with the first published statement that needs them."""

from collections.abc import Iterable
from typing import Self, TypeVar
from uuid import UUID

from django.db import models

from config.postgresql.binary import binary_cursor
from sources.querysets import NamedQuerySet

Row = TypeVar("Row", bound=models.Model, covariant=True)

_LIVING = """
    WITH RECURSIVE path(first, id, merged_into_id) AS (
        SELECT id, id, merged_into_id FROM {table}
            WHERE id = ANY(%(ids)s::uuid[]) AND (is_public OR NOT %(only_public)s::boolean)
        UNION SELECT path.first, later.id, later.merged_into_id
            FROM {table} AS later JOIN path ON later.id = path.merged_into_id
            WHERE later.is_public OR NOT %(only_public)s::boolean
    ) SELECT first, id FROM path WHERE merged_into_id IS NULL
"""


class PublicNamedQuerySet(NamedQuerySet[Row]):
    """Rows that become public once a published statement needs them."""

    def published(self) -> Self:
        """Return what the public may see."""
        return self.filter(is_public=True)


class MergedQuerySet(PublicNamedQuerySet[Row]):
    """Rows of which one may turn out to be another: `merged_into` leads there."""

    def published(self) -> Self:
        """Return the live ones that a published statement needs."""
        return super().published().live()

    def live(self) -> Self:
        """Leave out those merged into others."""
        return self.filter(merged_into__isnull=True)

    def living(self, ids: Iterable[UUID], *, only_public: bool) -> list[UUID]:
        """Return for each id, in their order, that of the row it was merged into, however often; in one query.

        Ids of nothing, or of what was not merged, stay as they are. With `only_public`, so do those of what the
        public may not know of: nothing is told of them.
        """
        given = list(ids)
        if not given:
            return []
        sql = _LIVING.format(table=self.model._meta.db_table)
        # planning it takes longer than to answer it
        with binary_cursor(self.db) as cursor:
            cursor.execute(sql, {"ids": given, "only_public": only_public})
            found: dict[UUID, UUID] = dict(cursor.fetchall())
        return [found.get(key, key) for key in given]
