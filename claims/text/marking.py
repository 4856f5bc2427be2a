"""Cutting a text at the ends of its marks, so that each piece can be shown and escaped by itself."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.text.spans import Span


@dataclass(frozen=True)
class Mark:
    """A span that belongs to something shown beside the text; `key` says to what, `kind` how it looks."""

    span: Span
    key: str
    kind: str


@dataclass(frozen=True)
class Piece:
    """A run of the text under the same marks. A carriage return stands alone: HTML would turn it into a line feed."""

    text: str
    keys: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def is_return(self) -> bool:
        """Whether it must be written as a character reference."""
        return self.text == "\r"


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """Cut the text at both ends of each mark; the pieces' texts, put together, are the text again."""
    inside = [mark for mark in marks if 0 <= mark.span.start < mark.span.end <= len(text)]
    cuts = sorted({0, len(text), *(mark.span.start for mark in inside), *(mark.span.end for mark in inside)})
    result: list[Piece] = []
    for start, end in itertools.pairwise(cuts):
        over = [mark for mark in inside if mark.span.start <= start and end <= mark.span.end]
        keys = tuple(dict.fromkeys(mark.key for mark in over))
        kinds = tuple(dict.fromkeys(mark.kind for mark in over))
        result.extend(Piece(run, keys, kinds) for run in _apart(text[start:end]))
    return result


def _apart(text: str) -> Sequence[str]:
    """The text with each carriage return as a run of its own."""
    if "\r" not in text:
        return [text]
    runs = [run for part in text.split("\r") for run in (part, "\r")][:-1]
    return [run for run in runs if run]
