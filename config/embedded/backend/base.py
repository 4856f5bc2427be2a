"""The DatabaseWrapper of the embedded server: whoever opens a connection makes the server run."""

import time
from typing import Any

from config.embedded.backend.client import DatabaseClient
from config.embedded.place import PORT
from config.embedded.server import EmbeddedServer
from config.postgresql import base
from config.postgresql.errors import DatabaseUnreachableError

SECONDS_TO_COME_BACK = 20
# PostgreSQL's own words while it starts, recovers or stops; its messages are English by `initdb --locale=C`.
PASSING = ("is starting up", "is shutting down", "is in recovery mode", "not yet accepting connections")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server, which is started on first use and again if it was lost."""

    client_class = DatabaseClient

    @property
    def server(self) -> EmbeddedServer:
        """The server behind this connection."""
        wanted = self.settings_dict["EMBEDDED"]
        server = EmbeddedServer.of(wanted["data_dir"])
        server.connections = wanted["connections"]
        return server

    def get_connection_params(self) -> dict[str, Any]:
        """Add what only the running server knows: its socket and the password of the role."""
        server = self.server
        server.hold()
        return {
            **super().get_connection_params(),
            "host": str(server.place.socket_folder),
            "port": PORT,
            "password": server.password(self.settings_dict["USER"]),
            "connect_timeout": 10,
        }

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; where the server was lost, start it again and try for SECONDS_TO_COME_BACK."""
        until = time.monotonic() + SECONDS_TO_COME_BACK
        while True:
            try:
                return super().get_new_connection(conn_params)
            except DatabaseUnreachableError as error:
                is_passing = any(words in str(error) for words in PASSING)
                if time.monotonic() > until or (self.server.accepts() and not is_passing):
                    raise
                if not is_passing:
                    self.server.revive()
            time.sleep(0.05)
