"""Pieces of a marked text are the text again, whatever is marked."""

from hypothesis import given
from hypothesis import strategies as st

from claims.text.marking import Mark, pieces
from claims.text.spans import Span

MARKS = st.lists(
    st.builds(
        Mark,
        st.builds(Span, st.integers(-2, 40), st.integers(-2, 40)),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["draft", "published"]),
    ),
    max_size=8,
)


@given(st.text(alphabet="ab\r\n🤯<&é", max_size=40), MARKS)
def test_the_pieces_are_the_text_again(text: str, marks: list[Mark]) -> None:
    assert "".join(piece.text for piece in pieces(text, marks)) == text


@given(st.text(alphabet="ab\r\n", max_size=40), MARKS)
def test_a_carriage_return_stands_alone(text: str, marks: list[Mark]) -> None:
    assert all(piece.is_return or "\r" not in piece.text for piece in pieces(text, marks))


def test_overlapping_marks_share_a_piece() -> None:
    found = pieces("0123456789", [Mark(Span(0, 6), "one", "draft"), Mark(Span(4, 9), "two", "published")])
    assert [(piece.text, piece.keys) for piece in found] == [
        ("0123", ("one",)),
        ("45", ("one", "two")),
        ("678", ("two",)),
        ("9", ()),
    ]
