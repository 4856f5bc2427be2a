"""What a statement must have to match a query of PostgreSQL's text search, read from the query's own text form."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'(?::[A-D*]+)?|(<(?:-|\d+)>|[&|!()]))")


@dataclass(frozen=True)
class Needs:
    """Of each of these sets of lexemes a statement has one at least.

    `is_exact`: whoever has them matches. Empty where the query asks for nothing that must be there (`-word`).
    """

    sets: tuple[frozenset[str], ...]
    is_exact: bool


def needs_of(query: str) -> Needs:
    """Return what a tsquery, as text (`'profond' <-> 'préoccup' & !'chin'`), needs of a statement."""
    reader = _Reader(query)
    found = reader.alternatives()
    unique = dict.fromkeys(found.sets)
    return Needs(tuple(unique), found.is_exact)


class _Reader:
    """Reads a tsquery by descent: `|` binds loosest, then `&`, then phrases, then `!`."""

    def __init__(self, query: str) -> None:
        self._tokens = [(match[1], match[2]) for match in _TOKEN.finditer(query)]
        self._at = 0

    def alternatives(self) -> Needs:
        found = self._all_of()
        while self._takes("|"):
            found = _either(found, self._all_of())
        return found

    def _all_of(self) -> Needs:
        found = self._phrase()
        while self._takes("&"):
            found = _both(found, self._phrase())
        return found

    def _phrase(self) -> Needs:
        found = self._one()
        while self._operator().startswith("<"):
            self._at += 1
            found = Needs(_both(found, self._one()).sets, is_exact=False)
        return found

    def _one(self) -> Needs:
        if self._takes("!"):
            self._one()
            return Needs((), is_exact=False)
        if self._takes("("):
            inner = self.alternatives()
            self._takes(")")
            return inner
        lexeme, _operator = self._tokens[self._at]
        self._at += 1
        return Needs((frozenset({lexeme.replace("''", "'").replace("\\\\", "\\")}),), is_exact=True)

    def _operator(self) -> str:
        return (self._tokens[self._at][1] or "") if self._at < len(self._tokens) else ""

    def _takes(self, operator: str) -> bool:
        is_next = self._operator() == operator
        self._at += is_next
        return is_next


def _both(one: Needs, other: Needs) -> Needs:
    return Needs(one.sets + other.sets, one.is_exact and other.is_exact)


def _either(one: Needs, other: Needs) -> Needs:
    if not (one.sets and other.sets):
        return Needs((), is_exact=False)
    smallest = min(one.sets, key=len) | min(other.sets, key=len)
    is_single = len(one.sets) == len(other.sets) == 1
    return Needs((smallest,), is_exact=is_single and one.is_exact and other.is_exact)
