"""What an accepted statement takes: keys, clicks and seconds, counted in the database from what the desk measured."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from claims.proposals.models import BY_HAND

#: how many weeks, or engines, are told of
MOST = 26

_MEASURED = """
    SELECT {by}, count(*),
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY keys),
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY clicks),
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY milliseconds / 1000.0),
        avg((corrections = 0)::int)
    FROM desk_effort GROUP BY 1 ORDER BY {order} LIMIT %s
"""


@dataclass(frozen=True)
class Spread:
    """The middle of what was measured, and what nine of ten did not go beyond."""

    median: float
    most: float


@dataclass(frozen=True)
class Measure:
    """What the statements of one week, or of one engine, took; `right` is the share accepted without a correction."""

    of: str | date
    number: int
    keys: Spread
    clicks: Spread
    seconds: Spread
    right: float

    @property
    def percent(self) -> int:
        """The share accepted without a correction, of 100."""
        return round(self.right * 100)

    @property
    def drawn_median(self) -> int:
        """How long the bar of the median's seconds is."""
        return _drawn(self.seconds.median)

    @property
    def drawn_most(self) -> int:
        """How long the bar behind it is."""
        return _drawn(self.seconds.most)

    @property
    def is_by_hand(self) -> bool:
        """Whether these were marked by curators, where no engine had seen them."""
        return self.of == BY_HAND


def _drawn(seconds: float) -> int:
    """Two units a second, up to a minute."""
    return min(round(seconds * 2), 120)


def by_week() -> list[Measure]:
    """Return what statements took in each week (its Monday) of the last MOST in which any were accepted."""
    return _measured("date_trunc('week', day)::date", "1 DESC")


def by_engine() -> list[Measure]:
    """Return what statements took by what put them forward, the most frequent first."""
    return _measured("engine", "2 DESC, 1")


def _measured(by: str, order: str) -> list[Measure]:
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED.format(by=by, order=order), [MOST])
        rows: list[tuple[str | date, int, list[float], list[float], list[float], Any]] = cursor.fetchall()
    return [
        Measure(of, number, Spread(*keys), Spread(*clicks), Spread(*seconds), float(right))
        for of, number, keys, clicks, seconds, right in rows
    ]
