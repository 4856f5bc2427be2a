"""Filters of lists. Each refuses what it cannot read, and says for OpenAPI what it takes.

A filter narrows the rows of a list by a column, or by a method of their queryset; or, with `of`, rows that belong to
them, of which all such filters ask for the same one. A filter that takes several values has a twin `not_…`.
"""

import copy
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from config.http import problems
from config.http.parameters import MAX_VALUES, check_parameters

UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LANGUAGE_FORM = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MAX_TEXT = 256


class StrictFilterBackend(BaseFilterBackend):
    """Filter by the view's filterset; an unknown, repeated or wrong parameter is a 400 that says what is allowed."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if own_parameters(view):
            _ = view.own  # what is wrong with the query is said before any row is asked for
        else:
            check_query(request, view)
        if not declared_filters(view):
            return queryset
        filtered: QuerySet[Any] = view.filterset_class(request, view).filter_queryset(queryset)
        return filtered


def check_query(request: Request, view: Any) -> None:
    """Raise ProblemError (400) for a parameter that this view does not take, or not in this form (`parameters`)."""
    if not request.META.get("QUERY_STRING"):
        return
    taken = {**declared_filters(view), **own_parameters(view)}
    paging = view.paginator.get_page_parameters() if not view.detail and view.paginator else {}
    check_parameters(
        request,
        known={*taken, *paging},
        repeatable=[name for name in request.query_params if name in taken and taken[name].is_repeatable],
        longest=paging,
    )


def declared_filters(view: Any) -> Mapping[str, "ParameterFilter"]:
    """Return the filters of a list view by the name of their parameter; of a detail view, none."""
    filterset = getattr(view, "filterset_class", None)
    return filterset.base_filters if filterset and not view.detail else {}


def own_parameters(view: Any) -> Mapping[str, "ParameterFilter"]:
    """Return the parameters of a view that say how it answers, not which rows (`own_parameters`)."""
    return getattr(view, "own_parameters", {})


def read_parameters(request: Request, declared: Mapping[str, "ParameterFilter"]) -> dict[str, Any]:
    """Return what was given for these parameters, by name: a list for a repeatable one, else a value.

    What was not given is left out. Raise ProblemError (400) for what cannot be read.
    """
    if not request.META.get("QUERY_STRING"):
        return {}
    found: dict[str, Any] = {}
    errors = []
    query = request.query_params
    for name in [name for name in declared if name in query]:
        try:
            found[name] = declared[name].read_all(query.getlist(name))
        except ValidationError as error:
            errors += [{"parameter": name, "detail": sentence} for sentence in error.messages]
    if errors:
        raise problems.ProblemError(
            problems.INVALID_PARAMETER, " ".join(f"{one['parameter']}: {one['detail']}" for one in errors), errors
        )
    return found


def nothing_given(declared: Mapping[str, "ParameterFilter"]) -> dict[str, Any]:
    """Return what stands for each parameter that was not given: an empty list for a repeatable one, else None."""
    return {name: [] if one.is_repeatable else None for name, one in declared.items()}


class ParameterFilter:
    """A parameter of a list: `read` checks one value, `schema` describes one value for OpenAPI.

    Rows are narrowed by `column`, or by the method `by` of their queryset, which takes the value and, as keywords,
    the values of the parameters `using`. With `of`, these rows are those of that name that belong to a row listed
    (`ListFilters.rows_of`). `method` is one of the ListFilters, which takes rows and value. With none of them a
    parameter filters nothing: it says how another one is meant.
    """

    is_repeatable = False
    is_negated = False
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def __init__(
        self,
        description: str,
        *,
        method: str | None = None,
        column: str | None = None,
        by: str | None = None,
        of: str | None = None,
        using: Sequence[str] = (),
        example: str | None = None,
        has_twin: bool = True,
        most: int = MAX_VALUES,
    ) -> None:
        self.has_twin, self.most = has_twin, most
        self.method, self.column, self.by, self.of, self.using = method, column, by, of, using
        self.description = description
        self.example = example

    @property
    def can_be_negated(self) -> bool:
        """Whether it has a twin that leaves out what it asks for."""
        return self.is_repeatable and self.is_filter and self.has_twin

    def twin(self, name: str) -> "ParameterFilter":
        """Return the filter `not_…` of this one."""
        other = copy.copy(self)
        other.description = f"Leaves out what `{name}` asks for; of several, what any of them asks for."
        other.example, other.is_negated = None, True
        return other

    def read(self, value: str) -> Any:
        """Return the value as the filter takes it; raise ValidationError saying what would be right."""
        raise NotImplementedError

    def read_all(self, given: Sequence[str]) -> Any:
        """Return the values given as the filter takes them: a list if it is repeatable, else the only one."""
        if not self.is_repeatable:
            return self.read(given[-1])
        if len(given) > self.most:
            raise ValidationError(f"It may be given {self.most} times at most.")
        return [self.read(value) for value in given]

    @property
    def is_filter(self) -> bool:
        """Whether it narrows the list by itself."""
        return self.column is not None or self.by is not None

    def narrowed(self, rows: QuerySet[Any], value: Any, given: Mapping[str, Any]) -> QuerySet[Any]:
        """Return the rows that the value asks for; `given` has what was given for all parameters."""
        if self.by is not None:
            asked: QuerySet[Any] = getattr(rows, self.by)(value, **{name: given[name] for name in self.using})
            return asked
        return rows.filter(**{f"{self.column}__in": value if self.is_repeatable else [value]})

    def left_out(self, rows: QuerySet[Any], value: Any, given: Mapping[str, Any]) -> QuerySet[Any]:
        """Return the rows that the value does not ask for."""
        if self.by is None:
            return rows.exclude(**{f"{self.column}__in": value})
        asked = self.narrowed(rows.model._default_manager.order_by(), value, given)
        return rows.filter(~Exists(asked.filter(pk=OuterRef("pk"))))

    def parameter(self, name: str) -> dict[str, Any]:
        """Return the OpenAPI parameter object."""
        # OpenAPI's own `example` would fill in the form of Swagger UI, and ask for nothing that there is
        example = f" Example: `{self.example}`." if self.example is not None else ""
        described: dict[str, Any] = {
            "name": name,
            "in": "query",
            "required": False,
            "description": self.description + example,
        }
        if self.is_repeatable:
            described["schema"] = {"type": "array", "items": self.schema, "minItems": 1, "maxItems": self.most}
            described["style"], described["explode"] = "form", True
        else:
            described["schema"] = self.schema
        return described


class ListFilters:
    """The filters of a list; each one that takes several values has its twin `not_…` behind it.

    `given` has what was given for each. Querysets of rows that filters with `of` narrow by offer `rows_of(name)`,
    `having(rows)` and `without(rows)`.
    """

    base_filters: ClassVar[Mapping[str, ParameterFilter]] = {}
    _nothing: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = {
            name: one
            for base in reversed(cls.__mro__)
            for name, one in vars(base).items()
            if isinstance(one, ParameterFilter)
        }
        twins = {f"not_{name}": one.twin(name) for name, one in found.items() if one.can_be_negated}
        cls.base_filters = {**found, **twins}
        cls._nothing = nothing_given(cls.base_filters)

    def __init__(self, request: Request, view: Any) -> None:
        """Read what the request gives; raise ProblemError (400) for what cannot be read."""
        self.view = view
        self._values = read_parameters(request, self.base_filters)
        self.given = {**self._nothing, **self._values}

    @property
    def narrowing(self) -> set[str]:
        """The names of the parameters given that narrow the list by themselves."""
        filters = self.base_filters
        return {name for name in self._values if filters[name].is_filter or filters[name].method is not None}

    def beside(self) -> dict[str, Any]:
        """Return what filters may use besides parameters (`using`), by name; `alias` is the connection asked by."""
        return {"only_public": not self.view.sees_all}

    def rows_of(self, one: ParameterFilter, queryset: Any, given: Mapping[str, Any]) -> Any:
        """Return the rows that a filter with `of` narrows."""
        return queryset.rows_of(one.of)

    def filter_queryset(self, queryset: Any, *, leaving_out: Collection[str] = ()) -> Any:
        """Return the rows for which all that is asked holds, but for what some parameters ask."""
        if not self._values:
            return queryset
        given = {**self.given, **self.beside(), "alias": queryset.db}
        of_one: dict[str, Any] = {}
        for name, value in self._values.items():
            if name in leaving_out:
                continue
            one = self.base_filters[name]
            if one.of is not None:
                rows = self.rows_of(one, queryset, given)
                if one.is_negated:
                    queryset = queryset.without(one.narrowed(rows, value, given))
                else:
                    of_one[one.of] = one.narrowed(of_one.get(one.of, rows), value, given)
            elif one.is_negated:
                queryset = one.left_out(queryset, value, given)
            elif one.is_filter:
                queryset = one.narrowed(queryset, value, given)
            elif one.method is not None:
                queryset = getattr(self, one.method)(queryset, value)
        for rows in of_one.values():
            queryset = queryset.having(rows)
        return queryset


class UuidsFilter(ParameterFilter):
    """Ids of other resources; `found_by` is the address that finds them by name."""

    is_repeatable = True
    schema = {"type": "string", "format": "uuid"}

    def __init__(self, description: str, *, found_by: str, **kwargs: Any) -> None:
        self.found_by = found_by
        super().__init__(f"{description} An id from `{found_by}…`.", **kwargs)

    def read(self, value: str) -> UUID:
        if not UUID_FORM.fullmatch(value):
            raise ValidationError(f"“{value[:60]}” is not an id: it must be a UUID, an id from {self.found_by}…")
        return UUID(value)


class ChoicesFilter(ParameterFilter):
    """Values of a closed vocabulary."""

    is_repeatable = True

    def __init__(self, description: str, *, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self.choices = list(choices)
        self.schema = {"type": "string", "enum": self.choices}  # type: ignore[misc]  # its own, in place of its class's

    def read(self, value: str) -> str:
        if value not in self.choices:
            raise ValidationError(f"“{value[:60]}” is not one of: {', '.join(self.choices)}.")
        return value


class ChoiceFilter(ChoicesFilter):
    """One value of a closed vocabulary."""

    is_repeatable = False


class FlagFilter(ParameterFilter):
    """`true` or `false`."""

    schema = {"type": "boolean"}

    def read(self, value: str) -> bool:
        if value not in {"true", "false"}:
            raise ValidationError(f"“{value[:60]}” is neither true nor false.")
        return value == "true"


class TextFilter(ParameterFilter):
    """Words that people type."""

    schema = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}

    def read(self, value: str) -> str:
        if len(value) > MAX_TEXT:
            raise ValidationError(f"It is too long: {MAX_TEXT} characters are the most.")
        return value


class LanguagesFilter(ParameterFilter):
    """Languages by BCP 47 tag."""

    is_repeatable = True
    schema = {"type": "string", "pattern": LANGUAGE_FORM, "maxLength": 35}

    def read(self, value: str) -> str:
        if len(value) > 35 or not re.fullmatch(LANGUAGE_FORM, value):
            raise ValidationError(f"“{value[:60]}” is not a language: write a tag of BCP 47, such as fr or en-GB.")
        return value


class NumberFilter(ParameterFilter):
    """A whole number between two others, both inclusive."""

    def __init__(self, description: str, *, least: int, most: int, default: int | None = None, **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self.least, self.most = least, most
        self.schema = {"type": "integer", "minimum": least, "maximum": most}  # type: ignore[misc]  # its own, in place of its class's
        if default is not None:
            self.schema["default"] = default

    def read(self, value: str) -> int:
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(self.most))
        if not (is_number and self.least <= int(value) <= self.most):
            raise ValidationError(f"It must be a whole number from {self.least} to {self.most}.")
        return int(value)


class MomentFilter(ParameterFilter):
    """A moment with its time zone (RFC 3339)."""

    schema = {"type": "string", "format": "date-time"}

    def read(self, value: str) -> datetime:
        sentence = f"“{value[:40]}” is not a moment: write 2024-05-31T08:00:00Z, with its time zone."
        try:
            # a plus sign that nobody encoded came as a space
            found = parse_datetime(re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", value))
            if found is None or found.tzinfo is None:
                raise ValidationError(sentence)
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(sentence) from None


class NamesFilter(ParameterFilter):
    """Some of a list's names, given one by one or joined by commas."""

    is_repeatable = True

    def __init__(self, description: str, *, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self.choices = list(choices)
        self.schema = {"type": "string", "enum": self.choices}  # type: ignore[misc]  # its own, in place of its class's

    def read(self, value: str) -> list[str]:
        names = [name.strip() for name in value.split(",")]
        unknown = [name for name in names if name not in self.choices]
        if unknown:
            raise ValidationError(f"“{unknown[0][:60]}” is not one of: {', '.join(self.choices)}.")
        return names


class CountriesFilter(ParameterFilter):
    """Countries by ISO 3166-1 code."""

    is_repeatable = True
    schema = {"type": "string", "pattern": "^[A-Z]{2}$"}

    def read(self, value: str) -> str:
        if not re.fullmatch(r"[A-Z]{2}", value):
            raise ValidationError(
                f"“{value[:60]}” is not a country: write two capital letters (ISO 3166-1), such as FR."
            )
        return value
