"""GET /api/v1/statements/timeline/."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.facets.querysets import hits, timeline
from claims.models import Wording
from claims.services.merging import merge_speakers
from sources.models.fields import uuid7
from tests import factories
from tests.asking import Api

LIST = "/api/v1/statements/"
PATH = f"{LIST}timeline/"
STRENGTHS = {1: "mild", 2: "marked", 3: "extreme", None: "none"}


def periods(api: Api, **parameters: Any) -> dict[str, Any]:
    """Each period of the answer, in its order."""
    return {one["period"]: one for one in api.get(PATH, **parameters)["periods"]}


def said(when: str | None, intensity: int | None = None, phrase: str = "", **values: Any) -> Any:
    dated = {"said_at": when} if when else {}
    return factories.published(intensity=intensity, intensity_phrase=phrase, **dated, **values)


def test_it_shows_how_wording_on_a_topic_moved(api: Api) -> None:
    kirby, other = factories.speaker("John Kirby"), factories.speaker("Bo")
    missiles, trade = factories.topic("missiles"), factories.topic("commerce")
    on = {"speakers": [kirby], "topics": [missiles], "act": "express", "attitude": "concern"}
    first = said("2023-09-13", 3, "profonde", **on)
    second = said("2023-09", None, speakers=[kirby], topics=[missiles], words="les livraisons d’armement")
    said("2023-09-20", 2, "très", **on)
    third = said("2024-01-05", 1, "un peu", **on)
    said("2024-02", 3, "extrême", speakers=[other], topics=[missiles])
    said("2024-02", 3, "extrême", speakers=[kirby], topics=[trade])
    answered = api.get(PATH, speaker=kirby.pk, topic=missiles.pk)
    assert answered["count"] == {"value": 4, "is_exact": True}
    assert (answered["interval"], answered["unplaced"], answered["is_complete"]) == ("month", 0, True)
    september, january = answered["periods"]
    assert (september["period"], september["count"], september["mean_intensity"]) == ("2023-09", 3, 2.5)
    assert september["intensity"] == {"mild": 0, "marked": 1, "extreme": 1, "none": 1}
    assert september["acts"] == [{"value": "express", "count": 2}, {"value": "assert", "count": 1}]
    assert september["attitudes"] == [{"value": "concern", "count": 2}]
    assert september["phrases"] == [
        {"phrase": "profonde", "intensity": 3, "attitude": "concern", "count": 1},
        {"phrase": "très", "intensity": 2, "attitude": "concern", "count": 1},
    ]
    assert [one["intensity"] for one in september["strongest"]] == [3, 2, None]
    assert september["strongest"][0] == {
        "id": str(first.pk),
        "said_at": "2023-09-13",
        "intensity": 3,
        "intensity_phrase": "profonde",
        "wording": {"language": "fr", "text": factories.WORDS},
    }
    assert september["strongest"][2]["id"] == str(second.pk)
    assert september["strongest"][2]["intensity_phrase"] is None
    assert (january["period"], january["strongest"][0]["id"]) == ("2024-01", str(third.pk))


@pytest.mark.parametrize("interval", ["month", "year"])
@pytest.mark.parametrize("query", [{}, {"q": "profonde"}, {"act": "deny"}, {"said_after": "2023", "dates": "possibly"}])
def test_it_counts_what_the_list_shows(api: Api, interval: str, query: dict[str, Any]) -> None:
    dates = [
        "2021",
        "2023-09",
        "2023-09-13",
        "2023-09-30~",
        "2023-12/2024-01",
        "2024-01-01",
        "2024/..",
        "../2020",
        None,
    ]
    for number, date in enumerate(dates * 2):
        strength = number % 4 or None
        said(
            date, strength, "fort" if strength else "", act=["deny", "warn", "ask"][number % 3],
            attitude=[None, "fear"][number % 2],
        )  # fmt: skip
    width = {"month": 7, "year": 4}[interval]
    grouped: dict[str, list[Any]] = defaultdict(list)
    rows = api.get(LIST, limit=100, **query)["results"]
    for row in rows:
        first, last = (row["said_at_earliest"] or "")[:width], (row["said_at_latest"] or "9")[:width]
        if first == last:
            grouped[first].append(row)
    answered = api.get(PATH, interval=interval, **query)
    assert [one["period"] for one in answered["periods"]] == sorted(grouped)
    assert answered["count"]["value"] == len(rows)
    assert answered["unplaced"] == len(rows) - sum(map(len, grouped.values()))
    assert answered["unplaced"] > 0 or query == {"act": "deny"}
    for one in answered["periods"]:
        of_it = grouped[one["period"]]
        strengths = [row["intensity"] for row in of_it]
        known = [strength for strength in strengths if strength]
        assert one["count"] == len(of_it)
        expected = Counter(STRENGTHS[strength] for strength in strengths)
        assert one["intensity"] == {name: expected[name] for name in STRENGTHS.values()}
        assert one["mean_intensity"] == (round(sum(known) / len(known), 2) if known else None)
        for member, of_row in (("acts", "act"), ("attitudes", "attitude")):
            expected = Counter(row[of_row] for row in of_it if row[of_row])
            assert {each["value"]: each["count"] for each in one[member]} == expected
            assert [each["count"] for each in one[member]] == sorted(expected.values(), reverse=True)
        assert sum(each["count"] for each in one["phrases"]) == len(known)
        assert {each["id"] for each in one["strongest"]} <= {row["id"] for row in of_it}
        assert [each["intensity"] or 0 for each in one["strongest"]] == sorted(
            (strength or 0 for strength in strengths), reverse=True
        )[: timeline.MAX_STRONGEST]


def test_of_the_strongest_the_newest_are_shown(api: Api) -> None:
    said("2023-09-01", 1, "un peu")
    strong = [said(f"2023-09-{day:02}", 2, "très") for day in (3, 9, 5, 7, 4, 8)]
    extreme = said("2023-09-02", 3, "extrême")
    shown = periods(api)["2023-09"]["strongest"]
    newest = sorted(strong, key=lambda one: str(one.said_at), reverse=True)[:4]
    assert [one["id"] for one in shown] == [str(extreme.pk), *(str(one.pk) for one in newest)]


def test_phrases_are_ten_at_most_the_strongest_first(api: Api) -> None:
    for number in range(11):
        said("2023-09", 1, f"peu {number:02}")
    for _ in range(2):
        said("2023-09", 3, "profonde")
    phrases = periods(api)["2023-09"]["phrases"]
    assert phrases[0] == {"phrase": "profonde", "intensity": 3, "attitude": None, "count": 2}
    assert [one["phrase"] for one in phrases[1:]] == [f"peu {number:02}" for number in range(9)]


def test_wordings_are_the_original_ones_cut(api: Api) -> None:
    long = "é" * 150 + " " + "x" * 100
    said(
        "2023-09",
        wordings=[{"language": "fr", "text": "traduit"}, {"language": "en", "text": long, "is_original": True}],
    )
    said("2023-10", wordings=[{"language": "fr", "text": "y" * 200}])
    wordless = factories.draft(said_at="2023-11")
    found = periods(api)
    assert found["2023-09"]["strongest"][0]["wording"] == {"language": "en", "text": long[:199] + "…"}
    assert found["2023-10"]["strongest"][0]["wording"]["text"] == "y" * 200
    Wording.objects.filter(statement=wordless).delete()
    factories.put_out(wordless)
    assert periods(api)["2023-11"]["strongest"][0]["wording"] is None


def test_months_without_statements_are_left_out(api: Api) -> None:
    for when in ("2023-12", "2021-02-03", None):
        said(when)
    assert list(periods(api)) == ["2021-02", "2023-12"]
    assert list(periods(api, interval="year")) == ["2021", "2023"]
    assert api.get(PATH, undated="only") == {
        "count": {"value": 1, "is_exact": True},
        "interval": "month",
        "periods": [],
        "is_complete": True,
        "unplaced": 1,
    }


def test_nothing_recorded_is_nothing_counted(api: Api) -> None:
    for query in ({}, {"q": "missiles"}, {"speaker": uuid7()}):
        answered = api.get(PATH, **query)
        assert (answered["count"]["value"], answered["periods"], answered["unplaced"]) == (0, [], 0)


def test_a_merged_speaker_is_asked_for_by_either_id(api: Api) -> None:
    ada, same = factories.speaker("Ada"), factories.speaker("A. Essai")
    said("2023-09", speakers=[ada])
    said("2023-10", speakers=[same, factories.speaker("Bo")])
    merge_speakers(speaker_id=same.pk, into_id=ada.pk, by=factories.user("curator"))
    assert list(periods(api, speaker=ada.pk)) == list(periods(api, speaker=same.pk)) == ["2023-09", "2023-10"]


def test_beyond_the_cap_the_newest_count_and_it_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for when in ("2021-01", "2024-01", "2022-01", "2023-01"):
        said(when)
    monkeypatch.setattr(hits, "CAP", 3)
    answered = api.get(PATH)
    assert answered["count"] == {"value": 3, "is_exact": False}
    assert [one["period"] for one in answered["periods"]] == ["2022-01", "2023-01", "2024-01"]
    assert api.get(PATH, q="profonde") == answered


def test_the_last_periods_are_shown_where_there_are_too_many(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for when in ("2021-01", "2024-01", "2022-01", None):
        said(when)
    monkeypatch.setattr(timeline, "MAX_PERIODS", 2)
    answered = api.get(PATH)
    assert [one["period"] for one in answered["periods"]] == ["2022-01", "2024-01"]
    assert (answered["is_complete"], answered["unplaced"]) == (False, 1)
    assert api.get(PATH, said_before="2021-12")["is_complete"]


def test_drafts_change_nothing(api: Api) -> None:
    ada = factories.speaker("Ada")
    said("2023-09", 3, "profonde", speakers=[ada])
    before = api.client.get(PATH)
    factories.full_draft("Caché")
    factories.draft(speakers=[ada], said_at="2023-09", intensity=3, intensity_phrase="cachée")
    factories.withdrawn(speakers=[ada], said_at="2023-09")
    after = api.client.get(PATH)
    assert (before.content, before["ETag"]) == (after.content, after["ETag"])


@pytest.mark.parametrize(
    ("parameters", "name", "said"),
    [
        ({"interval": "week"}, "interval", "month, year"),
        ({"interval": ""}, "interval", "empty"),
        ({"interval": "month\0"}, "interval", "NUL"),
        ({"interval": "m" * 5000}, "interval", "too long"),
        ({"interval": ["month", "year"]}, "interval", "once"),
        ({"facet": "act"}, "facet", "no such"),
        ({"cursor": "x"}, "cursor", "no such"),
        ({"topic": "missiles"}, "topic", "not an id"),
    ],
)
def test_what_it_cannot_read_is_refused(api: Api, parameters: dict[str, Any], name: str, said: str) -> None:
    ((parameter, detail),) = api.refused(PATH, **parameters)
    assert (parameter, said in detail) == (name, True), detail


def test_an_answer_that_is_the_same_is_not_sent_again(api: Api) -> None:
    said("2023-09", 3, "profonde")
    first = api.client.get(PATH)
    again = api.client.get(PATH, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "no-cache")
    said("2023-09", 3, "profonde")
    assert api.client.get(PATH, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_one_query_counts_everything(api: Api) -> None:
    for size in (1, 4):
        for number in range(size):
            said(f"2023-{number + 1:02}", 3, "profonde")
        with CaptureQueriesContext(connection) as queries:
            assert periods(api, act="assert")
        assert len(queries) == 1


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_the_public_is_answered_by_its_own_connection() -> None:
    factories.full()
    (period,) = Api(Client(headers={"host": "localhost"})).get(PATH, q="profonde")["periods"]
    assert period["period"] == "2024-11"
