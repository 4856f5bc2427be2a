"""Twenty questions on the five press articles, written with their answers from the articles alone: one call each.

An answer is all and only the rows named. Where the readers part a sentence differently, one answer of the questions is
several rows here, or one that they called as defensible; the comment says so.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.questions.record import TwiceRead
from tests.seeds import require_articles

pytestmark = [pytest.mark.shared, pytest.mark.django_db(databases=["default", "public"])]
STATEMENTS = "/api/v1/statements/"


@pytest.fixture(scope="module")
def record(django_db_setup: None, django_db_blocker: Any) -> Iterator[TwiceRead]:
    """The articles' statements, entered once for the module and rolled back at its end."""
    require_articles()
    with django_db_blocker.unblock(), transaction.atomic():
        yield TwiceRead()
        transaction.set_rollback(True)


class Asked:
    """Asks as the public does, and knows the rows of answers by their keys."""

    def __init__(self, client: Client, record: TwiceRead) -> None:
        self.client, self.record = client, record

    def get(self, path: str = STATEMENTS, **query: Any) -> Any:
        """Return the body of the answer to one call."""
        answer = self.client.get(path, query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def rows(self, **query: Any) -> dict[str, Any]:
        """Return the statements that one call answers by their keys, in its order."""
        page = self.get(limit=100, **query)
        assert page["next"] is None
        return {self.record.keys[row["id"]]: row for row in page["results"]}

    def keys(self, **query: Any) -> list[str]:
        """Return the keys of the statements that one call answers."""
        return sorted(self.rows(**query))

    def speakers(self, *names: str) -> list[str]:
        return [str(self.record.speakers[name].pk) for name in names]

    def topics(self, *names: str) -> list[str]:
        return [str(self.record.topics[name].pk) for name in names]


@pytest.fixture
def asked(client: Client, record: TwiceRead) -> Asked:
    return Asked(client, record)


def test_01_who_voiced_concern_about_the_ties_and_how_strongly(asked: Asked) -> None:
    found = asked.rows(attitude="concern", named="true", topic=asked.topics("military-cooperation", "arms-transfers"))
    assert {key: row["intensity"] for key, row in found.items()} == {
        "000-01": 2,
        "000-02": 2,
        "002-01": None,
        "002-02": None,
        "002-05": 2,
        "002-09": 3,
        "002-10": None,
        "002-12": None,
        "003-11": None,
        "003-15": None,
        "004-01": 2,
        "004-02": 3,
    }
    headlines = [key for key, row in found.items() if row["appearances"][0]["is_headline"]]
    assert sorted(headlines) == ["000-01", "004-01"]


def test_02_what_spokespersons_said(asked: Asked) -> None:
    # Kirby's sentence of 13 September is two statements: what he warns of, and that he is worried
    assert asked.keys(role_category="spokesperson") == ["002-08", "002-09", "002-10", "002-12", "003-05"]


def test_03_what_foreign_ministers_said_whom_the_articles_name(asked: Asked) -> None:
    assert asked.keys(role_category="foreign_minister", certainty="certain") == ["004-01", "004-02", "004-03"]


def test_04_what_russia_said_rolled_up(asked: Asked) -> None:
    # Peskov's sentence is two: what the ministers agreed on, and his own outlook
    assert asked.keys(speaker=asked.speakers("Russia (government)"), parts="true") == [
        "002-04",
        "002-11",
        "003-01",
        "003-03",
        "003-04",
        "003-05",
        "004-07",
        "004-08",
    ]


def test_05_whose_words_came_through_somebody_else(asked: Asked) -> None:
    found = asked.rows(firsthand="false", expand="statements")
    relays = {key: [one["speaker"]["name"] for one in row["appearances"][0]["relays"]] for key, row in found.items()}
    # of a deed told by the agency alone, the agency is the speaker
    assert relays == {
        "000-03": ["Japan (government)"],
        "001-02": ["South Korea, Ministry of Foreign Affairs"],
        "003-04": ["Dmitry Peskov"],
        "003-09": [],
    }
    (reporting,) = [one for one in found["003-09"]["relations"] if one["type"] == "reports"]
    assert (reporting["direction"], reporting["speakers"]) == ("incoming", ["KCNA"])


def test_06_words_in_quotation_marks_whose_speaker_the_article_does_not_name(asked: Asked) -> None:
    found = asked.keys(not_certainty="certain", quotation_type=["direct", "mixed"])
    assert found == ["003-08", "003-10", "004-04"]


def test_07_what_two_identified_persons_said_together(asked: Asked) -> None:
    found = asked.keys(min_speakers="2", speaker_type="person", not_speaker_type="state", certainty="certain")
    assert found == [
        "000-03",
        "000-04",
        "001-02",
        "001-04",
        "001-05",
        "001-06",
        "001-07",
        "001-08",
        "001-09",
        "004-03",
    ]


def test_08_where_tokyo_seoul_and_washington_speak_together(asked: Asked) -> None:
    japan, *others = asked.speakers("Japan (government)", "South Korea (government)", "United States (government)")
    # the denunciation and its proof are one sentence of the article
    assert asked.keys(speaker=japan, joint_with=others) == ["000-07", "001-03", "004-05", "004-06"]


def test_09_what_was_said_on_22_september_2023_certainly_or_possibly(asked: Asked) -> None:
    certain = asked.keys(said_at="2023-09-22")
    # both readings of “the same day” were called right; the record has that of the article's own day
    assert certain == [
        "003-01",
        "003-03",
        "003-06",
        "003-08",
        "003-10",
        "003-11",
        "003-12",
        "003-13",
        "003-14",
        "003-15",
        "003-16",
        "003-17",
    ]
    possible = asked.keys(said_at="2023-09-22", dates="possibly")
    assert sorted(set(possible) - set(certain)) == ["003-04", "003-05", "004-08"]


def test_10_what_was_said_between_10_and_20_february_2025(asked: Asked) -> None:
    assert asked.keys(said_after="2025-02-10", said_before="2025-02-20") == []
    found = asked.keys(said_after="2025-02-10", said_before="2025-02-20", dates="possibly", speaker_type="person")
    assert found == ["001-02", "001-04", "001-05", "001-06", "001-07", "001-08", "001-09"]


def test_11_what_the_wire_of_9_november_2023_carries(asked: Asked) -> None:
    (agency,) = asked.get("/api/v1/publishers/", name="reuters")["results"]
    day = {"published_after": "2023-11-09", "published_before": "2023-11-09"}
    found = asked.rows(agency=agency["id"], **day)
    assert sorted(found) == [f"004-{number:02}" for number in range(1, 11)]
    in_marks = [key for key, row in found.items() if row["appearances"][0]["quotation_type"] != "indirect"]
    assert sorted(in_marks) == ["004-02", "004-04", "004-10"]


def test_12_a_typographic_apostrophe_is_found_by_a_plain_one(asked: Asked) -> None:
    assert asked.keys(q='"l\'application des sanctions"') == ["001-08", "003-16"]


@pytest.mark.parametrize(
    "typed", ['"sérieuses inquiétudes"', "« sérieuses inquiétudes »", "«\u00a0sérieuses inquiétudes\u00a0»"]
)
def test_13_where_these_words_stand(asked: Asked, typed: str) -> None:
    found = asked.rows(q=typed, highlight="true")
    places = {
        key: (row["appearances"][0]["is_headline"], row["appearances"][0]["quotation_type"])
        for key, row in found.items()
    }
    assert places == {"000-01": (True, "indirect"), "000-02": (False, "mixed")}
    for row in found.values():
        for text in row["highlights"]:
            assert [span["exact"] for span in text["spans"]] == ["sérieuses", "inquiétudes"]


def test_14_a_word_but_not_another(asked: Asked) -> None:
    found = asked.keys(q="inquiétude -militaire", search_in="words")
    assert found == ["000-01", "002-01", "002-10", "002-12", "003-11"]


def test_15_whole_sentences_in_direct_speech(asked: Asked) -> None:
    assert asked.keys(quotation_type="direct") == ["002-05", "002-10", "003-08", "003-14", "003-16", "004-04"]


def test_16_who_affirmed_and_who_denied_that_arms_were_supplied(asked: Asked) -> None:
    claim = str(asked.record.claims["arms"].pk)
    found = asked.rows(claim=claim)
    assert {key: row["positions"][0]["stance"] for key, row in found.items()} == {
        "003-14": "affirms",
        "004-05": "affirms",
        "004-06": "affirms",
        "004-07": "denies",
        "002-08": "questions",
        "003-11": "questions",
        "003-15": "questions",
        "003-16": "questions",
    }
    denied = [one["statement_id"] for one in found["004-07"]["relations"] if one["type"] == "denies"]
    assert sorted(asked.record.keys[key] for key in denied) == ["004-05", "004-06"]


def test_16_whether_it_is_contested(asked: Asked) -> None:
    answer = asked.get(f"/api/v1/claims/{asked.record.claims['arms'].pk}/corroboration/")
    assert answer["is_contested"] is True
    assert answer["contested_since"] is None  # those who denied it are undated


QUOTES = [
    (
        "nous sommes très préoccupés par toute relation de défense croissante entre la Russie et la Corée du Nord",
        "John Kirby",
        "altered",
        "002-10",
    ),
    (
        "a l'intention de développer la coopération avec la Corée du Nord, y compris l'échange de délégations",
        "Russia, Ministry of Foreign Affairs",
        "in_part",
        "003-03",
    ),
    ("sans précédent", "Philip Goldberg", "same_words_by_another", "003-13"),
    ("profonde préoccupation", "Antony Blinken", "same_words_by_another", "002-09"),
]


@pytest.mark.parametrize(("words", "speaker", "verdict", "key"), QUOTES)
def test_17_were_these_words_said_so(asked: Asked, words: str, speaker: str, verdict: str, key: str) -> None:
    body = {"words": words, "speaker": asked.speakers(speaker)[0]}
    answer = asked.client.post("/api/v1/quotes/check/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["verdict"] == verdict
    assert asked.record.keys[found["matches"][0]["statement"]["id"]] == key


def test_18_how_the_american_wording_of_concern_moved(asked: Asked) -> None:
    found = asked.rows(country="US", attitude="concern", undated="exclude", order="oldest")
    assert [row["said_at"] for row in found.values()] == ["2023-09-13"] * 3 + ["2023-09-22"] + ["2023-11-09"] * 2
    assert sorted(found) == ["002-09", "002-10", "002-12", "003-15", "004-01", "004-02"]
    assert asked.keys(country="US", attitude="concern", undated="only") == ["002-01"]
    timeline = asked.get(f"{STATEMENTS}timeline/", country="US", attitude="concern")
    assert [(one["period"], one["count"]) for one in timeline["periods"]] == [("2023-09", 4), ("2023-11", 2)]


def test_19_what_was_pledged_in_september_2023_and_by_how_many_it_is_carried(asked: Asked) -> None:
    leaders = asked.speakers("Russia (government)", "North Korea (government)")
    found = asked.rows(act="promise", speaker=leaders, parts="true", said_at="2023-09")
    assert sorted(found) == ["002-03", "002-04", "004-08"]
    for row in found.values():
        assert len(asked.get(f"{STATEMENTS}{row['id']}/corroboration/")["appearances"]) == 1


def test_20_how_many_statements_each_person_makes(asked: Asked) -> None:
    answer = asked.get(f"{STATEMENTS}facets/", facet="speaker", speaker_type="person", certainty="certain", size="100")
    counts = {one["label"]: one["count"] for one in answer["facets"]["speaker"]["values"]}
    # Han, Kirby and Kim Yung-ho: one sentence each is two statements here, which was called right too
    assert counts == {
        "Jo Gu-rae": 7,
        "Masaaki Kanai": 7,
        "Han Duck-soo": 4,
        "John Kirby": 4,
        "Kim Yung-ho": 4,
        "Shigeru Ishiba": 3,
        "Kim Jong Un": 3,
        "Philip Goldberg": 3,
        "Antony Blinken": 3,
        "Yoon Suk Yeol": 2,
        "Vladimir Putin": 1,
        "Dmitry Peskov": 1,
        "Park Jin": 1,
    }
