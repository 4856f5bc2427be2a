"""What the OpenAPI document says of the members of bodies is what is taken."""

from typing import Any

import pytest
import yaml

from config.access.roles import Role
from config.environment import BASE_DIR
from tests.writing import Writer

METHODS = {"post", "patch"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((BASE_DIR / "openapi.yaml").read_text("utf-8"))
    return loaded


def bodies(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the schema of each request body, by operationId."""
    schemas = document["components"]["schemas"]
    return {
        one["operationId"]: schemas[one["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]]
        for path in document["paths"].values()
        for method, one in path.items()
        if method in METHODS and "requestBody" in one
    }


def test_each_body_says_that_it_takes_no_other_members(document: dict[str, Any]) -> None:
    assert bodies(document)
    for name, schema in bodies(document).items():
        assert schema["additionalProperties"] is False, name


def test_answers_stay_open(document: dict[str, Any]) -> None:
    assert "additionalProperties" not in document["components"]["schemas"]["Statement"]


def test_it_says_how_many_and_of_what_form(document: dict[str, Any]) -> None:
    found = bodies(document)
    statement, topic = found["createStatement"]["properties"], found["createTopic"]["properties"]
    assert (statement["speakers"]["minItems"], statement["topics"]["uniqueItems"]) == (1, True)
    assert (topic["labels"]["minProperties"], topic["same_as"]["items"]["pattern"]) == (1, r"^https?://\S+$")
    assert "pattern" in found["createIntensityPhrase"]["properties"]["language"]


@pytest.mark.django_db
def test_what_it_forbids_is_refused() -> None:
    curator = Writer(Role.CURATOR)
    address = "https://www.wikidata.org/wiki/Q1"
    good = {"labels": {"en": "missiles"}, "same_as": [address]}
    curator.send("post", "/api/v1/topics/", good, status=201)
    wrong: dict[str, Any]
    for wrong in ({"labels": {}}, {"same_as": [address, address]}, {"same_as": ["wikidata"]}, {"more": 1}):
        curator.send("post", "/api/v1/topics/", {**good, **wrong}, status=400)
