"""`Authorization: Bearer <token>` (RFC 6750): the API knows no other proof of who asks, and no cookies."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from config.access.models import Token

SCHEME = "bearer"
SHAPE = "Say who asks as `Authorization: Bearer ar_…`, with the token and nothing else, or leave the header out."
_ACCEPTED = "_accepted_token"


class BearerAuthentication(BaseAuthentication):
    """Whose token is shown, by one query; without the header nobody, who is the public."""

    @sensitive_variables()
    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        """Return user and token; None without the header. AuthenticationFailed (401) says what is wrong with it."""
        header = credentials(request._request)
        if not header:
            return None
        scheme, *rest = header.split()
        if scheme.lower() != SCHEME or len(rest) != 1:
            raise AuthenticationFailed(SHAPE)
        token = Token.objects.holding(rest[0])
        if token is None:
            raise AuthenticationFailed("There is no such token: it is not complete, or of another installation.")
        _check(token)
        Token.objects.note_use(token)
        setattr(request._request, _ACCEPTED, token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 (RFC 6750, section 3): the error is named where a token was shown."""
        shown = credentials(request._request).lower().startswith(f"{SCHEME} ")
        return 'Bearer error="invalid_token"' if shown else "Bearer"


def credentials(request: HttpRequest) -> str:
    """Return what the header Authorization says, empty without it."""
    return str(request.META.get("HTTP_AUTHORIZATION", "")).strip()


def accepted_token(request: HttpRequest) -> Token | None:
    """Return the token that this request was accepted with, None before that and without one."""
    found: Token | None = getattr(request, _ACCEPTED, None)
    return found


def _check(token: Token) -> None:
    """Only who holds the token learns why it is no good any more."""
    if token.revoked_at is not None:
        raise AuthenticationFailed(f"This token was revoked on {token.revoked_at:%Y-%m-%d}: make another one.")
    if token.expires_at <= timezone.now():
        raise AuthenticationFailed(f"This token expired on {token.expires_at:%Y-%m-%d}: make another one.")
    if not token.user.is_active:
        raise AuthenticationFailed("The account of this token is closed.")
