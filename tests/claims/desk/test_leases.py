"""Who has a source open."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from claims.desk import leases
from claims.desk.models import Work
from sources.models.fields import uuid7
from tests import factories
from tests.claims.desk.conftest import Sit, Sitting

pytestmark = pytest.mark.django_db
TEXT = "« Un profond souci », a dit Ada Essai."
WORDS = "Un profond souci"


@pytest.fixture
def two(sit: Sit) -> tuple[Sitting, Sitting]:
    revision = factories.source(TEXT)
    return sit(revision, "first"), sit(revision, "second")


def test_whoever_comes_first_holds_it_and_the_others_are_told(two: tuple[Sitting, Sitting]) -> None:
    first, second = two
    assert first.state()["lease"] == {"is_mine": False, "holder": None, "since": None, "until": None, "seconds": 90}
    mine = first.lease("hold")
    assert (mine["is_mine"], mine["holder"], mine["seconds"]) == (True, "first", 90)
    theirs = second.lease("hold")
    assert (theirs["is_mine"], theirs["holder"], theirs["since"]) == (False, "first", mine["since"])
    assert second.state()["lease"]["holder"] == "first"


def test_it_is_taken_over(two: tuple[Sitting, Sitting]) -> None:
    first, second = two
    first.lease("hold")
    assert second.lease("take")["is_mine"]
    assert first.lease("hold") == {**second.state()["lease"], "is_mine": False, "latest_number": 1}


def test_it_is_released_by_whoever_has_it_alone(two: tuple[Sitting, Sitting]) -> None:
    first, second = two
    first.lease("hold")
    assert second.lease("release")["holder"] == "first"
    assert first.lease("release")["holder"] is None
    assert second.lease("hold")["is_mine"]


def test_it_ends_by_itself(two: tuple[Sitting, Sitting]) -> None:
    first, second = two
    first.lease("hold")
    now = timezone.now()
    source = first.revision.source_id
    assert leases.hold(source, second.user, now + timedelta(seconds=80))["holder"] == "first"
    assert leases.hold(source, second.user, now + timedelta(seconds=100))["is_mine"]


def test_it_is_kept_since_it_began(two: tuple[Sitting, Sitting]) -> None:
    first, _second = two
    began = first.lease("hold")
    again = first.lease("hold")
    assert again["since"] == began["since"]
    assert again["until"] > began["until"]


def test_a_decision_needs_that_nobody_else_has_it(two: tuple[Sitting, Sitting]) -> None:
    first, second = two
    first.lease("hold")
    problem = second.mark(WORDS, status=409)
    assert (problem["kind"], problem["lease"]["holder"]) == ("lease", "first")
    assert problem["detail"] == "first has this source open: take it over to go on."
    second.lease("take")
    second.mark(WORDS)


def test_a_decision_opens_it(two: tuple[Sitting, Sitting]) -> None:
    first, second = two
    answer = first.decide("mark", *_mark(first))
    assert answer["lease"]["is_mine"]
    assert second.state()["lease"]["holder"] == "first"


def test_what_was_refused_opens_nothing(two: tuple[Sitting, Sitting]) -> None:
    first, _second = two
    key, _given = _mark(first)
    first.decide("mark", key, {"id": key}, status=400)
    assert not Work.objects.filter(leased_by__isnull=False).exists()


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"do": "steal"}, "/do"),
        ({"do": None}, "/do"),
        ({"tab": "x"}, "/tab"),
        ({"tab": 3}, "/tab"),
        ({"more": 1}, "/more"),
    ],
)
def test_it_says_which_member_is_wrong(two: tuple[Sitting, Sitting], members: dict[str, Any], pointer: str) -> None:
    first, _second = two
    members = {"do": "hold", **members}
    problem = first.lease(status=400, **members)
    assert [one["pointer"] for one in problem["errors"]] == [pointer]


def test_there_is_no_lease_of_nothing(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    seat.address = "/admin/desk/sources/019b2d6c-0000-7000-8000-000000000000"
    seat.lease("hold", 404)
    seat.state(404)


def _mark(seat: Sitting) -> tuple[str, dict[str, Any]]:
    key, start = str(uuid7()), TEXT.index(WORDS)
    return key, {"id": key, "start": start, "end": start + len(WORDS)}


def test_it_is_held_by_the_person_whom_the_page_was_made_for(sit: Sit) -> None:
    seat = sit(factories.source())
    assert seat.lease("hold", 409, **{"as": seat.user.pk + 1})["kind"] == "person"
    assert seat.lease("hold", **{"as": seat.user.pk})["is_mine"]


def test_a_refusal_says_whether_it_is_for_the_item_alone(sit: Sit) -> None:
    seat = sit(factories.source())
    item = seat.mark(factories.WORDS)
    seat.user.groups.clear()
    assert seat.decide("reject", item, status=403)["kind"] == "role"
    assert seat.lease("hold", 403)["kind"] == "role"
    seat.user.groups.set(Group.objects.filter(name="curators"))
    seat.revision.source.delete()
    assert seat.decide("reject", item, status=404)["kind"] == "source"
    assert seat.lease("hold", 404)["kind"] == "source"
