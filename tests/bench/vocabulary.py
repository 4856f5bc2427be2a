"""French- and English-looking words, invented, and runs of them: some words stand as often as is known beforehand.

Words are drawn as they are in real texts, a few of them very often (Zipf); articles and the like are the languages'
own. A pool of short runs of words is made once, and texts are put together from runs, which is quick. The words that
searches ask for stand in so many of these runs that a known share of the texts has them, and nowhere else.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

LANGUAGES = ("fr", "en")
#: share of the statements in which each word of a class stands
SHARES = {"frequent": 0.045, "medium": 0.0026, "rare": 0.0007, "phrase": 0.0026}
#: how many words (or phrases of two words) of a class there are in each language
COUNTS = {"frequent": 10, "medium": 20, "rare": 30, "phrase": 4}

RUNS = 60_000  # in the pool of a language: the rarest word stands in a handful of them
RUN_LENGTH = 8  # words
RUNS_A_TEXT = (3, 4, 5, 6, 7, 8)  # one of these, equally often
RUNS_A_SHORT_TEXT = (1, 2, 3)
_KNOWN = 20_000  # other words of a language
_SHARE_OF_SMALL_WORDS = 0.45

_SMALL = {
    "fr": "le la les de des du et à un une dans que qui pour sur pas ce cette il elle nous avec au aux par est sont a"
    " ont ne se sa son ses leur mais ou être plus",
    "en": "the of and to a in that is was for it with as his on be at by he this had not are but from or have an they"
    " which one you were all her she there would their we",
}
_BEGINNINGS = {
    "fr": "ac ar bal bé bou ca cha cler con cou da dé di é en fa fleu for ga gé gran i jou la lé lu ma mé mon na né nou"
    " o par pé plai po pré qua ra ré ri sa sé sou ta té tra u va vé voi",
    "en": "ab an bar ben bri car chan clo cor dan del dor ea el fal fen fla for gar gen glo har hel in jar ken lan lea"
    " lo mar men mo nor o par pen pla por ran rea ro sar sha so stan tar ten thor tra un var ven wal wes",
}
_MIDDLES = {
    "fr": "bi ca cé dou fé gi lai li lo mé mi nau né ni pa pi ra ré ri ron sé si ta té ti tou vi za",
    "en": "ba be ca co da de di do fe ga go la le li lo ma mi mo na ne ni pa po ra re ri sa si ta te ti to",
}
_ENDS = {
    "fr": "ance ant ard at eau ement ence er eur eux et eté ible ie ien if in ion ique ir isme ité oir on ose ude ure",
    "en": "able age al ance ant ard ate ed en ence er ess est ful ing ion ish ism ist ity less ly ment ness or ship",
}
# What no stemmer takes off, so that a word that is asked for stands for itself alone.
_FIRM = "arok ibok olak udok enak aduk ovak irak emuk ozak"


@dataclass(frozen=True)
class Asked:
    """Words, or phrases of two, of one language that searches ask for, by class (the keys of SHARES)."""

    words: dict[str, tuple[str, ...]]

    @property
    def all(self) -> list[str]:
        """All of them, the frequent ones first."""
        return [word for words in self.words.values() for word in words]


class Vocabulary:
    """The words of one language and the runs that texts are made of; the same ones for the same seed."""

    def __init__(
        self, language: str, seed: int, *, share_of_statements: float, runs_a_text: Sequence[int] = RUNS_A_TEXT
    ) -> None:
        """`share_of_statements` is that of the statements with a text in this language."""
        self.language, self.runs_a_text = language, runs_a_text
        self.chance = random.Random(f"{seed} {language}")  # noqa: S311
        self._taken: set[str] = set(_SMALL[language].split())
        self.asked = Asked({kind: tuple(self._asked(kind) for _ in range(count)) for kind, count in COUNTS.items()})
        self.known = [self._new(_ENDS) for _ in range(_KNOWN)]
        runs = self._runs()
        self._place(runs, share_of_statements)
        self.runs = [self._spelt(run) for run in runs]

    def text(self, chance: random.Random) -> str:
        """A sentence or several without a full stop, some 280 characters on average, a short one 100."""
        return " ".join(chance.choices(self.runs, k=chance.choice(self.runs_a_text)))

    def label(self, number: int) -> str:
        """Two words that stand for this number and no other below four hundred million."""
        further, first = divmod(number, _KNOWN)
        return f"{self.known[first]} {self.known[(7 * first + 13 * further + 1) % _KNOWN]}"

    def _asked(self, kind: str) -> str:
        firm = {self.language: _FIRM}
        return " ".join(self._new(firm) for _ in range(2 if kind == "phrase" else 1))

    def _new(self, ends: dict[str, str]) -> str:
        while True:
            word = "".join(
                [
                    self.chance.choice(_BEGINNINGS[self.language].split()),
                    *(
                        self.chance.choice(_MIDDLES[self.language].split())
                        for _ in range(self.chance.choice((0, 1, 1, 2)))
                    ),
                    self.chance.choice(ends[self.language].split()),
                ]
            )
            if len(word) > 4 and word not in self._taken:
                self._taken.add(word)
                return word

    def _runs(self) -> list[list[str]]:
        """Words as they follow each other; ranks as of Zipf and Mandelbrot."""
        total = RUNS * RUN_LENGTH
        known = self.chance.choices(self.known, cum_weights=_ranked(len(self.known), shift=2.7), k=total)
        small_words = _SMALL[self.language].split()
        small = self.chance.choices(small_words, cum_weights=_ranked(len(small_words), shift=1), k=total)
        is_small = [self.chance.random() < _SHARE_OF_SMALL_WORDS for _ in range(total)]
        words = [few if pick else many for pick, few, many in zip(is_small, small, known, strict=True)]
        return [words[at : at + RUN_LENGTH] for at in range(0, total, RUN_LENGTH)]

    def _place(self, runs: list[list[str]], share_of_statements: float) -> None:
        """Put the words that are asked for into as many runs as their share of the statements needs."""
        runs_a_text = sum(self.runs_a_text) / len(self.runs_a_text)
        for kind, words in self.asked.words.items():
            times = round(SHARES[kind] / share_of_statements / runs_a_text * len(runs))
            for word in words:
                parts = word.split()
                for run in self.chance.sample(runs, times):
                    at = self.chance.randrange(RUN_LENGTH - 1)
                    run[at : at + len(parts)] = parts

    def _spelt(self, words: list[str]) -> str:
        """The run as it is printed: French articles lose their vowel before another."""
        run = " ".join(words)
        if self.language == "fr":
            for vowel in "aeiouéê":
                run = run.replace(f" le {vowel}", f" l’{vowel}").replace(f" de {vowel}", f" d’{vowel}")
        return run


def _ranked(count: int, *, shift: float) -> list[float]:
    """Cumulative weights of ranks, the first the heaviest."""
    return list(accumulate(1 / (rank + shift) for rank in range(1, count + 1)))


def ranked_from_second(count: int, first: float, *, shift: float) -> Sequence[float]:
    """Cumulative shares up to 1 of ranks of which the first has `first` and the others fall as Zipf's do."""
    if count == 1:
        return [1.0]
    others = _ranked(count - 1, shift=shift)
    return [first, *(first + (1 - first) * weight / others[-1] for weight in others)]
