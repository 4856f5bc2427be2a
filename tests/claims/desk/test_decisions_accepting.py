"""Accepting: a candidate becomes a draft that says what its Form says."""

import pytest

from claims.desk.models import Effort, Link
from claims.models import Membership, Relation, Role, Speaker, Statement
from claims.proposals.models import Candidate
from tests import factories
from tests.claims.desk.conftest import Sit

pytestmark = pytest.mark.django_db
TEXT = "« Un profond souci dit « le Premier ministre » », a déclaré Ada Essai, porte-parole, samedi, selon Tokyo."
OUTER = "Un profond souci dit « le Premier ministre »"


def test_words_for_a_date_given_with_it_tell_the_day(sit: Sit) -> None:
    seat = sit(factories.source(TEXT, published_at="2024-11-19"))
    item = seat.mark(OUTER, _said_by(factories.speaker()))
    accepted = seat.decide("accept", item, {"said_at_text": "samedi"})["items"][0]
    assert (accepted["form"]["said_at"], accepted["form"]["said_at_basis"]) == ("2024-11-16", "inferred")
    assert Statement.objects.get().said_at == "2024-11-16"
    assert "said_at" not in seat.decide("undo")["items"][0]["form"]


def test_it_records_all_that_the_form_says(sit: Sit) -> None:
    revision = factories.source(TEXT, published_at="2024-11-16")
    ada, tokyo, state = (factories.speaker(one) for one in ("Ada Essai", "Tokyo", "Utopie"))
    role = Role.objects.create(labels={"fr": "porte-parole"})
    held = Membership.objects.create(speaker=ada, role=role, organization=state)
    about = factories.topic()
    seat = sit(revision)

    def span(words: str) -> list[int]:
        return [TEXT.index(words), TEXT.index(words) + len(words)]

    item = seat.mark(OUTER)
    answer = seat.decide(
        "accept",
        item,
        {
            "quotation_type": "direct",
            "cue": span("a déclaré"),
            "speakers": [
                {"id": str(ada.pk), "mention": span("Ada Essai"), "role": span("porte-parole")},
                {"id": str(state.pk), "kind": "on_behalf_of", "certainty": "probable"},
            ],
            "relays": [{"id": str(tokyo.pk), "mention": span("Tokyo")}],
            "act": "express",
            "attitude": "concern",
            "intensity": 3,
            "intensity_phrase": "profond",
            "said_at": "2024-11-16",
            "said_at_text": "samedi",
            "topics": [str(about.pk)],
        },
        effort={"keys": 4, "clicks": 0, "milliseconds": 2100},
    )

    statement = Statement.objects.get()
    assert answer["items"][0]["state"] == "draft"
    assert answer["items"][0]["id"] == item["id"]
    assert answer["counts"]["draft"] == 1
    assert (statement.created_by, statement.act, statement.intensity) == (seat.user, "express", 3)
    assert (statement.said_at, statement.said_at_basis) == ("2024-11-16", "inferred")
    assert [one.text for one in statement.wordings.all()] == [OUTER]
    parts = {one.kind: one for one in statement.attributions.all()}
    assert parts["speaker"].membership == held
    assert parts["on_behalf_of"].certainty == "probable"
    appearance = statement.appearances.get()
    assert (appearance.cue_exact, appearance.relays.get().exact) == ("a déclaré", "Tokyo")
    assert (appearance.mentions.get().exact, appearance.mentions.get().role_exact) == ("Ada Essai", "porte-parole")
    assert list(statement.topics.all()) == [about]
    assert list(statement.changes.values_list("pgh_context__origin", "pgh_context__user")) == [("admin", seat.user.pk)]
    row = Candidate.objects.get(pk=item["id"])
    assert (row.state, row.statement, row.decided_by) == ("accepted", statement, seat.user)


def test_candidates_within_its_words_are_part_of_it(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    inner = seat.mark("le Premier ministre")
    rejected = seat.decide("reject", seat.mark("profond"))["items"][0]
    apart = seat.mark("porte-parole")
    outer = seat.mark(OUTER, _said_by(factories.speaker()))

    answer = seat.decide("accept", outer)

    assert {one["id"]: one["state"] for one in answer["items"]} == {outer["id"]: "draft", inner["id"]: "covered"}
    assert seat.item(rejected["id"])["state"] == "rejected"
    assert seat.item(apart["id"])["state"] == "open"


def test_what_somebody_else_says_within_its_words_stays_open_and_is_reported_by_it(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    place = TEXT.index("le Premier")
    other = {**_said_by(factories.speaker("Bob Rien")), "cue": [place, place + 2]}
    inner = seat.mark("ministre", other)
    Candidate.objects.filter(pk=inner["id"]).update(guess=other, choices={})
    outer = seat.mark(OUTER, _said_by(factories.speaker()))

    answer = seat.decide("accept", outer)

    assert {one["id"]: one["state"] for one in answer["items"]} == {outer["id"]: "draft", inner["id"]: "open"}
    assert seat.item(inner["id"])["form"]["inside"] == seat.item(outer["id"])["statement"]
    seat.decide("undo")
    assert seat.item(inner["id"])["form"]["inside"] is None


def test_an_intensity_may_be_shown_by_the_words_of_saying(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    place = TEXT.index("selon")
    form = {**_said_by(factories.speaker()), "intensity": 2, "intensity_phrase": "selon"}
    item = seat.mark("profond", form)
    assert seat.decide("accept", item, status=400)["errors"][0]["pointer"] == "/intensity_phrase"
    seat.decide("accept", item, {"cue": [place, place + 5]})
    assert Statement.objects.get().intensity_phrase == "selon"


def test_what_stands_between_two_far_segments_is_no_part_of_it(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    between = seat.mark("porte-parole")
    first, last = TEXT.index("Un profond"), TEXT.index("selon")
    segments = [[first, first + 10], [last, last + 5]]
    outer = seat.mark("Un profond", {**_said_by(factories.speaker()), "segments": segments})
    answer = seat.decide("accept", outer)
    # the page is told that it is not covered
    assert {one["id"]: one["state"] for one in answer["items"]} == {outer["id"]: "draft", between["id"]: "open"}


def test_somebody_must_speak(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(OUTER)
    for speakers in ([], [{"id": None}], [{"id": str(factories.speaker().pk), "kind": "addressee"}]):
        problem = seat.decide("accept", item, {"speakers": speakers}, status=400)
        assert "/speakers" in [one["pointer"] for one in problem["errors"]]
    assert not Statement.objects.exists()
    assert seat.item(item["id"])["version"] == item["version"]


def test_a_name_that_the_record_does_not_have_is_not_dropped_unseen(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    known = {"id": str(factories.speaker().pk)}
    item = seat.mark(OUTER, {"speakers": [known, {"id": None, "mention": [0, 5]}], "relays": [{"id": None}]})
    problem = seat.decide("accept", item, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/speakers/1/id", "/relays/0/id"]
    seat.decide("accept", item, {"speakers": [known], "relays": []})


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"intensity": 3, "intensity_phrase": ""}, "/intensity_phrase"),
        ({"intensity": None, "intensity_phrase": "profond"}, "/intensity"),
        ({"intensity": 3, "intensity_phrase": "immense"}, "/intensity_phrase"),
        ({"said_at": None, "said_at_basis": "printed"}, "/said_at"),
        ({"event": "019b2d6c-0000-7000-8000-000000000000"}, "/event"),
        ({"topics": ["019b2d6c-0000-7000-8000-000000000000"]}, "/topics/0"),
        ({"inside": "019b2d6c-0000-7000-8000-000000000000"}, "/inside"),
        ({"speakers": [{"id": "019b2d6c-0000-7000-8000-000000000000"}]}, "/speakers/0/id"),
        ({"wordings": [{"language": "fr", "text": "x", "is_original": True, "translator": "y"}]}, None),
    ],
)
def test_it_points_at_what_a_statement_cannot_be(sit: Sit, given: dict[str, object], pointer: str | None) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(OUTER, _said_by(factories.speaker()))
    problem = seat.decide("accept", item, given, status=400)
    assert not Statement.objects.exists()
    if pointer:
        assert pointer in [one["pointer"] for one in problem["errors"]]


def test_the_role_of_another_is_refused(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    other = Membership.objects.create(
        speaker=factories.speaker("Autre"), role=Role.objects.create(labels={"fr": "ministre"})
    )
    speakers = [{"id": str(factories.speaker().pk), "membership": str(other.pk)}]
    problem = seat.decide("accept", seat.mark(OUTER), {"speakers": speakers}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/speakers/0/membership"]


def test_a_role_that_is_null_is_none(sit: Sit) -> None:
    seat = sit(factories.source(TEXT, published_at="2024"))
    ada = factories.speaker()
    Membership.objects.create(speaker=ada, role=Role.objects.create(labels={"fr": "ministre"}))
    speakers = [{"id": str(ada.pk), "membership": None}]
    item = seat.decide("accept", seat.mark(OUTER), {"speakers": speakers})["items"][0]
    assert item["form"]["speakers"][0]["membership"] is None


def test_the_same_words_of_the_same_speaker_are_one_statement(sit: Sit) -> None:
    revision = factories.source(TEXT)
    ada = factories.speaker()
    seat = sit(revision)
    item = seat.mark("profond", _said_by(ada))
    there = factories.draft(revision=revision, words=OUTER, speakers=[ada])
    start = TEXT.index(OUTER)
    given = {"segments": [[start, start + len(OUTER)]], "intensity": None}

    problem = seat.decide("accept", item, given, status=409)
    assert problem["kind"] == "twin"
    assert problem["item"]["statement"] == str(there.pk)

    seat.lease("release")
    hidden = sit(revision, "contributor", "contributors")
    problem = hidden.decide("accept", hidden.item(item["id"]), given, status=409)
    assert (problem["kind"], problem["item"]) == ("twin", None)


def test_a_speaker_who_was_merged_since_is_who_they_are_now(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada, now = factories.speaker(), factories.speaker("Ada Essai-Nouvelle")
    item = seat.mark(OUTER, _said_by(ada))
    Speaker.objects.filter(pk=ada.pk).update(merged_into=now)
    assert seat.item(item["id"])["form"]["speakers"][0]["id"] == str(now.pk)
    seat.decide("accept", item)
    assert Statement.objects.get().attributions.get().speaker == now


def test_a_statement_inside_another_is_reported_by_it(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada, other = factories.speaker(), factories.speaker("Premier ministre")
    outer = seat.accept(OUTER, ada)
    inner = seat.mark("le Premier ministre", _said_by(other))
    assert inner["form"]["inside"] == outer["statement"]
    assert inner["form"]["quotation_type"] == "direct"

    answer = seat.decide("accept", inner)

    relation = Relation.objects.get()
    assert (str(relation.statement_id), relation.type) == (outer["statement"], "reports")
    assert {one["id"] for one in answer["items"]} == {inner["id"], outer["id"]}
    assert [one["id"] for one in answer["statements"]] == [outer["statement"]]

    item = seat.decide("choose", seat.item(inner["id"]), {"inside": None})["items"][0]
    assert item["form"]["inside"] is None
    assert not Relation.objects.exists()
    seat.decide("choose", seat.item(inner["id"]), {"inside": outer["statement"]})
    assert Relation.objects.count() == 1


def test_what_it_took_is_kept_without_who_or_what(sit: Sit) -> None:
    revision = factories.source(TEXT)
    ada = factories.speaker()
    start = TEXT.index(OUTER)
    guess = {"quotation_type": "direct", "speakers": [{"id": str(ada.pk), "mention": None}], "act": "assert"}
    Candidate.objects.create(source_text=revision, start=start, end=start + len(OUTER), engine="e-1", guess=guess)
    seat = sit(revision)
    effort = {"keys": 10**30, "clicks": 2, "milliseconds": 900}
    item = seat.at(OUTER)
    seat.decide("choose", item, {"act": "warn"}, effort=effort)
    assert not Effort.objects.exists()

    seat.decide("accept", seat.item(item["id"]), {"attitude": "fear", "quotation_type": "direct"}, effort=effort)

    row = Effort.objects.get()
    assert (row.keys, row.clicks, row.milliseconds, row.engine) == (100_000, 2, 900, "e-1")
    assert row.corrections == 2
    seat.decide("undo")
    assert not Effort.objects.exists()


def test_the_guess_alone_is_accepted_without_corrections(sit: Sit) -> None:
    revision = factories.source(f"{factories.TEXT}\n« Nous ne céderons pas devant la menace », a déclaré Ada Essai.")
    factories.speaker("Ada Essai")
    seat = sit(revision)
    effort = {"keys": 1, "clicks": 0, "milliseconds": 900}
    item = seat.at("Nous ne céderons pas devant la menace")
    seat.decide("accept", item, effort=effort)
    assert Effort.objects.get().corrections == 0
    assert Statement.objects.get().attributions.get().speaker.name == "Ada Essai"


def test_a_candidate_whose_draft_was_deleted_elsewhere_is_open_again(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada = factories.speaker()
    item = seat.accept(OUTER, ada)
    Statement.objects.all().delete()
    again = seat.item(item["id"])
    assert again["state"] == "open"
    assert seat.decide("accept", again)["items"][0]["state"] == "draft"


def test_one_that_is_the_same_as_a_public_statement_is_linked_with_it(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada = factories.speaker()
    public = factories.published(speakers=[ada])
    item = seat.decide("choose", seat.mark(OUTER, _said_by(ada)), {"same_as": str(public.pk)})["items"][0]
    assert item["link"] == str(public.pk)

    answer = seat.decide("accept", item)

    assert answer["items"][0]["link"] == str(public.pk)
    assert [one["id"] for one in answer["statements"]] == [str(public.pk)]
    assert Link.objects.get().same_as == public
    seat.decide("undo")
    assert list(Statement.objects.all()) == [public]
    assert seat.item(item["id"])["link"] == str(public.pk)


def test_one_that_is_the_same_as_another_draft_becomes_one_with_it(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada = factories.speaker()
    other = factories.draft(speakers=[ada])
    answer = seat.decide("accept", seat.mark(OUTER, _said_by(ada)), {"same_as": str(other.pk)})
    assert answer["items"][0]["statement"] == str(other.pk)
    assert Statement.objects.get() == other
    assert other.appearances.count() == 2


def test_one_that_is_no_other_is_not_recorded(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(OUTER, _said_by(factories.speaker()))
    problem = seat.decide("accept", item, {"same_as": str(factories.published().pk)}, status=409)
    assert problem["kind"] == "step"
    problem = seat.decide("accept", item, {"same_as": item["id"]}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/same_as"]
    assert not Statement.objects.filter(status="draft").exists()


def _said_by(*speakers: Speaker) -> dict[str, object]:
    return {"speakers": [{"id": str(one.pk), "kind": "speaker"} for one in speakers]}
