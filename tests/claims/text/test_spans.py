"""Spans count code points, miss loudly, and never guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.text.spans import Span, SpanError, check_order, find, parse, quotation_type

TEXT = "Elle a dit : « Nous sommes très inquiets. 🤯 C’est grave », puis : « C’est grave »."


def test_it_counts_emoji_and_combining_marks_as_code_points() -> None:
    text = "a🤯e\u0301z"
    assert Span(1, 2).words(text) == "🤯"
    assert Span(2, 4).words(text) == "e\u0301"
    assert Span(4, 5).words(text) == "z"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, len(TEXT) + 1)])
def test_it_refuses_spans_that_miss(start: int, end: int) -> None:
    with pytest.raises(SpanError):
        Span(start, end).words(TEXT)


def test_trimming_drops_white_space_of_every_kind() -> None:
    text = "x \u00a0\n mot\u202f\r\n y"
    assert Span(1, len(text) - 1).trimmed(text).words(text) == "mot"


def test_trimming_refuses_a_selection_of_nothing() -> None:
    with pytest.raises(SpanError, match="white space"):
        Span(1, 3).trimmed("a   b")


def test_it_finds_words_that_stand_once() -> None:
    assert find(TEXT, "très inquiets").words(TEXT) == "très inquiets"


def test_it_asks_which_one_when_words_stand_twice() -> None:
    with pytest.raises(SpanError, match="2 times"):
        find(TEXT, "C’est grave")
    assert find(TEXT, "C’est grave", occurrence=2).start > find(TEXT, "C’est grave", occurrence=1).start


def test_it_says_when_words_do_not_stand_there() -> None:
    with pytest.raises(SpanError, match="does not stand"):
        find(TEXT, "C'est grave")
    with pytest.raises(SpanError, match="no occurrence 3"):
        find(TEXT, "C’est grave", occurrence=3)


def test_it_reads_spans_as_the_form_sends_them() -> None:
    assert parse("12-40") == [Span(12, 40)]
    assert parse("12-40,55-60") == [Span(12, 40), Span(55, 60)]


@pytest.mark.parametrize(
    "value", ["", "x", "12", "12-", "-5", "1-2-3", "٣-٤", "12-40,50-55,x", "10-20,15-30", "9" * 30 + "-5", "1-2," * 21]
)
def test_it_refuses_what_is_no_span(value: str) -> None:
    with pytest.raises(SpanError):
        parse(value)


def test_parts_must_follow_each_other() -> None:
    check_order([Span(0, 2), Span(2, 4)])
    with pytest.raises(SpanError, match="overlap"):
        check_order([Span(0, 3), Span(2, 4)])


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Il dit : « Nous partons. »", "Nous partons.", "direct"),
        ("Il dit : « Nous partons. Et voilà", "Nous partons.", "direct"),
        ("« Tous le savent, et nous partons », dit-il", "nous partons", "direct"),
        ("« Tous le savent », et nous partons", "nous partons", "indirect"),
        ("« Jamais fermé.\nIl dit que nous partons", "que nous partons", "indirect"),
        ('He said "we leave" today', "we leave", "direct"),
        ("Il parle d’une « profonde préoccupation » pour tous", "d’une « profonde préoccupation »", "mixed"),
        ("Il dit que nous partons", "que nous partons", "indirect"),
        ("Il dit l’armement suffit", "armement suffit", "indirect"),
    ],
)
def test_it_tells_how_words_are_quoted(text: str, words: str, expected: str) -> None:
    assert quotation_type(text, [find(text, words)]) == expected


@given(st.text(), st.integers(-3, 50), st.integers(-3, 50))
def test_words_and_context_put_the_text_together_again(text: str, start: int, end: int) -> None:
    span = Span(start, end)
    try:
        words = span.words(text)
    except SpanError:
        assert not 0 <= start < end <= len(text)
        return
    around = span.prefix(text) + words + span.suffix(text)
    assert around in text
    assert len(words) == end - start


@pytest.mark.parametrize(
    ("text", "typed", "there"),
    [
        ("il a dit «\u00a0non\u202f!\u00a0»", "« non ! »", "«\u00a0non\u202f!\u00a0»"),
        ("the residents’ choice", "the residents' choice", "the residents’ choice"),
        ("he said “no”", 'said "no"', "said “no”"),
        ("Moscou–Pyongyang", "Moscou-Pyongyang", "Moscou–Pyongyang"),
    ],
)
def test_words_that_only_look_the_same_are_shown_as_the_text_has_them(text: str, typed: str, there: str) -> None:
    with pytest.raises(SpanError) as error:
        find(text, typed)
    assert f"but “{there}” does, at {text.index(there)}" in str(error.value)
