"""Verbs of saying in a sentence: which words they are, and what act."""

import pytest

from claims.models.vocabularies import Act
from claims.proposals.text.lines import Line
from claims.proposals.text.names import words
from claims.proposals.text.verbs import verbs
from claims.text.spans import Span


def said(text: str) -> list[tuple[str, str | None]]:
    line = Line.of(text, Span(0, len(text)), words(text), [])
    return [(text[one.cue.start : one.cue.end], one.act) for one in line.sayings]


def test_every_act_is_one_of_the_record() -> None:
    assert set(verbs().values()) <= set(Act.values)


@pytest.mark.parametrize(
    ("text", "cue", "act"),
    [
        ("Ada a déclaré que oui", "a déclaré", "assert"),
        ("Ada avait également déclaré que oui", "avait également déclaré", "assert"),
        ("Ada n’a pas nié cela", "n’a pas nié", None),
        ("oui, a-t-elle ajouté", "a-t-elle ajouté", "assert"),
        ("oui, affirme-t-il", "affirme-t-il", "assert"),
        ("Ada s’inquiète de tout", "s’inquiète", "express"),
        ("Ils se sont engagés à venir", "se sont engagés", "promise"),
        ("Ils ont décidé de venir", "ont décidé", "agree"),
        ("Ada has condemned it", "has condemned", "condemn"),
        ("Ada said so", "said", "assert"),
        ("Ada a, par courriel, expliqué cela", "a, par courriel, expliqué", "assert"),
    ],
)
def test_a_verb_is_found_with_what_belongs_to_it(text: str, cue: str, act: str | None) -> None:
    assert said(text) == [(cue, act)]


@pytest.mark.parametrize(
    "text",
    [
        "la demande de l’Utopie",
        "his claims are old",
        "Ada est accusée de tout",
        "Ada a été condamnée",
        "l’aide promise hier",
        "l’accord annoncé hier",
        "une ville appelée Rien",
        "Elle s’appelle Ada",
        "Il a décidé de partir",
        "",
    ],
)
def test_nouns_passives_and_participles_are_no_verbs_of_saying(text: str) -> None:
    assert said(text) == []
