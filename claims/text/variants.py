"""When two printed quotes are the same words.

Case, accents, punctuation, quotation marks, hyphens, spaces and what is invisible make no difference; letters, digits
and symbols (€, %, +) do, and so does their order.
"""

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]")
#: what NFKD leaves alone, as the database's fold_text() has it
_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "œ": "oe", "æ": "ae"})
_COUNTING = {"Sc", "So", "Sm"}
_MORE_COUNTING = "%‰"
#: symbols by their category that are written for a dash or a space
_PARTING = "\u2212|~"
#: Thai, Lao, Myanmar, Khmer, kana and Han are written without spaces: marks between them part nothing
_WITHOUT_SPACES = re.compile(
    " ?([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]) ?"
)


def folded(text: str) -> str:
    """Return what is equal for texts of the same words; the text itself where it has none."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _ACCENTS.sub("", decomposed).translate(_LETTERS)
    words = " ".join("".join(_kept(one) for one in plain).split())
    return _WITHOUT_SPACES.sub(r"\1", words) or text


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    is_symbol = category in _COUNTING and character not in _PARTING
    return character if category[0] in "LNM" or is_symbol or character in _MORE_COUNTING else " "
