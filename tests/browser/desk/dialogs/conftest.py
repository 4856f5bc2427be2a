"""The dialogs of the desk in a real browser, asked for by themselves: what they answer is what tests look at."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from sources.models import SourceText
from tests import factories
from tests.browser.conftest import Watched

TEXT = "Kim Yo-jong a dénoncé samedi « une provocation grave » de Séoul, selon l’agence KCNA.\n"
ASK = """
([name, given]) => {
  const [module, what] = name.split(".");
  window.answer = undefined;
  const names = [`dialogs/${module}`, "server", "words"];
  return Promise.all(names.map((one) => import(`/static/desk/${one}.js`))).then(([dialogs, server, { page }]) => {
    const all = { words: page.words, find: server.find, decide: server.decide, ...given };
    if (all.labels) all.format = (member, value) => (value === null ? "" : String(value));
    const option = (row) => ({ id: row.id, label: row.name });
    // deaf to the signal that a newer question was asked, so that its answer does come
    const search = async (q) => (await server.find(given.from, { q })).results.map(option);
    if (given.from) all.search = search;
    dialogs[what](all).then((answer) => { window.answer = { is: answer ?? null }; });
  });
}
"""


class Desk:
    """A page from which dialogs are asked for."""

    def __init__(self, watched: Watched, revision: SourceText) -> None:
        self.page: Page = watched.page
        self.watched = watched
        self.revision = revision
        self.source = str(revision.source_id)

    def ask(self, name: str, **given: Any) -> None:
        """Open a dialog, as `module.function`."""
        self.page.evaluate(ASK, [name, given])
        expect(self.page.locator("dialog[open]")).to_be_visible()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def answer(self) -> Any:
        """Return what the dialog was closed with."""
        self.until(lambda: bool(self.page.evaluate("window.answer !== undefined")))
        assert self.page.locator("dialog").count() == 0
        return self.page.evaluate("window.answer.is")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, for 5 seconds at most."""
        for _ in range(100):
            if is_so():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("it did not become so")

    def hold(self, typed: str) -> list[Route]:
        """Keep what is asked for these letters from being answered; it is in the list returned."""
        held: list[Route] = []
        self.page.route(re.compile(rf"/find/\w+/\?q={typed}\b"), lambda route: held.append(route))
        return held

    def let_go(self, held: list[Route]) -> None:
        self.until(lambda: bool(held))
        for route in held:
            route.continue_()

    def fail(self, status: int, route: Route) -> None:
        """Answer with an error; 0 for no answer at all."""
        if status:
            route.fulfill(status=status, content_type="application/problem+json", body="{}")
        else:
            route.abort()

    def lose_decisions(self, *, is_stored: bool, times: int) -> None:
        """Let so many answers be lost, after the decision was stored or before."""
        self.keys: list[str] = []

        def lose(route: Route) -> None:
            self.keys.append(json.loads(route.request.post_data or "")["key"])
            if len(self.keys) > times:
                route.continue_()
                return
            if is_stored:
                assert route.fetch().status == 200
            route.abort()

        self.page.route("**/decisions/", lose)

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    @property
    def field(self) -> Locator:
        return self.dialog.get_by_role("combobox")

    @property
    def options(self) -> Locator:
        return self.dialog.get_by_role("option")


@pytest.fixture
def revision(transactional_db: None) -> SourceText:
    return factories.source(TEXT, title="Une provocation", published_at="2024-11-16")


@pytest.fixture
def desk(watched: Watched, revision: SourceText) -> Iterator[Desk]:
    user = factories.user("curator")
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name="curators"))
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    watched.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"http://{watched.host}"}]
    )
    watched.page.goto(reverse("desk:page", args=[revision.source_id]))
    expect(watched.page.get_by_text("a dénoncé samedi").first).to_be_visible(timeout=20_000)
    yield Desk(watched, revision)
    assert watched.foreign == []
