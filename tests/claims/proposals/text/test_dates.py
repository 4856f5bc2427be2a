"""When words were said, where the sentence says it plainly."""

from datetime import date

import pytest

from claims.proposals.text.dates import said_of
from claims.proposals.text.lines import Line
from claims.proposals.text.names import words
from claims.text.spans import Span

SATURDAY = date(2024, 11, 16)


def told(text: str, published: date | None = SATURDAY) -> tuple[str, str, bool] | None:
    line = Line.of(text, Span(0, len(text)), words(text), [])
    found = said_of(line, line.sayings[0].cue, published)
    return (found.day, text[found.words.start : found.words.end], found.is_printed) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada a déclaré samedi que oui", ("2024-11-16", "samedi", False)),
        ("Ada a déclaré dimanche que oui", ("2024-11-10", "dimanche", False)),
        ("Ada said on Friday that yes", ("2024-11-15", "Friday", False)),
        ("Ada a déclaré hier que oui", ("2024-11-15", "hier", False)),
        ("Ada a déclaré samedi 9 novembre que oui", ("2024-11-09", "9 novembre", False)),
        ("Le 22 septembre, Ada a déclaré que oui", ("2024-09-22", "22 septembre", False)),
        ("Le 22 décembre, Ada a déclaré que oui", ("2023-12-22", "22 décembre", False)),
        ("Le 1er août 2022, Ada a déclaré que oui", ("2022-08-01", "1er août 2022", True)),
        ("On September 22, Ada said that yes", ("2024-09-22", "September 22", False)),
        ("Jeudi, Ada a déclaré que oui", ("2024-11-14", "Jeudi", False)),
    ],
)
def test_a_day_is_the_last_one_up_to_the_day_of_publication(text: str, expected: tuple[str, str, bool]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ada a déclaré que samedi serait pluvieux",
        "Le 22 septembre prochain Ada a déclaré que oui",
        "Le 31 février, Ada a déclaré que oui",
        "Samedi Ada a déclaré que oui",
        "Ada a déclaré que oui",
    ],
)
def test_what_is_not_plain_is_left_out(text: str) -> None:
    assert told(text) is None


def test_without_the_day_of_publication_a_day_needs_its_year() -> None:
    assert told("Ada a déclaré samedi que oui", None) is None
    assert told("Le 22 septembre, Ada a déclaré que oui", None) is None
    assert told("Le 22 septembre 2023, Ada a déclaré que oui", None) == ("2023-09-22", "22 septembre 2023", True)
