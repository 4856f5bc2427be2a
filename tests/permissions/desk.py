"""What each role may do at the desk: every address and method, and every decision on an item in each state, asked."""

import json
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from claims.desk.decisions import DECISIONS as KNOWN
from tests.permissions.asking import ALLOWED, TELLING, Answered, Asker, NotMeasuredError, UnknownAddressError
from tests.permissions.desk_forms import DECISIONS, PAGES, READ, Ask, Deciding
from tests.permissions.desk_world import UNREAD, DeskWorld, Place, decision
from tests.permissions.routes import DESK, METHODS, Route, routes
from tests.permissions.table import Act
from tests.permissions.world import ROLES, Person, Row

NOT_OFFERED = "no"
LOGIN = "/admin/login/"
#: what an engine writes of a text when somebody who attributes opens it first
BY_READING = {"proposals_candidate", "proposals_reading", "desk_work", "desk_castmember"}
#: what is kept of a decision besides what it is about
BY_DECIDING = {"desk_decision", "desk_work"}


class DeskTable:
    """All acts: pages, what scripts ask for, decisions."""

    def __init__(self, world: DeskWorld, asker: Asker) -> None:
        self.world, self.asker = world, asker
        self.people = [world.people[role] for role in ROLES]
        self.pages: list[Act] = []
        self.read: list[Act] = []
        self.decisions: list[Act] = []
        #: methods that an address was not made for, of one row
        self.without: list[Act] = []
        for route in routes():
            if route.pattern.startswith(DESK):
                self._measure(route)
        if {one.do for one in DECISIONS} != set(KNOWN):
            raise UnknownAddressError("decisions: say in tests/permissions/desk_forms.py what to send with each")
        for deciding in DECISIONS:
            self.decisions.append(self._decided(deciding))

    @property
    def acts(self) -> list[Act]:
        """All of them."""
        return [*self.pages, *self.read, *self.decisions, *self.without]

    def _measure(self, route: Route) -> None:
        shown = "/" + route.pattern.removeprefix(DESK).replace("<uuid:source>", "{id}").replace("<uuid:intake>", "{id}")
        shown = shown.replace("<uuid:statement>", "{id}")
        if route.name == "decisions":
            text = self.world.texts[0]
            asks = [Ask("decide", lambda _world: [text], lambda row: [row.source])]
            methods = set(METHODS) - {"POST"}
        elif route.name in PAGES or route.name in READ:
            asks = PAGES.get(route.name) or READ[route.name]
            acts = [self._asked(route, one, shown) for one in asks]
            (self.pages if route.name in PAGES else self.read).extend(_joined(acts))
            methods = set(METHODS) - {one.method for one in asks}
        else:
            raise UnknownAddressError(f"{route.pattern}: say in tests/permissions/desk_forms.py what to ask there")
        for method in METHODS:
            if method in methods:
                self._without(route, asks[0], method, shown)

    def _asked(self, route: Route, ask: Ask, shown: str) -> Act:
        act = Act(ask.name, f"{ask.method} {shown}{ask.shown}")
        for row in ask.rows(self.world):
            for person in self._who(row):
                outcome = self._outcome(person, route, ask, row)
                act.note(person.role, outcome, row.state, is_own=bool(row.owner))
        return act

    def _without(self, route: Route, ask: Ask, method: str, shown: str) -> None:
        """Ask whoever may most, and the others too where that is not refused."""
        act = Act(method, shown)
        row = next(iter(ask.rows(self.world)))
        path = _path(route, ask, row)
        *others, most = self._who(row)
        for person in [most, *others]:
            answered = self.asker.ask(person.fresh, method, path, data="{}", content_type="application/json")
            where = f"{person.role}: {method} {path}"
            if answered.has_changed:
                raise NotMeasuredError(f"{where} has changed {sorted(answered.changed)}")
            act.note(person.role, _status(answered, where))
            if person is most and answered.status == 405:
                break
        self.without.append(act)

    def _who(self, row: Row) -> Iterable[Person]:
        return (person for person in self.people if row.is_for(person.role))

    def _outcome(self, person: Person, route: Route, ask: Ask, row: Row) -> str:
        path = _path(route, ask, row)
        where = f"{person.role}: {ask.method} {path} {row.state}"
        if ask.sent is None:
            answered = self.asker.ask(person.fresh, "GET", path)
            if answered.changed - (BY_READING if row.state == UNREAD else set()):
                raise NotMeasuredError(f"{where} is for reading, and has changed {sorted(answered.changed)}")
            return _status(answered, where)
        data = ask.sent(self.world, row)
        if hasattr(route.callback, "cls"):
            answered = self._send(person, path, data)
        else:
            answered = self.asker.post_form(person.fresh, path, data)
        return _written(answered, answered.changed, where)

    def _decided(self, deciding: Deciding) -> Act:
        act = Act(deciding.name, deciding.do)
        for row in deciding.rows(self.world):
            for person in self._who(row):
                answered = self._decide(person, deciding, row)
                where = f"{person.role}: {deciding.name} ({deciding.do}), {row.owner} {row.state}"
                outcome = _written(answered, answered.changed - BY_DECIDING, where)
                if outcome == NOT_OFFERED and answered.response.json()["refused"]:
                    outcome = "409"
                act.note(person.role, outcome, row.state, is_own=bool(row.owner))
        return act

    def _decide(self, person: Person, deciding: Deciding, row: Place) -> Answered:
        given = deciding.given(self.world, person, row)
        about = deciding.about
        body = decision(person, row, deciding.do, given, about=about)
        return self._send(person, reverse("desk:decisions", args=[row.source]), body)

    def _send(self, person: Person, path: str, body: Any) -> Answered:
        return self.asker.ask(person.fresh, "POST", path, data=json.dumps(body), content_type="application/json")


def _path(route: Route, ask: Ask, row: Row) -> str:
    query = ask.query(row)
    return reverse(f"desk:{route.name}", args=ask.args(row)) + (f"?{urlencode(query)}" if query else "")


def _status(answered: Answered, where: str) -> str:
    status, to = answered.status, answered.response.headers.get("Location", "")
    if status == 302 and to.startswith(LOGIN):
        return "401"
    if status == 200:
        return ALLOWED
    if status in TELLING or status == 400:
        return str(status)
    raise NotMeasuredError(f"{where} answered {status}: {answered.response.content[:600]!r}")


def _written(answered: Answered, changed: frozenset[str], where: str) -> str:
    """What came of sending something: it is done, or refused; or nothing comes of it."""
    status = _status(answered, where)
    if status not in (ALLOWED, "302"):
        if answered.has_changed:
            raise NotMeasuredError(f"{where} is {status}, and has changed {sorted(answered.changed)}")
        return status
    return ALLOWED if changed else NOT_OFFERED


def _joined(acts: list[Act]) -> list[Act]:
    """One act for looking at a page and sending its form, where they come to the same."""
    found: list[Act] = []
    for act in acts:
        before = next((one for one in found if one.name == act.name and one.cells == act.cells), None)
        if before is None:
            found.append(act)
        else:
            before.address = before.address.replace("GET ", "GET, POST ")
    return found


def is_refused(act: Act) -> bool:
    """Whether a method that an address was not made for is answered to nobody."""
    return {one[3] for one in act.outcomes} == {"405"}
