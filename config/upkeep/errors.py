"""What goes wrong with backups."""


class UpkeepError(Exception):
    """Something could not be backed up, restored or verified; the message is a sentence that says what would help."""
