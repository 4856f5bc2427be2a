"""What is sent to each page of the admin, so that only permission can refuse it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from lxml import html  # type: ignore[import-untyped]

from claims.exchange.models import DatasetImport
from claims.models import (
    Claim,
    Event,
    IntensityPhrase,
    Membership,
    Review,
    Role,
    Speaker,
    Statement,
    Topic,
)
from config.access.models import Token
from sources.models import Publisher, Source, SourceText
from tests import factories
from tests.permissions.asking import UnknownAddressError
from tests.permissions.world import PASSWORD, SUPERUSER, Row, World

SHORT = "short address"
NEW_PASSWORD = "another long password"
Data = dict[str, Any]


class Forms:
    """The forms of the admin as its pages draw them for a superuser, filled in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._drawn: dict[str, Data] = {}

    def on(self, path: str, **typed: Any) -> Data:
        """Return what the form at an address sends, with some of it typed anew; only that, where there is no form."""
        if path not in self._drawn:
            self._drawn[path] = drawn(self.world.people[SUPERUSER].browser, path)
        return {**self._drawn[path], **typed}


def drawn(browser: Client, path: str) -> Data:
    """Return what the longest form at an address sends as it stands; nothing, where there is none."""
    answer = browser.get(path)
    if answer.status_code != 200:
        return {}
    found = [one for one in html.document_fromstring(answer.content).forms if one.method == "POST"]
    values: Data = {}
    for name, value in max(found, key=lambda one: len(one.inputs)).form_values():
        values.setdefault(name, []).append(value)
    return values


@dataclass(frozen=True)
class Page:
    """One thing to be done at an address of the admin. `data` makes of its own address what is posted there."""

    name: str
    #: what stands in the address; None where it is of no row
    args: Callable[[World, Row], list[Any]] | None = None
    #: None for what is only read
    data: Callable[[Forms, str, Row], Data] | None = None


def _key(_world: World, row: Row) -> list[Any]:
    return [row.pk]


def _version(row: Row, model: type[Model]) -> str:
    found = model._default_manager.filter(pk=row.pk).values_list("version", flat=True).first()
    return str(found or "")


def _united(forms: Forms, _path: str, row: Row) -> Data:
    return {"kept": str(forms.world.partners[row.pk])}


def _sent(**values: Any) -> Callable[[Forms, str, Row], Data]:
    return lambda _forms, _path, _row: dict(values)


def _filled(**typed: Any) -> Callable[[Forms, str, Row], Data]:
    return lambda forms, path, _row: forms.on(path, **typed)


def _split(forms: Forms, path: str, row: Row) -> Data:
    names = Speaker.objects.get(pk=row.pk).names.values_list("pk", flat=True)
    return forms.on(path, name="Ada Seconde", names=[str(one) for one in names])


def _merged(forms: Forms, _path: str, row: Row) -> Data:
    return {"into": str(forms.world.kept.pk), "version": _version(row, Speaker)}


def _merged_topic(forms: Forms, _path: str, row: Row) -> Data:
    return {"into": str(forms.world.kept_topic.pk), "version": _version(row, Topic)}


def _typed(values: Mapping[type[Model], Data]) -> Callable[[type[Model]], Callable[[Forms, str, Row], Data]]:
    def of_model(model: type[Model]) -> Callable[[Forms, str, Row], Data]:
        if model not in values:
            raise UnknownAddressError(f"{model._meta.label}: say in tests/permissions/admin_forms.py what is typed")
        return _filled(**values[model])

    return of_model


def _review(world: World) -> Data:
    return {
        "claim": str(world.first(Claim)),
        "publisher": str(world.first(Publisher)),
        "url": "https://check.example/neu",
        "rating": "Vrai",
        "claim_reviewed": "Neu.",
    }


def added(world: World) -> Callable[[type[Model]], Callable[[Forms, str, Row], Data]]:
    """Return, by model, what is typed into the form of a new row; nothing where rows are made otherwise."""
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    return _typed(
        {
            Publisher: {"name": "Neu"},
            Source: {"text": "Un texte que personne n’a vu.", "title": "Neu", "language": "fr"},
            SourceText: {},
            Speaker: {"name": "Neu"},
            Role: {"labels_en": "new"},
            Membership: {"speaker": str(world.kept.pk), "role": str(world.first(Role)), "start": "2001"},
            Statement: {},
            Topic: {"labels_en": "new"},
            Event: {"name": "Neu"},
            Claim: {"text_en": "New."},
            Review: _review(world),
            IntensityPhrase: {"language": "fr", "phrase": "inouï", "intensity": "3"},
            DatasetImport: {},
            Token: {"name": "new", "role": "reader", "days": "1"},
            User: {"username": "new", **passwords},
            Group: {"name": "new"},
        }
    )


changed = _typed(
    {
        Publisher: {"country": "DE"},
        Source: {"translator": "Eva"},
        SourceText: {},
        Speaker: {"note": "x"},
        Role: {"labels_en": "x"},
        Membership: {"end": "2030"},
        Statement: {"act": "deny"},
        Topic: {"labels_en": "x"},
        Event: {"location": "Bern"},
        Claim: {"text_en": "x"},
        Review: {"rating": "x"},
        IntensityPhrase: {"intensity": "3"},
        DatasetImport: {},
        Token: {},
        User: {"first_name": "x"},
        Group: {"name": "x"},
    }
)


def _step(name: str) -> Page:
    data = {"reason": "Because."} if name in ("return", "withdraw") else {}
    return Page(name, lambda _world, row: [row.pk, name], _sent(**data))


def pages(world: World, model: type[Model], name: str) -> list[Page]:
    """Return what can be done at an address of a model's admin, by what its name ends in."""
    own = SPECIAL.get((model, name))
    if own is not None:
        return own
    if name in ("add", "change"):
        data = added(world)(model) if name == "add" else changed(model)
        return [Page(name, None if name == "add" else _key, data)]
    try:
        return PLAIN[name]
    except KeyError:
        label = model._meta.label
        raise UnknownAddressError(
            f"{name} of {label}: say in tests/permissions/admin_forms.py what to send there"
        ) from None


PLAIN = {
    "changelist": [Page("list")],
    "delete": [Page("delete", _key, _sent(post="yes"))],
    "history": [Page("history", _key)],
    "restore": [Page("restore", lambda _world, row: [row.pk, 1], _sent())],
    "": [Page(SHORT, _key)],
}
SPECIAL: dict[tuple[type[Model], str], list[Page]] = {
    (Statement, "unite"): [Page("unite", lambda world, row: [row.pk, world.partners[row.pk]], _united)],
    (Statement, "reanchor"): [Page("reanchor", lambda world, row: [world.appearances[row.pk]], _filled())],
    (Statement, "move"): [_step(one) for one in ("submit", "approve", "publish", "return", "withdraw")],
    (Speaker, "merge"): [Page("merge", _key, _merged)],
    (Topic, "merge"): [Page("merge", _key, _merged_topic)],
    (Speaker, "split"): [Page("split", _key, _split)],
    (Source, "reanchor"): [Page("reanchor all that appears in it", _key, _sent())],
    (Source, "revision"): [Page("add a revision", _key, _filled(text=f"Encore. {factories.TEXT}"))],
    (SourceText, "original"): [Page("download", _key)],
    (Token, "revoke"): [Page("revoke", _key, _sent())],
    (User, "password_change"): [
        Page(
            "set the password",
            _key,
            _sent(password1=NEW_PASSWORD, password2=NEW_PASSWORD, usable_password="true"),
        )
    ],
}
#: bulk actions -> what the list sends besides
ACTIONS: dict[str, Data] = {
    "delete_selected": {"post": "yes"},
    "submit_selected": {},
    "approve_selected": {},
    "publish_selected": {},
    "return_selected": {"reason": "Because."},
    "withdraw_selected": {"reason": "Because."},
    "unite_selected": {},
    "revoke_selected": {},
}
OLD = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
#: pages that are of no model
SITE: dict[str, Page] = {
    "index": Page("start page"),
    "login": Page("log in"),
    "logout": Page("log out"),
    "password_change": Page("change one's own password", None, _sent(**OLD)),
    "password_change_done": Page("password changed"),
    "jsi18n": Page("texts for scripts"),
    "view_on_site": Page(
        "view on site",
        lambda world, _row: [ContentType.objects.get_for_model(Statement).pk, world.first(Statement, "published")],
    ),
}
