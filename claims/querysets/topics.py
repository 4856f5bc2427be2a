"""Topics: the questions that are asked of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connections
from django.db.models.expressions import RawSQL

from claims.querysets.named import MergedQuerySet

if TYPE_CHECKING:
    from claims.models import Topic

_NARROWER = """
    WITH RECURSIVE subject(id) AS (
        SELECT unnest(%s::uuid[])
        UNION SELECT narrower.id FROM claims_topic AS narrower JOIN subject ON narrower.broader_id = subject.id
    ) SELECT id FROM subject
"""


def narrower(topics: Iterable[UUID]) -> RawSQL:
    """Return the ids of topics and of all that are part of them."""
    return RawSQL(_NARROWER, [list(topics)])  # noqa: S611 constant SQL, its one value passed as a parameter


class TopicQuerySet(MergedQuerySet["Topic"]):
    def with_narrower(self, topics: Iterable[UUID]) -> list[UUID]:
        """Return these ids and those of all topics that are part of them."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(_NARROWER, [list(topics)])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return [key for (key,) in rows]
