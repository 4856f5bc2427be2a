"""Documents of published statements: held against the tables that they are made of, and brought after large changes."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import Error, connection, transaction

from config.writing.retrying import retried

logger = logging.getLogger(__name__)

DOCUMENTS = "each published statement has its document and postings, as they would be written now"
STATEMENTS_AT_ONCE = 1000
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_AFTER_A_FAILURE = 10.0

_NEXT = "SELECT id FROM public.claims_statement WHERE id > %s ORDER BY id LIMIT %s"
# All of one moment: what is written and what would be.
_DIFFERENT = """
    WITH waiting AS MATERIALIZED (SELECT public.statements_pending(%(ids)s) AS id),
    fresh AS MATERIALIZED (
        SELECT *, public.statement_terms(statement_id) AS terms FROM public.statement_documents(%(ids)s)
    ), kept AS MATERIALIZED (SELECT * FROM public.claims_statementdocument WHERE statement_id = ANY(%(ids)s))
    SELECT coalesce(fresh.statement_id, kept.statement_id) FROM fresh FULL JOIN kept USING (statement_id)
    WHERE coalesce(fresh.statement_id, kept.statement_id) NOT IN (SELECT id FROM waiting) AND (
        (fresh.body, fresh.version, fresh.sort_date, fresh.terms, substring(sha256(fresh.body) FOR 8))
            IS DISTINCT FROM (kept.body, kept.version, kept.sort_date, kept.terms, kept.digest)
        OR kept.statement_id IN (SELECT public.statements_misfiled(%(ids)s)))
"""
_STRAY_DOCUMENTS = """
    SELECT statement_id FROM public.claims_statementdocument AS document WHERE NOT EXISTS (
        SELECT FROM public.claims_statement WHERE id = document.statement_id AND status = 'published')
"""
_STRAY_POSTINGS = """
    SELECT DISTINCT posting.statement_id FROM public.claims_posting AS posting
    LEFT JOIN public.claims_statementdocument AS document
        ON document.statement_id = posting.statement_id AND document.sort_date = posting.sort_date
        AND posting.term = ANY(document.terms)
    WHERE document.statement_id IS NULL
    UNION
    SELECT place.statement_id FROM public.claims_runposting AS block
    CROSS JOIN LATERAL unnest(block.places) AS one(place)
    JOIN public.claims_runplace AS place ON (place.run_id, place.place) = (block.run_id, one.place)
    JOIN public.claims_statementdocument AS document USING (statement_id, filed)
    WHERE NOT block.term = ANY(document.terms) OR place.sort_date <> document.sort_date
"""
_DROP_STRAY = """
    DELETE FROM public.claims_posting AS posting WHERE statement_id = ANY(%(ids)s) AND NOT EXISTS (
        SELECT FROM public.claims_statementdocument AS document
        WHERE document.statement_id = posting.statement_id AND document.sort_date = posting.sort_date
            AND posting.term = ANY(document.terms))
"""
# Since statistics were last counted: near enough.
_LATELY = "SELECT pg_stat_get_live_tuples('public.claims_posting'::regclass)"
_RUNS = "SELECT id, statements FROM public.claims_postingrun ORDER BY statements, id"
_POST = """
    INSERT INTO public.claims_posting (term, sort_date, statement_id)
    SELECT term, sort_date, statement_id FROM public.claims_statementdocument
    CROSS JOIN LATERAL unnest(terms) AS term WHERE statement_id = ANY(%s)
    ORDER BY term, sort_date, statement_id ON CONFLICT DO NOTHING
"""
_RUN_OF = "SELECT public.file_postings('{}', false, %s)"
LEAST_OF_A_RUN = 5000
#: of the advisory lock of who makes runs
FILING = 7_263_514_003


def wrong_documents(cursor: Any, *, tell: Callable[[int], object] = lambda _number: None) -> Iterator[UUID]:
    """Yield the ids of statements whose document or postings are not what they would be if written now.

    Those that a large change is still to reach are left out: readers are given fresh ones. `tell` hears how many
    statements were looked at since it was called last.
    """
    for ids in _runs(cursor):
        yield from wrong_among(cursor, ids)
        tell(len(ids))
    cursor.execute(_STRAY_DOCUMENTS)
    yield from (key for (key,) in cursor.fetchall())
    cursor.execute(_STRAY_POSTINGS)
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
        cursor.execute("SELECT public.statement_documents_refresh(%s)", [run])
        cursor.execute(_DROP_STRAY, {"ids": run})


def follow_changes(tell: Callable[[], object] = lambda: None) -> None:
    """Let statements follow the large changes that are pending, step by step, until there are none.

    Each step is a transaction of its own: whoever is broken off leaves the rest to whoever comes next.
    """
    while retried(_step):
        tell()


def post(ids: Sequence[UUID]) -> None:
    """Put published statements that were stored without postings under their terms: very many as a run."""
    if not ids:
        return
    with connection.cursor() as cursor:
        sql = _RUN_OF if len(ids) >= LEAST_OF_A_RUN else _POST
        cursor.execute(sql, [list(ids)])


def file_postings(*, most_lately: int = 1_000_000, most_runs: int = 4) -> bool:
    """Move postings of statements that came lately to a run where they are many, and join runs where these are.

    Return whether there was anything to do. Where somebody else is at it, there is not.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LATELY)
        is_full = cursor.fetchone()[0] > most_lately
        cursor.execute(_RUNS)
        runs = cursor.fetchall()
        if not is_full and len(runs) <= most_runs:
            return False
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FILING])
        if not cursor.fetchone()[0]:
            return False
        joined = joined_runs(runs) if len(runs) + is_full > most_runs else []
        cursor.execute("SELECT public.file_postings(%s::int[], %s)", [joined, is_full])
        return True


def joined_runs(runs: Sequence[tuple[int, int]]) -> list[int]:
    """Return which runs (id, statements), smallest first, to make one of: none much larger than those before it.

    So each statement is written anew as often as the record doubles, not with each run.
    """
    joined: list[int] = []
    total = 0
    for key, statements in runs:
        if len(joined) >= 2 and statements > 2 * total:
            break
        joined.append(key)
        total += statements
    return joined


def keep_following() -> None:
    """Let statements follow large changes, and file postings, for ever, in a thread of the server."""
    while True:
        try:
            follow_changes()
            file_postings()
        except Error as error:
            logger.warning("Documents cannot follow changes for now: %s", " ".join(str(error).split()))
            connection.close()
            time.sleep(SECONDS_AFTER_A_FAILURE)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _step() -> bool:
    with connection.cursor() as cursor:
        # a look that takes no lock first: nearly always there is nothing
        cursor.execute("SELECT EXISTS(SELECT FROM claims_pendingchange)")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT public.follow_pending_change(%s)", [STATEMENTS_AT_ONCE])
        return bool(cursor.fetchone()[0])


def _runs(cursor: Any) -> Iterator[list[UUID]]:
    last = UUID(int=0)
    while True:
        cursor.execute(_NEXT, [last, STATEMENTS_AT_ONCE])
        ids = [key for (key,) in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]
