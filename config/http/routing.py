"""Addresses of many resources: of those that begin alike, no others are looked through."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

Pattern = URLPattern | URLResolver
_LITERAL = re.compile(r"\^?([a-z-]+)(?:/|$)")


def by_first_part(route: str, patterns: Iterable[Pattern]) -> URLResolver:
    """Return a resolver as of `path(route, include(patterns))`, which finds by the first part of what follows."""
    return _FirstPartResolver(RoutePattern(route, is_endpoint=False), list(patterns))


class _FirstPartResolver(URLResolver):
    @cached_property
    def _by_first_part(self) -> dict[str, URLResolver]:
        grouped: dict[str, list[Pattern]] = {}
        for pattern in self.url_patterns:
            grouped.setdefault(_first_part(pattern), []).append(pattern)
        return {part: URLResolver(self.pattern, patterns) for part, patterns in grouped.items()}

    def resolve(self, path: Any) -> ResolverMatch:
        """Return the match; Resolver404 where there is none."""
        match = self.pattern.match(str(path))
        found = self._by_first_part.get(match[0].partition("/")[0]) if match else None
        return found.resolve(path) if found else super().resolve(path)


def _first_part(pattern: Pattern) -> str:
    """The literal part of an address that a pattern begins with."""
    literal = _LITERAL.match(str(pattern.pattern))
    if literal is None:
        raise ImproperlyConfigured(f"The address {pattern.pattern} does not begin with a name.")
    return literal[1]
