"""If-Match: nobody changes what they have not read as it is."""

from typing import Any

import pytest

from config.access.roles import Role
from config.http.problems import ProblemError
from config.writing.conditions import expected_versions
from sources.models import Publisher
from tests import factories
from tests.writing import Writer, version_in

PATH = "/api/v1/publishers/"
KINDS = {428: "precondition-required", 412: "precondition-failed", 404: "not-found"}


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


@pytest.fixture
def address(db: None) -> str:
    return f"{PATH}{factories.publisher().pk}/"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('"7"', {7}),
        ('"7", "8"', {7, 8}),
        ('"7","8",', {7, 8}),
        ('\t"7" ', {7}),
        ('W/"7"', set()),
        ('W/"7", "8"', {8}),
        ("*", set()),
        ('"x"', set()),
        ('""', set()),
        ('"07"', set()),
        ('"7.0"', set()),
        ('"99999999999999999999"', set()),
    ],
)
def test_it_is_a_list_of_entity_tags(given: str, expected: set[int]) -> None:
    assert expected_versions(given) == expected


@pytest.mark.parametrize("given", ["7", '"7', "'7'", '"7" "8"', 'w/"7"', '*, "7"', "“7”"])
def test_what_is_no_list_of_tags_is_refused(given: str) -> None:
    with pytest.raises(ProblemError) as refused:
        expected_versions(given)
    assert refused.value.problem.status == 400


@pytest.mark.parametrize(("method", "body"), [("patch", {"country": "FR"}), ("delete", None)])
class TestConditions:
    @pytest.mark.parametrize("given", [None, "", " "])
    def test_it_is_required(self, curator: Writer, address: str, method: str, body: Any, given: str | None) -> None:
        problem = curator.send(method, address, body, status=428, etag=given)
        assert problem["type"] == "/api/problems/#precondition-required"

    @pytest.mark.parametrize("given", ["*", 'W/"1"', '"2"', '"x"', '"0"'])
    def test_what_is_not_its_tag_now_is_refused_with_the_one_that_is(
        self, curator: Writer, address: str, method: str, body: Any, given: str
    ) -> None:
        curator.send(method, address, body, status=412, etag=given)
        assert curator.answer["ETag"] == '"1"'
        assert Publisher.objects.get().version == 1

    def test_a_stale_one_is_refused(self, curator: Writer, address: str, method: str, body: Any) -> None:
        _row, etag = curator.read(address)
        curator.send("patch", address, {"name": "Another"}, status=200, etag=etag)
        curator.send(method, address, body, status=412, etag=etag)
        assert curator.answer["ETag"] == '"2"'
        assert Publisher.objects.get().name == "Another"

    def test_one_of_several_may_match(self, curator: Writer, address: str, method: str, body: Any) -> None:
        curator.send(method, address, body, status=204 if method == "delete" else 200, etag='"9", "1"')

    def test_what_is_not_there_comes_before(self, curator: Writer, address: str, method: str, body: Any) -> None:
        missing = f"{PATH}01923f6e-0c21-7b34-a151-3f0c8e2d1bcd/"
        for etag in (None, '"1"', "nonsense"):
            assert curator.send(method, missing, body, status=404, etag=etag)["type"] == "/api/problems/#not-found"

    def test_what_somebody_does_not_see_is_not_there_for_them(
        self, address: str, method: str, body: Any, db: None
    ) -> None:
        reader = Writer(Role.READER)
        for etag in (None, '"1"', '"2"'):
            reader.send(method, address, body, status=404, etag=etag)

    def test_a_role_that_may_not_comes_before(self, address: str, method: str, body: Any, db: None) -> None:
        contributor = Writer(Role.CONTRIBUTOR)
        for etag in (None, '"1"', '"2"'):
            problem = contributor.send(method, address, body, status=403, etag=etag)
            assert problem["detail"] == "It takes the role of curator; you act as contributor."


def test_answers_say_the_version_that_the_next_change_takes(curator: Writer, address: str) -> None:
    row, etag = curator.read(address)
    assert (version_in(etag), row["version"]) == (1, 1)
    for number, name in enumerate(["Ada", "Eva"], start=2):
        row = curator.send("patch", address, {"name": name}, status=200, etag=etag)
        etag = curator.answer["ETag"]
        assert etag == f'"{row["version"]}"' == f'"{number}"'
    read, tag = curator.read(address)
    assert (read, version_in(tag)) == (row, row["version"])


def test_a_change_of_nothing_is_no_change(curator: Writer, address: str) -> None:
    row, etag = curator.read(address)
    same = {name: row[name] for name in ("name", "kind", "country", "homepage", "same_as")}
    assert curator.send("patch", address, same, status=200, etag=etag) == row
    assert version_in(curator.answer["ETag"]) == version_in(etag)
