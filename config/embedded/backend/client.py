"""`manage.py dbshell` on the embedded server."""

from collections.abc import Iterable

from django.db.backends.postgresql import client

from config.embedded.place import PORT, program_folder
from config.embedded.server import EmbeddedServer


class DatabaseClient(client.DatabaseClient):
    """The psql of the wheel, logged in as the owner of the database."""

    def runshell(self, parameters: Iterable[str]) -> None:
        """Open psql, starting the server first if it does not run."""
        settings = self.connection.settings_dict
        server = EmbeddedServer.of(settings["EMBEDDED"]["data_dir"])
        server.hold()
        self.executable_name = type(self).executable_name = str(program_folder() / "psql")
        settings["HOST"] = str(server.place.socket_folder)
        settings["PORT"] = str(PORT)
        settings["PASSWORD"] = server.password(settings["USER"])
        super().runshell(list(parameters))
