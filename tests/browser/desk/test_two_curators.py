"""Two people, or one in two tabs, on one source: who has it, what each is told, and that nobody's work is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import APIResponse, Route, expect

from claims.desk.models import Work
from claims.models import Statement
from claims.services.reviewing import submit
from config.access.roles import Role
from tests.browser.desk.conftest import Desk, World, person
from tests.browser.desk.faults import assert_sound, banner, beat, decided, hasten, recorded, status, until
from tests.writing import Writer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

ADA = ["Ada Essai"]
FIRST, SECOND, LAST = "profondes inquiétudes", "Nous verrons 🤯 demain", "Il faut agir"


def holder() -> str | None:
    return Work.objects.values_list("leased_by__username", flat=True).first()


def change_by_a_program(statement: Statement, **members: Any) -> None:
    """Change a draft by the API, with the token of a curator."""
    program = Writer(Role.CURATOR, "program")
    path = f"/api/v1/statements/{statement.pk}/"
    _body, etag = program.read(path)
    program.send("patch", path, members, status=200, etag=etag)


def take_over(desk: Desk, text: str) -> None:
    banner(desk, text).get_by_role("button", name="Take over").click()
    expect(desk.page.locator(".desk-banner")).to_have_count(0)


def test_it_is_taken_over_and_back_and_nothing_is_lost(desk: Desk, world: World, open_desk: Any, curator: User) -> None:
    desk.press("c", "Enter")
    desk.saved()
    since = Work.objects.values_list("leased_since", flat=True).get()
    assert since
    second: Desk = open_desk(person("second"), world.url)
    banner(second, "\u2068curator\u2069 has this source open")
    # who, and since when
    clock = second.page.evaluate(
        "(at) => new Intl.DateTimeFormat('en', {hour: '2-digit', minute: '2-digit'}).format(new Date(at))",
        since.isoformat(),
    )
    expect(second.page.locator("#desk-lease")).to_have_text(f"Open with \u2068curator\u2069 since {clock}")
    second.press("Enter", "2")
    assert "curator" in second.message()
    assert (holder(), len(recorded())) == ("curator", 1)

    take_over(second, "\u2068curator\u2069 has this source open")
    assert holder() == "second"
    second.press("f", "Enter")
    second.saved()
    assert recorded() == [(FIRST, ADA, "assert", "concern"), (SECOND, ADA, "assert", "fear")]

    # the first one decides before the heartbeat tells them
    desk.press("j", "j", "x", "k", "k")
    banner(desk, "\u2068second\u2069 took this source over")
    expect(status(desk)).to_contain_text("1 waiting")
    assert world.reread(LAST).state == "open"
    expect(desk.page.locator("#desk-text mark.is-rejected")).to_have_text(LAST)
    desk.press("d")
    assert "second" in desk.message()
    take_over(desk, "\u2068second\u2069 took this source over")
    desk.saved()
    assert (holder(), world.reread(LAST).state) == ("curator", "rejected")
    # what the other one decided meanwhile is seen, and the work goes on
    expect(desk.page.locator("#desk-text mark.is-draft")).to_have_count(2)
    desk.point(LAST)
    desk.press("x", "Enter")
    desk.saved()
    assert recorded()[2:] == [(LAST, ["Bela Probe"], "assert", None)]
    assert_sound(desk)
    assert_sound(second)


@contextmanager
def held_state(desk: Desk) -> Iterator[list[Route]]:
    """Let what the page asks for anew be answered only at the end, with what was true when it asked."""
    held: list[Route] = []
    answers: list[APIResponse] = []

    def hold(route: Route) -> None:
        answers.append(route.fetch())
        held.append(route)

    desk.page.route("**/state/*", hold)
    yield held
    for route, answer in zip(held, answers, strict=True):
        route.fulfill(response=answer)
    desk.page.unroute("**/state/*")


def test_what_is_decided_while_it_is_taken_over_is_decided_once_it_is(desk: Desk, world: World, open_desk: Any) -> None:
    until(desk, lambda: holder() == "curator")
    second: Desk = open_desk(person("second"), world.url)
    taking = banner(second, "\u2068curator\u2069 has this source open").get_by_role("button", name="Take over")
    field = second.page.get_by_role("textbox", name="as printed")
    sent: list[str] = []
    second.page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/decisions/") else None)
    with held_state(second) as asked:
        taking.click()
        until(second, lambda: asked)
        second.press("c")
        field.click()
        second.page.keyboard.type("sam")
        expect(status(second)).to_contain_text("Saving")
        # what they did is not there yet: nothing is sent before it is
        expect(taking).to_be_visible()
        assert sent == []
    expect(taking).to_have_count(0)
    # whoever is writing goes on
    second.page.keyboard.type("edi")
    expect(field).to_have_value("samedi")
    expect(field).to_be_focused()
    second.press("Escape", "Enter")
    second.saved()
    assert decided() == ["choose", "choose", "accept"]
    assert recorded() == [(FIRST, ADA, "assert", "concern")]
    assert Statement.objects.get().said_at_text == "samedi"
    assert_sound(second)


def test_a_lease_ends_by_itself_and_by_leaving(desk: Desk, world: World, open_desk: Any, curator: User) -> None:
    until(desk, lambda: holder() == "curator")
    # the first one's machine sleeps: no heartbeat for longer than it lasts
    Work.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    second: Desk = open_desk(person("second"), world.url)
    until(second, lambda: holder() == "second")
    expect(second.page.locator(".desk-banner")).to_have_count(0)
    second.press("Enter")
    second.saved()
    # the first one wakes, and is told with the next sign of life
    hasten(desk)
    banner(desk, "\u2068second\u2069 has this source open")
    second.page.goto("/admin/desk/")
    until(second, lambda: holder() is None)
    beat(desk)
    until(desk, lambda: holder() == "curator")
    expect(desk.page.locator(".desk-banner")).to_have_count(0)
    expect(desk.page.locator("#desk-live")).to_contain_text("\u2068second\u2069 left this source")
    # what the second one did is there
    expect(desk.page.locator("#desk-text mark.is-draft")).to_have_count(1)
    desk.press("Enter", "Enter")
    desk.saved()
    assert [words for words, *_ in recorded()] == [FIRST, SECOND]
    assert_sound(desk)


def test_one_of_two_tabs_is_closed_and_the_other_keeps_the_source(desk: Desk, world: World, curator: User) -> None:
    other = Desk(desk.page.context.new_page(), desk.watched).open(world.url)
    until(desk, lambda: holder() == "curator")
    other.page.close(run_before_unload=True)
    until(desk, lambda: len(desk.page.context.pages) == 1)
    desk.press("Enter")
    desk.saved()
    assert holder() == "curator"
    desk.page.goto("/admin/desk/")
    until(desk, lambda: holder() is None)


def test_a_draft_changed_by_a_program_is_settled_member_by_member(desk: Desk, world: World) -> None:
    desk.press("c", "Enter")
    desk.saved()
    statement = Statement.objects.get()
    change_by_a_program(statement, act="warn", attitude="fear")
    desk.point(FIRST)
    desk.press("s", "2", "Shift+P")
    dialog = desk.page.locator("dialog[open]")
    expect(dialog.get_by_role("heading")).to_have_text("Changed by two people")
    # nothing of mine is saved before I chose, and nothing of theirs is gone
    assert recorded() == [(FIRST, ADA, "warn", "fear")]
    rows = {row.get_by_role("rowheader").inner_text(): row for row in dialog.get_by_role("row").all()[1:]}
    assert sorted(rows) == ["Act", "Attitude", "Who says it"]
    expect(rows["Attitude"]).to_contain_text("Satisfaction")
    expect(rows["Attitude"]).to_contain_text("Fear")
    # decided later, it waits: the page says so, and asks again where it is opened anew
    desk.press("Escape")
    banner(desk, "Nothing more is saved until you choose")
    expect(status(desk)).to_contain_text("3 waiting")
    desk.page.on("dialog", lambda leaving: leaving.accept())
    desk.page.reload()
    desk.ready()
    expect(dialog).to_be_visible()
    rows["Act"].get_by_role("radio").nth(1).check()
    rows["Attitude"].get_by_role("radio").nth(0).check()
    rows["Who says it"].get_by_role("radio").nth(0).check()
    desk.press("Control+Enter")
    desk.saved()
    assert recorded() == [(FIRST, ["Bela Probe"], "warn", "satisfaction")]
    assert Statement.objects.get().pk == statement.pk
    assert_sound(desk)


def test_what_was_decided_elsewhere_meanwhile_is_told_and_stays(
    desk: Desk, world: World, open_desk: Any, curator: User
) -> None:
    desk.press("Enter", "Enter")
    desk.saved()
    other: Desk = open_desk(curator, world.url)
    # a draft that was deleted, one that was sent to review, and words that were found to be no statement
    gone, sent = Statement.objects.order_by("pk")
    gone.delete()
    submit(statement_id=sent.pk, by=curator)
    desk.point(LAST)
    desk.press("x")
    desk.saved()

    other.point(LAST)
    other.press("Enter")
    expect(other.page.locator("#desk-message")).to_contain_text("Somebody changed this meanwhile")
    expect(other.page.locator("#desk-live")).to_contain_text("Somebody changed this meanwhile")
    expect(other.page.locator("#desk-text mark.is-rejected")).to_have_text(LAST)
    other.point(SECOND)
    other.press("f")
    expect(other.page.locator(".desk-state")).to_have_text("In review")
    expect(other.page.locator("#desk-message")).to_contain_text("Somebody changed this meanwhile")
    other.point(FIRST)
    other.press("f")
    # its words wait again; nobody else said anything of what is chosen for them
    expect(other.page.locator(".desk-state")).to_have_text("Open")
    other.saved()
    assert (recorded(), len(recorded("in_review"))) == ([], 1)
    assert world.reread(FIRST).choices == {"attitude": "fear"}
    assert world.reread(LAST).state == "rejected"
    assert_sound(other)


def test_two_tabs_of_one_person_are_asked_which_to_keep(
    desk: Desk, world: World, open_desk: Any, curator: User
) -> None:
    other: Desk = open_desk(curator, world.url)
    desk.press("c")
    desk.saved()
    other.press("f")
    dialog = other.page.locator("dialog[open]")
    expect(dialog).to_contain_text("or you in another tab")
    dialog.get_by_role("button", name="All mine").click()
    other.page.keyboard.press("Control+Enter")
    other.saved()
    assert world.reread(FIRST).choices["attitude"] == "fear"
    # the first tab learns of it as it decides
    desk.press("Enter")
    expect(desk.page.locator("#desk-message")).to_contain_text("meanwhile")
    assert recorded() == []
    desk.press("Enter")
    desk.saved()
    assert recorded() == [(FIRST, ADA, "assert", "fear")]
    assert_sound(desk)
    assert_sound(other)
