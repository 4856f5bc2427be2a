"""Quotes in a text: marks of all kinds, one inside the other, never closed."""

import pytest

from claims.proposals.text.quoting import quoted
from claims.text.spans import Span
from tests.growth import grows_evenly


def words(text: str) -> list[str]:
    return [one.span.words(text) for one in quoted(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Il dit : « une pomme » hier.",
        "Il dit : «\u00a0une pomme\u00a0» hier.",
        "Il dit : «\u202fune pomme\u202f» hier.",
        "Il dit : “une pomme” hier.",
        "Il dit : ‹ une pomme › hier.",
        "Er sagt: „une pomme“ gestern.",
        "On: „une pomme” wczoraj.",
        "Er sagt: »une pomme« gestern.",
        "Han sa: ”une pomme” i går.",
        "Er sagt: ‚une pomme‘ gestern.",
        "彼は「une pomme」と。",
        "彼は『une pomme』と。",
        'He said: "une pomme" yesterday.',
        'Il dit : " une pomme " hier.',
        "He said: ‘une pomme’ yesterday.",
        "He said: 'une pomme' yesterday.",
        "Il dit (« une pomme »).",
        "« une pomme »",
        "Il dit : « une pomme",
        'Il dit : "une pomme',
        "Il dit : “une pomme\r\n\r\nAutre chose.",
    ],
)
def test_words_between_marks_of_every_kind_are_found_without_them(text: str) -> None:
    assert words(text) == ["une pomme"]


def test_the_whole_of_a_quote_has_its_marks() -> None:
    text = "Il dit : « une pomme »."
    (one,) = quoted(text)
    assert one.whole.words(text) == "« une pomme »"
    assert (one.span, one.depth, one.is_closed) == (Span(11, 20), 0, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« Il a dit “oui, demain” et puis rien »", ["Il a dit “oui, demain” et puis rien", "oui, demain"]),
        ("« Il crie « au feu » et part »", ["Il crie « au feu » et part", "au feu"]),
        ("\"Il a dit 'oui, demain' à tous\"", ["Il a dit 'oui, demain' à tous", "oui, demain"]),
        ("“He said ‘don’t go’ twice”", ["He said ‘don’t go’ twice", "don’t go"]),
    ],
)
def test_an_outer_quote_comes_before_those_in_it(text: str, expected: list[str]) -> None:
    assert words(text) == expected
    assert [one.depth for one in quoted(text)] == [0, 1]


def test_a_quote_that_is_never_closed_ends_with_its_paragraph() -> None:
    text = "Il dit : « une pomme.\nDeux.\n\nAutre « chose » ici."
    assert words(text) == ["une pomme.", "chose"]
    assert [one.is_closed for one in quoted(text)] == [False, True]


def test_a_new_quote_of_the_same_kind_ends_one_that_is_not_closed() -> None:
    assert words("Il dit : « une pomme, puis « deux poires »") == ["une pomme, puis", "deux poires"]


def test_a_speech_whose_paragraphs_each_open_with_a_mark_is_a_quote_a_paragraph() -> None:
    assert words("« Un jour.\n\n« Deux jours.\n\n« Trois jours. »") == ["Un jour.", "Deux jours.", "Trois jours."]


def test_a_quote_goes_on_in_the_next_paragraph_where_that_closes_it() -> None:
    assert words("« Un jour.\r\n\r\nDeux jours », dit-il.") == ["Un jour.", "Deux jours"]


def test_a_quote_goes_over_the_end_of_a_line() -> None:
    assert words("Il dit : « une\npomme » hier.") == ["une\npomme"]


@pytest.mark.parametrize(
    "text", ["L’accord d’hier n’est pas l'accord.", "the boys' team and the '90s", "» rien", "« »", ""]
)
def test_apostrophes_and_lone_marks_are_no_quotes(text: str) -> None:
    assert words(text) == []


def test_places_are_code_points_beyond_the_bmp_too() -> None:
    text = "🤯🤯 e\u0301 : « 🍏 pomme »"
    (one,) = quoted(text)
    assert text[one.span.start : one.span.end] == "🍏 pomme"


@pytest.mark.parametrize(
    "unit", ["« ", "» ", '"a" ', "'a ", "‘a’b ", "«“‹„", "\n \t", "\r\n \r\n", "\n" + "\t" * 50, "”a", "» a"]
)
def test_time_grows_with_the_length_alone(unit: str) -> None:
    assert grows_evenly(quoted, (unit * 100_000)[:100_000])
