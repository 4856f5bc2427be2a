"""What is logged of requests that are wrong."""

import logging


class AsOneLine(logging.Filter):
    """Turn an error that is the client's into a warning without traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        return True
