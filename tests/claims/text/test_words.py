"""Which printed quotes are the same words."""

import pytest

from claims.text.words import same_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("une « profonde préoccupation »", "Une “profonde préoccupation”"),
        ("profonde\u00a0préoccupation", "profonde  préoccupation,"),
        ("l’armement", "L'ARMEMENT"),
        ("préoccupation", "pre\u0301occupation"),
        ("ÉTATS-UNIS", "Etats Unis"),
        ("cœur", "coeur"),
        ("préoccu\u00adpation", "préoccupation"),
        ("STRASSE", "Straße"),
        ("「深刻な懸念」を表明", "深刻な懸念 を表明"),
        ("ｄｅｅｐ", "deep"),
        ("moins \u2212 que", "moins - que"),
    ],
)
def test_case_accents_marks_and_spaces_make_no_difference(one: str, other: str) -> None:
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("profonde préoccupation", "profonde inquiétude"),
        ("préoccupation profonde", "profonde préoccupation"),
        ("1,5 million", "15 million"),
        ("10 %", "10"),
        ("5 €", "5 $"),
        ("मत", "माता"),
        ("…", "?!"),
    ],
)
def test_words_figures_and_their_order_do(one: str, other: str) -> None:
    assert same_words(one) != same_words(other)
