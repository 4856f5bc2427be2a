"""The realistic dataset: the same each time, importable as it is, with the words and speakers that it promises."""

import io
import itertools
import json
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from claims.exchange.importing import import_dataset
from claims.exchange.reading import Problem, numbered
from claims.models import Statement
from config.access.roles import Role
from tests.bench.realistic import Realistic
from tests.bench.vocabulary import COUNTS, LANGUAGES, SHARES
from tests.writing import person

STATEMENTS = 300


@pytest.fixture(scope="module")
def dataset() -> Realistic:
    return Realistic(STATEMENTS)


@pytest.fixture(scope="module")
def lines(dataset: Realistic) -> list[str]:
    return list(dataset.lines())


@pytest.fixture(scope="module")
def short() -> Realistic:
    return Realistic(STATEMENTS, is_short=True)


def of_kind(lines: list[str], record: str) -> list[dict[str, Any]]:
    return [one for one in map(json.loads, lines) if one["record"] == record]


def test_the_same_seed_makes_the_same_lines(lines: list[str]) -> None:
    assert list(Realistic(STATEMENTS).lines()) == lines
    assert list(Realistic(STATEMENTS, seed=2).lines()) != lines


def test_it_has_what_its_header_says_and_every_row_once(lines: list[str]) -> None:
    header, *rows = map(json.loads, lines)
    assert header["records"] == Counter(one["record"] for one in rows)
    assert header["records"]["statement"] == STATEMENTS
    assert len({one["id"] for one in rows}) == len(rows)


def test_more_statements_begin_alike(lines: list[str]) -> None:
    """Numbers that are no multiple of ten sources' statements leave the last source short."""
    for number in (1, 37, 301):
        assert len(of_kind(list(Realistic(number).lines()), "statement")) == number


def test_every_span_selects_its_words(lines: list[str]) -> None:
    texts = {one["source"]: one["text"] for one in of_kind(lines, "source_text")}
    for one in of_kind(lines, "statement"):
        (appearance,) = one["appearances"]
        names = [mention["name"] for mention in appearance["mentions"]]
        for span in (*appearance["segments"], appearance["cue"], *names):
            assert texts[appearance["source"]][span["start"] : span["end"]] == span["exact"]


def test_it_is_made_up_as_it_says() -> None:
    dataset = Realistic(5_000)
    statements = of_kind(list(dataset.lines()), "statement")
    share = 1 / len(statements)
    first = Counter(one["attributions"][0]["speaker"] for one in statements)
    assert first.most_common(1)[0][0] == dataset.id("speaker", 0)
    assert first[dataset.id("speaker", 0)] * share == pytest.approx(dataset.share_of_speaker(0), abs=0.02)
    assert sum(len(one["attributions"]) for one in statements) * share == pytest.approx(1.2, abs=0.03)
    assert sum(one["wordings"][0]["language"] == "fr" for one in statements) * share == pytest.approx(0.7, abs=0.02)
    assert sum(len(one["wordings"]) for one in statements) * share == pytest.approx(1.3, abs=0.03)
    assert {one["status"] for one in statements} == {"published"}
    for language, word in itertools.product(LANGUAGES, range(COUNTS["frequent"])):
        wanted = dataset.asked[language].words["frequent"][word]
        texts = [[text["text"] for text in one["wordings"] if text["language"] == language] for one in statements]
        found = sum(any(wanted in text.lower() for text in some) for some in texts)
        assert found * share == pytest.approx(SHARES["frequent"], abs=0.015)


def test_short_statements_are_a_third_as_long_and_stand_in_no_source(short: Realistic, lines: list[str]) -> None:
    def length(of: list[dict[str, Any]]) -> int:
        return sum(len(text["text"]) for one in of for text in one["wordings"])

    statements = of_kind(list(short.lines()), "statement")
    assert len(statements) == STATEMENTS
    assert {len(one["appearances"]) for one in statements} == {0}
    assert length(statements) / length(of_kind(lines, "statement")) == pytest.approx(0.36, abs=0.06)


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["dataset", "short"])
def test_it_comes_in_and_is_public_as_it_is(which: str, request: pytest.FixtureRequest) -> None:
    dataset: Realistic = request.getfixturevalue(which)
    problems: list[Problem] = []
    result = import_dataset(
        numbered(io.BytesIO("".join(f"{line}\n" for line in dataset.lines()).encode())),
        name="realistic",
        publish_by=person("chief", Role.ADMINISTRATOR),
        refuse=lambda _number, _raw, some: problems.extend(some),
    )
    assert problems == []
    assert (result.published, Statement.objects.published().count()) == (STATEMENTS, STATEMENTS)
    for language in LANGUAGES:
        for word in dataset.asked[language].all:
            typed = f'"{word}"' if " " in word else word
            assert Statement.objects.published().matching(typed, [language], within=["words"]).exists(), word


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_is_asked_for_stands_for_itself_alone(dataset: Realistic, language: str) -> None:
    vocabulary = dataset.vocabularies[language]
    asked = [word for phrase in vocabulary.asked.all for word in phrase.split()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, tsvector_to_array(public.search_vector(%s, word)) FROM unnest(%s::text[]) AS word",
            [language, [*asked, *vocabulary.known]],
        )
        lexemes = {word: set(found) for word, found in cursor.fetchall()}
    words_of = Counter(lexeme for found in lexemes.values() for lexeme in found)
    assert {lexeme for word in asked for lexeme in lexemes[word] if words_of[lexeme] > 1} == set()
