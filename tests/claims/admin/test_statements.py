"""Curators list, read and move statements; nobody moves what they may not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.models import Relation, Statement
from tests import factories

pytestmark = pytest.mark.django_db


def person(name: str, group: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def browser_of(user: User, *, with_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=with_csrf_checks, headers={"host": "localhost"})
    client.force_login(user)
    return client


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


@pytest.fixture
def reviewer() -> Client:
    return browser_of(person("reviewer", "reviewers"))


def address(statement: Statement, step: str = "") -> str:
    return f"/admin/claims/statement/{statement.pk}/" + (f"move/{step}/" if step else "change/")


def queries(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = ask()
    assert answer.status_code == 200
    return len(captured)


class TestTheList:
    def test_costs_the_same_for_one_and_for_many(self, curator: Client) -> None:
        factories.full()
        curator.get("/admin/claims/statement/")
        few = queries(lambda: curator.get("/admin/claims/statement/"))
        for _ in range(4):
            factories.full()
        many = queries(lambda: curator.get("/admin/claims/statement/"))
        assert few == many == 7

    def test_asks_for_no_count(self, curator: Client) -> None:
        factories.draft()
        with CaptureQueriesContext(connection) as captured:
            curator.get("/admin/claims/statement/")
        assert not [
            query["sql"] for query in captured if "COUNT(" in query["sql"] and "claims_statement" in query["sql"]
        ]

    def test_is_searched_by_words(self, curator: Client) -> None:
        factories.draft(words="profonde préoccupation")
        found = curator.get("/admin/claims/statement/", {"q": "preoccupation"}).content.decode()
        assert "profonde préoccupation" in found
        assert (
            "profonde préoccupation" not in curator.get("/admin/claims/statement/", {"q": "bonheur"}).content.decode()
        )


class TestItsPage:
    def test_costs_the_same_for_few_and_for_many_parts(self, curator: Client) -> None:
        def page(statement: Statement) -> int:
            return queries(lambda: curator.get(address(statement)))

        def grow(statement: Statement) -> None:
            other = factories.draft(speakers=[factories.speaker()])
            Relation.objects.create(statement=statement, type="repeats", other=other)
            statement.attributions.create(speaker=factories.speaker())
            statement.statementtopic_set.create(topic=factories.topic())

        small, large = factories.full_draft(), factories.full_draft()
        grow(small)
        page(small)
        few = page(small)
        for _ in range(5):
            grow(large)
        assert page(large) == few

    def test_shows_the_words_and_offers_the_steps(self, curator: Client, reviewer: Client) -> None:
        statement = factories.draft()
        page = curator.get(address(statement)).content.decode()
        assert "profonde préoccupation" in page
        assert 'name="_step" value="submit"' in page
        assert 'value="publish"' not in page
        curator.post(address(statement, "submit"))
        assert address(statement, "publish") not in curator.get(address(statement)).content.decode()
        assert address(statement, "publish") in reviewer.get(address(statement)).content.decode()

    def test_what_is_published_can_be_read_but_not_changed(self, reviewer: Client) -> None:
        statement = factories.published()
        page = reviewer.get(address(statement)).content.decode()
        assert 'name="_save"' not in page
        assert reviewer.post(address(statement), {"act": "deny"}).status_code == 403
        assert reviewer.post(address(statement).replace("change", "delete"), {"post": "yes"}).status_code == 403
        statement.refresh_from_db()
        assert statement.act == "assert"


class TestSteps:
    def form_of(self, client: Client, statement: Statement, **values: Any) -> dict[str, Any]:
        """Return what a browser sends when the page's form is submitted."""
        page = client.get(address(statement))
        sent: dict[str, Any] = {}
        formsets = [one.formset for one in page.context["inline_admin_formsets"]]
        rows = [row for formset in formsets for row in (formset.management_form, *formset)]
        for form in [page.context["adminform"].form, *rows]:
            for bound in form:
                value = bound.value()
                sent[bound.html_name] = "" if value is None else value
        return {name: value for name, value in sent.items() if not name.endswith("DELETE")} | values

    def test_a_step_saves_what_was_changed_on_the_page(self, curator: Client) -> None:
        statement = factories.draft()
        answer = curator.post(address(statement), self.form_of(curator, statement, act="deny", _step="submit"))
        assert answer.status_code == 302, answer.context["errors"]
        statement.refresh_from_db()
        assert (statement.act, statement.status, str(statement.submitted_by)) == ("deny", "in_review", "curator")

    def test_what_is_in_review_stays_as_it_is(self, curator: Client, reviewer: Client) -> None:
        statement = factories.draft()
        changed = self.form_of(curator, statement, act="deny")
        curator.post(address(statement, "submit"))
        assert curator.post(address(statement), changed).status_code == 403
        assert reviewer.post(address(statement), changed).status_code == 403

    def test_a_reviewer_publishes_what_they_read(self, curator: Client, reviewer: Client) -> None:
        statement = factories.draft()
        curator.post(address(statement, "submit"))
        statement.refresh_from_db()
        read = {"version": statement.version}
        reviewer.post(address(statement, "return"), {"reason": "Which ministry?"})
        curator.post(address(statement, "submit"))
        page = reviewer.post(address(statement, "publish"), read, follow=True).content.decode()
        assert "changed since you opened it" in page
        statement.refresh_from_db()
        assert statement.status == "in_review"
        reviewer.post(address(statement, "publish"), {"version": statement.version})
        statement.refresh_from_db()
        assert statement.status == "published"

    def test_a_reviewer_publishes_what_a_curator_submitted(self, curator: Client, reviewer: Client) -> None:
        statement = factories.draft()
        curator.post(address(statement, "submit"))
        reviewer.post(address(statement, "publish"))
        statement.refresh_from_db()
        assert (statement.status, str(statement.reviewed_by)) == ("published", "reviewer")

    def test_returning_and_withdrawing_ask_for_a_reason(self, reviewer: Client) -> None:
        statement = factories.published()
        asked = reviewer.post(address(statement, "withdraw"))
        assert (asked.status_code, b'name="reason"' in asked.content) == (200, True)
        assert b"errorlist" in reviewer.post(address(statement, "withdraw"), {"reason": " "}).content
        reviewer.post(address(statement, "withdraw"), {"reason": "Misattributed"})
        statement.refresh_from_db()
        assert (statement.status, statement.withdrawn_reason) == ("withdrawn", "Misattributed")

    @pytest.mark.parametrize("step", ["publish", "return", "withdraw", "explode"])
    def test_a_curator_does_not_take_a_reviewers_step(self, curator: Client, step: str) -> None:
        statement = factories.draft()
        curator.post(address(statement, "submit"))
        assert curator.post(address(statement, step), {"reason": "x"}).status_code == 403
        statement.refresh_from_db()
        assert statement.status == "in_review"

    def test_the_author_is_told_why_they_cannot_publish(self) -> None:
        author = person("author", "reviewers")
        statement = factories.draft(created_by=author)
        client = browser_of(author)
        client.post(address(statement, "submit"))
        page = client.post(address(statement, "publish"), follow=True).content.decode()
        assert "another reviewer must publish it" in page
        statement.refresh_from_db()
        assert statement.status == "in_review"

    def test_no_step_is_taken_by_a_link_or_from_another_site(self) -> None:
        statement = factories.draft()
        client = browser_of(person("strict", "curators"), with_csrf_checks=True)
        assert client.get(address(statement, "submit")).status_code == 405
        assert client.post(address(statement, "submit")).status_code == 403
        assert Client().post(address(statement, "submit")).status_code in {302, 403}
        statement.refresh_from_db()
        assert statement.status == "draft"

    def test_several_are_moved_at_once_and_refusals_are_told(self, curator: Client, reviewer: Client) -> None:
        ready, silent = factories.draft(), Statement.objects.create(act="assert")
        chosen = {"action": "submit_selected", "_selected_action": [str(ready.pk), str(silent.pk)]}
        page = curator.post("/admin/claims/statement/", chosen, follow=True).content.decode()
        assert "1 statement moved on." in page
        assert "Nobody says it" in page
        assert reviewer.post("/admin/claims/statement/", {**chosen, "action": "publish_selected"}).status_code == 302
        assert list(Statement.objects.published()) == [ready]
        curator.post("/admin/claims/statement/", {**chosen, "action": "publish_selected"})
        assert Statement.objects.published().count() == 1
