"""POST /api/v1/topics/{id}/merge/, and what a merged topic answers."""

import pytest

from claims.models import Topic
from config.access.roles import Role
from tests import factories
from tests.asking import Api
from tests.writing import Writer

PATH = "/api/v1/topics/"


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


def pair() -> tuple[Topic, Topic]:
    return factories.topic("armes"), factories.topic("armement")


def test_two_become_one_and_the_address_leads_there(curator: Writer, api: Api) -> None:
    gone, kept = pair()
    said = factories.published(topics=[gone])
    answer = curator.act(f"{PATH}{gone.pk}/merge/", {"into": str(kept.pk)})
    assert (answer["id"], answer["labels"]) == (str(kept.pk), {"fr": "armement"})
    assert curator.answer["ETag"] == f'"{answer["version"]}"'
    assert curator.answer["Location"] == f"http://localhost{PATH}{kept.pk}/"
    moved = api.client.get(f"{PATH}{gone.pk}/")
    assert (moved.status_code, moved["Location"]) == (301, f"http://localhost{PATH}{kept.pk}/")
    assert moved["Cache-Control"] == "no-cache"
    assert api.ids(PATH) == [str(kept.pk)]
    assert api.ids(PATH, label="armes") == []
    shown = api.get(f"/api/v1/statements/{said.pk}/")
    assert [one["id"] for one in shown["topics"]] == [str(kept.pk)]
    for method in ("patch", "delete"):
        curator.send(method, f"{PATH}{gone.pk}/", {} if method == "patch" else None, status=404, etag='"1"')


def test_one_that_the_public_never_saw_leads_it_nowhere(curator: Writer, api: Api) -> None:
    hidden, kept = pair()
    factories.published(topics=[kept])
    curator.act(f"{PATH}{hidden.pk}/merge/", {"into": str(kept.pk)})
    api.get(f"{PATH}{hidden.pk}/", 404)
    curator.send("get", f"{PATH}{hidden.pk}/", status=301)


def test_a_merged_one_can_be_named_by_nothing(curator: Writer) -> None:
    gone, kept = pair()
    curator.act(f"{PATH}{gone.pk}/merge/", {"into": str(kept.pk)})
    problem = curator.send("post", PATH, {"labels": {"fr": "x"}, "broader": str(gone.pk)}, status=400)
    (error,) = problem["errors"]
    assert (error["pointer"], str(kept.pk) in error["detail"]) == ("/broader", True)
    draft = factories.draft(created_by=curator.user)
    path = f"/api/v1/statements/{draft.pk}/"
    _body, etag = curator.read(path)
    problem = curator.send("patch", path, {"topics": [str(gone.pk)]}, status=400, etag=etag)
    assert [one["pointer"] for one in problem["errors"]] == ["/topics/0"]


@pytest.mark.parametrize("role", [Role.CURATOR, Role.REVIEWER, Role.ADMINISTRATOR])
def test_curators_and_above_may(role: Role, db: None) -> None:
    one, other = pair()
    Writer(role).act(f"{PATH}{one.pk}/merge/", {"into": str(other.pk)})
