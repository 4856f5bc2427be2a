"""All of it without a mouse: from the login to what is public, with the focus always seen and never lost."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from claims.models import Appearance, Segment, Statement
from claims.proposals.models import Candidate
from sources.models import Source
from tests import factories
from tests.browser.conftest import Watched
from tests.browser.desk.conftest import Desk, World, person
from tests.browser.hands import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

TEXT = (
    "Un retrait annoncé 🤯\n\n"
    "Samedi, la ministre Ada Essai a déclaré : «\u00a0Nous verrons 🤯 demain\u00a0».\n\n"
    "«\u202fIl faut agir\u202f», a ajouté Ada Essai devant Bela Probe.\n\n"
    "«\u202fRien ne change\u202f», a assuré Dora Neuling.\n\n"
    "Pour Bela Probe, un retrait complet reste possible.\n"
)
# Where the focus is, and what was wrong with where it was before: to be seen, in order, and not hidden behind anything.
STEP = """
() => {
  const look = (node) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor, borderWidth, backgroundColor } = getComputedStyle(node);
    return JSON.stringify([outlineStyle, outlineWidth, boxShadow, borderColor, borderWidth, backgroundColor]);
  };
  const node = document.activeElement;
  const faults = [];
  const told = (what) => faults.push(`${what}: ${node.outerHTML.slice(0, 160)}`);
  const before = window.focusedBefore;
  if (before && before.node !== node && before.node.isConnected && look(before.node) === before.look) {
    faults.push(`looks the same with and without the focus: ${before.node.outerHTML.slice(0, 160)}`);
  }
  if (node === document.body) return { name: "", id: "", isOut: true, faults };
  const { DOCUMENT_POSITION_FOLLOWING: BEHIND } = Node;
  if (before && before.node !== node && before.node.isConnected) {
    if (!(before.node.compareDocumentPosition(node) & BEHIND)) told("not in order");
  }
  if (node.tabIndex > 0) told("tabindex");
  const { left, top, width, height } = node.getBoundingClientRect();
  if (width < 1 || height < 1) told("nothing to be seen");
  const at = document.elementFromPoint(left + Math.min(width / 2, 40), top + Math.min(height / 2, 12));
  if (!at || !(node.contains(at) || at.contains(node))) told(`behind ${at?.outerHTML.slice(0, 80)}`);
  window.focusedBefore = { node, look: look(node) };
  const label = node.labels?.[0]?.textContent;
  const name = node.getAttribute("aria-label") ?? label ?? node.innerText ?? "";
  return { name: name.trim().replace(/\\s+/g, " "), id: node.id, isOut: false, faults };
}
"""
AT_CURSOR = """
() => {
  const { anchorNode, anchorOffset } = document.getSelection();
  return anchorNode?.data?.slice(anchorOffset) ?? "";
}
"""


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.watched = Watched(page, host)
        self.press = page.keyboard.press
        self.type = page.keyboard.type

    def log_in(self, user: User) -> None:
        self.page.goto("/admin/login/?next=/admin/")
        expect(self.page.locator("#id_username")).to_be_focused()
        self.type(user.username)
        self.press("Tab")
        self.type(PASSWORD)
        self.press("Enter")
        self.page.wait_for_selector("#user-tools")

    def step(self) -> dict[str, Any]:
        """Press Tab; fail where the focus cannot be seen."""
        self.press("Tab")
        found: dict[str, Any] = self.page.evaluate(STEP)
        assert found["faults"] == []
        return found

    def go_to(self, name: str) -> None:
        """Press Tab until what is called so has the focus."""
        passed = []
        for _ in range(80):
            found = self.step()
            passed.append(found["name"])
            if re.match(name, found["name"]):
                return
        raise AssertionError(f"{name} is not reached: {passed}")

    def at_text(self) -> None:
        """Fail unless the focus is in the text again, with no dialog left."""
        expect(self.page.locator("dialog[open]")).to_have_count(0)
        expect(self.page.locator("#desk-text")).to_be_focused()

    def answer(self, typed: str, *keys: str) -> None:
        """Type into the dialog that a key opened, wait for what is found, and press keys."""
        dialog = self.page.locator("dialog[open]")
        expect(dialog).to_be_visible()
        assert self.page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
        self.type(typed)
        expect(dialog.get_by_role("option").first).to_be_visible()
        expect(dialog.locator("[aria-busy]")).to_have_count(0)
        for key in keys:
            self.press(key)

    def find(self, words: str) -> None:
        """Go from word to word until the cursor is before these."""
        for _ in range(60):
            if self.page.evaluate(AT_CURSOR).startswith(words):
                return
            self.press("ArrowRight")
        raise AssertionError(f"{words} is not reached")

    def selected(self) -> str:
        words: str = self.page.evaluate("document.getSelection().toString()")
        return words

    def saved(self) -> None:
        self.page.wait_for_selector("#desk-saved[data-state=saved]")


@pytest.fixture
def sit_down(browser: Browser, live_server: Any) -> Iterator[Any]:
    """Return what logs somebody in by keyboard, in a browser of their own."""
    contexts = []

    def logged_in(user: User) -> Keyboard:
        address = str(live_server)
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address, locale="en"))
        found = Keyboard(contexts[-1].new_page(), urlsplit(address).netloc)
        found.log_in(user)
        return found

    yield logged_in
    for context in contexts:
        context.set_offline(True)
        context.close()


def said(words: str) -> tuple[list[str], str, str | None, int | None]:
    """Who says these words, the status of the statement, its attitude and intensity."""
    statement = Appearance.objects.get(segments__exact=words).statement
    names = [one.speaker.name for one in statement.attributions.filter(kind="speaker").order_by("pk")]
    return names, statement.status, statement.attitude, statement.intensity


def test_from_a_pasted_text_to_what_is_public(sit_down: Any, transactional_db: None) -> None:
    for name in ("Ada Essai", "Bela Probe"):
        factories.speaker(name)
    factories.topic("armement")
    curator: Keyboard = sit_down(person("curator"))
    page, press = curator.page, curator.press
    curator.go_to("Bring in a source")
    press("Enter")
    expect(page.locator("#id_url")).to_be_focused()
    curator.go_to("Text")
    page.keyboard.insert_text(TEXT)
    curator.go_to("Look it over")
    press("Enter")
    expect(page.locator("#id_title")).to_be_focused()
    expect(page.locator("#id_title")).to_have_value("Un retrait annoncé 🤯")
    curator.go_to("Published")
    page.keyboard.type("2024-11-16")
    curator.go_to("Record it")
    press("Enter")
    page.wait_for_selector("#desk[data-ready]")
    curator.at_text()
    source = Source.objects.get()
    numbers = {one.speaker.name: str(one.number) for one in source.cast.select_related("speaker")}
    current = page.locator("#desk-text mark.is-current")

    # right as it is
    expect(current).to_have_text("Nous verrons 🤯 demain")
    press("Enter")
    # another speaker, an attitude, an intensity by a word, a topic
    expect(current).to_have_text("Il faut agir")
    press(numbers["Bela Probe"])
    press("c")
    curator.find("faut")
    press("Shift+ArrowRight")
    assert curator.selected() == "faut"
    press("Shift+Digit2")
    press("t")
    curator.answer("arm", "Enter", "Control+Enter")
    curator.at_text()
    press("Enter")
    # a new speaker
    expect(current).to_have_text("Rien ne change")
    press("/")
    curator.answer("", "Enter")
    expect(page.locator("dialog[open]").get_by_label("Name", exact=True)).to_have_value("Dora Neuling")
    press("Enter")
    curator.at_text()
    expect(page.locator(".desk-person .desk-name").first).to_have_text("Dora Neuling")
    press("Enter")
    # a missed one, by the word cursor; undone and done again
    curator.find("un retrait complet")
    for _ in range(3):
        press("Shift+ArrowRight")
    assert curator.selected() == "un retrait complet"
    press(numbers["Bela Probe"])
    press("Enter")
    curator.saved()
    assert Statement.objects.count() == 4
    press("u")
    curator.saved()
    assert Statement.objects.count() == 3
    assert Candidate.objects.get(engine="hand").state == "open"
    press("Enter")
    curator.saved()
    assert Segment.objects.count() == 4
    assert all(TEXT[one.start : one.end] == one.exact for one in Segment.objects.all())
    press("Control+Enter")
    page.wait_for_url("**/admin/desk/")
    assert said("Nous verrons 🤯 demain") == (["Ada Essai"], "in_review", None, None)
    assert said("Il faut agir") == (["Bela Probe"], "in_review", "concern", 2)
    assert said("Rien ne change") == (["Dora Neuling"], "in_review", None, None)
    assert said("un retrait complet") == (["Bela Probe"], "in_review", None, None)
    assert Statement.objects.get(topics__isnull=False).intensity_phrase == "faut"
    curator.watched.assert_clean()

    reviewer: Keyboard = sit_down(person("reviewer", "reviewers"))
    page, press = reviewer.page, reviewer.press
    reviewer.go_to("Attribution desk")
    press("Enter")
    page.wait_for_url("**/admin/desk/")
    reviewer.go_to("Un retrait annoncé 🤯")
    press("Enter")
    page.wait_for_selector("#desk[data-ready]")
    reviewer.at_text()
    press("Enter")
    expect(page.locator("#desk-text mark.is-current")).to_have_text("Il faut agir")
    press("r")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("textarea")).to_be_focused()
    reviewer.type("It was Ada Essai.")
    press("Enter")
    reviewer.at_text()
    press("Enter")
    press("Enter")
    reviewer.saved()
    press("Control+Enter")
    page.wait_for_url("**/admin/desk/")
    assert Statement.objects.get(returned_reason="It was Ada Essai.").attitude == "concern"
    assert said("Il faut agir")[1] == "draft"
    assert {said(one)[1] for one in ("Nous verrons 🤯 demain", "Rien ne change", "un retrait complet")} == {"published"}
    reviewer.watched.assert_clean()


def test_tab_goes_everywhere_in_order_and_is_always_seen(sit_down: Any, world: World) -> None:
    curator: Keyboard = sit_down(person("curator"))
    curator.page.goto(world.url)
    curator.page.wait_for_selector("#desk[data-ready]")
    names = []
    for _ in range(140):
        found = curator.step()
        if found["isOut"]:
            break
        names.append(found["name"])
    assert found["isOut"]
    assert {"Certainty", "How the date is known", "Add a language"} <= set(names)
    assert [name for name in names if not name] == []
    # and around to the text again, past the links before it
    for _ in range(40):
        curator.press("Tab")
        if curator.page.evaluate("document.activeElement.id") == "desk-text":
            break
    curator.at_text()
    curator.press("x")
    curator.saved()
    assert world.reread("profondes inquiétudes").state == "rejected"
    curator.watched.assert_clean()


def test_the_focus_comes_back_from_every_dialog(desk: Desk, world: World) -> None:
    dialog, text = desk.page.locator("dialog[open]"), desk.page.locator("#desk-text")
    for key in ("/", "t", "e", "l", "?"):
        desk.press(key)
        expect(dialog).to_be_visible()
        # letters and digits are the dialog's now
        desk.press("x", "2", "Escape")
        expect(dialog).to_have_count(0)
        expect(text).to_be_focused()
    # from where one is in the details, it comes back there
    desk.press("m")
    for _ in range(60):
        desk.press("Tab")
        if desk.page.evaluate("document.activeElement.innerText").startswith("Joint speaker"):
            break
    desk.press("Enter")
    expect(dialog).to_be_visible()
    desk.press("Escape")
    expect(desk.page.get_by_role("button", name="Joint speaker", exact=True)).to_be_focused()
    desk.press("Escape")
    expect(text).to_be_focused()
    # what is said in an input stays there
    desk.saved()
    assert not Candidate.objects.exclude(state="open", choices={}).exists()
    desk.watched.assert_clean()


def test_keys_do_nothing_in_the_details(desk: Desk, world: World) -> None:
    desk.press("m")
    kinds = set()
    for _ in range(60):
        desk.press("Tab")
        tag = desk.page.evaluate("document.activeElement.tagName + (document.activeElement.type ?? '')")
        kinds.add(tag)
        for key in ("x", "u", "Backspace", "Backspace"):
            desk.press(key)
    assert {"INPUTtext", "BUTTONbutton", "SELECTselect-one"} <= kinds
    desk.saved()
    assert not Statement.objects.exists()
    assert not Candidate.objects.exclude(state="open", choices={}).exists()


def test_keys_can_be_switched_off_by_keyboard(desk: Desk, world: World) -> None:
    """WCAG 2.1.4: single keys can be turned off; it is remembered, and the buttons still act."""
    switch = desk.page.locator(".desk-switch")
    for _ in range(20):
        desk.press("Shift+Tab")
        if desk.page.evaluate("document.activeElement.className") == "desk-switch":
            break
    expect(switch).to_be_focused()
    desk.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "false")
    for _ in range(2):
        desk.page.locator("#desk-text").focus()
        desk.press("x", "2", "c", "Shift+A", "Enter", "Control+Enter")
        desk.saved()
        assert not Candidate.objects.exclude(state="open", choices={}).exists()
        desk.page.reload()
        desk.ready()
    for _ in range(80):
        desk.press("Tab")
        if desk.page.evaluate("document.activeElement.getAttribute('aria-keyshortcuts')") == "Enter":
            break
    desk.press("Enter")
    desk.saved()
    assert Statement.objects.count() == 1
    switch.focus()
    desk.press("Space")
    desk.page.locator("#desk-text").focus()
    desk.press("x")
    desk.saved()
    assert Candidate.objects.filter(state="rejected").count() == 1
