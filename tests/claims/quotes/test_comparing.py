"""Quotes and recorded words, compared word by word."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.quotes.text.aligning import aligned
from claims.quotes.text.comparing import Comparison, Likeness, compare
from claims.text.words import key_of, words_of

FISH = "Nous ne signerons jamais un accord de pêche sans le port"


def compared(asked: str, recorded: str) -> Comparison | None:
    return compare(words_of(asked), words_of(recorded))


def likeness(asked: str, recorded: str) -> Likeness | None:
    found = compared(asked, recorded)
    return found.likeness if found else None


def operations(asked: str, recorded: str) -> list[tuple[str, str, str]]:
    found = compared(asked, recorded)
    assert found
    return [(one.op, one.asked, one.recorded) for one in found.difference]


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [
        ("nous ne signerons JAMAIS un accord de peche sans le port", FISH),
        (f"« {FISH} ! »", FISH),
        (f"“{FISH}.”", FISH),
        (FISH.replace(" ", "\u202f"), FISH.replace(" ", "\u00a0 ")),
        ("l'accord d'aujourd'hui", "l’accord d’aujourd’hui"),
        ("l'accord", "l`accord"),
        ("porte-parole", "porte\u2011parole"),
        ("cœur et œuvre", "coeur et oeuvre"),
        ("la ﬁn eﬀective", "la fin effective"),
        ("pe\u0302che", "pêche"),
        ("pe\u00adche", "peche"),
        ("a\u200db\u200b c", "ab c"),
        ("Straße", "STRASSE"),
        ("ＡＢＣ １２", "abc 12"),
        ("سَلام", "سلام"),
        ("שָׁלוֹם עולם", "שלום עולם"),
        ("❤️ la paix", "❤ la paix"),
        ("— Oui, dit-elle —", "oui dit elle"),
    ],
)
def test_signs_that_do_not_count_are_tolerated(asked: str, recorded: str) -> None:
    found = compared(asked, recorded)
    assert found
    assert (found.likeness, found.similarity) == (Likeness.WHOLE, 1.0)
    assert [one.op for one in found.difference] == ["equal"]


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [
        ("5 €", "5 $"),
        ("5 %", "5"),
        ("कुल", "कल"),
        ("la paix 🕊", "la paix 🚀"),
        ("oui", "non"),
    ],
)
def test_what_means_something_else_is_not(asked: str, recorded: str) -> None:
    assert likeness(asked, recorded) is not Likeness.WHOLE


@pytest.mark.parametrize(
    "asked",
    [
        "jamais un accord",
        "…jamais un accord…",
        "Nous ne signerons jamais […] sans le port",
        "Nous … un accord (...) sans le port",
        "[...] signerons jamais. . .sans le port",
    ],
)
def test_cut_ends_and_ellipses_leave_it_a_part(asked: str) -> None:
    found = compared(asked, FISH)
    assert found
    assert (found.likeness, found.similarity) == (Likeness.PART, 1.0)
    assert {one.op for one in found.difference} == {"equal", "missing"}


def test_pieces_between_ellipses_stand_in_order() -> None:
    assert likeness("sans le port … jamais un accord", FISH) is not Likeness.PART


def test_without_the_ellipsis_words_are_missing() -> None:
    asked = "Nous ne signerons jamais un accord sans le port"
    assert likeness(asked, FISH) is Likeness.ALTERED
    assert [one for one in operations(asked, FISH) if one[0] != "equal"] == [("missing", "", "de pêche ")]


def test_a_part_of_a_word_is_no_part() -> None:
    assert likeness("accor", FISH) is None


def test_a_negation_left_out_is_marked() -> None:
    assert operations("We will sign the treaty", "“We will not sign the treaty”") == [
        ("equal", "We will ", "“We will "),
        ("missing", "", "not "),
        ("equal", "sign the treaty", "sign the treaty”"),
    ]


def test_words_that_are_others_are_marked_once() -> None:
    assert operations("Nous ne signerons jamais un traité de chasse sans le port", FISH) == [
        ("equal", "Nous ne signerons jamais un ", "Nous ne signerons jamais un "),
        ("replaced", "traité ", "accord "),
        ("equal", "de ", "de "),
        ("replaced", "chasse ", "pêche "),
        ("equal", "sans le port", "sans le port"),
    ]


def test_an_alteration_is_found_inside_a_long_record() -> None:
    recorded = f"{'Il a longtemps parlé du blé et des navires. ' * 40}{FISH}. {'Puis il est parti. ' * 40}"
    found = compared("Nous ne signerons jamais un traité de pêche sans le port", recorded)
    assert found
    assert found.likeness is Likeness.ALTERED
    assert found.similarity > 0.85


def test_small_words_alone_make_nothing_alike() -> None:
    assert compared("the president of the republic said", "the minister of the interior said") is None
    assert compared("writing by the API", "what anybody may read by the API") is None


@pytest.mark.parametrize(
    ("asked", "recorded"), [("profonde", "profonde préoccupation grave"), ("grave souci", "le grave souci")]
)
def test_one_or_two_words_are_there(asked: str, recorded: str) -> None:
    assert likeness(asked, recorded) is Likeness.PART


@pytest.mark.parametrize(("asked", "recorded"), [("grave souci", "grave inquiétude"), ("souci", "soucis")])
def test_or_they_are_not(asked: str, recorded: str) -> None:
    assert compared(asked, recorded) is None


def test_a_record_of_a_substantial_part_is_told_apart() -> None:
    asked = "We have a profound concern about it"
    found = compared(asked, "« profound concern »")
    assert found
    assert found.likeness is Likeness.BEYOND
    assert 0.33 < found.similarity < 0.5
    assert operations(asked, "« profound concern »") == [
        ("added", "We have a ", ""),
        ("equal", "profound concern ", "« profound concern »"),
        ("added", "about it", ""),
    ]


def test_a_record_of_a_word_or_two_of_many_is_nothing() -> None:
    assert compared("We have a profound concern about all that was said there this week", "profound concern") is None
    assert compared("Never again will we wait", "Never") is None


def test_six_words_are_substantial_in_any_quote() -> None:
    assert likeness(f"{FISH} {'et encore davantage ' * 30}", FISH) is Likeness.BEYOND


def test_exact_signs_come_first() -> None:
    exact, folded = compared("pêche à pied", "Pêche à pied"), compared("pêche à pied", "peche a pied")
    assert exact
    assert folded
    assert exact.rank < folded.rank


def test_scripts_without_spaces_are_compared_by_character() -> None:
    assert operations("外務大臣は懸念", "外務大臣は強い懸念") == [
        ("equal", "外務大臣は", "外務大臣は"),
        ("missing", "", "強い"),
        ("equal", "懸念", "懸念"),
    ]


def test_text_from_right_to_left_keeps_its_order() -> None:
    assert operations("سلام للجميع اليوم هنا", "سلام للجميع هنا") == [
        ("equal", "سلام للجميع ", "سلام للجميع "),
        ("added", "اليوم ", ""),
        ("equal", "هنا", "هنا"),
    ]


def test_a_record_without_words_agrees_with_nothing() -> None:
    assert compared("oui", "« … »") is None


PIECES = [
    "un", "accord", "Pêche", "pe\u0302che", "l’", "«\u00a0", " ", "…", "[...]", "🕊️", "\u200f", "سلام", "外務",
    "5", "%", ".",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | st.text(max_size=60)


@settings(deadline=None, max_examples=500)
@given(TEXTS, TEXTS)
def test_the_difference_gives_both_texts_back(asked: str, recorded: str) -> None:
    if not words_of(asked).keys:
        return
    found = compared(asked, recorded)
    if found is None:
        return
    assert "".join(one.asked for one in found.difference) == asked
    assert "".join(one.recorded for one in found.difference) == recorded
    assert 0 < found.similarity <= 1
    for one in found.difference:
        keys = words_of(one.asked).keys, words_of(one.recorded).keys
        assert {"equal": keys[0] == keys[1], "missing": not keys[0], "added": not keys[1], "replaced": True}[one.op]
        assert any(keys)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_every_text_is_itself_verbatim(text: str) -> None:
    if words_of(text).keys:
        assert likeness(text, text) is Likeness.WHOLE


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40))
def test_words_are_folded_for_good(word: str) -> None:
    assert key_of(key_of(word)) == key_of(word)


@given(st.text(alphabet="abc", max_size=12), st.text(alphabet="abc", max_size=12))
def test_alignment_is_the_longest(one: str, other: str) -> None:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, first in enumerate(one):
        for j, second in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if first == second else max(table[i][j + 1], table[i + 1][j])
    pairs = aligned(one, other)
    assert len(pairs) == table[-1][-1]
    assert all(one[i] == other[j] for i, j in pairs)
    assert pairs == sorted(set(pairs))
    assert len({i for i, _j in pairs}) == len({j for _i, j in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [
        ("a " * 1000, "a " * 100_000),
        ("a…" * 1000, "a " * 100_000),
        ("a…b" * 600, "a " * 50_000 + "c " * 50_000),
        ("ab" * 1000, "ab " * 66_000),
        ("." * 2000 + "a", "." * 200_000),
        ("\u0301" * 1999 + "a", "\u0301" * 199_999 + "b"),
        (" ".join(random.Random(1).choices("ab", k=1000)), " ".join(random.Random(2).choices("abc", k=100_000))),  # noqa: S311
    ],
)
def test_words_that_repeat_cost_no_more(asked: str, recorded: str) -> None:
    """The most that one check compares."""
    quote = words_of(asked[:2000])
    started = time.process_time()
    found = compare(quote, words_of(recorded))
    assert not found or (found.rank and found.difference)
    assert time.process_time() - started < 2
