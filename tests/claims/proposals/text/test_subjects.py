"""Who is printed as the subject of a verb of saying."""

import pytest

from claims.proposals.text.lines import Line
from claims.proposals.text.names import Known, mentions, words
from claims.proposals.text.subjects import first_of, subjects_of
from claims.text.spans import Span

KNOWN = [
    Known("ada", "Ada Essai", is_person=True),
    Known("bob", "Bob Rien", is_person=True),
    Known("utopie", "Utopie"),
    Known("sud", "Corée du Sud"),
]


def line_of(text: str) -> Line:
    row = words(text)
    return Line.of(text, Span(0, len(text)), row, mentions(text, row, KNOWN))


def printed(text: str) -> list[str]:
    line = line_of(text)
    return [one.span.words(text) for one in subjects_of(line, line.sayings[-1])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Essai a déclaré que oui", ["Ada Essai"]),
        ("Hier, M. Bob Rien a déclaré que oui", ["Bob Rien"]),
        ("Lors du sommet de Rien, le ministre a déclaré que oui", ["ministre"]),
        ("Le ministère des Affaires de Rien a déclaré que oui", ["ministère des Affaires de Rien"]),
        ("Le porte-parole du Rien, Ada Essai, avait déclaré que oui", ["Ada Essai"]),
        ("Ada Essai, la ministre de Rien, a déclaré que oui", ["Ada Essai"]),
        ("L’Utopie et la Corée du Sud ont déclaré que oui", ["Utopie", "Corée du Sud"]),
        ("La Chine, l’Utopie et la Corée du Sud ont déclaré que oui", ["Chine", "Utopie", "Corée du Sud"]),
        ("Jo et Kanai ont déclaré que oui", ["Jo", "Kanai"]),
        ("Les deux dirigeants ont déclaré que oui", ["deux dirigeants"]),
        ("Ils ont déclaré que oui", ["Ils"]),
        ("Oui, a-t-il déclaré", ["il"]),
        ("Oui, a déclaré Ada Essai.", ["Ada Essai"]),
        ("Oui, ont déclaré Ada Essai et Bob Rien.", ["Ada Essai", "Bob Rien"]),
        ("Oui, a déclaré la source.", ["source"]),
        ("Oui, a déclaré mardi la ministre de Rien, Ada Essai.", ["Ada Essai"]),
        ("Oui, a également dit jeudi Ada Essai.", ["Ada Essai"]),
        ("Oui, a déclaré le porte-parole du Rien, Ada Essai.", ["Ada Essai"]),
        ("Officials said that yes", ["Officials"]),
        ("The minister said that yes", ["minister"]),
        ("Bob, affirmant que oui", []),
        ("Ada part et a déclaré que oui", []),
    ],
)
def test_the_subject_is_found_without_its_article(text: str, expected: list[str]) -> None:
    assert printed(text) == expected


@pytest.mark.parametrize("sign", ["’", "'"])
def test_whose_spokesman_somebody_is_does_not_speak(sign: str) -> None:
    text = f"Utopie{sign}s spokesman Bob Rien said that all is well."
    line = line_of(text)
    (one,) = subjects_of(line, line.sayings[-1])
    assert one.mention is not None
    assert (one.mention.key, one.role and one.role.words(text)) == ("bob", "spokesman")
    assert printed(f"Utopie{sign}s spokesman said that all is well.") == ["Utopie"]


def test_the_office_before_a_name_is_its_role() -> None:
    text = "Le Premier ministre utopien Ada Essai a déclaré que oui"
    line = line_of(text)
    (one,) = subjects_of(line, line.sayings[0])
    assert one.role is not None
    assert one.role.words(text) == "Premier ministre utopien"


def test_states_stand_in_the_name_of_their_leaders() -> None:
    line = line_of("Les dirigeants de l’Utopie et de la Corée du Sud ont déclaré que oui")
    (one,) = subjects_of(line, line.sayings[0])
    assert [name.key for name in one.inside] == ["utopie", "sud"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le 14 septembre, lors du sommet de Rien, Ada Essai part.", ["Ada Essai"]),
        ("Le lendemain, la ministre a pris le train.", ["ministre"]),
        ("Le ministre de Rien, Ada Essai, part.", ["Ada Essai"]),
        ("", []),
    ],
)
def test_the_subject_of_a_sentence_is_the_first_that_no_preposition_precedes(text: str, expected: list[str]) -> None:
    assert [one.span.words(text) for one in first_of(line_of(text))] == expected
