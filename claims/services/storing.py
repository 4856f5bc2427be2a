"""New statements stored together, with all that belongs to them and their history, by one procedure of the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model
from pydantic_core import to_json

Row = Mapping[str, Any]
#: rows by table, named as `claims_…` without its prefix; values as JSON has them, ids as texts
Rows = Mapping[str, Sequence[Row]]


def store_statements(many: Iterable[Rows], *, at: datetime, are_posted: bool = True) -> None:
    """Store new statements; raise as the database does for rows that break one of its rules.

    The status of each says how far along the workflow it is: each step on the way there is taken `at` this moment, and
    kept in the history. What is checked at commit is left to the caller (`check_deferred_rules`), and so are postings,
    unless `are_posted` (`claims.services.filing.post`).
    """
    given: dict[str, list[Row]] = {"statement": [], "attribution": []}
    for rows in many:
        for name, some in rows.items():
            given.setdefault(name, []).extend(some)
    with connection.cursor() as cursor:
        packed = to_json({name: some for name, some in given.items() if some})
        cursor.execute("CALL public.store_statements(%s::jsonb, %s, %s)", [packed.decode(), at, are_posted])


def columns(row: Model) -> Row:
    """Return what is given of a row that is not stored yet; what the database makes of it is left out."""
    fields = (one for one in row._meta.local_concrete_fields if not (one.generated or one.has_db_default()))
    return {one.attname: getattr(row, one.attname) for one in fields}
