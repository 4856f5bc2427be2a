"""Whose words a quote agrees with: the speaker's own, a document's, a translation, or no telling."""

import re
from collections.abc import Collection, Sequence
from enum import Enum

from claims.models.vocabularies import QuotationType
from claims.quotes.finding import Recorded
from claims.quotes.text.comparing import Comparison
from claims.text.words import Words, words_of


class WordsOf(Enum):
    """Whose the words are that a quote agrees with."""

    SPEAKER = "speaker"
    DOCUMENT = "document"
    TRANSLATION = "translation"
    BOTH = "both"


#: by quotation type, what is nearest to the speaker first
_OF_TYPE: dict[str | None, WordsOf] = {
    QuotationType.DIRECT: WordsOf.SPEAKER,
    QuotationType.MIXED: WordsOf.BOTH,
    QuotationType.INDIRECT: WordsOf.DOCUMENT,
}
#: between marks that are seen to open and to close; single ones are apostrophes too, and do not count
_QUOTED = re.compile(r'«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|「[^「」]*」|(?<![\w.,;:!?…)])"(?=\S)[^"]*(?<=\S)"(?!\w)')


def original_of(places: Sequence[Recorded]) -> Recorded | None:
    """Return the wording in the language that the speaker used, of the words on record of one statement."""
    return next((one for one in places if one.is_original), None)


def whose_words(where: Recorded, comparison: Comparison, places: Sequence[Recorded]) -> WordsOf:
    """Return whose words a quote agrees with; `places` are all words on record of the statement.

    Where a document mixes its words with the speaker's, those between quotation marks are the speaker's.
    """
    found = _of_wording(where, places) if where.quotation_type is None else _of_appearance(where, places)
    return WordsOf.SPEAKER if found is WordsOf.BOTH and _is_quoted(comparison) else found


def _of_appearance(where: Recorded, places: Sequence[Recorded]) -> WordsOf:
    found = _OF_TYPE[where.quotation_type]
    return WordsOf.TRANSLATION if found is not WordsOf.DOCUMENT and _is_foreign(where, places) else found


def _of_wording(where: Recorded, places: Sequence[Recorded]) -> WordsOf:
    """As the documents in its language print it; the curator's word where there is none, or another is printed."""
    printed = [one for one in places if one.quotation_type is not None and _is_same_language(one, where)]
    if _is_foreign(where, places) or not (where.is_original or printed):
        return WordsOf.TRANSLATION
    words = words_of(where.texts[0])
    types = {one.quotation_type for one in printed}
    standing = {one.quotation_type for one in printed if _stands_in(words, one)}
    if standing or where.is_original:
        return _nearest(standing or types)
    return WordsOf.DOCUMENT if types == {QuotationType.INDIRECT} else WordsOf.BOTH


def _nearest(types: Collection[str | None]) -> WordsOf:
    """What is nearest to the speaker of these; the speaker, where no document prints it."""
    return next((whose for one, whose in _OF_TYPE.items() if one in types), WordsOf.SPEAKER)


def _is_foreign(where: Recorded, places: Sequence[Recorded]) -> bool:
    original = original_of(places)
    return original is not None and not _is_same_language(where, original)


def _is_same_language(one: Recorded, other: Recorded) -> bool:
    return one.language.split("-")[0].lower() == other.language.split("-")[0].lower()


def _stands_in(words: Words, where: Recorded) -> bool:
    return words.joined in words_of(" ".join(where.texts)).joined


def _is_quoted(comparison: Comparison) -> bool:
    """Whether all words that agree stand between quotation marks."""
    recorded = comparison.recorded
    spans = [found.span() for found in _QUOTED.finditer(recorded.text)]
    return all(
        any(start <= recorded.starts[j] and recorded.ends[j] <= end for start, end in spans)
        for _i, j in comparison.pairs
    )
