"""All that can be said of a statement, said by keys and in the panel, is in the database's rows."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.models import Appearance, Event, Relation, Statement
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
    desk.press("Shift+W")
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
