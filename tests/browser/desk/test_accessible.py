"""axe-core finds nothing serious on any page of the desk, light or dark; what happens is said; windows may be small.

The dialogs by themselves are asked in the package dialogs.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.desk.models import Effort, Work
from claims.services.reviewing import return_to_draft, submit
from sources.models import SourceText
from tests import factories
from tests.browser.desk.conftest import Desk, World, person
from tests.claims.desk.waiting import revised

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: what a colour scheme changes
COLOURS = ["color-contrast", "link-in-text-block"]


def serious(page: Page) -> list[str]:
    """Return what axe finds serious or worse by WCAG 2.0 to 2.2 A and AA, in light and in dark, with the elements."""
    found = []
    for scheme, rules in (("light", WCAG), ("dark", COLOURS)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        # colours may take a moment to change
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
        # style sheets are not fetched again: the policy forbids how axe does it
        options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
        found += [
            f"{scheme}, {one['id']}: {[node['html'][:160] for node in one['nodes']]}"
            for one in Axe().run(page, options=options).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
    page.emulate_media(color_scheme="light")
    return found


def test_the_desk(open_desk: Any, curator: User, world: World) -> None:
    desk: Desk = open_desk(curator, world.url)
    assert serious(desk.page) == []
    # items in every state, a statement with everything, words selected, a dialog over it
    desk.press("Enter", "x", "2", "c", "Shift+Digit1", "r", "3", "Home", "Shift+ArrowRight")
    desk.saved()
    desk.page.get_by_role("button", name="Add a language").click()
    assert serious(desk.page) == []
    desk.press("Escape")
    desk.page.locator("#desk-text").focus()
    desk.press("/")
    desk.page.locator("dialog[open]").wait_for()
    assert serious(desk.page) == []
    desk.press("Escape")
    desk.watched.assert_clean()


def test_the_desk_where_something_stands_in_the_way(open_desk: Any, curator: User, world: World) -> None:
    now = timezone.now()
    lease = {"leased_since": now, "leased_until": now + timedelta(seconds=80)}
    Work.objects.create(source=world.revision.source, leased_by=person("second"), **lease)
    desk: Desk = open_desk(curator, world.url)
    expect(desk.page.locator(".desk-banner")).to_be_visible()
    assert serious(desk.page) == []
    # what the server refuses, told at its field
    Work.objects.all().delete()
    desk.page.locator(".desk-banner button").click()
    desk.page.locator("input[placeholder^='2025-02-16']").fill("2023-02-30")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".desk-error:not(:empty)")).to_be_visible()
    assert serious(desk.page) == []


def test_review_and_an_older_text(open_desk: Any, reviewer: User, world: World) -> None:
    words = ["profondes inquiétudes", "rien ne change", "un pas de plus"]
    sent = [factories.draft(revision=world.revision, words=one, speakers=[world.cast[0]]) for one in words]
    factories.put_out(sent.pop())
    for one in sent:
        submit(statement_id=one.pk, by=factories.user("author"))
    desk: Desk = open_desk(reviewer, f"{world.url}?mode=review")
    desk.press("Enter")
    desk.saved()
    assert serious(desk.page) == []
    SourceText.objects.create(source=world.revision.source, number=2, raw=b"Rien.", text="Rien.")
    desk.open(f"{world.url}?revision=1")
    expect(desk.page.locator(".desk-banner")).to_be_visible()
    assert serious(desk.page) == []


@pytest.fixture
def waiting(world: World) -> User:
    """Something waits in each queue of somebody who may do everything."""
    everybody = person("ann")
    everybody.groups.add(Group.objects.get(name="reviewers"))
    ada = world.cast[0]
    factories.speaker(ada.name)
    for _ in range(2):
        there = factories.draft(speakers=[ada])
    revised(there.appearances.get().source_text.source, f"Avant. {factories.TEXT}")
    back, sent = factories.draft(created_by=everybody), factories.draft()
    for one in (back, sent):
        submit(statement_id=one.pk, by=factories.user("author"))
    return_to_draft(statement_id=back.pk, reason="Un autre l’a dit.")
    now = timezone.now()
    lease = {"leased_by": everybody, "leased_since": now, "leased_until": now + timedelta(seconds=80)}
    Work.objects.create(source=world.revision.source, priority=2, assigned_to=everybody, **lease)
    Effort.objects.create(day=now.date(), keys=1, clicks=0, milliseconds=900, engine="marks", corrections=0)
    return everybody


def test_the_start_page_and_the_queues(open_desk: Any, waiting: User, world: World) -> None:
    page = open_desk(waiting, world.url).page
    for address in ("/admin/", "/admin/desk/", "/admin/desk/?queue=attribute&q=rien", "/admin/desk/measures/"):
        page.goto(address)
        assert (address, serious(page)) == (address, [])


def test_bringing_in(open_desk: Any, waiting: User, world: World) -> None:
    page = open_desk(waiting, world.url).page

    def check() -> None:
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280

    page.goto("/admin/desk/sources/new/")
    page.click("button.default")
    page.locator(".intake-errors").wait_for()
    check()
    page.fill("#id_text", world.revision.text)
    page.click("button.default")
    page.locator(".intake-alike").wait_for()
    page.locator("summary").click()
    check()
    page.fill("#id_title", "")
    page.click("button.default")
    page.locator(".intake-errors").wait_for()
    check()


def test_what_happens_is_said(desk: Desk, world: World) -> None:
    live = desk.page.locator("#desk-live")

    def said(text: str) -> None:
        # names are kept apart from the sentence by marks of direction
        words = re.escape(text).replace("NAME", "[\u2068\u2069]?")
        expect(live).to_contain_text(re.compile(words))

    said("1 of 4, Open: “NAMEprofondes inquiétudesNAME”, NAMEAda EssaiNAME")
    desk.press("Enter")
    said("Accepted. 2 of 4, Open: “NAMENous verrons 🤯 demainNAME”, NAMEAda EssaiNAME")
    desk.press("2")
    said("NAMEBela ProbeNAME says it.")
    desk.press("ArrowRight", "Shift+ArrowRight")
    expect(live).to_contain_text(re.compile("Selected: .*Nous"))
    desk.saved()


def test_the_details_are_reached_and_left_by_keyboard(desk: Desk, world: World) -> None:
    desk.press("m")
    assert desk.page.evaluate("document.querySelector('#desk-panel').contains(document.activeElement)")
    seen = set()
    for _ in range(80):
        seen.add(
            desk.page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
        )
        desk.press("Tab")
    assert {"Certainty", "How the date is known", "Add a language"} <= seen
    desk.page.locator("#desk-panel select").first.focus()
    desk.press("Escape")
    assert desk.page.evaluate("document.activeElement.id") == "desk-text"
