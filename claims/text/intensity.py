"""Reading the intensity of words off a lexicon of phrases."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class Reading:
    """The strongest phrase found: its intensity (1 to 3) and the literal words."""

    intensity: int
    phrase: str


def read(words: str, lexicon: Iterable[tuple[str, int]]) -> Reading | None:
    """Return the strongest phrase of the lexicon whose words begin words of the text, or None; never a guess.

    The lexicon gives folded phrases with their intensities: “profond” finds “profondes”. Of equals the first counts.
    """
    text = [(match.start(), match.end(), fold(match[0])) for match in _WORD.finditer(words)]
    best: tuple[int, int, Reading] | None = None
    for phrase, intensity in lexicon:
        parts = _WORD.findall(fold(phrase))
        for place in range(len(text) - len(parts) + 1) if parts else ():
            if all(text[place + i][2].startswith(part) for i, part in enumerate(parts)):
                start, end = text[place][0], text[place + len(parts) - 1][1]
                found = (intensity, -start, Reading(intensity, words[start:end]))
                if best is None or found[:2] > best[:2]:
                    best = found
                break
    return best[2] if best else None


def fold(text: str) -> str:
    """Return the text in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
