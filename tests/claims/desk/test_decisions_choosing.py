"""Choosing: members of a candidate's Form, or of a draft's, become others."""

from typing import Any

import pytest

from claims.models import Appearance, Segment, Speaker, Statement, Wording
from claims.proposals.models import Candidate
from claims.services.editing import Content, change_statement
from claims.services.recording import Part, Passing, Report
from claims.services.reviewing import submit
from claims.text.spans import Span, find
from tests import factories
from tests.claims.desk.conftest import Sit
from tests.recording import add_appearance

pytestmark = pytest.mark.django_db
TEXT = "« Un profond souci », a dit Ada Essai,\nporte-parole. « Et\r\n deux », selon Tokyo, samedi."


def test_a_candidate_takes_whole_members_and_keeps_the_others(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark("Un profond souci", {"attitude": "concern", "act": "express"})

    answer = seat.decide("choose", item, {"attitude": None, "intensity": 3, "intensity_phrase": "profond"})

    form = answer["items"][0]["form"]
    assert (form["act"], form["attitude"], form["intensity"]) == ("express", None, 3)
    assert answer["versions"] == {item["id"]: item["version"] + 1}
    assert answer["undoable"] == 2
    assert Candidate.objects.get().choices["intensity_phrase"] == "profond"


def test_without_an_intensity_there_is_no_phrase(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark("Un profond souci", {"intensity": 3, "intensity_phrase": "profond"})
    form = seat.decide("choose", item, {"intensity": None})["items"][0]["form"]
    assert (form["intensity"], form["intensity_phrase"]) == (None, "")


def test_segments_chosen_are_where_the_item_stands(sit: Sit) -> None:
    revision = factories.source(TEXT)
    seat = sit(revision)
    item = seat.mark("Un profond souci")
    end = TEXT.index("deux") + 4
    other = [TEXT.index("Et"), end + 1]
    moved = seat.decide("choose", item, {"segments": [[item["start"], item["end"]], other]})["items"][0]
    assert (moved["start"], moved["end"]) == (item["start"], end)
    assert moved["form"]["segments"][1] == [other[0], end]


def test_a_draft_is_changed_and_other_documents_stay_as_they_are(sit: Sit) -> None:
    revision = factories.source(TEXT)
    ada, tokyo = factories.speaker(), factories.speaker("Tokyo")
    seat = sit(revision)
    item = seat.accept("Un profond souci", ada)
    statement = Statement.objects.get()
    elsewhere = factories.source("Ada Essai : « Un profond souci », selon Tokyo.")
    first = statement.attributions.get()
    other = add_appearance(
        statement=statement,
        report=Report(
            revision=elsewhere,
            segments=[find(elsewhere.text, "Un profond souci")],
            quotation_type="direct",
            relays=[Passing(tokyo, find(elsewhere.text, "Tokyo"))],
        ),
        parts=[(_printed(ada, find(elsewhere.text, "Ada Essai")), first)],
    )
    before = list(Segment.objects.filter(appearance=other).values())
    end = item["start"] + len("Un profond")

    answer = seat.decide(
        "choose",
        seat.item(item["id"]),
        {
            "segments": [[item["start"], end]],
            "speakers": [{"id": str(ada.pk)}, {"id": str(tokyo.pk), "kind": "attitude_holder"}],
        },
    )

    assert answer["items"][0]["end"] == end
    assert list(Segment.objects.filter(appearance=other).values()) == before
    kept = Appearance.objects.get(pk=other.pk)
    assert [one.exact for one in kept.mentions.all()] == ["Ada Essai"]
    assert [one.exact for one in kept.relays.all()] == ["Tokyo"]
    assert sorted(statement.attributions.values_list("kind", flat=True)) == ["attitude_holder", "speaker"]


def test_a_speaker_who_goes_takes_the_names_in_other_documents_along(sit: Sit) -> None:
    revision = factories.source(TEXT)
    ada, tokyo = factories.speaker(), factories.speaker("Tokyo")
    seat = sit(revision)
    item = seat.accept("Un profond souci", ada)
    statement = Statement.objects.get()
    elsewhere = factories.source("Ada Essai : « Un profond souci ».")
    other = add_appearance(
        statement=statement,
        report=Report(revision=elsewhere, segments=[find(elsewhere.text, "Un profond souci")], quotation_type="direct"),
        parts=[(_printed(ada, find(elsewhere.text, "Ada Essai")), statement.attributions.get())],
    )
    seat.decide("choose", seat.item(item["id"]), {"speakers": [{"id": str(tokyo.pk)}]})
    assert [one.speaker_id for one in statement.attributions.all()] == [tokyo.pk]
    assert not other.mentions.exists()


def test_a_wording_that_is_the_quoted_words_follows_them_and_one_that_somebody_wrote_stays(sit: Sit) -> None:
    revision = factories.source(TEXT)
    seat = sit(revision)
    item = seat.accept("Et\r\n deux", factories.speaker())
    statement = Statement.objects.get()
    assert statement.wordings.get().text == "Et deux"
    assert "wordings" not in item["form"]
    Wording.objects.create(statement=statement, language="en", text="And two", translator="Essai")

    start, end = TEXT.index("Un"), TEXT.index("Un") + 10
    item = seat.decide("choose", seat.item(item["id"]), {"segments": [[start, end]]})["items"][0]
    assert {one.language: one.text for one in statement.wordings.all()} == {"fr": "Un profond", "en": "And two"}

    written = [{"language": "fr", "text": "Un souci qui est profond"}]
    item = seat.decide("choose", item, {"wordings": written})["items"][0]
    seat.decide("choose", item, {"segments": [[start, start + 2]]})
    assert [one.text for one in statement.wordings.all()] == ["Un souci qui est profond"]

    item = seat.decide("choose", seat.item(item["id"]), {"wordings": []})["items"][0]
    assert [one.text for one in statement.wordings.all()] == ["Un"]
    assert "wordings" not in item["form"]


@pytest.mark.django_db(transaction=True)
def test_what_a_statement_says_already_changes_nothing(sit: Sit) -> None:
    statement = factories.full_draft()
    appearance = statement.appearances.get()
    seat = sit(appearance.source_text)
    (item,) = [one for one in seat.state()["items"] if one["statement"]]
    statement.refresh_from_db()

    again = seat.decide("choose", item, item["form"])["items"][0]

    assert again == item
    before = statement.version
    statement.refresh_from_db()
    assert statement.version == before
    assert seat.state()["undoable"] == 0


def test_positions_relations_and_the_code_stay(sit: Sit) -> None:
    statement = factories.full_draft()
    Statement.objects.filter(pk=statement.pk).update(cameo="0231")
    seat = sit(statement.appearances.get().source_text)
    (item,) = [one for one in seat.state()["items"] if one["statement"]]
    seat.decide("choose", item, {"act": "warn", "is_headline": True, "cue": None, "relays": []})
    statement.refresh_from_db()
    assert (statement.act, statement.cameo, statement.positions.count()) == ("warn", "0231", 1)
    appearance = statement.appearances.get()
    assert (appearance.is_headline, appearance.cue_start, appearance.relays.count()) == (True, None, 0)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_a_version_that_was_changed_since_and_shows_the_item_as_it_is(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.accept("Un profond souci", factories.speaker())
    statement = Statement.objects.get()
    change_statement(statement=statement, content=Content(values={"act": "deny"}))

    problem = seat.decide("choose", item, {"attitude": "fear"}, status=409)

    assert problem["kind"] == "stale"
    assert problem["item"]["form"]["act"] == "deny"
    assert problem["item"]["version"] == item["version"] + 1
    statement.refresh_from_db()
    assert statement.attitude is None


def test_nothing_is_chosen_of_what_is_decided_already(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark("Un profond souci")
    rejected = seat.decide("reject", item)["items"][0]
    assert seat.decide("choose", rejected, {"act": "deny"}, status=409)["kind"] == "step"


def test_nothing_is_chosen_of_what_is_in_review(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.accept("Un profond souci", factories.speaker())
    submit(statement_id=Statement.objects.get().pk, by=seat.user)
    problem = seat.decide("choose", seat.item(item["id"]), {"act": "deny"}, status=409)
    assert problem["kind"] == "step"
    assert "only a draft" in problem["detail"]


def test_a_draft_does_not_become_another_one(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada, tokyo = factories.speaker(), factories.speaker("Tokyo")
    item = seat.accept("Un profond souci", ada)
    other = factories.draft(revision=seat.revision, words="Un profond souci", speakers=[tokyo])
    problem = seat.decide("choose", item, {"speakers": [{"id": str(tokyo.pk)}]}, status=409)
    assert problem["kind"] == "twin"
    assert problem["item"]["statement"] == str(other.pk)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"segments": []}, "/segments"),
    ({"segments": [[0, 10**50]]}, "/segments/0"),
    ({"segments": [[5, 9], [2, 4]]}, "/segments"),
    ({"segments": [[1, 2, 3]]}, "/segments/0"),
    ({"segments": [[True, 2]]}, "/segments/0"),
    ({"segments": "0-4"}, "/segments"),
    ({"cue": [4, 4]}, "/cue"),
    ({"cue": [1, 2]}, "/cue"),
    ({"speakers": [{"id": "x"}]}, "/speakers/0/id"),
    ({"speakers": [{"kind": "speaker"}]}, "/speakers/0/id"),
    ({"speakers": [{"id": None, "kind": "author"}]}, "/speakers/0/kind"),
    ({"speakers": [{"id": None, "mention": [-1, 3]}]}, "/speakers/0/mention"),
    ({"speakers": [{"id": None, "role": {"start": 1}}]}, "/speakers/0/role"),
    ({"speakers": [{"id": None, "more": 1}]}, "/speakers/0/more"),
    ({"speakers": {"id": None}}, "/speakers"),
    ({"relays": [{"mention": None}]}, "/relays/0/id"),
    ({"act": "shout"}, "/act"),
    ({"act": None}, "/act"),
    ({"attitude": 3}, "/attitude"),
    ({"intensity": 4}, "/intensity"),
    ({"intensity": True}, "/intensity"),
    ({"intensity": "3"}, "/intensity"),
    ({"intensity_phrase": 3}, "/intensity_phrase"),
    ({"intensity_phrase": "x" * 201}, "/intensity_phrase"),
    ({"said_at": "yesterday"}, "/said_at"),
    ({"said_at": "2023-13"}, "/said_at"),
    ({"said_at": 2023}, "/said_at"),
    ({"said_at_basis": "guessed"}, "/said_at_basis"),
    ({"is_headline": 1}, "/is_headline"),
    ({"quotation_type": ""}, "/quotation_type"),
    ({"event": 5}, "/event"),
    ({"topics": ["x"]}, "/topics/0"),
    ({"topics": "x"}, "/topics"),
    ({"wordings": [{"language": "français", "text": "x"}]}, "/wordings/0/language"),
    ({"wordings": [{"language": "fr", "text": ""}]}, "/wordings/0/text"),
    ({"wordings": [{"language": "fr", "text": "a"}, {"language": "fr", "text": "b"}]}, "/wordings/1"),
    ({"inside": "here"}, "/inside"),
    ({"same_as": "elsewhere"}, "/same_as"),
    ({"colour": "red"}, "/colour"),
]


@pytest.mark.parametrize("is_draft", [False, True])
class TestWordsForADate:
    def item(self, sit: Sit, is_draft: bool, form: Any = None, published_at: str | None = "2024-11-19") -> Any:
        self.seat = sit(factories.source(TEXT, published_at=published_at))
        words = "Un profond souci"
        return self.seat.accept(words, factories.speaker(), **form or {}) if is_draft else self.seat.mark(words, form)

    def dated(self, item: Any, given: Any) -> tuple[Any, Any]:
        form = self.seat.decide("choose", self.seat.item(item["id"]), given)["items"][0]["form"]
        return form.get("said_at"), form.get("said_at_basis")

    def test_tell_the_day_with_them(self, sit: Sit, is_draft: bool) -> None:
        item = self.item(sit, is_draft)
        assert self.dated(item, {"said_at_text": "samedi"}) == ("2024-11-16", "inferred")
        assert self.dated(item, {"said_at_text": "le 3 novembre 2024"}) == ("2024-11-03", "printed")
        (back,) = self.seat.decide("undo")["items"]
        assert (back["form"]["said_at"], back["form"]["said_at_text"]) == ("2024-11-16", "samedi")
        (back,) = self.seat.decide("undo")["items"]
        assert (back["form"].get("said_at"), back["form"].get("said_at_basis")) == (None, None)

    def test_change_no_day_that_was_chosen(self, sit: Sit, is_draft: bool) -> None:
        item = self.item(sit, is_draft, {"said_at": "2023", "said_at_basis": "printed"})
        assert self.dated(item, {"said_at_text": "samedi"}) == ("2023", "printed")
        assert self.dated(item, {"said_at_text": "dimanche"}) == ("2023", "printed")
        given = {"said_at_text": "samedi", "said_at": None}
        assert self.dated(item, given) == (None, None)

    def test_leave_the_day_where_they_tell_none(self, sit: Sit, is_draft: bool) -> None:
        item = self.item(sit, is_draft)
        assert self.dated(item, {"said_at_text": "la semaine dernière"}) == (None, None)
        assert self.dated(item, {"said_at_text": "samedi", "said_at_basis": "printed"}) == ("2024-11-16", "printed")
        assert self.dated(item, {"said_at_text": ""}) == ("2024-11-16", "printed")

    def test_need_the_day_of_publication(self, sit: Sit, is_draft: bool) -> None:
        item = self.item(sit, is_draft, published_at="2024-11")
        assert self.dated(item, {"said_at_text": "samedi"}) == (None, None)


def test_the_day_that_was_guessed_gives_way_to_words(sit: Sit) -> None:
    revision = factories.source(TEXT, published_at="2024-11-19")
    guess = {"said_at": "2024-11-15", "said_at_text": "vendredi", "said_at_basis": "inferred"}
    Candidate.objects.create(source_text=revision, start=0, end=4, engine="e", guess=guess)
    seat = sit(revision)
    item = next(one for one in seat.state()["items"] if one["engine"] == "e")
    form = seat.decide("choose", item, {"said_at_text": "samedi"})["items"][0]["form"]
    assert (form["said_at"], form["said_at_text"]) == ("2024-11-16", "samedi")


def test_it_says_which_member_is_wrong(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark("Un profond souci")
    for given, pointer in WRONG:
        problem = seat.decide("choose", item, given, status=400)
        assert pointer in [one["pointer"] for one in problem["errors"]], given
        assert all(one["detail"].strip() for one in problem["errors"])
    assert seat.item(item["id"]) == item


def test_words_are_mended_though_the_phrase_stands_elsewhere(sit: Sit) -> None:
    """What was recorded of another document, or before, does not stand in the way of what is changed now."""
    seat = sit(factories.source(TEXT))
    item = seat.accept("Un profond souci", factories.speaker(), intensity=3, intensity_phrase="profond")
    start = item["start"]
    item = seat.decide("choose", item, {"segments": [[start, start + 2]]})["items"][0]
    assert item["form"]["intensity_phrase"] == "profond"
    problem = seat.decide("choose", item, {"intensity": 2}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/intensity_phrase"]


def test_a_draft_is_linked_by_a_decision_of_its_own(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.accept("Un profond souci", factories.speaker())
    problem = seat.decide("choose", item, {"same_as": str(factories.published().pk)}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/same_as"]


def _printed(speaker: Speaker, span: Span) -> Part:
    return Part(speaker=speaker, mention=span)


def test_what_stands_twice_in_a_text_changes_as_one(sit: Sit) -> None:
    seat = sit(factories.source("Profonde préoccupation d’Ada\n\nAda Essai a dit « une profonde préoccupation »."))
    said = {"speakers": [{"id": str(factories.speaker().pk)}]}
    headline, body = (
        seat.decide("accept", seat.mark(words, said))["items"][0]
        for words in ("Profonde préoccupation d’Ada", "une profonde préoccupation")
    )
    seat.decide("link", headline, {"to": body["statement"]})
    changed = seat.decide("choose", seat.item(headline["id"]), {"attitude": "concern"})["items"]
    assert {one["id"]: one["form"]["attitude"] for one in changed} == {headline["id"]: "concern", body["id"]: "concern"}
    assert [one["version"] for one in changed] == [seat.item(one["id"])["version"] for one in changed]
