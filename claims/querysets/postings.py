"""Published statements under the terms that they are found by, in order of date (`claims.models.Posting`).

A page is read from an index that has it in order: nothing is sorted, and what is not shown is not looked at. What must
hold besides is asked of the next few statements, then of eight times as many, until a page is full.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from claims.querysets.search import FIELDS
from claims.text.tsqueries import needs_of
from config.postgresql.binary import binary_cursor

SPEAKER, TOPIC = "speaker", "topic"
LEAST, GREATEST = UUID(int=0), UUID(int=2**128 - 1)
#: of a set with more terms, each statement is asked instead
MOST_TERMS = 50
_STEPS = 8

# A loose index scan, as in `search`; what is asked is said in each language, and in those that stop words are known of.
_ASKED = """
    WITH RECURSIVE present(language) AS (
        (SELECT language FROM claims_statementsearch ORDER BY language LIMIT 1)
        UNION ALL
        SELECT (SELECT further.language FROM claims_statementsearch AS further
                WHERE further.language > present.language ORDER BY further.language LIMIT 1)
        FROM present WHERE present.language IS NOT NULL
    )
    SELECT language, {query}::text, true FROM present WHERE language IS NOT NULL
    UNION ALL SELECT language, {query}::text, false FROM unnest(%s::text[]) AS language
"""
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
_TERMS = "ARRAY(SELECT public.search_term(kind, word) FROM unnest(%s::text[], %s::text[]) AS one(kind, word))"
_UNDER = (
    f"SELECT sort_date, statement_id FROM public.{{direction}}_under({_TERMS}, {_TERMS}, %s::text, %s::tsquery, "  # noqa: S608 only names of ours are put in
    "%s::date, %s::uuid, %s::date, %s::int)"
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

Term = tuple[str, str]
TermSet = tuple[Term, ...]


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

    def sql(self, place: Place | None, most: int, *, newest: bool, columns: str = _PLACE) -> tuple[str, list[Any]]:
        """Return a query of at most `most` rows (sort_date, statement_id), and its values.

        Where it is of all statements, it may be of other `columns` of their documents.
        """
        way, beyond, within, direction = ("DESC", "<", ">=", "newest") if newest else ("ASC", ">", "<=", "oldest")
        begin, until = self.days.bounds(place, newest=newest)
        bounds = [*begin, until, most]
        if self.branches is None:
            return _EVERYTHING.format(columns=columns, beyond=beyond, within=within, way=way), bounds
        branches, values = [], []
        for one in self.branches:
            branches.append(_UNDER.format(direction=direction))
            values += [*_columns(one.driver), *_columns(one.required), one.language, one.query, *bounds]
        together = " UNION ALL ".join(branches)
        return _TOGETHER.format(branches=together, way=way), [*values, most]


class NoWordError(ValueError):
    """A query of nothing but stop words."""


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
    using: str,
    stop_word_languages: Sequence[str],
) -> Stream | None:
    """Return the statements that a query, and sets of speakers or topics (`kind`, ids), ask for.

    None where no term leads to them: a query that forbids words only, or of titles. Raise NoWordError for a query that
    says nothing.
    """
    named = [tuple((kind, str(key)) for key in ids) for kind, ids in sets]
    if typed is None:
        return Stream((_together(named, _weights([named], using)),) if named else None, days)
    asked = _asked(typed, within, using, stop_word_languages)
    needed = [needs_of(query) for _language, query in asked]
    if "titles" in within or not all(needs.sets for needs in needed):
        return None
    in_each = [
        [*(tuple((language, word) for word in sorted(one)) for one in needs.sets), *named]
        for (language, _query), needs in zip(asked, needed, strict=True)
    ]
    weights = _weights(in_each, using)
    is_everywhere = set(within) == FIELDS.keys() - {"titles"}
    branches = (
        _together(together, weights, *said, is_exact=needs.is_exact and is_everywhere)
        for together, said, needs in zip(in_each, asked, needed, strict=True)
    )
    return Stream(tuple(branches), days)


def _asked(
    typed: str, within: Collection[str], using: str, stop_word_languages: Sequence[str]
) -> list[tuple[str, str]]:
    """The query in each language that there are words in; those in which it says nothing are left out."""
    weights = "".join(sorted(FIELDS[name] for name in within))
    is_limited = 0 < len(weights) < len(FIELDS)
    query = "public.search_query(language, %s::text" + (", %s::text)" if is_limited else ")")
    values: list[Any] = [typed, weights] if is_limited else [typed]
    with binary_cursor(using) as cursor:
        cursor.execute(_ASKED.format(query=query), [*values, *values, list(stop_word_languages)])
        rows = cursor.fetchall()
    if not any(written for _language, written, is_present in rows if not is_present):
        raise NoWordError
    return [(language, written) for language, written, is_present in rows if is_present and written]


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


def _weights(in_each: Sequence[Sequence[TermSet]], using: str) -> dict[TermSet, int]:
    """How many statements each set leads to, more or less; nothing where there is nothing to choose from."""
    sets = {one for together in in_each if len(together) > 1 for one in together}
    if not sets:
        return {}
    terms = sorted({term for one in sets for term in one})
    with binary_cursor(using) as cursor:
        cursor.execute(_PROBE, _columns(terms))
        found = {(kind, word): count for kind, word, count in cursor.fetchall()}
    return {one: sum(found[term] for term in one) for one in sets}


def _columns(terms: Sequence[Term]) -> tuple[list[str], list[str]]:
    return [kind for kind, _word in terms], [word for _kind, word in terms]
