"""Bodies: one JSON object of what is taken, else 400 with pointers, never a 500."""

from typing import Any

import pytest

from config.access.roles import Role
from config.http.bodies import MAX_DEPTH, pointer
from config.writing.serializers import flattened
from sources.models import Publisher
from tests.writing import Writer

PATH = "/api/v1/publishers/"
MB = 1024 * 1024


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


def post(curator: Writer, raw: bytes, status: int, kind: str = "application/json", path: str = PATH) -> Any:
    answer = curator.client.post(path, raw, content_type=kind)
    assert answer.status_code == status, answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    assert Publisher.objects.count() == 0
    return answer.json()


def refused(curator: Writer, raw: bytes) -> list[tuple[str, str]]:
    problem = post(curator, raw, 400)
    assert problem["type"] == "/api/problems/#invalid-body"
    return [(one["pointer"], one["detail"]) for one in problem["errors"]]


@pytest.mark.parametrize(
    "raw",
    [
        b" ",
        b"[]",
        b"null",
        b'"name"',
        b"{",
        b"{'name': 1}",
        b'{"name": "x"} {}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": 1' + b"0" * 5000 + b"}",
        b"\xff\xfe",
        b'\xef\xbb\xbf{"name": "x"}',
        b'{"name": "\xed\xa0\x80"}',
        b"[" * 100_000,
        b'{"name":' * 100_000,
    ],
)
def test_what_is_no_json_object_is_refused_as_a_whole(curator: Writer, raw: bytes) -> None:
    ((at, detail),) = refused(curator, raw)
    assert at == ""
    assert detail


@pytest.mark.parametrize("where", ['{"name": %s}', '{"name": "x", "same_as": [%s]}', '{"nonsense": {"deep": %s}}'])
@pytest.mark.parametrize("text", [r'"a\u0000b"', r'"\ud800"', r'"\udc00 \ud800"', "1e999"])
def test_what_cannot_be_kept_is_pointed_at(curator: Writer, where: str, text: str) -> None:
    (found,) = refused(curator, (where % text).encode())
    assert found[0] in {"/name", "/same_as/0", "/nonsense/deep"}


def test_no_body_is_an_empty_one(curator: Writer) -> None:
    assert refused(curator, b"") == refused(curator, b"{}") == [("/name", "This field is required.")]


def test_names_are_checked_too_and_can_always_be_shown(curator: Writer) -> None:
    found = refused(curator, rb'{"a\u0000": 1, "\ud800": 2, "a/b~c": {"\u0000": 3}}')
    assert [at for at, _ in found] == ["/a␀", "/?", "/a~1b~0c/␀"]


def test_what_is_given_twice_is_pointed_at(curator: Writer) -> None:
    assert refused(curator, b'{"name": "a", "name": "b", "same_as": [{"x": 1, "x": 1}]}') == [
        ("/name", "It is given more than once."),
        ("/same_as/0/x", "It is given more than once."),
    ]


def test_it_may_be_nested_so_deep_and_no_deeper(curator: Writer) -> None:
    deep = b'{"name": ' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    assert refused(curator, deep) == [("/name", "It must be a string.")]
    ((at, detail),) = refused(curator, deep.replace(b"[]", b"[[]]"))
    assert at == "/name" + "/0" * (MAX_DEPTH - 1)
    assert str(MAX_DEPTH) in detail


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_other_kinds_are_not_read(curator: Writer, kind: str) -> None:
    assert post(curator, b"name=x", 415, kind)["type"] == "/api/problems/#unsupported-media-type"


def test_too_large_a_body_is_not_read(curator: Writer) -> None:
    post(curator, b" " * (25 * MB + 1), 413)
    assert refused(curator, b" " * (24 * MB) + b"{}") == [("/name", "This field is required.")]


def test_only_a_token_that_is_accepted_lets_large_ones_through(curator: Writer) -> None:
    for authorization in ("", "Bearer ar_" + "x" * 43, "Bearer", "Basic eDp5"):
        curator.client.defaults["HTTP_AUTHORIZATION"] = authorization
        answer = curator.client.post(
            PATH, b" " * 70_000, content_type="application/json", headers={"authorization": authorization}
        )
        assert (answer.status_code, answer.json()["type"]) == (413, "/api/problems/#too-large")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["/name"]),
        ({"name": None}, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"name": "  "}, ["/name"]),
        ({"name": "\u200b\u2060"}, ["/name"]),
        ({"name": "\u3164"}, ["/name"]),
        ({"name": 1}, ["/name"]),
        ({"name": True}, ["/name"]),
        ({"name": ["x"]}, ["/name"]),
        ({"name": {"x": 1}}, ["/name"]),
        ({"name": "x" * 201}, ["/name"]),
        ({"name": "x", "kind": "blog"}, ["/kind"]),
        ({"name": "x", "kind": None}, ["/kind"]),
        ({"name": "x", "kind": 1}, ["/kind"]),
        ({"name": "x", "kind": []}, ["/kind"]),
        ({"name": "x", "country": "France"}, ["/country"]),
        ({"name": "x", "country": "fr"}, ["/country"]),
        ({"name": "x", "homepage": "javascript:alert(1)"}, ["/homepage"]),
        ({"name": "x", "homepage": "https://x/" + "a" * 3000}, ["/homepage"]),
        ({"name": "x", "homepage": 1}, ["/homepage"]),
        ({"name": "x", "same_as": "https://a.example/"}, ["/same_as"]),
        ({"name": "x", "same_as": None}, ["/same_as"]),
        ({"name": "x", "same_as": ["https://a.example/", "x", None, 1, {}]}, [f"/same_as/{n}" for n in (1, 2, 3, 4)]),
        ({"name": "x", "same_as": ["https://a.example/", "https://a.example"]}, ["/same_as/1"]),
        ({"name": "x", "same_as": ["https://a.example/"] * 501}, ["/same_as"]),
        ({"name": 1, "nonsense": 1, "kind": "blog"}, ["/kind", "/name", "/nonsense"]),
        ({"name": "x", "id": "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"}, ["/id"]),
        ({"name": "x", "a/b": 1, "": 2}, ["/", "/a~1b"]),
    ],
)
def test_each_member_at_fault_is_pointed_at(curator: Writer, body: dict[str, Any], expected: list[str]) -> None:
    problem = curator.send("post", PATH, body, status=400)
    assert problem["type"] == "/api/problems/#invalid-body"
    assert sorted({one["pointer"] for one in problem["errors"]}) == sorted(expected)
    assert all(one["detail"] for one in problem["errors"])
    assert Publisher.objects.count() == 0


def test_an_unknown_member_is_told_what_may_have_been_meant(curator: Writer) -> None:
    ((at, detail),) = refused(curator, b'{"name": "x", "homepages": 1}')
    assert (at, detail.endswith("Did you mean homepage?")) == ("/homepages", True)


def test_a_write_takes_no_query_parameters(curator: Writer) -> None:
    for query in ("?limit=1", "?format=json"):
        problem = curator.send("post", f"{PATH}{query}", {"name": "x"}, status=400)
        assert problem["type"] == "/api/problems/#unknown-parameter"


def test_pointers_are_those_of_rfc_6901() -> None:
    assert pointer([]) == ""
    assert pointer(["a/b", 0, "m~n"]) == "/a~1b/0/m~0n"
    errors = {"appearances": [{}, {"segments": {1: {"exact": ["x"]}}}], "non_field_errors": ["y"]}
    assert flattened(errors) == [
        {"pointer": "/appearances/1/segments/1/exact", "detail": "x"},
        {"pointer": "", "detail": "y"},
    ]
