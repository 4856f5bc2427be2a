"""Names in a text: those of the record, their short forms, and those it does not have."""

import pytest

from claims.proposals.text.names import Known, Mention, mentions, words

ADA = Known("ada", "Ada Essai", is_person=True)
UTOPIA = Known("utopie", "Utopie")


def named(text: str, *known: Known) -> list[tuple[str, str | None]]:
    found: list[Mention] = mentions(text, words(text), known)
    return [(text[one.span.start : one.span.end], one.key) for one in found]


def test_names_of_the_record_are_found_in_any_case_and_accent() -> None:
    assert named("ADA ESSAÍ, d’Utopie, parle.", ADA, UTOPIA) == [("ADA ESSAÍ", "ada"), ("Utopie", "utopie")]


def test_a_word_without_a_capital_is_no_name() -> None:
    assert named("une utopie", UTOPIA) == []


def test_the_family_name_stands_for_a_person_who_is_named_in_full() -> None:
    assert named("Ada Essai parle. Essai part.", ADA) == [("Ada Essai", "ada"), ("Essai", "ada")]
    assert named("Essai part.", ADA) == []


def test_a_family_name_of_two_stands_for_neither() -> None:
    other = Known("bob", "Bob Essai", is_person=True)
    assert named("Ada Essai et Bob Essai parlent. Essai part.", ADA, other)[2:] == []


def test_a_name_that_two_have_is_nobody_s() -> None:
    assert named("Ada Essai parle.", ADA, Known("other", "Ada Essai", is_person=True)) == [("Ada Essai", None)]


def test_the_longest_name_counts() -> None:
    south = Known("south", "Utopie du Sud")
    assert named("L’Utopie du Sud et l’Utopie", UTOPIA, south) == [("Utopie du Sud", "south"), ("Utopie", "utopie")]


def test_the_article_of_a_name_is_no_part_of_it() -> None:
    assert named("Les États-Unis parlent.", Known("us", "les États-Unis")) == [("États-Unis", "us")]


@pytest.mark.parametrize("name", ["Bob Rien", "Jean-Marc van Dam", "Charles de Gaulle", "J. R. Tolkien", "Kim Jong Un"])
def test_capitalised_words_side_by_side_are_a_name_that_the_record_does_not_have(name: str) -> None:
    assert named(f"Hier, {name} a parlé.") == [(name, None)]


def test_the_family_name_of_an_unknown_person_is_found_again() -> None:
    assert named("Hier, Bob Rien a parlé. Rien est parti.") == [("Bob Rien", None), ("Rien", None)]


def test_a_country_before_a_name_is_no_part_of_it() -> None:
    assert named("Le président des États-Unis Bob Rien") == [("Bob Rien", None)]


def test_places_are_code_points_beyond_the_bmp_too() -> None:
    text = "🤯 Ada\u00a0Essai parle."
    (one,) = mentions(text, words(text), [ADA])
    assert (one.span.start, one.span.end, one.key) == (2, 11, "ada")


def test_a_pronoun_behind_a_verb_is_a_word_of_its_own() -> None:
    assert [one.folded for one in words("a-t-il déclaré, dit-elle, Jong-un")] == [
        "a",
        "il",
        "declare",
        "dit",
        "elle",
        "jong-un",
    ]
