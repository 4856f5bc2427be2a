"""What only another transaction stood in the way of is done again, and nothing else is."""

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from config.writing.retrying import ATTEMPTS, retried

pytestmark = pytest.mark.django_db(transaction=True)


class Act:
    """Fails in the database with an SQLSTATE as often as it is told, and counts how often it was begun."""

    def __init__(self, state: str, failures: int) -> None:
        self.state = state
        self.failures = failures
        self.begun = 0

    def __call__(self) -> str:
        self.begun += 1
        with transaction.atomic(), connection.cursor() as cursor:
            if self.begun <= self.failures:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{self.state}'; END $$")
        return "done"


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_deadlock_or_a_serialization_failure_is_begun_anew(state: str) -> None:
    act = Act(state, failures=ATTEMPTS - 1)
    assert (retried(act), act.begun) == ("done", ATTEMPTS)


def test_the_last_attempt_is_the_last() -> None:
    act = Act("40P01", failures=ATTEMPTS)
    with pytest.raises(OperationalError):
        retried(act)
    assert act.begun == ATTEMPTS


@pytest.mark.parametrize("state", ["23505", "57014"])
def test_any_other_failure_passes_at_once(state: str) -> None:
    act = Act(state, failures=1)
    with pytest.raises(DatabaseError):
        retried(act)
    assert act.begun == 1


def test_inside_a_transaction_there_is_nothing_to_begin_anew() -> None:
    act = Act("40P01", failures=1)
    with pytest.raises(OperationalError), transaction.atomic():
        retried(act)
    assert act.begun == 1
