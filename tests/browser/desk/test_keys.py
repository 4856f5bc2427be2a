"""What each case costs in keys and clicks, by real presses in a real browser; the database's rows are looked at."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.desk.models import Effort
from claims.models import Appearance, Speaker, Statement
from tests.browser.desk.conftest import TEXT, Desk, World, find_near

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

AT_CURSOR = """
() => {
  const { anchorNode, anchorOffset } = document.getSelection();
  return anchorNode.data?.slice(anchorOffset) ?? "";
}
"""
TABLE: list[tuple[str, int, int, int, int]] = []


@pytest.fixture(scope="module", autouse=True)
def _table() -> Iterator[None]:
    """Print what everything cost, when all is done."""
    yield
    lines = [f"{'case':44} {'keys':>4} {'most':>4} {'clicks':>6} {'selections':>10}"]
    lines += [f"{case:44} {keys:4} {most:4} {clicks:6} {drags:10}" for case, keys, most, clicks, drags in TABLE]
    print("\n" + "\n".join(lines))


def cost(case: str, desk: Desk, most: int) -> None:
    """Note what a case took; more than `most` keys and clicks fail."""
    desk.saved()
    TABLE.append((case, desk.keys, most, desk.clicks, desk.selections))
    assert desk.keys + desk.clicks <= most
    desk.watched.assert_clean()


def said_by(words: str) -> tuple[Statement, list[Speaker]]:
    """Return the only draft of these words, and who says it."""
    appearance = Appearance.objects.get(segments__exact=words)
    rows = appearance.statement.attributions.filter(kind="speaker").order_by("speaker__name")
    return appearance.statement, [row.speaker for row in rows]


def test_a_right_candidate_takes_one_key(desk: Desk, world: World) -> None:
    desk.press("Enter")
    cost("right candidate", desk, 1)
    statement, speakers = said_by("profondes inquiétudes")
    assert (speakers, statement.status, statement.act) == ([world.cast[0]], "draft", "assert")
    mention = Appearance.objects.get(statement=statement).mentions.get()
    assert mention.exact == "Ada Essai"
    assert desk.current() == "Nous verrons 🤯 demain"
    effort = Effort.objects.get()
    assert (effort.keys, effort.clicks) == (1, 0)


def test_another_speaker_takes_two(desk: Desk, world: World) -> None:
    desk.press("j")
    desk.keys = 0
    desk.press("2", "Enter")
    cost("other speaker", desk, 2)
    statement, speakers = said_by("Nous verrons 🤯 demain")
    assert speakers == [world.cast[1]]
    # the name of the one who was chosen, not of the one who was guessed
    assert Appearance.objects.get(statement=statement).mentions.get().exact == "Bela Probe"


def test_with_attitude_and_intensity_it_takes_four(desk: Desk, world: World) -> None:
    desk.press("2", "c", "Shift+Digit3", "Enter")
    cost("other speaker, attitude, intensity", desk, 4)
    statement, speakers = said_by("profondes inquiétudes")
    found = (statement.attitude, statement.intensity, statement.intensity_phrase)
    assert (speakers, found) == ([world.cast[1]], ("concern", 3, "profondes"))


def test_joint_speakers_take_three(desk: Desk, world: World) -> None:
    desk.press("1", "Alt+Digit2", "Enter")
    cost("joint speakers", desk, 3)
    assert said_by("profondes inquiétudes")[1] == world.cast[:2]


def test_a_missed_quote_takes_its_selection_and_two(desk: Desk, world: World) -> None:
    desk.select("un pas de plus")
    desk.press("3", "Enter")
    cost("missed quote", desk, 2)
    statement, speakers = said_by("un pas de plus")
    appearance = Appearance.objects.get(statement=statement)
    assert (speakers, appearance.quotation_type) == ([world.cast[2]], "direct")
    assert appearance.mentions.get().exact == "Citra Muster"
    assert Effort.objects.get().keys == 2


def test_a_missed_quote_is_marked_without_its_marks(desk: Desk, world: World) -> None:
    desk.select('"un pas de plus"', backwards=True)
    desk.press("3", "Enter")
    desk.saved()
    assert said_by("un pas de plus")[1] == [world.cast[2]]
    desk.watched.assert_clean()


def make_dora(desk: Desk) -> None:
    """Make the speaker whom the current words name and the record does not have."""
    desk.press("/")
    dialog = desk.page.locator("dialog[open]")
    # nobody of this name is there: the first line makes somebody
    expect(dialog.get_by_role("option")).to_have_count(1)
    expect(dialog.locator("[aria-busy]")).to_have_count(0)
    desk.press("Enter")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Dora Neuling")
    desk.press("Enter")
    expect(dialog).to_have_count(0)


def test_a_new_speaker_takes_seven_at_most(desk: Desk, world: World) -> None:
    desk.press("j", "j")
    assert desk.current() == "rien ne change"
    desk.keys = 0
    make_dora(desk)
    expect(desk.page.locator(".desk-person-who .desk-name")).to_have_text("Dora Neuling")
    desk.press("Enter")
    cost("new speaker", desk, 7)
    made = Speaker.objects.get(name="Dora Neuling")
    statement, speakers = said_by("rien ne change")
    assert (speakers, made.type) == ([made], "person")
    assert Appearance.objects.get(statement=statement).mentions.get().exact == "Dora Neuling"


def test_of_two_new_names_one_is_found_after_the_other(open_desk: Any, curator: User, world: World) -> None:
    for words in ("rien ne change", "un pas de plus"):
        one = world.candidates.get(words) or world.candidate(words)
        names = [find_near(TEXT, name, words) for name in ("Dora Neuling", "Le porte-parole")]
        rows = [
            {"id": None, "kind": "speaker", "mention": name, "role": None, "certainty": "certain"} for name in names
        ]
        one.guess["speakers"] = rows
        one.save()
    desk: Desk = open_desk(curator, world.url)
    desk.press("j", "j", "2")
    names_shown = desk.page.locator(".desk-person:not([hidden]) .desk-name")
    expect(names_shown).to_have_text(["Bela Probe", re.compile("Le porte-parole")])
    desk.press("Enter")
    assert (desk.current(), "choose who it is" in desk.message()) == ("rien ne change", True)
    desk.press("/")
    search = desk.page.locator("dialog[open]").get_by_role("combobox")
    expect(search).to_have_value("Le porte-parole")
    search.fill("Citra")
    expect(desk.page.locator("dialog[open]").get_by_role("option").first).to_contain_text("Citra Muster")
    expect(desk.page.locator("dialog[open] [aria-busy]")).to_have_count(0)
    desk.press("Enter")
    expect(names_shown).to_have_text(["Bela Probe", "Citra Muster"])
    desk.press("Shift+Enter")
    desk.saved()
    for words in ("rien ne change", "un pas de plus"):
        assert said_by(words)[1] == world.cast[1:]
    printed = Appearance.objects.get(segments__exact="rien ne change").mentions.order_by("attribution__speaker__name")
    assert [one.exact for one in printed] == ["Dora Neuling", "Le porte-parole"]
    # a speaker chosen again says it alone
    desk.press("u")
    desk.saved()
    desk.press("2")
    expect(names_shown).to_have_text(["Bela Probe"])
    desk.watched.assert_clean()


def test_a_new_speaker_is_guessed_wherever_the_name_is_printed(desk: Desk, world: World) -> None:
    world.candidate("un pas de plus", name="Dora Neuling")
    desk.open(world.url)
    desk.press("j", "j")
    make_dora(desk)
    desk.saved()
    guessed = desk.page.locator(".desk-person-who .desk-name.is-guess")
    expect(guessed).to_have_count(0)  # here it is chosen
    desk.press("j")
    assert desk.current() == "un pas de plus"
    expect(guessed).to_have_text("Dora Neuling")
    desk.open(f"{world.url}?item={world.candidates['un pas de plus'].pk}")
    expect(guessed).to_have_text("Dora Neuling")
    # what is accepted is what is seen, though somebody else is said to have this name meanwhile
    other = world.reread("rien ne change")
    other.choices["speakers"][0]["id"] = str(world.cast[1].pk)
    other.save()
    desk.press("Enter")
    desk.saved()
    assert [one.name for one in said_by("un pas de plus")[1]] == ["Dora Neuling"]
    desk.watched.assert_clean()


def test_all_of_one_name_take_one_chord(desk: Desk, world: World) -> None:
    desk.press("Shift+Enter")
    cost("all of one name (two candidates)", desk, 1)
    for words in ("profondes inquiétudes", "Nous verrons 🤯 demain"):
        assert said_by(words)[1] == [world.cast[0]]
    desk.press("u")
    desk.saved()
    assert not Statement.objects.exists()
    assert world.reread("profondes inquiétudes").state == "open"


def test_not_a_statement_takes_one_and_again_opens_it(desk: Desk, world: World) -> None:
    desk.press("x")
    cost("not a statement", desk, 1)
    assert world.reread("profondes inquiétudes").state == "rejected"
    desk.press("k", "x")
    desk.saved()
    assert world.reread("profondes inquiétudes").state == "open"


def test_on_behalf_of_whom_takes_two(desk: Desk, world: World) -> None:
    desk.press("Shift+O", "2", "Enter")
    cost("on behalf of somebody", desk, 3)
    rows = Statement.objects.get().attributions.values_list("kind", "speaker__name")
    assert set(rows) == {("speaker", "Ada Essai"), ("on_behalf_of", "Bela Probe")}
    # again takes it away; who has no number is looked for
    desk.press("Shift+O", "1", "Shift+O", "1", "Shift+O", "/")
    dialog = desk.page.locator("dialog[open]")
    expect(dialog.locator("h2")).to_have_text("Find or make: On behalf of")
    expect(dialog.get_by_role("option")).to_have_count(3)
    desk.press("3")
    expect(dialog).to_have_count(0)
    desk.press("Enter")
    desk.saved()
    rows = Statement.objects.latest("created_at").attributions.values_list("kind", "speaker__name")
    assert set(rows) == {("speaker", "Ada Essai"), ("on_behalf_of", "Citra Muster")}
    desk.press("?")
    expect(dialog.get_by_text("on behalf of, then a number")).to_be_visible()


def test_a_digit_takes_the_line_that_has_it_while_nothing_is_typed(desk: Desk, world: World) -> None:
    for typed, name in (("", "Citra Muster"), ("Bela", "Bela Probe")):
        desk.press("/")
        dialog = desk.page.locator("dialog[open]")
        expect(dialog.get_by_role("option")).to_have_count(3)
        desk.page.keyboard.type(typed)
        desk.press("3")
        if typed:
            expect(dialog.get_by_role("combobox")).to_have_value("Bela3")
            desk.press("Backspace")
            expect(dialog.get_by_role("option").first).to_contain_text("Bela Probe")
            desk.press("Enter")
        expect(dialog).to_have_count(0)
        expect(desk.page.locator(".desk-person-who .desk-name")).to_have_text(name)
    desk.press("Enter")
    desk.saved()
    assert said_by("profondes inquiétudes")[1] == [world.cast[1]]
    desk.watched.assert_clean()


def test_undo_takes_one(desk: Desk, world: World) -> None:
    desk.press("Enter")
    desk.saved()
    desk.keys = 0
    desk.press("u")
    cost("undo", desk, 1)
    assert not Statement.objects.exists()
    assert desk.current() == "profondes inquiétudes"


def test_the_mouse_alone_does_it_too(desk: Desk, world: World) -> None:
    desk.click(".desk-cast-main >> nth=1")
    desk.click("button[aria-keyshortcuts=c]")
    desk.click("button[aria-keyshortcuts='Shift+3']")
    desk.click("button[aria-keyshortcuts=Enter]")
    cost("the same by mouse", desk, 4)
    statement, speakers = said_by("profondes inquiétudes")
    assert (speakers, statement.attitude, statement.intensity) == ([world.cast[1]], "concern", 3)
    assert Effort.objects.get().clicks == 4


def test_a_missed_quote_is_marked_from_the_keyboard(desk: Desk, world: World) -> None:
    desk.press("j", "j", "j")
    assert desk.current() == "Il faut agir"
    # from the current words back over «, and over the empty line, to “plus” in the line before
    desk.press("ArrowLeft")
    for _ in range(20):
        if desk.page.evaluate(AT_CURSOR).startswith("plus"):
            break
        desk.press("ArrowLeft")
    desk.press("Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft")
    assert desk.page.evaluate("document.getSelection().toString()") == "un pas de plus"
    before = desk.keys
    desk.press("3", "Enter")
    assert desk.keys - before == 2
    desk.saved()
    assert said_by("un pas de plus")[1] == [world.cast[2]]


def test_enter_without_a_speaker_stays_and_says_so(desk: Desk, world: World) -> None:
    desk.press("j", "j", "Enter")
    assert "Say who" in desk.message()
    assert desk.current() == "rien ne change"
    assert not Statement.objects.exists()


def test_keys_are_quiet_in_fields_and_when_switched_off(desk: Desk, world: World) -> None:
    desk.page.locator("input.desk-input").first.click()
    desk.press("x", "2")
    desk.page.locator("#desk-text").focus()
    desk.click(".desk-switch")
    desk.press("x", "Enter")
    desk.saved()
    assert world.reread("profondes inquiétudes").state == "open"
    assert not Statement.objects.exists()
    desk.page.reload()
    desk.ready()
    desk.press("x")
    assert world.reread("profondes inquiétudes").state == "open"
