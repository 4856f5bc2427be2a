"""Nothing in a dialog is cut off, and axe-core finds nothing that somebody could not use."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories
from tests.browser.desk.dialogs.conftest import Desk
from tests.browser.desk.dialogs.test_answers import CONFLICT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]
# What is wider than the room that it has, and not meant to be scrolled sideways.
WIDER = """
() => [...document.querySelectorAll("dialog, dialog *")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && !["INPUT", "INLINE"].includes(node.tagName))
  .filter((node) => getComputedStyle(node).display !== "inline" && !node.closest(".dialog-unseen, thead"))
  .map((node) => node.outerHTML.slice(0, 120))
"""


OPENED: list[tuple[str, dict[str, Any]]] = [
    ("speakers.findSpeaker", {"source": "", "query": "kim"}),
    ("topics.chooseTopics", {"chosen": [{"id": "x", "name": "Corée du Nord"}]}),
    ("reason.askReason", {"title": "Why is it returned?"}),
    ("conflict.settle", CONFLICT),
    (
        "help.showLegend",
        {"keys": [{"title": "Acts", "keys": [{"keys": ["Shift", "A"], "does": "assert"}] * 9}] * 9},
    ),
]


def test_nothing_is_cut_off_or_hard_to_use(desk: Desk) -> None:
    factories.speaker("Kim Yo-jong")
    factories.topic("armement")
    for name, given in OPENED:
        desk.ask(name, **given)
        if name.startswith(("speakers", "topics")):
            expect(desk.options.first).to_be_visible()
        check_room(desk)
        desk.press("Escape")
        desk.answer()
    desk.watched.assert_clean()
    # the tool itself loads style sheets in ways that the policy forbids, so it comes last
    for name, given in OPENED:
        desk.ask(name, **given)
        check_use(desk)
        desk.press("Escape")
        desk.answer()


def check_room(desk: Desk) -> None:
    """Fail where a dialog is wider than the window, or a button cannot be reached by scrolling."""
    for width, height in [(1280, 900), (2560, 1300), (640, 400), (320, 256)]:
        desk.page.set_viewport_size({"width": width, "height": height})
        box = desk.dialog.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert desk.page.evaluate(WIDER) == []
        # to the last button by scrolling
        desk.dialog.get_by_role("button").last.scroll_into_view_if_needed()
        expect(desk.dialog.get_by_role("button").last).to_be_in_viewport()
    desk.page.set_viewport_size({"width": 1280, "height": 900})


def check_use(desk: Desk) -> None:
    """Fail on anything that axe-core finds, light or dark."""
    for theme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=theme)
        found = Axe().run(
            desk.page, context="dialog", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        )
        assert [one["id"] for one in found.response["violations"]] == [], found.generate_report()
