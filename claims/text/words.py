"""A text as the words that count when quotes are compared, each with its place.

A word is a run of letters, digits and marks; of scripts written without spaces, and of symbols (€, +, %, emoji), it is
one character. All else (punctuation, quotation marks, apostrophes, dashes, spaces, what is invisible) only parts words.
Words are equal whatever their case, accents, ligatures and width; the vowel signs of scripts that need them count.
"""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

_WORD, _ALONE, _BETWEEN = "w", "a", " "
_RUN = re.compile(f"{_WORD}+|{_ALONE}")
_SYMBOLS = {"Sc", "So", "Sm"}
_MORE_SYMBOLS = "%‰"
#: symbols by their category that are written for a dash or a space
_NO_SYMBOLS = "\u2212|~"
#: Thai, Lao, Myanmar, Khmer, kana and Han
_WITHOUT_SPACES = [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF),
                   (0xF900, 0xFAFF), (0x20000, 0x3FFFF)]  # fmt: skip
#: accents; pointing of Hebrew and Arabic, and the stroke that only stretches a word
_DROPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u20d0-\u20ff\ufe00-\ufe0f]")
#: what NFKD leaves alone, as the database's fold_text() has it
_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ŧ": "h", "œ": "oe", "æ": "ae", "þ": "th"})
#: what joins letters and is searched without: soft hyphen, zero-width joiners
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_ELLIPSIS = re.compile(r"…|\.(?: ?\.){2,}")


class _Kinds(dict[int, str]):
    """What each character is, found out once; for `str.translate`, which keeps the length."""

    def __missing__(self, code: int) -> str:
        self[code] = kind = _kind(chr(code))
        return kind


def has_words_unparted(text: str) -> bool:
    """Whether some of it is of a script that is written without spaces."""
    return any(first <= ord(character) <= last for character in text for first, last in _WITHOUT_SPACES)


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LNM" or category == "Cf":
        return _ALONE if has_words_unparted(character) else _WORD
    if character in _MORE_SYMBOLS or (category in _SYMBOLS and character not in _NO_SYMBOLS):
        return _ALONE
    return _BETWEEN


_KINDS = _Kinds()


@lru_cache(maxsize=20_000)
def key_of(word: str) -> str:
    """Return what is equal for equal words; empty for a run of marks and invisible characters alone."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word).casefold()
    plain = _DROPPED.sub("", unicodedata.normalize("NFKD", folded)).translate(_LETTERS)
    return "".join(one for one in plain if unicodedata.category(one) != "Cf")


@dataclass(frozen=True)
class Words:
    """A text, the keys of its words, and where each begins and ends (code points, half-open)."""

    text: str
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def piece(self, first: int, behind: int) -> str:
        """Return the text of the words from `first` up to `behind`, with what parts them from the next.

        Pieces that follow each other make up the whole text; where there is no word, there is no text.
        """
        if first == behind:
            return ""
        start = self.starts[first] if first else 0
        return self.text[start : self.starts[behind] if behind < len(self) else len(self.text)]

    def printed(self, place: int) -> str:
        """Return a word as it is written."""
        return self.text[self.starts[place] : self.ends[place]]

    @cached_property
    def for_search(self) -> str:
        """Return the text with a space for all but letters, digits and their marks: `U.S.` is no host."""
        kept: list[str] = []
        for one in self.text:
            kind = unicodedata.category(one)[0]
            belongs = kind == "M" or one in _INVISIBLE
            kept.append(one if kind in "LN" or (belongs and kept and kept[-1] != " ") else " ")
        return "".join(kept)

    @cached_property
    def joined(self) -> str:
        """All keys, each between two marks that no word has."""
        return "\0".join(["", *self.keys, ""])

    @cached_property
    def marks(self) -> list[int]:
        """Where the mark before each word stands in `joined`, and the last one."""
        return list(accumulate((len(key) + 1 for key in self.keys), initial=0))

    @cached_property
    def left_out(self) -> frozenset[int]:
        """Before which words an ellipsis says that something is left out; not at the ends, which may be cut anyway."""
        places = (bisect_left(self.starts, found.start()) for found in _ELLIPSIS.finditer(self.text))
        return frozenset(one for one in places if 0 < one < len(self))


def words_of(text: str) -> Words:
    """Return the words of a text."""
    found = [
        (key, *run.span()) for run in _RUN.finditer(text.translate(_KINDS)) if (key := key_of(text[slice(*run.span())]))
    ]
    keys, starts, ends = zip(*found, strict=True) if found else ((), (), ())
    return Words(text, keys, starts, ends)


def same_words(text: str) -> tuple[str, ...]:
    """Return what is equal for texts of the same words; the text itself where it has none."""
    return words_of(text).keys or (text,)


def weight_of(key: str) -> int:
    """Return how much a word counts: short ones (articles, prepositions) half of the others."""
    return 1 if len(key) < 4 else 2
