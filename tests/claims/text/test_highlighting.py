"""Words in texts, taken apart as the search takes them apart, at their own offsets."""

import pytest

from claims.text.highlighting import runs
from tests.growth import grows_evenly


def words(text: str) -> list[str]:
    return [word.text for run in runs(text) for word in run.words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t", []),
        ("une profonde préoccupation", ["une", "profonde", "préoccupation"]),
        ("d’armement, d'armement", ["d", "armement", "d", "armement"]),
        ("«\u00a0préoccupation\u00a0»\u202f!", ["préoccupation"]),
        ("porte-parole", ["porte", "parole"]),
        ("porte‑parole—là", ["porte", "parole", "là"]),
        ("œuvre ﬁn Œ", ["œuvre", "ﬁn", "Œ"]),
        ("preo\u0301ccupation", ["preo\u0301ccupation"]),
        ("pré\u00adoccupation", ["pré\u00adoccupation"]),
        ("\u200bmot\u00ad", ["mot"]),
        ("\u00ad", []),
        ("外務大臣は「懸念」", ["外務大臣は", "懸念"]),
        ("foo_bar", ["foo", "bar"]),
        ("𝒂𝒃 𠀀", ["𝒂𝒃", "𠀀"]),
    ],
)
def test_it_takes_texts_apart(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_offsets_are_code_points_of_the_text_itself() -> None:
    text = "𠀀 «\u00a0préo\u0301\u00adccu\u00a0» d’armement ﬁn"
    found = [word for run in runs(text) for word in run.words]
    assert [text[word.start : word.end] for word in found] == [word.text for word in found]
    assert [word.start for word in found] == [0, 4, 16, 18, 27]


def test_words_that_only_signs_join_are_one_as_well() -> None:
    (run,) = runs("2.5")
    assert [word.text for word in run.words] == ["2", "5"]
    assert [word.text for word in run.candidates] == ["2", "5", "2.5"]
    assert [word.text for word in run.found({"2.5"})] == ["2.5"]
    assert [word.text for word in run.found({"5", "2.5"})] == ["5"]
    assert run.found(set()) == ()


def test_what_is_too_long_for_the_search_is_no_word() -> None:
    assert words("x" * 2001) == []
    assert words("x" * 2000 + " y") == ["x" * 2000, "y"]
    (run,) = runs("a." * 1001)
    assert run.whole is None


@pytest.mark.parametrize("text", ["\u0301" * 100_000, "a." * 50_000, "\u00ad" * 100_000, " x" * 50_000, "é’" * 50_000])
def test_long_texts_take_no_time(text: str) -> None:
    assert grows_evenly(lambda part: list(runs(part)), text)
