"""Making and revoking tokens."""

import secrets
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from config.access.models import LONGEST_NAME, MOST_DAYS, PREFIX_LENGTH, Token
from config.access.querysets import digest_of
from config.access.roles import LABELS, Role, role_of

MANAGE_ALL = "access.manage_all_tokens"


class Secret(str):
    """A token's characters: a text that no report of an error shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<token {self[:PREFIX_LENGTH]}…>"


@sensitive_variables("secret")
def make_token(*, user: Any, name: str, role: Role, days: int, by: Any | None) -> tuple[Token, Secret]:
    """Make a token of a user and return it with its characters, which are kept nowhere and never told again.

    `by` is who makes it, None for a command. ValidationError as `check_token` raises it.
    """
    check_token(user=user, name=name, role=role, days=days, by=by)
    secret = Secret(f"ar_{secrets.token_urlsafe(32)}")
    now = timezone.now()
    token = Token.objects.create(
        user=user,
        name=name.strip(),
        role=role.value,
        prefix=secret[:PREFIX_LENGTH],
        digest=digest_of(secret),
        created_at=now,
        created_by=by,
        expires_at=now + timedelta(days=days),
    )
    return token, secret


def check_token(*, user: Any, name: str, role: Role, days: int, by: Any | None) -> None:
    """Raise ValidationError, by field, where no such token can be made.

    That is where `by` may only make their own, the account is closed, the name cannot be read, the days are none of
    1 to 366, or the role is above the user's own.
    """
    if by is not None and by.pk != user.pk and not by.has_perm(MANAGE_ALL):
        raise ValidationError({"user": _("You can make tokens for yourself only.")})
    if not user.is_active:
        raise ValidationError({"user": _("This account is closed.")})
    if not (1 <= len(name.strip()) <= LONGEST_NAME and name.strip().isprintable()):
        raise ValidationError(
            {"name": _("A name has 1 to %(most)s characters that can be seen.") % {"most": LONGEST_NAME}}
        )
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": _("It can be valid for 1 to %(most)s days.") % {"most": MOST_DAYS}})
    _check_role(user, role)


def revoke(*, token: Token, by: Any | None) -> bool:
    """Revoke a token from now on; return whether it was not revoked before.

    `by` is who does it, None for a command. ValidationError where it is not theirs to revoke.
    """
    if by is not None and by.pk != token.user_id and not by.has_perm(MANAGE_ALL):
        raise ValidationError(_("You can revoke your own tokens only."))
    changed = Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    token.refresh_from_db(fields=["revoked_at"])
    return bool(changed)


def _check_role(user: Any, role: Role) -> None:
    own = role_of(user)
    if own is Role.PUBLIC:
        raise ValidationError({"role": _("This account has no role yet: it belongs to none of the groups.")})
    if role is Role.PUBLIC:
        raise ValidationError({"role": _("The public needs no token.")})
    if role.rank > own.rank:
        raise ValidationError(
            {"role": _("A token may do no more than its account, which is: %(role)s.") % {"role": LABELS[own]}}
        )
