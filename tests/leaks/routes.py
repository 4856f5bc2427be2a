"""Every route of the site, out of the URLconf, with what the OpenAPI document says of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

PLACE = re.compile(r"[{<](?:[a-z]+:)?(\w+)[}>]")


@dataclass(frozen=True)
class Route:
    """One address with places for values: `/api/v1/speakers/{}/`, the names of the places, their converters."""

    template: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    callback: Any

    @property
    def methods(self) -> set[str]:
        """The methods that it answers, as far as the view says; a view that does not say answers GET."""
        actions: dict[str, str] | None = getattr(self.callback, "actions", None)
        return {"get"} if actions is None else set(actions)

    @property
    def model(self) -> type[Model] | None:
        """What it is about, for resources."""
        queryset = getattr(getattr(self.callback, "cls", None), "queryset", None)
        return None if queryset is None else queryset.model

    def filled(self, *values: str) -> str:
        """The address with these values."""
        parts = self.template.split("{}")
        return "".join(f"{part}{value}" for part, value in zip(parts, [*values, ""], strict=True))


@dataclass(frozen=True)
class Described:
    """What the OpenAPI document says of one operation."""

    method: str
    template: str
    operation: dict[str, Any]

    @property
    def query(self) -> list[dict[str, Any]]:
        """Its query parameters."""
        return [one for one in self.operation.get("parameters", []) if one["in"] == "query"]

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of its body, if it takes one."""
        content = self.operation.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema


def all_routes() -> list[Route]:
    """Return each route of the URLconf."""
    return list(_below(get_resolver().url_patterns, ()))


def described(document: dict[str, Any]) -> dict[tuple[str, str], Described]:
    """Return the operations of an OpenAPI document, by method and address with empty places."""
    return {
        (method, emptied(path)): Described(method, emptied(path), operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def emptied(path: str) -> str:
    """`/speakers/{id}/` with its places left empty."""
    return PLACE.sub("{}", path)


def _below(patterns: Sequence[URLPattern | URLResolver], above: tuple[Any, ...]) -> Iterator[Route]:
    for one in patterns:
        steps = (*above, one.pattern)
        if isinstance(one, URLResolver):
            yield from _below(one.url_patterns, steps)
        else:
            yield _route(steps, one.callback)


def _route(steps: tuple[Any, ...], callback: Any) -> Route:
    written, kinds = "", {}
    for step in steps:
        is_plain = isinstance(step, RoutePattern)
        written += str(step) if is_plain else simplify_regex(str(step)).lstrip("/")
        kinds.update({name: type(converter).__name__ for name, converter in step.converters.items()})
    path = f"/{written.lstrip('/')}"
    names = tuple(PLACE.findall(path))
    return Route(emptied(path), names, tuple(kinds.get(name, "row") for name in names), callback)
