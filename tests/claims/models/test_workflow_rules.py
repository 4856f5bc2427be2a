"""No statement is published past the workflow, and what was read stays as it was: these tests write by SQL."""

import pytest
from django.contrib.auth.models import User

from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Event,
    Membership,
    Role,
    Speaker,
    Statement,
    StatementTopic,
    Topic,
    Wording,
)
from claims.services.reviewing import publish, submit, withdraw
from config.writing.refusals import check_deferred_rules
from sources.models import Source, SourceText
from tests.claims.models.breaking import published, refused, sql

pytestmark = pytest.mark.django_db


def test_a_published_statement_keeps_a_speaker_and_its_words(statement: Statement) -> None:
    published(statement)
    with refused("statement_is_open"):
        Attribution.objects.all().delete()
    sql("SET LOCAL record.act = 'unite'")
    with refused("statement_published_has_a_speaker"):
        Attribution.objects.all().delete()
    with refused("statement_published_has_a_speaker"):
        Attribution.objects.update(kind="addressee")
    Appearance.objects.all().delete()
    with refused("statement_published_has_words"):
        Wording.objects.all().delete()


def test_a_statement_without_speaker_is_never_published() -> None:
    lonely = Statement.objects.create(act="assert")
    Wording.objects.create(statement=lonely, language="fr", text="Rien")
    reviewer = User.objects.create_user("reviewer")
    Statement.objects.update(status="in_review")
    with refused("statement_published_has_a_speaker"):
        sql("UPDATE claims_statement SET status = 'published', reviewed_by_id = %s, published_at = now()", reviewer.pk)


def test_the_reviewer_is_not_the_author(statement: Statement) -> None:
    submit(statement_id=statement.pk, by=User.objects.get(username="author"))
    with refused("statement_reviewer_is_not_its_author"):
        sql("UPDATE claims_statement SET status = 'published', reviewed_by_id = created_by_id, published_at = now()")


def test_nothing_is_published_without_a_reviewer(statement: Statement) -> None:
    submit(statement_id=statement.pk, by=User.objects.get(username="author"))
    with refused("statement_is_published_by_a_reviewer"):
        sql("UPDATE claims_statement SET status = 'published', published_at = now()")


@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_no_step_of_the_workflow_is_skipped(statement: Statement, status: str) -> None:
    reviewer = User.objects.create_user("reviewer")
    withdrawal = "'x', withdrawn_at = now()" if status == "withdrawn" else "''"
    with refused("statement_moves_by_the_workflow"):
        sql(
            f"UPDATE claims_statement SET status = %s, withdrawn_reason = {withdrawal}, reviewed_by_id = %s,"
            " published_at = now()",
            status,
            reviewer.pk,
        )


@pytest.mark.parametrize("status", ["published", "in_review"])
def test_a_withdrawn_statement_becomes_a_draft_and_nothing_else(statement: Statement, status: str) -> None:
    published(statement)
    withdraw(statement_id=statement.pk, reason="Wrong speaker")
    withdrawal = ", withdrawn_reason = '', withdrawn_at = NULL" if status == "published" else ""
    with refused("statement_moves_by_the_workflow"):
        sql(f"UPDATE claims_statement SET status = %s{withdrawal}", status)
    with refused("statement_withdrawal_has_its_reason"):
        sql("UPDATE claims_statement SET status = 'draft', withdrawn_reason = '', reviewed_by_id = NULL")
    sql("UPDATE claims_statement SET status = 'draft', reviewed_by_id = NULL")


def test_a_statement_that_is_one_with_another_stays_withdrawn(statement: Statement) -> None:
    other = Statement.objects.create(act="assert")
    sql("SET LOCAL record.act = 'unite'")
    with refused("statement_is_one_with_another"):
        sql("UPDATE claims_statement SET merged_into_id = %s WHERE id = %s", other.pk, statement.pk)
    published(statement)
    withdraw(statement_id=statement.pk, reason="One with another")
    sql("UPDATE claims_statement SET merged_into_id = %s WHERE id = %s", other.pk, statement.pk)
    with refused("statement_moves_by_the_workflow"):
        sql(
            "UPDATE claims_statement SET status = 'draft', reviewed_by_id = NULL, merged_into_id = NULL WHERE id = %s",
            statement.pk,
        )


def test_a_published_statement_is_not_deleted(statement: Statement) -> None:
    published(statement)
    with refused("statement_is_open"):
        Statement.objects.all().delete()
    with refused("statement_published_stays"):
        sql("DELETE FROM claims_statement")


def test_a_statement_in_review_is_not_deleted(statement: Statement) -> None:
    submit(statement_id=statement.pk, by=User.objects.get(username="author"))
    with refused("statement_is_open"):
        sql("DELETE FROM claims_statement")


@pytest.mark.parametrize("status", ["in_review", "published", "withdrawn"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE claims_statement SET act = 'deny'",
        "UPDATE claims_statement SET said_at = '2001', said_at_basis = 'printed'",
        "UPDATE claims_statement SET created_by_id = NULL",
        "UPDATE claims_wording SET text = 'x'",
        "DELETE FROM claims_wording",
        "UPDATE claims_attribution SET certainty = 'doubtful'",
        "UPDATE claims_segment SET prefix = ''",
        "UPDATE claims_relay SET level = 1",
        "DELETE FROM claims_mention",
        "UPDATE claims_appearance SET is_headline = true",
        "DELETE FROM claims_statementtopic",
    ],
)
def test_what_was_sent_to_review_stays_as_it_is_read(statement: Statement, status: str, change: str) -> None:
    topic = Topic.objects.create(labels={"en": "arms"})
    StatementTopic.objects.create(statement=statement, topic=topic)
    submit(statement_id=statement.pk, by=User.objects.get(username="author"))
    if status != "in_review":
        publish(statement_id=statement.pk, by=User.objects.create_user("another"))
    if status == "withdrawn":
        withdraw(statement_id=statement.pk, reason="x")
    with refused("statement_is_open"):
        sql(change)


@pytest.mark.parametrize(
    "change",
    [
        "submitted_by_id = NULL",
        "reviewed_by_id = submitted_by_id, is_self_reviewed = true",
        "is_self_reviewed = true",
        "published_at = now()",
        "returned_reason = 'x'",
        "merged_into_id = NULL, withdrawn_at = now()",
    ],
)
def test_what_a_step_notes_down_changes_with_it_alone(statement: Statement, change: str) -> None:
    published(statement)
    with refused("statement_moves_by_the_workflow"):
        sql(f"UPDATE claims_statement SET {change}")


def test_a_statement_begins_as_a_draft() -> None:
    reviewer = User.objects.create_user("reviewer")
    with refused("statement_starts_as_a_draft"):
        Statement.objects.create(
            act="assert", status="published", reviewed_by=reviewer, published_at="2024-01-01T00:00Z"
        )


def test_a_published_statement_keeps_its_id(statement: Statement) -> None:
    published(statement)
    sql("SET LOCAL record.act = 'unite'")
    with refused("statement_published_stays"):
        sql("UPDATE claims_statement SET id = gen_random_uuid()")


def test_who_sent_it_to_review_does_not_publish_it(statement: Statement) -> None:
    sender = User.objects.create_user("sender")
    submit(statement_id=statement.pk, by=sender)
    with refused("statement_reviewer_is_not_its_author"):
        sql("UPDATE claims_statement SET status = 'published', reviewed_by_id = %s, published_at = now()", sender.pk)


def test_what_was_public_stays_public(statement: Statement) -> None:
    published(statement)
    for table in ("claims_speaker", "sources_source"):
        with refused("public_stays_public"):
            sql(f"UPDATE {table} SET is_public = false WHERE is_public")


def test_the_role_of_a_published_statement_is_not_changed(statement: Statement, minister: Speaker) -> None:
    held = Membership.objects.create(speaker=minister, role=Role.objects.create(labels={"en": "minister"}))
    Attribution.objects.update(membership=held)
    other = Role.objects.create(labels={"en": "president"})
    Membership.objects.update(role=other)
    published(statement)
    with refused("membership_published_stays"):
        Membership.objects.update(role=Role.objects.create(labels={"en": "king"}))
    Membership.objects.update(end="2025")


def test_what_a_published_statement_needs_becomes_public(
    statement: Statement, revision: SourceText, minister: Speaker, tokyo: Speaker
) -> None:
    state = Speaker.objects.create(name="State", type="state")
    ministry = Speaker.objects.create(name="Ministry", type="organization", part_of=state)
    held = Membership.objects.create(
        speaker=minister, role=Role.objects.create(labels={"en": "minister"}), organization=ministry
    )
    Attribution.objects.update(membership=held)
    broad = Topic.objects.create(labels={"en": "broad"})
    topic = Topic.objects.create(labels={"en": "narrow"}, broader=broad)
    StatementTopic.objects.create(statement=statement, topic=topic)
    stranger = Speaker.objects.create(name="Stranger")
    check_deferred_rules()
    assert not Speaker.objects.published().exists()
    assert not Source.objects.published().exists()
    published(statement)
    assert set(Speaker.objects.published()) == {minister, tokyo, ministry, state}
    assert stranger not in Speaker.objects.published()
    assert list(Source.objects.published()) == [revision.source]
    assert set(Topic.objects.published()) == {broad, topic}
    event = Event.objects.create(name="Later")
    claim = Claim.objects.create(text={"en": "Later too"})
    statement.positions.create(claim=claim)
    sql("SET LOCAL record.act = 'unite'")
    Statement.objects.update(event=event)
    check_deferred_rules()
    assert list(Event.objects.published()) == [event]
    assert list(Claim.objects.published()) == [claim]
