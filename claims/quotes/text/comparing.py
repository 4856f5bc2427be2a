"""What a quote is to recorded words: all of them, a part of them, nearly them, or something else."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import pairwise
from math import ceil
from unicodedata import normalize

from claims.quotes.text.aligning import Pair, aligned
from claims.text.words import Words, weight_of

#: of nearly the same words: how many at least, what they must weigh (“by the way” is not enough), and which share that
#: must be of the quote and of what is recorded there
LEAST_COMMON = 3
LEAST_WEIGHT = 4
LEAST_SIMILAR = 0.6
#: a common word at an end behind so much else that is recorded (some five words) is there by chance
FAR = 10
#: of a quote that goes beyond the record: this share of it is recorded, in two words at least, or so many words are
LEAST_SHARE = 1 / 3
LEAST_RECORDED = 2
ENOUGH_RECORDED = 6


class Likeness(Enum):
    """How a quote and recorded words agree, the nearest first."""

    #: the quote is all that is recorded
    WHOLE = 0
    #: the quote stands in what is recorded, its ends cut, or words left out where it says so
    PART = 1
    #: most words in order, and some missing, added or others
    ALTERED = 2
    #: what is recorded stands in the quote, which goes on
    BEYOND = 3


@dataclass(frozen=True)
class Operation:
    """A run of words that are equal, or only recorded (missing), only asked (added), or others (replaced)."""

    op: str
    asked: str
    recorded: str


@dataclass(frozen=True)
class Comparison:
    """How two texts agree; `pairs` are the places of the words that are common, in both."""

    likeness: Likeness
    similarity: float
    asked: Words
    recorded: Words
    pairs: Sequence[Pair] = field(repr=False)

    @cached_property
    def rank(self) -> tuple[float, ...]:
        """Sorts the nearest first: by likeness, similarity, then how little is recorded besides, then exact signs."""
        besides = (len(self.recorded) - len(self.pairs)) / max(len(self.recorded), 1)
        return self.likeness.value, -self.similarity, besides, -self.exactness

    @cached_property
    def exactness(self) -> float:
        """Return which share of the common words has the same accents and capitals, 0 to 1."""
        same = sum(_is_same(self.asked.printed(i), self.recorded.printed(j)) for i, j in self.pairs)
        return same / max(len(self.pairs), 1)

    @cached_property
    def difference(self) -> list[Operation]:
        """Return the operations whose texts, one behind the other, are the two texts as they came."""
        found: list[Operation] = []
        i = j = 0
        for run in _runs(self.pairs):
            (first_i, first_j), (last_i, last_j) = run[0], run[-1]
            found += self._between(i, first_i, j, first_j)
            i, j = last_i + 1, last_j + 1
            found.append(Operation("equal", self.asked.piece(first_i, i), self.recorded.piece(first_j, j)))
        return found + self._between(i, len(self.asked), j, len(self.recorded))

    def _between(self, i: int, next_i: int, j: int, next_j: int) -> list[Operation]:
        asked, recorded = self.asked.piece(i, next_i), self.recorded.piece(j, next_j)
        if i == next_i and j == next_j:
            return []
        name = "missing" if i == next_i else "added" if j == next_j else "replaced"
        return [Operation(name, asked, recorded)]


def compare(asked: Words, recorded: Words) -> Comparison | None:
    """Return how a quote, which has words, agrees with recorded words; None where it hardly does."""
    if not recorded.keys:
        return None
    if asked.keys == recorded.keys:
        return _whole(asked, recorded)
    return _within(asked, recorded) or _beyond(asked, recorded) or _altered(asked, recorded)


def _whole(asked: Words, recorded: Words) -> Comparison:
    return Comparison(Likeness.WHOLE, 1.0, asked, recorded, [(place, place) for place in range(len(asked))])


def _within(asked: Words, recorded: Words) -> Comparison | None:
    """The quote, or each piece of it between ellipses, stands in the record, in order."""
    pairs: list[Pair] = []
    at = 0
    for first, behind in _pieces(asked):
        found = _found(asked.keys[first:behind], recorded, at)
        if found is None:
            return None
        pairs += [(first + step, found + step) for step in range(behind - first)]
        at = found + behind - first
    return Comparison(Likeness.PART, 1.0, asked, recorded, pairs)


def _beyond(asked: Words, recorded: Words) -> Comparison | None:
    """All that is recorded stands in the quote, and is no mere word or two of it."""
    count, share = len(recorded), _weight(recorded.keys) / _weight(asked.keys)
    is_enough = count >= ENOUGH_RECORDED or (count >= LEAST_RECORDED and share >= LEAST_SHARE)
    found = _found(recorded.keys, asked, 0) if is_enough else None
    if found is None:
        return None
    pairs = [(found + step, step) for step in range(count)]
    return Comparison(Likeness.BEYOND, share, asked, recorded, pairs)


def _altered(asked: Words, recorded: Words) -> Comparison | None:
    """Most of the words stand in one stretch of the record, in order."""
    whole = _weight(asked.keys)
    common = Counter(asked.keys) & Counter(recorded.keys)
    if common.total() < LEAST_COMMON or _weight(common.elements()) < LEAST_SIMILAR * whole:
        return None
    start = 0 if asked.left_out else _densest(asked, recorded)
    behind = len(recorded) if asked.left_out else start + _stretch(asked)
    pairs = [(i, start + j) for i, j in aligned(asked.keys, recorded.keys[start:behind])]
    pairs, similarity = _trimmed(asked, recorded, pairs)
    is_enough = len(pairs) >= LEAST_COMMON and _weight(asked.keys[i] for i, _j in pairs) >= LEAST_WEIGHT
    if not is_enough or similarity < LEAST_SIMILAR:
        return None
    return Comparison(Likeness.ALTERED, similarity, asked, recorded, pairs)


def _pieces(asked: Words) -> list[tuple[int, int]]:
    places = [0, *sorted(asked.left_out), len(asked)]
    return list(pairwise(places))


def _found(keys: Sequence[str], words: Words, at: int) -> int | None:
    """Where these words stand, one behind the other, first from a place on."""
    found = words.joined.find("\0".join(["", *keys, ""]), words.marks[at])
    return None if found < 0 else bisect_left(words.marks, found)


def _stretch(asked: Words) -> int:
    """How many recorded words the quote can be an alteration of, at most."""
    return ceil(len(asked) / LEAST_SIMILAR)


def _densest(asked: Words, recorded: Words) -> int:
    """Where the stretch of the record begins that has most of the words, as often as the quote has them."""
    size = _stretch(asked)
    left = Counter(asked.keys)
    weight = best = start = 0
    for place, key in enumerate(recorded.keys):
        if key in left:
            weight += weight_of(key) if left[key] > 0 else 0
            left[key] -= 1
        gone = recorded.keys[place - size] if place >= size else None
        if gone is not None and gone in left:
            left[gone] += 1
            weight -= weight_of(gone) if left[gone] > 0 else 0
        if weight > best:
            best, start = weight, max(0, place + 1 - size)
    return start


def _trimmed(asked: Words, recorded: Words, pairs: list[Pair]) -> tuple[list[Pair], float]:
    """Leave out common words at the ends that stand far from the rest; return the similarity too.

    It is the weight of the common words, of that of the quote or of the stretch recorded, whichever is more; where the
    quote has an ellipsis, the record may go on as long as it likes.
    """
    whole = _weight(asked.keys)
    sums = [0]
    for key in recorded.keys:
        sums.append(sums[-1] + weight_of(key))
    common = sum(weight_of(asked.keys[i]) for i, _j in pairs)
    spent = sum(_spent(asked, sums, one, other) for one, other in pairwise(pairs))
    first, last = 0, len(pairs) - 1
    similarity = common / max(whole, common + spent)
    is_shorter = True
    while is_shorter and last - first >= LEAST_COMMON:
        is_shorter = False
        for end, gap in ((first, (first, first + 1)), (last, (last - 1, last))):
            less = common - weight_of(asked.keys[pairs[end][0]])
            rest = spent - _spent(asked, sums, pairs[gap[0]], pairs[gap[1]])
            if spent - rest > FAR and less / max(whole, less + rest) > similarity:
                common, spent, similarity = less, rest, less / max(whole, less + rest)
                first, last = (first + 1, last) if end == first else (first, last - 1)
                is_shorter = True
                break
    return pairs[first : last + 1], similarity


def _spent(asked: Words, sums: Sequence[int], one: Pair, other: Pair) -> int:
    """The weight of what is recorded between two common words, and not left out by an ellipsis."""
    if any(place in asked.left_out for place in range(one[0] + 1, other[0] + 1)):
        return 0
    return sums[other[1]] - sums[one[1] + 1]


def _is_same(one: str, other: str) -> bool:
    return one == other or normalize("NFC", one) == normalize("NFC", other)


def _weight(keys: Iterable[str]) -> int:
    return sum(map(weight_of, keys))


def _runs(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Those that stand next to each other in both texts."""
    runs: list[list[Pair]] = []
    for pair in pairs:
        if runs and runs[-1][-1] == (pair[0] - 1, pair[1] - 1):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs
