"""Who wrote what is reviewed, asked of many statements at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Relay, Statement, Wording
from claims.services.authorship import approvable, written_by
from claims.services.reviewing import approve, publish, return_to_draft, submit, withdraw
from config.history.acting import Origin, acting
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_tells_those_apart_of_which_they_wrote_something() -> None:
    reviewer = factories.user("reviewer")
    untouched, worded, judged, quoted, stepped = (factories.draft() for _ in range(5))
    for one in (worded, judged, quoted):
        with acting(origin=Origin.ADMIN, user=reviewer.pk):
            if one is worded:
                Wording.objects.create(statement=one, language="en", text="x")
            elif one is judged:
                one.attitude = "fear"
                one.save()
            else:
                Relay.objects.create(appearance=one.appearances.get(), speaker=factories.speaker("Tokyo"))
    submit(statement_id=stepped.pk, by=factories.user("author"))
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        # a step of the workflow writes nothing of what is reviewed
        return_to_draft(statement_id=stepped.pk, reason="x")

    statements = [untouched, worded, judged, quoted, stepped]
    assert written_by([one.pk for one in statements], reviewer) == {worded.pk, judged.pk, quoted.pk}
    assert approvable(statements, reviewer) == {untouched.pk, stepped.pk}
    assert approvable(statements, factories.user("author")) == set()


def test_what_was_public_since_counts_no_more_for_that_statement_alone() -> None:
    reviewer, other = factories.user("reviewer"), factories.user("other")
    rows = [factories.draft(), factories.draft()]
    for one in rows:
        with acting(origin=Origin.ADMIN, user=reviewer.pk):
            Wording.objects.create(statement=one, language="en", text="x")
    first = rows[0]
    submit(statement_id=first.pk, by=factories.user("author"))
    approve(statement_id=first.pk, by=other)
    publish(statement_id=first.pk, by=other)
    withdraw(statement_id=first.pk, reason="x")
    return_to_draft(statement_id=first.pk, reason="x")

    assert written_by([one.pk for one in rows], reviewer) == {rows[1].pk}


def test_it_asks_no_more_for_many_than_for_few() -> None:
    reviewer = factories.user("reviewer")
    rows = [factories.draft() for _ in range(8)]
    for one in rows[::2]:
        with acting(origin=Origin.ADMIN, user=reviewer.pk):
            Statement.objects.filter(pk=one.pk).update(act="deny")
    with CaptureQueriesContext(connection) as few:
        written_by([one.pk for one in rows[:2]], reviewer)
    with CaptureQueriesContext(connection) as many:
        found = written_by([one.pk for one in rows], reviewer)
    assert len(found) == 4
    assert len(many) == len(few)
