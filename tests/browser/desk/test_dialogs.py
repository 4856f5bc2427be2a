"""The dialogs of the desk in a real browser: by keys alone, with answers that come late, not at all, or twice."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from claims.desk.dialog_words import dialog_words
from claims.desk.models import CastMember
from claims.models import Event, Speaker
from config.environment import BASE_DIR
from sources.models import SourceText
from tests import factories
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

TEXT = "Kim Yo-jong a dénoncé samedi « une provocation grave » de Séoul, selon l’agence KCNA.\n"
ASK = """
([name, given]) => {
  const [module, what] = name.split(".");
  window.answer = undefined;
  const names = [`dialogs/${module}`, "server", "words"];
  return Promise.all(names.map((one) => import(`/static/desk/${one}.js`))).then(([dialogs, server, { page }]) => {
    const all = { words: page.words, find: server.find, decide: server.decide, ...given };
    if (all.labels) all.format = (member, value) => (value === null ? "" : String(value));
    const option = (row) => ({ id: row.id, label: row.name });
    // deaf to the signal that a newer question was asked, so that its answer does come
    const search = async (q) => (await server.find(given.from, { q })).results.map(option);
    if (given.from) all.search = search;
    dialogs[what](all).then((answer) => { window.answer = { is: answer ?? null }; });
  });
}
"""
# What is wider than the room that it has, and not meant to be scrolled sideways.
WIDER = """
() => [...document.querySelectorAll("dialog, dialog *")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && !["INPUT", "INLINE"].includes(node.tagName))
  .filter((node) => getComputedStyle(node).display !== "inline" && !node.closest(".dialog-unseen, thead"))
  .map((node) => node.outerHTML.slice(0, 120))
"""


class Desk:
    """A page from which dialogs are asked for."""

    def __init__(self, watched: Watched, revision: SourceText) -> None:
        self.page: Page = watched.page
        self.watched = watched
        self.revision = revision
        self.source = str(revision.source_id)

    def ask(self, name: str, **given: Any) -> None:
        """Open a dialog, as `module.function`."""
        self.page.evaluate(ASK, [name, given])
        expect(self.page.locator("dialog[open]")).to_be_visible()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def answer(self) -> Any:
        """Return what the dialog was closed with."""
        self.until(lambda: bool(self.page.evaluate("window.answer !== undefined")))
        assert self.page.locator("dialog").count() == 0
        return self.page.evaluate("window.answer.is")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, for 5 seconds at most."""
        for _ in range(100):
            if is_so():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("it did not become so")

    def hold(self, typed: str) -> list[Route]:
        """Keep what is asked for these letters from being answered; it is in the list returned."""
        held: list[Route] = []
        self.page.route(re.compile(rf"/find/\w+/\?q={typed}\b"), lambda route: held.append(route))
        return held

    def let_go(self, held: list[Route]) -> None:
        self.until(lambda: bool(held))
        for route in held:
            route.continue_()

    def fail(self, status: int, route: Route) -> None:
        """Answer with an error; 0 for no answer at all."""
        if status:
            route.fulfill(status=status, content_type="application/problem+json", body="{}")
        else:
            route.abort()

    def lose_decisions(self, *, is_stored: bool, times: int) -> None:
        """Let so many answers be lost, after the decision was stored or before."""
        self.keys: list[str] = []

        def lose(route: Route) -> None:
            self.keys.append(json.loads(route.request.post_data or "")["key"])
            if len(self.keys) > times:
                route.continue_()
                return
            if is_stored:
                assert route.fetch().status == 200
            route.abort()

        self.page.route("**/decisions/", lose)

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    @property
    def field(self) -> Locator:
        return self.dialog.get_by_role("combobox")

    @property
    def options(self) -> Locator:
        return self.dialog.get_by_role("option")


@pytest.fixture
def revision(transactional_db: None) -> SourceText:
    return factories.source(TEXT, title="Une provocation", published_at="2024-11-16")


@pytest.fixture
def desk(watched: Watched, revision: SourceText) -> Iterator[Desk]:
    user = factories.user("curator")
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name="curators"))
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    watched.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"http://{watched.host}"}]
    )
    watched.page.goto(reverse("desk:page", args=[revision.source_id]))
    expect(watched.page.get_by_text("a dénoncé samedi").first).to_be_visible(timeout=20_000)
    yield Desk(watched, revision)
    assert watched.foreign == []


def test_first_found_is_highlighted_and_enter_takes_it(desk: Desk) -> None:
    speaker = factories.speaker("Kim Yo-jong")
    desk.ask("speakers.findSpeaker", source=desk.source)
    desk.type("kim")
    expect(desk.options.first).to_contain_text("Kim Yo-jong")
    row = desk.options.first.get_attribute("id")
    expect(desk.field).to_have_attribute("aria-activedescendant", row)
    desk.press("Enter")
    assert desk.answer()["id"] == str(speaker.pk)


def test_arrows_go_round_and_digits_take_where_they_are_keys(desk: Desk) -> None:
    topics = [factories.topic(label) for label in ("armement", "armes", "armistice")]
    desk.ask("chooser.choose", title="Topic", keys="digits", **{"from": "topics"})
    expect(desk.options).to_have_count(3)
    shown = [row.split("\n")[-1] for row in desk.options.all_inner_texts()]
    desk.press("ArrowUp")
    expect(desk.options.nth(2)).to_have_attribute("aria-selected", "true")
    desk.press("ArrowDown")
    expect(desk.options.nth(0)).to_have_attribute("aria-selected", "true")
    desk.press("2")
    assert desk.answer()["label"] == shown[1]
    assert set(shown) == {str(one) for one in topics}


def test_enter_pressed_at_once_takes_what_was_typed_and_no_earlier_find(desk: Desk) -> None:
    factories.speaker("Kim Yo-jong")
    wanted = factories.speaker("Yoon Suk Yeol")
    held = desk.hold("yoon")
    desk.ask("speakers.findSpeaker", source=desk.source)
    desk.type("kim")
    expect(desk.options.first).to_contain_text("Kim Yo-jong")
    desk.press("Control+a")
    desk.type("yoon")
    desk.press("Enter")
    desk.let_go(held)
    assert desk.answer()["id"] == str(wanted.pk)


def test_late_answers_never_replace_newer_ones(desk: Desk) -> None:
    factories.topic("armement")
    wanted = factories.topic("sanctions")
    held = desk.hold("arm")
    desk.ask("chooser.choose", title="Topic", **{"from": "topics"})
    desk.type("arm")
    desk.until(lambda: len(held) == 1)
    desk.press("Control+a")
    desk.type("sanc")
    expect(desk.options).to_have_text(["sanctions"])
    with desk.page.expect_response(re.compile(r"q=arm\b")):
        desk.let_go(held)
    desk.page.wait_for_timeout(100)
    expect(desk.options).to_have_text(["sanctions"])
    desk.press("Enter")
    assert desk.answer()["id"] == str(wanted.pk)


def test_a_failed_look_up_is_told_and_tried_again_with_what_was_typed(desk: Desk) -> None:
    speaker = factories.speaker("Kim Yo-jong")
    path = re.compile("/find/speakers/")
    desk.ask("speakers.findSpeaker", source=desk.source)
    for status, said in [(500, "cannot answer"), (401, "signed out"), (0, "does not answer")]:
        desk.page.route(path, partial(desk.fail, status))
        if status == 500:
            desk.type("kim")
        else:
            desk.press("Enter")
        expect(desk.dialog.get_by_text(said)).to_be_visible()
        expect(desk.field).to_have_value("kim")
        expect(desk.options).to_have_count(0)
        desk.page.unroute(path)
    desk.dialog.get_by_role("button", name="Try again").click()
    expect(desk.options.first).to_contain_text("Kim Yo-jong")
    desk.press("Enter")
    assert desk.answer()["id"] == str(speaker.pk)


def test_being_online_again_looks_up_by_itself(desk: Desk) -> None:
    factories.topic("armement")
    desk.ask("topics.chooseTopics")
    expect(desk.options).to_have_count(1)
    desk.page.context.set_offline(True)
    desk.type("arm")
    expect(desk.dialog.get_by_text("You are offline")).to_be_visible()
    desk.page.context.set_offline(False)
    expect(desk.options.first).to_contain_text("armement")
    expect(desk.field).to_have_value("arm")


def test_several_are_gathered_and_an_empty_enter_is_done(desk: Desk) -> None:
    one, two, three = (factories.topic(label) for label in ("armement", "sanctions", "diplomatie"))
    given = [{"id": str(three.pk), "name": "diplomatie"}]
    desk.ask("topics.chooseTopics", chosen=given)
    desk.type("arm")
    desk.press("Enter")
    expect(desk.dialog.locator(".dialog-chip")).to_have_count(2)
    desk.type("sanc")
    # both at once: the second is remembered until the first can be done
    desk.press("Enter", "Enter")
    chosen = desk.answer()
    assert [row["id"] for row in chosen] == [str(three.pk), str(one.pk), str(two.pk)]
    desk.ask("topics.chooseTopics", chosen=chosen)
    desk.press("Backspace", "Backspace")
    expect(desk.dialog.locator(".dialog-chip")).to_have_count(1)
    desk.press("Control+Enter")
    assert desk.answer() == given


def test_escape_gives_up_and_gives_back_focus_and_selection(desk: Desk) -> None:
    before = desk.page.evaluate("""() => {
      const words = document.createTreeWalker(document.querySelector(".paragraph"), NodeFilter.SHOW_TEXT).nextNode();
      const focused = document.querySelector("a[href='/admin/']");
      focused.focus();
      document.getSelection().setBaseAndExtent(words, 7, words, 2);
      return focused.outerHTML;
    }""")
    desk.ask("events.chooseEvent")
    desk.type("x")
    for _ in range(8):
        desk.press("Tab")
        assert desk.page.evaluate("document.activeElement.matches('body, dialog *')")
    desk.press("Escape")
    assert desk.answer() is None
    assert desk.page.evaluate("document.activeElement.outerHTML") == before
    assert desk.page.evaluate("[getSelection().anchorOffset, getSelection().focusOffset]") == [7, 2]


def test_a_second_dialog_waits_for_the_first(desk: Desk) -> None:
    desk.ask("reason.askReason", title="First")
    desk.page.evaluate(ASK, ["reason.askReason", {"title": "Second"}])
    expect(desk.page.locator("dialog")).to_have_count(1)
    desk.type("because")
    desk.press("Enter")
    expect(desk.dialog.get_by_role("heading", name="Second")).to_be_visible()
    desk.press("Escape")
    assert desk.answer() is None


def test_an_event_can_be_chosen_and_taken_away(desk: Desk) -> None:
    event = Event.objects.create(name="Conférence de presse", type="press_conference", date="2024-11-16")
    desk.ask("events.chooseEvent")
    desk.type("conf")
    expect(desk.options.first).to_contain_text("Press conference · 2024-11-16")
    desk.press("Enter")
    assert desk.answer() == {"id": str(event.pk), "name": event.name}
    desk.ask("events.chooseEvent", chosen={"id": str(event.pk), "name": event.name})
    expect(desk.options.last).to_contain_text("No event")
    desk.press("ArrowUp", "Enter")
    assert desk.answer() == {"id": None}


def test_statements_show_which_words_differ(desk: Desk) -> None:
    text = "Elle juge « une provocation très grave et délibérée » cet essai."
    there = factories.source(text, title="Un autre document")
    statement = factories.published(
        revision=there, words="une provocation très grave et délibérée", speakers=[factories.speaker("Kim Yo-jong")]
    )
    desk.ask("statements.findStatement", source="", item="", quote="Une provocation grave")
    desk.type("provocation")
    expect(desk.options).to_have_count(1)
    assert desk.options.first.locator("mark").all_inner_texts() == ["très", "et délibérée"]
    expect(desk.options.first).to_contain_text("Kim Yo-jong · Un autre document · Published")
    desk.press("Enter")
    assert desk.answer()["id"] == str(statement.pk)


def test_a_reason_is_needed_and_has_500_characters_at_most(desk: Desk) -> None:
    desk.ask("reason.askReason", title="Why is it returned?")
    desk.press("Enter")
    expect(desk.dialog.get_by_text("Please say why")).to_be_visible()
    desk.page.keyboard.insert_text("🤯" * 501)
    expect(desk.dialog.get_by_text("Characters left: -1")).to_be_visible()
    desk.press("Control+Enter")
    expect(desk.dialog.get_by_text("500 characters are the most")).to_be_visible()
    desk.press("Backspace", "Shift+Enter", "Control+Enter")
    assert desk.answer() == "🤯" * 500


CONFLICT: dict[str, dict[str, Any]] = {
    "mine": {"attitude": "concern", "act": "assert", "event": None, "is_headline": True},
    "theirs": {"attitude": "fear", "act": None, "event": "visit", "is_headline": True, "topics": "arms"},
    "base": {"attitude": "fear", "act": "deny", "event": "summit", "is_headline": False, "topics": ""},
    "labels": {"attitude": "Attitude", "act": "Act", "event": "Event", "is_headline": "Headline", "topics": "Topics"},
}


def test_a_conflict_is_settled_row_by_row_from_the_keyboard(desk: Desk) -> None:
    desk.ask("conflict.settle", by="Ada Essai", **CONFLICT)
    expect(desk.dialog.get_by_text("Ada Essai changed this while you did.")).to_be_visible()
    expect(desk.dialog.get_by_text("Topics: arms")).to_be_visible()
    expect(desk.dialog.get_by_role("rowheader")).to_have_text(["Attitude", "Act", "Event"])
    # nobody but me changed the attitude; the others are open, and a key that was on its way decides nothing
    desk.press("Enter", "Control+Enter")
    expect(desk.dialog.get_by_text("Please choose in each row.")).to_be_visible()
    expect(desk.dialog.get_by_role("radio", name="Act Mine assert")).to_be_focused()
    desk.press("Space", "Tab", "Space", "ArrowRight", "Control+Enter")
    assert desk.answer() == {"attitude": "concern", "act": "assert"}


def test_a_conflict_can_be_settled_one_way_or_later(desk: Desk) -> None:
    desk.ask("conflict.settle", **CONFLICT)
    desk.dialog.get_by_role("button", name="All theirs").click()
    desk.press("Control+Enter")
    assert desk.answer() == {}
    desk.ask("conflict.settle", **CONFLICT)
    desk.dialog.get_by_role("button", name="All mine").click()
    desk.dialog.get_by_role("button", name="Keep what is chosen").click()
    assert desk.answer() == {name: value for name, value in CONFLICT["mine"].items() if name != "is_headline"}
    desk.ask("conflict.settle", **CONFLICT)
    desk.press("Escape")
    assert desk.answer() is None


class TestMakingASpeaker:
    def test_it_takes_three_keys_and_makes_one_row(self, desk: Desk) -> None:
        desk.ask("speakers.findSpeaker", source=desk.source, query="Kim Yo-jong", mention="Kim Yo-jong")
        expect(desk.options).to_have_text(["+Make “Kim Yo-jong”"])
        desk.press("Enter", "Enter")
        answer = desk.answer()
        speaker = Speaker.objects.get()
        assert (str(speaker.pk), speaker.name, speaker.type) == (answer["id"], "Kim Yo-jong", "person")
        assert CastMember.objects.get().number == answer["number"] == 1
        assert answer["isNew"] is True

    def test_type_spelling_and_wikidata_id_are_kept(self, desk: Desk) -> None:
        desk.ask("speakers.findSpeaker", source=desk.source, query="KCNA", mention="l’agence KCNA")
        desk.press("Enter")
        expect(desk.dialog.get_by_role("radio", name="Organization")).to_be_checked()
        desk.press("s")
        expect(desk.dialog.get_by_role("radio", name="State")).to_be_checked()
        desk.press("ArrowLeft", "Tab")
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
    def test_lost_on_the_way_it_is_made_once(self, desk: Desk, is_stored: bool) -> None:
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
    def test_lost_and_sent_with_other_words_it_is_made_once(self, desk: Desk, is_stored: bool) -> None:
        desk.lose_decisions(is_stored=is_stored, times=1)
        desk.ask("speakers.findSpeaker", source=desk.source, query="Kim Yo-jon")
        expect(desk.options).to_have_count(1)
        desk.press("Enter", "Enter")
        expect(desk.dialog.get_by_text("nothing is made twice")).to_be_visible()
        desk.dialog.get_by_label("Name").fill("Kim Yo-jong")
        desk.press("Enter")
        if is_stored:
            expect(desk.dialog.get_by_text("“Kim Yo-jon” was made by your earlier try")).to_be_visible()
            desk.press("Enter")
        assert desk.answer()["id"] == str(Speaker.objects.get().pk)
        assert Speaker.objects.get().name == ("Kim Yo-jon" if is_stored else "Kim Yo-jong")

    def test_of_the_same_name_one_is_taken_or_made_all_the_same(self, desk: Desk) -> None:
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

    def test_escape_goes_back_a_step_and_keeps_what_was_typed(self, desk: Desk) -> None:
        desk.ask("speakers.findSpeaker", source=desk.source)
        desk.type("Kim")
        expect(desk.options).to_have_count(1)
        desk.press("Enter", "Escape")
        expect(desk.field).to_have_value("Kim")
        desk.press("Escape")
        assert desk.answer() is None
        assert not Speaker.objects.exists()

    def test_it_is_not_offered_to_those_who_may_not(self, desk: Desk) -> None:
        desk.ask("speakers.findSpeaker", source=desk.source, mayMake=False)
        desk.type("Kim")
        expect(desk.dialog.get_by_text("Nothing found for “Kim”.")).to_be_visible()
        desk.press("Enter")
        expect(desk.options).to_have_count(0)


OPENED: list[tuple[str, dict[str, Any]]] = [
    ("speakers.findSpeaker", {"source": "", "query": "kim"}),
    ("topics.chooseTopics", {"chosen": [{"id": "x", "name": "Corée du Nord"}]}),
    ("reason.askReason", {"title": "Why is it returned?"}),
    ("conflict.settle", CONFLICT),
    (
        "help.showLegend",
        {"keys": [{"title": "Acts", "keys": [{"keys": ["Shift", "A"], "does": "assert"}] * 9}] * 9},
    ),
]


def test_nothing_is_cut_off_or_hard_to_use(desk: Desk) -> None:
    factories.speaker("Kim Yo-jong")
    factories.topic("armement")
    for name, given in OPENED:
        desk.ask(name, **given)
        if name.startswith(("speakers", "topics")):
            expect(desk.options.first).to_be_visible()
        check_room(desk)
        desk.press("Escape")
        desk.answer()
    desk.watched.assert_clean()
    # the tool itself loads style sheets in ways that the policy forbids, so it comes last
    for name, given in OPENED:
        desk.ask(name, **given)
        check_use(desk)
        desk.press("Escape")
        desk.answer()


def check_room(desk: Desk) -> None:
    """Fail where a dialog is wider than the window, or a button cannot be reached by scrolling."""
    for width, height in [(1280, 900), (2560, 1300), (640, 400), (320, 256)]:
        desk.page.set_viewport_size({"width": width, "height": height})
        box = desk.dialog.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert desk.page.evaluate(WIDER) == []
        # to the last button by scrolling
        desk.dialog.get_by_role("button").last.scroll_into_view_if_needed()
        expect(desk.dialog.get_by_role("button").last).to_be_in_viewport()
    desk.page.set_viewport_size({"width": 1280, "height": 900})


def check_use(desk: Desk) -> None:
    """Fail on anything that axe-core finds, light or dark."""
    for theme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=theme)
        found = Axe().run(
            desk.page, context="dialog", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        )
        assert [one["id"] for one in found.response["violations"]] == [], found.generate_report()


def test_all_words_are_there() -> None:
    """Those that the scripts name are said, and no others."""
    folder = BASE_DIR / "claims" / "desk" / "static" / "desk" / "dialogs"
    code = "\n".join(path.read_text("utf-8") for path in folder.glob("*.js"))
    named = set(re.findall(r"\bdialog_\w+", code))
    begun = tuple(name for name in named if name.endswith("_"))
    words = set(dialog_words())
    plural = {name for name in named if f"{name}_one" in words}
    wanted = named - set(begun) - plural | {f"{name}_{form}" for name in plural for form in ("one", "other")}
    assert {name for name in words if name in wanted or not name.startswith(begun)} == wanted
