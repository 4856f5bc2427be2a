"""A dataset out: every record in a stated order, from one moment of the database, byte for byte the same each time."""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from claims.exchange.lines import LINES, VERSION
from claims.exchange.references import MODELS
from claims.exchange.writing import lines_of, written

BATCH = 500
#: a text may have 25 MB with its bytes
BATCH_OF_TEXTS = 20
#: what refers to others of its kind, by which fields; those referred to come first
_CHAINS = {
    "source": ("copy_of_id",),
    "speaker": ("part_of_id", "merged_into_id"),
    "topic": ("broader_id", "merged_into_id"),
}
#: how the public's part of a kind is told, where it is not by `published()`
_PUBLIC: dict[str, dict[str, Any]] = {
    "source_text": {"source__is_public": True},
    "role": {"memberships__is_public": True},
    "membership": {"is_public": True},
    "review": {"claim__is_public": True},
    "intensity_phrase": {"pk__in": []},
}


def export_dataset(*, public: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the lines of a dataset, without line feeds, as of one moment, each with the number of all of them.

    Kinds come in the order of `lines.LINES`; within a kind by id, texts by source and number, and what others of its
    kind refer to first. `public` leaves out what the public may not see: drafts and what they alone need, the words
    of texts whose licence is not open, the lexicon.
    """
    with _one_moment():
        rows = {record: _rows(record, public=public) for record in LINES}
        counts = {record: found.count() for record, found in rows.items()}
        total = 1 + sum(counts.values())
        header = {"record": "dataset", "version": VERSION, "scope": "public" if public else "all", "records": counts}
        yield written(header), total
        for record, found in rows.items():
            for ids in _batches(_ordered(record, found), BATCH_OF_TEXTS if record == "source_text" else BATCH):
                for line in lines_of(record, ids, public=public):
                    yield written(line), total


@contextmanager
def _one_moment() -> Iterator[None]:
    """One transaction that reads one state of the database, whatever is written meanwhile, and writes nothing."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _rows(record: str, *, public: bool) -> "QuerySet[Any]":
    every: Any = MODELS[record]._default_manager.all()
    rows: QuerySet[Any] = every
    if public and record in _PUBLIC:
        rows = rows.filter(**_PUBLIC[record]).distinct()
    elif public:
        rows = every.published()
    return rows.order_by("source_id", "number") if record == "source_text" else rows.order_by("pk")


def _ordered(record: str, rows: "QuerySet[Any]") -> Iterator[UUID]:
    if record not in _CHAINS:
        # a server-side cursor: the ids of a large record need not fit into memory
        return iter(rows.values_list("pk", flat=True).iterator(chunk_size=10_000))
    chains = {pk: tuple(others) for pk, *others in rows.values_list("pk", *_CHAINS[record])}
    return iter(_those_referred_to_first(chains))


def _those_referred_to_first(chains: dict[UUID, tuple[UUID | None, ...]]) -> list[UUID]:
    """Sort by how many steps a row is from one that refers to none, then by id."""
    depths: dict[UUID, int] = {}

    def depth(pk: UUID) -> int:
        path = [pk]
        while path:
            open_ones = [one for one in chains[path[-1]] if one in chains and one not in depths]
            if open_ones:
                path.append(open_ones[0])
                continue
            last = path.pop()
            depths[last] = max((1 + depths[one] for one in chains[last] if one in depths), default=0)
        return depths[pk]

    return sorted(chains, key=lambda pk: (depth(pk), pk))


def _batches(ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    remaining = iter(ids)
    while batch := list(itertools.islice(remaining, size)):
        yield batch
