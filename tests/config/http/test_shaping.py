"""What an answer shows: counts, members chosen, resources in full, addresses of pages in the header, 304."""

from typing import Any

import pytest
from django.test import Client

from claims.models import Speaker
from config.access.roles import Role
from config.http import pages
from config.writing.refusals import check_deferred_rules
from tests import factories
from tests.asking import PATHS, Api
from tests.writing import Writer

STATEMENTS = "/api/v1/statements/"


@pytest.mark.parametrize("path", PATHS)
class TestEveryList:
    def test_a_count_is_there_on_request_alone(self, api: Api, path: str) -> None:
        factories.full()
        assert "count" not in api.get(path)
        page = api.get(path, count="true", limit=1)
        assert page["count"] == {"value": len(api.ids(path, limit=100)), "is_exact": True}
        assert "count" not in api.get(path, count="false")

    def test_fields_and_omit_choose_members(self, api: Api, path: str) -> None:
        factories.full()
        whole = api.get(path)["results"]
        assert api.get(path, fields="id,version")["results"] == [
            {"id": row["id"], "version": row["version"]} for row in whole
        ]
        assert api.get(path, fields=["id", "version"], omit="id")["results"] == [
            {"version": row["version"]} for row in whole
        ]
        assert api.get(f"{path}{whole[0]['id']}/", fields="id") == {"id": whole[0]["id"]}
        ((name, detail),) = api.refused(path, fields="id,ids")
        assert name == "fields"
        assert detail.startswith("“ids” is not one of: id, ")

    def test_an_answer_that_is_still_so_is_304(self, client: Client, path: str) -> None:
        factories.full()
        key = client.get(path).json()["results"][0]["id"]
        for address in (path, f"{path}{key}/"):
            first = client.get(address)
            again = client.get(address, headers={"If-None-Match": f'"x", W/{first["ETag"]}'})
            assert (again.status_code, again.content) == (304, b"")
            assert again["ETag"] == first["ETag"]
            assert again["Cache-Control"] == first["Cache-Control"] == "no-cache"
            assert "Authorization" in again["Vary"]
            assert client.get(address, headers={"If-None-Match": '"x"'}).status_code == 200
            assert client.get(address, headers={"If-None-Match": "nonsense"}).content == first.content


def test_links_of_pages_are_in_the_header(client: Client, db: None) -> None:
    for name in ("A", "B", "C"):
        factories.publisher(name=name, is_public=True)
    path = "/api/v1/publishers/?limit=1"
    first = client.get(path)
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    second = client.get(first.json()["next"])
    body = second.json()
    assert second["Link"] == f'<{body["next"]}>; rel="next", <{body["previous"]}>; rel="prev"'
    assert "Link" not in client.get("/api/v1/publishers/")


def test_counting_stops_and_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_COUNT", 2)
    for name in ("A", "B", "C"):
        factories.publisher(name=name, is_public=True)
    assert api.get("/api/v1/publishers/", count="true")["count"] == {"value": 2, "is_exact": False}


def test_the_etag_of_a_list_moves_with_what_its_rows_name(client: Client, db: None) -> None:
    factories.full()
    before = client.get(STATEMENTS)["ETag"]
    speaker: Any = Speaker.objects.filter(attributions__statement__status="published").first()
    speaker.name = "Renamed"
    speaker.save()
    after = client.get(STATEMENTS, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after["ETag"] != before


def test_resources_that_rows_name_are_put_in_full_once(api: Api) -> None:
    factories.full()
    page = api.get(STATEMENTS, expand="speakers,sources,topics,events,claims,statements")
    for row in page["results"]:
        for one in row["speakers"]:
            (full,) = [other for other in page["expanded"]["speakers"] if other["id"] == one["speaker"]["id"]]
            assert full == api.get(f"/api/v1/speakers/{full['id']}/")
        for one in row["appearances"]:
            (full,) = [other for other in page["expanded"]["sources"] if other["id"] == one["source"]["id"]]
            assert full["licence"]
    assert set(page["expanded"]) == {"speakers", "sources", "topics", "events", "claims", "statements"}
    key = page["results"][0]["id"]
    assert set(api.get(f"{STATEMENTS}{key}/", expand="speakers")["expanded"]) == {"speakers"}
    assert "expanded" not in api.get(f"{STATEMENTS}{key}/")


def test_a_hidden_row_that_another_names_moves_the_etag_of_those_alone_who_see_it(client: Client, db: None) -> None:
    hidden = factories.source("Die Depesche sagt es.").source
    copy = factories.source(copy_of=hidden)
    factories.published(revision=copy)
    check_deferred_rules()
    address, reader = f"/api/v1/sources/{copy.source.pk}/", Writer(Role.CURATOR)
    public, seen = client.get(address), reader.client.get(address)
    assert (public.json()["copy_of"], seen.json()["copy_of"]) == (None, str(hidden.pk))
    assert public["ETag"] != seen["ETag"]
    hidden.title = "Another"
    hidden.save()
    assert client.get(address)["ETag"] == public["ETag"]
    assert reader.client.get(address)["ETag"] != seen["ETag"]
    factories.published(revision=hidden.texts.get(), words="sagt es")
    check_deferred_rules()
    shown = client.get(address, headers={"If-None-Match": public["ETag"]})
    assert (shown.status_code, shown.json()["copy_of"]) == (200, str(hidden.pk))
