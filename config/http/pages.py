"""Keyset pages: constant cost at any depth, no count, opaque cursors that belong to one query."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import BooleanField, F, Field, Func, GeneratedField, Value
from django.db.models.lookups import GreaterThan, LessThan
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from config.http import problems
from config.http.parameters import MAX_CHARACTERS

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
# Twice what the longest sort key of a row takes; programs, proxies and servers pass on addresses of 8000.
MAX_CURSOR = 4000
LONG_VALUES = 100
# Counting costs as much as there is to count; beyond this it stops and says so.
MAX_COUNT = 10_000
_signer = signing.Signer(salt="cursor")


class _Utf8Json:
    """A cursor's contents: JSON with letters as they are, which is a third of their escapes in ASCII."""

    def dumps(self, contents: Any) -> bytes:
        return json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def loads(self, written: bytes) -> Any:
        return json.loads(written)


class Row(Func):
    """A row value, `(a, b)`, which PostgreSQL compares column by column and seeks in an index."""

    template = "(%(expressions)s)"
    output_field: Any = BooleanField()


class KeysetPagination(BasePagination):
    """Pages of `limit` rows in the view's order, whose columns are all ascending or all descending and end in `id`."""

    #: what an answer shows besides, for OpenAPI
    count_schema: dict[str, Any] | None = None
    expanded_schema: dict[str, Any] | None = None

    def get_page_parameters(self) -> dict[str, int]:
        """Return the names of the query parameters that paging reads, each with the most characters it may have."""
        return {"limit": MAX_CHARACTERS, "cursor": MAX_CURSOR}

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return one page of rows, at most `limit`; raise ProblemError for a wrong limit or cursor."""
        self.begin(request, view.ordering())
        return self.take(list(self.window(queryset)))

    def begin(self, request: Request, ordering: Sequence[str]) -> None:
        """Read from the request where the page begins; raise ProblemError for a wrong limit or cursor."""
        self.request = request
        self.descending = ordering[0].startswith("-")
        self.columns = [name.removeprefix("-") for name in ordering]
        self.fingerprint = _fingerprint(request)
        self.limit = _limit(request)
        self.backwards, self.values = self._read_cursor()

    @property
    def is_ascending(self) -> bool:
        """Whether rows are read in ascending order: a page before another is read backwards."""
        return self.descending == self.backwards

    @property
    def ordering(self) -> list[str]:
        """The columns in the order that rows are read in."""
        return [name if self.is_ascending else f"-{name}" for name in self.columns]

    def window(self, queryset: Any) -> Any:
        """Return the rows of the page in the order they are read in, and one more, which tells that there are more."""
        rows = queryset.order_by(*self.ordering)
        if self.values is not None:
            comparison = GreaterThan if self.is_ascending else LessThan
            place = _typed(queryset, self.columns, self.values)
            rows = rows.filter(comparison(Row(*(F(name) for name in self.columns)), Row(*place)))
        return rows[: self.limit + 1]

    def take(self, found: list[Any]) -> list[Any]:
        """Return the page of rows that were read: without the one more, in the view's order."""
        there_is_more, page = len(found) > self.limit, found[: self.limit]
        if self.backwards:
            page.reverse()
        self.has_next = there_is_more if not self.backwards else True
        self.has_previous = there_is_more if self.backwards else self.values is not None
        self.page = page
        return page

    @cached_property
    def following(self) -> str | None:
        """Address of the next page; None on the last."""
        return self._link(self.page[-1], backwards=False) if self.has_next and self.page else None

    @cached_property
    def preceding(self) -> str | None:
        """Address of the page before; None on the first."""
        return self._link(self.page[0], backwards=True) if self.has_previous and self.page else None

    def get_paginated_response(self, data: Any) -> Response:
        """Answer `{"results": […], "next": …, "previous": …}`, the addresses absolute or null, and in `Link`."""
        answer = {"results": data, "next": self.following, "previous": self.preceding}
        return Response(answer, headers=self.headers or None)

    @property
    def headers(self) -> dict[str, str]:
        """The header `Link` (RFC 8288), where there is another page."""
        links = [(self.following, "next"), (self.preceding, "prev")]
        written = ", ".join(f'<{address}>; rel="{name}"' for address, name in links if address)
        return {"Link": written} if written else {}

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page for OpenAPI."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {**link, "description": "Address of the next page, null on the last.", "example": None},
                "previous": {**link, "description": "Address of the page before, null on the first.", "example": None},
                # an example is of what is always there
                **(self._asked_for() if isinstance(schema, dict) else {}),
            },
        }

    def _asked_for(self) -> dict[str, Any]:
        """The members that are there only where they are asked for."""
        also = {"count": self.count_schema, "expanded": self.expanded_schema}
        return {name: schema for name, schema in also.items() if schema is not None}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters for OpenAPI."""
        return [
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": f"Rows a page, 1 to {MAX_LIMIT}.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            },
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where to go on: part of `next` and `previous`, not to be made by hand.",
                "schema": {"type": "string", "minLength": 1, "maxLength": MAX_CURSOR},
            },
        ]

    def _link(self, row: Any, *, backwards: bool) -> str:
        values = [str(getattr(row, name)) for name in self.columns]
        # to press what is short costs more than it saves
        is_long = sum(map(len, values)) > LONG_VALUES
        cursor = _signer.sign_object([self.fingerprint, backwards, values], serializer=_Utf8Json, compress=is_long)
        pairs = [(name, value) for name, value in _pairs(self.request) if name != "cursor"]
        query = urlencode([*pairs, ("cursor", cursor)])
        return self.request.build_absolute_uri(f"{self.request.path}?{query}")

    def _read_cursor(self) -> tuple[bool, list[str] | None]:
        cursor = self.request.query_params.get("cursor")
        if cursor is None:
            return False, None
        try:
            fingerprint, backwards, values = _signer.unsign_object(cursor, serializer=_Utf8Json)
        except (signing.BadSignature, ValueError):
            raise _cursor_error("It is not a cursor that this server gave out.") from None
        if fingerprint != self.fingerprint:
            raise _cursor_error("It belongs to another query.")
        return backwards, values


def counted(rows: Any) -> dict[str, Any]:
    """Return how many rows there are, as far as they are counted: `{"value": 54, "is_exact": true}`."""
    found = rows.order_by().values("pk")[: MAX_COUNT + 1].count()
    return {"value": min(found, MAX_COUNT), "is_exact": found <= MAX_COUNT}


def _typed(rows: Any, columns: Sequence[str], values: Sequence[str]) -> list[Value]:
    fields = [_stored_as(rows, name) for name in columns]
    return [Value(field.to_python(value), output_field=field) for field, value in zip(fields, values, strict=True)]


def _stored_as(rows: Any, name: str) -> "Field[Any, Any]":
    """The field of a column; of a generated one, the field of what it generates; of a computed one, what it is."""
    computed = rows.query.annotations.get(name)
    if computed is not None:
        of_it: Field[Any, Any] = computed.output_field
        return of_it
    field: Any = rows.model._meta.get_field(name)
    if isinstance(field, GeneratedField):
        field = field.output_field
    stored: Field[Any, Any] = field
    return stored


def _limit(request: Request) -> int:
    typed = request.query_params.get("limit")
    if typed is None:
        return DEFAULT_LIMIT
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and 1 <= int(typed) <= MAX_LIMIT):
        raise problems.parameter_error("limit", f"It must be a whole number from 1 to {MAX_LIMIT}.")
    return int(typed)


def _cursor_error(detail: str) -> problems.ProblemError:
    return problems.ProblemError(
        problems.INVALID_CURSOR,
        f"{detail} Start again without it.",
        [{"parameter": "cursor", "detail": detail}],
    )


def _pairs(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, values in sorted(request.query_params.lists()) for value in values]


def _fingerprint(request: Request) -> str:
    """A short hash of path and filters: a cursor is good for the query that gave it, and any page size."""
    kept = [pair for pair in _pairs(request) if pair[0] not in {"cursor", "limit"}]
    return hashlib.sha256(repr((request.path, kept)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
