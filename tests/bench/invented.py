"""Ids, words and texts that are made up, the same ones for the same seed; what makes texts hard is among them."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

_LATIN = [
    "la", "ministre", "a", "déclaré", "que", "l'accord", "de", "pêche", "serait", "signé", "au", "port", "après",
    "une", "longue", "séance", "où", "chacun", "exprimait", "sa", "préoccupation", "devant", "les", "cargaisons",
    "et", "le", "blé", "de", "l’automne",
]  # fmt: skip
_PLAIN = [
    "the", "minister", "said", "that", "a", "harbour", "treaty", "would", "be", "signed", "after", "long", "talks",
    "on", "grain", "and", "ships",
]  # fmt: skip
_ODD = [
    "🕊️", "👩🏽‍🚀", "🇫🇷", "e\u0301te\u0301", "nai\u0308f", "« a\u00a0dit\u00a0»", "Œuvre", "straße", "Łódź",
    "préoccupation\u202fprofonde", "סגן השר אמר", "قال الوزير", "外務大臣は", "懸念を示した", "Совет", "ΕΛΛΆΔΑ",
    "𝔘𝔱𝔬𝔭𝔦𝔞", "a\u200db", "“souci”", "\t—", "x\u0332y",
]  # fmt: skip
LANGUAGES = ["fr", "en", "de", "ru", "ja", "ar", "he", "en-GB", "fr-CA", "pt-BR", "zh-Hant"]
_START = 1_600_000_000_000


class Inventor:
    """Draws everything from one seed, so that the order of the draws is part of what is made."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self._moment = _START

    def new_id(self) -> str:
        """The next UUIDv7: ids grow in the order in which they are asked for."""
        self._moment += 1
        bits = (self._moment << 80) | (7 << 76) | (self.chance.getrandbits(12) << 64)
        return str(UUID(int=bits | (2 << 62) | self.chance.getrandbits(62)))

    def some(self, values: Sequence[Any], most: int, *, least: int = 0) -> list[Any]:
        """Different ones of these."""
        return self.chance.sample(values, min(len(values), self.chance.randint(least, most)))

    def rarely(self, value: Any, one_in: int = 3) -> Any:
        """The value, once in so many times; else none."""
        return value if self.chance.randrange(one_in) == 0 else None

    def words(self, count: int, *, plain: bool = False) -> str:
        """Invented words; unless `plain`, with what makes texts hard among them."""
        known = self.chance.choice([_LATIN, _PLAIN])
        found = [self.chance.choice(known) for _ in range(count)]
        if not plain:
            for place in range(self.chance.randrange(3), count, 5):
                found[place] = self.chance.choice(_ODD)
        return " ".join(found)

    def text(self, *, encoding: str = "utf-8") -> str:
        """Paragraphs, ended in the manner of one system or another."""
        is_plain = encoding.startswith(("iso", "windows"))
        known = self.chance.choice([_LATIN, _PLAIN]) if not is_plain else [one for one in _LATIN if "’" not in one]
        feed = self.chance.choice(["\n", "\r\n", "\n\n"])
        paragraphs = []
        for _ in range(self.chance.randint(3, 8)):
            words = self.chance.choices(known, k=self.chance.randint(20, 60))
            if not is_plain:
                for place in range(0, len(words), self.chance.randint(6, 15)):
                    words[place] = self.chance.choice(_ODD)
            paragraphs.append(" ".join(words) + ".")
        return feed.join(paragraphs) + self.chance.choice(["", feed])

    def labels(self, text: str) -> dict[str, str]:
        """The text and some words, by language."""
        languages = sorted(self.some(LANGUAGES, 3, least=1))
        return {language: f"{text} {language} {self.words(2)}" for language in languages}
