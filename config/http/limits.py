"""How much may be sent: a body that is too large is refused by its announced length, before any of it is read."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.settings import api_settings

from config.http import problems
from config.http.middleware import is_for_programs

MOST_OF_STRANGERS = 64 * 1024


class BodyLimitMiddleware:
    """Answer 413 to a body over DATA_UPLOAD_MAX_MEMORY_SIZE, or over a few pages where it is not known who sends it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = announced_length(request)
        if size <= MOST_OF_STRANGERS or (size <= _most() and _is_known(request)):
            return self.get_response(request)
        return _too_large(request)


def announced_length(request: HttpRequest) -> int:
    """Return by how many bytes the body will be read: 0 where no number is announced."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _most() -> int:
    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return most


def _is_known(request: HttpRequest) -> bool:
    """Whether the API accepts who asks, or in the admin the cookie is of a session that was begun."""
    try:
        return _is_accepted(request) if is_for_programs(request) else _has_session(request)
    except (OperationalError, InterfaceError):
        return True  # without the database nothing is read either: the view says so


def _is_accepted(request: HttpRequest) -> bool:
    known_by: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    try:
        return any(one().authenticate(Request(request)) for one in known_by)
    except AuthenticationFailed:
        return False


def _has_session(request: HttpRequest) -> bool:
    """Whether the cookie is of a session that was begun: who made one up is a stranger."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not (key.isascii() and key.isalnum()):
        return False
    return bool(import_module(settings.SESSION_ENGINE).SessionStore().exists(key))


def _too_large(request: HttpRequest) -> HttpResponse:
    if is_for_programs(request):
        return problems.response(problems.TOO_LARGE)
    with translation.override(translation.get_language_from_request(request)):
        sentence = _("This is too large to be sent: %(most)s MB are the most, for people who are logged in.") % {
            "most": _most() // 1024**2
        }
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(f"{sentence}\n", status=413, content_type="text/plain; charset=utf-8", headers=headers)
