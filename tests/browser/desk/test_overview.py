"""All that stands in a text can be read as a list before it is sent, and each line leads to its words."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests.browser.desk.conftest import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_each_line_tells_who_says_what_and_leads_there(open_desk: Any, curator: User, world: World) -> None:
    desk: Desk = open_desk(curator, world.url)
    desk.press("c", "Enter", ".")
    dialog = desk.page.locator("dialog[open]")
    lines = dialog.get_by_role("option")
    expect(lines).to_have_count(4)
    for said in ("profondes inquiétudes", "Ada Essai", "Assert", "Concern", "Draft"):
        expect(lines.first).to_contain_text(said)
    expect(lines.nth(2)).to_contain_text("Dora Neuling")
    desk.page.keyboard.type("bela")
    expect(lines).to_have_count(1)
    desk.press("Enter")
    expect(dialog).to_have_count(0)
    assert desk.current() == "Il faut agir"
    desk.press("x")  # the keys are the text's again
    desk.saved()
    assert world.reread("Il faut agir").state == "rejected"
    desk.watched.assert_clean()
