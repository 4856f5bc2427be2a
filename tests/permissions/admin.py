"""What each role may do in the admin: every address, every bulk action and every choice of a row, asked."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.messages import constants, get_messages
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext

from claims.models import Speaker, Statement
from config.access.models import Token
from tests.permissions.admin_forms import ACTIONS, SHORT, SITE, Data, Forms, Page, pages
from tests.permissions.asking import ALLOWED, TELLING, Answered, Asker, NotMeasuredError, UnknownAddressError
from tests.permissions.routes import ADMIN, DESK, Route, routes
from tests.permissions.table import Act
from tests.permissions.world import ROLES, SUPERUSER, Person, Row, World

#: what Django says of a row that a form does not offer
NO_CHOICE = "That choice is not one of the available choices"

NOT_OFFERED = "no"
#: who is asked about accounts, groups, tokens and the admin itself; all else is not otherwise for superusers
WHO = [*ROLES, SUPERUSER]
OF_PEOPLE: set[type[Model] | None] = {User, Group, Token, None}
#: of these, pages are looked at in each state; of others once, since all of them are shown to whoever may see any
DIFFERING = {Statement, Speaker, User, Token}
#: whose own statements are asked about, in which states
OWN = {
    "contributor": {"draft", "in review", "published", "withdrawn and being corrected"},
    "reviewer": {"in review"},
}
#: what a step says that is not theirs to take, one of several
NOT_THEIRS = "You may not take this step with it."
#: what is said where a chosen row is not one that they see
NOT_TWO = "Select exactly two statements: two records of the same utterance."
LOGIN, INDEX = "/admin/login/", "/admin/"


class AdminTable:
    """All acts by model, in the order of the table; "" has those of none."""

    def __init__(self, world: World, asker: Asker) -> None:
        self.world, self.asker = world, asker
        self.forms = Forms(world)
        self.people = [world.people[role] for role in WHO]
        self.acts: dict[type[Model] | None, list[Act]] = {None: []}
        self.models: dict[str, type[Model]] = {
            f"{ADMIN}{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry
        }
        self.acts |= {model: [] for model in self.models.values()}
        for route in routes():
            if route.pattern.startswith(ADMIN) and not route.pattern.startswith(DESK):
                self._measure(route)
        for model, model_admin in admin.site._registry.items():
            self._measure_actions(model, model_admin)
        self._measure_choices()

    def _measure(self, route: Route) -> None:
        before = next((one for one in self.models if route.pattern.startswith(one)), None)
        if before is None:
            self._measure_of_site(route)
            return
        model = self.models[before]
        name = route.name.removeprefix(f"{model._meta.app_label}_{model._meta.model_name}_")
        shown = _shown(route, before)
        for page in pages(self.world, model, name):
            act = f"/{shown}".replace("{step}", page.name)
            self.acts[model] += self._acts(page, act, lambda row, page=page: self._path(route, page, row), model)

    def _measure_of_site(self, route: Route) -> None:
        if route.name == "autocomplete":
            return  # asked with what can be chosen
        if route.name == "app_list":
            for label in dict.fromkeys(model._meta.app_label for model in admin.site._registry):
                page = Page("part of the start page")
                self.acts[None] += self._acts(page, f"/{label}/", lambda _row, label=label: f"{INDEX}{label}/", None)
            return
        if not route.name:
            self.acts[None] += self._acts(Page("no such page"), "/…", lambda _row: f"{INDEX}nowhere/", None)
            return
        if route.name not in SITE:
            raise UnknownAddressError(f"{route.pattern}: say in tests/permissions/admin_forms.py what to send there")
        page = SITE[route.name]
        shown = _shown(route, ADMIN)
        self.acts[None] += self._acts(page, f"/{shown}", lambda row: self._path(route, page, row), None)

    def _path(self, route: Route, page: Page, row: Row) -> str:
        args = page.args(self.world, row) if page.args is not None else []
        return reverse(f"admin:{route.name}", args=args) if route.name else self._short(route, row)

    def _short(self, route: Route, row: Row) -> str:
        return "/" + re.sub(r"<.*>", str(row.pk), route.pattern)

    def _acts(self, page: Page, shown: str, path: Any, model: type[Model] | None) -> list[Act]:
        """GET and POST of a page, as one act where they come to the same."""
        rows = self._rows(model) if page.args is not None and model is not None else [Row(None)]
        rows = rows[:1] if page.name == SHORT else rows
        get, post = Act(page.name, f"GET {shown}"), Act(page.name, f"POST {shown}")
        for row in rows:
            address = path(row)
            data = page.data(self.forms, address, row) if page.data is not None else {}
            for person in self._asked(row, model):
                if row is rows[0] or model in DIFFERING:
                    outcome = self._read(person, self._get(person, address), f"GET {address}")
                    get.note(person.role, outcome, row.state, is_own=bool(row.owner))
                if page.data is None and row is not rows[0]:
                    continue  # what is only read is no other act when it is posted to: once is enough to see
                told = f"POST {address}"
                answered = self._post(person, address, data)
                outcome = self._written(person, answered, told) if page.data else self._read(person, answered, told)
                post.note(person.role, outcome, row.state, is_own=bool(row.owner))
        if all(post.cells[key] == get.cells[key] for key in post.cells.keys() & get.cells.keys()):
            longer = max(get, post, key=lambda one: len(one.cells))
            if len(longer.lines()) == 1 or get.cells.keys() == post.cells.keys() or page.data is None:
                return [Act(page.name, f"GET, POST {shown}", longer.cells)]
        return [get, post]

    def _rows(self, model: type[Model]) -> list[Row]:
        rows = self.world.rows.get(model)
        if not rows:
            raise UnknownAddressError(f"{model._meta.label}: make a row of it in tests/permissions/world.py")
        if model is not Statement:
            return rows
        return [row for row in rows if not row.owner or row.state in OWN.get(row.owner, ())]

    def _asked(self, row: Row, model: type[Model] | None) -> Iterator[Person]:
        people = self.people if model in OF_PEOPLE else self.people[: len(ROLES)]
        return (person for person in people if row.is_for(person.role))

    def _measure_actions(self, model: type[Model], model_admin: Any) -> None:
        """Each bulk action of a list, with one row chosen; two where it takes two."""
        names = [one if isinstance(one, str) else one.__name__ for one in model_admin.actions]
        for name in [*names, *(name for name, _action in admin.site.actions)]:
            if name not in ACTIONS:
                raise UnknownAddressError(f"{name}: say in tests/permissions/admin_forms.py what to send for it")
            act = Act(f"in bulk: {name.removesuffix('_selected')}", f"POST / action={name}")
            path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            for row in self._rows(model):
                chosen = [row.pk, *([self.world.partners[row.pk]] if name.startswith("unite") else [])]
                data = {"action": name, "_selected_action": chosen, **ACTIONS[name]}
                for person in self._asked(row, model):
                    answered = self._post(person, path, data)
                    outcome = self._acted(person, answered, f"{name} POST {path}")
                    act.note(person.role, outcome, row.state, is_own=bool(row.owner))
            self.acts[model].append(act)

    def _measure_choices(self) -> None:
        """The rows that a form offers to choose from, once for each kind of row."""
        for model, (owner, field) in sorted(_choices().items(), key=lambda one: one[0]._meta.label):
            query = f"app_label={owner._meta.app_label}&model_name={owner._meta.model_name}&field_name={field}"
            name = str(model._meta.verbose_name)
            address = f"{INDEX}autocomplete/?{query}"
            self.acts[None] += self._acts(Page(f"choose: {name}"), "/autocomplete/", lambda _row, at=address: at, None)

    def _get(self, person: Person, path: str) -> Answered:
        return self.asker.ask(person.fresh, "GET", path)

    def _post(self, person: Person, path: str, data: Data) -> Answered:
        return self.asker.post_form(person.fresh, path, data)

    def _read(self, person: Person, answered: Answered, where: str) -> str:
        """What came of looking at a page."""
        if answered.has_changed:
            raise NotMeasuredError(f"{person.role}: {where} is for reading, and has changed rows")
        return self._status(person, answered, where)

    def _written(self, person: Person, answered: Answered, where: str) -> str:
        """What came of sending a form: it changes something, or says what is in the way."""
        status = self._status(person, answered, where)
        if status not in (ALLOWED, "302"):
            if answered.has_changed:
                raise NotMeasuredError(f"{person.role}: {where} is {status}, and has changed rows")
            return status
        if answered.has_changed:
            return ALLOWED
        if refusal := _refusal(answered):
            return refusal
        if NO_CHOICE in _faults(answered):
            return NOT_OFFERED
        raise NotMeasuredError(f"{person.role}: {where} changed nothing: {_faults(answered)}")

    def _acted(self, person: Person, answered: Answered, where: str) -> str:
        """What came of a bulk action."""
        status = self._status(person, answered, where)
        if status not in (ALLOWED, "302"):
            return status
        if answered.has_changed or "/unite/" in answered.response.headers.get("Location", ""):
            return ALLOWED
        return _refusal(answered) or NOT_OFFERED

    def _status(self, person: Person, answered: Answered, where: str) -> str:
        status, to = answered.status, answered.response.headers.get("Location", "")
        if status == 302 and to.startswith(LOGIN):
            return "401"
        if status == 302 and to == INDEX and any(_messages(answered)):
            return "404"  # there is no such row, says the start page
        if status == 200:
            return ALLOWED
        if status in TELLING:
            return str(status)
        raise NotMeasuredError(f"{person.role}: {where} answered {status}")


def _shown(route: Route, before: str) -> str:
    """The address behind its beginning, as people read it."""

    def plain(found: re.Match[str]) -> str:
        name = found[1]
        return f"{{{'id' if name.endswith('id') or name == 'pk' else name}}}"

    return re.sub(r"<(?:\w+:)?(\w+)>", plain, route.pattern.removeprefix(before))


def _messages(answered: Answered) -> list[Any]:
    return list(get_messages(answered.response.wsgi_request))


def _refusal(answered: Answered) -> str:
    """How the state of the row, or the role, was in the way; empty where nothing says so."""
    context = answered.response.context
    if context is not None and context.get("protected"):
        return "409"
    told = [str(one) for one in _messages(answered) if one.level >= constants.ERROR]
    if any(gettext(NOT_THEIRS) in one for one in told):
        return "403"
    if gettext(NOT_TWO) in told:
        return NOT_OFFERED
    return "409" if told else ""


def _faults(answered: Answered) -> str:
    """What a form found wrong, for whoever has to correct what is sent."""
    text = answered.response.content.decode()
    found = re.findall(r'<(?:ul|p) class="error(?:list|note)[^>]*>(.*?)</(?:ul|p)>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", one) for one in found)[:600] or f"{answered.status} without a word"


def _choices() -> dict[type[Model], tuple[type[Model], str]]:
    """What is chosen by the beginning of its name -> one field that it is chosen for."""
    found: dict[type[Model], tuple[type[Model], str]] = {}
    for model, model_admin in admin.site._registry.items():
        for one in (model_admin, *(inline(model, admin.site) for inline in model_admin.inlines)):
            for name in one.autocomplete_fields:
                field: Any = one.model._meta.get_field(name)
                found.setdefault(field.related_model, (one.model, name))
    return found
