"""All that can be read with GET, as the document lists it: addresses with real ids, and what is answered there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

API = "/api/v1/"
JSON = "application/json"
#: add members to what is answered; what leaves some out (`fields`, `omit`) answers less than the document describes
ADDING = ("count", "expand")


@dataclass(frozen=True)
class Operation:
    """One operation of the document: `path` has an `{id}` where it is of one row."""

    name: str
    path: str
    parameters: tuple[dict[str, Any], ...]

    @property
    def is_of_one(self) -> bool:
        """Whether it is asked for one row."""
        return "{id}" in self.path

    @property
    def list(self) -> str:
        """The list that has its rows."""
        return API + self.path.removeprefix(API).split("/")[0] + "/"

    def queries(self) -> Iterator[dict[str, Any]]:
        """Yield what to ask: what must be given, with the most rows; then with all that may be added to an answer."""
        least = {one["name"]: _value(one) for one in self.parameters if one.get("required")}
        names = {one["name"]: one for one in self.parameters}
        yield {**least, **({"limit": 100} if "limit" in names else {})}
        if more := {name: _all_values(names[name]) for name in ADDING if name in names}:
            yield {**least, **more}


@dataclass(frozen=True)
class Answer:
    """What was answered to `operation`, for the row `id` if it is of one, asked with `query`."""

    operation: Operation
    id: str | None
    query: dict[str, Any]
    body: Any


def operations(document: dict[str, Any]) -> list[Operation]:
    """Return all operations that answer JSON to GET."""
    return [
        Operation(one["operationId"], path, tuple(p for p in one.get("parameters", []) if p["in"] == "query"))
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if method == "get" and path.startswith(API) and JSON in one["responses"]["200"].get("content", {})
    ]


def answers(url: str, token: str, document: dict[str, Any]) -> list[Answer]:
    """Ask a server for every list and for every detail of every row."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    ids: dict[str, list[str]] = {}
    found = []
    for one in sorted(operations(document), key=lambda one: one.is_of_one):
        for row in ids[one.list] if one.is_of_one else [None]:
            for query in one.queries():
                answer = session.get(url + one.path.replace("{id}", str(row)), params=query, timeout=60)
                answer.raise_for_status()
                found.append(Answer(one, row, query, answer.json()))
        if one.path == one.list:
            ids[one.list] = [row["id"] for row in found[-1].body["results"]]
    return found


def _value(parameter: dict[str, Any]) -> Any:
    """An example of a parameter's value."""
    examples = [parameter.get("example"), *(one["value"] for one in parameter.get("examples", {}).values())]
    return next((one for one in examples if one is not None), None) or _all_values(parameter)[0]


def _all_values(parameter: dict[str, Any]) -> list[str]:
    """All values of a closed vocabulary; `true` of a flag."""
    schema = parameter["schema"].get("items", parameter["schema"])
    return ["true"] if schema["type"] == "boolean" else list(schema["enum"])


def snake_case(name: str) -> str:
    """Return a name in camel case as Python writes it: `list_statements`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
