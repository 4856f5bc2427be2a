"""What people type into a search box, kept to what the database can answer while others wait.

Each phrase is compared word by word with every row that has its words, and each `or` adds rows: these cost, and are
counted. PostgreSQL takes words that only punctuation joins (`alpha,beta`) for a phrase too: here they are words by
themselves, as the search box promises.
"""

import re
import unicodedata

MAX_WORDS = 32
MAX_PHRASES = 4
MAX_OR = 8
MAX_MINUS = 16
QUOTES = dict.fromkeys(map(ord, "“”„‟«»‹›"), '"')
# What stands within one word for PostgreSQL as well (Franco-British, and/or, U.S): with it the row has the whole word,
# or costs nothing. A full stop only where all is ASCII.
WITHIN = "-./"


_MINUSES = re.compile(r"(?<!\S)-{2,}")
_MINUS = re.compile(r"(?<![^\W_])-|-(?![^\W_])")


class TooCostlyError(ValueError):
    """A query with too many parts; the message says of which, and how many there may be."""


def within_reason(typed: str) -> str:
    """Return the query with quotation marks alike and words apart; raise TooCostlyError if it has too many parts."""
    quoted_or_not = unicodedata.normalize("NFC", typed).translate(QUOTES).split('"')
    phrases, unquoted = quoted_or_not[1::2], [_apart(part) for part in quoted_or_not[::2]]
    joined = [word for part in unquoted for word in part.split() if len(_words(word, WITHIN)) > 1]
    _check(len(phrases) + len(joined), MAX_PHRASES, "phrases")
    _check(len(_words(" ".join(quoted_or_not))), MAX_WORDS, "words")
    _check(_words(" ".join(unquoted)).count("or"), MAX_OR, "times “or”")
    # PostgreSQL keeps those that wait for their word on a stack of 32
    unquoted = [_MINUSES.sub("-", part) for part in unquoted]
    _check(sum(len(_MINUS.findall(part)) for part in unquoted), MAX_MINUS, "minus signs")
    quoted_or_not[::2] = unquoted
    return '"'.join(quoted_or_not)


def _apart(unquoted: str) -> str:
    """The words with spaces instead of punctuation that joins them; as typed where that would change the meaning."""
    return re.sub(r"\S+", lambda found: _word_apart(found[0]), unquoted)


def _word_apart(word: str) -> str:
    pieces = _words(word, WITHIN)
    is_negated, has_an_operator = word.startswith("-"), "or" in pieces
    return word if len(pieces) < 2 or is_negated or has_an_operator else " ".join(pieces)


def _words(text: str, within: str = "") -> list[str]:
    """The runs of letters, digits and marks, in small letters; one of `within` between two of them parts no word."""
    spaced = "".join(sign if _is_of_a_word(sign) or sign in within else " " for sign in text)
    pieces = (word.strip(within) for piece in spaced.split() for word in _parting(piece).split(piece))
    return [piece.lower() for piece in pieces if piece]


def _parting(word: str) -> re.Pattern[str]:
    return re.compile(r"[-./]{2,}" if word.isascii() else r"[-./]{2,}|\.")


def _is_of_a_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" or unicodedata.category(sign) == "Cf"


def _check(count: int, most: int, of_what: str) -> None:
    if count > most:
        raise TooCostlyError(f"It has too many {of_what}: {most} are the most.")
