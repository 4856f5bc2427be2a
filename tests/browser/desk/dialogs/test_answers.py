"""What each dialog answers with: an event, a statement, a reason, what is kept of two people's changes."""

from typing import Any

import pytest
from playwright.sync_api import expect

from claims.models import Event
from tests import factories
from tests.browser.desk.dialogs.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_an_event_can_be_chosen_and_taken_away(desk: Desk) -> None:
    event = Event.objects.create(name="Conférence de presse", type="press_conference", date="2024-11-16")
    desk.ask("events.chooseEvent")
    desk.type("conf")
    expect(desk.options.first).to_contain_text("Press conference · 2024-11-16")
    desk.press("Enter")
    assert desk.answer() == {"id": str(event.pk), "name": event.name}
    desk.ask("events.chooseEvent", chosen={"id": str(event.pk), "name": event.name})
    expect(desk.options.last).to_contain_text("No event")
    desk.press("ArrowUp", "Enter")
    assert desk.answer() == {"id": None}


def test_statements_show_which_words_differ(desk: Desk) -> None:
    text = "Elle juge « une provocation très grave et délibérée » cet essai."
    there = factories.source(text, title="Un autre document")
    statement = factories.published(
        revision=there, words="une provocation très grave et délibérée", speakers=[factories.speaker("Kim Yo-jong")]
    )
    desk.ask("statements.findStatement", source="", item="", quote="Une provocation grave")
    desk.type("provocation")
    expect(desk.options).to_have_count(1)
    assert desk.options.first.locator("mark").all_inner_texts() == ["très", "et délibérée"]
    expect(desk.options.first).to_contain_text("Kim Yo-jong · Un autre document · Published")
    desk.press("Enter")
    assert desk.answer()["id"] == str(statement.pk)


def test_a_reason_is_needed_and_has_500_characters_at_most(desk: Desk) -> None:
    desk.ask("reason.askReason", title="Why is it returned?")
    desk.press("Enter")
    expect(desk.dialog.get_by_text("Please say why")).to_be_visible()
    desk.page.keyboard.insert_text("🤯" * 501)
    expect(desk.dialog.get_by_text("Characters left: -1")).to_be_visible()
    desk.press("Control+Enter")
    expect(desk.dialog.get_by_text("500 characters are the most")).to_be_visible()
    desk.press("Backspace", "Shift+Enter", "Control+Enter")
    assert desk.answer() == "🤯" * 500


CONFLICT: dict[str, dict[str, Any]] = {
    "mine": {"attitude": "concern", "act": "assert", "event": None, "is_headline": True},
    "theirs": {"attitude": "fear", "act": None, "event": "visit", "is_headline": True, "topics": "arms"},
    "base": {"attitude": "fear", "act": "deny", "event": "summit", "is_headline": False, "topics": ""},
    "labels": {"attitude": "Attitude", "act": "Act", "event": "Event", "is_headline": "Headline", "topics": "Topics"},
}


def test_a_conflict_is_settled_row_by_row_from_the_keyboard(desk: Desk) -> None:
    desk.ask("conflict.settle", by="Ada Essai", **CONFLICT)
    expect(desk.dialog.get_by_text("Ada Essai changed this while you did.")).to_be_visible()
    expect(desk.dialog.get_by_text("Topics: arms")).to_be_visible()
    expect(desk.dialog.get_by_role("rowheader")).to_have_text(["Attitude", "Act", "Event"])
    # nobody but me changed the attitude; the others are open, and a key that was on its way decides nothing
    desk.press("Enter", "Control+Enter")
    expect(desk.dialog.get_by_text("Please choose in each row.")).to_be_visible()
    expect(desk.dialog.get_by_role("radio", name="Act Mine assert")).to_be_focused()
    desk.press("Space", "Tab", "Space", "ArrowRight", "Control+Enter")
    assert desk.answer() == {"attitude": "concern", "act": "assert"}


def test_a_conflict_can_be_settled_one_way_or_later(desk: Desk) -> None:
    desk.ask("conflict.settle", **CONFLICT)
    desk.dialog.get_by_role("button", name="All theirs").click()
    desk.press("Control+Enter")
    assert desk.answer() == {}
    desk.ask("conflict.settle", **CONFLICT)
    desk.dialog.get_by_role("button", name="All mine").click()
    desk.dialog.get_by_role("button", name="Keep what is chosen").click()
    assert desk.answer() == {name: value for name, value in CONFLICT["mine"].items() if name != "is_headline"}
    desk.ask("conflict.settle", **CONFLICT)
    desk.press("Escape")
    assert desk.answer() is None
