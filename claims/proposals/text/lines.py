"""Sentences with what is in them: words, names, verbs of saying."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from claims.proposals.text.names import Mention, Word
from claims.proposals.text.verbs import (
    AUXILIARIES,
    BE,
    BETWEEN,
    DECIDED,
    DETERMINERS,
    HAVE,
    PARTICIPLES,
    REFLEXIVE,
    SELF,
    verbs,
)
from claims.proposals.text.vocabulary import forms
from claims.text.spans import Span

PRONOUNS = forms("il elle ils elles he she they")
One = TypeVar("One", Word, Mention)
#: who speaks of themselves speaks already
FIRST_PERSON = forms("je j nous i we on you vous")


@dataclass(frozen=True)
class Saying:
    """A verb of saying: its words with what belongs to it ("a-t-il déclaré"), and the act it stands for, if not denied.

    `first` and `last` are the places of its words in the sentence; `pronoun` is the one inside it or right behind.
    """

    cue: Span
    act: str | None
    verb: str
    first: int
    last: int
    pronoun: Word | None = None
    is_reflexive: bool = False
    has_no_subject: bool = False  # a participle or an infinitive: "…, affirmant que"


@dataclass(frozen=True)
class Line:
    """A sentence with its words and the names in it."""

    text: str
    span: Span
    words: Sequence[Word]
    mentions: Sequence[Mention]

    @classmethod
    def of(cls, text: str, span: Span, words: Sequence[Word], mentions: Sequence[Mention]) -> "Line":
        """Return the line of a sentence; `words` and `mentions` are those of the whole text, in reading order."""
        return cls(text, span, _within(words, span), _within(mentions, span))

    def gap(self, place: int) -> str:
        """Return what stands before a word, from the one before it on."""
        start = self.words[place - 1].span.end if place else self.span.start
        return self.text[start : self.words[place].span.start]

    def place_at(self, offset: int) -> int:
        """Return the place of the first word at an offset of the text or behind it."""
        return bisect_left(self.words, offset, key=lambda one: one.span.start)

    def mention_at(self, place: int) -> Mention | None:
        """Return the name that begins with a word."""
        return self._by_start.get(self.words[place].span.start)

    @cached_property
    def _by_start(self) -> dict[int, Mention]:
        return {one.span.start: one for one in self.mentions}

    @cached_property
    def sayings(self) -> Sequence[Saying]:
        """The verbs of saying in the sentence."""
        return [one for place in range(len(self.words)) if (one := self._saying(place))]

    def _saying(self, place: int) -> Saying | None:
        word = self.words[place]
        act = verbs().get(word.folded)
        if act is None or (word.is_capital and place):
            return None
        first = place
        while first and place - first < 5 and self._belongs(first - 1, place):
            first -= 1
        raw = self.text[word.span.start : word.span.end]
        is_participle = raw.endswith(("é", "ée", "és", "ées")) or word.folded in PARTICIPLES
        if is_participle and first == place:
            first = self._helping_before(place)
        while first < place and self.words[first].folded in BETWEEN - {"n", "ne"}:
            first += 1
        helping = {one.folded for one in self.words[first:place]}
        before = self.words[first - 1].folded if first else ""
        if (
            (is_participle and not helping & (HAVE | BE))
            or (helping & BE and not helping & (SELF | HAVE))  # a passive: "est accusé de"
            or ("ete" in helping or "been" in helping)
            or (first == place and before in DETERMINERS)
            or (word.folded.startswith(REFLEXIVE) and not helping & SELF)
            or (word.folded in DECIDED and not helping & {"ont", "have"})
            or (word.folded.startswith("appell") and helping & SELF)
        ):
            return None
        behind = self.words[place + 1] if place + 1 < len(self.words) else None
        pronoun = next((one for one in self.words[first:place] if one.folded in PRONOUNS | FIRST_PERSON), None)
        if behind and behind.folded in PRONOUNS | FIRST_PERSON and self.gap(place + 1) in {"-", "-t-"}:
            pronoun = behind
        last = place + (pronoun is behind and pronoun is not None)
        if self.words[last + 1 : last + 2] and self.words[last + 1].folded in {"egalement", "aussi"}:
            last += not self.gap(last + 1).strip()
        return Saying(
            Span(self.words[first].span.start, self.words[last].span.end),
            None if helping & {"n", "ne", "not"} else act,
            word.folded,
            first,
            last,
            pronoun,
            is_reflexive=bool(helping & SELF),
            has_no_subject=not helping & AUXILIARIES and raw.lower().endswith(("ant", "er", "ing")),
        )

    def _helping_before(self, place: int) -> int:
        """The place of "avait" in "avait, dans un communiqué, déclaré"; that of the verb where it has none."""
        if place and "," in self.gap(place):
            for one in range(place - 2, max(-1, place - 9), -1):
                if self.words[one].folded in HAVE and self.gap(one + 1).strip() == ",":
                    return one
        return place

    def _belongs(self, place: int, verb: int) -> bool:
        """Whether a word before a verb of saying is part of the verb."""
        word = self.words[place]
        if self.gap(place + 1).strip(" -\u00a0'’t") or (word.is_capital and place):
            return False
        if word.folded in PRONOUNS | FIRST_PERSON:
            return place > 0 and self.gap(place) in {"-", "-t-"}
        return word.folded in AUXILIARIES | BETWEEN or (place < verb and word.folded.endswith("ement"))


def _within(row: Sequence[One], span: Span) -> Sequence[One]:
    first = bisect_left(row, span.start, key=lambda one: one.span.start)
    last = bisect_left(row, span.end, key=lambda one: one.span.start)
    return row[first:last]
