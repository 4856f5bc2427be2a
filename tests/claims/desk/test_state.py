"""What the page of the desk is told of a source."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.desk.models import CastMember
from claims.proposals.models import Candidate
from claims.services import reviewing
from claims.services.recording import Part
from config.history.acting import Origin, acting
from tests import factories
from tests.claims.admin.test_statements import person
from tests.claims.desk.conftest import Sit

pytestmark = pytest.mark.django_db


def test_it_reads_a_text_once_for_whoever_attributes(sit: Sit) -> None:
    revision = factories.source()
    factories.speaker("Ada Essai")

    first = sit(revision, "reviewer").state()
    again = sit(revision, "reviewer").state()

    assert [one["state"] for one in first["items"]]
    assert {one["state"] for one in first["items"]} == {"open"}
    assert first["items"] == again["items"]
    assert first["counts"]["open"] == len(first["items"]) == Candidate.objects.count()
    assert first["text"] == revision.text


def test_an_older_text_is_shown_and_not_read(sit: Sit) -> None:
    revision = factories.source()
    factories.draft(revision=revision)
    newer = revision.source.texts.create(number=2, raw=b"x", text="« Autre chose », a dit Ada Essai.")

    old, new = sit(newer).state(revision=1), sit(newer).state()

    assert old["revision"] == {"id": str(revision.pk), "number": 1, "is_latest": False, "latest_number": 2}
    assert [one["state"] for one in old["items"]] == ["draft"]
    assert not Candidate.objects.filter(source_text=revision).exists()
    assert new["revision"]["is_latest"]


@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "9" * 40, "1\x00"])
def test_there_is_no_such_text(sit: Sit, number: str) -> None:
    sit(factories.source()).state(404, revision=number)


def test_words_that_are_a_statement_already_are_one_item(sit: Sit) -> None:
    revision = factories.source()
    start = revision.text.index(factories.WORDS)
    Candidate.objects.create(source_text=revision, start=start, end=start + len(factories.WORDS), engine="x")
    statement = factories.draft(revision=revision)

    item = sit(revision).at(factories.WORDS)

    assert item["statement"] == str(statement.pk)
    assert item["state"] == "draft"
    assert item["engine"] == "x"
    assert item["admin_url"].endswith(f"/{statement.pk}/change/")


def test_the_draft_of_somebody_else_is_hidden_from_contributors(sit: Sit) -> None:
    revision = factories.source()
    factories.draft(revision=revision)
    start = revision.text.index(factories.WORDS)

    state = sit(revision, "contributor", "contributors").state()
    hidden = next(one for one in state["items"] if one["state"] == "hidden")

    assert hidden == {
        "id": hidden["id"],
        "start": start,
        "end": start + len(factories.WORDS),
        "state": "hidden",
    }
    assert state["counts"]["draft"] == 0
    assert sit(revision).at(factories.WORDS)["state"] == "draft"


def test_it_names_what_forms_name_by_id(sit: Sit) -> None:
    revision = factories.source()
    about, tokyo = factories.topic("défense"), factories.speaker("Tokyo de fer")
    factories.draft(revision=revision, topics=[about], relayed_by=[tokyo])
    CastMember.objects.all().delete()

    state = sit(revision).state()

    assert state["topics"] == [{"id": str(about.pk), "name": "défense"}]
    known = {one["id"] for one in state["cast"]} | set(state["names"])
    assert str(tokyo.pk) in known


def test_it_says_what_a_reviewer_may_approve(sit: Sit) -> None:
    revision = factories.source("« Un deux », dit Ada. « Trois quatre », dit Ada. « Cinq six », dit Ada.")
    reviewer = person("reviewer", "reviewers")
    theirs = factories.draft(revision=revision, words="Un deux", created_by=reviewer)
    changed = factories.draft(revision=revision, words="Trois quatre")
    others = factories.draft(revision=revision, words="Cinq six")
    with acting(origin=Origin.ADMIN, user=reviewer.pk):
        changed.act = "deny"
        changed.save()
    for one in (theirs, changed, others):
        reviewing.submit(statement_id=one.pk, by=factories.user("author"))

    state = sit(revision, "reviewer").state()

    may = {one["statement"]: one["may_review"] for one in state["items"] if one.get("statement")}
    assert may == {str(theirs.pk): False, str(changed.pk): False, str(others.pk): True}
    assert state["counts"]["in_review"] == 3
    assert not any(one["may_review"] for one in sit(revision, "curator").state()["items"] if "may_review" in one)


def test_it_takes_the_same_number_of_queries_for_many_statements(sit: Sit) -> None:
    words = [f"mot{number} dit" for number in range(24)]
    revision = factories.source(" ".join(f"« {one} » selon Ada Essai." for one in words), published_at="2024")
    ada = factories.speaker()
    seat = sit(revision, "reviewer", "reviewers")
    tokyo, about = factories.speaker("Tokyo"), factories.topic()

    def record(some: list[str]) -> None:
        for place, one in enumerate(some):
            statement = factories.draft(
                revision=revision, words=one, parts=[Part(speaker=ada)], relayed_by=[tokyo], topics=[about]
            )
            if place % 3 == 0:
                reviewing.submit(statement_id=statement.pk, by=factories.user("author"))

    record(words[:6])
    seat.state()
    with CaptureQueriesContext(
        connection,
    ) as few:
        seat.state()
    record(words[6:])
    with CaptureQueriesContext(connection) as many:
        seat.state()

    assert len(many) == len(few)
    assert len(many) <= 60


def test_the_state_is_for_who_works_here(sit: Sit) -> None:
    revision = factories.source()
    seat = sit(revision, "reader", "readers")
    assert seat.state(403)["detail"].startswith("Your role does not allow this")
    seat.user.is_staff = False
    seat.user.save()
    seat.state(403)
    seat.client.logout()
    problem = seat.state(401)
    assert problem["detail"] == "You are signed out: sign in again, then go on."
    assert seat.answer["WWW-Authenticate"] == "Session"


def test_a_closed_account_is_signed_out(sit: Sit) -> None:
    seat = sit(factories.source())
    seat.state()
    seat.user.is_active = False
    seat.user.save()
    seat.state(401)
