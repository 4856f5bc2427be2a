"""What words show of a speaker's stance, where a word says it plainly; nothing else is guessed."""

import re
from collections.abc import Sequence

from claims.proposals.text.names import Word
from claims.proposals.text.vocabulary import forms

#: beginnings of folded words, French and English -> `Attitude` of the record
_BEGINNINGS = {
    "concern": "inquiet preoccup alarm worri worry",
    "fear": "crain redout afraid",
    "regret": "regret deplor",
    "anger": "colere indign outrag anger angry furieu furious",
    "satisfaction": "rejoui felicit satisf pleased",
    "solidarity": "solidari condoleance condolence",
    "doubt": "sceptic skeptic",
}
#: whole words, where a beginning would have too many: "concernant"
_WORDS = {
    "concern": "concern concerns concerned",
    "fear": "peur fear fears feared",
    "doubt": "doute doutes doubt doubts",
    "satisfaction": "welcomed welcomes",
    "support": "soutien appui support",
    "opposition": "opposition",
}
#: what says an attitude only as the object of a verb: "exprime son soutien", and not "le soutien de X à Y"
_AS_OBJECT = forms("support opposition doubt fear anger")
_BY_WORD = {word: attitude for attitude, words in _WORDS.items() for word in words.split()}
_BY_BEGINNING = re.compile(
    "|".join(f"(?P<{attitude}>{'|'.join(words.split())})" for attitude, words in _BEGINNINGS.items())
)
HEAD = 8  # words at the beginning of an object that say what it is
LONGEST = 60  # words in which one word may stand for all


def attitude_of(words: Sequence[Word], *, cue: Sequence[Word], is_object: bool) -> tuple[str, Word] | None:
    """Return the attitude that words show and the word that shows it, or None.

    It is read off the words of saying ("s'inquiète"), off the beginning of their object ("sa vive préoccupation"), or,
    for a few attitudes, off any word of a clause or quote that is not long.
    """
    for word in cue:
        if (found := _of(word.folded)) and found not in {"support", "opposition"}:
            return found, word
    if is_object:
        for word in words[:HEAD]:
            if found := _of(word.folded):
                return found, word
    if len(words) > LONGEST:
        return None
    for word in words:
        if (found := _of(word.folded)) and found not in _AS_OBJECT:
            return found, word
    return None


def _of(folded: str) -> str | None:
    match = _BY_BEGINNING.match(folded)
    return match.lastgroup if match else _BY_WORD.get(folded)
