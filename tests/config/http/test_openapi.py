"""The OpenAPI document: valid, true of every real answer, with examples that fit their schemas."""

from typing import Any

import pytest
import yaml
from django.test import Client
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from claims.exchange.demo import load_demo
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
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS
        for status, answer in operation["responses"].items()
        for media_type, body in answer["content"].items()
    ]


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
            assert all(parameter["description"] for parameter in operation["parameters"])
    nouns = ["Claim", "Event", "Publisher", "Source", "Speaker", "Statement", "Topic"]
    assert sorted(names) == sorted(f"{verb}{noun}{s}" for noun in nouns for verb, s in (("get", ""), ("list", "s")))


def test_each_body_has_an_example_and_each_example_fits(document: dict[str, Any]) -> None:
    for name, status, _, body in responses(document):
        assert body["examples"], (name, status)
        for example in body["examples"].values():
            assert errors(document, body["schema"], example["value"]) == [], (name, status)


def test_each_list_shows_the_errors_it_can_answer(document: dict[str, Any]) -> None:
    shown: dict[str, set[str]] = {}
    for name, _, media_type, body in responses(document):
        if media_type == "application/problem+json":
            kinds = {one["value"]["type"].split("#")[1] for one in body["examples"].values()}
            shown.setdefault(name, set()).update(kinds)
    for name, kinds in shown.items():
        assert {"unknown-parameter", "too-slow", "unavailable"} <= kinds
        assert ({"invalid-parameter", "invalid-cursor"} if name.startswith("list") else {"not-found"}) <= kinds


def test_all_is_required_in_answers(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema and name != "Problem":
            assert set(schema["required"]) == set(schema["properties"]), name


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
