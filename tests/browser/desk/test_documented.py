"""The keys of docs/desk.md are those that the desk shows: none is missing there, and none here."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.models.vocabularies import Act, Attitude
from tests.browser.desk.conftest import Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

DOCUMENT = Path(__file__).parents[3] / "docs" / "desk.md"
MODIFIERS = {"Alt", "Ctrl", "Shift"}
#: stands for the keys of all attitudes and acts
LETTERS = "letters"
#: the keys of the help dialog, those of a row together, with what they do; and those that stand on buttons
HELP = """
() => [...document.querySelectorAll("dialog[open] dl > div")].map((row) => [
  [...row.querySelectorAll("kbd")].map((key) => key.textContent), row.querySelector("dd").textContent,
])
"""
BUTTONS = """
() => [...document.querySelectorAll("button[aria-keyshortcuts]")]
  .map((one) => [one.getAttribute("aria-keyshortcuts"), one.firstChild.textContent])
"""


def chords(written: str) -> set[str]:
    """Return each key of some that are written together: `Alt+← →` is Alt+← and Alt+→."""
    *held, last = written.split("+")
    # arrows are written together or apart
    keys = re.findall(r"[←→↑↓]|[^\s←→↑↓]+", last)
    return {"+".join([*held, key]) for key in keys}


def documented() -> dict[str, str]:
    """Return the keys of the document's table, and what it says of each."""
    table = DOCUMENT.read_text(encoding="utf-8").split("| Key | What it does |\n|---|---|\n")[1].split("\n\n")[0]
    found = {}
    for line in table.splitlines():
        cell, does = (one.strip() for one in line.strip("|").split(" | "))
        for written in cell.split(", then ")[0].replace("`", "").split(", "):
            found.update(dict.fromkeys(chords(written), does))
    return found


def shown(desk: Desk) -> dict[str, str]:
    """Return the keys that the help dialog shows, and what it says of each."""
    desk.press("?")
    expect(desk.page.locator("dialog[open] kbd").first).to_be_visible()
    found = {}
    for keys, does in desk.page.evaluate(HELP):
        held = [key for key in keys if key in MODIFIERS]
        for key in keys:
            if key not in MODIFIERS:
                found.update(dict.fromkeys(chords("+".join([*held, key])), does))
    desk.press("Escape")
    return found


def letters(told: dict[str, str]) -> dict[str, str]:
    """Return the term of each key that stands for one: the help says it with what it means."""
    terms = {str(label) for label in (*Act.labels, *Attitude.labels)}
    return {key: does.split(":")[0] for key, does in told.items() if does.split(":")[0] in terms and ":" in does}


def test_every_key_of_the_document_is_shown_and_none_besides(desk: Desk, world: World) -> None:
    told, written = shown(desk), documented()
    assert written.pop(LETTERS)
    terms = letters(told)
    assert len(terms) == len(Act) + len(Attitude)
    assert set(written) == set(told) - set(terms)
    desk.watched.assert_clean()


def test_what_stands_on_a_button_is_what_the_help_says(desk: Desk, world: World) -> None:
    told = shown(desk)
    buttons = dict(desk.page.evaluate(BUTTONS))
    # each attitude and act under its own key
    assert {key: name for key, name in buttons.items() if key in letters(told)} == letters(told)
    names = {"Control+Enter": "Ctrl+Enter", "ArrowUp": "↑", "ArrowDown": "↓"}
    pressed = {names.get(one, one) for keys in buttons for one in keys.split()}
    # numbers stand on buttons one by one
    singles = {f"{held}{digit}" for held, digit in product(("", "Alt+", "Shift+"), "0123456789")}
    assert pressed - singles <= set(told)
    assert {"Enter", "x", "u", "Ctrl+Enter", "/", "t", "e", "l", "r", "?"} <= pressed


def test_in_review_the_documented_keys_do_what_the_document_says(open_desk: Any, world: World, reviewer: User) -> None:
    desk: Desk = open_desk(reviewer, f"{world.url}?mode=review")
    told, written = shown(desk), documented()
    assert set(told) <= set(written)
    meant = {key: does.split("in review: ")[1] for key, does in written.items() if "in review: " in does}
    assert set(meant) == {"Enter", "r", "Ctrl+Enter"}
    # approve, return and publish: the word by which both begin
    first = re.compile(r"\w+")
    assert {key: first.findall(does)[0] for key, does in meant.items()} == {
        key: first.findall(told[key].lower())[0] for key in meant
    }
    desk.watched.assert_clean()
