"""Somebody at the desk, over HTTP as the page asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sources.models import SourceText
from sources.models.fields import uuid7
from tests.claims.admin.test_statements import person

NOW: Any = object()


class Sitting:
    """A signed-in person with one text before them; answers are the decoded bodies."""

    def __init__(self, user: User, revision: SourceText) -> None:
        self.user, self.revision = user, revision
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(user)
        self.address = f"/admin/desk/sources/{revision.source_id}"

    def state(self, status: int = 200, **parameters: Any) -> Any:
        """Return the state of the text."""
        self.answer = self.client.get(f"{self.address}/state/", parameters)
        assert self.answer.status_code == status, self.answer.content[:2000]
        return self.answer.json()

    def item(self, key: str) -> Any:
        """Return one item as it is now."""
        return next(one for one in self.state()["items"] if one["id"] == str(key))

    def at(self, words: str) -> Any:
        """Return the item of exactly these words."""
        start = self.revision.text.index(words)
        place = [start, start + len(words)]
        return next(one for one in self.state()["items"] if [one["start"], one["end"]] == place)

    def decide(
        self, do: str, about: Any = None, given: Any = None, *, status: int = 200, seen: Any = NOW, **members: Any
    ) -> Any:
        """Send a decision, about an item as it was read unless another version was `seen`."""
        item = about if isinstance(about, dict) else None
        body = {
            "key": str(uuid7()),
            "group": str(uuid7()),
            "as": self.user.pk,
            "about": item["id"] if item else about,
            "seen": (item["version"] if item else None) if seen is NOW else seen,
            "do": do,
            "with": {} if given is None else given,
            "revision": str(self.revision.pk),
            **members,
        }
        return self.send(body, status)

    def lease(self, do: str, status: int = 200, **members: Any) -> Any:
        """Hold the source, take it over or release it."""
        body = {"do": do, "tab": str(uuid7()), **members}
        self.answer = self.client.post(f"{self.address}/lease/", body, content_type="application/json")
        assert self.answer.status_code == status, self.answer.content.decode()[:2000]
        return self.answer.json()

    def send(self, body: Any, status: int = 200) -> Any:
        """Send a body as it is."""
        self.body = body
        self.answer = self.client.post(f"{self.address}/decisions/", body, content_type="application/json")
        assert self.answer.status_code == status, (self.answer.status_code, self.answer.content.decode()[:2000])
        kind = "application/json" if status < 400 else "application/problem+json"
        assert self.answer["Content-Type"] == kind
        assert self.answer["Cache-Control"] == "no-store"
        return self.answer.json()

    def mark(self, words: str, form: Any = None, *, status: int = 200, start: int | None = None) -> Any:
        """Put words forward by hand; return the item, or the problem."""
        first = self.revision.text.index(words) if start is None else start
        key = str(uuid7())
        given = {"id": key, "start": first, "end": first + len(words), "form": form or {}}
        answer = self.decide("mark", key, given, status=status)
        return answer["items"][0] if status == 200 else answer

    def accept(self, words: str, speaker: Any, **form: Any) -> Any:
        """Record words as said by a speaker; return the item."""
        item = self.mark(words, {"speakers": [{"id": str(speaker.pk), "kind": "speaker"}], **form})
        accepted: Any = self.decide("accept", item)["items"][0]
        return accepted


Sit = Callable[..., Sitting]


@pytest.fixture
def sit() -> Sit:
    """Let somebody in a role, made if they are not there, sit down before a text."""

    def sitting(revision: SourceText, name: str = "curator", group: str = "curators") -> Sitting:
        user = User.objects.filter(username=name).first() or person(name, group)
        return Sitting(user, revision)

    return sitting
