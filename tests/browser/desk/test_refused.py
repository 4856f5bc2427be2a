"""What the server refuses is said in words for people, where it belongs, and things are as they were before."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import Request, expect

from claims.models import Statement
from tests.browser.desk.conftest import Desk, World
from tests.browser.desk.faults import beat, hasten

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_what_is_wrong_is_said_by_the_name_of_its_field(desk: Desk, world: World) -> None:
    field = desk.page.get_by_role("textbox", name="Said at", exact=True)
    field.fill("2024-99-99")
    field.press("Enter")
    message = desk.page.locator("#desk-message")
    expect(message).to_contain_text("Not done: Said at: ")
    expect(desk.page.get_by_role("group", name="Said at").get_by_role("alert")).not_to_be_empty()
    assert "/said_at" not in desk.page.locator("#desk").inner_text()
    assert "/said_at" not in desk.page.locator("#desk-live").inner_text()
    desk.saved()
    assert world.reread("profondes inquiétudes").choices == {}


def test_who_may_no_longer_do_it_sees_why_and_what_there_is(desk: Desk, world: World, curator: User) -> None:
    hasten(desk)
    sent: list[str] = []
    desk.page.on("request", lambda one: sent.append(str(one.post_data)) if is_decision(one) else None)
    desk.press("c")
    desk.saved()
    # one who reviews still works here, and attributes no more
    curator.groups.clear()
    curator.user_permissions.add(Permission.objects.get(codename="publish_statement"))
    desk.press("f", "Enter")
    error = desk.page.locator(".desk-panel > .desk-error")
    expect(error).to_contain_text("Your role does not allow this")
    expect(desk.page.locator("#desk-message")).to_contain_text("Not done: Your role does not allow this")
    desk.saved()
    assert desk.current() == "profondes inquiétudes"
    expect(desk.page.locator(".desk-state")).to_have_text("Open")
    expect(desk.page.locator(".desk-panel button[aria-keyshortcuts=c]")).to_have_attribute("aria-pressed", "true")
    # neither is tried again, nor is what hung upon it
    beat(desk)
    assert len(sent) == 2
    assert world.reread("profondes inquiétudes").choices == {"attitude": "concern"}
    assert not Statement.objects.exists()


def is_decision(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/decisions/")


def test_what_is_not_sent_yet_is_told_among_the_queues(open_desk: Any, curator: User, world: World) -> None:
    desk: Desk = open_desk(curator, world.url)
    desk.page.route("**/decisions/", lambda route: route.abort())
    desk.press("c", "x")
    expect(desk.page.locator("#desk-saved")).to_have_attribute("data-state", "failing")
    desk.page.once("dialog", lambda dialog: dialog.accept())
    desk.page.goto("/admin/desk/")
    told = desk.page.get_by_role("status").filter(has_text="not saved yet")
    expect(told).to_contain_text("What you decided on a source (2) is not saved yet.")
    desk.page.unroute("**/decisions/")
    told.get_by_role("link", name="Open it").click()
    desk.ready()
    desk.saved()
    found = world.reread("profondes inquiétudes")
    assert (found.state, found.choices) == ("rejected", {"attitude": "concern"})
    desk.page.goto("/admin/desk/")
    expect(desk.page.locator("#queue-unsent")).to_be_hidden()
