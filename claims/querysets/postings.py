"""Published statements under the terms that they are found by, in order of date (`claims.models.Posting`).

A page is read from an index that has it in order: nothing is sorted, and what is not shown is not looked at. What must
hold besides is asked of the next few statements, then of eight times as many, until a page is full.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from claims.querysets.search import FIELDS
from claims.querysets.words_asked import languages, words_asked
from config.postgresql.binary import binary_cursor

SPEAKER, TOPIC = "speaker", "topic"
LEAST, GREATEST = UUID(int=0), UUID(int=2**128 - 1)
#: of a set with more terms, each statement is asked instead
MOST_TERMS = 50
_STEPS = 8

# Of a run the blocks of a term are counted, and beyond some taken to lie as close together as the first of them.
_PROBE = """
    SELECT kind, word, lately.statements + coalesce(filed.statements, 0)
    FROM unnest(%s::text[], %s::text[]) AS one(kind, word)
    CROSS JOIN LATERAL (
        SELECT count(*) AS statements FROM (
            SELECT FROM claims_posting WHERE term = public.search_term(kind, word) LIMIT 1000
        ) AS newest
    ) AS lately
    CROSS JOIN LATERAL (
        SELECT sum(CASE WHEN found.blocks < 100 THEN found.statements ELSE run.statements * 12800.0 / found.last END
        )::bigint AS statements
        FROM claims_postingrun AS run CROSS JOIN LATERAL (
            SELECT count(*) AS blocks, sum(size) AS statements, max(last) AS last FROM (
                SELECT cardinality(places) AS size, last FROM claims_runposting
                WHERE run_id = run.id AND term = public.search_term(kind, word) ORDER BY last LIMIT 100
            ) AS first
        ) AS found
    ) AS filed
"""
_TERM = "public.search_term(%s, %s)"
_UNDER = (
    "SELECT {columns} FROM public.{direction}_under({driver}, {required}, %s::text, %s::tsquery, %s::date, %s::uuid, "
    "%s::date, %s::int, {with_bodies})"
)
_EVERYTHING = """
    SELECT {columns} FROM claims_statementdocument
    WHERE (sort_date, statement_id) {beyond} (%s::date, %s::uuid) AND sort_date {within} %s::date
    ORDER BY sort_date {way}, statement_id {way} LIMIT %s::int
"""
_TOGETHER = """
    SELECT DISTINCT sort_date, statement_id FROM ({branches}) AS found
    ORDER BY sort_date {way}, statement_id {way} LIMIT %s::int
"""
_PLACE = "sort_date, statement_id"
_DOCUMENT = f"{_PLACE}, digest, body"

#: how long it is taken for known how many statements a term leads to, and of how many terms
SECONDS_OF_A_WEIGHT = 60.0
MOST_KNOWN = 20_000

Term = tuple[str, str]
TermSet = tuple[Term, ...]
_known: dict[Term, tuple[float, int]] = {}


class Place(NamedTuple):
    """Where a page begins: behind this statement."""

    sort_date: date
    id: UUID

    @classmethod
    def read(cls, written: Sequence[str]) -> "Place":
        """Return the place that a cursor has written down."""
        day, key = written
        return cls(date.fromisoformat(day), UUID(key))


@dataclass(frozen=True)
class Days:
    """The first and last `sort_date` that count, both inclusive."""

    first: date = date.min
    last: date = date.max

    def bounds(self, place: Place | None, *, newest: bool) -> tuple[Place, date]:
        """Return where to begin, behind `place` if there is one, and the last day of that direction."""
        if newest:
            latest = self.last + timedelta(days=1) if self.last < date.max else date.max
            start = Place(latest, LEAST if self.last < date.max else GREATEST)
            return (min(place, start) if place else start), self.first
        start = Place(self.first, LEAST)
        return (max(place, start) if place else start), self.last


@dataclass(frozen=True)
class Under:
    """Statements under one term at least of `driver` and all of `required`; of a language, where they match a query."""

    driver: tuple[Term, ...]
    required: tuple[Term, ...] = ()
    language: str | None = None
    query: str | None = None


@dataclass(frozen=True)
class Stream:
    """Statements in order of date: those under any of `branches`, or all where that is None."""

    branches: tuple[Under, ...] | None
    days: Days = field(default_factory=Days)
    #: whether all days that the date said may mean must be among them
    is_said_within: bool = False
    #: those of the words asked for
    languages: tuple[str, ...] | None = None

    def sql(self, place: Place | None, most: int, *, newest: bool, columns: str = _PLACE) -> tuple[str, list[Any]]:
        """Return a query of at most `most` rows (sort_date, statement_id), and its values.

        Where it is of all statements, it may be of other `columns` of their documents.
        """
        way, beyond, within = ("DESC", "<", ">=") if newest else ("ASC", ">", "<=")
        if self.branches is None:
            begin, until = self.days.bounds(place, newest=newest)
            bounds = [*begin, until, most]
            return _EVERYTHING.format(columns=columns, beyond=beyond, within=within, way=way), bounds
        branches, values = self._branches_sql(place, most, _PLACE, newest=newest, with_bodies=False)
        return _TOGETHER.format(branches=branches, way=way), [*values, most]

    def documents_sql(
        self, place: Place | None, most: int, *, newest: bool, with_bodies: bool
    ) -> tuple[str, list[Any]]:
        """Return a query of the same with their documents (`digest`, `body`), and its values.

        Each of several sources has at most `most` rows in it, in whatever order, some of them more than once. A stream
        of all statements has no such query.
        """
        return self._branches_sql(place, most, _DOCUMENT, newest=newest, with_bodies=with_bodies)

    def _branches_sql(
        self, place: Place | None, most: int, columns: str, *, newest: bool, with_bodies: bool
    ) -> tuple[str, list[Any]]:
        direction = "newest" if newest else "oldest"
        begin, until = self.days.bounds(place, newest=newest)
        branches, values = [], []
        for one in self.branches or ():
            driver, required = _array(one.driver), _array(one.required)
            branches.append(
                _UNDER.format(
                    columns=columns, direction=direction, driver=driver, required=required, with_bodies=with_bodies
                )
            )
            values += [*chain(*one.driver, *one.required), one.language, one.query, *begin, until, most]
        return " UNION ALL ".join(branches), values


def sizes(limit: int, *, is_narrowed: bool) -> Iterator[int]:
    """Yield how many statements of a stream to look at for a page: for ever more, where others are left out of them."""
    size = limit * 2 if is_narrowed else limit
    while True:
        yield size
        size *= _STEPS


def stream_of(
    typed: str | None,
    within: Collection[str],
    sets: Sequence[tuple[str, Collection[UUID]]],
    days: Days,
    *,
    is_said_within: bool = False,
    using: str,
    stop_word_languages: Sequence[str],
) -> Stream | None:
    """Return the statements that a query, and sets of speakers or topics (`kind`, ids), ask for.

    None where no term leads to them: a query that forbids words only, or of titles. Raise NoWordError for a query that
    says nothing.
    """
    named = [tuple((kind, str(key)) for key in ids) for kind, ids in sets]
    if typed is None:
        branches = (_together(named, _weights([named], using)),) if named else None
        return Stream(branches, days, is_said_within)
    in_languages = languages(using)
    asked = words_asked(typed, within, in_languages, using=using, stop_word_languages=stop_word_languages)
    if "titles" in within or not all(one.needs.sets for one in asked):
        return None
    in_each = [
        [*(tuple((one.language, word) for word in sorted(words)) for words in one.needs.sets), *named] for one in asked
    ]
    weights = _weights(in_each, using)
    is_everywhere = set(within) == FIELDS.keys() - {"titles"}
    of_words = [
        _together(sets, weights, one.language, one.query, is_exact=one.needs.is_exact and is_everywhere)
        for sets, one in zip(in_each, asked, strict=True)
    ]
    return Stream(_merged(of_words), days, is_said_within, in_languages)


def _together(
    sets: Sequence[TermSet],
    weights: Mapping[TermSet, int],
    language: str | None = None,
    query: str | None = None,
    *,
    is_exact: bool = True,
) -> Under:
    """What has a term of each set: led by the rarest set, the other ones being asked for."""
    first, *others = sorted(sets, key=lambda one: weights.get(one, 0))
    singles = tuple(one[0] for one in others if len(one) == 1)
    if query is None or (is_exact and len(singles) == len(others)):
        return Under(first, singles)
    return Under(first, singles, language, query)


def _merged(branches: Sequence[Under]) -> tuple[Under, ...]:
    """The same asked for at once, where there is nothing to ask for but one term at least."""
    plain = [one for one in branches if one.query is None and not one.required]
    if len(plain) < 2:
        return tuple(branches)
    together = Under(tuple(chain.from_iterable(one.driver for one in plain)))
    return (together, *(one for one in branches if one not in plain))


def _weights(in_each: Sequence[Sequence[TermSet]], using: str) -> dict[TermSet, int]:
    """How many statements each set leads to, more or less; nothing where there is nothing to choose from."""
    sets = {one for together in in_each if len(together) > 1 for one in together}
    if not sets:
        return {}
    terms = {term for one in sets for term in one}
    now = time.monotonic()
    unknown = sorted(term for term in terms if term not in _known or now - _known[term][0] > SECONDS_OF_A_WEIGHT)
    if unknown:
        with binary_cursor(using) as cursor:
            cursor.execute(_PROBE, _columns(unknown))
            found = {(kind, word): (now, count) for kind, word, count in cursor.fetchall()}
        if len(_known) > MOST_KNOWN:
            _known.clear()
        _known.update(found)
        return {one: sum((found.get(term) or _known.get(term) or (now, 0))[1] for term in one) for one in sets}
    return {one: sum(_known[term][1] for term in one) for one in sets}


def _array(terms: Sequence[Term]) -> str:
    return f"ARRAY[{', '.join(_TERM for _term in terms)}]::bigint[]"


def _columns(terms: Sequence[Term]) -> tuple[list[str], list[str]]:
    return [kind for kind, _word in terms], [word for _kind, word in terms]
