"""The desk tells that a statement may be recorded already, before it is recorded twice."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.desk.models import Link
from tests import factories
from tests.browser.desk.conftest import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

LIKELY = "#desk-panel .desk-likely"


def test_what_may_be_the_same_is_counted_and_one_key_away(open_desk: Any, curator: User, world: World) -> None:
    ada = world.cast[0]
    text = "Ada Essai a redit ses « profondes inquiétudes » hier."
    there = factories.published(
        revision=factories.source(text), speakers=[ada], words="profondes inquiétudes", said_at="2024-11-15"
    )
    desk: Desk = open_desk(curator, world.url)
    likely = desk.page.locator(LIKELY)
    expect(likely).to_have_text("1 likely")
    # nobody said the next one elsewhere
    desk.press("j")
    expect(likely).to_be_hidden()
    desk.press("k")
    expect(likely).to_have_text("1 likely")
    desk.press("l")
    expect(desk.page.get_by_role("dialog").get_by_role("option").first).to_contain_text("profondes inquiétudes")
    desk.press("Enter", "Enter")
    desk.saved()
    assert Link.objects.get().same_as == there
    desk.press("k")
    expect(desk.page.locator("#desk-panel .desk-thing", has_text="profondes inquiétudes")).to_be_visible()
    expect(likely).to_be_hidden()


def test_another_speaker_is_looked_for_anew(open_desk: Any, curator: User, world: World) -> None:
    text = "Bela Probe a redit ses « profondes inquiétudes » hier."
    factories.published(
        revision=factories.source(text), speakers=[world.cast[1]], words="profondes inquiétudes", said_at="2024-11-15"
    )
    desk: Desk = open_desk(curator, world.url)
    likely = desk.page.locator(LIKELY)
    with desk.page.expect_response(lambda one: "find/statements" in one.url):
        desk.page.wait_for_timeout(0)
    expect(likely).to_be_hidden()
    desk.press("2")
    expect(likely).to_have_text("1 likely")
