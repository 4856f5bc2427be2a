"""Requests to the admin act in the name of who is logged in."""

from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from config.history.middleware import AdminHistoryMiddleware


def context_of(request: HttpRequest) -> dict[str, Any] | None:
    """What the history would be told inside a view."""
    seen: list[dict[str, Any] | None] = []

    def view(request: HttpRequest) -> HttpResponse:
        is_acting = hasattr(pghistory.runtime._tracker, "value")
        seen.append(dict(pghistory.runtime._tracker.value.metadata) if is_acting else None)
        return HttpResponse()

    AdminHistoryMiddleware(view)(request)
    return seen[0]


def asked(method: str, path: str, user: Any) -> HttpRequest:
    request: HttpRequest = RequestFactory().generic(method, path)
    request.user = user
    return request


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_changes_in_the_admin_are_made_by_who_is_logged_in(method: str) -> None:
    assert context_of(asked(method, "/admin/claims/", User(pk=7))) == {"origin": "admin", "user": 7}


def test_nobody_is_named_before_the_login() -> None:
    assert context_of(asked("POST", "/admin/login/", AnonymousUser())) == {"origin": "admin"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/admin/"), ("HEAD", "/admin/"), ("POST", "/api/v1/statements/")])
def test_other_requests_are_left_alone(method: str, path: str) -> None:
    assert context_of(asked(method, path, User(pk=7))) is None


def test_nothing_is_left_behind_a_request() -> None:
    context_of(asked("POST", "/admin/", User(pk=7)))
    assert not hasattr(pghistory.runtime._tracker, "value")


def test_a_database_that_does_not_answer_fails_in_the_view() -> None:
    failure = OperationalError("it does not answer")

    def ask() -> User:
        raise failure

    def view(request: HttpRequest) -> HttpResponse:
        with pytest.raises(OperationalError, match="it does not answer"):
            assert request.user.is_active
        return HttpResponse(status=503)

    request = asked("POST", "/admin/", SimpleLazyObject(ask))
    assert AdminHistoryMiddleware(view)(request).status_code == 503
