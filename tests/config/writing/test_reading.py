"""Reads with a token: contributors and above see what is not public, and no cache keeps it."""

import pytest

from claims.models import Membership
from claims.models import Role as Office
from config.access.roles import Role
from tests import factories
from tests.asking import PATHS, Api
from tests.writing import Writer, version_in

WORKING = [Role.CONTRIBUTOR, Role.CURATOR, Role.REVIEWER, Role.ADMINISTRATOR]
RESOURCES = [path for path in PATHS if "statements" not in path]


@pytest.fixture(autouse=True)
def _rows(db: None) -> None:
    factories.full_draft()


@pytest.mark.parametrize("path", [path for path in RESOURCES if "phrases" not in path])
class TestRowsThatAreNotPublic:
    @pytest.mark.parametrize("role", WORKING)
    def test_who_works_on_the_record_sees_them(self, path: str, role: Role) -> None:
        writer = Writer(role)
        rows = writer.read(path)[0]["results"]
        assert rows
        assert writer.answer["Cache-Control"] == "private, no-store"
        row, etag = writer.read(f"{path}{rows[0]['id']}/")
        assert row["id"] == rows[0]["id"]
        assert version_in(etag) == row["version"]
        assert writer.answer["Cache-Control"] == "private, no-store"

    def test_readers_and_the_public_do_not(self, path: str, api: Api) -> None:
        hidden = Writer(Role.CURATOR).read(path)[0]["results"][0]["id"]
        reader = Writer(Role.READER)
        assert reader.read(path)[0]["results"] == api.get(path)["results"] == []
        assert reader.read(f"{path}{hidden}/", 404)[0] == api.get(f"{path}{hidden}/", 404)

    def test_a_tokens_role_is_what_counts(self, path: str) -> None:
        Writer(Role.CURATOR, "somebody")
        low = Writer(Role.READER, "somebody")
        low.user.groups.add(Writer(Role.CURATOR).user.groups.get())
        assert low.read(path)[0]["results"] == []


@pytest.mark.parametrize("path", RESOURCES)
def test_what_is_public_is_answered_alike_to_all(path: str, api: Api) -> None:
    factories.full()
    public = api.get(path)
    assert public["results"]
    assert Writer(Role.READER).read(path)[0] == public
    for row in public["results"]:
        answer = api.client.get(f"{path}{row['id']}/")
        assert version_in(answer["ETag"]) == answer.json()["version"]
        assert answer["Cache-Control"] == "no-cache"


def test_rows_behind_rows_are_null_for_the_public_alone(api: Api) -> None:
    original, copy = factories.source(), factories.source(f"{factories.TEXT} ")
    type(copy.source).objects.filter(pk=copy.source_id).update(copy_of=original.source)
    factories.published(revision=copy)
    path = f"/api/v1/sources/{copy.source_id}/"
    assert Writer(Role.CONTRIBUTOR).read(path)[0]["copy_of"] == str(original.source_id)
    assert api.get(path)["copy_of"] is Writer(Role.READER).read(path)[0]["copy_of"] is None


def test_all_roles_held_are_shown_to_who_works_on_the_record(api: Api) -> None:
    full = factories.full()
    person = full.attributions.get(kind="speaker").speaker
    Membership.objects.create(speaker=person, role=Office.objects.get(memberships__speaker=person))
    path = f"/api/v1/speakers/{person.pk}/"
    assert len(api.get(path)["memberships"]) == 1
    assert len(Writer(Role.CONTRIBUTOR).read(path)[0]["memberships"]) == 2


@pytest.mark.parametrize("path", RESOURCES)
def test_a_token_that_is_no_good_is_refused(path: str, api: Api) -> None:
    answer = api.client.get(path, headers={"authorization": "Bearer ar_" + "x" * 43})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "no-store" in answer["Cache-Control"]
