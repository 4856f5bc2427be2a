"""Where words that were searched for stand in a text; offsets in code points, as in the text that is given."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

# What the search takes out of words (`plain_text` in the database): soft hyphens, zero-width characters.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# PostgreSQL takes no longer word, of 2047 bytes, into a vector.
LONGEST = 2000
_RUN = re.compile(r"\S+")


@dataclass(frozen=True)
class Word:
    """The code points of a text from `start` up to, not including, `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Run:
    """Words with no space between them; `whole` where there are several: `2.5`, `example.org` are words as well."""

    words: tuple[Word, ...]
    whole: Word | None = None

    @property
    def candidates(self) -> tuple[Word, ...]:
        """All that a search may have found here."""
        return (*self.words, self.whole) if self.whole else self.words

    def found(self, matching: Collection[str]) -> tuple[Word, ...]:
        """Return the words that are among the matching ones; the run itself where that is, and no word of it."""
        words = tuple(word for word in self.words if word.text in matching)
        if not words and self.whole and self.whole.text in matching:
            return (self.whole,)
        return words


def runs(text: str) -> Iterator[Run]:
    """Take a text apart as the search does: at spaces of all kinds, apostrophes, hyphens, quotation marks.

    A letter and the marks combined with it stay together, and so does a word with soft hyphens in it.
    """
    for match in _RUN.finditer(text):
        run, offset = match[0], match.start()
        # most words have nothing else in them
        words = (Word(offset, match.end(), run),) if run.isalnum() else tuple(_words(run, offset))
        words = tuple(word for word in words if len(word.text) <= LONGEST)
        if words:
            yield Run(words, _whole(text, words))


def _words(run: str, offset: int) -> Iterator[Word]:
    start = 0
    for place, sign in enumerate(f"{run} "):
        if _is_of_a_word(sign):
            continue
        word = run[start:place].rstrip(INVISIBLE)
        visible = word.lstrip(INVISIBLE)
        if visible:
            yield Word(offset + start + len(word) - len(visible), offset + start + len(word), visible)
        start = place + 1


def _whole(text: str, words: tuple[Word, ...]) -> Word | None:
    start, end = words[0].start, words[-1].end
    return Word(start, end, text[start:end]) if len(words) > 1 and end - start <= LONGEST else None


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or sign in INVISIBLE or unicodedata.category(sign)[0] == "M"
