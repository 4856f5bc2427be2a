"""The whole public surface of the site, walked once: what one answer shows is how the next requests are made."""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.leaks.asking import Answer, Request, path_of
from tests.leaks.filling import NOBODY, Known, NoValueError, questions, values_for
from tests.leaks.routes import Described, Route, described

API = "/api/v1/"
ADMIN, DESK = "/admin/", "/admin/desk/"
#: a token of the right form that nobody has
NO_TOKEN = "ar_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ACCEPTS = ["application/json", "text/html", "application/xml", "*/*;q=0.1", "application/problem+json", "nonsense"]
NO_IDS = ["no-id", NOBODY[:-1], NOBODY.upper(), "%00", "../publishers"]
SCHEMA = "/api/schema/"
SCHEMA_QUERIES = ["", "?format=json", "?format=yaml", "?format=xml", "?lang=fr", "?version=2"]
#: what says how rows are shown, or where words of theirs were found, and not only which rows there are
SHOWING = {"count", "cursor", "expand", "fields", "limit", "omit", "q"}


@dataclass(frozen=True)
class Amount:
    """How much of what there are many of is asked for.

    `whole`: filters are asked for all of the rows that they leave; else for their ids, where that can be asked, since
    which rows there are is what a filter may tell, and what rows say is compared without one.
    """

    rows: int
    hidden: int
    varied: int
    values: int
    twins: int
    pages: int
    pairs: bool
    admin: int
    questions: int
    whole: bool


SHORT = Amount(rows=2, hidden=2, varied=1, values=2, twins=1, pages=1, pairs=False, admin=6, questions=30, whole=False)
LONG = Amount(
    rows=10_000,
    hidden=40,
    varied=15,
    values=30,
    twins=30,
    pages=10_000,
    pairs=True,
    admin=10_000,
    questions=1_000,
    whole=True,
)


class Surface:
    """Walks everything; `ask` sends one request and returns the answer that the walk goes on by.

    `once` are ids, by name in addresses, of rows that were public or lead elsewhere; `hidden` of those that never
    were; `hidden_words` are words that only they have. `unfilled` says afterwards what nobody knew how to ask.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        document: Mapping[str, Any],
        ask: Callable[[Request], Answer],
        *,
        amount: Amount,
        once: Mapping[str, Sequence[str]],
        hidden: Mapping[str, Sequence[str]],
        hidden_words: Sequence[str],
    ) -> None:
        self.routes = routes
        self.operations = described(dict(document))
        self.ask = ask
        self.amount = amount
        self.once = once
        self.known = Known(hidden=hidden, hidden_words=hidden_words)
        self.unfilled: list[str] = []

    def walk(self) -> None:
        """Ask for everything."""
        readable = [route for route in self.routes if "get" in route.methods and not route.template.startswith(ADMIN)]
        for route in readable:
            if not route.names and route.template.startswith(API) and route.model:
                self._first_look(route)
        for route in readable:
            self._read(route)
        for route in self.routes:
            self._write_without_token(route)
            self._ask_by_post(route)
        self._admin([route for route in self.routes if route.template.startswith(ADMIN)])
        self._desk([route for route in self.routes if route.template.startswith(DESK)])
        self._what_is_not_there()

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for an address; header names have _ for -."""
        return self.ask(Request(path, headers=tuple((name.replace("_", "-"), text) for name, text in headers.items())))

    def _first_look(self, route: Route) -> None:
        """See all rows of a list, whatever the form: the ids are what everything else is asked by."""
        for page in self._pages(f"{route.template}?limit=100", 10_000):
            self.known.see(_name(route), page)

    def _read(self, route: Route) -> None:
        operation = self.operations.get(("get", route.template))
        if operation is None and (route.names or route.model):
            self.unfilled.append(f"{route.template} is in no OpenAPI document, so that nobody knows what to fill in")
            return
        addresses = list(self._addresses(route))
        for address in addresses:
            self.get(address)
        for address in self._hidden(route):
            for method in ("GET", "HEAD", "OPTIONS"):
                self.ask(Request(address, method))
        for row in NO_IDS if route.names else ():
            self.get(route.filled(row))
        every = self._values(route, operation) if operation is not None else {}
        # what an address is not answered without: the last right values, which are several where there may be
        needed = {one["name"]: every[one["name"]][-2] for one in _required(operation) if one["name"] in every}
        for address in _spread(addresses, self.amount.varied):
            self._variants(address, needed)
        if operation is not None:
            self._queries(route, addresses, every, needed)
        elif route.template == SCHEMA:
            for query in SCHEMA_QUERIES:
                self.get(f"{SCHEMA}{query}")

    def _addresses(self, route: Route) -> Iterator[str]:
        """The addresses of a route: one a row, public ones first, then those that were, then one that never was."""
        if not route.names:
            yield route.template
            return
        if len(route.names) > 1 or route.kinds != ("row",):
            self.unfilled.append(f"{route.template}: nobody has said what {route.names} are")
            return
        name = _name(route)
        rows = [
            *_spread(self.known.shown[name], self.amount.rows),
            *self.once.get(name, ()),
            NOBODY,
        ]
        yield from (route.filled(row) for row in rows)

    def _hidden(self, route: Route) -> list[str]:
        """The addresses of hidden rows."""
        rows = self.known.hidden.get(_name(route), ()) if route.names else ()
        return [route.filled(row) for row in rows[: self.amount.hidden]]

    def _variants(self, plain: str, needed: Mapping[str, list[str]]) -> None:
        """The same address, asked in every other way."""
        address = _asked(plain, needed)
        etag = self.get(address).header("ETag")
        for tag in filter(None, [etag, f"W/{etag}" if etag else "", '"1"', '"2"', "*", "nonsense"]):
            self.get(address, If_None_Match=tag)
        for method in ("HEAD", "OPTIONS", "TRACE", "PUT"):
            self.ask(Request(address, method))
        for accept in ACCEPTS:
            self.get(address, Accept=accept)
        self.get(address, Authorization=f"Bearer {NO_TOKEN}")
        self.get(address, Authorization="Basic eDp5")
        self.get(address, If_Modified_Since="Wed, 01 Jan 2020 00:00:00 GMT")
        self.get(address, Accept_Encoding="gzip", Accept_Language="fr", Origin="https://elsewhere.example")
        self.get(address, Range="bytes=0-10", Cookie="sessionid=made-up")
        self.get(_asked(plain, {**needed, "no_such": ["1"]}))
        self.get(plain.rstrip("/") or "/")

    def _values(self, route: Route, operation: Described) -> dict[str, list[list[str]]]:
        """What to send for each parameter of an operation, a wrong value last."""
        every: dict[str, list[list[str]]] = {}
        for parameter in operation.query:
            try:
                values = values_for(parameter, self.known)
            except NoValueError as error:
                self.unfilled.append(f"{route.template}: {error}")
                continue
            # what leaves out is read as what asks for it; the wrong one stays, however few are sent
            is_twin = parameter["name"].startswith("not_")
            count = self.amount.twins if is_twin else self.amount.values
            every[parameter["name"]] = [*_spread(values[:-1], count), values[-1]]
        return every

    def _queries(
        self,
        route: Route,
        addresses: Sequence[str],
        every: Mapping[str, list[list[str]]],
        needed: Mapping[str, list[str]],
    ) -> None:
        for address in _spread(addresses, self.amount.varied):
            for name, values in every.items():
                shown = {"fields": ["id"]} if self._by_ids(name, every) else {}
                for value in values:
                    self._list(_asked(address, {**needed, **shown, name: value}))
        if not route.names:
            self._list(_asked(route.template, {**needed, "limit": ["2"]}), pages=max(self.amount.pages, 4))
            self._pairs(route, every, needed)

    def _pairs(self, route: Route, every: Mapping[str, list[list[str]]], needed: Mapping[str, list[str]]) -> None:
        """Two parameters at once: each pair in the long form, each beside a first in the short one."""
        pairs = list(itertools.combinations(every, 2))
        for one, other in pairs if self.amount.pairs else pairs[: self.amount.values]:
            shown = {"fields": ["id"]} if self._by_ids(one, every) and self._by_ids(other, every) else {}
            for values in itertools.product(every[one][:2], every[other][:2]):
                self._list(_asked(route.template, {**needed, **shown, **dict(zip((one, other), values, strict=True))}))

    def _by_ids(self, name: str, every: Mapping[str, list[list[str]]]) -> bool:
        """Whether ids are enough to see what a parameter does."""
        return not self.amount.whole and "fields" in every and name not in SHOWING

    def _list(self, address: str, pages: int | None = None) -> None:
        for _page in self._pages(address, pages or self.amount.pages):
            pass

    def _pages(self, address: str, most: int) -> Iterator[list[Any]]:
        """Follow `next` to the end, or as far as wanted, and go one back."""
        answer = self.get(address)
        for _number in range(most):
            if answer.status != 200 or not answer.is_json or "results" not in answer.json:
                return
            page = answer.json
            yield page["results"]
            if page["next"] is None:
                break
            answer = self.get(path_of(page["next"]))
        if answer.status == 200 and answer.json.get("previous"):
            self.get(path_of(answer.json["previous"]))

    def _write_without_token(self, route: Route) -> None:
        """What would write answers strangers the same, whatever is there."""
        for method in sorted(route.methods & {"post", "patch", "delete", "put"}):
            for row in [*self.known.hidden.get(_name(route), ())[:1], NOBODY] if route.names else [None]:
                address = route.filled(row) if row else route.template
                headers = (("Content-Type", "application/json"), ("If-Match", '"1"'))
                self.ask(Request(address, method.upper(), headers, "{}"))

    def _ask_by_post(self, route: Route) -> None:
        """What strangers may post is a question: about what is hidden, too."""
        operation = self.operations.get(("post", route.template))
        if operation is None or {} not in operation.operation.get("security", []):
            return
        try:
            bodies = list(questions(route.template, self.known))
        except NoValueError as error:
            self.unfilled.append(str(error))
            return
        for body in _spread(bodies, self.amount.questions):
            self.ask(Request(route.template, "POST", (("Content-Type", "application/json"),), json.dumps(body)))

    def _admin(self, routes: Sequence[Route]) -> None:
        """Behind the login all is the same for strangers."""
        hidden = [row for rows in self.known.hidden.values() for row in rows[:1]]
        for route in _spread(routes, self.amount.admin):
            for row in [*hidden, NOBODY] if self.amount.pairs else [*hidden[:1], NOBODY]:
                self.get(route.filled(*(_of_kind(kind, row) for kind in route.kinds)))

    def _desk(self, routes: Sequence[Route]) -> None:
        """Of what is worked on strangers hear nothing, whether it is public, hidden or not there."""
        rows = [*self.known.shown["sources"][:1], *self.known.hidden.get("sources", ())[:1]]
        statements = self.known.hidden.get("statements", ())[:1]
        for route in routes:
            for row in [*rows, *statements, NOBODY] if route.names else [""]:
                address = route.filled(*(row for _name in route.names))
                self.get(address)
                self.ask(Request(address, "POST", (("Content-Type", "application/json"),), "{}"))

    def _what_is_not_there(self) -> None:
        for name, rows in self.known.hidden.items():
            for row in rows[:1]:
                for path in (f"{API}{name}/{row}", f"{API}{name}/{row}/nothing/", f"/{row}/", f"{API}{row}/"):
                    self.get(path)
        for path in ("/nothing/", "/api/nothing/", "/api/v1/nothing/", "/health/", "/static/nothing", "/favicon.ico"):
            self.get(path)


def _asked(address: str, parameters: Mapping[str, list[str]]) -> str:
    return f"{address}?{urlencode(parameters, doseq=True)}" if parameters else address


def _required(operation: Described | None) -> list[dict[str, Any]]:
    return [one for one in operation.query if one.get("required")] if operation else []


def _name(route: Route) -> str:
    """The name of a resource in addresses."""
    return route.template.removeprefix(API).split("/")[0]


def _spread(rows: Sequence[Any], most: int) -> Sequence[Any]:
    """That many of the rows, from the first to the last."""
    if len(rows) <= most:
        return rows
    return [rows[place * (len(rows) - 1) // max(most - 1, 1)] for place in range(most)]


def _of_kind(kind: str, row: str) -> str:
    return {"IntConverter": "1", "SlugConverter": "publish"}.get(kind, row)


def ids_by_name(routes: Iterable[Route], rows: Mapping[type[Any], Iterable[Any]]) -> dict[str, list[str]]:
    """Return ids by the name that their resource has in addresses."""
    names = {route.model: _name(route) for route in routes if route.model and route.template.startswith(API)}
    return {names[model]: [str(one) for one in ids] for model, ids in rows.items() if model in names}
