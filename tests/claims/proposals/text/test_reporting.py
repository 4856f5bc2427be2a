"""Clauses that a sentence reports: behind a verb, before it, behind "selon"; in French and English."""

import pytest

from claims.proposals.text.lines import Line
from claims.proposals.text.names import Known, mentions, words
from claims.proposals.text.quoting import quoted
from claims.proposals.text.reporting import clauses
from claims.text.spans import Span


def reported(text: str) -> list[str]:
    row = words(text)
    line = Line.of(text, Span(0, len(text)), row, mentions(text, row, [Known("ada", "Ada Essai", is_person=True)]))
    return [one.span.words(text) for one in clauses(line, quoted(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada a déclaré qu’elle partirait demain.", "elle partirait demain"),
        ("Ada a déclaré jeudi, à Rien, que tout irait bien.", "tout irait bien"),
        ("Ada exprime sa vive inquiétude.", "sa vive inquiétude"),
        ("Ada a exprimé samedi sa vive inquiétude.", "sa vive inquiétude"),
        ("Ada s’est engagée à venir demain.", "à venir demain"),
        ("Ada souligne l’importance de la paix.", "l’importance de la paix"),
        ("Ada a insisté sur la nécessité de partir.", "sur la nécessité de partir"),
        ("Ada affirme avoir tout vu.", "avoir tout vu"),
        ("Blinken se dit très préoccupé par cela", "très préoccupé par cela"),
        ("Ils ont décidé de partir demain.", "de partir demain"),
        ("Ada said that all was well.", "all was well"),
        ("Ada said the war was over.", "the war was over"),
        ("Tout irait bien demain, a déclaré Ada.", "Tout irait bien demain"),
        ("Tout irait bien demain, a-t-elle ajouté.", "Tout irait bien demain"),
        ("Selon Ada Essai, tout irait bien.", "tout irait bien"),
        ("Tout irait bien, selon Ada Essai.", "Tout irait bien"),
        ("D’après la police, tout irait bien.", "tout irait bien"),
        ("According to the police, all is well.", "all is well"),
        ("All is well, according to the police.", "All is well"),
        ("Plus tôt hier, selon Ada, tout allait bien.", "tout allait bien"),
        ("Selon le porte-parole du Rien, Ada Essai, tout irait bien.", "tout irait bien"),
    ],
)
def test_a_clause_is_found_without_its_that_and_its_full_stop(text: str, expected: str) -> None:
    assert reported(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Tout va bien.",
        "L’aide promise est arrivée hier soir.",
        "Ada a dit.",
        "Ce que dit Ada est autre que cela.",
        "Ada est accusée de fraude et de vol.",
        "Il a condamné « cela »",
        "Il a condamné ce « crime barbare »",
        "Ada part alors que Bob dit au revoir.",
        "",
    ],
)
def test_what_reports_nothing_gives_no_clause(text: str) -> None:
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada a dit qu’il est « tout à fait prêt » à venir.", "il est « tout à fait prêt » à venir"),
        ("Ada a dit qu’il est « tout à fait prêt ».", "il est « tout à fait prêt »"),
        ('Ada a dit qu’il est "tout à fait prêt".', 'il est "tout à fait prêt"'),
        (
            "Ada a dit qu’il est «\u00a0tout à fait prêt. Vraiment.\u00a0»",
            "il est «\u00a0tout à fait prêt. Vraiment.\u00a0»",
        ),
        ("Ada a dit que le projet avance : « Moi, j’attends »", "le projet avance"),
    ],
)
def test_a_quote_that_begins_in_a_clause_ends_in_it(text: str, expected: str) -> None:
    assert reported(text)[0] == expected


def test_two_verbs_of_one_subject_have_a_clause_each() -> None:
    text = "Ada a exprimé son inquiétude pour la paix, et a appelé Bob à venir, affirmant que tout est prêt."
    assert reported(text) == ["son inquiétude pour la paix", "Bob à venir", "tout est prêt"]


def test_what_a_clause_is_set_against_is_no_part_of_it() -> None:
    text = "Ada a promis son soutien à Bob, tandis que Carl a promis de venir ici."
    assert reported(text) == ["son soutien à Bob", "de venir ici"]


def test_no_break_spaces_and_line_breaks_are_spaces_like_others() -> None:
    assert reported("Ada a déclaré\u00a0que\u202ftout irait\r\nbien.") == ["tout irait\r\nbien"]
