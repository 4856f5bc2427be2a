"""The admin's start page says what waits for whom, with the way to it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import factories
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.desk.test_queues import in_review
from tests.claims.desk.waiting import page, queries, urgent, waiting

pytestmark = pytest.mark.django_db
START = "/admin/"


@pytest.fixture
def ann() -> User:
    return person("ann", "curators")


@pytest.fixture
def curator(ann: User) -> Client:
    return browser_of(ann)


def words_of(client: Client, address: str = START) -> str:
    words: str = client.get(address).content.decode()
    return words


def count_of(client: Client, title: str) -> str:
    """Return the number in front of what is called so."""
    before, _found, _after = words_of(client).partition(f"</strong> <span>{title}</span>")
    return before.rpartition("<strong>")[2]


def test_curators_see_how_much_waits_and_where(curator: Client, ann: User) -> None:
    for _ in range(3):
        waiting()
    urgent(waiting(), assigned_to=ann)
    assert count_of(curator, "Sources to attribute") == "4"
    assert count_of(curator, "Assigned to me") == "1"
    words = words_of(curator)
    for address in ("/admin/desk/", "/admin/desk/next/", "/admin/desk/?queue=attribute&amp;assigned=me"):
        assert f'"{address}"' in words


def test_reviewers_see_what_waits_for_them_too(curator: Client) -> None:
    in_review()
    reviewer = browser_of(person("bob", "reviewers"))
    assert count_of(reviewer, "To review") == "1"
    assert "To review" not in words_of(curator)
    assert "Next source to review" in words_of(reviewer)
    assert "Next source to review" not in words_of(curator)


def test_curators_see_how_much_they_sent_is_in_review(curator: Client) -> None:
    in_review("ann")
    assert count_of(curator, "In review, sent by me") == "1"
    assert '"/admin/desk/?queue=sent"' in words_of(curator)


def test_beyond_a_hundred_nobody_counts(curator: Client) -> None:
    for _ in range(101):
        factories.source()
    assert count_of(curator, "Sources to attribute") == "100+"


def test_it_costs_the_same_for_one_and_for_many(curator: Client) -> None:
    def fill() -> None:
        waiting()
        for _ in range(2):
            factories.draft(speakers=[factories.speaker("Ada Essai")])

    fill()
    few = queries(curator, START)
    for _ in range(4):
        fill()
    assert queries(curator, START) == few == 10


def test_who_only_reads_sees_nothing_of_it() -> None:
    reader = browser_of(person("rea", "readers"))
    assert "What waits for you" not in words_of(reader)


def test_other_start_pages_stay_as_they_are(curator: Client) -> None:
    assert "What waits for you" not in words_of(curator, "/admin/claims/")
    assert "What waits for you" not in page(curator)


def test_nothing_is_inline(curator: Client) -> None:
    words = words_of(curator)
    assert not [sign for sign in (" style=", " onclick=", "<script>") if sign in words]
