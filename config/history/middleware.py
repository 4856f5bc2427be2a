"""Who changes something in the admin, for the history."""

from collections.abc import Callable
from typing import Any, NoReturn

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from config.history.acting import Origin, acting

ADMIN = "/admin/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AdminHistoryMiddleware:
    """Name the person who is logged in as the one who makes every change that a request to the admin makes.

    It stands behind Django's AuthenticationMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or not request.path.startswith(ADMIN):
            return self.get_response(request)
        with acting(origin=Origin.ADMIN, user=_person(request)):
            return self.get_response(request)


def _person(request: HttpRequest) -> int | None:
    """The number of the account that is logged in.

    Where the database does not say who it is, the view meets the same failure, which is answered only from there.
    """
    try:
        number: int | None = request.user.pk
    except Error as error:
        failure = error
    else:
        return number

    def fail() -> NoReturn:
        raise failure

    unknown: Any = SimpleLazyObject(fail)
    request.user = unknown
    return None
