"""Pages of a history, newest first, by the numbers of versions: these never change, so they are the cursor."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from config.http import problems
from config.http.pages import DEFAULT_LIMIT, MAX_LIMIT
from config.http.parameters import check_parameters

LARGEST = 2_147_483_647
BEFORE, LIMIT = "before", "limit"

PARAMETERS = [
    OpenApiParameter(
        LIMIT,
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        description=f"Versions a page, 1 to {MAX_LIMIT}.",
    ),
    OpenApiParameter(
        BEFORE,
        {"type": "integer", "minimum": 1, "maximum": LARGEST},
        description="Only versions with a smaller number.",
    ),
]


class NumberPages:
    """The page that a request asks for: `limit` versions with numbers below `before`."""

    def __init__(self, request: Request) -> None:
        """Read the parameters; raise ProblemError for one that is unknown or wrong."""
        check_parameters(request, known={LIMIT, BEFORE})
        self.request = request
        self.limit = _number(request, LIMIT, MAX_LIMIT) or DEFAULT_LIMIT
        self.before = _number(request, BEFORE, LARGEST)

    def of(self, versions: Sequence[Any]) -> list[Any]:
        """Return those of all versions, oldest first and numbered from 1, that are on the page, newest first."""
        below = versions if self.before is None else versions[: self.before - 1]
        return list(reversed(below[-self.limit :]))

    def answer(self, page: Sequence[Any], versions: Sequence[Any], results: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the body: the results, and the addresses of the pages beside this one."""
        oldest = page[-1].number if page else 1
        newest = page[0].number if page else len(versions)
        newer = newest + self.limit + 1
        return {
            "results": results,
            "next": self._link(oldest) if oldest > 1 else None,
            "previous": None if newest >= len(versions) else self._link(newer if newer <= len(versions) else None),
        }

    def _link(self, before: int | None) -> str:
        pairs = [(LIMIT, self.limit)] if LIMIT in self.request.query_params else []
        query = urlencode([*pairs, *([(BEFORE, before)] if before is not None else [])])
        return self.request.build_absolute_uri(f"{self.request.path}{'?' if query else ''}{query}")


def _number(request: Request, name: str, most: int) -> int | None:
    typed = request.query_params.get(name)
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(most)) and 1 <= int(typed) <= most):
        raise problems.parameter_error(name, f"It must be a whole number from 1 to {most}.")
    return int(typed)
