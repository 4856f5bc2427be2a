"""Spans of a text: half-open, in code points from 0 (W3C TextPositionSelector), never guessed."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from sources.text.problems import ReadableError, mark

CONTEXT = 32  # code points kept on either side, as in W3C TextQuoteSelector; the public sees 50 at most
MAX_SPANS = 20
_OPENING = "«“„‹‘\"'"
_CLOSING = "»”“›’\"'"
_MARKS = '«»“”„‹›"'
_PAIRS = (("«", "»"), ("“", "”"), ("‹", "›"))


class SpanError(ReadableError):
    """The span does not fit its text; the message says what was wrong and what would be right."""


@dataclass(frozen=True, order=True)
class Span:
    """The code points from `start` up to, not including, `end`."""

    start: int
    end: int

    def words(self, text: str) -> str:
        """Return the words that the span selects; raise SpanError where it lies outside the text or is empty."""
        if not 0 <= self.start < self.end:
            raise SpanError(mark("The span %(start)s–%(end)s is empty or reversed."), start=self.start, end=self.end)
        if self.end > len(text):
            raise SpanError(
                mark("The span %(start)s–%(end)s lies beyond the end of the text (%(size)s characters)."),
                start=self.start,
                end=self.end,
                size=len(text),
            )
        return text[self.start : self.end]

    def prefix(self, text: str) -> str:
        """Return up to CONTEXT code points before the span."""
        return text[max(0, self.start - CONTEXT) : self.start]

    def suffix(self, text: str) -> str:
        """Return up to CONTEXT code points behind the span."""
        return text[self.end : self.end + CONTEXT]

    def trimmed(self, text: str) -> "Span":
        """Return the span without white space at its ends: a mouse selects more than words."""
        words = self.words(text)
        start = self.start + len(words) - len(words.lstrip())
        end = self.end - (len(words) - len(words.rstrip()))
        if start >= end:
            raise SpanError(mark("There is only white space in the selection: select the words."))
        return Span(start, end)


def find(text: str, exact: str, occurrence: int | None = None) -> Span:
    """Return where the words stand; none, or several without `occurrence` (from 1), is an error, never a guess."""
    if not exact:
        raise SpanError(mark("There are no words to look for."))
    places: list[int] = []
    place = text.find(exact)
    while place >= 0:
        places.append(place)
        place = text.find(exact, place + 1)
    shown = exact if len(exact) <= 60 else exact[:59] + "…"
    if not places:
        raise SpanError(mark("“%(words)s” does not stand in the text."), words=shown)
    if occurrence is None:
        if len(places) > 1:
            raise SpanError(
                mark("“%(words)s” stands in the text %(count)s times: say which, or give offsets."),
                words=shown,
                count=len(places),
            )
        occurrence = 1
    if not 1 <= occurrence <= len(places):
        raise SpanError(
            mark("“%(words)s” stands in the text %(count)s times; there is no occurrence %(number)s."),
            words=shown,
            count=len(places),
            number=occurrence,
        )
    start = places[occurrence - 1]
    return Span(start, start + len(exact))


def parse(value: str) -> list[Span]:
    """Read `12-40` or `12-40,55-60`, as the address of the form has it; ascending and without overlap."""
    spans: list[Span] = []
    for part in value.split(",")[: MAX_SPANS + 1]:
        first, dash, last = part.strip().partition("-")
        digits = first.isascii() and first.isdigit() and last.isascii() and last.isdigit()
        if not dash or not digits or len(part) > 24:
            raise SpanError(mark("“%(span)s” is not a span: select the words in the text."), span=part[:40])
        spans.append(Span(int(first), int(last)))
    if len(spans) > MAX_SPANS:
        raise SpanError(mark("A statement has %(most)s parts at the most."), most=MAX_SPANS)
    check_order(spans)
    return spans


def check_order(spans: Sequence[Span]) -> None:
    """Raise SpanError unless the spans follow each other without overlap."""
    for before, after in itertools.pairwise(spans):
        if after.start < before.end:
            raise SpanError(mark("The selected parts overlap or are not in reading order."))


def quotation_type(text: str, spans: Sequence[Span]) -> str:
    """Return `direct` if the words stand between quotation marks, `mixed` if marks stand in them, else `indirect`."""
    if all(_is_enclosed(text, span) for span in spans):
        return "direct"
    if any(mark in span.words(text) for span in spans for mark in _MARKS):
        return "mixed"
    return "indirect"


def without_marks(text: str, span: Span) -> Span:
    """Return the span without quotation marks at its ends that enclose all of it, or whose other half is outside."""
    trimmed = span.trimmed(text)
    words = trimmed.words(text)
    opens, closes = words[0] in _OPENING, words[-1] in _CLOSING
    if len(words) < 3 or any(mark in words[1:-1] for mark in _MARKS):
        return trimmed
    start = trimmed.start + (1 if opens and (closes or words[0] in _MARKS) else 0)
    end = trimmed.end - (1 if closes and (opens or words[-1] in _MARKS) else 0)
    return Span(start, end).trimmed(text)


def _is_enclosed(text: str, span: Span) -> bool:
    """Whether a quotation mark of the same paragraph is open before the words; the closing one is often forgotten."""
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    if any(before.count(opening) > before.count(closing) for opening, closing in _PAIRS):
        return True
    return before.count('"') % 2 == 1
