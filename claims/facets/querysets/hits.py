"""The statements that are counted: the newest of those asked for, as many as there may be."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Window
from django.db.models.functions import RowNumber

from claims.querysets import StatementFacetsQuerySet, StatementQuerySet

#: statements, or the rows that are kept of published ones to be counted by
Counted = StatementQuerySet | StatementFacetsQuerySet

#: Counts are exact up to here; beyond it they are of the newest.
CAP = 50_000

# `hit` has one statement more than is counted, where there are more.
_COUNTED = """
    WITH hit(statement_id, {columns}, place) AS MATERIALIZED ({hits}),
    counted AS NOT MATERIALIZED (SELECT * FROM hit WHERE place <= {cap}),
    {asked}
"""
_WITHIN_ONE = """
    CASE WHEN to_char(said_earliest::timestamp, '{form}') = to_char(said_latest::timestamp, '{form}')
    THEN to_char(said_earliest::timestamp, '{form}') END
"""
#: The month, or year, in which all days lie that the date of a statement can mean; null where there is none.
MONTH, YEAR = (_WITHIN_ONE.format(form=form) for form in ("YYYY-MM", "YYYY"))
_NEWEST_FIRST = ("-sort_date", "-pk")


def rows_over(statements: Counted, columns: Sequence[str], asked: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query over `counted`: the newest CAP of `statements`, with `statement_id` and `columns`.

    `asked` is constant SQL: tables in brackets (`name AS (…), …`), then the query; `hit` in it has one row more than
    `counted` where there are more statements. All is read at one moment.
    """
    hits, values = _newest(statements, columns)
    sql = _COUNTED.format(columns=", ".join(columns), hits=hits, cap=CAP, asked=asked)
    with connections[statements.db].cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def count_of(hits: int) -> dict[str, Any]:
    """Return how many statements were counted, and whether that is all of them, by the rows of `hit`."""
    return {"value": min(hits, CAP), "is_exact": hits <= CAP}


def _newest(statements: Counted, columns: Sequence[str]) -> tuple[str, Sequence[Any]]:
    """SQL for id, columns and place of the newest of the statements, and its parameters."""
    placed = statements.annotate(place=Window(RowNumber(), order_by=_NEWEST_FIRST)).order_by(*_NEWEST_FIRST)
    rows = placed.values_list("pk", *columns, "place")[: CAP + 1]
    try:
        sql, values = rows.query.get_compiler(using=statements.db).as_sql()
    except EmptyResultSet:  # known without asking: a search where there are no words at all
        return f"SELECT id, {', '.join(columns)}, 0 FROM claims_statement WHERE false", ()  # noqa: S608 only names of ours are put in
    return str(sql), values
