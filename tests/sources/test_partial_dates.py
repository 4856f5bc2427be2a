"""Partial dates in Python and in the database are the same."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.text.partial_dates import PartialDateError, parse

YEARS = st.integers(0, 10_000).map(lambda year: f"{year:04d}")
MONTHS = st.integers(0, 13).map(lambda month: f"{month:02d}")
DAYS = st.integers(0, 32).map(lambda day: f"{day:02d}")
PARTS = st.one_of(
    YEARS,
    st.tuples(YEARS, MONTHS).map("-".join),
    st.tuples(YEARS, MONTHS, DAYS).map("-".join),
    st.just(".."),
    st.just(""),
    st.text("0123456789-~?/. \n٣", max_size=12),
)
MARKED = st.tuples(PARTS, st.sampled_from(["", "", "~", "?", "~?", "%"])).map("".join)
VALUES = st.one_of(MARKED, st.tuples(MARKED, MARKED).map("/".join), st.tuples(MARKED, MARKED, MARKED).map("/".join))

SAME = """
CREATE FUNCTION pg_temp.bounds_or_null(value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN partial_date_bound(value, false) || ' ' || partial_date_bound(value, true);
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$
"""


def _in_python(value: str) -> str | None:
    try:
        bounds = parse(value)
    except PartialDateError:
        return None
    return f"{bounds.earliest} {bounds.latest}"


@pytest.mark.django_db
def test_the_database_and_python_agree_on_thousands_of_strings() -> None:
    seen: list[str] = []

    @settings(max_examples=6000, database=None, deadline=None)
    @given(VALUES)
    def collect(value: str) -> None:
        seen.append(value)

    collect()
    values = sorted(set(seen))
    with connection.cursor() as cursor:
        cursor.execute(SAME)
        cursor.execute("SELECT value, pg_temp.bounds_or_null(value) FROM unnest(%s::text[]) AS value", [values])
        rows = cursor.fetchall()
    assert len(rows) > 3000
    assert [row for row in rows if row[1] != _in_python(row[0])] == []
    assert sum(bounds is not None for _value, bounds in rows) > 500


@pytest.mark.parametrize(
    ("value", "earliest", "latest"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-09~", "2023-09-01", "2023-09-30"),
        ("2023-09-13?", "2023-09-13", "2023-09-13"),
        ("2022/2023-06", "2022-01-01", "2023-06-30"),
        ("../2023", "0001-01-01", "2023-12-31"),
        ("2023/..", "2023-01-01", "9999-12-31"),
    ],
)
def test_bounds_are_strict(value: str, earliest: str, latest: str) -> None:
    bounds = parse(value)
    assert (str(bounds.earliest), str(bounds.latest)) == (earliest, latest)


@pytest.mark.parametrize(
    "value", ["2023-02-30", "2023-13", "../..", "2023-9", "13/09/2023", "2024/2023", "", "2023-09-13T10:00"]
)
def test_what_is_no_partial_date_is_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(PartialDateError, match=r"\.$"):
        parse(value)
