"""What words show of a stance."""

import pytest

from claims.models.vocabularies import Attitude
from claims.proposals.text import attitudes
from claims.proposals.text.names import words


def shown(text: str, cue: str = "", *, is_object: bool = False) -> str | None:
    found = attitudes.attitude_of(words(text), cue=words(cue), is_object=is_object)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [
        ("leurs sérieuses inquiétudes", "ont exprimé", "concern"),
        ("de cet accord", "s’inquiète", "concern"),
        ("very concerned about it", "is", "concern"),
        ("son soutien à l’accord", "exprime", "support"),
        ("sa solidarité", "exprime", "solidarity"),
        ("cette décision", "regrette", "regret"),
        ("une guerre", "craint", "fear"),
        ("de la décision", "se félicite", "satisfaction"),
    ],
)
def test_the_words_of_saying_or_the_head_of_their_object_say_it(text: str, cue: str, expected: str) -> None:
    assert shown(text, cue, is_object=True) == expected


@pytest.mark.parametrize(
    "text", ["le soutien de X à Y", "concernant cet accord", "une pomme", "mot " * 80 + "inquiétude"]
)
def test_what_says_nothing_plainly_is_left_open(text: str) -> None:
    assert shown(text, "a déclaré") is None


def test_every_attitude_is_one_of_the_record() -> None:
    assert {*attitudes._BEGINNINGS, *attitudes._WORDS} <= set(Attitude.values)
