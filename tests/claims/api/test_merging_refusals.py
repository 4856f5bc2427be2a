"""POST …/{id}/merge/ of speakers and of topics refuses the same, in the same way."""

from collections.abc import Callable
from typing import Any

import pytest

from config.access.roles import Role
from tests import factories
from tests.writing import Writer

MISSING = "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


@pytest.fixture(params=[("speakers", factories.speaker), ("topics", factories.topic)], ids=["speakers", "topics"])
def pair(request: pytest.FixtureRequest, db: None) -> tuple[str, str, str]:
    """The address of a kind of rows, and the ids of two of them."""
    kind: str
    make: Callable[[str], Any]
    kind, make = request.param
    return f"/api/v1/{kind}/", str(make("one").pk), str(make("other").pk)


def test_into_what_is_another_row_of_its_kind(curator: Writer, pair: tuple[str, str, str]) -> None:
    rows, one, _other = pair
    assert "itself" in curator.act(f"{rows}{one}/merge/", {"into": one}, status=409)["detail"]
    for into in (MISSING, "x", None):
        (error,) = curator.act(f"{rows}{one}/merge/", {"into": into}, status=400)["errors"]
        assert error["pointer"] == "/into"


def test_the_version_that_was_read_is_said(curator: Writer, pair: tuple[str, str, str]) -> None:
    rows, one, other = pair
    curator.send("post", f"{rows}{one}/merge/", {"into": other}, status=428)
    curator.send("post", f"{rows}{one}/merge/", {"into": other}, status=412, etag='"2"')
    assert curator.answer["ETag"] == '"1"'


def test_what_is_not_there_is_not_merged(curator: Writer, pair: tuple[str, str, str]) -> None:
    rows, _one, other = pair
    curator.send("post", f"{rows}{MISSING}/merge/", {"into": other}, status=404)


def test_who_is_no_curator_may_not(pair: tuple[str, str, str]) -> None:
    rows, one, other = pair
    Writer(Role.CONTRIBUTOR).send("post", f"{rows}{one}/merge/", {"into": other}, status=403, etag='"1"')
    Writer(Role.READER).send("post", f"{rows}{one}/merge/", {"into": other}, status=404, etag='"1"')
