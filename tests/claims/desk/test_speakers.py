"""Speakers made and chosen at the desk: checked as the API checks them, never recorded twice unawares, numbered."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from claims.desk.decisions.base import Desk
from claims.desk.decisions.speakers import give_number, make_speaker
from claims.desk.models import CastMember
from claims.models import Speaker, SpeakerName, SpeakerSameAs
from claims.services.merging import merge_speakers
from sources.models.fields import uuid7
from tests import factories
from tests.claims.desk.desks import decide, post, refused, sit_down

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return sit_down(factories.source(), "curator")


def body(**values: Any) -> dict[str, Any]:
    """What the dialog sends for a new speaker."""
    said = {"id": str(uuid7()), "name": "Ada Essai", "type": "person", "wikidata": "", "names": [], "anyway": False}
    return {**said, **values}


def numbers(desk: Desk) -> dict[str, int]:
    rows = CastMember.objects.filter(source=desk.revision.source).select_related("speaker")
    return {one.speaker.name: one.number for one in rows}


class TestMaking:
    def test_a_speaker_is_made_with_names_and_page_and_gets_the_next_number(self, desk: Desk) -> None:
        CastMember.objects.create(source=desk.revision.source, speaker=factories.speaker("Bo"), number=4)
        given = body(
            name="  Ministère d’Utopie ", type="organization", wikidata="Q42", names=["MU", "MU", "Utopian M."]
        )
        done = decide(make_speaker, desk, given)
        speaker = Speaker.objects.get(pk=UUID(given["id"]))
        assert (speaker.name, speaker.type, speaker.is_public) == ("Ministère d’Utopie", "organization", False)
        assert [one.name for one in speaker.names.all()] == ["MU", "Utopian M."]
        assert [one.url for one in speaker.same_as.all()] == ["https://www.wikidata.org/wiki/Q42"]
        assert (done.cast, done.changed, done.undo) == ([speaker.pk], [], None)
        assert numbers(desk) == {"Bo": 4, "Ministère d’Utopie": 5}

    @pytest.mark.parametrize(
        ("given", "pointer"),
        [
            ({"name": ""}, "/name"),
            ({"name": "  "}, "/name"),
            ({"name": "x" * 201}, "/name"),
            ({"name": "a\0b"}, "/name"),
            ({"name": 5}, "/name"),
            ({"type": "robot"}, "/type"),
            ({"wikidata": "42"}, "/wikidata"),
            ({"wikidata": "Q0"}, "/wikidata"),
            ({"wikidata": "https://example.com/wiki/Q42"}, "/wikidata"),
            ({"names": ["ok", ""]}, "/names/1"),
            ({"names": "MU"}, "/names"),
            ({"names": ["n"] * 21}, "/names"),
            ({"id": str(uuid4())}, "/id"),
            ({"id": "x"}, "/id"),
            ({"anyway": "yes"}, "/anyway"),
            ({"is_public": True}, "/is_public"),
            ({"country": "FR"}, "/country"),
        ],
    )
    def test_what_is_wrong_is_refused_where_it_stands(self, desk: Desk, given: dict[str, Any], pointer: str) -> None:
        problem = refused(make_speaker, desk, body(**given))
        assert (problem["status"], [one["pointer"] for one in problem["errors"]]) == (400, [pointer])
        assert not Speaker.objects.exists()

    @pytest.mark.parametrize("group", ["contributors", "readers"])
    def test_who_may_add_no_speakers_makes_none(self, group: str) -> None:
        desk = sit_down(factories.source(), "somebody", group)
        assert refused(make_speaker, desk, body())["status"] == 403
        assert not Speaker.objects.exists()

    def test_an_id_that_is_taken_changes_nobody(self, desk: Desk) -> None:
        taken = factories.speaker("Bo")
        with pytest.raises(IntegrityError):
            decide(make_speaker, desk, body(id=str(taken.pk)))


class TestTheSame:
    @pytest.mark.parametrize("name", ["Ada Essai", "ada ESSAI", "Ada Essaï", "ADE", "Ada-Essai"])
    def test_somebody_of_the_same_name_is_shown_first(self, desk: Desk, name: str) -> None:
        there = factories.speaker("Ada Essai", note="of Utopia")
        SpeakerName.objects.create(speaker=there, name="A.D.E.")
        SpeakerName.objects.create(speaker=there, name="Adé")
        factories.speaker("Ada Essaim")
        factories.published(speakers=[there])
        problem = refused(make_speaker, desk, body(name=name))
        assert (problem["status"], problem["kind"]) == (409, "same")
        (one,) = problem["speakers"]
        assert (one["id"], one["note"], one["statements"], one["number"]) == (str(there.pk), "of Utopia", 1, None)
        decide(make_speaker, desk, body(name=name, anyway=True))
        assert numbers(desk) == {name: 1}

    def test_another_spelling_given_with_it_counts_too(self, desk: Desk) -> None:
        there = factories.speaker("Владимир Путин")
        problem = refused(make_speaker, desk, body(name="Vladimir Poutine", names=["Владимир Путин"]))
        assert [one["id"] for one in problem["speakers"]] == [str(there.pk)]

    def test_words_in_another_order_or_more_of_them_are_somebody_else(self, desk: Desk) -> None:
        for name in ("Essai Ada", "Ada Essai Junior", "Ada"):
            factories.speaker(name)
        decide(make_speaker, desk, body())
        assert "Ada Essai" in numbers(desk)

    def test_five_at_most_are_shown(self, desk: Desk) -> None:
        for _ in range(7):
            factories.speaker("Ada Essai")
        assert len(refused(make_speaker, desk, body())["speakers"]) == 5

    def test_who_was_merged_is_shown_as_who_they_are(self, desk: Desk) -> None:
        gone, kept = factories.speaker("Ada Essai"), factories.speaker("Ada Test")
        merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=desk.person)
        assert [one["name"] for one in refused(make_speaker, desk, body())["speakers"]] == ["Ada Test"]

    @pytest.mark.parametrize("url", ["https://www.wikidata.org/wiki/Q42", "http://www.wikidata.org/entity/Q42"])
    @pytest.mark.parametrize("anyway", [False, True])
    def test_a_wikidata_id_is_one_speakers_always(self, desk: Desk, url: str, anyway: bool) -> None:
        there = factories.speaker("Douglas Adams")
        SpeakerSameAs.objects.create(speaker=there, url=url)
        problem = refused(make_speaker, desk, body(wikidata="https://www.wikidata.org/wiki/Q42", anyway=anyway))
        assert problem["kind"] == "same"
        assert [(one["name"], one["wikidata"]) for one in problem["speakers"]] == [("Douglas Adams", "Q42")]
        assert not Speaker.objects.filter(name="Ada Essai").exists()

    def test_names_of_signs_alone_are_nobodys(self, desk: Desk) -> None:
        factories.speaker("!!!")
        decide(make_speaker, desk, body(name="???"))
        assert numbers(desk) == {"???": 1}


class TestNumbering:
    def test_a_speaker_gets_the_next_number_and_keeps_it(self, desk: Desk) -> None:
        ada, bo = factories.speaker("Ada"), factories.speaker("Bo")
        for one in (ada, bo, ada):
            assert decide(give_number, desk, {"id": str(one.pk)}).cast == [one.pk]
        assert numbers(desk) == {"Ada": 1, "Bo": 2}

    def test_who_was_merged_is_numbered_as_who_they_are(self, desk: Desk) -> None:
        gone, kept = factories.speaker("Ada"), factories.speaker("Ada Essai")
        decide(give_number, desk, {"id": str(gone.pk)})
        merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=desk.person)
        for one in (gone, kept):
            assert decide(give_number, desk, {"id": str(one.pk)}).cast == [kept.pk]
        assert CastMember.objects.count() == 1

    def test_a_contributor_numbers_too(self) -> None:
        desk = sit_down(factories.source(), "contributor", "contributors")
        decide(give_number, desk, {"id": str(factories.speaker("Ada").pk)})
        assert numbers(desk) == {"Ada": 1}

    @pytest.mark.parametrize("given", [{}, {"id": None}, {"id": "x"}, {"id": str(uuid4())}, {"id": "x", "number": 3}])
    def test_nobody_or_a_wrong_body_is_refused(self, desk: Desk, given: dict[str, Any]) -> None:
        assert refused(give_number, desk, given)["status"] == 400
        assert not CastMember.objects.exists()


class TestAsked:
    def test_the_page_gets_the_new_speaker_with_a_number_and_nothing_is_made_twice(self, desk: Desk) -> None:
        key, given = str(uuid7()), body(name="Ada Essai")
        group = str(uuid7())
        answers = [post(desk, "speaker", given, key=key, group=group) for _ in range(2)]
        assert answers[0] == answers[1]
        (one,) = answers[0]["cast"]
        assert (one["id"], one["name"], one["number"], one["type"]) == (given["id"], "Ada Essai", 1, "person")
        assert Speaker.objects.count() == 1
        change = Speaker.objects.get().changes.get()
        assert change.pgh_context["origin"] == "admin"
        assert change.pgh_context["user"] == desk.person.pk

    def test_the_page_is_told_of_the_same_name_and_of_an_id_that_is_taken(self, desk: Desk) -> None:
        there = factories.speaker("Ada Essai")
        problem = post(desk, "speaker", body(), status=409)
        assert (problem["kind"], [one["id"] for one in problem["speakers"]]) == ("same", [str(there.pk)])
        post(desk, "speaker", body(id=str(there.pk), anyway=True), status=409)
        assert not CastMember.objects.exists()

    def test_a_speaker_that_there_is_is_answered_with_the_number(self, desk: Desk) -> None:
        there = factories.speaker("Ada Essai")
        (one,) = post(desk, "cast", {"id": str(there.pk)})["cast"]
        assert (one["id"], one["number"]) == (str(there.pk), 1)
