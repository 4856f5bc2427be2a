"""What moved in a new revision is put in place from the pages of the statement and of the source."""

from typing import Any

import pytest
from django.test import Client

from claims.models import Appearance, Segment, Statement
from sources.models import SourceText
from tests import factories
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.services.test_reanchoring import TEXT, revise, statement_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


@pytest.fixture
def reviewer() -> Client:
    return browser_of(person("reviewer", "reviewers"))


@pytest.fixture
def revision() -> SourceText:
    return factories.source(TEXT)


def address(statement: Statement) -> str:
    return f"/admin/claims/statement/reanchor/{statement.appearances.get().pk}/"


def page_of(statement: Statement) -> str:
    return f"/admin/claims/statement/{statement.pk}/change/"


def source_page(revision: SourceText, act: str = "change") -> str:
    return f"/admin/sources/source/{revision.source_id}/{act}/"


def places(*spans: tuple[int, int]) -> dict[str, Any]:
    return {f"segment-{number}": f"{start}-{end}" for number, (start, end) in enumerate(spans, start=1)}


def found(client: Client, statement: Statement) -> dict[str, Any]:
    """Return what the form of the page is filled in with."""
    form = client.get(address(statement)).context["form"]
    return {bound.html_name: bound.value() or "" for bound in form}


class TestOneAppearance:
    def test_the_statements_page_leads_there_where_the_words_moved(self, curator: Client, revision: SourceText) -> None:
        statement = statement_in(revision)
        assert address(statement) not in curator.get(page_of(statement)).content.decode()
        revise(revision, "Mise à jour. " + TEXT)
        page = curator.get(page_of(statement)).content.decode()
        assert address(statement) in page
        assert "Moved" in page

    def test_the_places_found_are_marked_and_taken(self, curator: Client, revision: SourceText) -> None:
        statement = statement_in(revision)
        latest = revise(revision, "Mise à jour. " + TEXT)
        page = curator.get(address(statement)).content.decode()
        assert 'class="mark-current ' in page
        assert "Mise à jour. " in page
        answer = curator.post(address(statement), found(curator, statement), follow=True)
        assert answer.redirect_chain == [(page_of(statement), 302)]
        assert "in the latest revision now" in answer.content.decode()
        assert Appearance.objects.get().source_text == latest

    def test_a_person_says_which_of_several_places_it_is(self, reviewer: Client, revision: SourceText) -> None:
        statement = statement_in(revision, "il pleut", status="published")
        revise(revision, "Or il pleut. Oui, il pleut.")
        assert "It stands at 3–11, 18–26." in reviewer.get(address(statement)).content.decode()
        assert "errorlist" in reviewer.post(address(statement), found(reviewer, statement)).content.decode()
        assert "other words" in reviewer.post(address(statement), places((0, 11))).content.decode()
        assert reviewer.post(address(statement), places((18, 26))).status_code == 302
        assert [(one.start, one.end) for one in Segment.objects.all()] == [(18, 26)]

    def test_a_draft_may_quote_other_words(self, curator: Client, revision: SourceText) -> None:
        statement = statement_in(revision, "il pleut")
        revise(revision, "Or il vente.")
        assert "does not stand in the text" in curator.get(address(statement)).content.decode()
        curator.post(address(statement), places((3, 11)))
        assert words_of(statement) == ["il vente"]

    @pytest.mark.parametrize("typed", ["1-", "x", "5-3", "3-900", "3-11,13-16"])
    def test_what_is_no_span_is_told(self, curator: Client, revision: SourceText, typed: str) -> None:
        statement = statement_in(revision, "il pleut")
        revise(revision, "Or il vente. Oui.")
        assert "errorlist" in curator.post(address(statement), {"segment-1": typed}).content.decode()
        assert words_of(statement) == ["il pleut"]

    def test_names_that_were_lost_are_told(self, curator: Client, revision: SourceText) -> None:
        statement = statement_in(revision, "il pleut")
        revise(revision, "Bref : « il pleut ».")
        answer = curator.post(address(statement), found(curator, statement), follow=True)
        assert "“Ada Essai”, “ministre”, “Tokyo”, “a dit”" in answer.content.decode()

    def test_what_was_changed_since_the_page_was_read_is_read_again(
        self, curator: Client, revision: SourceText
    ) -> None:
        statement = statement_in(revision)
        revise(revision, "Mise à jour. " + TEXT)
        values = {**found(curator, statement), "version": statement.version - 1}
        assert "changed since you opened it" in curator.post(address(statement), values).content.decode()


class TestAllOfASource:
    def test_the_sources_page_moves_what_is_found_and_tells_the_rest(
        self, reviewer: Client, revision: SourceText
    ) -> None:
        moved, gone = statement_in(revision, "il pleut", status="published"), statement_in(revision, "il neige")
        assert "Re-anchor all" not in reviewer.get(source_page(revision)).content.decode()
        latest = revise(revision, "Mise à jour. " + TEXT.replace("neige", "vente"))
        page = reviewer.get(source_page(revision)).content.decode()
        assert "2 statements are in older revisions." in page
        assert source_page(revision, "reanchor") in page
        told = reviewer.post(source_page(revision, "reanchor"), follow=True).content.decode()
        assert "1 appearance is in the latest revision now." in told
        assert address(gone) in told
        assert moved.appearances.get().source_text == latest
        assert "1 statement is in an older revision." in told

    def test_curators_move_drafts_and_leave_what_is_published(self, curator: Client, revision: SourceText) -> None:
        published, draft = statement_in(revision, "il pleut", status="published"), statement_in(revision, "il neige")
        latest = revise(revision, "Mise à jour. " + TEXT)
        curator.post(source_page(revision, "reanchor"))
        assert [one.appearances.get().source_text for one in (published, draft)] == [revision, latest]
        assert curator.post(source_page(revision, "reanchor")).status_code == 403


class TestWhoMay:
    def test_curators_do_not_move_what_is_published(self, curator: Client, revision: SourceText) -> None:
        statement = statement_in(revision, status="published")
        revise(revision, "Mise à jour. " + TEXT)
        assert curator.get(address(statement)).status_code == 403
        assert curator.post(address(statement), places((1, 2), (3, 4))).status_code == 403

    def test_contributors_do_not_see_the_drafts_of_others(self, revision: SourceText) -> None:
        statement = statement_in(revision)
        revise(revision, "Mise à jour. " + TEXT)
        client = browser_of(person("contributor", "contributors"))
        assert client.get(address(statement)).status_code == 404
        assert client.post(source_page(revision, "reanchor")).status_code == 403
        assert Appearance.objects.get().source_text == revision

    def test_nothing_is_done_from_another_site_or_by_a_link(self, revision: SourceText) -> None:
        statement = statement_in(revision)
        latest = revise(revision, "Mise à jour. " + TEXT)
        client = browser_of(person("strict", "curators"), with_csrf_checks=True)
        values = found(client, statement)
        assert client.post(address(statement), values).status_code == 403
        assert client.post(source_page(revision, "reanchor")).status_code == 403
        assert client.get(address(statement), values).status_code == 200
        assert client.get(source_page(revision, "reanchor")).status_code == 405
        assert Appearance.objects.get().source_text == revision
        token = str(client.get(address(statement)).context["csrf_token"])
        assert client.post(source_page(revision, "reanchor"), {"csrfmiddlewaretoken": token}).status_code == 302
        assert Appearance.objects.get().source_text == latest


def test_the_page_keeps_the_policy_of_scripts_and_styles(curator: Client, revision: SourceText) -> None:
    statement = statement_in(revision)
    revise(revision, "Mise à jour. " + TEXT)
    answer = curator.get(address(statement))
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not [sign for sign in (" style=", " onclick=", "<script>") if sign in answer.content.decode()]
