"""Bodies as they come: one JSON object (RFC 8259), nothing twice, nothing that cannot be kept as text."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from rest_framework.parsers import BaseParser

from config.http import problems

MAX_DEPTH = 32
MOST_ERRORS = 50
LONGEST_NAME = 100
MOST_DIGITS = 100


class _Repeating(dict[str, Any]):
    """An object in which names are given several times."""

    repeated: set[str]


class StrictJSONParser(BaseParser):
    """Read a JSON object; raise ProblemError (400) that points at what is wrong in it."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the object."""
        return read_object(stream.read())


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that the bytes are; raise ProblemError for anything else."""
    try:
        body = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_int=_whole, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise problems.body_error("", f"It is not UTF-8 text: see byte {error.start}.") from None
    except json.JSONDecodeError as error:
        raise problems.body_error(
            "", f"It is no JSON: {error.msg}, line {error.lineno}, column {error.colno}."
        ) from None
    except ValueError as error:
        raise problems.body_error("", f"It is no JSON that can be read: {error}.") from None
    except RecursionError:
        raise _too_deep("") from None
    if not isinstance(body, dict):
        raise problems.body_error("", "It must be a JSON object: {…}.")
    errors = list(islice(_faults(body), MOST_ERRORS))
    if errors:
        raise problems.invalid_body(errors)
    return body


def pointer(path: Iterable[str | int]) -> str:
    """Return the JSON Pointer (RFC 6901) of a path of names and positions; it can always be stored and sent."""
    return "".join("/" + _shown(str(part)).replace("~", "~0").replace("/", "~1") for part in path)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = _Repeating(found)
    repeating.repeated = {name for name, times in Counter(name for name, _value in pairs).items() if times > 1}
    return repeating


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError("a number in it has too many digits")
    return int(digits)


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _faults(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[dict[str, str]]:
    """What cannot be kept, in the order of the body."""
    if isinstance(value, dict | list):
        if len(path) >= MAX_DEPTH:
            raise _too_deep(pointer(path))
        if isinstance(value, dict):
            yield from _of_names(path, value)
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _faults(one, (*path, name))
    elif isinstance(value, str) and (fault := _fault(value)):
        yield {"pointer": pointer(path), "detail": fault}
    elif value in (float("inf"), float("-inf")):
        yield {"pointer": pointer(path), "detail": "This number is too large."}


def _of_names(path: tuple[str | int, ...], value: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name in sorted(getattr(value, "repeated", ())):
        yield {"pointer": pointer((*path, name)), "detail": "It is given more than once."}
    for name in value:
        if fault := _fault(name):
            yield {"pointer": pointer((*path, name)), "detail": f"Its name: {fault}"}


def _fault(text: str) -> str | None:
    if "\0" in text:
        return "It has a NUL character in it."
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "It has half of a surrogate pair in it, which is no character."
    return None


def _too_deep(at: str) -> problems.ProblemError:
    return problems.body_error(at, f"It is nested too deep: {MAX_DEPTH} levels are the most.")


def _shown(name: str) -> str:
    text = name.replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
