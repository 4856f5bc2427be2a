"""Documents, facets and postings of published statements, held against the tables that they are made of."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

DOCUMENTS = "each published statement has its document and postings, as they would be written now"
STATEMENTS_AT_ONCE = 1000

_NEXT = "SELECT id FROM public.claims_statement WHERE id > %s ORDER BY id LIMIT %s"
# All of one moment: what is written and what would be.
_DIFFERENT = """
    WITH waiting AS MATERIALIZED (SELECT public.statements_pending(%(ids)s) AS id),
    fresh AS MATERIALIZED (
        SELECT *, public.statement_terms(statement_id) AS terms FROM public.statement_documents(%(ids)s)
    ), kept AS MATERIALIZED (SELECT * FROM public.claims_statementdocument WHERE statement_id = ANY(%(ids)s)),
    counted AS (
        SELECT facets FROM public.claims_statementfacets AS facets WHERE statement_id = ANY(%(ids)s)
    ), countable AS (SELECT facets FROM public.statement_facets(%(ids)s) AS facets)
    SELECT coalesce(fresh.statement_id, kept.statement_id) FROM fresh FULL JOIN kept USING (statement_id)
    WHERE coalesce(fresh.statement_id, kept.statement_id) NOT IN (SELECT id FROM waiting) AND (
        (fresh.body, fresh.version, fresh.sort_date, fresh.terms, substring(sha256(fresh.body) FOR 8))
            IS DISTINCT FROM (kept.body, kept.version, kept.sort_date, kept.terms, kept.digest)
        OR kept.statement_id IN (SELECT public.statements_misfiled(%(ids)s)))
    UNION SELECT (facets).statement_id FROM (
        (TABLE counted EXCEPT TABLE countable) UNION (TABLE countable EXCEPT TABLE counted)
    ) AS differing
"""
_STRAY_DOCUMENTS = """
    SELECT statement_id FROM public.claims_statementdocument AS document WHERE NOT EXISTS (
        SELECT FROM public.claims_statement WHERE id = document.statement_id AND status = 'published')
"""
_STRAY_FACETS = """
    SELECT statement_id FROM public.claims_statementfacets AS facets WHERE NOT EXISTS (
        SELECT FROM public.claims_statement WHERE id = facets.statement_id AND status = 'published')
"""
_STRAY_POSTINGS = """
    SELECT DISTINCT posting.statement_id FROM public.claims_posting AS posting
    LEFT JOIN public.claims_statementdocument AS document
        ON document.statement_id = posting.statement_id AND document.sort_date = posting.sort_date
        AND posting.term = ANY(document.terms)
    WHERE document.statement_id IS NULL
"""
# Of each place, how many terms lead to it and what they come to: to look for each of them would be as many lookups as
# there are postings. IS TRUE: no statistics of the two columns together are at hand, and none are to be guessed.
_STRAY_PLACES = """
    SELECT place.statement_id FROM public.claims_runplace AS place
    JOIN public.claims_statementdocument AS document
        ON document.statement_id = place.statement_id AND (document.filed = place.filed) IS TRUE
    JOIN (
        SELECT run_id, one.place, count(*) AS terms, bit_xor(term) AS mixed
        FROM public.claims_runposting CROSS JOIN LATERAL unnest(places) AS one(place) GROUP BY run_id, one.place
    ) AS block ON (block.run_id, block.place) = (place.run_id, place.place)
    WHERE place.sort_date <> document.sort_date OR block.terms <> cardinality(document.terms)
        OR block.mixed <> (SELECT bit_xor(term) FROM unnest(document.terms) AS one(term))
"""
_DROP_STRAY = """
    DELETE FROM public.claims_posting AS posting WHERE statement_id = ANY(%(ids)s) AND NOT EXISTS (
        SELECT FROM public.claims_statementdocument AS document
        WHERE document.statement_id = posting.statement_id AND document.sort_date = posting.sort_date
            AND posting.term = ANY(document.terms))
"""


def wrong_documents(cursor: Any, *, tell: Callable[[int], object] = lambda _number: None) -> Iterator[UUID]:
    """Yield the ids of statements whose document or postings are not what they would be if written now.

    Those that a large change is still to reach are left out: readers are given fresh ones. `tell` hears how many
    statements were looked at since it was called last.
    """
    for ids in _runs(cursor):
        yield from wrong_among(cursor, ids)
        tell(len(ids))
    for stray in (_STRAY_DOCUMENTS, _STRAY_FACETS, _STRAY_POSTINGS, _STRAY_PLACES):
        cursor.execute(stray)
        yield from (key for (key,) in cursor.fetchall())


def wrong_among(cursor: Any, ids: Sequence[UUID]) -> list[UUID]:
    """Return which of these statements are so, as of one moment."""
    cursor.execute(_DIFFERENT, {"ids": list(ids)})
    return [key for (key,) in cursor.fetchall()]


def write_documents(cursor: Any, ids: Sequence[UUID]) -> None:
    """Write documents and postings of these statements anew, and remove what else stands under terms for them."""
    for first in range(0, len(ids), STATEMENTS_AT_ONCE):
        run = list(ids[first : first + STATEMENTS_AT_ONCE])
        # as if nothing had been written: what is wrong may be anything
        cursor.execute("DELETE FROM public.claims_statementdocument WHERE statement_id = ANY(%s)", [run])
        cursor.execute("DELETE FROM public.claims_statementfacets WHERE statement_id = ANY(%s)", [run])
        cursor.execute("SELECT public.statement_documents_refresh(%s)", [run])
        cursor.execute(_DROP_STRAY, {"ids": run})


def _runs(cursor: Any) -> Iterator[list[UUID]]:
    last = UUID(int=0)
    while True:
        cursor.execute(_NEXT, [last, STATEMENTS_AT_ONCE])
        ids = [key for (key,) in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]
