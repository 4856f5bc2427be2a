"""Words are taken whole, moved by a word, and said back; a name as printed is guessed from the same sentence alone."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.models import Appearance, Segment
from claims.proposals.models import Candidate, Reading
from tests import factories
from tests.browser.desk.conftest import TEXT, Desk, World
from tests.browser.hands import PLACE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def chosen(desk: Desk, world: World, words: str = "profondes inquiétudes") -> dict[str, Any]:
    desk.saved()
    desk.watched.assert_clean()
    found: dict[str, Any] = world.reread(words).choices
    return found


def taken(span: list[int]) -> str:
    return TEXT[slice(*span)]


def test_what_the_mouse_cuts_is_taken_in_whole_words(desk: Desk, world: World) -> None:
    desk.select("outé Ada Ess")
    desk.press("v")
    desk.select("onde")
    desk.press("Shift+Digit3")
    desk.select("stre d’Utop")
    desk.press("i")
    desk.select("orizon", backwards=True)
    desk.press("z")
    choices = chosen(desk, world)
    assert (taken(choices["cue"]), choices["intensity_phrase"]) == ("ajouté Ada Essai", "profondes")
    assert taken(choices["speakers"][0]["role"]) == "ministre d’Utopie"
    # an apostrophe ends a word: the article stays where it is
    assert [taken(one) for one in choices["segments"]] == ["horizon", "profondes inquiétudes"]
    desk.select("n pas de pl")
    desk.press("3", "Enter")
    desk.saved()
    assert [one.exact for one in Segment.objects.all()] == ["un pas de plus"]


def test_with_alt_held_it_is_exact(desk: Desk, world: World) -> None:
    desk.page.keyboard.down("Alt")
    desk.select("n pas de pl")
    desk.page.keyboard.up("Alt")
    desk.press("3", "Enter")
    desk.saved()
    assert [one.exact for one in Segment.objects.all()] == ["n pas de pl"]
    desk.select("amed")
    desk.press("b")
    assert chosen(desk, world, "Nous verrons 🤯 demain") == {}
    assert desk.current() != ""
    desk.watched.assert_clean()


def test_an_end_is_moved_by_a_word(desk: Desk, world: World) -> None:
    before = desk.page.url
    desk.press("k")
    assert desk.current() == "Il faut agir"
    desk.press("Alt+Shift+ArrowRight")
    assert desk.current() == "faut agir"
    desk.press("Alt+ArrowLeft")
    assert desk.current() == "faut"
    assert desk.message() == "Words: “\u2068faut\u2069” — 4 of 4."
    for key in ("Alt+ArrowLeft", "Alt+Shift+ArrowRight"):
        desk.press(key)
        assert "has to stay" in desk.message()
    assert taken(chosen(desk, world, "Il faut agir")["segments"][0]) == "faut"
    desk.press("Alt+Shift+ArrowLeft", "Enter")
    desk.saved()
    assert [one.exact for one in Segment.objects.all()] == ["Il faut"]
    # of a draft too; and what is undone is as it was
    desk.press("j", "j", "j", "Alt+ArrowRight")
    desk.saved()
    assert [one.exact for one in Segment.objects.all()] == ["Il faut agir"]
    desk.press("u")
    desk.saved()
    assert [one.exact for one in Segment.objects.all()] == ["Il faut"]
    assert desk.page.url == before
    desk.watched.assert_clean()


def test_a_name_is_guessed_from_its_sentence_alone(open_desk: Any, curator: User, world: World) -> None:
    text = "Ada Essai a dit : « Oui. Non ! », selon M. Bela Probe.\nC’est « tout ». Citra Muster est venue.\n"
    revision = factories.source(text, title="Oui", published_at="2024-11-16")
    for number, speaker in enumerate(world.cast, 1):
        revision.source.cast.create(speaker=speaker, number=number)
    Reading.objects.create(source_text=revision, engine="test")
    for words in ("Oui. Non !", "tout"):
        start = text.index(words)
        guess = {"segments": [[start, start + len(words)]], "quotation_type": "direct"}
        Candidate.objects.create(source_text=revision, start=start, end=start + len(words), engine="test", guess=guess)
    desk: Desk = open_desk(curator, f"/admin/desk/sources/{revision.source_id}/")
    desk.press("2", "Alt+Digit1", "j", "3")
    desk.saved()
    first, last = Candidate.objects.filter(source_text=revision).order_by("start")
    assert [text[slice(*one["mention"])] for one in first.choices["speakers"]] == ["Bela Probe", "Ada Essai"]
    assert [one["mention"] for one in last.choices["speakers"]] == [None]
    # where the cue is, the name is looked for too
    desk.select("est venue")
    desk.press("v", "2", "3")
    desk.saved()
    last.refresh_from_db()
    assert text[slice(*last.choices["speakers"][0]["mention"])] == "Citra Muster"
    desk.watched.assert_clean()


def test_names_as_printed_go_to_one_speaker_after_the_other(desk: Desk, world: World) -> None:
    desk.press("3", "Alt+Digit2")
    for words in ("Ada Essai", "la presse"):
        desk.select(words)
        desk.press("n")
    desk.select("Samedi")
    desk.press("n")
    rows = chosen(desk, world)["speakers"]
    assert [taken(one["mention"]) for one in rows] == ["Samedi", "la presse"]
    assert desk.message() == "Name as printed: “\u2068Samedi\u2069” — 1 of 4."
    for words in ("la ministre", "devant"):
        desk.select(words)
        desk.press("i")
    assert [taken(one["role"]) for one in chosen(desk, world)["speakers"]] == ["la ministre", "devant"]


def test_words_that_reach_into_a_name_taken_before_take_its_place(desk: Desk, world: World) -> None:
    desk.press("3", "Alt+Digit2")
    for words in ("Ada Essai, a fait", "la ministre d’Utopie, Ada Essai"):
        desk.select(words)
        desk.press("n")
    assert [one["mention"] and taken(one["mention"]) for one in chosen(desk, world)["speakers"]] == [
        "la ministre d’Utopie, Ada Essai",
        None,
    ]


def test_one_name_of_two_speakers_is_taken_for_both_by_the_key_again(desk: Desk, world: World) -> None:
    words = "Une crise"  # where neither is named
    desk.select(words)
    desk.press("1", "Alt+2")
    desk.select("crise")
    desk.press("n", "n", "Enter")
    desk.saved()
    printed = Appearance.objects.get(segments__exact=words).mentions.values_list("exact", flat=True)
    assert list(printed) == ["crise", "crise"]


def test_a_double_click_selects_and_leaves_the_current_one(desk: Desk, world: World) -> None:
    at = desk.page.evaluate(PLACE, ["verrons", desk.page.locator("#desk-text").element_handle()])
    desk.page.mouse.dblclick(at[0] + 6, at[1])
    assert desk.current() == "profondes inquiétudes"
    desk.press("v")
    assert taken(chosen(desk, world)["cue"]) == "verrons"
    desk.page.mouse.click(at[0] + 6, at[1])
    assert desk.current() == "Nous verrons 🤯 demain"


def test_the_day_that_words_tell_is_said(desk: Desk, world: World) -> None:
    desk.select("Samedi")
    desk.press("b")
    expect(desk.page.locator("#desk-message")).to_contain_text("Samedi\u2069” → 2024-11-16")
    choices = chosen(desk, world)
    assert (choices["said_at_text"], choices["said_at"], choices["said_at_basis"]) == (
        "Samedi",
        "2024-11-16",
        "inferred",
    )
    expect(desk.page.get_by_role("textbox", name="Said at", exact=True)).to_have_value("2024-11-16")
    desk.press("j")
    desk.select("devant la presse")
    desk.press("b")
    expect(desk.page.locator("#desk-message")).to_contain_text("No day could be read")
    assert "said_at" not in chosen(desk, world, "Nous verrons 🤯 demain")


def test_one_more_part_has_a_key_and_warn_is_never_one(desk: Desk, world: World) -> None:
    desk.select("devant la presse")
    desk.press("Shift+W")
    assert chosen(desk, world) == {"act": "warn"}
    desk.press("z", "Enter")
    desk.saved()
    appearance = Appearance.objects.get()
    assert [one.exact for one in appearance.segments.all()] == ["profondes inquiétudes", "devant la presse"]
    assert appearance.statement.act == "warn"


def test_a_stop_belongs_to_the_words_only_inside_their_marks(open_desk: Any, curator: User, world: World) -> None:
    text = 'Ada Essai a dit : « Oui. Non. Demain », puis «\u202fsoit.\u202f» et "rien, va". Elle part\u00a0: demain…\n'
    revision = factories.source(text, title="Oui", published_at="2024-11-16")
    revision.source.cast.create(speaker=world.cast[0], number=1)
    Reading.objects.create(source_text=revision, engine="test")
    desk: Desk = open_desk(curator, f"/admin/desk/sources/{revision.source_id}/")
    expected = {
        "Oui.": ("Oui.", "direct"),
        "Non.": ("Non.", "direct"),
        "«\u202fsoit.\u202f»": ("soit.", "direct"),
        '"rien, va".': ("rien, va", "direct"),
        "Elle part\u00a0:": ("Elle part", "indirect"),
        "demain…": ("demain…", "indirect"),
    }
    for words in expected:
        desk.select(words)
        desk.press("1")
        desk.saved()
    rows = Candidate.objects.filter(source_text=revision).order_by("start")
    assert [(text[one.start : one.end], one.choices["quotation_type"]) for one in rows] == list(expected.values())
    # with Alt held it is meant
    desk.page.keyboard.down("Alt")
    desk.select('va".')
    desk.page.keyboard.up("Alt")
    desk.press("v")
    desk.select("Demain »,")
    desk.press("w")
    desk.saved()
    rows = Candidate.objects.filter(source_text=revision).order_by("start")
    assert text[slice(*rows[5].choices["segments"][0])] == "Demain »"
    desk.watched.assert_clean()


def test_other_words_are_printed_as_they_stand_unless_somebody_said_how(desk: Desk, world: World) -> None:
    desk.select("Ada Essai, a fait part de ses")
    desk.press("w")
    assert "Printed as: Indirect." in desk.message()
    found = chosen(desk, world)
    assert (taken(found["segments"][0]), found["quotation_type"]) == ("Ada Essai, a fait part de ses", "indirect")
    desk.select("Nous verrons")
    desk.press("w")
    assert chosen(desk, world)["quotation_type"] == "direct"
    # chosen by hand, by its button or its key, it stays: after loading anew too
    desk.press("q")
    desk.click(".desk-panel button:has(span:text-is('Mixed'))")
    desk.press("r", "q", "q", "q")
    desk.select("Samedi")
    desk.press("w")
    assert chosen(desk, world)["quotation_type"] == "mixed"
    desk.page.reload()
    desk.ready()
    desk.select("un pas")
    desk.press("w", "Enter")
    desk.saved()
    appearance = Appearance.objects.get()
    assert ([one.exact for one in appearance.segments.all()], appearance.quotation_type) == (["un pas"], "mixed")


def test_an_intensity_shows_in_the_words_or_in_those_of_saying_alone(desk: Desk, world: World) -> None:
    desk.press("j", "j", "j")
    assert desk.current() == "Il faut agir"
    desk.select("devant la presse")
    desk.press("Shift+Digit1")
    assert desk.message().startswith("Intensity by the words: “\u2068devant la presse\u2069” stands neither")
    desk.press("Escape")
    phrase = desk.page.get_by_role("textbox", name="by the words")
    phrase.fill("horizon")
    phrase.press("Enter")
    expect(desk.page.locator("#desk-message")).to_contain_text("stands neither")
    desk.page.locator("#desk-text").focus()
    assert chosen(desk, world, "Il faut agir") == {}
    desk.select("profondes")
    desk.press("v", "Shift+Digit3")
    found = chosen(desk, world, "Il faut agir")
    assert (found["intensity"], found["intensity_phrase"]) == (3, "profondes")
    desk.press("Enter")
    desk.saved()
    statement = Appearance.objects.get().statement
    assert (statement.intensity, statement.intensity_phrase) == (3, "profondes")
    desk.watched.assert_clean()
