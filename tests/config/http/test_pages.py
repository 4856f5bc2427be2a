"""Keyset pages: whole, without overlap, forth and back, at the cost of an index scan."""

import random
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.http.pages import MAX_CURSOR
from tests import factories
from tests.asking import PATHS, Api

STATEMENTS = "/api/v1/statements/"


def chained(pages: list[list[str]]) -> list[str]:
    return [key for page in pages for key in page]


@pytest.fixture
def same_day(api: Api) -> list[str]:
    """The ids of seven statements of one day, and two of others, newest first."""
    dates = ["2023-09-12", *["2023-09-13"] * 7, "2023-09-14"]
    return [str(factories.published(said_at=date).pk) for date in dates][::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 8, 9, 10, 100])
def test_forth_and_back_over_equal_sort_keys(api: Api, same_day: list[str], limit: int) -> None:
    pages = api.walk(STATEMENTS, limit=limit)
    assert chained(pages) == same_day
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)


def test_forth_and_back_by_name(api: Api) -> None:
    for name in ["Ada", "Élise", "Ada", "Zoé", "ada", "Œdipe", "Łukasz"]:
        factories.published(speakers=[factories.speaker(name)])
    (everything,) = api.walk("/api/v1/speakers/")
    for limit in (1, 2, 3):
        assert chained(api.walk("/api/v1/speakers/", limit=limit)) == everything


@pytest.mark.parametrize("letters", ["가", "한국조선민주주의인민공화국", "㌀㌁㌂㌃㌄㌅", "𠀀𠀁𠀂", "\ufdfa", 'é"\\'])
def test_forth_and_back_by_long_names(api: Api, letters: str) -> None:
    name = (letters * 190)[:190]
    for number in range(4):
        factories.published(speakers=[factories.speaker(f"{name}{number}")])
    assert [len(page) for page in api.walk("/api/v1/speakers/", limit=1, type="person")] == [1, 1, 1, 1]


def test_forth_and_back_by_long_names_and_a_search(api: Api) -> None:
    for number in range(4):
        factories.published(speakers=[factories.speaker(f"{'가' * 190}{number}")])
    assert [len(page) for page in api.walk("/api/v1/speakers/", limit=1, name="가가")] == [1, 1, 1, 1]


def test_a_cursor_of_the_least_repetitive_long_name_is_taken(api: Api) -> None:
    seeded = random.Random(20230915)  # noqa: S311 no secret
    for _ in range(3):
        name = "".join(chr(seeded.randint(0x20000, 0x2A6DF)) for _ in range(200))
        factories.published(speakers=[factories.speaker(name)])
    assert len(api.walk("/api/v1/speakers/", limit=1)) == 3
    assert len(cursor_of(api.get("/api/v1/speakers/", limit=1)["next"])) < MAX_CURSOR / 2


@pytest.mark.parametrize("path", PATHS)
def test_every_list_can_be_walked(api: Api, path: str) -> None:
    for _ in range(3):
        factories.full()
    (everything,) = api.walk(path)
    assert len(everything) >= 3
    assert chained(api.walk(path, limit=2)) == everything


def test_an_empty_list_has_no_other_pages(api: Api) -> None:
    assert api.get(STATEMENTS) == {"results": [], "next": None, "previous": None}


def test_links_keep_the_query_and_its_repeated_parameters(api: Api, same_day: list[str]) -> None:
    page = api.get(STATEMENTS, limit=2, act=["assert", "deny"], said_after="2023")
    query = parse_qs(urlsplit(page["next"]).query)
    assert query["act"] == ["assert", "deny"]
    assert query["limit"] == ["2"]
    assert [row["id"] for row in api.get(page["next"])["results"]] == same_day[2:4]


def test_a_page_may_be_gone_on_with_another_size(api: Api, same_day: list[str]) -> None:
    cursor = cursor_of(api.get(STATEMENTS, limit=2)["next"])
    assert api.ids(STATEMENTS, limit=5, cursor=cursor) == same_day[2:7]


def test_rows_added_meanwhile_shift_nothing(api: Api, same_day: list[str]) -> None:
    following = api.get(STATEMENTS, limit=4)["next"]
    factories.published(said_at="2025")
    assert [row["id"] for row in api.get(following)["results"]] == same_day[4:8]


def cursor_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["cursor"][0]


class TestWrongCursors:
    def refused(self, api: Api, path: str = STATEMENTS, **query: Any) -> str:
        problem = api.get(path, 400, **query)
        assert problem["type"] == "/api/problems/#invalid-cursor"
        ((error),) = problem["errors"]
        assert error["parameter"] == "cursor"
        return str(error["detail"])

    def test_changed_in_any_place(self, api: Api, same_day: list[str]) -> None:
        cursor = cursor_of(api.get(STATEMENTS, limit=2)["next"])
        for place in range(0, len(cursor), 7):
            other = "A" if cursor[place] != "A" else "B"
            self.refused(api, limit=2, cursor=cursor[:place] + other + cursor[place + 1 :])

    def test_truncated(self, api: Api, same_day: list[str]) -> None:
        cursor = cursor_of(api.get(STATEMENTS, limit=2)["next"])
        for length in (1, 10, len(cursor) - 1):
            self.refused(api, cursor=cursor[:length])

    def test_of_a_long_name_truncated_or_changed(self, api: Api) -> None:
        for number in range(2):
            factories.published(speakers=[factories.speaker(f"{'한국조선민주주의인민공화국' * 14}{number}")])
        cursor = cursor_of(api.get("/api/v1/speakers/", limit=1)["next"])
        for wrong in (cursor[:-1], cursor[1:], cursor.replace(":", ""), cursor.swapcase(), cursor * 3):
            self.refused(api, "/api/v1/speakers/", limit=1, cursor=wrong)

    @pytest.mark.parametrize("cursor", ["x", ":", "a:b", "é", "W10:x", "=" * 999, "../..", "None"])
    def test_invented(self, api: Api, cursor: str) -> None:
        assert self.refused(api, cursor=cursor) == "It is not a cursor that this server gave out."

    def test_of_another_query(self, api: Api, same_day: list[str]) -> None:
        cursor = cursor_of(api.get(STATEMENTS, limit=2, act="assert")["next"])
        assert self.refused(api, limit=2, cursor=cursor) == "It belongs to another query."
        assert self.refused(api, limit=2, act="deny", cursor=cursor) == "It belongs to another query."

    def test_of_another_list(self, api: Api, same_day: list[str]) -> None:
        cursor = cursor_of(api.get(STATEMENTS, limit=2)["next"])
        assert self.refused(api, "/api/v1/sources/", cursor=cursor) == "It belongs to another query."

    def test_signed_for_something_else(self, api: Api) -> None:
        self.refused(api, cursor=signing.Signer(salt="other").sign_object(["", False, []]))


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "1e2", "10" * 15, "٣", "1_0", "+5", " 5", "0x10"])
@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_limit_is_refused(api: Api, path: str, limit: str) -> None:
    assert api.refused(path, limit=limit) == [("limit", "It must be a whole number from 1 to 100.")]


@pytest.mark.parametrize(
    ("path", "index"),
    [(STATEMENTS, "document_by_date"), ("/api/v1/speakers/", "public_speaker_by_name")],
)
def test_a_deep_page_is_a_scan_of_the_index_from_its_cursor(api: Api, path: str, index: str) -> None:
    for number in range(30):
        factories.published(said_at=f"20{number % 20 + 10}", speakers=[factories.speaker(f"S{number}")])
    following = api.get(path, limit=10)["next"]
    with CaptureQueriesContext(connection) as queries:
        api.get(following)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        # what was bound by the server has no values in it
        cursor.execute("EXPLAIN (GENERIC_PLAN) " + queries[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan
    assert re.search(r"Index Cond: \(+ROW\(", plan)
    assert "Sort" not in plan


def test_the_query_string_of_a_link_can_be_read_by_any_program(api: Api, same_day: list[str]) -> None:
    link = api.get(STATEMENTS, limit=2, q="« profonde préoccupation »")["next"]
    assert urlsplit(link).query.isascii()
    assert urlencode(parse_qs(urlsplit(link).query), doseq=True) == urlsplit(link).query
