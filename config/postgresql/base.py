"""The DatabaseWrapper that Django loads for `ENGINE = "config.postgresql"`."""

import select
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base, features

from config.postgresql.errors import DatabaseUnreachableError

OLDEST_VERSION = 15
# After so long a connection is asked again whether it works, however quiet it is.
SECONDS_OF_TRUST = 5


class DatabaseFeatures(features.DatabaseFeatures):
    """Django would take 14; ours needs what came with 15."""

    minimum_database_version = (OLDEST_VERSION,)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to any PostgreSQL 15 or newer."""

    features_class = DatabaseFeatures
    health_check_done: bool
    _trusted_until = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; raise DatabaseUnreachableError when nobody answers or the login is refused."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as error:
            reason = " ".join(str(error).split())
            raise DatabaseUnreachableError(f"The database cannot be reached: {reason}") from error

    def close_if_health_check_failed(self) -> None:
        """Before its first use in a request, close a connection that is broken, so that another one is opened.

        A question to the server costs more than many an answer: of a connection that worked a moment ago it is enough
        that nothing came since. A server that ends a connection says so, or the system does for it.
        """
        if self.connection is None or self.health_check_done:
            return
        now = time.monotonic()
        if now < self._trusted_until and _is_silent(self.connection):
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._trusted_until = now + SECONDS_OF_TRUST

    def check_database_version_supported(self) -> None:
        """Refuse an old server with one sentence instead of a stack of frames."""
        major = self.get_database_version()[0]
        if major < OLDEST_VERSION:
            raise DatabaseUnreachableError(
                f"PostgreSQL {major} is too old: point DATABASE_URL at version {OLDEST_VERSION} or newer, "
                "or leave it empty to use the embedded one."
            )


def _is_silent(connection: Any) -> bool:
    """Whether the server sent nothing, neither words nor the end, since it was last asked something."""
    if connection.closed:
        return False
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN | select.POLLPRI)
    return not waiting.poll(0)
