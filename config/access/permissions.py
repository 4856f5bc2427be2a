"""What the one who asks may do: the only question that views have to put."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpRequest
from rest_framework.request import Request

from config.access.models import Token
from config.access.roles import Role, role_of

_ACCESS = "_access"


@dataclass(eq=False)
class Access:
    """Who asks, by which token if by one; what is asked of the database is asked once and kept here."""

    user: Any | None = None
    token: Token | None = None

    @cached_property
    def role(self) -> Role:
        """The role they act in: their own, or that of the token where it is lower."""
        own = role_of(self.user)
        return own if self.token is None else min(own, self.token.most, key=lambda role: role.rank)

    def may(self, permission: str) -> bool:
        """Tell whether they may do what an `app_label.codename` stands for.

        A token may do what both its user and the group of its role may: a superuser's with the role of a curator
        may do what curators may.
        """
        if self.user is None or not self.user.is_active:
            return False
        if self.token is not None and self.token.most is Role.READER:
            return False  # who reads what all may read is told so without a question to the database
        if not self.user.has_perm(permission):
            return False
        return self.token is None or permission in self._of_the_tokens_role

    @cached_property
    def _of_the_tokens_role(self) -> frozenset[str]:
        group = self.token.most.group if self.token else ""
        pairs = Permission.objects.filter(group__name=group).values_list("content_type__app_label", "codename")
        return frozenset(f"{label}.{codename}" for label, codename in pairs.order_by())


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
