"""Who is named in a text, where: names that the record has, their short forms, and names that it does not have."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from claims.proposals.text.vocabulary import forms
from claims.text.intensity import fold
from claims.text.spans import Span

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*+")
#: "déclare-t-il": a verb and its pronoun
_PRONOUN_BEHIND = re.compile(r"-(?:t-)?(il|elle|ils|elles|on|je|nous|vous)\Z", re.IGNORECASE)
#: words inside a name that need no capital
_PARTICLES = forms("de du d van von der den bin ben al el ibn da di dos")
#: capitals that begin no name
NO_NAMES = forms(
    "le la les l un une des il elle ils elles on ce cette ces selon lors dans pour par en au aux mais et ou si "
    "son sa ses leur leurs nous vous je qui que quand apres avant depuis entre contre sans sous sur m mm mme "
    "mlle dr mr mrs ms photo the a an he she they it in on at for by of and but or if his her their this that "
    "these we you who when after before since d de du a i source suite plus"
)
#: countries whose name is a name by itself, and begins no longer one: "le président des États-Unis Ada Essai"
_ALONE = frozenset({"etats-unis", "royaume-uni", "pays-bas"})
_ARTICLES = frozenset({"le", "la", "les", "l", "the"})
LONGEST = 8  # words of a name


@dataclass(frozen=True)
class Word:
    """A word of the text, where it stands, and how it is compared."""

    span: Span
    folded: str
    is_capital: bool


@dataclass(frozen=True)
class Known:
    """A name of a speaker in the record; `key` is the speaker, `is_person` lets the family name stand for it."""

    key: str
    name: str
    is_person: bool = False


@dataclass(frozen=True)
class Mention:
    """A name in the text; `key` is None where the record does not have it."""

    span: Span
    key: str | None = None
    is_person: bool = False


@dataclass(frozen=True)
class _Names:
    """Names by their words, and how many words those have that begin with a word, the longest first."""

    by_words: dict[tuple[str, ...], Known]
    sizes: dict[str, list[int]]

    @classmethod
    def of(cls, known: Iterable[Known]) -> "_Names":
        several: dict[tuple[str, ...], list[Known]] = {}
        for one in known:
            parts = [word.folded for word in words(one.name)][:LONGEST]
            if len(parts) > 1 and parts[0] in _ARTICLES:
                del parts[0]
            if parts:
                several.setdefault(tuple(parts), []).append(one)
        sizes: dict[str, set[int]] = {}
        for name in several:
            sizes.setdefault(name[0], set()).add(len(name))
        return cls(
            {name: _only(those) for name, those in several.items()},
            {first: sorted(found, reverse=True) for first, found in sizes.items()},
        )

    def at(self, row: Sequence[Word], place: int) -> Mention | None:
        """Return the longest name that begins with a word; a name has a capital somewhere."""
        for size in self.sizes.get(row[place].folded, ()):
            there = row[place : place + size]
            one = self.by_words.get(tuple(word.folded for word in there))
            if one and any(word.is_capital for word in there):
                return Mention(Span(there[0].span.start, there[-1].span.end), one.key or None, one.is_person)
        return None


def _only(several: Sequence[Known]) -> Known:
    """Whose name it is; nobody's where several have it, for the curator to say."""
    one = several[0]
    return one if len({each.key for each in several}) == 1 else Known("", one.name, one.is_person)


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Return the words of a text, or of a part of it; names joined by hyphens are one word, "dit-il" is two."""
    return [
        Word(Span(first, last), fold(text[first:last]), text[first].isupper())
        for found in _WORD.finditer(text, start, len(text) if end is None else end)
        for first, last in _parts(found)
    ]


def _parts(found: re.Match[str]) -> list[tuple[int, int]]:
    pronoun = _PRONOUN_BEHIND.search(found[0]) if "-" in found[0] else None
    if pronoun is None:
        return [found.span()]
    return [
        (found.start(), found.start() + pronoun.start()),
        (found.start() + pronoun.start(1), found.start() + pronoun.end(1)),
    ]


def mentions(text: str, row: Sequence[Word], known: Iterable[Known]) -> list[Mention]:
    """Return the names among the words of a text in reading order, the longest where several begin at one place."""
    names = _Names.of(known)
    full = list(_matched(text, row, names, unknown=True))
    return list(_matched(text, row, _Names.of(_short_forms(text, full, names)), given=full))


def _matched(
    text: str, row: Sequence[Word], names: _Names, *, given: Sequence[Mention] = (), unknown: bool = False
) -> Iterator[Mention]:
    """Yield the names that the words are from left to right, those `given` first of all; none within another."""
    taken = {one.span.start: one for one in given}
    place = 0
    while place < len(row):
        here = taken.get(row[place].span.start) or names.at(row, place)
        if here is None and unknown:
            here = _unknown(text, row, place, names)
        place += 1
        if here is not None:
            yield here
            while place < len(row) and row[place].span.start < here.span.end:
                place += 1


def _short_forms(text: str, full: Sequence[Mention], names: _Names) -> list[Known]:
    """The family names of people who are named in full, where only one of them has it.

    Those whom the record does not have are told apart by their family names alone.
    """
    keys = {one.key for one in full if one.key}
    owners: dict[str, set[str]] = {}
    for parts, one in names.by_words.items():
        if one.key in keys and one.is_person and len(parts) > 1:
            for part in {parts[0], parts[-1]}:
                owners.setdefault(part, set()).add(one.key)
    for mention in full:
        if mention.key is None and mention.is_person:
            found = words(text, mention.span.start, mention.span.end)
            owners.setdefault(found[-1].folded, set()).add("")
            if len(found) > 1 and len(found[0].folded) <= 3:  # "Jo Gu-rae", family name first
                owners.setdefault(found[0].folded, set()).add("")
    return [
        Known(next(iter(keys)), part, is_person=True)
        for part, keys in owners.items()
        if len(keys) == 1 and len(part) > 1 and part not in _PARTICLES | NO_NAMES
    ]


def _unknown(text: str, row: Sequence[Word], place: int, names: _Names) -> Mention | None:
    """Two or more capitalised words side by side: a name, in all likelihood; a person's, unless it has an article."""
    end = place
    first = row[place]
    if not first.is_capital or first.folded in NO_NAMES | _ALONE:
        return None
    while end + 1 < len(row) and end - place < LONGEST and _is_beside(text, row[end], row[end + 1]):
        following = row[end + 1]
        joins = following.folded in _PARTICLES and end + 2 < len(row) and row[end + 2].is_capital
        if not (following.is_capital or joins) or names.at(row, end + 1):
            break
        end += 1
    if end == place:
        return None
    span = Span(first.span.start, row[end].span.end)
    # "le Conseil National" and "le Premier ministre" have an article, people have none
    has_article = place > 0 and row[place - 1].folded in _ARTICLES and span.start - row[place - 1].span.end <= 1
    return Mention(
        span, None, is_person=not has_article and not any(len(one.folded) == 1 for one in row[place : place + 1])
    )


def _is_beside(text: str, one: Word, other: Word) -> bool:
    between = text[one.span.end : other.span.start]
    return between in {" ", "\u00a0", "'", "’", ". "} and (between != ". " or len(one.folded) <= 2)
