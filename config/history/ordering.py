"""In which order transactions took effect: not that in which they began, where one waited for another."""

from collections import defaultdict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.history.versions import Event, Transaction


def in_order(rows: "Iterable[list[Event]]") -> "list[Transaction]":
    """Return the transactions of the changes of rows, each with its `index`, from 1.

    The changes of one row are in order, because each waits for the lock of the one before; transactions that have no
    row in common are in the order in which they began.
    """
    seen: dict[Transaction, None] = {}
    later: dict[Transaction, set[Transaction]] = defaultdict(set)
    waiting: dict[Transaction, int] = defaultdict(int)
    for events in rows:
        seen.update((event.transaction, None) for event in events)
        for one, other in pairwise(event.transaction for event in events):
            if one is not other and other not in later[one]:
                later[one].add(other)
                waiting[other] += 1
    return _walked(list(seen), later, waiting)


def _walked(
    seen: "list[Transaction]", later: "dict[Transaction, set[Transaction]]", waiting: "dict[Transaction, int]"
) -> "list[Transaction]":
    begun = sorted(range(len(seen)), key=lambda place: (seen[place].at, place))
    ranks = {seen[place]: rank for rank, place in enumerate(begun)}
    by_rank = [seen[place] for place in begun]
    free = [rank for rank, one in enumerate(by_rank) if not waiting[one]]
    heapify(free)
    done: dict[Transaction, None] = {}
    while len(done) < len(by_rank):
        # Several reasons in one transaction, in turn, wait for each other: then what began first comes first.
        one = by_rank[heappop(free)] if free else next(one for one in by_rank if one not in done)
        if one in done:
            continue
        done[one] = None
        one.index = len(done)
        for other in later[one]:
            waiting[other] -= 1
            if not waiting[other] and other not in done:
                heappush(free, ranks[other])
    return list(done)
