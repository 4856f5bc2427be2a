"""The quote check: what is on record of words, as somebody quotes them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import islice
from uuid import UUID

from django.db.models import Prefetch

from claims.models import Appearance, Attribution, Relation, Speaker, Statement, Wording
from claims.models.vocabularies import RelationType
from claims.quotes.finding import Asked, Recorded, asked_for, candidates, recorded
from claims.quotes.text.comparing import Comparison, Likeness, compare
from claims.quotes.whose import WordsOf, original_of, whose_words
from claims.text.words import Words, has_words_unparted, words_of
from config.http.views import PUBLIC

MOST_MATCHES = 10
MOST_OF_ONE = 3
#: of all recorded words together; beyond it, the candidates that share fewer words are not compared
MOST_COMPARED = 200_000
#: between the segments of an appearance, where they are compared as one
LEFT_OUT = " […] "


class Verdict(Enum):
    """What a quote is, the nearest first."""

    VERBATIM = "verbatim"
    IN_PART = "in_part"
    ALTERED = "altered"
    SAME_WORDS_BY_ANOTHER = "same_words_by_another"
    UNKNOWN = "unknown"


_VERDICTS = {
    Likeness.WHOLE: Verdict.VERBATIM,
    Likeness.PART: Verdict.IN_PART,
    Likeness.ALTERED: Verdict.ALTERED,
    Likeness.BEYOND: Verdict.IN_PART,
}


#: the quote stands there word for word
SAME_WORDS = (Likeness.WHOLE, Likeness.PART)

#: by what one statement takes back or contests another
CONTRADICTING = (RelationType.RETRACTS, RelationType.CORRECTS, RelationType.DENIES)


class NoWordsError(Exception):
    """There is nothing in the words that could be looked for; the message says why."""


@dataclass(frozen=True)
class Match:
    """Recorded words that a quote agrees with, in a wording or an appearance."""

    statement: Statement
    comparison: Comparison
    verdict: Verdict
    wording: Wording | None
    appearance: Appearance | None
    where: Recorded
    #: the words on record of the statement, as far as they were compared
    places: Sequence[Recorded]

    @cached_property
    def words_of(self) -> WordsOf:
        """Whose the words are."""
        return whose_words(self.where, self.comparison, self.places)

    @property
    def original(self) -> Recorded | None:
        """The original wording of a translation, where there is one."""
        return original_of(self.places) if self.words_of is WordsOf.TRANSLATION else None

    @property
    def contradicted_by(self) -> list[Relation]:
        """What retracts, corrects or denies the statement."""
        return list(self.statement.related.all())

    @property
    def speakers(self) -> list[Speaker]:
        """Who said it."""
        return [one.speaker for one in self.statement.attributions.all()]

    @property
    def similarity(self) -> float:
        """How much of the quote agrees, 0 to 1."""
        return round(self.comparison.similarity, 3)

    @property
    def part_of(self) -> str | None:
        """What is a part of what: the quote of what is `recorded`, or what is recorded of what was `asked`."""
        return {Likeness.PART: "recorded", Likeness.BEYOND: "asked"}.get(self.comparison.likeness)


@dataclass(frozen=True)
class Checked:
    """The verdict on a quote, and what it rests on, the best first."""

    verdict: Verdict
    matches: Sequence[Match]

    @property
    def words_of(self) -> WordsOf | None:
        """Whose words the verdict is about: those of the first match."""
        return self.matches[0].words_of if self.matches else None


@dataclass(frozen=True)
class _Found:
    """A comparison before anything else of its statement is read."""

    where: Recorded
    comparison: Comparison
    is_theirs: bool
    places: Sequence[Recorded]

    @property
    def rank(self) -> tuple[float, ...]:
        """Sorts the best first; own words before the same by others, what is printed before what curators put."""
        return not self.is_theirs, *self.comparison.rank, self.where.appearance is None


def check_quote(*, words: str, speaker: UUID | None = None, language: str | None = None) -> Checked:
    """Return what is on record of these words, of all that is published.

    With a speaker, who is public and not merged, what they or their parts said comes first. Raise NoWordsError where
    nothing could be looked for.
    """
    quote = words_of(words)
    if not quote.keys:
        raise NoWordsError("It has no word in it: give the words of the quote.")
    asked = asked_for(quote, language)
    searched = [one for one in asked if one.lexemes]
    matches = _matches(_Search(quote, searched, speaker).best()) if searched else []
    if not matches and len(searched) < len(asked):
        unsearched = [one for several in asked if not several.lexemes for one in several.languages]
        raise NoWordsError(_nothing_to_look_for(unsearched, is_language_given=language is not None))
    if not matches and has_words_unparted(words):
        raise NoWordsError(
            "Nothing was found, which does not say much: of scripts written without spaces, only a whole sentence or "
            "clause, up to its marks, can be looked for. Give all of it."
        )
    return Checked(matches[0].verdict if matches else Verdict.UNKNOWN, matches)


def _nothing_to_look_for(languages: Sequence[str], *, is_language_given: bool) -> str:
    return (
        f"It has no word to look for in {', '.join(languages)}: only such as stand in every text. "
        f"Give more of the quote{'' if is_language_given else ', or say its language'}."
    )


class _Search:
    """The search for one quote: first for statements with all its words; with many of them, where none has it."""

    def __init__(self, quote: Words, asked: Sequence[Asked], speaker: UUID | None) -> None:
        self.quote, self.asked = quote, asked
        self.public = Statement.objects.published()
        self.own = self.public.said_by([speaker], parts=True) if speaker is not None else None
        self.left = MOST_COMPARED
        self.seen: set[UUID] = set()
        self.places: dict[UUID, list[Recorded]] = defaultdict(list)

    def best(self) -> list[_Found]:
        """Return the best comparisons: one a wording or appearance, few a statement; of others, the same words."""
        found = self._found(every=True)
        if not any(one.is_theirs and one.comparison.likeness in SAME_WORDS for one in found):
            found += self._found(every=False)
        # newer statements first among equals: their ids begin with the time
        found.sort(key=lambda one: one.where.statement.bytes, reverse=True)
        found.sort(key=lambda one: one.rank)
        return list(islice(_few_of_each(found), MOST_MATCHES))

    def _found(self, *, every: bool) -> list[_Found]:
        theirs = None if self.own is None else candidates(self.asked, self.own, every=every)
        # nearly the same words by others are of no interest
        others = candidates(self.asked, self.public, every=every) if theirs is None or every else []
        keys = [one for one in dict.fromkeys([*(theirs or []), *others]) if one not in self.seen]
        self.seen.update(keys)
        is_theirs = self._theirs_among(keys)
        return [
            _Found(where, comparison, where.statement in is_theirs, self.places[where.statement])
            for where, comparison in self._compared(recorded(keys) if keys else [])
            if where.statement in is_theirs or comparison.likeness in SAME_WORDS
        ]

    def _theirs_among(self, keys: Sequence[UUID]) -> Collection[UUID]:
        """Which of these the speaker said; all, where nobody is asked for."""
        if self.own is None or not keys:
            return frozenset(keys)
        return frozenset(self.own.using(PUBLIC).filter(pk__in=keys).order_by().values_list("pk", flat=True))

    def _compared(self, places: Sequence[Recorded]) -> Iterator[tuple[Recorded, Comparison]]:
        for where in places:
            texts = list(where.texts) if len(where.texts) == 1 else [*where.texts, LEFT_OUT.join(where.texts)]
            self.left -= sum(map(len, texts))
            if self.left < 0:
                return
            self.places[where.statement].append(where)
            comparisons = [one for text in texts if (one := compare(self.quote, words_of(text)))]
            if comparisons:
                yield where, min(comparisons, key=lambda one: one.rank)


def _few_of_each(found: Sequence[_Found]) -> Iterator[_Found]:
    """Leave out all but a few of one statement, and its wordings that a document prints alike."""
    shown: Counter[UUID] = Counter()
    printed: set[tuple[UUID, tuple[str, ...]]] = set()
    for one in found:
        words = one.where.statement, one.comparison.recorded.keys
        if shown[one.where.statement] == MOST_OF_ONE or (one.where.appearance is None and words in printed):
            continue
        if one.where.appearance is not None:
            printed.add(words)
        shown[one.where.statement] += 1
        yield one


def _matches(found: Sequence[_Found]) -> list[Match]:
    """What is shown of each, without those that were withdrawn meanwhile."""
    statements = _statements([one.where.statement for one in found])
    wordings = Wording.objects.using(PUBLIC).in_bulk([one.where.wording for one in found if one.where.wording])
    shown = Appearance.objects.using(PUBLIC).select_related(
        "source_text__source__publisher", "source_text__source__agency"
    )
    shown = shown.defer("source_text__raw", "source_text__text")
    appearances = shown.in_bulk([one.where.appearance for one in found if one.where.appearance])
    matches = []
    for one in found:
        statement = statements.get(one.where.statement)
        wording, appearance = wordings.get(one.where.wording), appearances.get(one.where.appearance)
        if statement is not None and (wording or appearance):
            matches.append(Match(statement, one.comparison, _verdict(one), wording, appearance, one.where, one.places))
    return matches


def _statements(keys: Sequence[UUID]) -> dict[UUID, Statement]:
    speakers = Attribution.objects.of_speakers().select_related("speaker")
    contradicting = Relation.objects.between(None).filter(type__in=CONTRADICTING).with_speakers_of("statement")
    shown = Prefetch("attributions", speakers), Prefetch("related", contradicting)
    return Statement.objects.published().using(PUBLIC).prefetch_related(*shown).in_bulk(keys)


def _verdict(found: _Found) -> Verdict:
    return _VERDICTS[found.comparison.likeness] if found.is_theirs else Verdict.SAME_WORDS_BY_ANOTHER


def public_speaker(key: UUID) -> UUID | None:
    """Return the public speaker of this id, or the one it was merged into; None where there is none."""
    speakers = Speaker.objects.using(PUBLIC)
    (living,) = speakers.living([key], only_public=True)
    return living if speakers.published().filter(pk=living).exists() else None
