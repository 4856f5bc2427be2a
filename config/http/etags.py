"""Entity tags of answers, made of the versions of all rows that they show (RFC 9110, sections 8.8.3 and 13.1.2)."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def digest_of(rows: Iterable[Any], *others: Any, sees_all: bool = False) -> str:
    """Return 16 hexadecimal digits that change whenever a row shown does; `others` is what an answer shows besides.

    Rows are walked along what was fetched with them; parts without a version are covered by their whole's. What is not
    public, and so not shown unless the one who asks `sees_all`, counts for nothing.
    """
    hashed = hashlib.sha256(repr((others, sees_all)).encode("utf-8", "surrogatepass"))
    for seen in _walked(rows, sees_all):
        hashed.update(repr(seen).encode("utf-8", "surrogatepass"))
    return hashed.hexdigest()[:16]


def is_matched(condition: str | None, tag: str) -> bool:
    """Whether an `If-None-Match` names this tag (weak comparison), or any (`*`); one that is no list names none."""
    if condition is None:
        return False
    found = tags(condition)
    return condition.strip() == "*" or (found is not None and tag.strip('"') in [opaque for _, opaque in found])


def tags(condition: str) -> list[tuple[bool, str]] | None:
    """Return the entity tags of a list as pairs: whether it is weak, and what stands in the quotation marks.

    None for what is no list of tags.
    """
    found, rest = [], condition.strip()
    while rest:
        tag = _TAG.match(rest)
        if tag is None:
            return None
        found.append((bool(tag[1]), tag[2]))
        rest = rest[tag.end() :].lstrip(" \t")
        if rest and not rest.startswith(","):
            return None  # two tags without a comma
        rest = rest.lstrip(", \t")
    return found


def _walked(rows: Iterable[Any], sees_all: bool) -> Iterator[Any]:
    """Yield id and version of each row within reach, once, and what queries computed for it."""
    waiting, met, named = list(rows), set(), set()
    while waiting:
        row = waiting.pop()
        # one row may have been fetched twice, with other rows behind it each time
        if id(row) in met:
            continue
        met.add(id(row))
        if not (sees_all or getattr(row, "is_public", True)):
            continue
        if (type(row), row.pk) not in named:
            named.add((type(row), row.pk))
            if hasattr(row, "version"):
                yield str(row.pk), row.version
        for name, value in _computed(row):
            yield str(row.pk), name, value
        waiting += _fetched(row)


def _computed(row: Model) -> Iterator[tuple[str, Any]]:
    columns = {field.attname for field in row._meta.concrete_fields}
    for name, value in vars(row).items():
        if not name.startswith("_") and name not in columns:
            yield name, value


def _fetched(row: Model) -> Iterator[Model]:
    yield from (other for other in row._state.fields_cache.values() if isinstance(other, Model))
    for others in getattr(row, "_prefetched_objects_cache", {}).values():
        yield from others
