"""Asking the API in tests."""

from typing import Any

from django.test import Client

PATHS = [
    f"/api/v1/{name}/"
    for name in (
        "statements",
        "speakers",
        "sources",
        "publishers",
        "claims",
        "topics",
        "events",
        "roles",
        "memberships",
        "intensity-phrases",
    )
]


class Api:
    """The API as the public sees it, through every middleware; each answer is checked for its media type."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, status: int = 200, **parameters: Any) -> Any:
        """Return the body of an answer with this status; lists of values repeat the parameter."""
        answer = self.client.get(path, parameters)
        assert answer.status_code == status, answer.content[:2000]
        kind = "application/json" if status < 400 else "application/problem+json"
        assert answer["Content-Type"] == kind
        return answer.json()

    def ids(self, path: str, **parameters: Any) -> list[str]:
        """Return the ids on the first page."""
        return [row["id"] for row in self.get(path, **parameters)["results"]]

    def refused(self, path: str, **parameters: Any) -> list[tuple[str, str]]:
        """Return the parameters at fault of a 400, with what was said about each."""
        problem = self.get(path, 400, **parameters)
        return [(one["parameter"], one["detail"]) for one in problem["errors"]]

    def walk(self, path: str, **parameters: Any) -> list[list[str]]:
        """Return the ids of all pages, following `next`; going back by `previous` must meet the same pages."""
        pages, page = [], self.get(path, **parameters)
        backwards: list[list[str]] = []
        while True:
            pages.append([row["id"] for row in page["results"]])
            if page["next"] is None:
                break
            page = self.get(page["next"])
        while True:
            backwards.append([row["id"] for row in page["results"]])
            if page["previous"] is None:
                break
            page = self.get(page["previous"])
        assert backwards == pages[::-1]
        return pages
