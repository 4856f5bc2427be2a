"""Looking something up by keys alone, with answers that come late, not at all, or in another order."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.desk.dialogs.conftest import ASK, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_first_found_is_highlighted_and_enter_takes_it(desk: Desk) -> None:
    speaker = factories.speaker("Kim Yo-jong")
    desk.ask("speakers.findSpeaker", source=desk.source)
    desk.type("kim")
    expect(desk.options.first).to_contain_text("Kim Yo-jong")
    row = desk.options.first.get_attribute("id")
    expect(desk.field).to_have_attribute("aria-activedescendant", row)
    desk.press("Enter")
    assert desk.answer()["id"] == str(speaker.pk)


def test_arrows_go_round_and_digits_take_where_they_are_keys(desk: Desk) -> None:
    topics = [factories.topic(label) for label in ("armement", "armes", "armistice")]
    desk.ask("chooser.choose", title="Topic", keys="digits", **{"from": "topics"})
    expect(desk.options).to_have_count(3)
    shown = [row.split("\n")[-1] for row in desk.options.all_inner_texts()]
    desk.press("ArrowUp")
    expect(desk.options.nth(2)).to_have_attribute("aria-selected", "true")
    desk.press("ArrowDown")
    expect(desk.options.nth(0)).to_have_attribute("aria-selected", "true")
    desk.press("2")
    assert desk.answer()["label"] == shown[1]
    assert set(shown) == {str(one) for one in topics}


def test_enter_pressed_at_once_takes_what_was_typed_and_no_earlier_find(desk: Desk) -> None:
    factories.speaker("Kim Yo-jong")
    wanted = factories.speaker("Yoon Suk Yeol")
    held = desk.hold("yoon")
    desk.ask("speakers.findSpeaker", source=desk.source)
    desk.type("kim")
    expect(desk.options.first).to_contain_text("Kim Yo-jong")
    desk.press("Control+a")
    desk.type("yoon")
    desk.press("Enter")
    desk.let_go(held)
    assert desk.answer()["id"] == str(wanted.pk)


def test_late_answers_never_replace_newer_ones(desk: Desk) -> None:
    factories.topic("armement")
    wanted = factories.topic("sanctions")
    held = desk.hold("arm")
    desk.ask("chooser.choose", title="Topic", **{"from": "topics"})
    desk.type("arm")
    desk.until(lambda: len(held) == 1)
    desk.press("Control+a")
    desk.type("sanc")
    expect(desk.options).to_have_text(["sanctions"])
    with desk.page.expect_response(re.compile(r"q=arm\b")):
        desk.let_go(held)
    # what the page makes of it is made before its next picture
    desk.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    expect(desk.options).to_have_text(["sanctions"])
    desk.press("Enter")
    assert desk.answer()["id"] == str(wanted.pk)


def test_a_failed_look_up_is_told_and_tried_again_with_what_was_typed(desk: Desk) -> None:
    speaker = factories.speaker("Kim Yo-jong")
    path = re.compile("/find/speakers/")
    desk.ask("speakers.findSpeaker", source=desk.source)
    for status, said in [(500, "cannot answer"), (401, "signed out"), (0, "does not answer")]:
        desk.page.route(path, partial(desk.fail, status))
        if status == 500:
            desk.type("kim")
        else:
            desk.press("Enter")
        expect(desk.dialog.get_by_text(said)).to_be_visible()
        expect(desk.field).to_have_value("kim")
        expect(desk.options).to_have_count(0)
        desk.page.unroute(path)
    desk.dialog.get_by_role("button", name="Try again").click()
    expect(desk.options.first).to_contain_text("Kim Yo-jong")
    desk.press("Enter")
    assert desk.answer()["id"] == str(speaker.pk)


def test_being_online_again_looks_up_by_itself(desk: Desk) -> None:
    factories.topic("armement")
    desk.ask("topics.chooseTopics")
    expect(desk.options).to_have_count(1)
    desk.page.context.set_offline(True)
    desk.type("arm")
    expect(desk.dialog.get_by_text("You are offline")).to_be_visible()
    desk.page.context.set_offline(False)
    expect(desk.options.first).to_contain_text("armement")
    expect(desk.field).to_have_value("arm")


def test_several_are_gathered_and_an_empty_enter_is_done(desk: Desk) -> None:
    one, two, three = (factories.topic(label) for label in ("armement", "sanctions", "diplomatie"))
    given = [{"id": str(three.pk), "name": "diplomatie"}]
    desk.ask("topics.chooseTopics", chosen=given)
    desk.type("arm")
    desk.press("Enter")
    expect(desk.dialog.locator(".dialog-chip")).to_have_count(2)
    desk.type("sanc")
    # both at once: the second is remembered until the first can be done
    desk.press("Enter", "Enter")
    chosen = desk.answer()
    assert [row["id"] for row in chosen] == [str(three.pk), str(one.pk), str(two.pk)]
    desk.ask("topics.chooseTopics", chosen=chosen)
    desk.press("Backspace", "Backspace")
    expect(desk.dialog.locator(".dialog-chip")).to_have_count(1)
    desk.press("Control+Enter")
    assert desk.answer() == given


def test_escape_gives_up_and_gives_back_focus_and_selection(desk: Desk) -> None:
    before = desk.page.evaluate("""() => {
      const words = document.createTreeWalker(document.querySelector(".paragraph"), NodeFilter.SHOW_TEXT).nextNode();
      const focused = document.querySelector("a[href='/admin/']");
      focused.focus();
      document.getSelection().setBaseAndExtent(words, 7, words, 2);
      return focused.outerHTML;
    }""")
    desk.ask("events.chooseEvent")
    desk.type("x")
    for _ in range(8):
        desk.press("Tab")
        assert desk.page.evaluate("document.activeElement.matches('body, dialog *')")
    desk.press("Escape")
    assert desk.answer() is None
    assert desk.page.evaluate("document.activeElement.outerHTML") == before
    assert desk.page.evaluate("[getSelection().anchorOffset, getSelection().focusOffset]") == [7, 2]


def test_a_second_dialog_waits_for_the_first(desk: Desk) -> None:
    desk.ask("reason.askReason", title="First")
    desk.page.evaluate(ASK, ["reason.askReason", {"title": "Second"}])
    expect(desk.page.locator("dialog")).to_have_count(1)
    desk.type("because")
    desk.press("Enter")
    expect(desk.dialog.get_by_role("heading", name="Second")).to_be_visible()
    desk.press("Escape")
    assert desk.answer() is None
