"""No write takes more than it says: every field of every model is sent to every write, in every role."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import pytest
from django.db import connection, transaction

from config.access.roles import Role
from config.upkeep.contents import SETTINGS, count_all
from tests.leaks.asking import Answer
from tests.leaks.bodies import ODD, READING, nested, properties_of, right_body, undocumented
from tests.leaks.conftest import Alone
from tests.leaks.routes import Described, Route, all_routes, described
from tests.leaks.surface import SCHEMA

API = "/api/v1/"
BATCH = "/batch/"
#: what asking itself writes
BY_ASKING = {"public.access_token", "public.access_storedanswer"}
NOT_ALLOWED = {401, 403, 404}
TAKEN_OR_REFUSED = {200, 201, 400, 404, 409, 413, 422}
pytestmark = pytest.mark.django_db


@dataclass
class Writes:
    """All writes of the API, on one server."""

    alone: Alone
    document: dict[str, Any]
    routes: list[Route]
    #: name in addresses -> id of a public row
    rows: dict[str, str]
    problems: list[str] = field(default_factory=list)
    sent: int = 0

    def of(self, *methods: str) -> Iterator[tuple[Route, str, Described]]:
        """Yield the routes that answer one of the methods, with what is said of it; one that is not said fails."""
        operations = described(self.document)
        for route in self.routes:
            for method in sorted(route.methods & set(methods)):
                operation = operations.get((method, route.template))
                assert operation, f"{method} {route.template} is in no OpenAPI document"
                yield route, method, operation

    def send(self, role: Role, method: str, path: str, body: Any, version: str = "") -> Answer:
        """Send a body in a role, with the version that the row is known to have."""
        headers = {"If-Match": version} if version else {}
        if role is not Role.PUBLIC:
            headers["Authorization"] = f"Bearer {self.alone.record.tokens[role]}"
        self.sent += 1
        answer = self.alone.served.asker.send(method.upper(), path, body, headers=headers)
        if answer.status >= 500:
            self.problems.append(f"{role} {method} {path} {str(body)[:300]}: {answer.status} {answer.body[:300]!r}")
        return answer

    def new(self, name: str, role: Role = Role.ADMINISTRATOR) -> tuple[str, str]:
        """Make a row of a resource and return its id and ETag."""
        answer = self.send(role, "post", f"{API}{name}/", right_body(name, self.rows))
        assert answer.status == 201, f"{name}: {answer.status} {answer.body!r}: say in bodies.py what is right"
        return answer.json["id"], answer.header("ETag")

    def target(self, route: Route, role: Role) -> tuple[str, str]:
        """Return address and ETag of a row that the role may change, if it may change one."""
        if not route.names:
            return route.template, ""
        key, etag = self.own(_name(route), role)
        return route.filled(key), etag

    def own(self, name: str, role: Role) -> tuple[str, str]:
        """Return id and ETag of a row that the role may change, if it may change one."""
        is_own = name == "statements" and role is Role.CONTRIBUTOR
        return self.new(name, role if is_own else Role.ADMINISTRATOR)

    def judge(self, role: Role, what: str, answer: Answer, pointers: list[str]) -> None:
        """Note where an answer neither names what was wrong nor says that the role may not."""
        if answer.status == 400 and set(pointers) <= {one.get("pointer") for one in answer.json.get("errors", [])}:
            return
        if answer.status in NOT_ALLOWED and role is not Role.ADMINISTRATOR:
            return
        missing = set(pointers) - {one.get("pointer") for one in _errors(answer)}
        self.problems.append(f"{role} {what}: {answer.status} {answer.body[:200]!r}, not named: {sorted(missing)[:5]}")


def _errors(answer: Answer) -> list[dict[str, str]]:
    found: list[dict[str, str]] = answer.json.get("errors", []) if answer.status == 400 else []
    return found


def _name(route: Route) -> str:
    return route.template.removeprefix(API).split("/")[0]


def _contents() -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        return {name: table for name, table in count_all(cursor).items() if name not in BY_ASKING}


@pytest.fixture(scope="module")
def writes(alone: Alone) -> Writes:
    document = alone.served.asker.get(f"{SCHEMA}?format=json").json
    routes = [one for one in all_routes() if one.template.startswith(API)]
    names = {_name(one) for one in routes if one.model}
    rows = {
        name: found[0]["id"]
        for name in names
        if (found := alone.served.asker.get(f"{API}{name}/?limit=1").json["results"])
    }
    return Writes(alone, document, routes, rows)


@pytest.fixture(autouse=True)
def _in_that_database(alone: Alone, db: None) -> Iterator[None]:
    with alone.served.database.used():
        yield


@pytest.mark.parametrize("role", list(Role))
def test_a_field_that_is_not_documented_is_refused_by_its_name(writes: Writes, role: Role, is_long: bool) -> None:
    targets = {route: writes.target(route, role) for route, *_ in writes.of("post", "patch")}
    before = _contents()
    writes.problems.clear()
    for route, method, operation in writes.of("post", "patch"):
        assert route.model or route.template in READING, route
        path, etag = targets[route]
        known = properties_of(operation.body, writes.document)
        members = undocumented(route.model, known)
        base = {} if route.names or route.template.endswith(BATCH) else right_body(_name(route), writes.rows)
        _send_each(writes, role, method, path, etag, base, members, one_by_one=is_long)
    assert writes.problems == [], "\n".join(writes.problems[:20])
    assert _contents() == before
    print(f"{role}: {writes.sent} requests so far")


def _send_each(
    writes: Writes,
    role: Role,
    method: str,
    path: str,
    etag: str,
    base: Mapping[str, Any],
    members: Mapping[str, Any],
    *,
    one_by_one: bool,
) -> None:
    """Send all the members at once and, if wanted, each by itself, beside what is right."""
    bodies: list[Mapping[str, Any]] = [
        members,
        *([{name: value} for name, value in members.items()] if one_by_one else []),
    ]
    for body in bodies:
        answer = writes.send(role, method, path, {**base, **body}, etag)
        writes.judge(role, f"{method} {path} {sorted(body)}", answer, [f"/{name}" for name in body])


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.ADMINISTRATOR])
def test_nor_does_a_part_of_a_body_take_one(writes: Writes, role: Role) -> None:
    targets = {route: writes.target(route, role) for route, *_ in writes.of("post", "patch")}
    before = _contents()
    writes.problems.clear()
    counted = 0
    for route, method, operation in writes.of("post", "patch"):
        if operation.body is None or route.template.endswith(BATCH):
            continue
        path, etag = targets[route]
        for body, pointers in nested(operation.body, writes.document):
            answer = writes.send(role, method, path, body, etag)
            writes.judge(role, f"{method} {path} {str(body)[:120]}", answer, pointers)
            counted += 1
    assert counted > 10
    assert writes.problems == [], "\n".join(writes.problems[:20])
    assert _contents() == before


@pytest.mark.parametrize("role", list(Role))
def test_nor_does_an_operation_of_a_batch(writes: Writes, role: Role) -> None:
    """One by one: each member is an operation of its own."""
    operations = described(writes.document)
    batches = {route: writes.own(_name(route), role) for route in writes.routes if route.template.endswith(BATCH)}
    before = _contents()
    writes.problems.clear()
    for route, (key, etag) in batches.items():
        name = _name(route)
        assert route.model
        for op, method, template in (("create", "post", f"{API}{name}/"), ("change", "patch", f"{API}{name}/{{}}/")):
            known = properties_of(operations[method, template].body, writes.document)
            members = undocumented(route.model, known)
            base = right_body(name, writes.rows) if op == "create" else {}
            at = {} if op == "create" else {"id": key, "if_match": etag}
            orders = [{"op": op, **at, "data": {**base, member: value}} for member, value in members.items()]
            answer = writes.send(role, "post", route.template, {"operations": orders})
            _judge_batch(writes, role, f"{op} {route.template}", answer, list(members))
    assert writes.problems == [], "\n".join(writes.problems[:20])
    assert _contents() == before


def _judge_batch(writes: Writes, role: Role, what: str, answer: Answer, members: list[str]) -> None:
    if answer.status in NOT_ALLOWED and role is not Role.ADMINISTRATOR:
        return
    assert answer.status == 200, f"{role} {what}: {answer.status} {answer.body[:300]!r}"
    results = answer.json["results"]
    assert len(results) == len(members)
    for number, (member, result) in enumerate(zip(members, results, strict=True)):
        pointers = [one.get("pointer") for one in result.get("problem", {}).get("errors", [])]
        is_named = result["status"] == 400 and f"/operations/{number}/data/{member}" in pointers
        if not is_named and (result["status"] not in NOT_ALLOWED or role is Role.ADMINISTRATOR):
            writes.problems.append(f"{role} {what} {member}: {str(result)[:300]}")


def test_what_is_documented_is_taken_or_refused_by_its_value(writes: Writes, is_long: bool) -> None:
    """Never a failure of the server, and never silence: what is refused is named."""
    writes.problems.clear()
    odd_ones, statuses = cycle(ODD), Counter[int]()
    for route, method, operation in writes.of("post", "patch"):
        path, etag = writes.target(route, Role.ADMINISTRATOR)
        for name in properties_of(operation.body, writes.document):
            for odd in ODD if is_long else islice(odd_ones, 3):
                base = {} if route.names or route.template.endswith(BATCH) else right_body(_name(route), writes.rows)
                answer = writes.send(Role.ADMINISTRATOR, method, path, {**base, name: odd}, etag)
                statuses[answer.status] += 1
                if (answer.status == 400 and not _errors(answer)) or answer.status not in TAKEN_OR_REFUSED:
                    writes.problems.append(f"{method} {path} {name}={str(odd)[:40]!r}: {answer.body[:300]!r}")
                if answer.status in {200, 201} and route.names:
                    path, etag = writes.target(route, Role.ADMINISTRATOR)
    assert writes.problems == [], "\n".join(writes.problems[:20])
    assert statuses[200]
    assert statuses[201]
    print(f"{writes.sent} requests in all, these with {dict(statuses)}")
