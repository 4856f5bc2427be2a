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


REPORT = "« Le voisin affirme que tout va bien et parle de « paix », « sans nous » », a dit Ada. « Assez », dit-elle."
WHOLE = "Le voisin affirme que tout va bien et parle de « paix », « sans nous »"


@pytest.mark.parametrize(
    ("words", "cue", "inside", "quotation_type"),
    [
        ("paix", None, True, "direct"),
        ("« paix »", None, True, "direct"),
        ("tout va bien", "affirme", True, "indirect"),
        ("tout va bien", None, False, "direct"),
        ("tout va bien", "a dit", False, "direct"),
        ("parle de « paix »", None, False, "direct"),
        ("« paix », « sans nous »", None, False, "direct"),
        ("Assez", "dit-elle", False, "direct"),
    ],
)
def test_words_in_a_statement_are_reported_by_it_where_it_quotes_them_or_says_who_says_them(
    sit: Sit, words: str, cue: str | None, inside: bool, quotation_type: str
) -> None:
    revision = factories.source(REPORT)
    outer = factories.draft(revision=revision, words=WHOLE, speakers=[factories.speaker("Ada")])
    place = [REPORT.index(cue), REPORT.index(cue) + len(cue)] if cue else None
    seat = sit(revision)
    seat.state()
    Candidate.objects.all().delete()
    form = seat.mark(words, {"cue": place})["form"]
    assert (form.get("inside"), form["quotation_type"]) == (str(outer.pk) if inside else None, quotation_type)


def test_the_marks_of_a_whole_statement_are_no_report_in_it(sit: Sit) -> None:
    revision = factories.source(TEXT)
    factories.draft(revision=revision, words="« 🚀 e\u0301tait \u202bمرحبا\u202c »")
    assert "inside" not in sit(revision).mark("🚀")["form"]


def test_the_closest_statement_that_quotes_them_reports_them(sit: Sit) -> None:
    revision = factories.source(REPORT)
    ada = factories.speaker("Ada")
    factories.draft(revision=revision, words=WHOLE, speakers=[ada])
    closer = factories.draft(revision=revision, words="parle de « paix »", speakers=[ada])
    assert sit(revision).mark("paix")["form"]["inside"] == str(closer.pk)


def test_words_for_a_date_tell_the_day(sit: Sit) -> None:
    seat = sit(factories.source(TEXT, published_at="2024-11-19"))
    form = seat.mark("souci", {"said_at_text": "samedi"})["form"]
    assert (form["said_at"], form["said_at_basis"]) == ("2024-11-16", "inferred")
    form = seat.mark("souci", {"said_at_text": "le 17 novembre 2024"})["form"]
    assert (form["said_at"], form["said_at_basis"]) == ("2024-11-17", "printed")


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
