"""POST, PATCH and DELETE of /api/v1/publishers/."""

from typing import Any

import pytest
from django.apps import apps

from config.access.roles import Role
from sources.models import Publisher
from tests import factories
from tests.asking import Api
from tests.writing import Writer, version_in

PATH = "/api/v1/publishers/"
BODY = {
    "name": " Le Courrier ",
    "kind": "newspaper",
    "country": "FR",
    "homepage": "HTTPS://Courrier.example",
    "same_as": ["https://register.example/1", "https://register.example/2"],
}


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


def test_a_new_one_is_answered_as_it_is_read(curator: Writer, api: Api) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    assert curator.answer["Location"] == f"http://localhost{PATH}{made['id']}/"
    assert curator.answer["Cache-Control"] == "private, no-store"
    written = curator.answer["ETag"]
    read, etag = curator.read(f"{PATH}{made['id']}/")
    assert (read, version_in(etag)) == (made, version_in(written))
    assert {name: made[name] for name in BODY} == {
        **BODY,
        "name": "Le Courrier",
        "homepage": "https://courrier.example/",
    }
    assert api.get(f"{PATH}{made['id']}/", 404)


def test_what_is_not_given_is_not_known(curator: Writer) -> None:
    made = curator.send("post", PATH, {"name": "x"}, status=201)
    assert (made["kind"], made["country"], made["homepage"], made["same_as"]) == ("newspaper", None, None, [])
    assert made["version"] == 1


def test_what_is_null_is_taken_as_it_is_answered(curator: Writer) -> None:
    made = curator.send("post", PATH, {"name": "x", "country": None, "homepage": None}, status=201)
    assert (made["country"], made["homepage"]) == (None, None)


def test_a_change_replaces_what_is_given(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    path, etag = f"{PATH}{made['id']}/", curator.answer["ETag"]
    changed = curator.send("patch", path, {"homepage": None}, status=200, etag=etag)
    assert changed == {**made, "homepage": None, "version": changed["version"]}
    assert changed["version"] > made["version"]
    same_as = ["https://register.example/2", "https://register.example/3"]
    changed = curator.send("patch", path, {"same_as": same_as}, status=200, etag=curator.answer["ETag"])
    assert changed["same_as"] == same_as


def test_parts_that_stay_are_the_same_rows(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    row = Publisher.objects.get(pk=made["id"])
    before = dict(row.same_as.values_list("url", "id"))
    same_as = [BODY["same_as"][1], "https://register.example/3"]
    curator.send("patch", f"{PATH}{row.pk}/", {"same_as": same_as}, status=200, etag=curator.answer["ETag"])
    after = dict(row.same_as.values_list("url", "id"))
    assert after[same_as[0]] == before[same_as[0]]
    history: Any = apps.get_model("sources", "PublisherSameAsChange")
    changes = history.objects.order_by("pgh_id").values_list("pgh_label", "url")
    assert list(changes)[2:] == [("delete", BODY["same_as"][0]), ("insert", same_as[1])]


def test_an_address_is_recorded_once(curator: Writer) -> None:
    curator.send("post", PATH, BODY, status=201)
    problem = curator.send("post", PATH, {"name": "x", "homepage": BODY["homepage"]}, status=409)
    assert problem["errors"] == [{"pointer": "/homepage", "detail": "This address is already recorded."}]
    problem = curator.send("post", PATH, {"name": "x", "same_as": BODY["same_as"]}, status=409)
    assert problem["errors"] == [{"pointer": "/same_as", "detail": "This address is already recorded."}]
    assert Publisher.objects.count() == 1


def test_it_is_deleted_while_nothing_refers_to_it(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    path, etag = f"{PATH}{made['id']}/", curator.answer["ETag"]
    used = factories.source(publisher=Publisher.objects.get(pk=made["id"]))
    problem = curator.send("delete", path, status=409, etag=etag)
    assert problem["detail"] == "Other rows refer to it: sources: 1. Change or delete these first."
    used.source.delete()
    curator.send("delete", path, status=204, etag=etag)
    assert curator.answer.content == b""
    curator.send("delete", path, status=404, etag=etag)


@pytest.mark.parametrize("role", [Role.READER, Role.CONTRIBUTOR])
def test_who_may_not_write_is_told_who_may(role: Role, db: None) -> None:
    problem = Writer(role).send("post", PATH, BODY, status=403)
    assert problem["detail"] == f"It takes the role of curator; you act as {role}."


def test_the_public_is_asked_who_it_is(api: Api) -> None:
    answer = api.client.post(PATH, BODY, content_type="application/json")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert Publisher.objects.count() == 0
