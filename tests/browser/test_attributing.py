"""A curator selects words with a real mouse and says who said them; a reviewer publishes; the API answers."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page, expect

from claims.models import Appearance, Segment, Speaker, Statement
from sources.models import Source, SourceText
from tests import factories
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

PASSWORD = "a long enough password"
TEXT = (
    "Une crise 🤯 à l’horizon\r\n\r\n"
    "Samedi, la ministre d’Utopie, Ada Essai, a fait part de ses «\u00a0vives\u00a0» inquie\u0301tudes.\r\n"
    "«\u202fNous verrons 🤯 demain\u202f», a-t-elle ajouté devant <b>la presse</b> &amp; le public.\n"
)
PLACE = """
([words, text]) => {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const first = text.textContent.indexOf(words);
  if (first < 0) throw new Error(`these words are not there: ${words}`);
  const range = document.createRange();
  for (let seen = 0; walker.nextNode(); seen += walker.currentNode.data.length) {
    const node = walker.currentNode, end = seen + node.data.length;
    if (first >= seen && first < end) range.setStart(node, first - seen);
    if (first + words.length > seen && first + words.length <= end) range.setEnd(node, first + words.length - seen);
  }
  range.startContainer.parentElement.scrollIntoView({block: "center"});
  const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
  const a = rects[0], z = rects[rects.length - 1];
  return [a.left + 0.5, a.top + a.height / 2, z.right - 0.5, z.top + z.height / 2];
}
"""


def log_in(page: Page, name: str, group: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    return user


def drag(page: Page, words: str, *, backwards: bool = False) -> None:
    """Select words of the source text as a hand does: press, move, let go."""
    text = page.locator("#source-text").element_handle()
    x1, y1, x2, y2 = page.evaluate(PLACE, [words, text])
    if backwards:
        x1, y1, x2, y2 = x2, y2, x1, y1
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=3)
    page.mouse.move(x2, y2, steps=3)
    page.mouse.up()


def choose(page: Page, field: str, typed: str, row: int = 0) -> None:
    """Choose a row by the beginning of its name."""
    page.locator(f".field-{field} .select2-selection").nth(row).click()
    page.keyboard.type(typed)
    found = page.locator(".select2-results__option--highlighted")
    expect(found).to_contain_text(re.compile(re.escape(typed), re.IGNORECASE))
    page.keyboard.press("Enter")


def take(page: Page, field: str) -> None:
    page.locator(f".field-{field} .span-take").first.click()


@pytest.fixture
def revision(transactional_db: None) -> SourceText:
    return factories.source(TEXT, title="Une crise à l’horizon", published_at="2024-11-16")


def open_source(page: Page, source: Source) -> None:
    page.goto(f"/admin/sources/source/{source.pk}/change/")


def test_words_are_attributed_reviewed_and_published(watched: Watched, revision: SourceText) -> None:
    page = watched.page
    factories.speaker("Ada Essai")
    log_in(page, "curator", "curators")
    open_source(page, revision.source)
    drag(page, "ses «\u00a0vives\u00a0» inquie\u0301tudes")
    page.get_by_role("button", name="New statement").click()
    assert page.input_value("#id_intensity_phrase") == "vives"
    assert page.locator("input[name=quotation_type]:checked").input_value() == "mixed"
    choose(page, "speaker", "essai")
    drag(page, "Ada Essai")
    take(page, "mention")
    drag(page, "ministre d’Utopie")
    take(page, "role_as_printed")
    drag(page, "a fait part")
    take(page, "cue")
    drag(page, "Samedi")
    page.locator(".field-said_at_text [data-words-take]").click()
    page.select_option("#id_act", "express")
    page.select_option("#id_attitude", "concern")
    page.fill("#id_said_at", "2024-11-16")
    page.get_by_role("button", name="Save and send to review").click()
    page.wait_for_selector("#source-text .mark-in_review")
    assert "sent to review" in page.locator(".messagelist").inner_text()
    watched.assert_clean()

    statement = Statement.objects.get()
    segment, appearance = Segment.objects.get(), Appearance.objects.get()
    assert (segment.exact, statement.status) == ("ses «\u00a0vives\u00a0» inquie\u0301tudes", "in_review")
    assert TEXT[segment.start : segment.end] == segment.exact
    assert (appearance.cue_exact, statement.said_at_text, statement.said_at_basis) == (
        "a fait part",
        "Samedi",
        "inferred",
    )
    mention = appearance.mentions.get()
    assert (mention.exact, mention.role_exact) == ("Ada Essai", "ministre d’Utopie")
    assert (statement.intensity, statement.intensity_phrase) == (2, "vives")

    page.context.clear_cookies()
    log_in(page, "reviewer", "reviewers")
    page.goto(f"/admin/claims/statement/{statement.pk}/change/")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_selector(".messagelist .success")
    watched.assert_clean()
    answer = Client().get("/api/v1/statements/", {"q": '"vives inquiétudes"'}).json()
    assert [row["id"] for row in answer["results"]] == [str(statement.pk)]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("🤯 demain", "🤯 demain"),
        ("inquie\u0301tudes.\r\n«\u202fNous", "inquie\u0301tudes.\r\n«\u202fNous"),
        ("<b>la presse</b> &amp; le", "<b>la presse</b> &amp; le"),
        ("l’horizon\r\n\r\nSamedi", "l’horizon\r\n\r\nSamedi"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_any_selection_is_kept_to_the_code_point(
    watched: Watched, revision: SourceText, words: str, kept: str, backwards: bool
) -> None:
    page = watched.page
    log_in(page, "curator", "curators")
    open_source(page, revision.source)
    drag(page, words, backwards=backwards)
    spans = page.input_value("#chosen [name=spans]")
    start, end = map(int, spans.split("-"))
    assert TEXT[start:end] == kept
    watched.assert_clean()


def test_a_selection_runs_across_marks_and_an_interrupted_quote_has_two_parts(
    watched: Watched, revision: SourceText
) -> None:
    page = watched.page
    ada = factories.speaker("Ada Essai")
    factories.draft(speakers=[ada], revision=revision, words="Nous verrons 🤯 demain")
    log_in(page, "curator", "curators")
    open_source(page, revision.source)
    drag(page, "verrons 🤯 demain\u202f», a-t-elle")
    start, end = map(int, page.input_value("#chosen [name=spans]").split("-"))
    assert TEXT[start:end] == "verrons 🤯 demain\u202f», a-t-elle"
    page.get_by_role("button", name="Clear").click()
    drag(page, "Nous verrons")
    page.get_by_role("button", name="Add another part").click()
    drag(page, "la presse")
    page.get_by_role("button", name="New statement").click()
    choose(page, "speaker", "essai")
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_selector(".messagelist .success")
    newest = Statement.objects.order_by("-id")[0]
    assert [one.exact for one in Segment.objects.filter(appearance__statement=newest)] == ["Nous verrons", "la presse"]
    watched.assert_clean()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(watched: Watched, revision: SourceText) -> None:
    page = watched.page
    log_in(page, "curator", "curators")
    open_source(page, revision.source)
    drag(page, "Nous verrons")
    page.get_by_role("button", name="New statement").click()
    page.fill("#id_said_at", "2023-02-30")
    page.fill("#id_wording", "Elle verra")
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_selector(".errornote")
    assert "2023-02-30" in page.locator(".field-said_at .errorlist").inner_text()
    assert "choose at least one speaker" in page.locator("#quote-form > .errorlist").inner_text()
    assert (page.input_value("#id_wording"), page.input_value("#id_said_at")) == ("Elle verra", "2023-02-30")
    assert not Statement.objects.exists()
    assert watched.foreign == []


def test_a_new_speaker_is_made_without_leaving_the_form(watched: Watched, revision: SourceText) -> None:
    page = watched.page
    log_in(page, "curator", "curators")
    open_source(page, revision.source)
    drag(page, "Nous verrons")
    page.get_by_role("button", name="New statement").click()
    with page.expect_popup() as opened:
        page.locator("#add_id_speakers-0-speaker").click()
    window: Any = opened.value
    window.fill("#id_name", "Ada Essai")
    window.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#id_speakers-0-speaker")).not_to_have_value("")
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_selector(".messagelist .success")
    assert Statement.objects.get().attributions.get().speaker == Speaker.objects.get(name="Ada Essai")
    watched.assert_clean()


ADMIN_PAGES = [
    "/admin/",
    "/admin/claims/statement/",
    "/admin/claims/speaker/add/",
    "/admin/claims/topic/add/",
    "/admin/sources/source/",
    "/admin/sources/source/add/",
    "/admin/claims/intensityphrase/",
]


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_admin_pages_keep_the_policy(watched: Watched, revision: SourceText, path: str) -> None:
    log_in(watched.page, "curator", "curators")
    watched.page.goto(path)
    watched.assert_clean()
