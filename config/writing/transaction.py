"""One transaction a write: it says who acts, checks rules inside, and runs again where others stood in its way."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Model

from config.access.permissions import Access
from config.history.acting import Origin, acting
from config.writing.refusals import check_deferred_rules, problem_of

Result = TypeVar("Result")

ATTEMPTS = 3
#: SQLSTATE of what another transaction stood in the way of, and may not the next time
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
LONGEST_WAIT = 0.05


def write(perform: Callable[[], Result], *, access: Access, model: type[Model] | None = None) -> Result:
    """Return what `perform` returns, done in one transaction in the name of who asks, or not at all.

    Deferred rules are checked before it ends. A deadlock and a serialization failure are tried again, so `perform` may
    run up to three times. Raise ProblemError for what the database refuses, with pointers to members of a `model`'s
    body; what `perform` raises passes, and nothing is kept.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(perform, access, model)
        except OperationalError as error:
            if attempt == ATTEMPTS or connection.in_atomic_block or not may_be_tried_again(error):
                raise
            time.sleep(random.uniform(0, LONGEST_WAIT * attempt))  # noqa: S311 so that two do not meet again
    raise AssertionError("unreachable")


def may_be_tried_again(error: DatabaseError) -> bool:
    """Whether only another transaction stood in the way."""
    return getattr(error.__cause__, "sqlstate", None) in {SERIALIZATION_FAILURE, DEADLOCK}


def _once(perform: Callable[[], Result], access: Access, model: type[Model] | None) -> Result:
    user = access.user.pk if access.user is not None else None
    token = access.token.pk if access.token is not None else None
    try:
        with transaction.atomic(), acting(origin=Origin.API, user=user, token=token):
            result = perform()
            check_deferred_rules()
    except DatabaseError as error:
        problem = problem_of(error, model)
        if problem is None:
            raise
        raise problem from error
    return result
