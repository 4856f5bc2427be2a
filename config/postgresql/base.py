"""The DatabaseWrapper that Django loads for `ENGINE = "config.postgresql"`."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base, features

from config.postgresql.errors import DatabaseUnreachableError

OLDEST_VERSION = 15


class DatabaseFeatures(features.DatabaseFeatures):
    """Django would take 14; ours needs what came with 15."""

    minimum_database_version = (OLDEST_VERSION,)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to any PostgreSQL 15 or newer."""

    features_class = DatabaseFeatures

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; raise DatabaseUnreachableError when nobody answers or the login is refused."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as error:
            reason = " ".join(str(error).split())
            raise DatabaseUnreachableError(f"The database cannot be reached: {reason}") from error

    def check_database_version_supported(self) -> None:
        """Refuse an old server with one sentence instead of a stack of frames."""
        major = self.get_database_version()[0]
        if major < OLDEST_VERSION:
            raise DatabaseUnreachableError(
                f"PostgreSQL {major} is too old: point DATABASE_URL at version {OLDEST_VERSION} or newer, "
                "or leave it empty to use the embedded one."
            )
