"""Whose words a quote agrees with, what the original is, and what contradicts it."""

import json
from typing import Any

import pytest
from django.test import Client

from claims.exchange.demo import load_demo
from claims.models import Relation, Statement
from claims.quotes.openapi import ALTERED, ASKED
from claims.services.recording import Part, Report
from claims.text.spans import find
from config.writing.refusals import check_deferred_rules
from tests import factories
from tests.recording import add_appearance

pytestmark = pytest.mark.django_db

FISH = "Nous ne signerons jamais un accord de pêche sans le port"
ENGLISH = "We will never sign a fishing treaty without the port"


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def check(client: Client, words: str = FISH, **members: Any) -> dict[str, Any]:
    body = json.dumps({"words": words, **members})
    answer = client.post("/api/v1/quotes/check/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    result: dict[str, Any] = answer.json()
    assert result["words_of"] == (result["matches"][0]["words_of"] if result["matches"] else None)
    return result


def matched(client: Client, words: str = FISH) -> dict[str, Any]:
    """Return the one match of a quote."""
    (match,) = check(client, words)["matches"]
    found: dict[str, Any] = match
    return found


def printed(words: str = FISH, quotation_type: str = "direct", *, language: str = "fr", **values: Any) -> Statement:
    revision = factories.source(f"Puis il dit : {words}. Il partit.", language=language)
    return factories.published(revision=revision, words=words, quotation_type=quotation_type, **values)


def worded(words: str, language: str, *, is_original: bool = False) -> dict[str, Any]:
    return {"language": language, "text": words, "is_original": is_original}


def place_of(match: dict[str, Any]) -> str:
    return "wording" if match["wording"] else "appearance"


@pytest.mark.parametrize(
    ("quotation_type", "whose"), [("direct", "speaker"), ("indirect", "document"), ("mixed", "both")]
)
def test_a_document_says_whose_words_it_prints(client: Client, quotation_type: str, whose: str) -> None:
    printed(quotation_type=quotation_type)
    match = matched(client)
    assert (match["words_of"], match["original"], place_of(match)) == (whose, None, "appearance")


def test_nobodys_words_are_nobodys(client: Client) -> None:
    printed()
    assert check(client, "Le blé manque partout") == {"verdict": "unknown", "words_of": None, "matches": []}


@pytest.mark.parametrize(
    ("recorded", "asked", "whose"),
    [
        ("un accord sans le port serait « une honte absolue »", "une honte absolue", "speaker"),
        ('un accord sans le port serait "une honte absolue"', "honte absolue", "speaker"),
        ("un accord sans le port serait “une honte absolue”", "serait une honte absolue", "both"),
        ("un accord sans le port serait « une honte absolue »", "un accord sans le port", "both"),
        # the marks around it are left out of a segment: those that are seen do not belong together
        ('fini" avec le port, "une honte absolue" dit-il, et "rien', "absolue dit-il", "both"),
        ("une honte » avec le port et « rien du tout", "avec le port", "both"),
    ],
)
def test_what_stands_between_marks_is_the_speakers(client: Client, recorded: str, asked: str, whose: str) -> None:
    printed(recorded, "mixed")
    assert matched(client, asked)["words_of"] == whose


def test_another_wording_than_the_original_is_a_translation(client: Client) -> None:
    wordings = [worded(FISH, "fr", is_original=True), worded(ENGLISH, "en")]
    factories.published(wordings=wordings)
    match = matched(client, ENGLISH)
    assert (match["verdict"], match["words_of"], place_of(match)) == ("verbatim", "translation", "wording")
    assert match["original"] == {"language": "fr", "text": FISH}
    match = matched(client, FISH)
    assert (match["words_of"], match["original"]) == ("speaker", None)


def test_so_is_a_wording_that_no_document_prints_in_its_language(client: Client) -> None:
    factories.published(wordings=[worded(ENGLISH, "en")])
    match = matched(client, ENGLISH)
    assert (match["words_of"], match["original"]) == ("translation", None)


@pytest.mark.parametrize(("quotation_type", "whose"), [("direct", "translation"), ("indirect", "document")])
def test_so_is_what_a_document_quotes_in_another_language(client: Client, quotation_type: str, whose: str) -> None:
    printed(quotation_type=quotation_type, wordings=[worded(ENGLISH, "en", is_original=True)])
    match = matched(client)
    assert (match["words_of"], place_of(match)) == (whose, "appearance")
    assert match["original"] == ({"language": "en", "text": ENGLISH} if whose == "translation" else None)


def test_a_region_makes_no_translation(client: Client) -> None:
    printed(wordings=[worded("Rien", "fr-CA", is_original=True)])
    assert matched(client)["words_of"] == "speaker"


@pytest.mark.parametrize("is_original", [False, True])
@pytest.mark.parametrize(
    ("quotation_type", "whose"), [("direct", "speaker"), ("indirect", "document"), ("mixed", "both")]
)
def test_a_wording_taken_from_a_document_is_as_it_is_there(
    client: Client, quotation_type: str, whose: str, is_original: bool
) -> None:
    # capitals as in the wording make it the first of the two
    printed(FISH.lower(), quotation_type, wordings=[worded(FISH, "fr", is_original=is_original)])
    match = check(client)["matches"][0]
    assert (match["words_of"], place_of(match)) == (whose, "wording")


@pytest.mark.parametrize(
    ("quotation_type", "is_original", "whose"),
    [
        ("direct", True, "speaker"),
        ("indirect", True, "document"),
        ("mixed", True, "both"),
        # a curator's words, after what is quoted
        ("direct", False, "both"),
        ("indirect", False, "document"),
    ],
)
def test_a_wording_that_no_document_prints_so(
    client: Client, quotation_type: str, is_original: bool, whose: str
) -> None:
    printed("Jamais un accord", quotation_type, wordings=[worded(FISH, "fr", is_original=is_original)])
    match = check(client)["matches"][0]
    assert (match["words_of"], place_of(match)) == (whose, "wording")


@pytest.mark.parametrize(
    ("quotation_type", "wording", "is_original", "whose"),
    [
        # quoted in the one, or indirect in the one and no other has it
        ("direct", f"{FISH} demain", True, "speaker"),
        ("indirect", FISH, True, "document"),
        ("indirect", FISH, False, "document"),
    ],
)
def test_of_several_documents_the_one_with_the_words_tells(
    client: Client, quotation_type: str, wording: str, is_original: bool, whose: str
) -> None:
    ada = factories.speaker()
    draft = factories.draft(
        speakers=[ada],
        revision=factories.source(FISH.lower()),
        words=FISH.lower(),
        quotation_type=quotation_type,
        wordings=[worded(wording, "fr", is_original=is_original)],
    )
    another = factories.source("Il le répète : jamais rien")
    other_type = "indirect" if quotation_type == "direct" else "direct"
    report = Report(revision=another, segments=[find(another.text, "jamais rien")], quotation_type=other_type)
    add_appearance(statement=draft, report=report, parts=[(Part(speaker=ada), draft.attributions.get())])
    factories.put_out(draft)
    match = check(client, wording)["matches"][0]
    assert (match["words_of"], place_of(match)) == (whose, "wording")


def test_it_shows_what_contradicts_a_statement(client: Client) -> None:
    said = printed()
    others = {
        name: printed("Rien du tout", speakers=[factories.speaker(name)])
        for name in ("retracts", "corrects", "denies", "confirms", "answers")
    }
    for name, other in others.items():
        Relation.objects.create(statement=other, type=name, other=said)
    denied = printed("Rien de rien")
    Relation.objects.create(statement=said, type="denies", other=denied)
    found = matched(client)["statement"]["contradicted_by"]
    assert sorted(found, key=lambda one: str(one["type"])) == [
        {"type": name, "statement_id": str(others[name].pk), "speakers": [name]}
        for name in ("corrects", "denies", "retracts")
    ]


def test_what_is_not_published_contradicts_nothing(client: Client) -> None:
    said = printed()
    before = check(client)
    for other in (factories.draft(), factories.withdrawn()):
        Relation.objects.create(statement=other, type="retracts", other=said)
    assert check(client) == before
    assert matched(client)["statement"]["contradicted_by"] == []


@pytest.fixture
def demo(db: None) -> None:
    load_demo()
    check_deferred_rules()


def test_the_example_of_the_documentation_is_true_of_the_demo(client: Client, demo: None) -> None:
    assert "speaker" not in ASKED
    answer = check(client, **ASKED)
    told = ALTERED["matches"][0]
    assert (answer["verdict"], answer["words_of"]) == (ALTERED["verdict"], ALTERED["words_of"])
    shown = ("verdict", "words_of", "part_of", "similarity", "recorded", "original", "wording", "difference")
    match = answer["matches"][0]
    assert {name: match[name] for name in shown} == {name: told[name] for name in shown}
    for name in ("statement", "appearance"):
        assert match[name].keys() == told[name].keys()
    assert match.keys() == told.keys()


def test_the_demo_tells_what_was_retracted_and_translated(client: Client, demo: None) -> None:
    (contradiction,) = check(client, "Les citernes du Belle-Garance sont intactes")["matches"][0]["statement"][
        "contradicted_by"
    ]
    assert (contradiction["type"], contradiction["speakers"]) == ("retracts", ["Ysolde Vantreuil"])
    match = check(client, "C'est le Belle-Garance qui a souillé la passe")["matches"][0]
    assert match["words_of"] == "translation"
    assert match["original"]["language"] == "en"
    assert match["original"]["text"].startswith("It was the Belle-Garance")
