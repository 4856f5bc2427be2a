"""What of a text can be seen."""

import unicodedata

# Letters and symbols by their category, drawn as nothing: Hangul fillers and the Braille blank.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: white space, format characters, marks on nothing, fillers."""
    if text[:1].isascii() and text[:1].isalnum():
        return False
    return not any(unicodedata.category(one)[0] in "LNPS" and one not in _FILLERS for one in text)
