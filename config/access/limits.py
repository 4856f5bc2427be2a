"""How often the API may be asked: by address without a token, by token with one, in all server processes together."""

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from config.access.addresses import address_of
from config.access.authentication import accepted_token, credentials
from config.access.counters import Counters, key_of
from config.access.quotas import SECOND, Policy, Standing, use
from config.http import problems

API = "/api/"
# For so long one that was accepted is not held up by what others from its address make up.
SECONDS_KNOWN = 3600


@cache
def counters_in(folder: Path) -> Counters:
    """Return the counters of the limits, one object a process."""
    return Counters(folder / "limits")


class LimitMiddleware:
    """Answer 429 to who asks too often, before anything else is done, and tell all others where they stand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not f"/{request.path.lstrip('/')}".startswith(API):
            return self.get_response(request)
        if credentials(request):
            return self._by_token(request)
        return self._within("public", settings.LIMIT_PUBLIC, address_of(request), request)

    @sensitive_variables()
    def _by_token(self, request: HttpRequest) -> HttpResponse:
        """Limit by token; and by address what comes with a token that was never accepted."""
        # the last word alone: who writes "bearer" in other letters is not somebody else
        token = credentials(request).split()[-1]
        if not settings.LIMIT_PUBLIC:
            return self._within("token", settings.LIMIT_TOKEN, token, request)
        failures = Policy("failed-authentication", max(1, settings.LIMIT_PUBLIC // 10))
        counters = counters_in(settings.COUNTERS_DIR)
        known, failed = _key("known", token), _key(failures.name, address_of(request))
        now = time.time_ns()
        is_known = now < counters.read(known) <= now + SECONDS_KNOWN * SECOND
        if not is_known and not (standing := use(counters, failed, failures, count=False)).is_allowed:
            return _refusal(standing)
        answer = self._within("token", settings.LIMIT_TOKEN, token, request)
        if accepted_token(request):
            if not is_known:
                counters.update(known, lambda _until: now + SECONDS_KNOWN * SECOND)
        elif answer.status_code == problems.UNAUTHORIZED.status or (not is_known and answer.status_code < 500):
            counters.update(known, lambda _until: 0)
            use(counters, failed, failures)
        return answer

    @sensitive_variables("whose")
    def _within(self, name: str, quota: int, whose: str, request: HttpRequest) -> HttpResponse:
        """Answer within a quota, 0 being none."""
        if not quota:
            return self.get_response(request)
        standing = use(counters_in(settings.COUNTERS_DIR), _key(name, whose), Policy(name, quota))
        if not standing.is_allowed:
            return _refusal(standing)
        answer = self.get_response(request)
        for header, value in _headers(standing).items():
            answer[header] = value
        return answer


@sensitive_variables("whose")
def _key(kind: str, whose: str) -> int:
    return key_of(settings.SECRET_KEY.encode(), kind, whose)


def _headers(standing: Standing) -> dict[str, str]:
    return {"RateLimit-Policy": standing.policy.header, "RateLimit": standing.header}


def _refusal(standing: Standing) -> HttpResponse:
    headers = {"Retry-After": str(standing.wait), "X-Content-Type-Options": "nosniff", **_headers(standing)}
    answer = problems.response(problems.TOO_MANY, _sentence(standing), headers=headers)
    # Django would log each: who asks too often would fill the disk
    answer._has_been_logged = True  # type: ignore[attr-defined]  # the stubs leave it out
    return answer


def _sentence(standing: Standing) -> str:
    quota, wait = standing.policy.quota, standing.wait
    ways = {
        "public": f"Without a token {quota} requests a minute are answered for each address.",
        "token": f"{quota} requests a minute are answered for each token.",
    }
    about = ways.get(standing.policy.name, f"{quota} requests a minute may come with a token that is not accepted.")
    return f"{about} Try again in {wait} second{'s' if wait > 1 else ''}."
