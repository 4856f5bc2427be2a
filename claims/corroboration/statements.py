"""Who carries a statement: where it appears, first, in which words, from how many origins."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from claims.corroboration.documents import with_originals
from claims.corroboration.origins import Origin, Origins
from claims.models import Appearance, Relay, Statement
from claims.services.recording import JOINED
from claims.text.words import same_words
from config.http.etags import digest_of
from sources.models import Publisher, Source


@dataclass(frozen=True)
class Carried:
    """An appearance; `origin` is the number of its origin, None in a headline."""

    row: Appearance
    origin: int | None

    @property
    def source(self) -> Source:
        """The document."""
        return self.row.source_text.source

    @property
    def words(self) -> str:
        """What is printed."""
        return JOINED.join(one.exact for one in self.row.segments.all())

    @property
    def variant(self) -> tuple[str, tuple[str, ...]]:
        """What is equal for the same words of the same language, interrupted or not."""
        return self.row.language.split("-")[0].lower(), same_words(
            " ".join(one.exact for one in self.row.segments.all())
        )

    @property
    def age(self) -> tuple[date, date, bool, UUID]:
        """Sorts what was published first in front, the undated behind, a headline behind its text."""
        first, last = self.source.published_earliest, self.source.published_latest
        return first or date.max, last or date.max, self.row.is_headline, self.row.pk


@dataclass(frozen=True)
class Variant:
    """Appearances of the same words, the earliest first."""

    appearances: Sequence[Carried]

    @property
    def first(self) -> Carried:
        """The one published first."""
        return self.appearances[0]

    @property
    def ids(self) -> list[UUID]:
        """Which appearances they are."""
        return [one.row.pk for one in self.appearances]

    @property
    def quotation_types(self) -> list[str]:
        """How they are quoted, each once."""
        return list(dict.fromkeys(one.row.quotation_type for one in self.appearances))


@dataclass(frozen=True)
class Carriers:
    """An origin with what is shown of it; `publisher` is None where nobody knows it."""

    number: int
    publisher: Publisher | None
    dispatches: Sequence[UUID]
    appearances: Sequence[UUID]
    publishers: Sequence[Publisher]


@dataclass(frozen=True)
class StatementCorroboration:
    """All of it. `digest` changes whenever a row behind it does."""

    id: UUID
    appearances: Sequence[Carried]
    variants: Sequence[Variant]
    origins: Sequence[Carriers]
    digest: str

    @property
    def earliest(self) -> Carried | None:
        """The appearance in the document published first, by its first possible day; None if no document is dated."""
        return next((one for one in self.appearances if one.source.published_at), None)

    @property
    def independent_publishers(self) -> int:
        """From how many known publishers it comes."""
        return sum(one.publisher is not None for one in self.origins)


def with_appearances(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Fetch what is shown of each appearance."""
    documents = ["source_text__source__publisher", "source_text__source__agency"]
    appearances = Appearance.objects.select_related(*documents).defer("source_text__raw", "source_text__text")
    return statements.prefetch_related(
        Prefetch("appearances", appearances),
        "appearances__segments",
        Prefetch("appearances__relays", Relay.objects.select_related("speaker")),
    )


def corroboration_of(statement: Statement, *, only_public: bool, using: str) -> StatementCorroboration:
    """Return who carries a statement that was fetched `with_appearances`.

    With `only_public`, documents that are not public join nothing.
    """
    rows = list(statement.appearances.all())
    carrying = {row.source_text.source_id for row in rows if not row.is_headline}
    documents = with_originals(carrying, only_public=only_public, using=using)
    origins = Origins(documents).of(carrying)
    appearances = sorted(_carried(rows, origins), key=lambda one: one.age)
    publishers = _publishers(rows, origins, using)
    digest = digest_of(
        [statement, *publishers.values()], [(str(one.id), one.version) for one in documents], sees_all=True
    )
    shown = [_carriers(number, one, appearances, publishers) for number, one in enumerate(origins, 1)]
    return StatementCorroboration(statement.pk, appearances, _variants(appearances), shown, digest)


def _carried(rows: Collection[Appearance], origins: Sequence[Origin]) -> Iterator[Carried]:
    number_of = {document: number for number, one in enumerate(origins, 1) for document in one.documents}
    for row in rows:
        yield Carried(row, None if row.is_headline else number_of[row.source_text.source_id])


def _variants(appearances: Sequence[Carried]) -> list[Variant]:
    groups: dict[tuple[str, tuple[str, ...]], list[Carried]] = defaultdict(list)
    for one in appearances:
        groups[one.variant].append(one)
    return [Variant(group) for group in groups.values()]


def _publishers(rows: Collection[Appearance], origins: Sequence[Origin], using: str) -> dict[UUID, Publisher]:
    """Who puts the documents out, and where they come from."""
    sources = [row.source_text.source for row in rows]
    known: dict[UUID, Any] = {one.pk: one for source in sources for one in (source.publisher, source.agency) if one}
    missing = {one.publisher for one in origins if one.publisher} - known.keys()
    return known | Publisher.objects.using(using).in_bulk(missing) if missing else known


def _carriers(
    number: int, origin: Origin, appearances: Sequence[Carried], publishers: dict[UUID, Publisher]
) -> Carriers:
    carrying = [one for one in appearances if one.origin == number]
    printing = dict.fromkeys(one.source.publisher for one in carrying if one.source.publisher)
    return Carriers(
        number,
        publishers[origin.publisher] if origin.publisher else None,
        origin.dispatches,
        [one.row.pk for one in carrying],
        list(printing),
    )
