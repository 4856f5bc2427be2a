"""Is the database as this version of the project needs it?"""

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


def pending_migrations() -> int:
    """Return how many migrations the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def check_migrated() -> None:
    """Raise CommandError, with what to do, where the database is empty or of an older version."""
    if pending_migrations():
        raise CommandError(_("The database is not up to date: run manage.py migrate first."))
