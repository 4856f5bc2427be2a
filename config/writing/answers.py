"""The answer to a write, as it is sent, kept for its Idempotency-Key, or put into the results of a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer

JSON = "application/json"
PRIVATE = "private, no-store"


@dataclass(frozen=True)
class Done:
    """What a write did: the status that says it, the row's id, its ETag now and how it looks (None: it is gone)."""

    status: int
    id: str
    etag: str | None = None
    body: Any = None
    location: str | None = None

    @property
    def as_result(self) -> dict[str, Any]:
        """One of the results of a batch."""
        result: dict[str, Any] = {"status": self.status, "id": self.id}
        if self.etag is not None:
            result["etag"] = self.etag
        if self.body is not None:
            result["body"] = self.body
        return result

    @property
    def as_answer(self) -> "Answer":
        """The answer to a request for this alone."""
        headers = {}
        if self.etag is not None:
            headers["ETag"] = self.etag
        if self.location is not None:
            headers["Location"] = self.location
        return Answer(self.status, rendered(self.body), headers)


@dataclass(frozen=True)
class Answer:
    """Status, body (JSON text, empty for none) and the headers that are of this answer."""

    status: int
    content: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, **more: str) -> HttpResponse:
        """Return it as response; caches keep nothing that was written or seen with a token."""
        answer = HttpResponse(self.content, status=self.status, content_type=JSON)
        if not self.content:
            del answer["Content-Type"]
        for name, value in {"Cache-Control": PRIVATE, **self.headers, **more}.items():
            answer[name] = value
        return answer


def rendered(body: Any) -> str:
    """Return the JSON text of a body, as the API writes it everywhere; empty for None."""
    if body is None:
        return ""
    text: bytes = JSONRenderer().render(body)
    return text.decode("utf-8")
