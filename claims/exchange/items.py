"""Lines on their way in, and the ids that come to stand in the place of their references."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, cast
from uuid import UUID

from claims.exchange import records
from claims.exchange.lines import Line, Part, StatementLine
from claims.exchange.reading import Problem, model_in, pointer
from claims.exchange.references import ReferenceProblemError, References
from claims.exchange.statements import NewStatement
from sources.models.fields import uuid7

Place = tuple[str | int, ...]


@dataclass
class Item:
    """One line on its way in."""

    number: int
    raw: bytes
    line: Line
    given: UUID | None
    #: its id, should it be new
    made: UUID = field(init=False)
    pk: UUID = field(init=False)
    is_there: bool = False
    problems: list[Problem] = field(default_factory=list)
    digest: bytes = b""
    is_left: bool = False
    stands_otherwise: bool = False
    #: the very line came in before
    is_repeated: bool = False
    statement: NewStatement | None = None
    #: an earlier line of the same batch that says the same
    twin: "Item | None" = None

    def __post_init__(self) -> None:
        self.pk = self.made = self.given or uuid7()

    @cached_property
    def names(self) -> frozenset[str]:
        """What it may be known by to later lines."""
        return records.names_of(self.line)

    @property
    def record(self) -> str:
        return self.line.record

    @property
    def said(self) -> StatementLine:
        """The line, where it is known to be a statement's."""
        return cast(StatementLine, self.line)


@cache
def _referring(part: type[Part]) -> tuple[tuple[str, str | None], ...]:
    """The fields that hold references (with the kind of record), or parts of the line that hold some (None)."""
    references: dict[str, str] = getattr(part, "references", {})
    found: list[tuple[str, str | None]] = []
    for name, one in part.model_fields.items():
        inner = model_in(one.annotation)
        if name in references:
            found.append((name, references[name]))
        elif inner is not None and issubclass(inner, Part) and _referring(inner):
            found.append((name, None))
    return tuple(found)


@cache
def referred_to(part: type[Part]) -> frozenset[str]:
    """The kinds of record that a line of this class, or a part of it, may refer to."""
    found: set[str] = set()
    for name, record in _referring(part):
        inner = model_in(part.model_fields[name].annotation)
        found |= {record} if record is not None else referred_to(inner) if inner is not None else set()
    return frozenset(found)


def references_in(part: Part) -> Iterator[tuple[str, str]]:
    """Yield to what kind of record each reference of a line is, and what it says."""
    for name, record in _referring(type(part)):
        value = getattr(part, name)
        for one in value if isinstance(value, list) else [value]:
            if one is None:
                continue
            if record is None:
                yield from references_in(one)
            else:
                yield record, one


def put_ids(part: Part, meaning: References, problems: list[Problem], steps: Place = ()) -> None:
    """Put ids in the place of the references of a line; add a problem for each that means nothing, or several."""

    def id_of(record: str | None, value: Any, where: Place) -> Any:
        if value is None:
            return value
        if record is None:
            put_ids(value, meaning, problems, where)
            return value
        try:
            return meaning.resolve(record, value)
        except ReferenceProblemError as error:
            problems.append(Problem(pointer(*where), str(error)))
            return value

    # in the order of the class, so that problems come in the same order each time
    for name, record in _referring(type(part)):
        if name not in part.model_fields_set:
            continue
        value = getattr(part, name)
        if isinstance(value, list):
            value[:] = [id_of(record, one, (*steps, name, place)) for place, one in enumerate(value)]
        else:
            setattr(part, name, id_of(record, value, (*steps, name)))
