"""Every address of the site, taken from the URLconf."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
RESOURCES, ADMIN, DESK = "api/v1/", "admin/", "admin/desk/"
NO_ID = UUID("00000000-0000-7000-8000-000000000000")


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf; `pattern` has all that is before it too."""

    pattern: str
    name: str
    callback: Any

    @property
    def actions(self) -> dict[str, str]:
        """Method (in capitals, HEAD being GET) -> the viewset's method for it; empty for what is no viewset."""
        found = getattr(self.callback, "actions", None) or {}
        return {method.upper(): name for method, name in found.items() if method != "head"}

    @property
    def is_of_a_row(self) -> bool:
        """Whether there is one for each row."""
        return "(?P<pk>" in self.pattern

    @property
    def resource(self) -> str:
        """What follows /api/v1/, such as `statements`; empty where nothing does."""
        found = re.match(rf"{RESOURCES}\^?([a-z-]+)/", self.pattern)
        return found[1] if found else ""

    def path(self, pk: Any = None) -> str:
        """The address, of a row where it is of one."""
        return reverse(self.name, args=[pk] if self.is_of_a_row else []) if self.name else f"/{self.pattern}"

    @property
    def shown(self) -> str:
        """The address as people read it, from the resource's own on: `/{id}/publish/`."""
        path = self.path(NO_ID).replace(str(NO_ID), "{id}")
        return path.removeprefix(f"/{RESOURCES}{self.resource}") if self.resource else path


def routes() -> Iterator[Route]:
    """Yield every pattern of the URLconf."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, before: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = f"{before}{one.pattern}"
        if isinstance(one, URLPattern):
            yield Route(pattern, one.name or "", one.callback)
        else:
            yield from _below(one, pattern)
