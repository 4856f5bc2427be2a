"""Partial dates: the subset of EDTF (ISO 8601-2:2019, levels 0 and 1) that the record uses.

`2023`, `2025-02` and `2023-09-13`, each with `~` (approximate) or `?` (uncertain) behind it, and the interval `a/b`
of two of these, where one end may be open (`..`). Bounds are strict: `~` and `?` do not widen them.
The database computes the same bounds in `partial_date_bound()`; a test holds the two together.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from sources.text.problems import ReadableError, mark

OPEN = ".."
WRONG_FORM = mark(
    "“%(value)s” is not a partial date: write a year, month or day (2023, 2025-02, 2023-09-13), each with ~ or ? if"
    " unsure, or an interval a/b."
)
_PART = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?[~?]?")


class PartialDateError(ReadableError):
    """The string is no partial date; the message says what was wrong and what would be right."""


@dataclass(frozen=True)
class Bounds:
    """The first and last day that a partial date can mean, both inclusive; an open end is `date.min` or `date.max`."""

    earliest: date
    latest: date


def parse(value: str) -> Bounds:
    """Return the bounds of an EDTF string; raise PartialDateError where it is none."""
    first, slash, second = value.partition("/")
    if not slash:
        return _bounds_of_part(first)
    if first == second == OPEN:
        raise PartialDateError(WRONG_FORM, value=value)
    start = date.min if first == OPEN else _bounds_of_part(first).earliest
    end = date.max if second == OPEN else _bounds_of_part(second).latest
    if end < start:
        raise PartialDateError(mark("“%(value)s” ends before it starts."), value=value)
    return Bounds(start, end)


def _bounds_of_part(part: str) -> Bounds:
    match = _PART.fullmatch(part)
    if match is None:
        raise PartialDateError(WRONG_FORM, value=part[:40])
    year, month, day = (int(group) if group else None for group in match.groups())
    try:
        if month is None:
            return Bounds(date(year or 0, 1, 1), date(year or 0, 12, 31))
        if day is None:
            last = calendar.monthrange(year or 0, month)[1]
            return Bounds(date(year or 0, month, 1), date(year or 0, month, last))
        exact = date(year or 0, month, day)
    except ValueError:  # calendar.IllegalMonthError is one too
        raise PartialDateError(mark("“%(value)s” is not in the calendar."), value=part) from None
    return Bounds(exact, exact)
