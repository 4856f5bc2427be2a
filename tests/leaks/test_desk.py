"""A contributor at the desk, on a real server, is shown nothing of what is in drafts of others, nor that they count."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, override_settings

from claims.desk.models import Decision, Intake
from claims.models import Appearance, Mention, Relay, Segment, Statement, Wording
from sources.models import Source, SourceText
from sources.models.fields import uuid7
from tests.leaks.asking import Answer, Request
from tests.leaks.conftest import KEY, Pair, Served
from tests.leaks.hidden import MARK, canary

DESK = "/admin/desk/"
CONTRIBUTOR, CURATOR = "leaks-contributor", "leaks-curator"
#: what is theirs alone who wrote it; the words of a text, and what was put forward in it, are everybody's at the desk
SECRET: tuple[type[Any], ...] = (Statement, Wording, Segment, Mention, Relay, Appearance, Decision, Intake)
OF_EACH = 6
CSRF = "a" * 32
UUID_FORM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
pytestmark = pytest.mark.django_db


@dataclass
class Seat:
    """Somebody signed in to a server."""

    served: Served
    user: int
    cookies: str

    def get(self, path: str, **query: str) -> Answer:
        """Ask for an address."""
        address = f"{path}?{urlencode(query)}" if query else path
        return self.served.asker.ask(Request(address, headers=(("Cookie", self.cookies),)))

    def post(self, path: str, body: Any) -> Answer:
        """Send JSON, or a form, as a page does."""
        is_form = isinstance(body, str)
        kind = "application/x-www-form-urlencoded" if is_form else "application/json"
        headers = (("Cookie", self.cookies), ("X-CSRFToken", CSRF), ("Content-Type", kind))
        return self.served.asker.ask(Request(path, "POST", headers, body if is_form else json.dumps(body)))

    def decision(self, do: str, about: str, given: Any, revision: str) -> dict[str, Any]:
        """Return a decision as the page sends it."""
        sent = {"as": self.user, "about": about, "seen": 1, "do": do, "with": given, "revision": revision}
        return {"key": str(uuid7()), "group": str(uuid7()), **sent}


def sit(served: Served, name: str) -> Seat:
    """Sign somebody in as their browser would be."""
    with served.database.used(), override_settings(SECRET_KEY=KEY):
        user = User.objects.get(username=name)
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: CSRF})
    return Seat(served, user.pk, "; ".join(f"{one.key}={one.value}" for one in cookies.values()))


@dataclass
class Texts:
    """Sources of which everybody knows and of which nobody does, with what is printed in them."""

    sources: list[str]
    printed: str


@pytest.fixture(scope="module")
def texts(pair: Pair, django_db_blocker: Any) -> Texts:
    with django_db_blocker.unblock(), pair.beside.database.used():
        drafts = Appearance.objects.filter(statement__in=pair.hidden[Statement]).order_by()
        rows = [
            key
            for is_public in (True, False)
            for key in Source.objects.filter(is_public=is_public, texts__in=drafts.values("source_text"))
            .order_by("id")
            .distinct()
            .values_list("pk", flat=True)[:OF_EACH]
        ]
        printed = " ".join(SourceText.objects.filter(source__in=rows).values_list("text", flat=True))
    assert len(rows) == 2 * OF_EACH
    return Texts([str(one) for one in rows], printed)


@pytest.fixture
def contributor(pair: Pair) -> Seat:
    return sit(pair.beside, CONTRIBUTOR)


@pytest.fixture(scope="module")
def secrets(texts: Texts) -> list[str]:
    """The words of drafts that are in no text, in small letters."""
    words = [canary(f"{model.__name__}.{one.name}") for model in SECRET for one in model._meta.concrete_fields]
    return [one for one in words if one not in texts.printed.lower()]


def told(answer: Answer, secrets: list[str]) -> Iterator[str]:
    said = answer.everything.decode("utf-8", "replace").lower()
    yield from (one for one in secrets if one in said)


def pages(texts: Texts, hidden: list[Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Everything to look at, with a query each."""
    yield "/admin/", {}
    yield f"{DESK}measures/", {}
    yield DESK, {}
    for queue in ("returned", "attribute", "review", "publish", "anchors", "duplicates", "speakers"):
        yield DESK, {"queue": queue}
    for source in texts.sources:
        yield f"{DESK}sources/{source}/", {}
        yield f"{DESK}sources/{source}/state/", {}
        yield f"{DESK}find/speakers/", {"source": source}
    for q in ("", "Ada", MARK, canary("Wording.text"), "concern", "armement", "preoccupation"):
        for what in ("speakers", "topics", "events", "statements"):
            yield f"{DESK}find/{what}/", {"q": q} if q else {}
    for one in hidden[:OF_EACH]:
        yield f"{DESK}statements/{one}/", {}


def test_nothing_of_drafts_of_others_is_shown(pair: Pair, contributor: Seat, texts: Texts, secrets: list[str]) -> None:
    hidden = {str(one) for one in pair.hidden[Statement]}
    wrong, statuses = [], set()
    for path, query in pages(texts, pair.hidden[Statement]):
        answer = contributor.get(path, **query)
        statuses.add(answer.status)
        wrong += [f"{path} {query}: {one}" for one in told(answer, secrets)]
        shown = set(UUID_FORM.findall(answer.everything.decode("utf-8", "replace"))) & hidden
        wrong += [f"{path} {query}: the id {one}" for one in shown if one not in path]
    assert wrong == [], "\n".join(wrong[:20])
    assert statuses == {200, 404}


def test_a_curator_is_shown_them(pair: Pair, texts: Texts, secrets: list[str]) -> None:
    """Or nothing here could fail."""
    curator = sit(pair.beside, CURATOR)
    found = {one for source in texts.sources for one in told(curator.get(f"{DESK}sources/{source}/state/"), secrets)}
    assert {canary("Wording.text"), canary("Wording.translator"), canary("Statement.returned_reason")} <= found


def test_a_draft_of_another_is_a_place_and_is_not_counted(contributor: Seat, texts: Texts) -> None:
    hidden = 0
    for source in texts.sources:
        state = contributor.get(f"{DESK}sources/{source}/state/").json
        items = [one for one in state["items"] if one["state"] == "hidden"]
        assert all(set(one) == {"id", "start", "end", "state"} for one in items)
        assert {state["counts"][name] for name in ("draft", "in_review", "approved")} == {0}
        hidden += len(items)
        for one in items[:1]:
            assert contributor.get(f"{DESK}find/statements/", source=source, item=one["id"]).status == 404
    assert hidden > OF_EACH


def test_what_is_decided_about_one_tells_nothing(contributor: Seat, texts: Texts, secrets: list[str]) -> None:
    for source in texts.sources[:: OF_EACH - 1]:
        contributor.post(f"{DESK}sources/{source}/lease/", {"do": "take", "tab": str(uuid7())})
        state = contributor.get(f"{DESK}sources/{source}/state/").json
        item = next(one for one in state["items"] if one["state"] == "hidden")
        for do, given in (("choose", {}), ("reject", {}), ("accept", {}), ("link", {"to": None}), ("mark", None)):
            marked = {"id": item["id"], "start": item["start"], "end": item["end"], "form": {}}
            body = contributor.decision(do, item["id"], marked if given is None else given, state["revision"]["id"])
            answer = contributor.post(f"{DESK}sources/{source}/decisions/", body)
            assert answer.status == (409 if do == "mark" else 403), answer.body
            assert list(told(answer, secrets)) == []


def test_the_next_source_is_given_out_alike(contributor: Seat, secrets: list[str]) -> None:
    answer = contributor.post(f"{DESK}next/", urlencode({"mode": "attribute"}))
    assert answer.status == 302
    assert list(told(answer, secrets)) == []
    assert contributor.post(f"{DESK}next/", urlencode({"mode": "review"})).status == 403


def test_drafts_of_others_count_for_nothing_where_something_is_looked_for(pair: Pair) -> None:
    """Of what both servers find, each tells the same."""
    beside, without = (sit(one, CONTRIBUTOR) for one in (pair.beside, pair.without))
    compared = 0
    for what in ("speakers", "topics", "events"):
        for q in ("", "Ada", "Utopie", "armement", "conference"):
            found = [_by_id(seat.get(f"{DESK}find/{what}/", q=q)) for seat in (beside, without)]
            for key in found[0].keys() & found[1].keys():
                assert found[0][key]["statements"] == found[1][key]["statements"]
                compared += 1
    assert compared > OF_EACH


def _by_id(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    return {one["id"]: one for one in answer.json["results"]}


def test_no_canary_is_in_any_log(pair: Pair, contributor: Seat, texts: Texts) -> None:
    """After what the desk is refused, by somebody who sees everything too."""
    curator = sit(pair.beside, CURATOR)
    for seat in (curator, contributor):
        for source in texts.sources[:: OF_EACH - 1]:
            for given in (
                {"act": MARK},
                {MARK: MARK},
                {"wordings": [{"language": MARK, "text": MARK, "translator": 1}]},
            ):
                body = seat.decision("choose", str(uuid7()), given, str(uuid7()))
                assert seat.post(f"{DESK}sources/{source}/decisions/", body).status in {400, 404}
            assert seat.post(f"{DESK}sources/{source}/lease/", {"do": MARK, "tab": MARK}).status == 400
    words = pair.beside.server.words.lower()
    logged = "".join(path.read_text("utf-8", "replace") for path in pair.beside.database.logs()).lower()
    assert MARK not in words
    assert MARK not in logged
