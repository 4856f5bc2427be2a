"""How tests write by SQL, and expect that the database refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from claims.models import Statement
from claims.services.reviewing import publish, submit
from config.writing.refusals import check_deferred_rules

TEXT = "Selon Tokyo, la ministre s’est dite 🤯 « très inquiète » samedi. Elle l’a répété dimanche."


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """Expect that the database refuses by this rule, now or at the latest when deferred rules are checked."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():  # noqa: PT012 the block is the test's
        yield
        check_deferred_rules()
    diagnosis = getattr(caught.value.__cause__, "diag", None)
    assert getattr(diagnosis, "constraint_name", None) == rule, caught.value


def sql(statement: str, *values: Any) -> None:
    """Carry out a statement of SQL, past all that the models would say."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def published(statement: Statement) -> Statement:
    """Take a draft through the workflow."""
    submit(statement_id=statement.pk, by=User.objects.get(username="author"))
    return publish(statement_id=statement.pk, by=User.objects.create_user("reviewer"))
