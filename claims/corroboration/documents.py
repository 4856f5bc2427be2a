"""Documents with those that they repeat, as far as whoever asks sees them."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connections

from claims.corroboration.origins import Document

# Nothing is told of a document that is not public, not even that two others repeat it.
_DOCUMENTS = """
    WITH RECURSIVE document(id) AS (
        SELECT unnest(%(ids)s::uuid[])
        UNION SELECT original.id FROM document
            JOIN sources_source AS copy ON copy.id = document.id
            JOIN sources_source AS original ON original.id = copy.copy_of_id
            WHERE original.is_public OR NOT %(only_public)s
    )
    SELECT id, copy_of_id, publisher_id, agency_id, published_earliest,
        ARRAY(SELECT sha256 FROM sources_sourcetext WHERE source_id = source.id ORDER BY number), version
    FROM document JOIN sources_source AS source USING (id) ORDER BY id
"""


def with_originals(ids: Iterable[UUID], *, only_public: bool, using: str) -> list[Document]:
    """Return some documents and what they repeat, however often passed on, in one query."""
    wanted = list(ids)
    if not wanted:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(_DOCUMENTS, {"ids": wanted, "only_public": only_public})
        return [Document(*row) for row in cursor.fetchall()]
