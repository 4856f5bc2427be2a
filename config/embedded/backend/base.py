"""The DatabaseWrapper of the embedded server: whoever opens a connection makes the server run."""

import time
from typing import Any

from config.embedded.backend.client import DatabaseClient
from config.embedded.complaints import refused
from config.embedded.place import PORT
from config.embedded.server import EmbeddedServer
from config.postgresql import base
from config.postgresql.errors import DatabaseUnreachableError

# PostgreSQL's own words while it starts, recovers or stops; its messages are English by `initdb --locale=C`.
PASSING = (
    "is starting up",
    "is shutting down",
    "is in recovery mode",
    "not yet accepting connections",
    "terminating connection",
)


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
        """Connect; where the server was lost, start it again and try for as long as its patience."""
        until = time.monotonic() + self.server.patience
        while True:
            try:
                return super().get_new_connection(conn_params)
            except DatabaseUnreachableError as error:
                said = str(error)
                is_final = "FATAL:" in said and not any(words in said for words in PASSING)
                if is_final or time.monotonic() > until:
                    raise (refused(self.server.place, said) or error) from error.__cause__
                self.server.revive()
            time.sleep(0.05)
