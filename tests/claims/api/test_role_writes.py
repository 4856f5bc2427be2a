"""GET, POST, PATCH and DELETE of /api/v1/roles/ and /api/v1/memberships/."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Membership, Role
from claims.services.recording import Part
from config.access import roles as access
from tests import factories
from tests.asking import Api
from tests.writing import Writer

ROLES, MEMBERSHIPS = "/api/v1/roles/", "/api/v1/memberships/"


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(access.Role.CURATOR)


@pytest.fixture
def body(db: None) -> dict[str, Any]:
    return {
        "speaker": str(factories.speaker("Ada").pk),
        "role": str(Role.objects.create(labels={"en": "spokesperson"}).pk),
        "organization": str(factories.speaker("Utopie", type="state").pk),
        "start": "2020",
        "end": "2021-05",
    }


def test_the_public_reads_those_in_which_somebody_spoke_in_public(api: Api) -> None:
    statement = factories.full()
    held = statement.attributions.get(kind="speaker").membership
    assert held is not None
    Membership.objects.create(speaker=held.speaker, role=Role.objects.create(labels={"fr": "autre"}))
    (membership,) = api.get(MEMBERSHIPS)["results"]
    assert membership == api.get(f"{MEMBERSHIPS}{held.pk}/")
    assert (membership["speaker"]["id"], membership["start_earliest"]) == (str(held.speaker_id), "2020-01-01")
    assert (membership["end"], membership["end_latest"], membership["version"]) == (None, None, 1)
    (role,) = api.get(ROLES)["results"]
    assert role == api.get(f"{ROLES}{held.role_id}/") == {**membership["role"], "version": 1}


def test_filters(api: Api) -> None:
    held = factories.full().attributions.get(kind="speaker").membership
    assert held is not None
    for query in ({"speaker": held.speaker_id}, {"organization": held.organization_id}, {"role": held.role_id}):
        assert api.ids(MEMBERSHIPS, **query) == [str(held.pk)]
    assert api.ids(MEMBERSHIPS, speaker=held.organization_id) == []
    assert api.refused(MEMBERSHIPS, speaker="ada")[0][0] == "speaker"
    assert api.ids(ROLES, name="porte") == api.ids(ROLES, category="spokesperson") == [str(held.role_id)]
    assert api.ids(ROLES, name="ministre") == api.ids(ROLES, category="other") == []


@pytest.mark.parametrize("path", [ROLES, MEMBERSHIPS])
def test_queries_are_as_many_for_one_row_as_for_five(api: Api, path: str) -> None:
    counts = []
    for size in (1, 5):
        for _ in range(size):
            factories.full()
        with CaptureQueriesContext(connection) as queries:
            ids = api.ids(path, limit=size)
        assert len(ids) == size
        counts.append(len(queries))
    assert counts == [1, 1]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"{path}{ids[0]}/")
    assert len(queries) == 1


def test_a_role_from_first_to_last(curator: Writer) -> None:
    made = curator.send("post", ROLES, {"category": "minister", "labels": {"en": " minister "}}, status=201)
    assert (made["labels"], made["version"]) == ({"en": "minister"}, 1)
    path = f"{ROLES}{made['id']}/"
    changed = curator.send("patch", path, {"labels": {"fr": "ministre"}}, status=200, etag='"1"')
    assert (changed["labels"], changed["category"]) == ({"fr": "ministre"}, "minister")
    curator.send("delete", path, status=204, etag='"2"')


@pytest.mark.parametrize(
    ("labels", "at"),
    [
        ({}, "/labels"),
        (None, "/labels"),
        ("minister", "/labels"),
        ([], "/labels"),
        ({"english": "x"}, "/labels/english"),
        ({"en": ""}, "/labels/en"),
        ({"en": 1}, "/labels/en"),
        ({"en": "x" * 2001}, "/labels/en"),
        ({"e/n": "x"}, "/labels/e~1n"),
    ],
)
def test_labels_that_are_wrong_are_pointed_at(curator: Writer, labels: Any, at: str) -> None:
    problem = curator.send("post", ROLES, {"labels": labels}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == [at]


def test_a_membership_from_first_to_last(curator: Writer, body: dict[str, Any]) -> None:
    made = curator.send("post", MEMBERSHIPS, body, status=201)
    assert made["organization"]["id"] == body["organization"]
    assert (made["start"], made["end_latest"]) == ("2020", "2021-05-31")
    path = f"{MEMBERSHIPS}{made['id']}/"
    changed = curator.send("patch", path, {"end": None, "organization": None}, status=200, etag='"1"')
    assert (changed["end"], changed["organization"], changed["start"]) == (None, None, "2020")
    curator.send("delete", path, status=204, etag='"2"')


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"speaker": None}, ["/speaker"]),
        ({"role": "x"}, ["/role"]),
        ({"start": "soon"}, ["/start"]),
        ({"start": 2020}, ["/start"]),
        ({"start": "2022"}, ["/end", "/start"]),
        ({"is_public": True}, ["/is_public"]),
    ],
)
def test_what_is_wrong_is_pointed_at(
    curator: Writer, body: dict[str, Any], changes: dict[str, Any], at: list[str]
) -> None:
    problem = curator.send("post", MEMBERSHIPS, {**body, **changes}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == at


def test_nobody_holds_a_role_in_themselves(curator: Writer, body: dict[str, Any]) -> None:
    problem = curator.send("post", MEMBERSHIPS, {**body, "organization": body["speaker"]}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/organization", "/speaker"]


def test_a_role_that_somebody_spoke_in_stays(curator: Writer) -> None:
    ada = factories.speaker("Ada")
    role, other = (Role.objects.create(labels={"en": name}) for name in ("minister", "spokesperson"))
    held = Membership.objects.create(speaker=ada, role=role)
    factories.published(parts=[Part(speaker=ada, membership=held)])
    path = f"{MEMBERSHIPS}{held.pk}/"
    problem = curator.send("patch", path, {"role": str(other.pk)}, status=409, etag='"1"')
    assert "add another role" in problem["detail"]
    curator.send("patch", path, {"end": "2024"}, status=200, etag='"1"')
    assert "attributions: 1" in curator.send("delete", path, status=409, etag='"2"')["detail"]
    curator.send("delete", f"{ROLES}{role.pk}/", status=409, etag='"1"')


@pytest.mark.parametrize("path", [ROLES, MEMBERSHIPS])
def test_contributors_may_not(path: str, db: None) -> None:
    Writer(access.Role.CONTRIBUTOR).send("post", path, {}, status=403)
