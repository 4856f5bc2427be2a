"""Forms: what is read of them, and that what is recorded reads back as what was said."""

from typing import Any

import pytest

from claims.desk.forms import MEMBERS, corrections, read_form
from claims.models import Statement
from claims.proposals.services import propose
from config.http.problems import ProblemError
from tests.claims.desk.conftest import Sit
from tests.seeds import Seeds, require_articles

TEXT = "Un très profond souci , dit Ada Essai."
ADA = "019b2d6c-0000-7000-8000-000000000001"


def test_members_are_read_whole_with_what_they_leave_out() -> None:
    form = read_form({"speakers": [{"id": ADA.upper(), "mention": [27, 37]}], "topics": [{"id": ADA}]}, TEXT)
    assert form == {
        "speakers": [
            {"id": ADA, "kind": "speaker", "mention": [28, 37], "role": None, "certainty": "certain"},
        ],
        "topics": [ADA],
    }


def test_a_role_that_is_null_is_not_one_that_is_left_out() -> None:
    form = read_form({"speakers": [{"id": ADA, "membership": None}]}, TEXT)
    assert form["speakers"][0]["membership"] is None


def test_spans_lose_white_space_at_their_ends() -> None:
    assert read_form({"segments": [[0, 3], [3, 22]], "cue": [23, 28]}, TEXT) == {
        "segments": [[0, 2], [3, 21]],
        "cue": [24, 27],
    }


def test_nothing_is_no_form() -> None:
    wrong: list[Any] = [None, [], "x", 3]
    for given in wrong:
        with pytest.raises(ProblemError):
            read_form(given, TEXT)
    assert read_form({}, TEXT) == {}


@pytest.mark.parametrize(
    ("chosen", "number"),
    [
        ({}, 0),
        ({"act": "assert"}, 0),
        ({"act": "deny"}, 1),
        ({"act": "deny", "attitude": "fear"}, 2),
        ({"attitude": None, "cue": None, "topics": [], "intensity_phrase": ""}, 0),
        ({"speakers": [{"id": ADA, "kind": "speaker", "mention": [28, 37]}]}, 0),
        ({"speakers": [{"id": ADA}]}, 1),
    ],
)
def test_corrections_are_members_that_say_something_else(chosen: dict[str, Any], number: int) -> None:
    guess = {"act": "assert", "speakers": [{"id": ADA, "mention": [28, 37]}]}
    assert corrections(guess, {**guess, **chosen}, TEXT) == number


@pytest.fixture
def articles(db: None) -> Seeds:
    require_articles()
    return Seeds(rows=[])


def test_what_is_guessed_of_real_articles_is_a_form(articles: Seeds) -> None:
    for revision in articles.texts.values():
        propose(revision)
        for candidate in revision.candidates.all():
            form = read_form(candidate.guess, revision.text)
            assert set(candidate.guess) == set(form) <= set(MEMBERS)


def test_what_is_accepted_reads_back_as_what_was_said_and_changes_nothing(articles: Seeds, sit: Sit) -> None:
    revision = next(iter(articles.texts.values()))
    seat = sit(revision)
    named = [
        one
        for one in seat.state()["items"]
        if one["form"].get("speakers") and all(part["id"] for part in one["form"]["speakers"])
    ]
    accepted = 0
    for item in named[:8]:
        said = seat.item(item["id"])
        if said["state"] != "open":
            continue
        given = {"relays": [part for part in said["form"].get("relays", []) if part["id"]]}
        recorded = seat.decide("accept", said, given)["items"][0]
        for name, value in {**said["form"], **given}.items():
            if name == "speakers":
                assert [one["id"] for one in recorded["form"]["speakers"]] == [one["id"] for one in value]
                assert [one["mention"] for one in recorded["form"]["speakers"]] == [one["mention"] for one in value]
            else:
                assert recorded["form"][name] == value, name
        assert seat.decide("choose", recorded, recorded["form"])["items"] == [recorded]
        accepted += 1
    assert accepted == Statement.objects.count() > 2
