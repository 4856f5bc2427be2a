"""One transaction a write: it says who acts, checks rules inside, and runs again where others stood in its way."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections

from config.access.models import Token
from config.access.permissions import Access
from config.access.roles import Role
from config.http.problems import ProblemError
from config.writing.retrying import ATTEMPTS
from config.writing.transaction import write
from sources.models import Publisher
from tests import factories
from tests.writing import Writer

NOBODY = Access()


def fails_with(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE 'x' USING ERRCODE = '" + state + "'; END $$")


@pytest.mark.django_db(transaction=True)
class TestRunningAgain:
    @pytest.mark.parametrize("state", ["40001", "40P01"])
    def test_what_others_stood_in_the_way_of_runs_again(self, state: str) -> None:
        tries: list[Publisher] = []

        def perform() -> str:
            tries.append(Publisher.objects.create(name=f"try {len(tries)}"))
            if len(tries) < ATTEMPTS:
                fails_with(state)
            return "done"

        assert write(perform, access=NOBODY) == "done"
        assert list(Publisher.objects.values_list("name", flat=True)) == [f"try {ATTEMPTS - 1}"]

    def test_so_often_and_no_more(self) -> None:
        tries: list[int] = []

        def perform() -> None:
            tries.append(1)
            fails_with("40001")

        with pytest.raises(OperationalError):
            write(perform, access=NOBODY)
        assert len(tries) == ATTEMPTS

    @pytest.mark.parametrize("state", ["53300", "57P01", "57014"])
    def test_other_failures_do_not(self, state: str) -> None:
        tries: list[int] = []

        def perform() -> None:
            tries.append(1)
            fails_with(state)

        with pytest.raises(OperationalError):
            write(perform, access=NOBODY)
        assert len(tries) == 1

    def test_two_that_lock_each_other_out_are_both_done(self) -> None:
        """A real deadlock: each takes a row and then the other's; PostgreSQL ends one, which runs again."""
        rows = [factories.publisher("a"), factories.publisher("b")]
        barrier = threading.Barrier(2)
        done: list[str] = []

        def act(first: Any, second: Any, name: str) -> None:
            is_first_try = [True]

            def perform() -> None:
                Publisher.objects.filter(pk=first.pk).update(country=name)
                if is_first_try.pop() if is_first_try else False:
                    barrier.wait(10)
                Publisher.objects.filter(pk=second.pk).update(country=name)

            try:
                write(perform, access=NOBODY)
                done.append(name)
            finally:
                connections.close_all()

        threads = [
            threading.Thread(target=act, args=[*rows, "FR"]),
            threading.Thread(target=act, args=[*rows[::-1], "DE"]),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(done) == ["DE", "FR"]


@pytest.mark.django_db
class TestRefusals:
    def test_deferred_rules_are_checked_inside(self) -> None:
        """A statement without its words is refused at the end of the transaction, while it can still be answered."""
        draft = factories.draft()
        with pytest.raises(ProblemError) as refused:
            write(lambda: draft.appearances.get().segments.all().delete(), access=NOBODY)
        assert refused.value.problem.status == 409
        assert refused.value.detail == "An appearance needs the words it quotes."
        assert draft.appearances.get().segments.exists()

    def test_what_was_done_before_a_refusal_is_undone(self) -> None:
        def perform() -> None:
            Publisher.objects.create(name="a", homepage="https://a.example/")
            Publisher.objects.create(name="b", homepage="https://a.example/")

        with pytest.raises(ProblemError) as refused:
            write(perform, access=NOBODY, model=Publisher)
        assert isinstance(refused.value.__cause__, IntegrityError)
        assert refused.value.errors == [{"pointer": "/homepage", "detail": "This address is already recorded."}]
        assert Publisher.objects.count() == 0

    def test_an_error_of_ours_undoes_it_too_and_passes(self) -> None:
        def perform() -> None:
            Publisher.objects.create(name="a")
            raise LookupError

        with pytest.raises(LookupError):
            write(perform, access=NOBODY)
        assert Publisher.objects.count() == 0


@pytest.mark.django_db
def test_who_acts_from_where_is_kept_with_the_change() -> None:
    curator = Writer(Role.CURATOR)
    row = curator.send("post", "/api/v1/publishers/", {"name": "x"}, status=201)
    made: Any = Publisher.objects.get(pk=row["id"])
    (change,) = made.changes.all()
    token = Token.objects.get(user=curator.user)
    assert change.pgh_context == {"origin": "api", "user": curator.user.pk, "token": str(token.pk)}
