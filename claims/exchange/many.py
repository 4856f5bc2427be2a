"""Rows by many values at once."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def rows_of_any(
    model: type[Model], columns: Sequence[str], where: str, values: Collection[Any]
) -> list[tuple[Any, ...]]:
    """Return these columns of the rows of which the column `where` is any of the values.

    They are sent as one array: a list of hundreds of parameters costs more than what is found by them.
    """
    quote = connection.ops.quote_name
    listed = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {listed} FROM {quote(model._meta.db_table)} WHERE {quote(where)} = ANY(%s)",  # noqa: S608 names of ours
            [list(values)],
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
