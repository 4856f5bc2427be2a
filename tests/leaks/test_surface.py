"""What is new is asked for too, or the tests say that they do not know how."""

from typing import Any

import pytest

from claims.models import Speaker
from tests.leaks.asking import Answer, Request
from tests.leaks.bodies import right_body, undocumented
from tests.leaks.filling import Known, NoValueError, values_for
from tests.leaks.routes import Route, all_routes
from tests.leaks.surface import SHORT, Surface

UNKNOWN = Answer(404, (), b"")


class View:
    """Stands where a viewset's function does."""

    queryset = Speaker.objects.none()


def route(template: str, *names: str) -> Route:
    def callback() -> None: ...

    callback.cls, callback.actions = View, {"get": "list"}  # type: ignore[attr-defined]
    return Route(template, names, tuple("row" for _ in names), callback)


def walked(one: Route, paths: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What a walk over one route asks for, and what it could not."""
    asked: list[Request] = []
    surface = Surface(
        [one],
        {"paths": paths},
        lambda request: asked.append(request) or UNKNOWN,  # type: ignore[func-returns-value]
        amount=SHORT,
        once={},
        hidden={"new": ["018f0000-0000-7000-8000-000000000001"]},
        hidden_words=["hidden"],
    )
    surface.walk()
    return [request.path for request in asked], surface.unfilled


def test_every_route_of_the_api_is_seen() -> None:
    found = {one.template for one in all_routes()}
    assert {"/api/v1/statements/", "/api/v1/statements/{}/", "/api/v1/speakers/{}/history/", "/health/live"} <= found


def test_a_route_with_places_that_no_document_describes_is_told() -> None:
    _asked, unfilled = walked(route("/api/v1/new/{}/", "pk"), {})
    assert len(unfilled) == 1
    assert "/api/v1/new/{}/" in unfilled[0]


def test_so_is_a_resource_that_no_document_describes() -> None:
    assert walked(route("/api/v1/new/"), {})[1]


def test_so_is_a_parameter_of_a_kind_that_is_new() -> None:
    parameter = {"in": "query", "name": "size", "schema": {"type": "number"}}
    _asked, unfilled = walked(route("/api/v1/new/"), {"/api/v1/new/": {"get": {"parameters": [parameter]}}})
    assert len(unfilled) == 1
    assert "size" in unfilled[0]
    with pytest.raises(NoValueError):
        values_for(parameter, Known())


def test_so_is_a_question_that_nobody_has_said_how_to_ask() -> None:
    operation: dict[str, Any] = {"parameters": [], "security": [{"token": []}, {}]}
    _asked, unfilled = walked(route("/api/v1/new/"), {"/api/v1/new/": {"get": {}, "post": operation}})
    assert len(unfilled) == 1
    assert "/api/v1/new/" in unfilled[0]


def test_what_is_required_is_sent_with_everything_else() -> None:
    parameters = [
        {"in": "query", "name": "by", "required": True, "schema": {"type": "array", "items": {"enum": ["a", "b"]}}},
        {"in": "query", "name": "exact", "schema": {"type": "boolean"}},
    ]
    asked, unfilled = walked(route("/api/v1/new/"), {"/api/v1/new/": {"get": {"parameters": parameters}}})
    assert unfilled == []
    assert {"/api/v1/new/?by=a&by=b", "/api/v1/new/?by=a&by=b&exact=true", "/api/v1/new/?by=zyzzo+wrong"} <= set(asked)
    assert "/api/v1/new/?exact=true" not in asked


def test_a_described_route_is_asked_for_hidden_rows() -> None:
    asked, unfilled = walked(route("/api/v1/new/{}/", "pk"), {"/api/v1/new/{id}/": {"get": {}}})
    assert unfilled == []
    assert "/api/v1/new/018f0000-0000-7000-8000-000000000001/" in asked


def test_a_resource_of_which_nobody_said_what_a_right_body_is_fails() -> None:
    with pytest.raises(KeyError):
        right_body("no-such", {"speakers": "1", "roles": "2"})


@pytest.mark.django_db
def test_every_field_that_is_not_documented_is_sent() -> None:
    sent = undocumented(Speaker, {"name": {}, "type": {}})
    assert {"id", "version", "is_public", "merged_into", "merged_into_id", "sort_name", "attributions"} <= set(sent)
    assert not {"name", "type"} & set(sent)
