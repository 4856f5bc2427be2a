"""Bad input to every list and detail: a 400 that names the parameter, never a 500, never the whole table."""

import random
import string
from typing import Any

import pytest
from django.test import Client

from claims.filters import ClaimFilters, EventFilters, SpeakerFilters, TopicFilters
from claims.statement_filters import StatementFilters
from sources.filters import PublisherFilters, SourceFilters
from tests import factories
from tests.asking import PATHS, Api

FILTERS: dict[str, Any] = {
    "statements": StatementFilters,
    "speakers": SpeakerFilters,
    "sources": SourceFilters,
    "publishers": PublisherFilters,
    "claims": ClaimFilters,
    "topics": TopicFilters,
    "events": EventFilters,
}
PARAMETERS = [
    (f"/api/v1/{name}/", parameter)
    for name, filters in FILTERS.items()
    for parameter in [*filters.base_filters, "limit", "cursor", "count", "fields", "omit"]
    # twins are read as what they are twins of
    if not parameter.startswith("not_") or parameter in {"not_act", "not_speaker"}
] + [("/api/v1/statements/", name) for name in ("order", "expand")]
ID = "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"
REPEATED = {"fields", "omit", "expand"}
FREE_TEXT = {"q", "name", "title", "label", "text", "role_text"}


@pytest.mark.parametrize("path", PATHS)
def test_it_refuses_an_unknown_parameter(api: Api, path: str) -> None:
    problem = api.get(path, 400, nonsense="1")
    assert problem["type"] == "/api/problems/#unknown-parameter"
    assert "cursor" in problem["detail"]
    assert problem["errors"] == [{"parameter": "nonsense", "detail": "There is no such parameter."}]


def test_it_suggests_what_may_have_been_meant(api: Api) -> None:
    for typed, meant in [("speakr", "speaker"), ("Topic", "topic"), ("said-after", "said_after"), ("limt", "limit")]:
        assert api.refused(PATHS[0], **{typed: "1"}) == [(typed, f"There is no such parameter; did you mean {meant}?")]


@pytest.mark.parametrize("parameter", ["format", "page", "offset", "ordering", "lang", "", " ", "q\0", "\ufffd"])
def test_it_has_no_hidden_parameters(api: Api, parameter: str) -> None:
    assert len(api.refused(PATHS[0], **{parameter: "json"})) == 1


@pytest.mark.parametrize("path", PATHS)
def test_a_detail_takes_no_parameter(api: Api, path: str) -> None:
    factories.full()
    key = api.ids(path)[0]
    problem = api.get(f"{path}{key}/", 400, limit="1")
    allowed = {"Allowed here: fields, omit.", "Allowed here: expand, fields, omit."}
    assert problem["detail"] in {f"There is no parameter limit. {one}" for one in allowed}


@pytest.mark.parametrize(("path", "parameter"), PARAMETERS)
class TestEachParameter:
    def test_empty(self, api: Api, path: str, parameter: str) -> None:
        for value in ("", "  ", "\u00a0"):
            assert api.refused(path, **{parameter: value}) == [
                (parameter, "It is empty: give a value, or leave it out.")
            ]

    def test_nul(self, api: Api, path: str, parameter: str) -> None:
        assert api.refused(path, **{parameter: "a\0b"}) == [(parameter, "It has a NUL character in it.")]

    def test_bytes_that_are_no_text(self, api: Api, path: str, parameter: str) -> None:
        for raw in ("%ED%A0%80", "%ff", "a%C3", "%C0%AF"):
            assert api.refused(f"{path}?{parameter}={raw}") == [(parameter, "It is not UTF-8 text.")]

    def test_huge(self, api: Api, path: str, parameter: str) -> None:
        ((name, detail),) = api.refused(path, **{parameter: "9" * 100_000})
        assert name == parameter
        assert len(detail) < 300

    def test_wrong_values(self, api: Api, path: str, parameter: str) -> None:
        if parameter in FREE_TEXT:
            return
        for value in ("1; DROP TABLE x", "10" * 15, "2023-02-30", "🙂", "' OR 1=1", "../../etc/passwd", "{}", "[]"):
            assert api.refused(path, **{parameter: value})[0][0] == parameter

    def test_repeated(self, api: Api, path: str, parameter: str) -> None:
        found = FILTERS[path.split("/")[3]].base_filters.get(parameter)
        if parameter in REPEATED or (found is not None and found.is_repeatable):
            assert api.refused(path, **{parameter: [ID] * 51})[0][0] == parameter
        else:
            assert api.refused(path, **{parameter: ["1", "2"]}) == [(parameter, "It may be given once only.")]


@pytest.mark.parametrize("value", ["{%s}" % ("0" * 34), "0" * 32, f"urn:uuid:{ID}", f"{ID}\n"])
def test_an_id_has_one_form(api: Api, value: str) -> None:
    assert api.refused(PATHS[0], speaker=value)[0][0] == "speaker"


def test_an_id_may_be_in_capitals(api: Api) -> None:
    statement = factories.published()
    assert api.get(f"{PATHS[0]}{str(statement.pk).upper()}/")["id"] == str(statement.pk)


def test_every_wrong_parameter_is_named(api: Api) -> None:
    wrong = api.refused(PATHS[0], act="shout", said_at="never", topic="x")
    assert {name for name, _ in wrong} == {"act", "said_at", "topic"}


def test_a_thousand_parameters_are_too_many(client: Client) -> None:
    answer = client.get(PATHS[0] + "?" + "&".join(f"a{i}=1" for i in range(2000)), headers={"host": "localhost"})
    assert answer.status_code in {400, 413}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "parameter"), [pair for pair in PARAMETERS if pair[1] in FREE_TEXT])
@pytest.mark.parametrize("typed", ["㌀" * 256, "\ufdfa" * 256, "𠀀" * 256, "ß" * 256])
def test_words_that_grow_as_they_are_folded_do_not_make_it_fail(
    api: Api, path: str, parameter: str, typed: str
) -> None:
    answer = api.client.get(path, {parameter: typed})
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    ("path", "parameter", "address"),
    [
        (PATHS[0], "speaker", "/api/v1/speakers/?name="),
        (PATHS[0], "relayed_by", "/api/v1/speakers/?name="),
        (PATHS[0], "source", "/api/v1/sources/?title="),
        (PATHS[0], "topic", "/api/v1/topics/?label="),
        (PATHS[0], "claim", "/api/v1/claims/?text="),
        ("/api/v1/sources/", "publisher", "/api/v1/publishers/?name="),
    ],
)
def test_what_is_no_id_leads_to_where_ids_are(api: Api, path: str, parameter: str, address: str) -> None:
    ((name, detail),) = api.refused(path, **{parameter: "Kim"})
    assert (name, detail) == (parameter, f"“Kim” is not an id: it must be a UUID, an id from {address}…")
    api.get(f"{address}kim")
    assert f"`{address}…`" in FILTERS[path.split("/")[3]].base_filters[parameter].description


def test_no_search_syntax_makes_it_fail(api: Api) -> None:
    factories.full()
    seeded = random.Random(20230913)  # noqa: S311 no secret
    pieces = [*string.punctuation, '"', "«", "»", "“", "or", "OR", "-", "!", "&", "|", ":*", "<->", "<5>", "(", ")"]
    pieces += ["préoccupation", "armement", "de", "la", "the", "\u00a0", "\u202f", " ", " ", " ", "\t", "\\", "'", "’"]
    pieces += ["e\u0301", "ß", "Œ", "🙂", "\u200d", "한국어", "العربية", "٣", "\u202e", "\ufeff", "\x01", "\x7f"]
    for _ in range(200):
        typed = "".join(seeded.choices(pieces, k=seeded.randint(1, 40)))[:256]
        answer = api.client.get(PATHS[0], {"q": typed})
        assert answer.status_code in {200, 400}, typed


def test_no_name_makes_it_fail(api: Api) -> None:
    factories.full()
    seeded = random.Random(20230914)  # noqa: S311 no secret
    for path, parameter in PARAMETERS:
        if parameter in FREE_TEXT:
            for _ in range(20):
                typed = "".join(chr(seeded.choice([*range(1, 300), 0x2019, 0x301, 0x1F600])) for _ in range(30))
                assert api.client.get(path, {parameter: typed}).status_code in {200, 400}, typed
