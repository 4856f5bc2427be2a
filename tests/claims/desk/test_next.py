"""“Next” gives out the next source of a queue, leased; no two people get the same one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from claims.desk.models import Work
from claims.desk.queues.handing_out import lease_next
from claims.desk.queues.queued import next_source
from claims.models import Statement
from claims.services.reviewing import submit
from config.history.acting import Origin, acting
from tests import factories
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.desk.waiting import QUEUES, access, urgent, waiting

NEXT = "/admin/desk/next/"


def asked(client: Client, mode: str = "attribute", **values: Any) -> Any:
    return client.post(NEXT, {"mode": mode, **values})


def led_to(answer: Any) -> str:
    assert answer.status_code == 302
    address: str = answer["Location"]
    return address


def desk_of(source: UUID, mode: str = "attribute") -> str:
    return f"/admin/desk/sources/{source}/?mode={mode}"


@pytest.fixture
def ann(db: None) -> User:
    return person("ann", "curators")


@pytest.fixture
def curator(ann: User) -> Client:
    return browser_of(ann)


class TestAttributing:
    def test_leases_the_first_and_opens_it(self, curator: Client, ann: User) -> None:
        waiting(published_at="2024")
        first = waiting(published_at="2023")
        assert led_to(asked(curator)) == desk_of(first.pk)
        work = Work.objects.get(source=first)
        assert work.leased_by == ann
        assert work.leased_until
        assert work.leased_until > timezone.now() + timedelta(seconds=80)

    def test_passes_by_what_others_have_open_or_were_assigned(self, curator: Client, ann: User) -> None:
        bob, now = person("bob", "curators"), timezone.now()
        lease = {"leased_by": bob, "leased_since": now}
        urgent(waiting(), **lease, leased_until=now + timedelta(minutes=1))
        urgent(waiting(), assigned_to=bob)
        left = urgent(waiting(), **lease, leased_until=now - timedelta(seconds=1), priority=0)
        assert next_source(access(ann), "attribute", None) == left.pk
        assert led_to(asked(curator)) == desk_of(left.pk)

    def test_goes_on_with_what_they_have_open_unless_besides_it(self, curator: Client) -> None:
        first, second = waiting(published_at="2023"), waiting(published_at="2024")
        assert led_to(asked(curator)) == led_to(asked(curator)) == desk_of(first.pk)
        assert led_to(asked(curator, besides=first.pk)) == desk_of(second.pk)

    def test_says_so_where_nothing_is_left(self, curator: Client) -> None:
        only = waiting()
        answer = curator.post(NEXT, {"besides": str(only.pk)}, follow=True)
        assert answer.redirect_chain == [(QUEUES, 302)]
        assert "Nothing is left in this queue" in answer.content.decode()

    def test_nothing_is_leased_by_asking_which_is_next(self, ann: User) -> None:
        waiting()
        next_source(access(ann), "attribute", None)
        assert not Work.objects.exists()


@pytest.mark.django_db
class TestReviewing:
    def in_review(self, **values: Any) -> Statement:
        return submit(statement_id=factories.draft(**values).pk, by=factories.user("author"))

    def test_opens_the_first_that_waits_for_a_reviewer(self) -> None:
        waiting()
        source = self.in_review().appearances.get().source_text.source
        assert led_to(asked(browser_of(person("bob", "reviewers")), "review")) == desk_of(source.pk, "review")

    def test_passes_by_sources_in_which_they_changed_all_that_waits(self) -> None:
        bob = person("bob", "reviewers")
        changed = factories.draft(revision=factories.source(published_at="2020"))
        with acting(origin=Origin.ADMIN, user=bob.pk):
            Statement.objects.filter(pk=changed.pk).update(act="deny")
        submit(statement_id=changed.pk, by=factories.user("author"))
        assert next_source(access(bob), "review", None) is None
        of_others = self.in_review(revision=factories.source(published_at="2021"))
        assert next_source(access(bob), "review", None) == of_others.appearances.get().source_text.source_id


@pytest.mark.django_db
class TestWhoMay:
    @pytest.mark.parametrize(
        ("group", "mode", "status"),
        [
            ("contributors", "attribute", 302),
            ("curators", "review", 403),
            ("reviewers", "review", 302),
            ("reviewers", "publish", 403),
            ("readers", "attribute", 403),
        ],
    )
    def test_each_role_has_its_queues(self, group: str, mode: str, status: int) -> None:
        assert asked(browser_of(person("one", group)), mode).status_code == status

    def test_nothing_is_leased_from_another_site_or_by_a_link(self) -> None:
        waiting()
        strict = browser_of(person("strict", "curators"), with_csrf_checks=True)
        assert asked(strict).status_code == 403
        assert led_to(strict.get(NEXT)) == QUEUES
        assert led_to(Client(headers={"host": "localhost"}).post(NEXT)).startswith("/admin/login/")
        assert not Work.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def side_by_side(self, number: int, act: Callable[[int], Any]) -> list[Any]:
        ready = Barrier(number)

        def one(place: int) -> Any:
            try:
                ready.wait()
                return act(place)
            finally:
                connection.close()

        with ThreadPoolExecutor(number) as threads:
            return list(threads.map(one, range(number)))

    def test_eight_people_get_eight_sources(self) -> None:
        sources = {waiting().pk for _ in range(8)}
        people = [access(person(f"curator-{number}", "curators")) for number in range(8)]
        given = self.side_by_side(8, lambda place: lease_next(people[place], "attribute"))
        assert set(given) == sources
        leased = Work.objects.filter(leased_by__isnull=False).values_list("source", "leased_by")
        assert dict(leased) == {source: one.user.pk for source, one in zip(given, people, strict=True) if one.user}

    def test_where_there_are_fewer_sources_the_others_get_none(self) -> None:
        sources = {waiting().pk for _ in range(3)}
        people = [access(person(f"curator-{number}", "curators")) for number in range(8)]
        given = self.side_by_side(8, lambda place: lease_next(people[place], "attribute"))
        assert {one for one in given if one} == sources
        assert given.count(None) == 5
