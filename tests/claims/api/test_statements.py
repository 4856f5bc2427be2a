"""GET /api/v1/statements/ and /{id}/."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Claim, Membership, Position, Relation, Role
from claims.services.recording import Part
from claims.services.reviewing import submit, withdraw
from sources.models.fields import uuid7
from tests import factories
from tests.asking import Api

PATH = "/api/v1/statements/"


def test_it_answers_who_said_what_in_which_words_in_which_document(api: Api) -> None:
    statement = factories.full()
    row = api.get(f"{PATH}{statement.pk}/")
    (speaker,) = row["speakers"]
    assert speaker["speaker"]["name"].startswith("Ada")
    assert speaker["role"]["role"]["labels"] == {"fr": "porte-parole "}
    assert speaker["role"]["organization"]["name"].startswith("Ministère")
    assert [len(row[part]) for part in ("on_behalf_of", "addressees", "attitude_holders")] == [1, 1, 1]
    assert (row["said_at"], row["said_at_earliest"], row["said_at_latest"]) == ("2024-11", "2024-11-01", "2024-11-30")
    assert (row["act"], row["attitude"], row["intensity"], row["intensity_phrase"]) == (
        "express",
        "concern",
        3,
        "profonde",
    )
    (appearance,) = row["appearances"]
    assert [one["exact"] for one in appearance["segments"]] == [factories.WORDS, "les livraisons d’armement"]
    for span in [*appearance["segments"], appearance["cue"], appearance["relays"][0]["mention"]]:
        assert factories.TEXT[span["start"] : span["end"]] == span["exact"]
    (mention,) = appearance["mentions"]
    assert mention["speaker_id"] == speaker["speaker"]["id"]
    assert mention["role"]["exact"] == "porte-parole du ministère d’Utopie"
    assert appearance["source"]["publisher"]["name"].startswith("Gazette")
    assert appearance["source"]["agency"]["name"].startswith("Agence")
    assert appearance["revision"] == 1
    assert row["positions"][0]["stance"] == "affirms"
    assert {(one["type"], one["direction"]) for one in row["relations"]} == {
        ("repeats", "outgoing"),
        ("summarises", "incoming"),
    }
    assert row["published_at"].endswith("Z")
    assert "created_by" not in row
    assert "reviewed_by" not in row


def test_list_and_detail_answer_the_same(api: Api) -> None:
    statement = factories.full()
    listed = next(row for row in api.get(PATH)["results"] if row["id"] == str(statement.pk))
    assert listed == api.get(f"{PATH}{statement.pk}/")


def test_what_is_not_known_is_null(api: Api) -> None:
    row = api.get(f"{PATH}{factories.published().pk}/")
    for name in ("said_at", "said_at_earliest", "said_at_latest", "said_at_text", "said_at_basis", "event", "cameo"):
        assert row[name] is None, name
    for name in ("attitude", "intensity", "intensity_phrase"):
        assert row[name] is None, name
    assert row["appearances"][0]["cue"] is None
    assert row["wordings"][0]["translator"] is None


def test_open_ends_of_a_date_are_null(api: Api) -> None:
    row = api.get(f"{PATH}{factories.published(said_at='../2023').pk}/")
    assert (row["said_at_earliest"], row["said_at_latest"]) == (None, "2023-12-31")
    row = api.get(f"{PATH}{factories.published(said_at='2023/..').pk}/")
    assert (row["said_at_earliest"], row["said_at_latest"]) == ("2023-01-01", None)


def test_an_id_that_is_not_public_answers_as_one_that_is_not_there(api: Api) -> None:
    in_review = submit(statement_id=factories.draft().pk, by=factories.user("author"))
    hidden = [factories.draft().pk, in_review.pk, uuid7()]
    answers = [api.get(f"{PATH}{key}/", 404) for key in hidden]
    assert answers[0] == answers[1] == answers[2] == api.get(f"{PATH}no-id/", 404)
    assert api.ids(PATH) == []


def test_what_was_withdrawn_is_gone_for_a_reason_that_all_may_read(api: Api) -> None:
    statement = factories.withdrawn("La dépêche a été corrigée : il n’a rien dit.", said_at="2023-09-13")
    address = f"{PATH}{statement.pk}/"
    statement.refresh_from_db()
    assert api.get(address, 410) == {
        "type": "/api/problems/#gone",
        "title": "It was withdrawn",
        "status": 410,
        "detail": "La dépêche a été corrigée : il n’a rien dit.",
        "withdrawn_at": f"{statement.withdrawn_at:%Y-%m-%dT%H:%M:%S.%fZ}",
    }
    assert api.client.get(address)["Cache-Control"] == "no-store"
    assert api.client.head(address).status_code == 410
    assert api.refused(address, limit="1")[0][0] == "limit"
    assert api.ids(PATH) == api.ids(PATH, said_at="2023-09-13") == []


def test_relations_say_who_made_the_other_statement(api: Api) -> None:
    inner = factories.published(speakers=[factories.speaker("Kim"), factories.speaker("Lee")])
    outer = factories.draft(
        speakers=[factories.speaker("Park")], parts=[Part(speaker=factories.speaker("Tokyo"), kind="addressee")]
    )
    Relation.objects.create(statement=outer, type="reports", other=inner)
    factories.put_out(outer)
    assert api.get(f"{PATH}{outer.pk}/")["relations"] == [
        {"type": "reports", "direction": "outgoing", "statement_id": str(inner.pk), "speakers": ["Kim", "Lee"]}
    ]
    assert api.get(f"{PATH}{inner.pk}/")["relations"] == [
        {"type": "reports", "direction": "incoming", "statement_id": str(outer.pk), "speakers": ["Park"]}
    ]


def test_a_relation_to_a_draft_is_not_shown(api: Api) -> None:
    statement, hidden = factories.published(), factories.draft()
    Relation.objects.create(statement=statement, type="repeats", other=hidden)
    Relation.objects.create(statement=hidden, type="denies", other=statement)
    assert api.get(f"{PATH}{statement.pk}/")["relations"] == []


def test_queries_are_as_many_for_one_row_as_for_five(api: Api) -> None:
    first = factories.full()
    whole: list[int] = []
    parts: list[int] = []
    for size in (1, 5):
        if size == 5:
            for _ in range(4):
                factories.full()
        for counts, more in ((whole, ""), (parts, "&omit=cameo")):
            with CaptureQueriesContext(connection) as queries:
                assert len(api.ids(f"{PATH}?attitude=concern{more}")) == size
            counts.append(len(queries))
    assert whole == [1, 1]
    assert parts == [11, 11]
    for more, count in (("", 1), ("?omit=cameo", 11)):
        with CaptureQueriesContext(connection) as queries:
            api.get(f"{PATH}{first.pk}/{more}")
        assert len(queries) == count


@pytest.mark.parametrize("typed", ["inquiétude or profonde", "profonde préoccupation"])
def test_a_search_that_comes_again_takes_one_query(api: Api, typed: str) -> None:
    factories.full()
    assert len(api.ids(PATH, q=typed, attitude="concern")) == 1
    with CaptureQueriesContext(connection) as queries:
        assert len(api.ids(PATH, q=typed, attitude="concern")) == 1
    assert len(queries) == 1


def test_words_in_a_language_that_was_not_there_are_found(api: Api) -> None:
    factories.published(wordings=[{"language": "fr", "text": "une inquiétude"}])
    assert len(api.ids(PATH, q="Besorgnis")) == 0
    factories.published(wordings=[{"language": "de", "text": "große Besorgnis"}])
    assert len(api.ids(PATH, q="Besorgnis")) == 1


class TestSpeaker:
    def test_joint_speakers_are_found_by_either(self, api: Api) -> None:
        ada, bo, cy = (factories.speaker(name) for name in ("Ada", "Bo", "Cy"))
        joint, alone = factories.published(speakers=[ada, bo]), factories.published(speakers=[cy])
        assert api.ids(PATH, speaker=ada.pk) == api.ids(PATH, speaker=bo.pk) == [str(joint.pk)]
        assert set(api.ids(PATH, speaker=[ada.pk, cy.pk])) == {str(joint.pk), str(alone.pk)}
        assert api.ids(PATH, speaker=uuid7()) == []

    def test_only_who_says_it_counts_as_speaker(self, api: Api) -> None:
        ada, bo = factories.speaker("Ada"), factories.speaker("Bo")
        factories.published(speakers=[ada], parts=[Part(speaker=bo, kind="addressee")], relayed_by=[bo])
        assert api.ids(PATH, speaker=bo.pk) == []

    def test_parts_roll_up_ministries_and_people_in_their_roles(self, api: Api) -> None:
        state = factories.speaker("Utopie", type="state")
        ministry = factories.speaker("Ministère", type="organization", part_of=state)
        office = factories.speaker("Service", type="organization", part_of=ministry)
        ada = factories.speaker("Ada")
        role = Role.objects.create(category="spokesperson", labels={"en": "spokesperson"})
        Membership.objects.create(speaker=ada, role=role, organization=office, start="2020", end="2023")
        by_state = factories.published(speakers=[state], said_at="2023")
        by_office = factories.published(speakers=[office], said_at="2022")
        in_role = factories.published(speakers=[ada], said_at="2021")
        factories.published(speakers=[ada], said_at="2024")
        assert api.ids(PATH, speaker=state.pk) == [str(by_state.pk)]
        assert api.ids(PATH, speaker=state.pk, parts="false") == [str(by_state.pk)]
        rolled_up = [str(one.pk) for one in (by_state, by_office, in_role)]
        assert api.ids(PATH, speaker=state.pk, parts="true") == rolled_up
        assert api.ids(PATH, speaker=ministry.pk, parts="true") == rolled_up[1:]

    def test_relayed_by(self, api: Api) -> None:
        tokyo = factories.speaker("Tokyo", type="state")
        relayed = factories.published(relayed_by=[tokyo])
        factories.published(speakers=[tokyo])
        assert api.ids(PATH, relayed_by=tokyo.pk) == [str(relayed.pk)]


class TestSubject:
    def test_source_topic_and_claim(self, api: Api) -> None:
        revision, topic = factories.source(), factories.topic()
        statement = factories.draft(revision=revision, topics=[topic])
        claim = Claim.objects.create(text={"en": "It is so."})
        Position.objects.create(statement=statement, claim=claim, stance="denies")
        factories.put_out(statement)
        factories.published()
        for query in ({"source": revision.source_id}, {"topic": topic.pk}, {"claim": claim.pk}):
            assert api.ids(PATH, **query) == [str(statement.pk)]
        assert api.ids(PATH, source=[revision.source_id, uuid7()]) == [str(statement.pk)]
        assert api.ids(PATH, source=revision.source_id, topic=uuid7()) == []

    def test_act_attitude_quotation_type_and_language(self, api: Api) -> None:
        denial = factories.published(act="deny", quotation_type="indirect")
        fear = factories.published(
            act="express", attitude="fear", revision=factories.source("All fear it.", language="en-GB"), words="fear"
        )
        assert api.ids(PATH, act="deny") == [str(denial.pk)]
        assert api.ids(PATH, act=["deny", "express"]) == [str(fear.pk), str(denial.pk)]
        assert api.ids(PATH, attitude="fear") == [str(fear.pk)]
        assert api.ids(PATH, quotation_type="indirect") == [str(denial.pk)]
        assert api.ids(PATH, language="en") == api.ids(PATH, language="en-US") == [str(fear.pk)]


class TestDates:
    @pytest.fixture
    def said(self, api: Api) -> dict[str, str]:
        dates = ["2023-08-31", "2023-09-13", "2023-09", "2023-09~", "2023", "2023-08-31/2023-09-02", "2023-10-01"]
        factories.published()
        return {str(factories.published(said_at=date).pk): date for date in dates}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"said_at": "2023-09"}, {"2023-09-13", "2023-09", "2023-09~"}),
            (
                {"said_at": "2023-09", "dates": "possibly"},
                {"2023-09-13", "2023-09", "2023-09~", "2023", "2023-08-31/2023-09-02"},
            ),
            ({"said_at": "2023-09-13"}, {"2023-09-13"}),
            ({"said_after": "2023-09"}, {"2023-09-13", "2023-09", "2023-09~", "2023-10-01"}),
            ({"said_after": "2023-09", "said_before": "2023-09"}, {"2023-09-13", "2023-09", "2023-09~"}),
            ({"said_before": "2023-08", "dates": "certainly"}, {"2023-08-31"}),
            ({"said_before": "2023-08", "dates": "possibly"}, {"2023-08-31", "2023", "2023-08-31/2023-09-02"}),
            ({"said_at": "2022"}, set()),
        ],
    )
    def test_partial_dates(self, api: Api, said: dict[str, str], query: dict[str, str], expected: set[str]) -> None:
        assert {said[key] for key in api.ids(PATH, **query)} == expected

    @pytest.mark.parametrize("name", ["said_after", "said_before", "said_at"])
    @pytest.mark.parametrize(
        "value", ["2023-02-30", "2023-13", "23", "2023-9", "yesterday", "0000", "2023/2024", "２０２３"]
    )
    def test_what_is_no_date_is_refused(self, api: Api, name: str, value: str) -> None:
        ((parameter, detail),) = api.refused(PATH, **{name: value})
        assert parameter == name
        assert value in detail


class TestWords:
    @pytest.fixture
    def armement(self, api: Api) -> str:
        return str(factories.published(words="les livraisons d’armement", quotation_type="indirect").pk)

    @pytest.fixture
    def concern(self, api: Api) -> str:
        return str(factories.published().pk)

    def test_typographic_apostrophes_part_words(self, api: Api, armement: str, concern: str) -> None:
        assert (
            api.ids(PATH, q="armement") == api.ids(PATH, q="d’armement") == api.ids(PATH, q="l'armement") == [armement]
        )

    def test_accents_and_inflection_do_not_matter(self, api: Api, armement: str, concern: str) -> None:
        for typed in ("preoccupation", "PRÉOCCUPATIONS", "Preoccupations"):
            assert api.ids(PATH, q=typed) == [concern]

    @pytest.mark.parametrize("marks", ['"{}"', "« {} »", "“{}”", "«\u00a0{}\u00a0»", "„{}“"])
    def test_quotation_marks_mean_a_phrase(self, api: Api, armement: str, concern: str, marks: str) -> None:
        assert api.ids(PATH, q=marks.format("profonde préoccupation")) == [concern]
        assert api.ids(PATH, q=marks.format("profonde inquiétude")) == []
        assert api.ids(PATH, q="préoccupation profonde") == [concern]

    def test_a_phrase_does_not_run_from_the_end_of_the_words_to_their_beginning(self, api: Api, concern: str) -> None:
        assert api.ids(PATH, q='"préoccupation profonde"') == []

    def test_or_and_not(self, api: Api, armement: str, concern: str) -> None:
        assert set(api.ids(PATH, q="préoccupation or armement")) == {concern, armement}
        assert api.ids(PATH, q="livraisons -armement") == []
        assert api.ids(PATH, q="profonde -armement") == [concern]

    def test_not_looks_at_each_language_by_itself(self, api: Api) -> None:
        both = factories.published(
            wordings=[
                {"language": "fr", "text": "une profonde inquiétude"},
                {"language": "en", "text": "deep fear of war"},
            ],
            revision=factories.source("deep fear of war", language="en"),
            words="deep fear of war",
        )
        assert api.ids(PATH, q="fear -war") == []
        assert api.ids(PATH, q="fear war") == [str(both.pk)]

    @pytest.mark.parametrize("typed", ["on", "me on", "!!!", "-", '""', "« »", "?", "\u200b"])
    def test_a_query_without_a_word_is_refused(self, api: Api, typed: str) -> None:
        ((parameter, detail),) = api.refused(PATH, q=typed)
        assert (parameter, detail) == ("q", "It has no word to search for: add one that carries meaning.")

    @pytest.mark.parametrize(("name", "value"), [("highlight", "true"), ("order", "relevance")])
    def test_what_is_about_the_words_typed_takes_words(self, api: Api, name: str, value: str) -> None:
        ((parameter, detail),) = api.refused(PATH, **{name: value})
        assert parameter == name
        assert detail.endswith("the words of q: give them too.")

    def test_long_queries_are_refused(self, api: Api) -> None:
        assert api.refused(PATH, q="x" * 257) == [("q", "It is too long: 256 characters are the most.")]
        assert api.refused(PATH, q="x " * 33) == [("q", "It has too many words: 32 are the most.")]
        api.get(PATH, q="x" * 256)
        api.get(PATH, q="x " * 32)

    @pytest.mark.parametrize(
        ("typed", "fault"),
        [
            (" or ".join(['"beta,alpha"'] * 16), "phrases: 4"),
            ('"a b" ' * 5, "phrases: 4"),
            ("«\u00a0a b\u00a0» " * 5, "phrases: 4"),
            ("a -b,c -d’e -f;g -h_i -j'k", "phrases: 4"),
            (" or ".join("abcdefghij"), "times “or”: 8"),
            (" OR ".join("abcdefghij"), "times “or”: 8"),
            ("- " * 33, "minus signs: 16"),
            ("France " + " -" * 40 + " vie", "minus signs: 16"),
            ('"' + "a," * 33 + '"', "words: 32"),
            ("a," * 33, "words: 32"),
            ("a-" * 33, "words: 32"),
        ],
    )
    def test_queries_that_cost_too_much_are_refused(self, api: Api, typed: str, fault: str) -> None:
        assert api.refused(PATH, q=typed) == [("q", f"It has too many {fault} are the most.")]

    def test_as_many_phrases_and_alternatives_as_are_allowed(self, api: Api, concern: str) -> None:
        assert api.ids(PATH, q=" or ".join(['"profonde préoccupation"'] * 4 + ["x"] * 5)) == [concern]

    def test_words_that_punctuation_joins_are_words_by_themselves(self, api: Api, armement: str, concern: str) -> None:
        for typed in (
            "armement,livraisons",
            "armement’livraisons",
            "armement_livraisons",
            "armement,or,livraisons",
            "armement@livraisons",
        ):
            found = [] if ",or," in typed else [armement]
            assert api.ids(PATH, q=typed) == found, typed
        assert api.ids(PATH, q="préoccupation -d’armement") == [concern]
        assert api.ids(PATH, q="préoccupation.profonde") == [concern]


def test_withdrawing_takes_it_out_of_every_list(api: Api) -> None:
    statement = factories.full()
    withdraw(statement_id=statement.pk, reason="Misattributed.")
    assert str(statement.pk) not in api.ids(PATH)
    assert api.ids(PATH, q="armement") == []
    related: list[Any] = [row["relations"] for row in api.get(PATH)["results"]]
    assert related == [[], []]
