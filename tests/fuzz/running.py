"""Running schemathesis: the document that a server gives out against what the server answers."""

import random
import threading
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import from_schema
from schemathesis.generation.case import Case

from tests.fuzz.found import Found
from tests.fuzz.reasons import REFUSALS, RIGHT_ANSWERS, WITHOUT_HEADER, is_meant
from tests.fuzz.rows import Rows

PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True)
class Effort:
    """How much is tried.

    `enumerated` is how many cases of those that the document enumerates (boundary values, missing and wrong members)
    are sent at least, `cases` how many in all; `examples` how many random ones an operation gets at a time; `seconds`
    ends either, if given.
    """

    enumerated: int
    cases: int
    examples: int
    seconds: float = 0


class Fuzzing:
    """Tries all operations, as somebody with this token or, without one, as the public."""

    def __init__(self, url: str, token: str, seed: int) -> None:
        self.url, self.token, self.seed = url, token, seed
        self.chance = random.Random(seed)  # noqa: S311
        self.found = Found()
        answer = requests.get(f"{url}/api/schema/", headers={"Accept": "application/json"}, timeout=60)
        answer.raise_for_status()
        self.document = answer.json()
        # without a token it answers 401, whatever is sent: tried, but not again and again
        self.closed = [] if token else _closed(self.document)

    def run(self, effort: Effort) -> Found:
        """Return what was found: first one operation after the other, then all, again and again."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with Rows(self.url, headers, self.chance).met():
            self._enumerate(effort)
            self._draw(effort)
        return self.found

    def _enumerate(self, effort: Effort) -> None:
        """Send what the document enumerates, of operations in random order."""
        operations = [found.ok().label for found in self._tried(["coverage"], 0).get_all_operations()]
        self.chance.shuffle(operations)
        operations.sort(key=self.closed.__contains__)
        ends = time.monotonic() + effort.seconds
        for label in operations:
            if self.found.cases >= effort.enumerated or (effort.seconds and time.monotonic() > ends):
                return
            self._send(self._tried(["coverage"], 0).include(name=label), effort.enumerated, ends)

    def _draw(self, effort: Effort) -> None:
        """Send the examples, random requests and sequences of requests."""
        phases = ["examples", "fuzzing", "stateful"]
        ends = time.monotonic() + effort.seconds
        while self.found.cases < effort.cases and not (effort.seconds and time.monotonic() > ends):
            tried = self._tried(phases, effort.examples)
            self._send(tried if "examples" in phases else self._open(tried), effort.cases, ends)
            phases = ["fuzzing", "stateful"]

    def _open(self, document: Any) -> Any:
        """The document without what is closed."""
        return document.exclude(name=self.closed) if self.closed else document

    def _send(self, document: Any, most: int, ends: float) -> None:
        def filter_failure(_context: Any, failure: Failure, _case: Case[Any], response: Response) -> bool:
            return self._is_wrong(failure, response)

        document.hook(filter_failure)
        stream = from_schema(document).execute()
        left = ends - time.monotonic()
        timer = threading.Timer(max(left, 0), stream.stop)
        if left > 0:
            timer.start()
        for event in stream:
            self.found.note(event)
            if self.found.cases >= most:
                stream.stop()
        timer.cancel()

    def _is_wrong(self, failure: Failure, response: Response) -> bool:
        reason = is_meant(failure, response)
        self.found.meant.update([reason] if reason else [])
        return not reason

    def _tried(self, phases: Sequence[str], examples: int) -> Any:
        """The document as it is served, with how it is to be tried; each time with another seed."""
        self.seed += 1
        settings: dict[str, Any] = {
            "seed": self.seed,
            "base-url": self.url,
            "cache": {"enabled": False},
            "continue-on-failure": True,
            "generation": {"mode": "all", **({"max-examples": examples} if examples else {})},
            "phases": {name: {"enabled": name in phases} for name in PHASES},
            "checks": {
                "negative_data_rejection": {"expected-statuses": REFUSALS},
                "positive_data_acceptance": {"expected-statuses": RIGHT_ANSWERS},
                "missing_required_header": {"expected-statuses": WITHOUT_HEADER},
            },
        }
        if self.token:
            settings["auth"] = {"openapi": {"token": {"bearer": self.token}}}
        # schemathesis writes into it
        return schemathesis.openapi.from_dict(deepcopy(self.document), config=SchemathesisConfig.from_dict(settings))


def _closed(document: dict[str, Any]) -> list[str]:
    """The labels of all operations that take a token."""
    return [
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if {} not in one.get("security", [{}])
    ]
