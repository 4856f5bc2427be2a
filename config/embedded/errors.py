"""What goes wrong with the embedded server."""

from config.postgresql.errors import DatabaseUnreachableError


class EmbeddedServerError(DatabaseUnreachableError):
    """The embedded server cannot be made, started or reached; the message is a sentence on what to do."""
