"""Marking: words that nobody put forward become a candidate by a curator's hand."""

import pytest
from django.contrib.auth.models import Permission

from claims.proposals.models import Candidate
from sources.models.fields import uuid7
from tests import factories
from tests.claims.desk.conftest import Sit

pytestmark = pytest.mark.django_db
TEXT = "Elle dit : « 🚀 e\u0301tait \u202bمرحبا\u202c », et un très profond souci."


def test_white_space_at_the_ends_is_dropped_and_offsets_are_code_points(sit: Sit) -> None:
    revision = factories.source(TEXT)
    seat = sit(revision)
    item = seat.mark(" 🚀 e\u0301tait \u202bمرحبا\u202c ")
    assert TEXT[item["start"] : item["end"]] == "🚀 e\u0301tait \u202bمرحبا\u202c"
    assert (item["engine"], item["state"], item["may_change"]) == ("hand", "open", True)
    assert item["guessed"]["quotation_type"] == "direct"


def test_the_words_tell_how_intense_they_are(sit: Sit) -> None:
    item = sit(factories.source(TEXT)).mark("très profond souci", {"act": "express"})
    assert (item["form"]["act"], item["form"]["intensity"]) == ("express", 3)
    assert item["form"]["intensity_phrase"] in {"profond", "très profond"}


def test_words_that_are_a_candidate_take_what_is_said_of_them(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    first = seat.mark("souci", {"act": "warn"})
    seat.decide("reject", first)

    again = seat.mark("souci", {"attitude": "fear"})

    assert (again["id"], again["state"]) == (first["id"], "open")
    assert (again["form"]["act"], again["form"]["attitude"]) == ("warn", "fear")
    assert seat.answer.json()["removed"] == [seat.body["with"]["id"]]
    assert Candidate.objects.filter(engine="hand").count() == 1


def test_words_that_are_a_statement_are_refused_with_it(sit: Sit) -> None:
    revision = factories.source(TEXT)
    statement = factories.draft(revision=revision, words="souci")
    seat = sit(revision)
    problem = seat.mark("souci", status=409)
    assert (problem["kind"], problem["item"]["statement"]) == ("twin", str(statement.pk))
    seat.lease("release")
    problem = sit(revision, "contributor", "contributors").mark("souci", status=409)
    assert (problem["kind"], problem["item"]) == ("twin", None)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({}, "/id"),
        ({"id": "x", "start": 0, "end": 3}, "/id"),
        ({"id": None, "start": 0, "end": 3}, "/id"),
        ({"start": 0, "end": 10**60}, "/start"),
        ({"start": 5, "end": 5}, "/start"),
        ({"start": 4, "end": 5}, "/start"),
        ({"start": -1, "end": 5}, "/start"),
        ({"start": 1.5, "end": 5}, "/start"),
        ({"start": 0, "end": "3"}, "/end"),
        ({"start": 0, "end": 3, "form": []}, ""),
        ({"start": 0, "end": 3, "form": {"act": 1}}, "/act"),
        ({"start": 0, "end": 3, "colour": 1}, "/colour"),
    ],
)
def test_it_says_which_member_is_wrong(sit: Sit, given: dict[str, object], pointer: str) -> None:
    seat = sit(factories.source(TEXT))
    key = str(uuid7())
    given = {"id": key, **given} if given else {}
    problem = seat.decide("mark", key, given, status=400)
    assert pointer in [one["pointer"] for one in problem["errors"]]
    assert not Candidate.objects.filter(engine="hand").exists()


def test_an_id_stands_for_one_mark(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark("souci")
    given = {"id": item["id"], "start": 0, "end": 4}
    assert seat.decide("mark", item["id"], given, status=400)["errors"][0]["pointer"] == "/id"
    assert seat.decide("mark", str(uuid7()), given, status=400)["errors"][0]["pointer"] == "/id"


def test_reviewers_without_the_right_to_add_mark_nothing(sit: Sit) -> None:
    seat = sit(factories.source(TEXT), "only-reviews", "readers")
    for name in ("publish_statement", "view_statement"):
        seat.user.user_permissions.add(Permission.objects.get(codename=name))
    assert seat.mark("souci", status=403)["detail"]
