"""A text cut into sentences, as far as reporting needs it."""

import re

from claims.text.spans import Span

LONGEST = 1500  # code points; what is longer is cut between words, so that no sentence takes long to read
#: an end of a line ends a sentence too: headlines and captions have no full stop
_END = re.compile(r"[.!?…]++[»”\"')\]]*+(?=\s|\Z)|(?<=[a-zà-ÿ0-9»”\"])[.!?](?=[A-ZÀ-Þ«“])|[\r\n]++|\Z")
#: "M. Kim", "J. Kirby", "U.S. troops": no end
_ABBREVIATION = re.compile(r"(?:\b[A-ZÀ-Þ]|\b(?:MM|Mme|Mlle|Dr|Mr|Mrs|Ms|St|Gen|gén|av|env|no|vol))\Z")


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text in order; together they have all of it but white space."""
    found: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and _ABBREVIATION.search(text, max(start, match.start() - 8), match.start()):
            continue
        while match.end() - start > LONGEST:
            space = text.rfind(" ", start + 1, start + LONGEST)
            cut = space if space > 0 else start + LONGEST
            _add(found, text, start, cut)
            start = cut
        _add(found, text, start, match.end())
        start = match.end()
    return found


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    whole = text[start:end]
    words = whole.strip()
    if words:
        first = start + len(whole) - len(whole.lstrip())
        found.append(Span(first, first + len(words)))
