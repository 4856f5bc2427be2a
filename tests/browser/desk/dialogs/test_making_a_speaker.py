"""A speaker is made in a dialog: once, whatever becomes of the answers, and not twice under one name by mistake."""

import pytest
from playwright.sync_api import expect

from claims.desk.models import CastMember
from claims.models import Speaker
from tests import factories
from tests.browser.desk.dialogs.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_it_takes_three_keys_and_makes_one_row(desk: Desk) -> None:
    desk.ask("speakers.findSpeaker", source=desk.source, query="Kim Yo-jong", mention="Kim Yo-jong")
    expect(desk.options).to_have_text(["+Make “Kim Yo-jong”"])
    desk.press("Enter", "Enter")
    answer = desk.answer()
    speaker = Speaker.objects.get()
    assert (str(speaker.pk), speaker.name, speaker.type) == (answer["id"], "Kim Yo-jong", "person")
    assert CastMember.objects.get().number == answer["number"] == 1
    assert answer["isNew"] is True


def test_type_spelling_and_wikidata_id_are_kept(desk: Desk) -> None:
    desk.ask("speakers.findSpeaker", source=desk.source, query="KCNA", mention="l’agence KCNA")
    desk.press("Enter")
    expect(desk.dialog.get_by_role("radio", name="Organization")).to_be_checked()
    desk.press("s")
    expect(desk.dialog.get_by_role("radio", name="State")).to_be_checked()
    desk.press("ArrowLeft", "Tab", "Tab")
    expect(desk.dialog.get_by_label("Other spellings")).to_have_value("l’agence KCNA")
    desk.press("Tab")
    desk.type("42")
    desk.press("Enter")
    expect(desk.dialog.get_by_text("A Wikidata id is a Q with a number")).to_be_visible()
    expect(desk.dialog.get_by_label("Wikidata id")).to_be_focused()
    desk.press("Home")
    desk.type("https://www.wikidata.org/wiki/Q")
    desk.press("Enter")
    desk.answer()
    speaker = Speaker.objects.get()
    assert (speaker.name, speaker.type) == ("KCNA", "organization")
    assert [one.name for one in speaker.names.all()] == ["l’agence KCNA"]
    assert [one.url for one in speaker.same_as.all()] == ["https://www.wikidata.org/wiki/Q42"]


@pytest.mark.parametrize("is_stored", [True, False])
def test_lost_on_the_way_it_is_made_once(desk: Desk, is_stored: bool) -> None:
    desk.lose_decisions(is_stored=is_stored, times=2)
    desk.ask("speakers.findSpeaker", source=desk.source, query="Kim Yo-jong")
    expect(desk.options).to_have_count(1)
    desk.press("Enter", "Enter")
    expect(desk.dialog.get_by_text("nothing is made twice")).to_be_visible()
    assert Speaker.objects.count() == int(is_stored)
    # given up and begun again, the same words are the same decision still
    desk.press("Escape", "Escape")
    assert desk.answer() is None
    desk.ask("speakers.findSpeaker", source=desk.source, query="Kim Yo-jong")
    expect(desk.options).to_have_count(1 + int(is_stored))
    desk.press("ArrowUp", "Enter", "Enter")
    expect(desk.dialog.get_by_text("nothing is made twice")).to_be_visible()
    desk.press("Enter")
    assert desk.answer()["id"] == str(Speaker.objects.get().pk)
    assert len(desk.keys) == 3
    assert len(set(desk.keys)) == 1


@pytest.mark.parametrize("is_stored", [True, False])
def test_lost_and_sent_with_other_words_it_is_made_once(desk: Desk, is_stored: bool) -> None:
    desk.lose_decisions(is_stored=is_stored, times=1)
    desk.ask("speakers.findSpeaker", source=desk.source, query="Kim Yo-jon")
    expect(desk.options).to_have_count(1)
    desk.press("Enter", "Enter")
    expect(desk.dialog.get_by_text("nothing is made twice")).to_be_visible()
    desk.dialog.get_by_label("Name", exact=True).fill("Kim Yo-jong")
    desk.press("Enter")
    if is_stored:
        expect(desk.dialog.get_by_text("“Kim Yo-jon” was made by your earlier try")).to_be_visible()
        desk.press("Enter")
    assert desk.answer()["id"] == str(Speaker.objects.get().pk)
    assert Speaker.objects.get().name == ("Kim Yo-jon" if is_stored else "Kim Yo-jong")


def test_of_the_same_name_one_is_taken_or_made_all_the_same(desk: Desk) -> None:
    there = factories.speaker("Kim Yo-jong")
    desk.ask("speakers.findSpeaker", source=desk.source)
    desk.type("kim yo-jong")
    expect(desk.options).to_have_count(2)
    desk.press("ArrowUp", "Enter", "Enter")
    expect(desk.dialog.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    expect(desk.options).to_have_count(2)
    desk.press("Enter")
    assert desk.answer()["id"] == str(there.pk)
    desk.ask("speakers.findSpeaker", source=desk.source)
    desk.type("kim yo-jong")
    expect(desk.options).to_have_count(2)
    desk.press("ArrowUp", "Enter", "Enter")
    expect(desk.options).to_have_count(2)
    desk.press("ArrowDown", "Enter")
    made = desk.answer()["id"]
    assert {str(key) for key in Speaker.objects.values_list("pk", flat=True)} == {str(there.pk), made}


def test_escape_goes_back_a_step_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.ask("speakers.findSpeaker", source=desk.source)
    desk.type("Kim")
    expect(desk.options).to_have_count(1)
    desk.press("Enter", "Escape")
    expect(desk.field).to_have_value("Kim")
    desk.press("Escape")
    assert desk.answer() is None
    assert not Speaker.objects.exists()


def test_it_is_not_offered_to_those_who_may_not(desk: Desk) -> None:
    desk.ask("speakers.findSpeaker", source=desk.source, mayMake=False)
    desk.type("Kim")
    expect(desk.dialog.get_by_text("Nothing found for “Kim”.")).to_be_visible()
    desk.press("Enter")
    expect(desk.options).to_have_count(0)


def test_an_unnamed_group_is_made_as_such(desk: Desk) -> None:
    desk.ask("speakers.findSpeaker", source=desk.source, query="des responsables coréens")
    expect(desk.options).to_have_count(1)
    desk.press("Enter")
    unnamed = desk.dialog.get_by_role("checkbox", name="Unnamed (a group or somebody whose name is not given)")
    expect(unnamed).to_be_checked()
    desk.press("Enter")
    made = Speaker.objects.get(pk=desk.answer()["id"])
    assert (made.is_named, made.type) == (False, "group")
    # a name behind an article is one
    desk.ask("speakers.findSpeaker", source=desk.source, query="la Maison-Blanche")
    expect(desk.options).to_have_count(1)
    desk.press("Enter")
    expect(unnamed).not_to_be_checked()
    desk.press("Enter")
    assert Speaker.objects.get(pk=desk.answer()["id"]).is_named is True


def test_who_ticks_it_is_not_overruled_by_the_name(desk: Desk) -> None:
    desk.ask("speakers.findSpeaker", source=desk.source, query="Kim")
    expect(desk.options).to_have_count(1)
    desk.press("Enter")
    name, unnamed = desk.dialog.get_by_label("Name", exact=True), desk.dialog.get_by_role("checkbox")
    name.fill("un diplomate")
    expect(unnamed).to_be_checked()
    desk.press("Tab", "Tab", "Space", "Shift+Tab", "Shift+Tab", "End")
    desk.type(" chinois")
    expect(unnamed).not_to_be_checked()
    desk.press("Enter")
    made = Speaker.objects.get(pk=desk.answer()["id"])
    assert (made.name, made.is_named) == ("un diplomate chinois", True)
