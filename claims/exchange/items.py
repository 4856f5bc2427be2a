"""Lines on their way in, and the ids that come to stand in the place of their references."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from claims.exchange import records
from claims.exchange.lines import Line, Part, StatementLine
from claims.exchange.reading import Problem, pointer
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
    #: its id, should it have none and be new
    made: UUID = field(default_factory=uuid7)
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
        self.pk = self.given or self.made

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


def references_in(part: Part, steps: Place = ()) -> Iterator[tuple[Place, str, str]]:
    """Yield where the references of a line are, to what kind of record, and what they say."""
    references: dict[str, str] = getattr(part, "references", {})
    for name in type(part).model_fields:
        value = getattr(part, name)
        for place, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            where = (*steps, name) if place is None else (*steps, name, place)
            if isinstance(one, Part):
                yield from references_in(one, where)
            elif name in references and one is not None:
                yield where, references[name], one


def put_ids(part: Part, meaning: References, problems: list[Problem], steps: Place = ()) -> None:
    """Put ids in the place of the references of a line; add a problem for each that means nothing, or several."""
    references: dict[str, str] = getattr(part, "references", {})

    def id_of(name: str, value: Any, where: Place) -> Any:
        if isinstance(value, Part):
            put_ids(value, meaning, problems, where)
            return value
        if name not in references or value is None:
            return value
        try:
            return str(meaning.resolve(references[name], value))
        except ReferenceProblemError as error:
            problems.append(Problem(pointer(*where), str(error)))
            return value

    # in the order of the class, so that problems come in the same order each time
    for name in filter(part.model_fields_set.__contains__, type(part).model_fields):
        value = getattr(part, name)
        if isinstance(value, list):
            setattr(part, name, [id_of(name, one, (*steps, name, place)) for place, one in enumerate(value)])
        else:
            setattr(part, name, id_of(name, value, (*steps, name)))
