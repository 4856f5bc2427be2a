"""What the one who asks may do: the only question that views have to put."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from config.access.models import Token
from config.access.roles import Role, role_in, role_of

_ACCESS = "_access"


@dataclass(eq=False)
class Access:
    """Who asks, by which token if by one; what is asked of the database is asked once and kept here."""

    user: Any | None = None
    token: Token | None = None

    @cached_property
    def role(self) -> Role:
        """The role they act in: their own, or that of the token where it is lower."""
        if self.token is None:
            return role_of(self.user)
        own = role_in(self.user, self._granted[1])
        return min(own, self.token.most, key=lambda role: role.rank)

    def may(self, permission: str) -> bool:
        """Tell whether they may do what an `app_label.codename` stands for.

        A token may do what both its user and the group of its role may: a superuser's with the role of a curator
        may do what curators may.
        """
        if self.user is None or not self.user.is_active:
            return False
        if self.token is not None and self.token.most is Role.READER:
            return False  # who reads what all may read is told so without a question to the database
        return bool(self.user.has_perm(permission)) if self.token is None else permission in self._granted[0]

    @cached_property
    def _granted(self) -> tuple[frozenset[str], frozenset[str]]:
        """What the token may, and the groups of its user."""
        return Token.objects.granted(self.token) if self.token else (frozenset(), frozenset())


def access_of(request: Request | HttpRequest) -> Access:
    """Return what the one who makes a request may do, the same object each time.

    In the API a token says who it is, or nobody does; in the admin the session does. Raise as authentication does
    where a token is no good.
    """
    found: Access | None = getattr(request, _ACCESS, None)
    if found is None:
        user: Any = request.user
        token: Any = request.auth if isinstance(request, Request) else None
        found = Access(user=user if user is not None and user.is_authenticated else None, token=token)
        setattr(request, _ACCESS, found)
    return found
