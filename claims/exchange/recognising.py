"""Which lines are in the record already, or on an earlier line; one that says otherwise than the record is refused."""

from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from claims.exchange import records, statements
from claims.exchange.comparing import differences, otherwise
from claims.exchange.items import Item
from claims.exchange.lines import SourceLine
from claims.exchange.many import rows_of_any
from claims.exchange.models import ImportedStatement
from claims.exchange.reading import Problem
from claims.exchange.references import References
from claims.exchange.statements import NewStatement, digest
from claims.exchange.writing import lines_of
from sources.models import SourceText
from sources.text import urls

SHOWN_DIFFERENCES = 5


def recognise(items: Sequence[Item], references: References) -> None:
    """Tell each line (all of one kind, references resolved) whether it is there; refuse what says otherwise."""
    record = items[0].record
    references.look_up(record, [str(item.given) for item in items if item.given])
    for item in items:
        item.is_there = item.given is not None and references.is_row(record, item.given)
    if record == "statement":
        _recognise_lines(items)
    else:
        unknown = [item for item in items if not item.is_there]
        if unknown:
            for item, ids in zip(unknown, records.known([item.line for item in unknown]), strict=True):
                _identify(item, ids)
        if record == "membership":
            _find_twins(items, lambda item: records.office(item.line))
    _compare([item for item in items if item.is_there and not item.problems and not item.is_repeated])


def recognise_words(items: Sequence[Item]) -> None:
    """A statement without id in which the same speakers say the same words is the same; its rows must be made."""
    if not items:
        return
    known = statements.known([cast(NewStatement, one.statement) for one in items])
    for item, ids in zip(items, known, strict=True):
        _identify(item, ids)
    _compare([item for item in items if item.is_there and not item.problems])


def _recognise_lines(items: Sequence[Item]) -> None:
    """A line that came before is known by its digest."""
    for item in items:
        item.digest = digest(item.said)
    found = rows_of_any(ImportedStatement, ["sha256", "statement_id"], "sha256", [item.digest for item in items])
    by_digest = {bytes(one): pk for one, pk in found}
    for item in items:
        came = by_digest.get(item.digest)
        if came is not None and item.given in (None, came):
            item.pk, item.is_there, item.is_repeated = came, True, True
    _find_twins(items, lambda item: item.digest)


def _find_twins(items: Sequence[Item], identity: Callable[[Item], Any]) -> None:
    first: dict[Any, Item] = {}
    for item in items:
        earlier = first.setdefault(identity(item), item)
        item.twin = earlier if earlier is not item and item.given in (None, earlier.given) else None
        if item.twin is not None and not item.is_there:
            item.pk, item.is_there, item.is_repeated = earlier.pk, True, True


def _identify(item: Item, ids: set[UUID]) -> None:
    if len(ids) > 1:
        listed = ", ".join(sorted(map(str, ids)))
        item.problems.append(Problem("", _("It may be any of %(candidates)s: give the id.") % {"candidates": listed}))
    elif ids:
        item.pk, item.is_there = next(iter(ids)), True


def _compare(items: Sequence[Item]) -> None:
    if not items:
        return
    record = items[0].record
    written = {line["id"]: line for line in lines_of(record, dict.fromkeys(item.pk for item in items))}
    for item in items:
        differing = differences(item.line, written[str(item.pk)])
        if isinstance(item.line, SourceLine) and item.line.text is not None:
            differing += _differing_text(item.line, item.pk)
        for place in differing[:SHOWN_DIFFERENCES]:
            item.problems.append(Problem(place, otherwise(item.line, written[str(item.pk)], place)))


def _differing_text(line: SourceLine, pk: UUID) -> list[str]:
    """The words of a source line are those of one of its revisions."""
    is_there = SourceText.objects.with_words(urls.sha256(line.text or "")).filter(source=pk).exists()
    return [] if is_there else ["/text"]
