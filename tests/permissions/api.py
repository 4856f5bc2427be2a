"""What each role may do by the API: every route of the URLconf, every method, every operation and batch, asked."""

import json
from collections.abc import Iterator
from typing import Any

from config.access.roles import Role
from config.writing.orders import CHANGE, CREATE, DELETE, operations_of
from tests.permissions.api_bodies import BODIES, QUESTIONS, Resource, bodies_of
from tests.permissions.asking import ALLOWED, TELLING, Answered, Asker, NotMeasuredError, UnknownAddressError
from tests.permissions.routes import ADMIN, METHODS, NO_ID, RESOURCES, Route, routes
from tests.permissions.table import Act
from tests.permissions.world import ROLES, Person, Row, World

READS = {"GET", "HEAD", "OPTIONS"}
NO_SUCH_ROW = "no such row"
#: acts that a body may be no good for in the state that a row is in, which is what is measured then
MAY_BE_400 = {("statements", name) for name in ("change", "change positions and relations", "list drafts")}
SEVERAL, OTHERS = "batch", ""
#: act -> what an address is not answered without
NEEDED = {"read facets": "?facet=act"}
#: what is read below the address of a row
BELOW = {"corroboration", "history"}


class ApiTable:
    """All acts by resource, in the order of the table."""

    def __init__(self, world: World, asker: Asker) -> None:
        self.world, self.asker = world, asker
        self.people = [world.people[role] for role in ROLES]
        #: resource -> acts; "" has the addresses that are of none
        self.acts: dict[str, list[Act]] = {name: [] for name in [*BODIES, OTHERS]}
        #: resource -> the same acts, each as the one operation of a batch
        self.batches: dict[str, list[Act]] = {}
        #: methods that a route does not have
        self.without: list[tuple[str, Act]] = []
        self._versions: dict[Any, int] = {}
        found = [one for one in routes() if not one.pattern.startswith(ADMIN)]
        for route in sorted(found, key=lambda one: (not one.resource, one.is_of_a_row, one.shown.count("/"))):
            self._measure(route)

    def _measure(self, route: Route) -> None:
        if not route.resource or (not route.is_of_a_row and route.path() in QUESTIONS):
            self._measure_page(route)
            return
        resource = bodies_of(route.resource)
        if not route.actions:
            raise UnknownAddressError(f"{route.pattern} is no viewset: say in tests/permissions/api.py how to ask it")
        for method in METHODS:
            if method in route.actions:
                self._measure_method(route, resource, method)
            else:
                self._measure_other(route, resource, method)

    def _measure_page(self, route: Route) -> None:
        """An address that is of no resource: every method as it is."""
        for method in METHODS:
            act = Act(method, route.path())
            for person in self.people:
                act.note(person.role, self._outcome(person, method, route.path(), QUESTIONS.get(route.path())))
            self.acts[OTHERS].append(act)

    def _measure_method(self, route: Route, resource: Resource, method: str) -> None:
        action = route.actions[method]
        if action == SEVERAL:
            self._measure_batches(route, resource)
            return
        acts = self.acts[route.resource]
        for name, body in self._variants(route, resource, method, action):
            act = Act(name, f"{method} {route.shown}")
            for person, row in self._cases(route, resource):
                sent = body(self.world, row) if body is not None and row.pk != NO_ID else {}
                query = resource.lists.get(name, NEEDED.get(name, "")) if not route.is_of_a_row else ""
                path = route.path(row.pk) + query
                allow_400 = (route.resource, name) in MAY_BE_400
                outcome = self._outcome(person, method, path, sent, self._etag(resource, row), allow_400=allow_400)
                act.note(person.role, outcome, row.state, is_own=bool(row.owner))
            acts.append(act)

    def _variants(self, route: Route, resource: Resource, method: str, action: str) -> Iterator[tuple[str, Any]]:
        """What a method of a route is asked for, and with which body."""
        last = route.shown.strip("/").rpartition("/")[2]
        if method == "GET":
            name = {"list": "list", "retrieve": "read"}.get(action, f"read {last}") if last not in BELOW else last
            yield name, None
            if action == "list":
                yield from ((one, None) for one in resource.lists)
        elif action == "create":
            yield CREATE, lambda world, _row: resource.create(world)
        elif action == "partial_update":
            yield from resource.changes.items()
        elif action == "destroy":
            yield DELETE, None
        elif method == "POST" and route.is_of_a_row:
            yield last, resource.operation(last)
        else:
            raise UnknownAddressError(f"{method} {route.pattern}: say in tests/permissions/api.py how to ask it")

    def _cases(self, route: Route, resource: Resource) -> Iterator[tuple[Person, Row]]:
        rows = self._rows(resource) if route.is_of_a_row else [Row(None)]
        for row in rows:
            yield from ((person, row) for person in self.people if row.is_for(person.role))

    def _rows(self, resource: Resource) -> list[Row]:
        return [*self.world.rows[resource.model], Row(NO_ID, NO_SUCH_ROW)]

    def _measure_other(self, route: Route, resource: Resource, method: str) -> None:
        """A method that the route does not have is asked of one row, whose state cannot matter."""
        if method == "HEAD" and "GET" in route.actions:
            return self._measure_head(route, resource)
        act = Act(method, f"{method} {route.path(NO_ID).replace(str(NO_ID), '{id}')}")
        row = self._rows(resource)[0]
        for person in self.people:
            act.note(person.role, self._outcome(person, method, route.path(row.pk), {}, self._etag(resource, row)))
        self.without.append((method, act))
        return None

    def _measure_head(self, route: Route, resource: Resource) -> None:
        """HEAD answers what GET answers, or has a line of its own; of one row, its state mattering to both alike."""
        read = next(one for one in self.acts[route.resource] if one.address == f"GET {route.shown}")
        act = Act(read.name, f"HEAD {route.shown}")
        first = next(iter(self._cases(route, resource)))[1]
        for person, row in self._cases(route, resource):
            if row == first:
                path = route.path(row.pk) + NEEDED.get(read.name, "")
                act.note(person.role, self._outcome(person, "HEAD", path), row.state)
        if act.cells[first.state, False] == read.cells[first.state, False]:
            read.address = f"GET, HEAD {route.shown}"
        else:
            self.acts[route.resource].append(act)

    def _measure_batches(self, route: Route, resource: Resource) -> None:
        """The same acts in a batch, which has one act on each row."""
        acts = self.batches[route.resource] = []
        for name in [CREATE, *resource.changes, DELETE, *operations_of(route.callback.cls)]:
            act = Act(name, f"POST {route.shown}")
            for person in self.people:
                rows = [Row(None)] if name == CREATE else self._rows(resource)
                asked = [row for row in rows if row.is_for(person.role)]
                outcomes = self._in_batch(person, route, [self._operation(resource, name, row) for row in asked], name)
                for row, outcome in zip(asked, outcomes, strict=True):
                    act.note(person.role, outcome, row.state, is_own=bool(row.owner))
            acts.append(act)

    def _operation(self, resource: Resource, name: str, row: Row) -> dict[str, Any]:
        if name == CREATE:
            return {"op": CREATE, "data": resource.create(self.world)}
        body: Any = resource.changes.get(name) or (resource.operation(name) if name != DELETE else None)
        data = body(self.world, row) if body is not None and row.pk != NO_ID else {}
        op = CHANGE if name in resource.changes else name
        return {"op": op, "id": str(row.pk), "data": data, "if_match": self._etag(resource, row)}

    def _in_batch(self, person: Person, route: Route, operations: list[Any], name: str) -> list[str]:
        answered = self._send(person, "POST", route.path(), {"operations": operations})
        where = f"{person.role}: {name} in a batch, POST {route.path()}"
        allow_400 = (route.resource, name) in MAY_BE_400
        if answered.status != 200:
            return [self._told(answered, where)] * len(operations)
        results = answered.response.json()["results"]
        outcomes = [_read(int(one["status"]), str(one), where, allow_400=allow_400) for one in results]
        if answered.has_changed != (ALLOWED in outcomes):
            raise NotMeasuredError(f"{where} is {outcomes}, and rows say otherwise")
        return outcomes

    def _outcome(
        self, person: Person, method: str, path: str, body: Any = None, etag: str = "", *, allow_400: bool = False
    ) -> str:
        answered = self._send(person, method, path, body, etag)
        where = f"{person.role}: {method} {path}"
        outcome = self._told(answered, where, allow_400=allow_400)
        is_write = method not in READS and path.startswith(f"/{RESOURCES}") and path not in QUESTIONS
        is_write = is_write and outcome == ALLOWED
        if answered.has_changed != is_write:
            raise NotMeasuredError(
                f"{where} is {outcome}, and has {'' if answered.has_changed else 'not '}changed rows"
            )
        return outcome

    def _send(self, person: Person, method: str, path: str, body: Any = None, etag: str = "") -> Answered:
        sent: dict[str, Any] = {"headers": {"If-Match": etag} if etag else {}}
        if body is not None and method not in READS | {"DELETE"}:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        return self.asker.ask(person.program, method, path, **sent)

    def _told(self, answered: Answered, where: str, *, allow_400: bool = False) -> str:
        return _read(answered.status, _shown(answered.response), where, allow_400=allow_400)

    def _etag(self, resource: Resource, row: Row) -> str:
        if row.pk in (None, NO_ID):
            return '"1"' if row.pk else ""
        if row.pk not in self._versions:
            self._versions[row.pk] = resource.model._default_manager.values_list("version", flat=True).get(pk=row.pk)
        return f'"{self._versions[row.pk]}"'


def _read(status: int, told: str, where: str, *, allow_400: bool) -> str:
    if status in (200, 201, 204):
        return ALLOWED
    if status in TELLING or (allow_400 and status == 400):
        return str(status)
    raise NotMeasuredError(f"{where} answered {status}: {told}")


def is_plain(act: Act) -> bool:
    """Whether a method that a route does not have is answered as it is everywhere."""
    wanted = ALLOWED if act.name == "OPTIONS" else "405"
    return all(outcome == wanted for _state, _own, _role, outcome in act.outcomes)


def without_no_such_row(act: Act) -> Act:
    """Return the act without the row that is not there, where that is answered as it is everywhere."""
    wanted = {str(role): "404" for role in Role}
    if not act.address.startswith("GET"):
        wanted[Role.PUBLIC] = "401"
    found = act.cells.get((NO_SUCH_ROW, False))
    if found != wanted:
        return act
    kept = Act(act.name, act.address)
    kept.cells.update({key: value for key, value in act.cells.items() if key[0] != NO_SUCH_ROW})
    return kept


def _shown(response: Any) -> str:
    """The beginning of an answer's body, streams not begun."""
    return "a stream" if response.streaming else repr(response.content[:600])
