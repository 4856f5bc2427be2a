"""Differences in words: the words that changed are marked, and nothing of either text is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.history.words import GONE, MOST_WORDS, NEW, SAME, Piece, marked


def sides(pieces: list[Piece]) -> tuple[str, str]:
    """The old and the new text, spaces aside."""
    old = "".join(piece.text for piece in pieces if piece.side != NEW)
    new = "".join(piece.text for piece in pieces if piece.side != GONE)
    return "".join(old.split()), "".join(new.split())


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("a deep concern", "a very deep concern", [("a ", SAME), ("very ", NEW), ("deep concern", SAME)]),
        ("deep concern.", "deep worry.", [("deep ", SAME), ("concern", GONE), ("worry", NEW), (".", SAME)]),
        ("", "worry", [("worry", NEW)]),
        ("worry", "", [("worry", GONE)]),
        ("a  b", "a b", [("a  b", GONE), ("a b", NEW)]),
        ("l’armée", "l’armement", [("l’", SAME), ("armée", GONE), ("armement", NEW)]),
    ],
)
def test_words_that_changed_are_marked(old: str, new: str, pieces: list[tuple[str, str]]) -> None:
    assert [(one.text, one.side) for one in marked(old, new)] == pieces


@given(st.text(), st.text())
def test_nothing_of_either_text_is_lost(old: str, new: str) -> None:
    assert sides(marked(old, new)) == ("".join(old.split()), "".join(new.split()))


def test_long_texts_are_compared_in_no_time() -> None:
    words = [f"word{number % 7}" for number in range(MOST_WORDS // 2 - 1)]
    began = time.perf_counter()
    marked(" ".join(words), " ".join(reversed(words)))
    marked(" ".join(words * 20), " ".join(reversed(words * 20)))
    assert time.perf_counter() - began < 2
