"""What the three commands have in common: they end with one sentence, whatever happens."""

import contextlib
import signal
import threading
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.db import DatabaseError

from config.postgresql.errors import DatabaseUnreachableError
from config.upkeep.errors import UpkeepError


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what goes wrong into one sentence and exit code 1; let SIGTERM end us as Ctrl-C does, tidily."""
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if is_main else None
    try:
        yield
    except UpkeepError as error:
        raise CommandError(str(error)) from None
    except DatabaseUnreachableError:
        raise  # says it all; manage.py prints it
    except DatabaseError as error:
        raise CommandError(f"The database refused or went away: {' '.join(str(error).split())}") from None
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)
