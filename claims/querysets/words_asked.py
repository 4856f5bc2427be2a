"""What is typed into a search box, as each language's dictionary reads it.

A query is read once in a language: a dictionary does not change while a server runs. Which languages there are words in
may change with any statement: who uses what is remembered of it looks again as it reads (`LANGUAGES`), and begins anew
where that is not so any more (`LanguagesChangedError`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from claims.querysets.search import FIELDS, languages_now
from claims.text.tsqueries import Needs, needs_of
from config.postgresql.binary import binary_cursor

_READ = "SELECT language, {query}::text FROM unnest(%s::text[]) AS language"
_present: dict[str, tuple[str, ...]] = {}


class NoWordError(ValueError):
    """A query of nothing but stop words."""


class LanguagesChangedError(Exception):
    """There are words in other languages than was remembered."""


@dataclass(frozen=True)
class Asked:
    """A query in one language: as PostgreSQL writes it, and what it needs of a statement."""

    language: str
    query: str
    needs: Needs


def words_asked(
    typed: str,
    within: Collection[str],
    in_languages: Sequence[str],
    *,
    using: str,
    stop_word_languages: Sequence[str],
) -> list[Asked]:
    """Return the query in each of these languages, within these fields; where it says something.

    Raise NoWordError where it says nothing in any of the languages that stop words are known of.
    """
    weights = "".join(sorted(FIELDS[name] for name in within))
    read = _read(typed, weights, (*in_languages, *stop_word_languages), using)
    if not any(one.query for one in read[-len(stop_word_languages) :]):
        raise NoWordError
    return [one for one in read[: -len(stop_word_languages)] if one.query]


def languages(using: str) -> tuple[str, ...]:
    """Return the languages that there are words in, as remembered."""
    if using not in _present:
        _present[using] = languages_now(using)
    return _present[using]


def check_languages(found: Sequence[str], read: Sequence[str], *, using: str) -> None:
    """Remember the languages found; raise LanguagesChangedError where a query was read in others."""
    _present[using] = tuple(found)
    if tuple(read) != tuple(found):
        raise LanguagesChangedError


@lru_cache(maxsize=4096)
def _read(typed: str, weights: str, in_languages: tuple[str, ...], using: str) -> list[Asked]:
    is_limited = 0 < len(weights) < len(FIELDS)
    query = "public.search_query(language, %s::text" + (", %s::text)" if is_limited else ")")
    values: list[Any] = [typed, *([weights] if is_limited else []), list(in_languages)]
    with binary_cursor(using) as cursor:
        cursor.execute(_READ.format(query=query), values)
        return [
            Asked(language, written, needs_of(written) if written else Needs((), is_exact=False))
            for language, written in cursor.fetchall()
        ]
