"""GET /api/v1/claims/, /topics/, /events/ and the detail of each."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Claim, Event, Review, Topic
from sources.models.fields import uuid7
from tests import factories
from tests.asking import Api


def test_a_claim_shows_its_reviews_and_leads_to_its_statements(api: Api) -> None:
    statement = factories.full()
    (claim,) = api.get("/api/v1/claims/")["results"]
    assert claim == api.get(f"/api/v1/claims/{claim['id']}/")
    assert claim["text"]["fr"].endswith("livre des armes.")
    assert claim["reviews"][0]["publisher"]["name"].startswith("Vérification")
    assert claim["reviews"][0]["reviewed_at"] is None
    assert [row["id"] for row in api.get(claim["statements"])["results"]] == [str(statement.pk)]


def test_a_topic_shows_its_broader_one(api: Api) -> None:
    factories.full()
    narrow, broad = sorted(api.get("/api/v1/topics/")["results"], key=lambda row: row["broader"] is None)
    assert narrow["broader"] == broad["id"]
    assert narrow["same_as"]
    assert broad == api.get(f"/api/v1/topics/{broad['id']}/")


def test_an_event_shows_its_place_and_days(api: Api) -> None:
    factories.published(event=Event.objects.create(name="Sommet d’Utopie", type="summit", date="2024-11"))
    (event,) = api.get("/api/v1/events/")["results"]
    assert event == api.get(f"/api/v1/events/{event['id']}/")
    assert (event["location"], event["date_earliest"], event["date_latest"]) == (None, "2024-11-01", "2024-11-30")


@pytest.mark.parametrize(
    ("path", "query", "other"),
    [
        ("/api/v1/claims/", {"text": "LIVRE arm"}, {"text": "vre"}),
        ("/api/v1/topics/", {"label": "defense"}, {"label": "attaque"}),
        ("/api/v1/events/", {"name": "conference utop"}, {"name": "sommet"}),
        ("/api/v1/events/", {"type": "press_conference"}, {"type": "summit"}),
    ],
)
def test_they_are_found_by_beginnings_of_words(
    api: Api, path: str, query: dict[str, str], other: dict[str, str]
) -> None:
    factories.full()
    assert len(api.ids(path, **query)) == 1
    assert api.ids(path, **other) == []


@pytest.mark.parametrize("name", ["claims", "topics", "events"])
def test_what_no_published_statement_needs_answers_as_what_is_not_there(api: Api, name: str) -> None:
    factories.full_draft()
    model: Any = {"claims": Claim, "topics": Topic, "events": Event}[name]
    hidden = model.objects.values_list("pk", flat=True)
    assert hidden
    for key in hidden:
        assert api.get(f"/api/v1/{name}/{key}/", 404) == api.get(f"/api/v1/{name}/{uuid7()}/", 404)
    assert api.ids(f"/api/v1/{name}/") == []


@pytest.mark.parametrize(("name", "expected"), [("claims", 3), ("topics", 2), ("events", 1)])
def test_queries_are_as_many_for_one_row_as_for_five(api: Api, name: str, expected: int) -> None:
    path = f"/api/v1/{name}/"
    counts = []
    for size in (1, 5):
        for _ in range(size):
            factories.full()
        with CaptureQueriesContext(connection) as queries:
            ids = api.ids(path, limit=size)
        assert len(ids) == size
        counts.append(len(queries))
    assert counts == [expected, expected]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"{path}{ids[0]}/")
    assert len(queries) == expected


def test_claims_that_a_fact_checker_reviewed(api: Api) -> None:
    factories.full()
    reviewed = api.ids("/api/v1/claims/", has_review="true")
    assert len(reviewed) == 1
    Review.objects.all().delete()
    assert api.ids("/api/v1/claims/", has_review="true") == []
    assert api.ids("/api/v1/claims/", has_review="false") == reviewed
