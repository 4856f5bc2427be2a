"""The OpenAPI document: valid, true of every real answer, with examples that fit their schemas."""

import re
from typing import Any

import pytest
import yaml
from django.test import Client
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from claims.exchange.demo import load_demo
from claims.facets.querysets.facets import FACETS
from config.environment import BASE_DIR
from tests import factories
from tests.asking import PATHS, Api

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((BASE_DIR / "openapi.yaml").read_text("utf-8"))
    return loaded


def errors(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """Return what is wrong with a value by a schema of the document."""
    rooted = {**schema, "components": document["components"]}
    validator = OAS30Validator(rooted, format_checker=OAS30Validator.FORMAT_CHECKER)
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:300]}" for one in validator.iter_errors(value)]


def responses(document: dict[str, Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return each described body: operationId, status, media type, media type object."""
    return [
        (operation["operationId"], status, media_type, body)
        for operation in operations(document)
        for status, answer in operation["responses"].items()
        for media_type, body in answer.get("content", {}).items()
    ]


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for method, operation in path.items() if method in METHODS]


def writes(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in operations(document) if one["security"] == [{"token": []}]]


def kinds(operation: dict[str, Any], status: str) -> set[str]:
    """Return the slugs of the problems that an operation shows for a status."""
    content = operation["responses"].get(status, {}).get("content", {}).get("application/problem+json", {})
    return {one["value"]["type"].split("#")[1] for one in content.get("examples", {}).values()}


def test_it_is_valid(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"] == "3.0.3"


def test_the_file_is_what_the_server_gives_out(document: dict[str, Any], db: None) -> None:
    site = Client(headers={"host": "localhost"})
    assert yaml.safe_load(site.get("/api/schema/").content) == document
    for query, accept in (("?format=json", "*/*"), ("", "application/json")):
        answer = site.get(f"/api/schema/{query}", headers={"accept": accept})
        assert answer["Content-Type"].startswith("application/json")
        assert answer.json() == document
    assert site.get("/api/schema/?format=xml").status_code == 400
    assert site.get("/api/schema/?lang=fr").status_code == 400


def test_every_operation_has_a_name_a_tag_and_words(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    names = []
    for path in document["paths"].values():
        for operation in path.values():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert operation["description"]
            assert set(operation["tags"]) <= tags
            assert all(parameter["description"] for parameter in operation.get("parameters", []))
    assert len(set(names)) == len(names)
    nouns = [
        *("Claim", "Event", "IntensityPhrase", "Membership", "Publisher", "Role", "Source", "Speaker", "Statement"),
        "Topic",
    ]
    verbs = [("list", "s"), ("get", ""), ("create", ""), ("change", ""), ("delete", ""), ("batch", "s")]
    assert {f"{verb}{noun}{s}" for noun in nouns for verb, s in verbs} <= set(names)


def test_each_request_has_an_example_and_each_example_fits(document: dict[str, Any]) -> None:
    asked = [one for one in operations(document) if "requestBody" in one]
    assert asked
    for operation in asked:
        body = operation["requestBody"]["content"]["application/json"]
        assert body["examples"], operation["operationId"]
        for example in body["examples"].values():
            assert errors(document, body["schema"], example["value"]) == [], operation["operationId"]


def test_each_write_says_what_it_takes_and_what_it_may_answer(document: dict[str, Any]) -> None:
    for operation in writes(document):
        name = operation["operationId"]
        headers = {one["name"]: one for one in operation["parameters"] if one["in"] == "header"}
        assert kinds(operation, "401") == {"unauthorized"}, name
        assert kinds(operation, "429") == {"too-many-requests"}, name
        assert {"too-slow", "unavailable"} == kinds(operation, "503"), name
        is_of_one = any(one["in"] == "path" for one in operation["parameters"])
        if is_of_one:
            assert headers["If-Match"]["required"], name
            assert kinds(operation, "412") == {"precondition-failed"}, name
            assert kinds(operation, "428") == {"precondition-required"}, name
            assert kinds(operation, "404") == {"not-found"}, name
            assert kinds(operation, "409"), name
        if not name.startswith(("change", "delete")):
            assert not headers["Idempotency-Key"].get("required"), name
            assert "idempotency-key-reused" in kinds(operation, "422"), name
        for status, answer in operation["responses"].items():
            if status in {"200", "201"} and not name.startswith("batch"):
                assert "ETag" in answer["headers"], name


def test_reading_takes_a_token_or_none(document: dict[str, Any]) -> None:
    for operation in operations(document):
        if operation["operationId"].startswith(("get", "list")):
            assert operation["security"] == [{"token": []}, {}]


def test_each_body_has_an_example_and_each_example_fits(document: dict[str, Any]) -> None:
    for name, status, _, body in responses(document):
        assert body["examples"], (name, status)
        for example in body["examples"].values():
            assert errors(document, body["schema"], example["value"]) == [], (name, status)


def test_each_list_shows_the_errors_it_can_answer(document: dict[str, Any]) -> None:
    shown: dict[str, set[str]] = {}
    for name, _, media_type, body in responses(document):
        if media_type == "application/problem+json":
            seen = {one["value"]["type"].split("#")[1] for one in body["examples"].values()}
            shown.setdefault(name, set()).update(seen)
    for name, seen in shown.items():
        if name.startswith("list"):
            assert {"unknown-parameter", "too-slow", "unavailable", "invalid-parameter", "invalid-cursor"} <= seen
        elif name.startswith("get"):
            assert {"too-slow", "unavailable", "not-found"} <= seen


#: members that are there only where a parameter asks for them
OF_PAGES = {"count", "expanded"}
ASKED_FOR = {
    "Statement": {"highlights"},
    "StatementDetail": {"highlights", "expanded"},
    "Expanded": {"speakers", "sources", "topics", "events", "claims", "statements"},
    "Facets": set(FACETS),
}


def test_all_is_required_in_answers(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    waiting = [
        body["schema"]["$ref"].split("/")[-1]
        for _, status, media_type, body in responses(document)
        if media_type == "application/json"
    ]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name in {"Problem", "BatchResult"}:
            continue
        seen.add(name)
        waiting += re.findall(r"#/components/schemas/(\w+)", str(schemas[name]))
        if "properties" in schemas[name]:
            members = set(schemas[name]["properties"])
            on_request = OF_PAGES & members if name.endswith("Page") else ASKED_FOR.get(name, set())
            assert members - set(schemas[name].get("required", [])) == on_request, name
    assert {"Statement", "SpeakerDetail", "IntensityPhrasePage"} <= seen


def test_every_real_answer_fits_its_schema(document: dict[str, Any], api: Api) -> None:
    load_demo()
    factories.full()
    factories.published(said_at="../2023")
    factories.published()
    for path in PATHS:
        listed = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        alone = document["paths"][f"{path}{{id}}/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        page = api.get(path, limit=100)
        assert len(page["results"]) > 1
        assert errors(document, listed, page) == []
        assert errors(document, listed, api.get(path, limit=1)) == []
        for row in page["results"]:
            assert errors(document, alone, api.get(f"{path}{row['id']}/")) == []


def test_real_problems_fit_their_schema(document: dict[str, Any], api: Api) -> None:
    schema = document["components"]["schemas"]["Problem"]
    for path in PATHS:
        for query in ({"nonsense": "1"}, {"limit": "0"}, {"cursor": "x"}):
            assert errors(document, schema, api.get(path, 400, **query)) == []
        assert errors(document, schema, api.get(f"{path}x/", 404)) == []


def test_what_is_wrong_would_be_noticed(document: dict[str, Any], api: Api) -> None:
    schema = document["components"]["schemas"]["Statement"]
    row = api.get(f"{PATHS[0]}{factories.full().pk}/")
    wrong: list[dict[str, Any]] = [{"act": "shout"}, {"event": {}}, {"said_at": 2023}, {"intensity": 4}, {"id": "x"}]
    for broken in wrong:
        assert errors(document, schema, {**row, **broken}), broken
    assert errors(document, schema, {name: value for name, value in row.items() if name != "topics"})
