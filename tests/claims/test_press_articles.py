"""The questions of the first readers, asked of five real articles; the answers were written from the articles."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.seeds import Seeds, read, require_articles

pytestmark = [pytest.mark.shared, pytest.mark.django_db(databases=["default", "public"])]


@pytest.fixture(scope="module")
def seeds(django_db_setup: None, django_db_blocker: Any) -> Iterator[Seeds]:
    """The articles' statements, entered once for the module and rolled back at its end."""
    require_articles()
    with django_db_blocker.unblock(), transaction.atomic():
        yield Seeds()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def answers() -> Any:
    return read("seed_answers.json")


def asked(client: Client, seeds: Seeds, **query: str) -> list[str]:
    """Return the keys of the statements that the API answers with."""
    asked_for: dict[str, str] = {"limit": "100", **query}
    answer = client.get("/api/v1/statements/", asked_for)
    assert answer.status_code == 200, answer.content
    assert answer.json()["next"] is None
    return sorted(seeds.keys[row["id"]] for row in answer.json()["results"])


def test_all_54_statements_are_published_with_exact_words(client: Client, seeds: Seeds) -> None:
    rows = client.get("/api/v1/statements/", {"limit": 100}).json()["results"]
    assert len(rows) == len(seeds.statements) == 54
    for row in rows:
        (appearance,) = row["appearances"]
        text = seeds.texts[
            next(one["source"] for one in read("seed_statements.jsonl") if one["key"] == seeds.keys[row["id"]])
        ].text
        for segment in appearance["segments"]:
            assert text[segment["start"] : segment["end"]] == segment["exact"]
            assert text[: segment["start"]].endswith(segment["prefix"])
            assert text[segment["end"] :].startswith(segment["suffix"])


def test_who_expressed_concern_and_about_what(client: Client, seeds: Seeds, answers: Any) -> None:
    assert asked(client, seeds, attitude="concern") == answers["expressed_concern"]
    rows = client.get("/api/v1/statements/", {"limit": "100", "attitude": "concern"}).json()["results"]
    for row in rows:
        parties = {one["speaker"]["name"] for one in [*row["speakers"], *row["attitude_holders"]]}
        assert set(answers["expressed_concern_by"][seeds.keys[row["id"]]]) <= parties
        assert row["appearances"][0]["segments"][0]["exact"]


def test_who_denied(client: Client, seeds: Seeds, answers: Any) -> None:
    assert asked(client, seeds, act="deny") == answers["denied"]


def test_what_the_government_of_japan_relayed(client: Client, seeds: Seeds, answers: Any) -> None:
    japan = str(seeds.speakers["Japan (government)"].pk)
    assert asked(client, seeds, relayed_by=japan) == answers["relayed_by_japan_government"]


def test_what_russia_said_its_ministry_included(client: Client, seeds: Seeds, answers: Any) -> None:
    russia = str(seeds.speakers["Russia (government)"].pk)
    assert asked(client, seeds, speaker=russia) == answers["said_by_russia_alone"]
    assert asked(client, seeds, speaker=russia, parts="true") == answers["said_by_russia_with_parts"]


def test_what_was_said_in_september_2023(client: Client, seeds: Seeds, answers: Any) -> None:
    assert asked(client, seeds, said_at="2023-09") == answers["said_in_2023_09_certainly"]
    between = asked(client, seeds, said_after="2023-09-01", said_before="2023-09-30")
    assert between == answers["said_in_2023_09_certainly"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"profonde préoccupation"', "phrase_profonde_preoccupation"),
        ("« profonde préoccupation »", "phrase_profonde_preoccupation"),
        ('"profonde preoccupation"', "phrase_profonde_preoccupation"),
        ("preoccupation", "stem_preoccup"),
        ("préoccupation", "stem_preoccup"),
        ("PRÉOCCUPATIONS", "stem_preoccup"),
        ("armement", "word_armement"),
        ("Armements", "word_armement"),
    ],
)
def test_words_are_found_in_any_spelling(client: Client, seeds: Seeds, answers: Any, typed: str, expected: str) -> None:
    assert asked(client, seeds, q=typed) == answers[expected]


def test_a_minus_leaves_words_out(client: Client, seeds: Seeds, answers: Any) -> None:
    with_both = asked(client, seeds, q="armement -accord")
    assert set(with_both) < set(answers["word_armement"])
