"""Acts that another one stood in the way of are done again, from the beginning."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, OperationalError, connection

Result = TypeVar("Result")

ATTEMPTS = 5
#: SQLSTATE of what another transaction stood in the way of, and may not the next time
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
LONGEST_WAIT = 0.05


def retried(perform: Callable[[], Result]) -> Result:
    """Return what `perform` returns; after a deadlock or a serialization failure, begin it anew.

    `perform` opens its own transaction: inside another one there is nothing to begin anew, and the error passes, as it
    does after the last attempt.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return perform()
        except OperationalError as error:
            if connection.in_atomic_block or not may_be_tried_again(error):
                raise
            time.sleep(random.uniform(0, LONGEST_WAIT * attempt))  # noqa: S311 so that two do not meet again
    return perform()


def may_be_tried_again(error: DatabaseError) -> bool:
    """Whether only another transaction stood in the way."""
    return getattr(error.__cause__, "sqlstate", None) in {SERIALIZATION_FAILURE, DEADLOCK}
