"""All that can be said of a statement, said by keys and in the panel, is in the database's rows."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.models import Appearance, Event, Membership, Relation, Role, Statement
from tests import factories
from tests.browser.desk.conftest import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_everything_said_is_recorded(desk: Desk, world: World) -> None:
    page = desk.page
    desk.select("a fait part de")
    desk.press("v")
    desk.select("Samedi")
    desk.press("b")
    desk.select("la ministre d’Utopie")
    desk.press("i")
    desk.press("r", "2", "q", "h", "Shift+E", "c")
    desk.select("profondes")
    desk.press("Shift+Digit3")
    page.get_by_label("Said at", exact=True).get_by_role("textbox", name="Said at").fill("2024-11-16")
    page.get_by_role("textbox", name="Said at").press("Enter")
    page.get_by_label("Certainty").first.select_option("probable")
    page.get_by_role("button", name="Add a language").click()
    page.get_by_role("textbox", name="Language", exact=True).last.fill("en")
    page.get_by_role("textbox", name="Words in this language").last.fill("deep concerns")
    page.get_by_role("textbox", name="Translator").last.fill("C. Muster")
    page.locator("#desk-text").focus()
    desk.press("Enter")
    desk.saved()
    appearance = Appearance.objects.select_related("statement").get()
    statement = appearance.statement
    assert (appearance.cue_exact, appearance.quotation_type, appearance.is_headline) == (
        "a fait part de",
        "indirect",
        True,
    )
    assert (statement.said_at, statement.said_at_text, statement.said_at_basis) == ("2024-11-16", "Samedi", "inferred")
    assert (statement.act, statement.attitude, statement.intensity, statement.intensity_phrase) == (
        "express",
        "concern",
        3,
        "profondes",
    )
    row = statement.attributions.get()
    assert (row.speaker, row.certainty) == (world.cast[0], "probable")
    assert appearance.mentions.get().role_exact == "la ministre d’Utopie"
    assert [one.speaker for one in appearance.relays.all()] == [world.cast[1]]
    assert {(one.language, one.text, one.translator) for one in statement.wordings.all()} == {
        ("fr", "profondes inquiétudes", ""),
        ("en", "deep concerns", "C. Muster"),
    }
    desk.watched.assert_clean()


def test_topics_and_the_event_are_chosen_in_dialogs(desk: Desk, world: World) -> None:
    topic = factories.topic("désarmement")
    event = Event.objects.create(name="Conférence d’Utopie", type="press_conference", date="2024-11-16")
    for key, typed in (("t", "désarm"), ("e", "Conférence")):
        desk.press(key)
        dialog = desk.page.locator("dialog[open]")
        expect(dialog).to_be_visible()
        desk.page.keyboard.type(typed)
        expect(dialog.get_by_role("option").first).to_contain_text(typed)
        expect(dialog.get_by_text("Looking …")).to_have_count(0)
        desk.press("Enter")
        if dialog.count():
            desk.press("Control+Enter")
        expect(dialog).to_have_count(0)
    desk.press("Enter")
    desk.saved()
    statement = Statement.objects.get()
    assert ([one.pk for one in statement.topics.all()], statement.event) == ([topic.pk], event)
    desk.watched.assert_clean()


def test_words_in_parts_and_a_quote_inside_another(desk: Desk, world: World) -> None:
    desk.select("a ajouté Ada Essai")
    desk.press("z")
    desk.press("Enter")
    desk.saved()
    appearance = Appearance.objects.get()
    assert [one.exact for one in appearance.segments.all()] == ["profondes inquiétudes", "a ajouté Ada Essai"]
    # “Il faut agir” is said to be reported in it
    desk.press("j", "j")
    assert desk.current() == "Il faut agir"
    desk.page.get_by_role("button", name="Choose: Reported in").click()
    expect(desk.page.locator("dialog[open]")).to_be_visible()
    desk.press("Enter")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    desk.press("Enter")
    desk.saved()
    inner = Statement.objects.exclude(pk=appearance.statement_id).get()
    relation = Relation.objects.get()
    assert (relation.statement_id, relation.type, relation.other_id) == (appearance.statement_id, "reports", inner.pk)


def test_a_draft_is_changed_in_place(desk: Desk, world: World) -> None:
    desk.press("Enter", "k", "3", "f")
    desk.saved()
    statement = Statement.objects.get()
    assert (statement.attributions.get().speaker, statement.attitude) == (world.cast[2], "fear")
    desk.press("f", "u")
    desk.saved()
    statement.refresh_from_db()
    assert statement.attitude == "fear"
    desk.press("x")
    desk.saved()
    assert not Statement.objects.exists()
    assert world.reread("profondes inquiétudes").state == "rejected"
    desk.watched.assert_clean()


def test_a_name_as_printed_is_kept_for_who_is_found_later(
    open_desk: Any, curator: User, world: World, desk: Desk
) -> None:
    desk.press("j", "j")
    expect(desk.page.locator(".desk-name.is-unknown")).to_contain_text("Dora Neuling")
    desk.press("3", "Enter")
    desk.saved()
    appearance = Appearance.objects.get()
    # Citra Muster is not named in that paragraph: the words that stood for somebody stand for her
    assert appearance.mentions.get().exact == "Dora Neuling"


@pytest.mark.parametrize("many", [False, True], ids=["one speaker", "three of nine"])
@pytest.mark.parametrize("locale", ["en", "fr-FR"])
def test_all_that_is_set_or_guessed_is_in_sight(
    open_desk: Any, curator: User, world: World, locale: str, many: bool
) -> None:
    candidate = world.candidate(
        "un pas de plus",
        speaker=world.cast[2],
        name="Citra Muster",
        cue=[0, 3],
        attitude="support",
        intensity=1,
        intensity_phrase="un pas",
        said_at="2024-11-16",
        said_at_text="Samedi",
        said_at_basis="inferred",
        relays=[{"id": None, "mention": [4, 9]}],
        topics=[str(factories.topic("désarmement").pk)],
    )
    if many:
        (last,) = candidate.guess["speakers"]
        candidate.guess["speakers"] = [{**last, "id": str(one.pk), "role": [0, 9]} for one in world.cast]
        candidate.save()
        for number in range(4, 10):
            world.revision.source.cast.create(speaker=factories.speaker(f"Speaker {number}"), number=number)
    desk: Desk = open_desk(curator, world.url, viewport={"width": 1280, "height": 800}, locale=locale)
    desk.point("un pas de plus")
    expect(desk.page.locator(".desk-relays .desk-name")).to_be_visible()
    expect(desk.page.locator(".desk-person:visible")).to_have_count(3 if many else 1)
    heights = desk.page.evaluate(
        """() => {
            const panel = document.querySelector("#desk-panel");
            const {right, bottom} = panel.getBoundingClientRect();
            const box = (one) => one.getBoundingClientRect();
            const all = (selector) => [...panel.querySelectorAll(selector)].filter((one) => one.checkVisibility());
            const named = all(".desk-field, .desk-extra.is-set, [aria-pressed=true]");
            const wide = all("button:not(:disabled), input, select").filter((one) => box(one).right > right);
            const cut = all("button kbd").filter((one) => box(one).right > box(one.parentElement).right);
            const low = named.filter((one) => box(one).bottom > bottom);
            return [named.length, ...[low, wide, cut].map((some) => some.map((one) => one.outerHTML.slice(0, 200)))];
        }"""
    )
    assert heights[0] >= 14
    assert heights[1:] == [[], [], []]
    desk.watched.assert_clean()


def test_a_guess_looks_like_one_until_it_is_accepted(desk: Desk, world: World) -> None:
    panel = desk.page.locator("#desk-panel")
    guessed = panel.locator(".desk-guess:visible")
    expect(panel.get_by_role("group", name="Act").locator(".desk-guess")).to_be_visible()
    expect(panel.locator(".desk-person .desk-name")).to_have_class("desk-name is-guess")
    expect(panel.locator(".desk-person .desk-span").first).to_have_class("desk-span is-guess")
    desk.press("Shift+W")
    expect(panel.get_by_role("group", name="Act").locator(".desk-guess")).to_be_hidden()
    # a name that the page found for who was chosen is no choice of anybody
    desk.press("2", "1")
    expect(panel.locator(".desk-person .desk-span").first).to_have_class("desk-span is-guess")
    desk.press("Enter", "k")
    expect(guessed).to_have_count(0)
    expect(panel.locator(".is-guess")).to_have_count(0)


def test_what_is_seldom_said_unfolds_when_it_is(desk: Desk, world: World) -> None:
    wordings = desk.page.locator(".desk-wordings")
    expect(wordings).to_be_hidden()
    desk.page.get_by_role("button", name="Add a language").click()
    expect(desk.page.get_by_role("textbox", name="Language", exact=True)).to_be_focused()
    desk.press("Escape", "r", "2")
    relay = desk.page.get_by_role("group", name="Passed on by")
    expect(relay.locator(".desk-name")).to_have_text("Bela Probe")
    relay.get_by_role("button", name="Remove").click()
    expect(relay.locator(".desk-relays")).to_be_hidden()
    expect(relay.get_by_role("button", name="Passed on by")).to_be_visible()


def test_the_role_held_is_named_once_it_is_sent(desk: Desk, world: World) -> None:
    role = Role.objects.create(labels={"en": "minister of essays"})
    Membership.objects.create(speaker=world.cast[0], role=role, start="2020")
    desk.page.reload()
    desk.ready()
    expect(desk.page.locator(".desk-held")).to_have_text("minister of essays")
    desk.press("Enter", "k")
    desk.saved()
    expect(desk.page.locator(".desk-state")).to_have_text("Draft")
    expect(desk.page.locator(".desk-held")).to_have_text("minister of essays")
    desk.page.reload()
    desk.ready()
    desk.point("profondes inquiétudes")
    expect(desk.page.locator(".desk-held")).to_have_text("minister of essays")
