"""Which lines of a text are its headline."""

import re

from claims.text.intensity import fold
from claims.text.spans import Span

LONGEST = 250  # code points
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"\w+")


def headlines(text: str, title: str = "") -> list[Span]:
    """Return the lines that are the title, however often it is repeated.

    They are those of the document's title and, where more text follows, a first line that does not end like a sentence.
    A line with a full stop is none, also where a title was made of it for want of another.
    """
    lines = [Span(*found.span()) for found in _LINE.finditer(text) if not found[0].isspace()]
    wanted = {_plain(title)} - {""}
    if len(lines) > 1:
        first = text[lines[0].start : lines[0].end].strip()
        if len(first) <= LONGEST and first[-1] not in '.!?…:»”"' and len(first) < lines[-1].end / 2:
            wanted.add(_plain(first))
    return [one for one in lines if one.end - one.start <= LONGEST and _is_title(text[one.start : one.end], wanted)]


def _is_title(line: str, wanted: set[str]) -> bool:
    return _plain(line) in wanted and not line.rstrip().endswith(".")


def _plain(words: str) -> str:
    return " ".join(_WORD.findall(fold(words)))
