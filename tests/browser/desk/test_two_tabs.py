"""The same curator in two tabs: what both mark is one, what both change is asked about, who is signed out is told."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.models import Statement
from claims.proposals.models import Candidate
from tests.browser.desk.conftest import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_words_marked_in_both_are_one(desk: Desk, world: World, open_desk: Any, curator: User) -> None:
    other: Desk = open_desk(curator, world.url)
    desk.select("un pas de plus")
    desk.press("3")
    desk.saved()
    other.select("un pas de plus")
    other.press("1", "Enter")
    other.saved()
    assert Candidate.objects.get(engine="hand").state == "accepted"
    assert Statement.objects.get().attributions.get().speaker == world.cast[0]
    assert other.page.locator("#desk-text mark.is-draft").all_text_contents() == ["un pas de plus"]


def test_what_both_change_is_asked_about(desk: Desk, world: World, open_desk: Any, curator: User) -> None:
    other: Desk = open_desk(curator, world.url)
    desk.press("c")
    desk.saved()
    other.press("f")
    dialog = other.page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="All mine").click()
    other.page.keyboard.press("Control+Enter")
    other.saved()
    assert world.reread("profondes inquiétudes").choices["attitude"] == "fear"
    # the first tab learns of it as it decides
    desk.press("Enter")
    expect(desk.page.locator("#desk-message")).to_contain_text("meanwhile", ignore_case=True)
    assert not Statement.objects.exists()
    desk.press("Enter")
    desk.saved()
    assert Statement.objects.get().attitude == "fear"


def test_who_is_signed_out_is_told_before_deciding(desk: Desk, world: World) -> None:
    desk.page.context.clear_cookies()
    desk.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(desk.page.locator(".desk-banner")).to_contain_text("You are signed out")
