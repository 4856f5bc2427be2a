"""Acts that another one stood in the way of are done again, from the beginning."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

from config.writing.transaction import ATTEMPTS, LONGEST_WAIT, may_be_tried_again

Result = TypeVar("Result")


def retried(perform: Callable[[], Result], *, attempts: int = ATTEMPTS) -> Result:
    """Return what `perform` returns; after a deadlock or a serialization failure, begin it anew.

    `perform` opens its own transaction: inside another one there is nothing to begin anew, and the error passes, as it
    does after the last attempt.
    """
    for attempt in range(1, attempts):
        try:
            return perform()
        except OperationalError as error:
            if connection.in_atomic_block or not may_be_tried_again(error):
                raise
            time.sleep(random.uniform(0, LONGEST_WAIT * attempt))  # noqa: S311 so that two do not meet again
    return perform()
