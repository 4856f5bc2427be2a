"""Spans of a text: half-open, in code points from 0 (W3C TextPositionSelector), never guessed."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sources.text.problems import ReadableError, mark

CONTEXT = 32  # code points kept on either side, as in W3C TextQuoteSelector; the public sees 50 at most
MAX_SPANS = 20
MAX_PLACES = 1000  # beyond this, how often words stand in a text is not counted
_MARKS = '«»“”„‹›"'
_PAIRS = (("«", "»"), ("“", "”"), ("‹", "›"))
# each to one character, so that places stay what they are
_LOOK_ALIKE = str.maketrans("\u00a0\u202f\u2009\u2007’‘ʼ´`“”„«»–—−‑\u2010", "    " + "'" * 5 + '"' * 5 + "-" * 5)


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


def find(text: str, exact: str, occurrence: int | None = None, *, prefix: str = "", suffix: str = "") -> Span:
    """Return where the words stand, right behind `prefix` and before `suffix`.

    None, or several without `occurrence` (from 1), is an error, never a guess.
    """
    if not exact:
        raise SpanError(mark("There are no words to look for."))
    places = list(itertools.islice(_places(text, exact, prefix, suffix), MAX_PLACES))
    shown = exact if len(exact) <= 60 else exact[:59] + "…"
    if not places and (prefix or suffix) and exact in text:
        raise SpanError(mark("“%(words)s” stands in the text, but not between these words."), words=shown)
    if not places:
        raise _missing(text, exact, shown)
    if occurrence is None:
        if len(places) > 1:
            raise SpanError(
                mark(
                    "“%(words)s” stands in the text %(count)s times: say what is before or behind it, or give offsets."
                ),
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


def _missing(text: str, exact: str, shown: str) -> SpanError:
    """The error for words that are not there; it says where others are that look the same."""
    place = text.translate(_LOOK_ALIKE).find(exact.translate(_LOOK_ALIKE))
    if place < 0:
        return SpanError(mark("“%(words)s” does not stand in the text."), words=shown)
    return SpanError(
        mark(
            "“%(words)s” does not stand in the text, but “%(found)s” does, at %(place)s: spaces, apostrophes, quotation"
            " marks or dashes differ."
        ),
        words=shown,
        found=text[place : place + len(shown)],
        place=place,
    )


def _places(text: str, exact: str, prefix: str, suffix: str) -> Iterator[int]:
    # sought as one: looking around each place where the words stand would take for ever in a text made for that
    words = prefix + exact + suffix
    place = text.find(words)
    while place >= 0:
        yield place + len(prefix)
        place = text.find(words, place + 1)


def check_words(text: str, span: Span, *, exact: str | None, prefix: str = "", suffix: str = "") -> None:
    """Raise SpanError unless the span selects `exact`, where that is given, between `prefix` and `suffix`."""
    found = span.words(text)
    if exact is not None and found != exact:
        raise SpanError(
            mark("The span %(start)s–%(end)s selects “%(found)s” in the text, not “%(words)s”."),
            start=span.start,
            end=span.end,
            found=found[:60],
            words=exact[:60],
        )
    if not text.endswith(prefix, 0, span.start) or not text.startswith(suffix, span.end):
        raise SpanError(
            mark("The span %(start)s–%(end)s does not stand between these words in the text."),
            start=span.start,
            end=span.end,
        )


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


def _is_enclosed(text: str, span: Span) -> bool:
    """Whether a quotation mark of the same paragraph is open before the words; the closing one is often forgotten."""
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    if any(before.count(opening) > before.count(closing) for opening, closing in _PAIRS):
        return True
    return before.count('"') % 2 == 1
