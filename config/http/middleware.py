"""What every answer goes through: problems instead of HTML errors, a strict policy, languages for people."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import DisallowedHost
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from config.http import problems

logger = logging.getLogger(__name__)

# What programs read: always English, and errors are problem documents.
FOR_PROGRAMS = ("/api/", "/health/")
# Answers differ by who asks.
RESOURCES = "/api/v1/"
STATIC = "/static/"
OF_THE_BODY = {"content-type", "content-length", "content-language", "vary"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Swagger UI sets style attributes as it draws; scripts stay strict there too.
DOCS_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


def is_for_programs(request: HttpRequest) -> bool:
    """Whether programs ask; an address that begins with several slashes is as wrong for them as any other."""
    return f"/{request.path.lstrip('/')}".startswith(FOR_PROGRAMS)


class ProblemMiddleware:
    """Make problem documents of what fails outside the API's views, and of all failures of the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._answer(request)
        if request.path.startswith(RESOURCES):
            patch_vary_headers(answer, ["Authorization"])
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code < 400 or not is_for_programs(request):
            return answer
        if answer.get("Content-Type", "").startswith((problems.MEDIA_TYPE, "application/json")):
            return answer
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in OF_THE_BODY}
        return problems.response(problems.for_status(answer.status_code), _detail(request), headers=kept)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what is no defect; leave defects to Django, which logs them and answers 500."""
        found = problems.of(error)
        of_a_program = is_for_programs(request)
        if found is None or not (of_a_program or found.problem.status == problems.UNAVAILABLE.status):
            return None
        problems.log(found, error)
        if of_a_program:
            return problems.response(found.problem, found.detail, found.errors, members=found.members)
        return _page(request, found)


def _detail(request: HttpRequest) -> str:
    """What is wrong, where Django's own answer does not say it."""
    try:
        request.get_host()
    except DisallowedHost:
        return "Its Host is none that this server answers to: the setting ALLOWED_HOSTS names them."
    return ""


def _page(request: HttpRequest, found: problems.ProblemError) -> HttpResponse:
    """What people read while the database does not answer."""
    page = render(request, "503.html", status=found.problem.status)
    for name, value in problems.headers_of(found.problem).items():
        page[name] = value
    return page


class _ForPeople(MiddlewareMixin):
    """Mixed into a middleware that programs have no use for: their requests pass it by."""

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if is_for_programs(request) else super().__call__(request)


class AuthenticationMiddleware(_ForPeople, auth.AuthenticationMiddleware):
    """Django's, for people alone: what tells the API who asks is a token."""


class MessageMiddleware(_ForPeople, messages.MessageMiddleware):
    """Django's, for people alone."""


class SessionMiddleware(_ForPeople, sessions.SessionMiddleware):
    """Django's; where the database fails while the session is saved, the answer is the one it is anywhere else.

    A 401 leaves the cookie as it is: whoever signed in in another tab since this was asked would lose the new one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code == problems.UNAUTHORIZED.status:
            return response
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, Error) as error:
            failure = _failure_behind(error)
            found = problems.of(failure) if failure else None
            if failure is None or found is None:
                raise
            problems.log(found, failure)
            return _page(request, found)


def _failure_behind(error: BaseException | None) -> Error | None:
    """The failure of the database that Django took for a session that was deleted meanwhile."""
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__context__
    return error


class ContentSecurityPolicyMiddleware:
    """Send a Content-Security-Policy: nothing from elsewhere, no inline script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        policy = DOCS_POLICY if request.path.startswith("/api/docs/") else POLICY
        answer.headers.setdefault("Content-Security-Policy", policy)
        return answer


class PeopleLocaleMiddleware(LocaleMiddleware):
    """Choose the language of pages for people; what programs read is always the same."""

    def __call__(self, request: HttpRequest) -> Any:
        if is_for_programs(request) or request.path.startswith(STATIC):
            translation.activate("en")
            request.LANGUAGE_CODE = "en"
            return self.get_response(request)
        return super().__call__(request)
