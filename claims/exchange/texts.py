"""The words that lines are anchored in: revisions of sources, the last ones used kept."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

KEPT_CHARACTERS = 20_000_000

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a source's words, with what a statement takes over from the source."""

    id: str
    text: str
    language: str
    published_at: str | None


class Texts:
    """Revisions by source (its id) and number."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Revision] = OrderedDict()
        self._characters = 0

    def forget(self) -> None:
        """Forget all: the transaction they were read in was undone."""
        self._kept.clear()
        self._characters = 0

    def look_up(self, keys: Collection[Key]) -> None:
        """Read the revisions that are asked for next, as far as there is room for them, in one query."""
        for key in keys:
            if key in self._kept:
                self._kept.move_to_end(key)
        self._read([key for key in dict.fromkeys(keys) if key not in self._kept])

    def get(self, source: str, number: int) -> Revision | None:
        """Return the revision, or None where there is none."""
        key = (source, number)
        if key not in self._kept:
            self._read([key])
        else:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _read(self, keys: Sequence[Key]) -> None:
        """Read the first of these revisions, as many as may be kept, but one at least."""
        sources, numbers = [UUID(source) for source, _number in keys], [number for _source, number in keys]
        if not sources:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT revision.id, revision.source_id, revision.number, revision.text, source.language,
                    source.published_at
                FROM (
                    SELECT id, sum(octet_length(text)) OVER (ORDER BY asked.place) AS size, asked.place
                    FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY AS asked (source_id, number, place)
                    JOIN sources_sourcetext USING (source_id, number)
                ) AS found
                JOIN sources_sourcetext AS revision ON revision.id = found.id
                JOIN sources_source AS source ON source.id = revision.source_id
                WHERE found.size <= %s OR found.place = 1
                """,
                [sources, numbers, KEPT_CHARACTERS],
            )
            for pk, source, number, text, language, published_at in cursor.fetchall():
                self._kept[str(source), number] = Revision(str(pk), text, language, published_at)
                self._characters += len(text)
        while self._characters > KEPT_CHARACTERS and len(self._kept) > 1:
            _key, dropped = self._kept.popitem(last=False)
            self._characters -= len(dropped.text)
