"""Refused lines: told in order, and as they are written aside; mended there, they can be imported alone."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from claims.exchange.lines import LINES
from claims.exchange.reading import LineError, Problem, model_in, parse
from claims.exchange.references import KEY, References
from claims.exchange.results import Result

Refuse = Callable[[int, bytes, Sequence[Problem]], None]


class Refusals:
    """The refused lines of one import; lines are read ahead of those before them, so they wait to be told."""

    def __init__(self, refuse: Refuse, *, result: Result, references: References, are_skipped: bool) -> None:
        self._refuse, self._result, self._references, self._are_skipped = refuse, result, references, are_skipped
        self._waiting: list[tuple[int, bytes, Sequence[Problem]]] = []

    @property
    def keep_all_out(self) -> bool:
        """Whether a line was refused that the rest must not come in without."""
        return self._result.refused > 0 and not self._are_skipped

    @property
    def waiting(self) -> int:
        """How many are not told yet."""
        return len(self._waiting)

    def add(self, number: int, raw: bytes, problems: Sequence[Problem]) -> None:
        """Count a refused line, to be told later."""
        self._result.refused += 1
        self._waiting.append((number, raw, problems))

    def tell(self) -> None:
        """Tell of the lines refused so far, in their order; those that can be mended apart from the file, with ids."""
        for number, raw, problems in sorted(self._waiting, key=lambda one: one[0]):
            known = partial(self._references.id_of_key, before=number)
            self._refuse(number, with_ids(raw, known) if self._are_skipped else raw, problems)
        self._waiting.clear()


def with_ids(raw: bytes, id_of: Callable[[str], UUID | None]) -> bytes:
    """Return the line with ids in the place of keys of lines that came in; other files know no keys of this one."""
    if b'"' + KEY.encode() not in raw:
        return raw
    try:
        found = parse(raw)
    except LineError:
        return raw
    model = LINES.get(str(found.get("record")))
    return _packed(_with_ids(found, model, id_of)) if model is not None else raw


def refused_line(raw: bytes, problems: Sequence[Problem]) -> bytes:
    """Return the line with its errors added; what is no proper JSON object goes into `text`, as it is."""
    errors = [{"pointer": one.pointer, "message": one.sentence} for one in problems]
    try:
        found = parse(raw)
    except LineError:
        found = {"text": raw.decode("utf-8", "replace").rstrip("\r\n")}
    return _packed({**found, "errors": errors})


def _packed(found: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        # halves of characters stay what they are, to be refused again
        return json.dumps(found).encode("utf-8")


def _with_ids(found: Mapping[str, Any], model: type[BaseModel], id_of: Callable[[str], UUID | None]) -> dict[str, Any]:
    references: dict[str, str] = getattr(model, "references", {})

    def told(name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [told(name, one) for one in value]
        inner = model_in(model.model_fields[name].annotation)
        if inner is not None:
            return _with_ids(value, inner, id_of) if isinstance(value, dict) else value
        is_known = name in references and isinstance(value, str) and value.startswith(KEY)
        return str(id_of(value.removeprefix(KEY)) or value) if is_known else value

    return {name: told(name, value) if name in model.model_fields else value for name, value in found.items()}
