"""The page of what accepting takes: medians, what nine of ten did not go beyond, and the share that was right."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from claims.desk.measures import Spread, by_engine, by_week
from claims.desk.models import Effort
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.desk.waiting import queries

pytestmark = pytest.mark.django_db
MEASURES = "/admin/desk/measures/"


def effort(**values: Any) -> None:
    taken = {"day": date(2026, 3, 4), "keys": 1, "clicks": 0, "milliseconds": 1500, "engine": "marks", "corrections": 0}
    Effort.objects.create(**{**taken, **values})


@pytest.fixture
def curator() -> Client:
    return browser_of(person("ann", "curators"))


def test_a_week_has_its_medians_and_its_ninety_percent() -> None:
    for keys in range(1, 12):
        effort(keys=keys, clicks=keys % 2, milliseconds=keys * 1000, corrections=int(keys > 8))
    (week,) = by_week()
    assert (week.of, week.number) == (date(2026, 3, 2), 11)
    assert (week.keys, week.seconds) == (Spread(6, 10), Spread(6, 10))
    assert week.clicks == Spread(1, 1)
    assert week.percent == 73


def test_weeks_begin_on_monday_and_the_last_comes_first() -> None:
    for day in (date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 2)):
        effort(day=day)
    assert [(week.of, week.number) for week in by_week()] == [(date(2026, 3, 9), 1), (date(2026, 3, 2), 2)]


def test_engines_are_compared_the_most_frequent_first() -> None:
    for engine, keys in (("hand", 5), ("marks", 1), ("marks", 3)):
        effort(engine=engine, keys=keys)
    assert [(one.of, one.keys.median) for one in by_engine()] == [("marks", 2), ("hand", 5)]


def test_the_page_shows_them(curator: Client) -> None:
    effort(engine="hand", keys=4, corrections=2)
    words = curator.get(MEASURES).content.decode()
    assert "2026-03-02" in words
    assert "curators, by hand" in words
    assert not [sign for sign in (" style=", "<script>") if sign in words]


def test_the_page_draws_in_every_language(curator: Client) -> None:
    effort(milliseconds=12_500)
    words = curator.get(MEASURES, headers={"accept-language": "fr"}).content.decode()
    assert '<rect class="bar-median" width="25"' in words


def test_the_page_says_so_where_nothing_was_measured(curator: Client) -> None:
    assert "Nothing was accepted at the desk yet." in curator.get(MEASURES).content.decode()


def test_it_costs_the_same_however_much_was_measured(curator: Client) -> None:
    effort()
    few = queries(curator, MEASURES)
    for day in range(1, 29):
        effort(day=date(2026, 2, day), engine=f"engine-{day}")
    assert queries(curator, MEASURES) == few


def test_it_is_for_who_works_at_the_desk() -> None:
    assert browser_of(person("rea", "readers")).get(MEASURES).status_code == 403
