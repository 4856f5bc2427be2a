"""Sentences of a text."""

import pytest

from claims.proposals.text.sentences import LONGEST, sentences


def cut(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un. Deux ! Trois ?", ["Un.", "Deux !", "Trois ?"]),
        ("M. Kim et J. Kirby parlent. Fin", ["M. Kim et J. Kirby parlent.", "Fin"]),
        ("Titre sans point\r\nTexte.", ["Titre sans point", "Texte."]),
        ("« Oui. » Non.", ["« Oui.", "» Non."]),
        ("« Oui.» Non.", ["« Oui.»", "Non."]),
        ("administration Trump.Selon elle, oui.", ["administration Trump.", "Selon elle, oui."]),
        ("Il y en a 3.5 en tout.", ["Il y en a 3.5 en tout."]),
        (" \n ", []),
    ],
)
def test_a_text_is_cut_at_full_stops_and_ends_of_lines(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_what_is_too_long_is_cut_between_words_and_nothing_is_lost() -> None:
    text = "mot " * 5_000
    found = cut(text)
    assert max(map(len, found)) <= LONGEST
    assert " ".join(found) == text.strip()


def test_what_has_no_spaces_is_cut_all_the_same() -> None:
    assert "".join(cut("x" * 10_000)) == "x" * 10_000
