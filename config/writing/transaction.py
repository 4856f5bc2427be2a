"""One transaction a write: it says who acts, checks rules inside, and runs again where others stood in its way."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, transaction
from django.db.models import Model

from config.access.permissions import Access
from config.history.acting import Origin, acting
from config.writing.refusals import check_deferred_rules, problem_of
from config.writing.retrying import retried

Result = TypeVar("Result")


def write(perform: Callable[[], Result], *, access: Access, model: type[Model] | None = None) -> Result:
    """Return what `perform` returns, done in one transaction in the name of who asks, or not at all.

    Deferred rules are checked before it ends. A deadlock and a serialization failure are tried again, so `perform` may
    run up to five times. Raise ProblemError for what the database refuses, with pointers to members of a `model`'s
    body; what `perform` raises passes, and nothing is kept.
    """
    return retried(lambda: _once(perform, access, model))


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
