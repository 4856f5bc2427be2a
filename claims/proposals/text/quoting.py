"""Where a text has words between quotation marks: pairs of all kinds, one in the other, and what is never closed."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from claims.text.spans import Span

#: opening mark -> the marks that close it; `„` is closed by `“` in German and by `”` elsewhere
CLOSED_BY = {"«": "»", "“": "”", "‹": "›", "„": "“”", "‚": "‘", "「": "」", "『": "』"}
#: marks that open in some languages what they close in others, and those that are the same at both ends
TURNED = {"»": "«", "›": "‹", "”": "”", '"': '"'}
#: apostrophes too: they count only in pairs
SINGLE = {"‘": "’", "'": "'"}
DEEPEST = 6
#: where a text has two lines and nothing between them, what is open does not go on
_PARAGRAPH = re.compile(r"\r?\n[ \t]*+\r?\n|\Z")
_MARK = re.compile("[«»“”„‹›‚「」『』\"‘’']")
#: a line that ends so ends a paragraph, where no empty line does
_LINE_END = re.compile(r"(?<=[.!?…:»”\"])[ \t]*+\r?\n")


@dataclass(frozen=True)
class Quoted:
    """Words between marks: the words alone, with their marks, how deep they are in others, and whether a mark closes
    them."""

    span: Span
    whole: Span
    depth: int = 0
    is_closed: bool = True


@dataclass
class _Open:
    mark: str
    start: int
    closed_by: str


def quoted(text: str) -> list[Quoted]:
    """Return the words between quotation marks, in reading order, an outer quote before those in it.

    A quote that no mark closes ends with its paragraph, and may go on in the next and be closed there. Time grows with
    the length of the text alone.
    """
    found: list[Quoted] = []
    start, going_on = 0, ""
    for end in _PARAGRAPH.finditer(text):
        paragraph = _Paragraph(text, start, end.start(), going_on)
        found.extend(paragraph.quotes())
        going_on = paragraph.left_open
        start = end.end()
    return sorted(found, key=lambda one: (one.whole.start, -one.whole.end))


class _Paragraph:
    """One paragraph's marks, read from left to right with a stack; `left_open` is what closes what stays open."""

    def __init__(self, text: str, start: int, end: int, going_on: str) -> None:
        self.text, self.start, self.end = text, start, end
        self.ahead = Counter(text[start:end])
        self.stack: list[_Open] = []
        self.left_open = ""
        self.going_on = going_on

    def quotes(self) -> Iterator[Quoted]:
        for match in _MARK.finditer(self.text, self.start, self.end):
            mark, place = match[0], match.start()
            self.ahead[mark] -= 1
            closing = self._closed(mark, place)
            if closing is not None:
                yield from self._close(closing, place)
            elif self.going_on and mark in self.going_on and not self.stack and not self._stands_before(place):
                yield from self._made(_Open("", self.start, mark), place, 0)
                self.going_on = ""
            else:
                yield from self._open(mark, place)
        while self.stack:
            one = self.stack.pop()
            if one.mark not in SINGLE:
                self.left_open = one.closed_by
                yield from self._unclosed(one, self.end)

    def _open(self, mark: str, place: int) -> Iterator[Quoted]:
        closed_by = self._opens(mark, place)
        if not closed_by:
            return
        last = self.stack[-1] if self.stack else None
        # "« … « … »": the first was never closed, unless there are marks enough to close both
        if last and last.mark == mark and mark not in SINGLE and self.ahead[closed_by[0]] < self.ahead[mark] + 2:
            self.stack.pop()
            yield from self._unclosed(last, place)
        if len(self.stack) < DEEPEST:
            self.stack.append(_Open(mark, place + 1, closed_by))

    def _opens(self, mark: str, place: int) -> str:
        """What closes a mark that opens a quote here; nothing where it opens none."""
        if mark in CLOSED_BY:
            return CLOSED_BY[mark]
        if mark == '"' or (mark in {**TURNED, **SINGLE} and self._stands_before(place)):
            return {**TURNED, **SINGLE}[mark]
        return ""

    def _closed(self, mark: str, place: int) -> int | None:
        """The place on the stack of what a mark closes; None where it closes nothing."""
        for index in range(len(self.stack) - 1, -1, -1):
            opened = self.stack[index]
            if mark not in opened.closed_by:
                continue
            if opened.mark in SINGLE and _is_of_word(self.text[place + 1 : place + 2]):
                return None  # an apostrophe: "don’t"
            if mark == opened.mark and self._stands_before(place):
                return None
            return index
        return None

    def _close(self, closing: int, place: int) -> Iterator[Quoted]:
        # what was opened inside and never closed ends here too
        while len(self.stack) > closing:
            one = self.stack.pop()
            if len(self.stack) == closing:
                yield from self._made(one, place, len(self.stack))
            elif one.mark not in SINGLE:
                yield from self._unclosed(one, place)

    def _unclosed(self, one: _Open, limit: int) -> Iterator[Quoted]:
        line = _LINE_END.search(self.text, one.start, limit)
        yield from self._made(one, line.start() if line else limit, len(self.stack), is_closed=False)

    def _stands_before(self, place: int) -> bool:
        """Whether a mark stands before a word and behind none."""
        before, behind = self.text[place - 1 : place] if place else "", self.text[place + 1 : place + 2]
        return (_is_of_word(behind) or behind in "[(…") and (
            not before or before.isspace() or before in "([{'’«“‹„—–-/"
        )

    def _made(self, one: _Open, end: int, depth: int, *, is_closed: bool = True) -> Iterator[Quoted]:
        words = self.text[one.start : end]
        kept = words.strip()
        if is_closed:
            kept = kept.rstrip(", \u00a0\u202f")  # “…,” she said: the comma is the sentence's
        if not any(character.isalnum() for character in kept):
            return
        first = one.start + len(words) - len(words.lstrip())
        span = Span(first, first + len(kept))
        whole = Span(one.start - len(one.mark), end + 1 if is_closed else span.end)
        yield Quoted(span, whole, depth, is_closed)


def _is_of_word(character: str) -> bool:
    return character.isalnum()
