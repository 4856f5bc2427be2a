"""What an answer shows of its rows, as asked for: some members, all but some, and resources that they name, in full."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from config.http.filters import NamesFilter, ParameterFilter

FIELDS, OMIT, EXPAND = "fields", "omit", "expand"


@dataclass(frozen=True)
class Expansion:
    """A kind of resources that rows name: which ids, how they are fetched for who asks, how they look."""

    ids_of: Callable[[Any], Iterable[Any]]
    fetch: Callable[[Any, list[Any]], Any]
    serializer: type[serializers.Serializer[Any]]


def shaping_parameters(members: Iterable[str], expandable: Mapping[str, Expansion]) -> dict[str, ParameterFilter]:
    """Return the parameters by which the members of answers are chosen."""
    names = list(members)
    found: dict[str, ParameterFilter] = {
        FIELDS: NamesFilter(
            "The members to answer, and no others; several with commas, or repeated. The types of this document are "
            "those of whole answers.",
            choices=names,
        ),
        OMIT: NamesFilter("Members to leave out.", choices=names),
    }
    if expandable:
        found[EXPAND] = NamesFilter(
            "Resources that the answer names, to be put in full into its member `expanded`, each once.",
            choices=expandable,
        )
    return found


def chosen(given: Mapping[str, Any], members: Iterable[str]) -> list[str]:
    """Return the members to answer, of those there are."""
    wanted, unwanted = _flat(given.get(FIELDS)), _flat(given.get(OMIT))
    return [name for name in members if (not wanted or name in wanted) and name not in unwanted]


def expanded_rows(view: Any, rows: Iterable[Any], expandable: Mapping[str, Expansion]) -> dict[str, list[Any]]:
    """Return by name the rows in full that other rows name, as far as that was asked for."""
    page = list(rows)
    asked = [name for name in expandable if name in _flat(view.own.get(EXPAND))]
    return {name: _rows_named(view, page, expandable[name]) for name in asked}


def _rows_named(view: Any, page: list[Any], expansion: Expansion) -> list[Any]:
    ids = sorted({key for row in page for key in expansion.ids_of(row) if key is not None})
    return list(expansion.fetch(view, ids)) if ids else []


def _flat(given: Iterable[list[str]] | None) -> set[str]:
    return {name for names in given or [] for name in names}
