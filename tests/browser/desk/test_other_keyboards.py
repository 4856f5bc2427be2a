"""Keys as other keyboards and systems send them, what is composed or the browser's, and keys that are held."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from claims.models import Appearance, Segment, Speaker, Statement
from claims.proposals.models import Candidate
from tests.browser.desk.conftest import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

ALT, CTRL, META, SHIFT = 1, 2, 4, 8


class Strokes:
    """Keys as any keyboard may send them: what they write, where they are, and what is held with them."""

    def __init__(self, desk: Desk) -> None:
        self.session: CDPSession = desk.page.context.new_cdp_session(desk.page)

    def press(self, key: str, code: str, held: int = 0, virtual: int = 0) -> None:
        stroke = {"key": key, "code": code, "modifiers": held, "windowsVirtualKeyCode": virtual}
        for kind in ("rawKeyDown", "keyUp"):
            self.session.send("Input.dispatchKeyEvent", {"type": kind, **stroke})


COMPOSED = """
(given) => document.getElementById("desk-text").dispatchEvent(
  new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...given }),
)
"""


# Which keys the page keeps from the browser.
TAKEN = """
() => {
  window.taken = [];
  addEventListener("keydown", (event) => event.defaultPrevented && window.taken.push(event.key));
}
"""


def choices(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.reread("profondes inquiétudes").choices
    return found


def speakers(desk: Desk, world: World) -> list[Speaker]:
    desk.saved()
    rows = {str(one.pk): one for one in world.cast}
    return [rows[one["id"]] for one in choices(world)["speakers"]]


def test_keys_of_other_keyboards_do_what_is_on_them(desk: Desk, world: World) -> None:
    ada, bela, citra = world.cast
    keys, dialog = Strokes(desk), desk.page.locator("dialog[open]")
    # AZERTY: the digits are where they always are, without Shift and with it
    keys.press("é", "Digit2")
    assert speakers(desk, world) == [bela]
    keys.press("&", "Digit1", ALT)
    assert speakers(desk, world) == [bela, ada]
    # macOS: Option writes signs
    keys.press("¡", "Digit1", ALT)
    assert speakers(desk, world) == [bela]
    desk.page.evaluate(COMPOSED, {"key": "¡", "code": "Digit1", "altKey": True, "modifierAltGraph": True})
    assert speakers(desk, world) == [bela, ada]
    keys.press("3", "Digit3", SHIFT)
    keys.press("3", "Numpad3")
    assert speakers(desk, world) == [citra]
    assert (choices(world)["intensity"], choices(world)["intensity_phrase"]) == (3, "profondes")
    # Caps Lock writes capitals without Shift, and small letters with it
    keys.press("A", "KeyQ")
    keys.press("c", "KeyC", SHIFT)
    desk.saved()
    assert (choices(world)["attitude"], choices(world)["act"]) == ("anger", "condemn")
    # signs are taken for what they write, wherever they are: not for a digit, nor for an act
    for key, code in (("?", "KeyM"), ("/", "Period"), ("/", "Digit7"), ("?", "Minus")):
        keys.press(key, code, SHIFT)
        expect(dialog).to_be_visible()
        desk.press("Escape")
        expect(dialog).to_have_count(0)
    # without Num Lock the keypad has arrows
    keys.press("ArrowDown", "Numpad2")
    assert desk.current() == "Nous verrons 🤯 demain"
    keys.press("Enter", "NumpadEnter")
    desk.saved()
    assert Appearance.objects.get().segments.get().exact == "Nous verrons 🤯 demain"
    assert choices(world)["attitude"] == "anger"
    desk.watched.assert_clean()


def test_what_is_composed_or_meant_for_the_browser_is_left_alone(desk: Desk, world: World) -> None:
    keys = Strokes(desk)
    desk.page.evaluate(TAKEN)
    keys.press("Dead", "BracketLeft")
    keys.press("Dead", "Digit2", SHIFT)
    keys.press("Process", "KeyX", virtual=229)
    keys.press("Unidentified", "")
    for key, code, held in [
        ("x", "KeyX", CTRL),
        ("x", "KeyX", META),
        ("c", "KeyC", CTRL),
        ("C", "KeyC", CTRL | SHIFT),
        ("u", "KeyU", CTRL),
        ("&", "Digit1", CTRL),
        ("1", "Digit1", META),
        ("f", "KeyF", ALT),
        ("/", "Slash", CTRL),
        ("ArrowLeft", "ArrowLeft", META),
        ("F6", "F6", 0),
        (" ", "Space", 0),
        ("PageDown", "PageDown", 0),
        ("Shift", "ShiftLeft", SHIFT),
        ("CapsLock", "CapsLock", 0),
    ]:
        keys.press(key, code, held)
    for given in (
        {"key": "x", "code": "KeyX", "isComposing": True},
        {"key": "2", "code": "Digit2", "isComposing": True},
        {"key": "~", "code": "Digit2", "modifierAltGraph": True},
        {"key": "x", "code": "KeyX", "modifierAltGraph": True},
    ):
        assert desk.page.evaluate(COMPOSED, given)
    assert desk.page.evaluate("window.taken") == []
    # what is selected can be copied, and is still selected
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.press("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    words = desk.page.evaluate("document.getSelection().toString()")
    desk.press("Control+C")
    assert desk.page.evaluate("navigator.clipboard.readText()") == words == "profondes inquiétudes"
    desk.saved()
    assert not Statement.objects.exists()
    assert not Candidate.objects.exclude(state="open", choices={}).exists()
    desk.watched.assert_clean()


def test_a_key_that_is_held_decides_once(desk: Desk, world: World) -> None:
    keyboard = desk.page.keyboard

    def hold(key: str) -> None:
        for _ in range(6):
            keyboard.down(key)
        keyboard.up(key)
        desk.saved()

    hold("Enter")
    assert [one.exact for one in Segment.objects.all()] == ["profondes inquiétudes"]
    hold("x")
    assert [one.state for one in Candidate.objects.order_by("start")] == ["accepted", "rejected", "open", "open"]
    hold("u")
    assert [one.state for one in Candidate.objects.order_by("start")] == ["accepted", "open", "open", "open"]
    hold("c")
    assert world.reread("Nous verrons 🤯 demain").choices == {"attitude": "concern"}
    # moving goes on as long as a key is held
    hold("j")
    assert desk.current() == "Il faut agir"
