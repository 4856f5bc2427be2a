"""Each step of a statement's life, and what is refused."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import override_settings

from claims.models import Claim, Position, Relation, Speaker, Statement, Wording
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from claims.services.reviewing import (
    StaleVersionError,
    TransitionRefusedError,
    approve,
    publish,
    recall,
    return_to_draft,
    submit,
    withdraw,
)
from claims.services.uniting import unite_statements
from config.history.acting import Origin, acting
from sources.services import add_revision
from tests import factories
from tests.recording import record_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return User.objects.create_user("author")


@pytest.fixture
def reviewer() -> User:
    return User.objects.create_user("reviewer")


@pytest.fixture
def statement(author: User) -> Statement:
    return record_statement(
        parts=[Part(speaker=Speaker.objects.create(name="Ada Essai"))],
        wordings=[{"language": "fr", "text": "Il fait beau"}],
        values={"act": "assert", "created_by": author},
    )


def test_a_draft_is_submitted_published_and_withdrawn(statement: Statement, reviewer: User, author: User) -> None:
    assert submit(statement_id=statement.pk, by=author).status == "in_review"
    published = publish(statement_id=statement.pk, by=reviewer)
    assert (published.status, published.reviewed_by, published.is_self_reviewed) == ("published", reviewer, False)
    assert published.published_at is not None
    withdrawn = withdraw(statement_id=statement.pk, reason=" The source corrected itself. ")
    assert (withdrawn.status, withdrawn.withdrawn_reason) == ("withdrawn", "The source corrected itself.")


def test_the_author_reads_why_it_came_back(statement: Statement, author: User) -> None:
    submit(statement_id=statement.pk, by=author)
    assert return_to_draft(statement_id=statement.pk, reason="Who is “they”?").returned_reason == "Who is “they”?"
    assert submit(statement_id=statement.pk, by=author).returned_reason == ""


def test_the_author_does_not_publish_it(statement: Statement, author: User) -> None:
    submit(statement_id=statement.pk, by=author)
    with pytest.raises(TransitionRefusedError, match="another reviewer"):
        publish(statement_id=statement.pk, by=author)


@override_settings(ALLOW_SELF_REVIEW=True)
def test_an_installation_of_one_publishes_and_says_so(statement: Statement, author: User) -> None:
    submit(statement_id=statement.pk, by=author)
    assert publish(statement_id=statement.pk, by=author).is_self_reviewed


def test_steps_out_of_order_are_refused(statement: Statement, reviewer: User, author: User) -> None:
    with pytest.raises(TransitionRefusedError, match="Draft"):
        publish(statement_id=statement.pk, by=reviewer)
    with pytest.raises(TransitionRefusedError):
        withdraw(statement_id=statement.pk, reason="x")
    submit(statement_id=statement.pk, by=author)
    with pytest.raises(TransitionRefusedError):
        submit(statement_id=statement.pk, by=author)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_a_reason_is_given_and_short(statement: Statement, reason: str, author: User) -> None:
    submit(statement_id=statement.pk, by=author)
    with pytest.raises(TransitionRefusedError, match="reason"):
        return_to_draft(statement_id=statement.pk, reason=reason)


def test_nobody_says_nothing(author: User) -> None:
    silent = Statement.objects.create(act="assert")
    with pytest.raises(TransitionRefusedError, match="Nobody"):
        submit(statement_id=silent.pk, by=author)
    silent.attributions.create(speaker=Speaker.objects.create(name="Ada Essai"))
    with pytest.raises(TransitionRefusedError, match="no words"):
        submit(statement_id=silent.pk, by=author)


def test_what_is_approved_can_be_published_by_its_author(statement: Statement, author: User, reviewer: User) -> None:
    submit(statement_id=statement.pk, by=author)
    approved = approve(statement_id=statement.pk, by=reviewer)
    assert (approved.status, approved.reviewed_by) == ("in_review", reviewer)
    published = publish(statement_id=statement.pk, by=author)
    assert (published.status, published.reviewed_by, published.is_self_reviewed) == ("published", reviewer, False)


def test_the_author_does_not_approve_it(statement: Statement, author: User) -> None:
    submit(statement_id=statement.pk, by=author)
    with pytest.raises(TransitionRefusedError, match="another reviewer"):
        approve(statement_id=statement.pk, by=author)


def test_it_is_approved_once(statement: Statement, author: User, reviewer: User) -> None:
    submit(statement_id=statement.pk, by=author)
    approve(statement_id=statement.pk, by=reviewer)
    with pytest.raises(TransitionRefusedError, match="approved already"):
        approve(statement_id=statement.pk, by=reviewer)


def test_who_sent_it_takes_it_back_as_it_was(statement: Statement, author: User) -> None:
    before = Statement.objects.values().get(pk=statement.pk)
    sent = submit(statement_id=statement.pk, by=author)
    recalled = recall(statement_id=statement.pk, by=author, version=sent.version)
    after = Statement.objects.values().get(pk=statement.pk)
    assert recalled.version == after["version"] > sent.version
    assert {**after, "version": 0, "updated_at": 0} == {**before, "version": 0, "updated_at": 0}
    latest = statement.changes.order_by("-pgh_id").first()
    assert latest.pgh_context["act"] == "recall"
    assert submit(statement_id=statement.pk, by=author).status == "in_review"


def test_what_a_reviewer_asked_for_is_asked_for_again(statement: Statement, author: User) -> None:
    submit(statement_id=statement.pk, by=factories.user("another"))
    returned = return_to_draft(statement_id=statement.pk, reason="Who is “they”?")
    submit(statement_id=statement.pk, by=author)
    recall(statement_id=statement.pk, by=author)
    statement.refresh_from_db()
    assert (statement.returned_reason, statement.submitted_by, statement.submitted_at) == (
        "Who is “they”?",
        factories.user("another"),
        returned.submitted_at,
    )


def test_what_was_withdrawn_and_corrected_is_taken_back_to_its_correction(
    statement: Statement, author: User, reviewer: User
) -> None:
    submit(statement_id=statement.pk, by=author)
    publish(statement_id=statement.pk, by=reviewer)
    withdraw(statement_id=statement.pk, reason="Misquoted.")
    return_to_draft(statement_id=statement.pk, reason="See the second paragraph.")
    submit(statement_id=statement.pk, by=author)
    draft = recall(statement_id=statement.pk, by=author)
    assert (draft.status, draft.withdrawn_reason) == ("draft", "Misquoted.")
    assert draft.returned_reason == "See the second paragraph."


def test_nobody_else_takes_it_back(statement: Statement, author: User, reviewer: User) -> None:
    submit(statement_id=statement.pk, by=reviewer)
    with pytest.raises(TransitionRefusedError, match="Somebody else sent it"):
        recall(statement_id=statement.pk, by=author)


def test_what_a_reviewer_decided_on_is_not_taken_back(statement: Statement, author: User, reviewer: User) -> None:
    with pytest.raises(TransitionRefusedError, match="Draft"):
        recall(statement_id=statement.pk, by=author)
    read = submit(statement_id=statement.pk, by=author).version
    approve(statement_id=statement.pk, by=reviewer)
    with pytest.raises(StaleVersionError):
        recall(statement_id=statement.pk, by=author, version=read)
    with pytest.raises(TransitionRefusedError, match="approved already"):
        recall(statement_id=statement.pk, by=author)
    publish(statement_id=statement.pk, by=reviewer)
    with pytest.raises(TransitionRefusedError, match="Published"):
        recall(statement_id=statement.pk, by=author)


def unite_two(reviewer: User, ada: Speaker) -> Statement:
    one, into = (
        factories.draft(parts=[Part(speaker=ada)], revision=factories.source(f"{n}. {factories.TEXT}")) for n in "AB"
    )
    forget_who_acts()
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        return unite_statements(statement_id=one.pk, into_id=into.pk, by=reviewer)


def be_united_by_another(reviewer: User, ada: Speaker) -> Statement:
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        one = factories.draft(parts=[Part(speaker=ada)], revision=factories.source(f"A. {factories.TEXT}"))
    forget_who_acts()
    into = factories.draft(parts=[Part(speaker=ada)], revision=factories.source(f"B. {factories.TEXT}"))
    return unite_statements(statement_id=one.pk, into_id=into.pk, by=factories.user("curator"))


def call_it_indirect(reviewer: User, ada: Speaker) -> Statement:
    statement = factories.draft(parts=[Part(speaker=ada)])
    forget_who_acts()
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        statement.appearances.update(quotation_type="indirect")
    return statement


def quote_other_words(reviewer: User, ada: Speaker) -> Statement:
    statement = factories.draft(parts=[Part(speaker=ada)])
    Wording.objects.create(statement=statement, language="en", text="So she said.")
    (appearance,) = statement.appearances.all()
    text = appearance.source_text.text
    forget_who_acts()
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        appearance.segments.update(start=0, end=5, exact=text[:5], prefix="", suffix="")
    return statement


def say_what_it_reports(reviewer: User, ada: Speaker) -> Statement:
    statement, other = (factories.draft(parts=[Part(speaker=ada)]) for _ in range(2))
    forget_who_acts()
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        Relation.objects.create(statement=statement, type="reports", other=other)
    return statement


def say_what_it_affirms(reviewer: User, ada: Speaker) -> Statement:
    statement = factories.draft(parts=[Part(speaker=ada)])
    claim = Claim.objects.create(text={"en": "All is well."})
    forget_who_acts()
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        Position.objects.create(statement=statement, claim=claim, stance="affirms")
    return statement


@pytest.mark.parametrize(
    "write",
    [
        unite_two,
        be_united_by_another,
        call_it_indirect,
        quote_other_words,
        say_what_it_reports,
        say_what_it_affirms,
    ],
)
def test_who_wrote_where_it_appears_does_not_approve_it(write: Any, reviewer: User) -> None:
    statement = write(reviewer, factories.speaker())
    forget_who_acts()
    submit(statement_id=statement.pk, by=factories.user("author"))
    with pytest.raises(TransitionRefusedError, match="You changed it yourself"):
        publish(statement_id=statement.pk, by=reviewer)


def test_who_added_a_revision_of_the_document_may_approve_it(reviewer: User) -> None:
    statement = factories.draft()
    forget_who_acts()
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        add_revision(source=statement.appearances.get().source_text.source, raw=f"Paris. {factories.TEXT}".encode())
    assert statement.appearances.get().anchor_state == "moved"
    forget_who_acts()
    submit(statement_id=statement.pk, by=factories.user("author"))
    assert publish(statement_id=statement.pk, by=reviewer).reviewed_by == reviewer


def forget_who_acts() -> None:
    """What follows is another transaction in real life."""
    nobody = "SELECT set_config('pghistory.context_metadata', '', true), set_config('pghistory.context_id', '', true)"
    with connection.cursor() as cursor:
        cursor.execute(nobody)


def test_an_approval_ends_where_it_is_returned(statement: Statement, author: User, reviewer: User) -> None:
    submit(statement_id=statement.pk, by=author)
    approve(statement_id=statement.pk, by=reviewer)
    assert return_to_draft(statement_id=statement.pk, reason="A typo.").reviewed_by is None
    submit(statement_id=statement.pk, by=author)
    with pytest.raises(TransitionRefusedError, match="another reviewer"):
        publish(statement_id=statement.pk, by=author)


def test_a_withdrawn_statement_is_corrected_and_published_anew(
    statement: Statement, author: User, reviewer: User
) -> None:
    submit(statement_id=statement.pk, by=author)
    publish(statement_id=statement.pk, by=reviewer)
    withdraw(statement_id=statement.pk, reason="Misquoted.")
    draft = return_to_draft(statement_id=statement.pk, reason="See the second paragraph.")
    assert (draft.status, draft.returned_reason) == ("draft", "See the second paragraph.")
    # the public goes on to read why
    assert (draft.withdrawn_reason, draft.withdrawn_at is None) == ("Misquoted.", False)
    assert draft in Statement.objects.once_public()
    statement.wordings.update(text="Il pleut")
    submit(statement_id=statement.pk, by=author)
    published = publish(statement_id=statement.pk, by=reviewer)
    assert (published.withdrawn_reason, published.withdrawn_at) == ("", None)
    assert published in Statement.objects.published()


def test_a_step_carries_the_version_that_was_read(statement: Statement, author: User, reviewer: User) -> None:
    read = submit(statement_id=statement.pk, by=author).version
    return_to_draft(statement_id=statement.pk, reason="A typo.")
    current = submit(statement_id=statement.pk, by=author).version
    assert current > read
    for step in (publish, approve):
        with pytest.raises(StaleVersionError, match="read it again"):
            step(statement_id=statement.pk, by=reviewer, version=read)
    with pytest.raises(StaleVersionError):
        return_to_draft(statement_id=statement.pk, reason="x", version=read)
    assert publish(statement_id=statement.pk, by=reviewer, version=current).status == "published"


def test_who_changed_it_does_not_approve_it(statement: Statement, author: User, reviewer: User) -> None:
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        statement.wordings.update(text="Il pleut")
    forget_who_acts()
    submit(statement_id=statement.pk, by=author)
    for step in (approve, publish):
        with pytest.raises(TransitionRefusedError, match="You changed it yourself"):
            step(statement_id=statement.pk, by=reviewer)
    another = User.objects.create_user("another")
    assert publish(statement_id=statement.pk, by=another).reviewed_by == another


def test_an_approval_ends_where_what_was_approved_changes(author: User, reviewer: User) -> None:
    statement = factories.draft()
    submit(statement_id=statement.pk, by=factories.user("author"))
    approve(statement_id=statement.pk, by=reviewer)
    (part,) = statement.attributions.all()
    merge_speakers(speaker_id=part.speaker_id, into_id=factories.speaker("Ada E.").pk, by=author)
    statement.refresh_from_db()
    assert (statement.status, statement.reviewed_by) == ("in_review", None)
