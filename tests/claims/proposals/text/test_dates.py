"""When words were said, where the sentence says it plainly."""

from datetime import date

import pytest

from claims.proposals.text.dates import Said, day_of, day_published, said_of
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
    assert told("Ada a déclaré samedi 9 novembre 2024 que oui", None) == ("2024-11-09", "9 novembre 2024", True)


@pytest.mark.parametrize(
    ("words", "day", "is_printed"),
    [
        ("samedi", "2024-11-16", False),
        ("Saturday", "2024-11-16", False),
        (" vendredi, ", "2024-11-15", False),
        ("on Friday", "2024-11-15", False),
        ("hier", "2024-11-15", False),
        ("hier\u00a0soir", "2024-11-15", False),
        ("vendredi après-midi", "2024-11-15", False),
        ("yesterday", "2024-11-15", False),
        ("aujourd’hui", "2024-11-16", False),
        ("le 16 novembre", "2024-11-16", False),
        ("le 1er\nnovembre", "2024-11-01", False),
        ("samedi 9 novembre", "2024-11-09", False),
        ("le 22 décembre", "2023-12-22", False),
        ("16 novembre 2024", "2024-11-16", True),
        ("le samedi 16 novembre 2024", "2024-11-16", True),
        ("Saturday, November 9, 2024", "2024-11-09", True),
    ],
)
def test_words_that_are_a_day_are_read(words: str, day: str, is_printed: bool) -> None:
    found = day_of(words, SATURDAY)
    assert found is not None
    assert (found.day, found.is_printed, found.words) == (day, is_printed, Span(0, len(words)))


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "…",
        "le",
        "la semaine dernière",
        "samedi dernier",
        "avant-hier",
        "31 février",
        "samedi 31 février",
        "16 novembre 20245",
        "le 16 novembre et le 17",
        "depuis samedi",
        "« samedi",
        "samedi samedi",
        "novembre",
        "16/11/2024",
        "ﬁ samedi",
        "9" * 5000,
    ],
)
def test_words_that_are_no_day_or_more_than_one_are_not_read(words: str) -> None:
    assert day_of(words, SATURDAY) is None


def test_a_day_alone_needs_the_day_of_publication() -> None:
    assert [day_of(words, None) for words in ("samedi", "hier", "aujourd'hui", "le 16 novembre")] == [None] * 4
    assert day_of("hier", date.min) is None
    assert day_of("samedi 16 novembre 2024", None) == Said("2024-11-16", Span(0, 23), is_printed=True)


@pytest.mark.parametrize(
    ("published_at", "day"),
    [(None, None), ("", None), ("2024-11", None), ("2024-11-16", SATURDAY), ("2024-11-15/2024-11-16", None)],
)
def test_a_document_came_out_on_a_day_that_is_told_to_the_day(published_at: str | None, day: date | None) -> None:
    assert day_published(published_at) == day
