"""The roles, in order: each may what the ones before it may."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What somebody is to the record; what a role may do is said by the permissions of its group."""

    PUBLIC = "public"
    READER = "reader"
    CONTRIBUTOR = "contributor"
    CURATOR = "curator"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"

    @property
    def rank(self) -> int:
        """0 for the public; a higher role has a higher one."""
        return list(Role).index(self)

    @property
    def group(self) -> str:
        """The name of the role's group; empty for the public, which has none."""
        return GROUPS.get(self, "")


GROUPS = {
    Role.READER: "readers",
    Role.CONTRIBUTOR: "contributors",
    Role.CURATOR: "curators",
    Role.REVIEWER: "reviewers",
    Role.ADMINISTRATOR: "administrators",
}
#: role -> its name, as people read it
LABELS = {
    Role.READER: _("reader"),
    Role.CONTRIBUTOR: _("contributor"),
    Role.CURATOR: _("curator"),
    Role.REVIEWER: _("reviewer"),
    Role.ADMINISTRATOR: _("administrator"),
}
_OF_GROUP = {group: role for role, group in GROUPS.items()}


def role_of(user: Any) -> Role:
    """Return the highest role of a user (one query); nobody, and a closed account, are the public."""
    if user is None or not user.is_active or user.is_superuser:
        return role_in(user, ())
    return role_in(user, Group.objects.filter(user=user.pk, name__in=_OF_GROUP).values_list("name", flat=True))


def role_in(user: Any, groups: Iterable[str]) -> Role:
    """Return the highest role of a user who is in these groups."""
    if user is None or not user.is_active:
        return Role.PUBLIC
    if user.is_superuser:
        return Role.ADMINISTRATOR
    roles = (_OF_GROUP[name] for name in groups if name in _OF_GROUP)
    return max(roles, key=lambda role: role.rank, default=Role.PUBLIC)


def roles_up_to(role: Role) -> list[Role]:
    """Return the roles that a token of somebody with this role may have, lowest first."""
    return [one for one in GROUPS if one.rank <= role.rank]
