"""Requests that a document alone makes meet nothing: valid ones are led to rows that there are, as they are now."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import requests
import schemathesis
from schemathesis.generation.case import Case
from schemathesis.generation.meta import TestPhase
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

API = "/api/v1/"
LISTS = ("claims", "events", "memberships", "publishers", "roles", "sources", "speakers", "statements", "topics")
#: the list in which rows are that a parameter or a member of this name means, where it is not the name of the list
NAMED = {
    **{name[:-1]: name for name in LISTS},
    "agency": "publishers",
    "broader": "topics",
    "copy_of": "sources",
    "organization": "speakers",
    "part_of": "speakers",
    "relayed_by": "speakers",
    "speaker_id": "speakers",
    "statement_id": "statements",
}
KEY = "Idempotency-Key"
#: what a batch of any resource takes
OPERATIONS = ("create", "change", "delete")
#: of so many values one stays what it was, so that what there is not is asked for too
STAYS_ONE_IN = 6


class Rows:
    """The ids of a server's rows, as somebody sees them when the run begins, and their versions at any time."""

    def __init__(self, url: str, headers: dict[str, str], chance: random.Random) -> None:
        self.url, self.headers, self.chance = url, headers, chance
        self.ids = {name: self._ids(name) for name in LISTS}

    @contextmanager
    def met(self) -> Iterator[None]:
        """Lead all valid requests of schemathesis to them."""

        def before_call(_context: Any, case: Case[Any], _sent: dict[str, Any]) -> None:
            self._lead(case)

        schemathesis.hook(before_call)
        try:
            yield
        finally:
            GLOBAL_HOOK_DISPATCHER.unregister(before_call)

    def _lead(self, case: Case[Any]) -> None:
        # the same key for another request is refused before anything is looked at
        if self._changes() and re.fullmatch("[!-~]{1,255}", str(case.headers.get(KEY, ""))):
            case.headers[KEY] = str(UUID(int=self.chance.getrandbits(128)))
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        resource = case.path.removeprefix(API).split("/")[0]
        # what a sequence of requests made is met by the next of them anyway
        if case.meta.phase.name != TestPhase.STATEFUL:
            if "id" in case.path_parameters:
                case.path_parameters = {**case.path_parameters, "id": self._one(resource, case.path_parameters["id"])}
            case.query = self._with_rows(case.query, resource)
            if isinstance(case.body, dict):
                case.body = self._with_rows(case.body, resource)
        if "If-Match" in case.headers and "id" in case.path_parameters:
            case.headers["If-Match"] = self._etag(resource, case.path_parameters["id"]) or case.headers["If-Match"]

    def _with_rows(self, value: Any, resource: str, name: str = "") -> Any:
        """The same with ids of rows where ids of rows belong."""
        if isinstance(value, dict):
            return {key: self._with_rows(below, resource, key) for key, below in value.items()}
        if isinstance(value, list):
            return [self._with_rows(one, resource, name) for one in value]
        if name == "op" and self._changes():
            return self.chance.choice(OPERATIONS)
        return self._one(resource if name in {"into", "id"} else NAMED.get(name, name), value)

    def _changes(self) -> bool:
        """Whether to change what comes next."""
        return bool(self.chance.randrange(STAYS_ONE_IN))

    def _one(self, resource: str, value: Any) -> Any:
        ids = self.ids.get(resource)
        if not ids or not _is_id(value) or not self._changes():
            return value
        return self.chance.choice(ids)

    def _ids(self, resource: str) -> list[str]:
        answer = requests.get(f"{self.url}{API}{resource}/?limit=100", headers=self.headers, timeout=10)
        answer.raise_for_status()
        return [row["id"] for row in answer.json()["results"]]

    def _etag(self, resource: str, row: Any) -> str | None:
        if not _is_id(row):
            return None
        answer = requests.get(f"{self.url}{API}{resource}/{row}/", headers=self.headers, timeout=10)
        return answer.headers.get("ETag")


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
