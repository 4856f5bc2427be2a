"""Merging, marking as one and re-anchoring with a real mouse, under the policy of scripts and styles."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from claims.models import Segment, Speaker, Statement
from tests import factories
from tests.browser.conftest import Watched
from tests.browser.hands import choose, drag, log_in
from tests.claims.services.test_reanchoring import TEXT, revise, statement_in

CRISIS = (
    "Une crise 🤯 à l’horizon\r\n\r\n"
    "Samedi, la ministre d’Utopie, Ada Essai, a fait part de ses «\u00a0vives\u00a0» inquie\u0301tudes.\r\n"
    "«\u202fNous verrons 🤯 demain\u202f», a-t-elle ajouté devant <b>la presse</b> &amp; le public.\n"
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_a_speaker_is_merged_into_one_that_is_chosen_by_name(watched: Watched) -> None:
    gone, kept = factories.speaker("A. Essai"), factories.speaker("Ada Essai")
    factories.published(speakers=[gone])
    page = watched.page
    log_in(page, "curator", "curators")
    page.goto(f"/admin/claims/speaker/{gone.pk}/change/")
    page.get_by_role("link", name="Merge into another").click()
    choose(page, "into", "ada")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Are they the same?")).to_be_visible()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("“A. Essai” was merged into “Ada Essai”.")
    assert list(Speaker.objects.live()) == [kept]
    Statement.objects.update(status="withdrawn", withdrawn_reason="x", withdrawn_at=timezone.now())
    Statement.objects.update(status="draft", reviewed_by=None)  # what is public is for a reviewer to split
    page.goto(f"/admin/claims/speaker/{kept.pk}/split/")
    page.get_by_label("Name of the new speaker").fill("A. Essai")
    page.locator("[name=attributions]").check()
    page.get_by_role("button", name="Split", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("“A. Essai” was split off from Ada Essai.")
    watched.assert_clean()


def test_words_are_taken_from_the_latest_text(watched: Watched) -> None:
    revision = factories.source(TEXT)
    statement = statement_in(revision, "il pleut")
    revise(revision, "Or il pleut. Oui, il pleut.\n")
    page = watched.page
    log_in(page, "curator", "curators")
    page.goto(f"/admin/claims/statement/{statement.pk}/change/")
    page.get_by_role("link", name="re-anchor").click()
    drag(page, "Oui, il pleut")
    page.get_by_role("button", name="Take selection").click()
    page.get_by_role("button", name="Re-anchor").click()
    expect(page.locator(".messagelist")).to_contain_text("The appearance is in the latest revision now.")
    assert [row.exact for row in Segment.objects.all()] == ["Oui, il pleut"]
    watched.assert_clean()


@pytest.mark.parametrize(
    "words",
    [
        "🤯 demain",
        "inquie\u0301tudes.\r\n«\u202fNous",
        "<b>la presse</b> &amp; le",
        "l’horizon\r\n\r\nSamedi",
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_any_selection_is_taken_to_the_code_point(watched: Watched, words: str, backwards: bool) -> None:
    statement = statement_in(factories.source(TEXT), "il pleut")
    revise(statement.appearances.get().source_text, CRISIS)
    page = watched.page
    log_in(page, "curator", "curators")
    page.goto(f"/admin/claims/statement/reanchor/{statement.appearances.get().pk}/")
    drag(page, words, backwards=backwards)
    page.get_by_role("button", name="Take selection").click()
    start, end = map(int, page.input_value("[name=segment-1]").split("-"))
    assert CRISIS[start:end] == words
    watched.assert_clean()


def test_two_of_the_list_are_marked_as_one(watched: Watched) -> None:
    ada = factories.speaker()
    for _ in range(2):
        factories.draft(speakers=[ada])
    page = watched.page
    log_in(page, "curator", "curators")
    page.goto("/admin/claims/statement/")
    for box in page.locator("[name=_selected_action]").all():
        box.check()
    page.select_option("[name=action]", "unite_selected")
    page.locator("button[name=index]").click()
    page.get_by_label("Keep this one").first.check()
    page.get_by_role("button", name="Mark as one").click()
    expect(page.locator(".messagelist")).to_contain_text("The two are one now")
    assert Statement.objects.get().appearances.count() == 2
    watched.assert_clean()
