"""The classes of lines and the JSON Schema made from them say the same."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from claims.exchange.demo import DATA, load_demo
from claims.exchange.lines import json_schema
from claims.exchange.reading import LineError, line_of
from config.environment import BASE_DIR
from tests import factories
from tests.bench.generated import lines
from tests.claims.exchange.lines import ROWS, SOURCE, SPEAKER, STATEMENT, Row, changed, quoting
from tests.claims.exchange.running import exported, rows_in

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
TEXT_LINE: Row = {"record": "source_text", "source": "#article", "text": "Words."}
PERSON: Row = {"record": "membership", "speaker": "#ada", "role": "minister"}


def test_the_schema_in_the_documentation_is_that_of_the_classes() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads((BASE_DIR / "docs" / "dataset.schema.json").read_text("utf-8")) == SCHEMA


@pytest.mark.django_db
def test_the_schema_takes_every_exported_line() -> None:
    load_demo()
    factories.full("Détroit")
    found = [*rows_in(exported()), *rows_in(exported(public=True))]
    found += [json.loads(line) for line in lines(150)]
    found += rows_in(DATA.read_bytes())
    for row in found:
        assert not list(VALIDATOR.iter_errors(row)), row
        line_of(row)


@pytest.mark.parametrize("row", [*ROWS, TEXT_LINE, PERSON, {"record": "dataset"}])
def test_both_take_what_is_right(row: Row) -> None:
    line_of(row)
    assert VALIDATOR.is_valid(row)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({}, "/record"),
        ({"record": "poem"}, "/record"),
        ({"record": 7}, "/record"),
        ({"record": None}, "/record"),
        ({"record": ["source"]}, "/record"),
        ({"record": "dataset", "version": "1"}, "/version"),
        ({"record": "dataset", "scope": "some"}, "/scope"),
        ({"record": "dataset", "records": [1]}, "/records"),
        (changed(SPEAKER, name=...), "/name"),
        (changed(SPEAKER, name=None), "/name"),
        (changed(SPEAKER, name=""), "/name"),
        (changed(SPEAKER, name=7), "/name"),
        (changed(SPEAKER, name="x" * 201), "/name"),
        (changed(SPEAKER, nom="Ada"), "/nom"),
        (changed(SPEAKER, **{"a/b~c": 1}), "/a~1b~0c"),
        (changed(SPEAKER, type="robot"), "/type"),
        (changed(SPEAKER, type=None), "/type"),
        (changed(SPEAKER, is_named="yes"), "/is_named"),
        (changed(SPEAKER, is_named=1), "/is_named"),
        (changed(SPEAKER, country="fr"), "/country"),
        (changed(SPEAKER, country="FRA"), "/country"),
        (changed(SPEAKER, names="Ada"), "/names"),
        (changed(SPEAKER, names=[{"name": "Ada", "kind": "pet"}]), "/names/0/kind"),
        (changed(SPEAKER, names=[{"name": "Ada"}, {"language": "fr"}]), "/names/1/name"),
        (changed(SPEAKER, key=""), "/key"),
        (changed(SPEAKER, key="x" * 101), "/key"),
        (changed(SPEAKER, note="x" * 301), "/note"),
        (changed(SOURCE, language="french"), "/language"),
        (changed(SOURCE, licence="free"), "/licence"),
        (changed(SOURCE, authors=[""]), "/authors/0"),
        (changed(SOURCE, text=""), "/text"),
        (changed(SOURCE, retrieved_at="2025-02-13T10:30:00+01:00"), "/retrieved_at"),
        (changed(SOURCE, retrieved_at=1739442600), "/retrieved_at"),
        (changed(SOURCE, url="https://x.example/" + "x" * 2048), "/url"),
        (changed(TEXT_LINE, number=0), "/number"),
        (changed(TEXT_LINE, number="1"), "/number"),
        (changed(TEXT_LINE, number=1.5), "/number"),
        (changed(TEXT_LINE, number=10**30), "/number"),
        (changed(TEXT_LINE, media_type="image/png"), "/media_type"),
        (changed(TEXT_LINE, sha256="abc"), "/sha256"),
        (changed(TEXT_LINE, raw=7), "/raw"),
        ({"record": "role", "labels": {}}, "/labels"),
        ({"record": "role", "labels": {"fr": 1}}, "/labels/fr"),
        ({"record": "role", "labels": {"french": "ministre"}}, "/labels/french"),
        ({"record": "role", "labels": ["ministre"]}, "/labels"),
        ({"record": "intensity_phrase", "language": "fr", "phrase": "vif", "intensity": 4}, "/intensity"),
        ({"record": "intensity_phrase", "language": "fr", "phrase": "vif", "intensity": "2"}, "/intensity"),
        (changed(STATEMENT, act="sing"), "/act"),
        (changed(STATEMENT, act=None), "/act"),
        (changed(STATEMENT, cameo="1"), "/cameo"),
        (changed(STATEMENT, intensity=0), "/intensity"),
        (changed(STATEMENT, attributions=[]), "/attributions"),
        (changed(STATEMENT, attributions=...), "/attributions"),
        (changed(STATEMENT, attributions=[{}]), "/attributions/0/speaker"),
        (changed(STATEMENT, attributions=[{"speaker": "#ada", "kind": "singer"}]), "/attributions/0/kind"),
        (changed(STATEMENT, topics="x"), "/topics"),
        (changed(STATEMENT, wordings=[{"language": "fr", "text": "x" * 20_001}]), "/wordings/0/text"),
        (changed(STATEMENT, wordings=[{"language": "fr"}]), "/wordings/0/text"),
        (changed(STATEMENT, published_at="yesterday"), "/published_at"),
        (changed(STATEMENT, withdrawn_reason="x" * 501), "/withdrawn_reason"),
        (quoting(), "/appearances/0/segments"),
        (quoting(*(["x"] * 21)), "/appearances/0/segments"),
        (quoting(*(["x"] * 10_000)), "/appearances/0/segments"),
        (quoting(7), "/appearances/0/segments/0"),
        (quoting(""), "/appearances/0/segments/0"),
        (quoting({"exact": ""}), "/appearances/0/segments/0/exact"),
        (quoting({"start": -1, "end": 3}), "/appearances/0/segments/0/start"),
        (quoting({"start": 1, "end": 5_000_001}), "/appearances/0/segments/0/end"),
        (quoting({"exact": "x", "position": 3}), "/appearances/0/segments/0/position"),
        (quoting("x", revision=0), "/appearances/0/revision"),
        (quoting("x", quotation_type="loud"), "/appearances/0/quotation_type"),
        (quoting("x", mentions=[{"name": "Ada"}]), "/appearances/0/mentions/0/speaker"),
        (quoting("x", relays=[{"speaker": ""}]), "/appearances/0/relays/0/speaker"),
        (changed(STATEMENT, positions=[{"claim": "#c", "stance": "likes"}]), "/positions/0/stance"),
    ],
)
def test_both_refuse_what_is_wrong_and_say_where(row: Row, where: str) -> None:
    assert not VALIDATOR.is_valid(row)
    with pytest.raises(LineError) as refusal:
        line_of(row)
    places = [problem.pointer for problem in refusal.value.problems]
    assert any(one == where or one.startswith(where + "/") for one in places), places
    for problem in refusal.value.problems:
        assert problem.sentence.endswith((".", ":")), problem


@pytest.mark.parametrize(
    ("row", "where", "sentence"),
    [
        (changed(SPEAKER, name="\u200b"), "/name", "It has no character in it that can be seen."),
        (changed(SPEAKER, name="a\0b"), "/name", "It holds the character NUL, which no text has."),
        (changed(SPEAKER, name="\ud800"), "/name", "It holds half a character (a lone surrogate)."),
        (changed(STATEMENT, withdrawn_reason="a\0b"), "/withdrawn_reason", "It holds the character NUL"),
        (changed(SPEAKER, id="7"), "/id", "It is no UUID."),
        (changed(SPEAKER, id="5f3c9a52-6c3f-4d59-9d36-2f7f2c1b9a10"), "/id", "It is no UUIDv7: leave the id out"),
        (changed(SPEAKER, same_as=["javascript:alert(1)"]), "/same_as/0", "is not a web address"),
        (changed(SOURCE, published_at="2023-02-30"), "/published_at", "is not in the calendar"),
        (changed(SOURCE, retrieved_at="2025-02-30T10:30:00Z"), "/retrieved_at", "It is no moment of the calendar."),
        (changed(TEXT_LINE, raw="?"), "/raw", "It is no base64."),
        (changed(TEXT_LINE, raw="é"), "/raw", "It is no base64."),
        (quoting({"start": 3}), "/appearances/0/segments/0", "Start and end go together"),
        (quoting({"prefix": "x"}), "/appearances/0/segments/0", "Give the words (exact), or start and end."),
        ({"record": "dataset", "version": 2}, "/version", "this installation reads version 1"),
    ],
)
def test_what_no_schema_can_say_is_refused_with_a_sentence(row: Row, where: str, sentence: str) -> None:
    with pytest.raises(LineError) as refusal:
        line_of(row)
    (problem,) = refusal.value.problems
    assert problem.pointer == where
    assert sentence in problem.sentence


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LineError) as refusal:
        line_of(quoting({"exact": "x", "begin": 3}))
    (problem,) = refusal.value.problems
    assert problem.sentence == "This key is not known here; known are start, end, exact, prefix, suffix."


@pytest.mark.parametrize("value", [7, "x", None, {"a": []}, [[[]]]])
def test_errors_of_an_earlier_import_are_passed_over(value: Any) -> None:
    line_of(changed(SPEAKER, errors=value))
