"""Two selected statements are marked as one on a page that shows both; by whoever may change both."""

from typing import Any

import pytest
from django.test import Client

from claims.models import Statement
from tests import factories
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.changes import contexts_of

pytestmark = pytest.mark.django_db

LIST = "/admin/claims/statement/"


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


@pytest.fixture
def reviewer() -> Client:
    return browser_of(person("reviewer", "reviewers"))


def pair(make: Any, **values: Any) -> tuple[Statement, Statement]:
    ada = factories.speaker()
    one, other = (make(speakers=[ada], **values) for _ in range(2))
    return one, other


def address(one: Statement, other: Statement) -> str:
    return f"{LIST}unite/{one.pk}/{other.pk}/"


def selected(client: Client, *statements: Statement) -> Any:
    return client.post(
        LIST, {"action": "unite_selected", "_selected_action": [one.pk for one in statements]}, follow=True
    )


def sent(one: Statement, other: Statement, kept: Statement) -> dict[str, Any]:
    return {"kept": kept.pk, f"version-{one.pk}": one.version, f"version-{other.pk}": other.version}


class TestSelecting:
    def test_two_lead_to_the_page_that_shows_both(self, curator: Client) -> None:
        one, other = pair(factories.draft)
        page = selected(curator, one, other)
        assert page.redirect_chain == [(address(one, other), 302)]
        words = page.content.decode()
        assert words.count("profonde préoccupation") >= 4
        assert words.count('name="kept"') == 2

    @pytest.mark.parametrize("count", [1, 3])
    def test_any_other_number_is_refused(self, curator: Client, count: int) -> None:
        page = selected(curator, *(factories.draft() for _ in range(count)))
        assert "Select exactly two statements" in page.content.decode()

    def test_who_only_reads_is_not_offered_it(self) -> None:
        factories.published()
        reader = browser_of(person("reader", "readers"))
        assert "unite_selected" not in reader.get(LIST).content.decode()


class TestUniting:
    def test_the_one_that_is_kept_gets_the_appearances_of_both(self, curator: Client) -> None:
        one, other = pair(factories.draft)
        answer = curator.post(address(one, other), sent(one, other, kept=one), follow=True)
        assert answer.redirect_chain == [(f"{LIST}{one.pk}/change/", 302)]
        assert "The two are one now" in answer.content.decode()
        assert Statement.objects.get() == one
        assert one.appearances.count() == 2

    def test_a_published_one_is_withdrawn_and_points_to_the_other(self, reviewer: Client) -> None:
        one, other = pair(factories.published)
        reviewer.post(address(one, other), sent(one, other, kept=other))
        one.refresh_from_db()
        assert (one.status, one.merged_into) == ("withdrawn", other)
        context = contexts_of(Statement, pgh_obj=one)[-1]
        assert (context["act"], context["origin"]) == ("unite", "admin")

    def test_a_refusal_is_told_on_the_same_page(self, curator: Client) -> None:
        one, other = factories.draft(), factories.draft(speakers=[factories.speaker("Autre")])
        answer = curator.post(address(one, other), sent(one, other, kept=one))
        assert (answer.status_code, "Different speakers say them" in answer.content.decode()) == (200, True)
        assert Statement.objects.count() == 2

    @pytest.mark.parametrize("kept", ["", "nobody", "00000000-0000-7000-8000-000000000000"])
    def test_one_of_the_two_is_kept(self, curator: Client, kept: str) -> None:
        one, other = pair(factories.draft)
        assert "Choose which" in curator.post(address(one, other), {"kept": kept}).content.decode()
        assert Statement.objects.count() == 2

    def test_what_was_changed_since_the_page_was_read_is_read_again(self, curator: Client) -> None:
        one, other = pair(factories.draft)
        values = sent(one, other, kept=one)
        other.act = "deny"
        other.save()
        assert "changed since you opened it" in curator.post(address(one, other), values).content.decode()


class TestWhoMay:
    def test_curators_do_not_unite_what_is_published(self, curator: Client) -> None:
        one, other = pair(factories.published)
        assert curator.get(address(one, other)).status_code == 403
        assert curator.post(address(one, other), {"kept": one.pk}).status_code == 403
        assert Statement.objects.published().count() == 2

    def test_contributors_unite_their_own_drafts_and_do_not_see_others(self) -> None:
        author = person("contributor", "contributors")
        client = browser_of(author)
        own = pair(factories.draft, created_by=author)
        others = factories.draft()
        assert client.get(address(own[0], others)).status_code == 404
        assert client.post(address(own[0], others), {"kept": own[0].pk}).status_code == 404
        assert client.post(address(*own), {"kept": own[0].pk}).status_code == 302
        assert set(Statement.objects.all()) == {own[0], others}

    def test_nothing_is_done_from_another_site_or_by_a_link(self) -> None:
        one, other = pair(factories.draft)
        client = browser_of(person("strict", "curators"), with_csrf_checks=True)
        assert client.post(address(one, other), {"kept": one.pk}).status_code == 403
        assert client.get(address(one, other), {"kept": str(one.pk)}).status_code == 200
        assert Client().post(address(one, other), {"kept": one.pk}).status_code in {302, 403}
        assert Statement.objects.count() == 2
        token = str(client.get(address(one, other)).context["csrf_token"])
        assert client.post(address(one, other), {"kept": one.pk, "csrfmiddlewaretoken": token}).status_code == 302
        assert Statement.objects.count() == 1


def test_the_page_keeps_the_policy_of_scripts_and_styles(curator: Client) -> None:
    answer = curator.get(address(*pair(factories.draft)))
    words = answer.content.decode()
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not [sign for sign in (" style=", " onclick=", "<script>") if sign in words]
