"""The longest common subsequence of two runs of words, by bits: its time does not depend on what repeats.

H. Hyyrö, "Bit-parallel LCS-length computation revisited" (2004): one row of the table is one whole number.
"""

from collections.abc import Sequence

Pair = tuple[int, int]


def aligned(asked: Sequence[str], recorded: Sequence[str]) -> list[Pair]:
    """Return the places of the most words that stand in both, in the same order; as far to the right as they can."""
    masks: dict[str, int] = {}
    for place, key in enumerate(asked):
        masks[key] = masks.get(key, 0) | 1 << place
    every = (1 << len(asked)) - 1
    row, rows = every, [every]
    for key in recorded:
        common = row & masks.get(key, 0)
        row = ((row + common) | (row - common)) & every
        rows.append(row)
    return _walked_back(asked, recorded, rows)


def _walked_back(asked: Sequence[str], recorded: Sequence[str], rows: Sequence[int]) -> list[Pair]:
    """From the last cell to the first: a zero bit says that one more word is common there than one place before."""
    pairs = []
    i, j = len(asked), len(recorded)
    while i and j:
        if asked[i - 1] == recorded[j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif rows[j] >> (i - 1) & 1:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
