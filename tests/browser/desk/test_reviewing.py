"""From the curator's desk to the public: sent with one chord, approved, returned with a reason, published."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Route, expect

from claims.models import Statement
from sources.models import SourceText
from tests import factories
from tests.browser.desk.conftest import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def by_words() -> dict[str, str]:
    """Return the status of each statement by the words it has in the text."""
    return {
        str(one.appearances.get().segments.get().exact): one.status
        for one in Statement.objects.prefetch_related("appearances__segments")
    }


def test_it_is_sent_reviewed_and_published(
    desk: Desk, world: World, open_desk: Any, reviewer: User, curator: User
) -> None:
    desk.press("Enter", "Enter", "2", "Enter", "Enter")
    desk.saved()
    assert "All decided" in desk.message()
    desk.press("Control+Enter")
    desk.page.wait_for_url("**/admin/desk/")
    assert set(by_words().values()) == {"in_review"}
    desk.watched.assert_clean()

    seen: Desk = open_desk(reviewer, f"{world.url}?mode=review")
    assert seen.current() == "profondes inquiétudes"
    seen.press("Enter", "Enter")
    seen.saved()
    assert seen.current() == "rien ne change"
    seen.press("r")
    dialog = seen.page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    seen.page.keyboard.type("Somebody else said it.")
    seen.page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    seen.saved()
    assert seen.current() == "Il faut agir"
    seen.press("Control+Enter")
    seen.page.wait_for_url("**/admin/desk/")
    assert by_words() == {
        "profondes inquiétudes": "published",
        "Nous verrons 🤯 demain": "published",
        "rien ne change": "draft",
        "Il faut agir": "in_review",
    }
    seen.watched.assert_clean()

    again: Desk = open_desk(curator, world.url)
    again.point("rien ne change")
    expect(again.page.locator(".desk-reason")).to_contain_text("Somebody else said it.")
    again.watched.assert_clean()


def test_an_older_text_is_read_only(world: World, open_desk: Any, curator: User) -> None:
    old = world.revision
    SourceText.objects.create(source=old.source, number=2, raw=b"Rien de neuf.", text="Rien de neuf.")
    desk: Desk = open_desk(curator, f"{world.url}?revision=1")
    expect(desk.page.locator(".desk-banner")).to_contain_text("text 1")
    for key in ("x", "2", "Enter"):
        desk.press(key)
        assert "older text" in desk.message()
    desk.saved()
    assert not Statement.objects.exists()
    assert world.reread("profondes inquiétudes").state == "open"
    desk.watched.assert_clean()


def test_it_opens_at_the_item_asked_for(world: World, open_desk: Any, curator: User) -> None:
    desk: Desk = open_desk(curator, f"{world.url}?item={world.candidates['rien ne change'].pk}")
    assert desk.current() == "rien ne change"
    desk.watched.assert_clean()


def test_what_is_wrong_is_said_at_its_field(desk: Desk, world: World) -> None:
    field = desk.page.locator(".desk-field", has=desk.page.locator("input[placeholder^='2025-02-16']"))
    field.locator("input").first.fill("2023-02-30")
    field.locator("input").first.press("Enter")
    expect(field.locator(".desk-error")).to_contain_text("2023-02-30")
    assert "said_at" not in world.reread("profondes inquiétudes").choices


def test_somebody_elses_public_statement_is_shown_and_left_alone(
    world: World, open_desk: Any, curator: User, transactional_db: None
) -> None:
    factories.published(speakers=[world.cast[2]], revision=world.revision, words="un pas de plus")
    desk: Desk = open_desk(curator, world.url)
    desk.point("un pas de plus")
    expect(desk.page.locator(".desk-state")).to_have_text("Published")
    refuse = desk.page.get_by_role("button", name="Not a statement")
    expect(refuse).to_have_attribute("aria-disabled", "true")
    expect(refuse).to_have_attribute("title", "This one cannot be changed here.")
    expect(desk.page.locator(".desk-acts").get_by_role("button", name="Accept")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Send to review")).to_have_attribute("aria-disabled", "true")
    desk.press("c", "x")
    assert "cannot be changed" in desk.message()
    # what was said of it is not said of another
    desk.press("k")
    assert desk.message() == ""
    expect(refuse).not_to_have_attribute("aria-disabled", "true")
    desk.watched.assert_clean()


def test_nothing_can_be_pressed_before_there_is_something(desk: Desk, world: World) -> None:
    held: list[Route] = []
    desk.page.route("**/state/", lambda route: held.append(route))
    desk.page.reload()
    expect(desk.page.locator("#desk-text")).to_have_text("Loading …")
    buttons = desk.page.locator(".desk-panel-head button, .desk-cast button")
    assert {one.is_disabled() for one in buttons.all() if one.is_visible()} == {True}
    for route in held:
        route.continue_()
    desk.ready()
    expect(desk.page.locator("#desk-text")).not_to_contain_text("Loading")
    expect(desk.page.get_by_role("button", name="Accept, go on")).to_be_enabled()
