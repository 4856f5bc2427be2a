"""Statements that follow a change of a row that very many of them name, step by step, in the server and by command."""

import logging
import os
import time
from collections.abc import Callable

from django.db import Error, connection

from claims.services.filing import file_postings
from config.writing.retrying import retried

logger = logging.getLogger(__name__)

#: who edits one of them meanwhile waits until all of them have followed
STATEMENTS_AT_ONCE = 250
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_AFTER_A_FAILURE = 10.0


def follow_changes(tell: Callable[[float], object] = lambda _seconds: None) -> None:
    """Let statements follow the large changes that are pending, step by step, until there are none.

    Each step is a transaction of its own: whoever is broken off leaves the rest to whoever comes next. `tell` hears how
    many seconds each took.
    """
    begun = time.monotonic()
    while retried(_step):
        tell(time.monotonic() - begun)
        begun = time.monotonic()


def keep_following() -> None:
    """Let statements follow large changes, and file postings, for ever, in a thread of the server."""
    while True:
        try:
            follow_changes(_make_way)
            file_postings()
        except Error as error:
            logger.warning("Documents cannot follow changes for now: %s", " ".join(str(error).split()))
            connection.close()
            time.sleep(SECONDS_AFTER_A_FAILURE)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _make_way(seconds: float) -> None:
    """Leave the processors to others for as long as a step took, where there is more to do than they can."""
    if os.getloadavg()[0] > (os.cpu_count() or 1):
        time.sleep(seconds)


def _step() -> bool:
    with connection.cursor() as cursor:
        # a look that takes no lock first: nearly always there is nothing
        cursor.execute("SELECT EXISTS(SELECT FROM claims_pendingchange)")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT public.follow_pending(%s)", [STATEMENTS_AT_ONCE])
        return bool(cursor.fetchone()[0])
