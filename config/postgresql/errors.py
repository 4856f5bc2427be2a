"""What goes wrong before a database answers."""

from django.db.utils import OperationalError


class DatabaseUnreachableError(OperationalError):
    """No connection could be opened; the message is one sentence for the person who runs the server.

    The error of psycopg, with its SQLSTATE if there is one, is the `__cause__`.
    """
