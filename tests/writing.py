"""Writes by the API as a program with a token makes them."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from config.access.roles import GROUPS, Role
from config.access.services import make_token


def person(name: str, role: Role) -> User:
    """Return the account of this name in a role, made if it is not there."""
    user, _made = User.objects.get_or_create(username=name)
    if role in GROUPS:
        user.groups.set([Group.objects.get(name=GROUPS[role])])
    return user


def version_in(etag: str) -> int:
    """Return the version that an ETag begins with; behind it may stand what else an answer shows."""
    return int(etag.strip('"').partition("-")[0])


class Writer:
    """Sends requests with the token of somebody in a role; answers are the decoded bodies."""

    def __init__(self, role: Role, name: str = "") -> None:
        self.user = person(name or str(role), role)
        _token, secret = make_token(user=self.user, name="tests", role=role, days=1, by=self.user)
        self.client = Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})

    def send(
        self, method: str, path: str, body: Any = None, *, status: int, etag: str | None = None, key: str | None = None
    ) -> Any:
        """Return the body of the answer, whose status must be this one; None where it has none."""
        headers = {name: value for name, value in {"If-Match": etag, "Idempotency-Key": key}.items() if value}
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(self.client, method)(path, headers=headers, **content)
        assert answer.status_code == status, (answer.status_code, answer.content.decode()[:2000])
        self.answer = answer
        return answer.json() if answer.content else None

    def read(self, path: str, status: int = 200) -> tuple[Any, str]:
        """Return what is there, and its ETag."""
        body = self.send("get", path, status=status)
        return body, self.answer.headers.get("ETag", "")

    def act(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Send to an operation below a row's address, with the ETag that the row has now."""
        row, _slash, _name = path.rstrip("/").rpartition("/")
        _body, etag = self.read(f"{row}/")
        return self.send("post", path, body if body is not None else {}, status=status, etag=etag)
