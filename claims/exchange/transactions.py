"""What a long import asks of PostgreSQL: to be the only one, fresh plans, and to forget what is checked."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DatabaseError, connection

from config.history.tracking import Change
from config.writing.refusals import check_deferred_rules

#: number of the advisory lock that an import holds, so that two take turns
IMPORT_LOCK = 7_263_514_002


class ImportBusyError(Exception):
    """Another import is at work."""


@contextmanager
def only_import(*, seconds: int) -> Iterator[None]:
    """Hold the lock of imports; raise ImportBusyError where another import keeps it for so long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) != "55P03":
                raise
            raise ImportBusyError from None
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [IMPORT_LOCK])


def count_tables() -> None:
    """Have the tables counted, for new plans.

    Triggers keep the plans of their first rows. Made for tables that were vacuumed while empty, as they are behind an
    import that was undone, these would read all of a table for each of its rows.
    """
    models = [model for app in ("sources", "claims") for model in apps.get_app_config(app).get_models()]
    # nothing is looked up in the history
    tables = [model._meta.db_table for model in models if not issubclass(model, Change)]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def forget_checked_rules(number: int) -> None:
    """Let PostgreSQL forget which deferred rules it has checked: else each check walks past all earlier ones.

    It does so outside of savepoints alone, and where something is left to check: a row of our own, of this number.
    """
    if connection.savepoint_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS import_batch"
            " (id int PRIMARY KEY, itself int REFERENCES import_batch DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"
        )
        cursor.execute("INSERT INTO import_batch VALUES (%s, %s)", [number, number])
    check_deferred_rules()
