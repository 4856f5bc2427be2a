"""From one statement or source to the next: nothing is accepted unseen, what was sent can be taken back."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Route, expect

from claims.desk.models import Work
from claims.models import Appearance, Event, Statement
from claims.proposals.models import Candidate, Reading
from tests import factories
from tests.browser.desk.conftest import TEXT, Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


@pytest.fixture
def another(world: World) -> World:
    """A second source that waits behind the first, with one right candidate."""
    revision = factories.source(
        "Ada Essai a dit : « Demain aussi ».\n", title="Le lendemain", published_at="2024-11-17"
    )
    revision.source.cast.create(speaker=world.cast[0], number=1)
    Reading.objects.create(source_text=revision, engine="test")
    made = World(revision, world.cast)
    made.candidate("Demain aussi", name="Ada Essai", speaker=world.cast[0])
    return made


def states() -> list[str]:
    return list(Statement.objects.order_by("pk").values_list("status", flat=True))


def test_what_comes_next_is_accepted_only_once_it_is_seen(
    open_desk: Any, curator: User, world: World, another: World
) -> None:
    desk: Desk = open_desk(curator, world.url)
    desk.press("Enter")
    desk.saved()
    desk.press("Control+Enter")
    desk.page.wait_for_url(f"**{another.url}*")
    desk.ready()
    assert desk.current() == ""
    expect(desk.page.locator(".desk-empty")).to_contain_text("Enter goes to the first")
    # it is told, and no warning
    banner = desk.page.locator(".desk-banner")
    expect(banner).to_have_class("desk-banner is-notice")
    expect(desk.page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    expect(desk.page.locator("#desk-live")).to_contain_text("1 sent to review.")
    expect(banner).to_contain_text("Une crise à l’horizon")
    expect(banner).to_contain_text("1 sent to review.")
    # the Enter that was meant for the source before shows what is here
    desk.press("u", "c", "Enter")
    assert desk.current() == "Demain aussi"
    desk.saved()
    assert another.reread("Demain aussi").state == "open"
    assert states() == ["in_review"]
    desk.press("Enter")
    desk.saved()
    assert states() == ["in_review", "draft"]
    expect(banner).to_have_count(0)
    # it was said once: loaded anew, the page is as always
    desk.page.reload()
    desk.ready()
    assert desk.current() == "Demain aussi"
    desk.watched.assert_clean()


def test_what_was_sent_is_taken_back(open_desk: Any, curator: User, world: World, another: World) -> None:
    desk: Desk = open_desk(curator, world.url)
    desk.press("Enter", "Enter")
    desk.saved()
    desk.press("Control+Enter")
    desk.page.wait_for_url(f"**{another.url}*")
    desk.ready()
    desk.page.get_by_role("button", name="Back to it").click()
    desk.page.wait_for_url(f"**{world.url}*")
    desk.ready()
    assert states() == ["in_review", "in_review"]
    desk.press("u")
    desk.saved()
    assert states() == ["draft", "draft"]
    expect(desk.page.locator("#desk-text mark.is-draft")).to_have_count(2)
    desk.watched.assert_clean()


def test_where_nothing_is_left_the_queues_tell_what_was_sent(desk: Desk, world: World) -> None:
    desk.press("Enter")
    for words in ("Nous verrons 🤯 demain", "rien ne change", "Il faut agir"):
        assert desk.current() == words
        desk.press("x")
    desk.saved()
    desk.press("Control+Enter")
    desk.page.wait_for_url("**/admin/desk/")
    expect(desk.page.locator(".messagelist")).to_contain_text("1 sent to review.")
    assert states() == ["in_review"]
    # nothing of it is told once more at the next source
    assert desk.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('desk-sent'))") == []
    desk.watched.assert_clean()


def test_what_is_taken_back_before_it_was_sent_stays_here(desk: Desk, world: World, another: World) -> None:
    desk.press("Enter")
    desk.saved()
    desk.page.context.set_offline(True)
    desk.press("Control+Enter", "u")
    expect(desk.page.locator("#desk-text mark.is-draft")).to_have_count(1)
    desk.page.context.set_offline(False)
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    desk.saved()
    assert states() == ["draft"]
    assert desk.current() != ""
    assert world.url in desk.page.url


def test_date_and_event_are_those_of_the_statement_before(desk: Desk, world: World) -> None:
    event = Event.objects.create(name="Conférence d’Utopie", type="press_conference", date="2024-11-16")
    desk.press("Shift+B")
    assert "No statement before" in desk.message()
    desk.select("Samedi")
    desk.press("b", "r", "2", "e")
    dialog = desk.page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    desk.page.keyboard.type("Conférence")
    expect(dialog.get_by_role("option").first).to_contain_text("Conférence")
    desk.press("Enter")
    expect(dialog).to_have_count(0)
    desk.saved()
    desk.press("Enter", "Shift+B")
    assert "2 of 4" in desk.message()
    assert "2024-11-16" in desk.message()
    desk.press("Enter")
    desk.saved()
    appearance = Appearance.objects.get(segments__exact="Nous verrons 🤯 demain")
    found = appearance.statement
    assert (found.said_at, found.said_at_text, found.said_at_basis, found.event) == (
        "2024-11-16",
        "Samedi",
        "inferred",
        event,
    )
    # who passes it on is said of each statement by itself
    assert appearance.relays.count() == 0
    desk.watched.assert_clean()


def test_a_printed_relay_is_said_who_it_is_before_it_is_accepted(open_desk: Any, curator: User, world: World) -> None:
    words = world.candidate("un pas de plus", speaker=world.cast[2])
    start = TEXT.index("Citra Muster")
    words.guess["relays"] = [{"id": None, "mention": [start, start + len("Citra")]}]
    words.save()
    desk: Desk = open_desk(curator, f"{world.url}?item={words.pk}")
    desk.press("Enter")
    assert "Citra" in desk.message()
    assert "press r and a number" in desk.message()
    assert desk.current() == "un pas de plus"
    assert not Statement.objects.exists()
    # who it is found by has the printed name to begin with
    desk.press("r", "/")
    expect(desk.page.locator("dialog[open]").get_by_role("combobox")).to_have_value("Citra")
    desk.press("Escape")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    desk.press("r", "2", "Enter")
    desk.saved()
    relay = Appearance.objects.get().relays.get()
    assert (relay.speaker, relay.exact) == (world.cast[1], "Citra")
    desk.watched.assert_clean()


def test_a_dialog_says_which_part_is_looked_for(desk: Desk, world: World) -> None:
    desk.page.get_by_role("button", name="On behalf of, to …").click()
    expect(desk.page.locator("dialog[open] h2")).to_have_text("Find or make: On behalf of")
    expect(desk.page.locator("dialog[open]").get_by_role("option").nth(1)).to_be_visible()
    desk.press("ArrowDown", "Enter")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    desk.press("Enter")
    desk.saved()
    rows = Statement.objects.get().attributions.order_by("pk").values_list("kind", "speaker__name")
    assert set(rows) == {("speaker", "Ada Essai"), ("on_behalf_of", "Bela Probe")}
    desk.watched.assert_clean()


def test_who_logs_out_gives_the_source_back(desk: Desk, world: World) -> None:
    desk.press("x")
    desk.saved()
    assert Work.objects.get(source=world.revision.source).leased_by is not None
    with desk.page.expect_request(lambda one: "release" in (one.post_data or "")) as asked:
        desk.page.locator("#logout-form button").click()
    answer = asked.value.response()
    assert answer is not None
    assert answer.status == 200
    desk.page.wait_for_url("**/logout/")
    assert Work.objects.get(source=world.revision.source).leased_by is None


def test_a_click_in_the_details_leaves_the_keys_to_the_text(desk: Desk, world: World) -> None:
    text = desk.page.locator("#desk-text")
    field = desk.page.get_by_role("textbox", name="Said at", exact=True)
    field.fill("2024-11-15")
    # what is written belongs to the statement that was current, not to the one that is next
    desk.click(".desk-panel button[aria-keyshortcuts='Enter']")
    expect(text).to_be_focused()
    desk.press("c")
    desk.saved()
    assert Statement.objects.get().said_at == "2024-11-15"
    assert world.reread("Nous verrons 🤯 demain").choices == {"attitude": "concern"}
    # a field keeps it
    field.click()
    expect(field).to_be_focused()
    desk.press("Escape", "k")
    link = desk.page.locator(".desk-panel a.desk-admin")
    expect(link).to_be_visible()
    link.focus()
    desk.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(text).to_be_focused()
    desk.watched.assert_clean()


def test_names_of_keys_are_in_the_readers_language(desk: Desk) -> None:
    names = {"Enter": "Entrée", "Esc": "Échap", "Shift": "Maj", "Home": "Début", "End": "Fin"}

    def in_french(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        for name, shown in names.items():
            body = body.replace(f'"key_name_{name.lower()}": "{name}"', f'"key_name_{name.lower()}": "{shown}"')
        route.fulfill(response=answer, body=body)

    desk.page.route(re.compile(r"/sources/[-0-9a-f]+/$"), in_french)
    desk.page.reload()
    desk.ready()
    desk.press("?")
    dialog = desk.page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    shown = set(dialog.locator("kbd").all_inner_texts())
    assert set(names.values()) <= shown
    assert not set(names) & shown
    desk.watched.assert_clean()


def test_alt_and_an_arrow_stay_on_the_page(desk: Desk, world: World) -> None:
    """In a browser they go through its history."""
    at = desk.page.url
    desk.press("Alt+ArrowLeft", "u", "Alt+ArrowRight", "u")
    desk.saved()
    assert desk.page.url == at
    assert not Candidate.objects.exclude(choices={}).exists()


def test_behind_the_last_one_stands_the_first(open_desk: Any, curator: User, world: World) -> None:
    desk: Desk = open_desk(curator, world.url)
    first = desk.current()
    desk.press("k")
    assert desk.current() == "Il faut agir"
    assert desk.message() == "From the last one again."
    desk.press("j")
    assert desk.current() == first
    assert desk.message() == "From the first one again."
