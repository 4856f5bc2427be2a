"""Does the record say what a line says? What the line leaves out is not compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from claims.exchange.lines import Line, Part, SourceLine, StatementLine, Words
from claims.exchange.reading import pointer
from claims.exchange.statements import ASIDE

#: lists of which a line may name some; the record may have more
_SETS = {"same_as", "names", "topics"}


def differences(line: Line, there: Mapping[str, Any]) -> list[str]:
    """Return the pointers at which the line says otherwise than the record's own line `there`."""
    aside = ASIDE if isinstance(line, StatementLine) else {"key", "errors"}
    if isinstance(line, SourceLine):
        aside = aside | {"text"}
    return list(_differing(line, there, (), aside | {"id"}))


def _differing(
    part: Part, there: Mapping[str, Any], steps: tuple[str | int, ...], aside: set[str] | frozenset[str] = frozenset()
) -> Iterator[str]:
    for name in type(part).model_fields:
        if name not in part.model_fields_set or name in aside:
            continue
        said, found = getattr(part, name), there.get(name)
        if name == "id":
            yield from [pointer(*steps, name)] if str(said) != found else []
        elif isinstance(said, Words):
            yield from _differing_words(said, found, (*steps, name))
        elif isinstance(said, list):
            yield from _differing_lists(name, said, found or [], (*steps, name))
        elif said != found and not _is_default(part, name, said, found):
            yield pointer(*steps, name)


def _is_default(part: Part, name: str, said: Any, found: Any) -> bool:
    """Bytes are left out where they are the text, and are compared by their hash."""
    return name == "raw" and found is None and said == (getattr(part, "text", None) or "").encode("utf-8")


def _differing_lists(
    name: str, said: Sequence[Any], found: Sequence[Any], steps: tuple[str | int, ...]
) -> Iterator[str]:
    if name in _SETS:
        for place, one in enumerate(said):
            if not any(_is_same(one, other) for other in found):
                yield pointer(*steps, place)
    elif len(said) != len(found):
        yield pointer(*steps)
    else:
        for place, (one, other) in enumerate(zip(said, found, strict=True)):
            if isinstance(one, Words):
                yield from _differing_words(one, other, (*steps, place))
            elif isinstance(one, Part):
                yield from _differing(one, other, (*steps, place))
            elif one != other:
                yield pointer(*steps, place)


def _is_same(said: Any, found: Any) -> bool:
    return not list(_differing(said, found, ())) if isinstance(said, Part) else said == found


def _differing_words(said: Words, found: Mapping[str, Any] | None, steps: tuple[str | int, ...]) -> Iterator[str]:
    """Context may be longer or shorter than what is kept."""
    if found is None:
        yield pointer(*steps)
        return
    for name in ("start", "end", "exact"):
        if getattr(said, name) is not None and getattr(said, name) != found[name]:
            yield pointer(*steps, name)
    before, after = said.prefix or "", said.suffix or ""
    if not (before.endswith(found.get("prefix", "")) or found["prefix"].endswith(before)):
        yield pointer(*steps, "prefix")
    if not (after.startswith(found.get("suffix", "")) or found["suffix"].startswith(after)):
        yield pointer(*steps, "suffix")
