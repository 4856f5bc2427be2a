"""People in groups, tokens, and limits that begin at nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from config.access.models import Token
from config.access.roles import GROUPS, Role
from config.access.services import make_token

PASSWORD = "a long enough pass phrase"
MakeUser = Callable[..., User]
MakeToken = Callable[..., tuple[Token, str]]


@pytest.fixture
def person(db: None) -> MakeUser:
    """Makes an account with a role."""

    def make(name: str = "anna", role: Role = Role.CURATOR, **values: Any) -> User:
        user = User.objects.create_user(name, password=PASSWORD, **{"is_staff": True, **values})
        if role.group:
            user.groups.add(Group.objects.get_or_create(name=GROUPS[role])[0])
        return user

    return make


@pytest.fixture
def token_of(person: MakeUser) -> MakeToken:
    """Makes a token, and its user where none is given."""

    def make(user: User | None = None, role: Role = Role.READER, days: int = 90) -> tuple[Token, str]:
        return make_token(user=user or person(), name="nightly import", role=role, days=days, by=None)

    return make


@pytest.fixture
def counted(settings: Any, tmp_path: Path) -> Path:
    """The folder in which this test counts, and nothing before it did."""
    settings.COUNTERS_DIR = tmp_path
    return tmp_path
