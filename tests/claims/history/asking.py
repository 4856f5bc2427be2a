"""Asking for histories, as the public and with tokens."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from config.access.roles import GROUPS, Role
from config.access.services import make_token


def person(name: str, role: Role) -> User:
    """Return an account with a role, made if it is not there."""
    user, _made = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    user.groups.add(Group.objects.get_or_create(name=GROUPS[role])[0])
    return user


def client_of(user: User, role: Role) -> Client:
    """Return a client that shows a token of this person."""
    _token, secret = make_token(user=user, name="test", role=role, days=1, by=None)
    return Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})


def history_of(client: Any, row: Any, kind: str = "statements", **parameters: Any) -> list[dict[str, Any]]:
    """Return the versions on the first page."""
    answer = client.get(f"/api/v1/{kind}/{row.pk}/history/", parameters)
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def fields(version: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what a version changed: old and new by field."""
    return {one["field"]: (one["old"], one["new"]) for one in version["changes"]}
