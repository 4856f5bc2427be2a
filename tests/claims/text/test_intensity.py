"""Intensity is read off phrases, with the literal words kept."""

from claims.text.intensity import Reading, read

LEXICON = [("profond", 3), ("serieux", 2), ("serieuse", 2), ("sans precedent", 3), ("un peu", 1)]


def test_it_finds_inflected_words_and_keeps_them_as_printed() -> None:
    assert read("une « profonde préoccupation »", LEXICON) == Reading(3, "profonde")
    assert read("leurs SÉRIEUSES inquiétudes", LEXICON) == Reading(2, "SÉRIEUSES")


def test_it_takes_the_strongest_phrase() -> None:
    assert read("de sérieuses inquiétudes, voire profondes", LEXICON) == Reading(3, "profondes")


def test_a_phrase_of_two_words_must_stand_together() -> None:
    assert read("c’est sans  précédent ici", LEXICON) == Reading(3, "sans  précédent")
    assert read("sans aucun précédent", LEXICON) is None


def test_no_phrase_is_no_intensity() -> None:
    assert read("approfondir la coopération", LEXICON) is None
    assert read("", LEXICON) is None
