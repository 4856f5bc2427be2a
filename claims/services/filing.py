"""Postings put where they are read best: of statements that came lately a row each, of very many a run."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

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
LEAST_OF_A_RUN = 3000
#: of the advisory lock of who makes runs
FILING = 7_263_514_003


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
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FILING])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_LATELY)
        is_full = cursor.fetchone()[0] > most_lately
        cursor.execute(_RUNS)
        runs = cursor.fetchall()
        if not is_full and len(runs) <= most_runs:
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
