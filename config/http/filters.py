"""Filters of lists. Each refuses what it cannot read, and says for OpenAPI what it takes."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request

from config.http import problems
from config.http.parameters import MAX_VALUES, check_parameters

UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LANGUAGE_FORM = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MAX_TEXT = 256


class StrictFilterBackend(filters.DjangoFilterBackend):  # type: ignore[misc]
    """Filter by the view's filterset; an unknown, repeated or wrong parameter is a 400 that says what is allowed."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        declared = declared_filters(view)
        paging = view.paginator.get_page_parameters() if not view.detail and view.paginator else {}
        check_parameters(
            request,
            known={*declared, *paging},
            repeatable=[name for name, one in declared.items() if one.is_repeatable],
            longest=paging,
        )
        if not declared:
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        if not filterset.is_valid():
            raise _form_error(filterset.form)
        filtered: QuerySet[Any] = filterset.qs
        return filtered


def declared_filters(view: Any) -> dict[str, "ParameterFilter"]:
    """Return the filters of a list view by the name of their parameter; of a detail view, none."""
    filterset = getattr(view, "filterset_class", None)
    return dict(filterset.base_filters) if filterset and not view.detail else {}


def _form_error(form: forms.Form) -> problems.ProblemError:
    errors = [
        {"parameter": name, "detail": str(message)} for name, messages in form.errors.items() for message in messages
    ]
    return problems.ProblemError(
        problems.INVALID_PARAMETER,
        " ".join(f"{one['parameter']}: {one['detail']}" for one in errors),
        errors,
    )


class ParameterField(forms.Field):
    """One parameter. `read` turns a value into what the filter takes, or raises ValidationError."""

    def __init__(self, *, reader: "ParameterFilter", **kwargs: Any) -> None:
        self.reader = reader
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        return None if value in (None, "") else self.reader.read(value)


class RepeatedField(ParameterField):
    """One parameter given any number of times."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[Any]:
        return [self.reader.read(one) for one in value or []]


class ParameterFilter(filters.Filter):  # type: ignore[misc]
    """A parameter of a list: `read` checks one value, `schema` describes one value for OpenAPI.

    Without `method` or `column` it filters nothing: it says how another parameter is meant.
    """

    is_repeatable = False
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def __init__(
        self,
        description: str,
        *,
        method: str | None = None,
        column: str | None = None,
        example: str | None = None,
    ) -> None:
        super().__init__(method=method)
        self.column = column
        self.description = description
        self.example = example
        self.extra["reader"] = self

    @property
    def field_class(self) -> type[ParameterField]:
        return RepeatedField if self.is_repeatable else ParameterField

    def read(self, value: str) -> Any:
        """Return the value as the filter takes it; raise ValidationError saying what would be right."""
        raise NotImplementedError

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if self.column is None or value in (None, []):
            return queryset
        return queryset.filter(**{f"{self.column}__in": value if self.is_repeatable else [value]})

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
            described["schema"] = {"type": "array", "items": self.schema, "minItems": 1, "maxItems": MAX_VALUES}
            described["style"], described["explode"] = "form", True
        else:
            described["schema"] = self.schema
        return described


class UuidsFilter(ParameterFilter):
    """Ids of other resources; `found_by` is the address that finds them by name."""

    is_repeatable = True
    schema = {"type": "string", "format": "uuid"}

    def __init__(self, description: str, *, found_by: str, **kwargs: Any) -> None:
        self.found_by = found_by
        super().__init__(f"{description} An id from `{found_by}…`.", **kwargs)

    def read(self, value: str) -> UUID:
        if not UUID_FORM.fullmatch(value):
            raise forms.ValidationError(f"“{value[:60]}” is not an id: it must be a UUID, an id from {self.found_by}…")
        return UUID(value)


class ChoicesFilter(ParameterFilter):
    """Values of a closed vocabulary."""

    is_repeatable = True

    def __init__(self, description: str, *, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self.choices = list(choices)
        self.schema = {"type": "string", "enum": self.choices}  # type: ignore[misc]

    def read(self, value: str) -> str:
        if value not in self.choices:
            raise forms.ValidationError(f"“{value[:60]}” is not one of: {', '.join(self.choices)}.")
        return value


class ChoiceFilter(ChoicesFilter):
    """One value of a closed vocabulary."""

    is_repeatable = False


class FlagFilter(ParameterFilter):
    """`true` or `false`."""

    schema = {"type": "boolean"}

    def read(self, value: str) -> bool:
        if value not in {"true", "false"}:
            raise forms.ValidationError(f"“{value[:60]}” is neither true nor false.")
        return value == "true"


class TextFilter(ParameterFilter):
    """Words that people type."""

    schema = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}

    def read(self, value: str) -> str:
        if len(value) > MAX_TEXT:
            raise forms.ValidationError(f"It is too long: {MAX_TEXT} characters are the most.")
        return value


class LanguagesFilter(ParameterFilter):
    """Languages by BCP 47 tag."""

    is_repeatable = True
    schema = {"type": "string", "pattern": LANGUAGE_FORM, "maxLength": 35}

    def read(self, value: str) -> str:
        if len(value) > 35 or not re.fullmatch(LANGUAGE_FORM, value):
            raise forms.ValidationError(
                f"“{value[:60]}” is not a language: write a tag of BCP 47, such as fr or en-GB."
            )
        return value


class CountriesFilter(ParameterFilter):
    """Countries by ISO 3166-1 code."""

    is_repeatable = True
    schema = {"type": "string", "pattern": "^[A-Z]{2}$"}

    def read(self, value: str) -> str:
        if not re.fullmatch(r"[A-Z]{2}", value):
            raise forms.ValidationError(
                f"“{value[:60]}” is not a country: write two capital letters (ISO 3166-1), such as FR."
            )
        return value
