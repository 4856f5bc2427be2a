"""POST, PATCH and DELETE of /api/v1/claims/, /topics/, /events/ and /intensity-phrases/."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Claim, IntensityPhrase
from config.access.roles import Role
from tests import factories
from tests.asking import Api
from tests.writing import Writer

EVENTS, TOPICS, CLAIMS = "/api/v1/events/", "/api/v1/topics/", "/api/v1/claims/"
PHRASES = "/api/v1/intensity-phrases/"


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


@pytest.fixture
def review(db: None) -> dict[str, Any]:
    return {
        "publisher": str(factories.publisher(kind="fact_checker").pk),
        "url": "https://check.example/1",
        "rating": "Faux",
        "claim_reviewed": "Il y a un contrat.",
        "reviewed_at": "2023-11",
    }


def assert_whole_life(
    curator: Writer, path: str, body: dict[str, Any], changes: dict[str, Any], *, afterwards: int = 404
) -> None:
    """Create a row, read it, change it, and delete it; `afterwards` is what its address answers then."""
    made = curator.send("post", path, body, status=201)
    assert {name: made[name] for name in body} == body
    one = curator.answer["Location"]
    assert curator.read(one) == (made, curator.answer["ETag"])
    changed = curator.send("patch", one, changes, status=200, etag=curator.answer["ETag"])
    assert changed == {**made, **changes, "version": changed["version"]}
    curator.send("delete", one, status=204, etag=curator.answer["ETag"])
    curator.read(one, afterwards)


def test_an_event(curator: Writer) -> None:
    body = {"name": "Sommet", "type": "summit", "location": "Paris", "date": "2024-11"}
    assert_whole_life(curator, EVENTS, body, {"location": None, "name": "Sommet d’Utopie"})


def test_a_topic(curator: Writer) -> None:
    broader = factories.topic("défense")
    body = {"labels": {"fr": "armement"}, "broader": str(broader.pk), "same_as": ["https://register.example/1"]}
    assert_whole_life(curator, TOPICS, body, {"same_as": [], "labels": {"en": "arms"}})


def test_a_phrase(curator: Writer) -> None:
    body = {"language": "fr", "phrase": "abyssal", "intensity": 3}
    # the lexicon is public from the first: what is taken out of it is gone, not unknown
    assert_whole_life(curator, PHRASES, body, {"intensity": 2}, afterwards=410)


def test_a_claim_with_its_reviews(curator: Writer, review: dict[str, Any]) -> None:
    made = curator.send("post", CLAIMS, {"text": {"fr": "Un contrat."}, "reviews": [review]}, status=201)
    (shown,) = made["reviews"]
    assert {**shown, "publisher": shown["publisher"]["id"]} == review
    path = curator.answer["Location"]
    row = Claim.objects.get().reviews.get()
    changes = {"reviews": [{**review, "rating": "Vrai"}, {**review, "url": "https://check.example/2"}]}
    changed = curator.send("patch", path, changes, status=200, etag=curator.answer["ETag"])
    assert [one["rating"] for one in changed["reviews"]] == ["Vrai", "Faux"]
    assert Claim.objects.get().reviews.get(url=review["url"]).pk == row.pk
    curator.send("delete", path, status=204, etag=curator.answer["ETag"])


def test_what_is_wrong_in_a_review_is_pointed_at(curator: Writer, review: dict[str, Any]) -> None:
    wrong = {**review, "url": "x", "publisher": "y", "rating": None, "reviewed_at": 1, "more": 1}
    problem = curator.send("post", CLAIMS, {"text": {"fr": "x"}, "reviews": [review, wrong]}, status=400)
    assert {one["pointer"] for one in problem["errors"]} == {f"/reviews/1/{name}" for name in wrong} - {
        "/reviews/1/claim_reviewed"
    }
    late = {**review, "reviewed_at": "soon"}
    problem = curator.send("post", CLAIMS, {"text": {"fr": "x"}, "reviews": [late]}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/reviews/0/reviewed_at"]
    assert not Claim.objects.exists()


def test_a_topic_is_not_broader_than_itself(curator: Writer) -> None:
    broad, narrow = factories.topic("a"), factories.topic("b")
    curator.send("patch", f"{TOPICS}{narrow.pk}/", {"broader": str(broad.pk)}, status=200, etag='"1"')
    curator.send("patch", f"{TOPICS}{broad.pk}/", {"broader": str(narrow.pk)}, status=409, etag='"1"')
    problem = curator.send("patch", f"{TOPICS}{broad.pk}/", {"broader": str(broad.pk)}, status=400, etag='"1"')
    assert [one["pointer"] for one in problem["errors"]] == ["/broader"]


def test_a_phrase_is_given_once(curator: Writer) -> None:
    body = {"language": "fr", "phrase": "Profond", "intensity": 3}
    problem = curator.send("post", PHRASES, body, status=409)
    assert problem["detail"] == "This phrase is in the lexicon already."
    for wrong in ({"intensity": "3"}, {"intensity": 4}, {"intensity": 3.0}, {"intensity": True}, {"intensity": None}):
        problem = curator.send("post", PHRASES, {**body, **wrong}, status=400)
        assert [one["pointer"] for one in problem["errors"]] == ["/intensity"]


def test_what_statements_name_is_not_deleted(curator: Writer) -> None:
    statement = factories.full_draft()
    topic, claim = statement.topics.get(), statement.positions.get().claim
    for path in (f"{EVENTS}{statement.event_id}/", f"{TOPICS}{topic.pk}/", f"{CLAIMS}{claim.pk}/"):
        _row, etag = curator.read(path)
        curator.send("delete", path, status=409, etag=etag)


def test_the_public_reads_the_lexicon(api: Api) -> None:
    pages = api.walk(PHRASES, limit=7)
    assert sum(len(page) for page in pages) == IntensityPhrase.objects.count() > 7
    rows = api.get(PHRASES, language="fr", limit=100)["results"]
    assert {row["language"] for row in rows} == {"fr"}
    with CaptureQueriesContext(connection) as queries:
        assert api.get(f"{PHRASES}{rows[0]['id']}/") == rows[0]
    assert len(queries) == 1


@pytest.mark.parametrize("path", [EVENTS, TOPICS, CLAIMS, PHRASES])
def test_contributors_may_not(path: str, db: None) -> None:
    Writer(Role.CONTRIBUTOR).send("post", path, {}, status=403)
