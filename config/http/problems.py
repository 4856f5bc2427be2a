"""Errors as RFC 9457 problem details, and the whole vocabulary of them.

Every error of the API is `application/problem+json` with `type`, `title`, `status`, `detail` and, where a parameter or
a member of the body is at fault, `errors`: which one, what was wrong, what would be right.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import DataError, Error, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework.exceptions import APIException

from config.postgresql.errors import DatabaseUnreachableError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True)
class Problem:
    """One kind of error: its slug (the `type` is `/api/problems/#slug`), its title and its HTTP status."""

    slug: str
    title: str
    status: int
    meaning: str

    @property
    def type(self) -> str:
        """Return the URI that tells programs which kind of error it is."""
        return f"/api/problems/#{self.slug}"


INVALID_PARAMETER = Problem(
    "invalid-parameter",
    "A parameter has a wrong value",
    400,
    "errors names the parameter and what is allowed.",
)
UNKNOWN_PARAMETER = Problem(
    "unknown-parameter",
    "There is no such parameter",
    400,
    "errors names it; detail lists those there are.",
)
INVALID_CURSOR = Problem(
    "invalid-cursor",
    "The cursor is not one of this query",
    400,
    "Take next and previous from an answer as they are, without changing the query.",
)
INVALID_BODY = Problem(
    "invalid-body",
    "The body is not what is taken here",
    400,
    "errors names each member at fault by its JSON Pointer (RFC 6901).",
)
BAD_REQUEST = Problem("bad-request", "The request cannot be read", 400, "detail says why.")
UNAUTHORIZED = Problem(
    "unauthorized",
    "It is not known who asks",
    401,
    "The token is missing, mistyped, expired or revoked; detail says which.",
)
FORBIDDEN = Problem("forbidden", "Not allowed", 403, "Your role does not allow this.")
NOT_FOUND = Problem("not-found", "There is nothing here", 404, "Nothing that you may see has this address.")
GONE = Problem("gone", "It was withdrawn", 410, "It was public once; detail says why it is not any more.")
METHOD_NOT_ALLOWED = Problem(
    "method-not-allowed", "This method is not allowed here", 405, "Allow lists the methods there are."
)
NOT_ACCEPTABLE = Problem("not-acceptable", "No such format", 406, "Answers are application/json.")
CONFLICT = Problem("conflict", "It conflicts with what is recorded", 409, "A rule of the record refused it.")
PRECONDITION_FAILED = Problem(
    "precondition-failed",
    "It was changed since you read it",
    412,
    "If-Match names another version than ETag does now: read it again, and send If-Match with its ETag.",
)
LENGTH_REQUIRED = Problem(
    "length-required", "The body comes in chunks", 411, "Send it at once, with its Content-Length."
)
TOO_LARGE = Problem("too-large", "The request is too large", 413, "Send less at once.")
UNSUPPORTED_MEDIA_TYPE = Problem(
    "unsupported-media-type", "Bodies of this kind are not read", 415, "Send application/json."
)
KEY_REUSED = Problem(
    "idempotency-key-reused",
    "The Idempotency-Key belongs to another request",
    422,
    "A key stands for one request: take a new one for each.",
)
BATCH_REFUSED = Problem(
    "batch-refused", "Nothing of the batch was kept", 422, "results says which operation was refused, and why."
)
NOT_KEPT = Problem("not-kept", "It was not kept", 424, "Another operation of the same batch was refused.")
PRECONDITION_REQUIRED = Problem(
    "precondition-required",
    "It takes If-Match",
    428,
    "Read it, and send If-Match with its ETag, so that nobody's change is lost.",
)
TOO_MANY = Problem("too-many-requests", "Too many requests", 429, "Try again after Retry-After seconds.")
INTERNAL = Problem("internal-error", "The server failed", 500, "It is our fault, and it was logged.")
UNAVAILABLE = Problem("unavailable", "The server cannot answer now", 503, "Try again after Retry-After seconds.")
TOO_SLOW = Problem(
    "too-slow", "The query took too long", 503, "Narrow it: fewer or rarer words, a speaker, a date range."
)

ALL = [
    BAD_REQUEST,
    INVALID_PARAMETER,
    UNKNOWN_PARAMETER,
    INVALID_CURSOR,
    INVALID_BODY,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    GONE,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    CONFLICT,
    LENGTH_REQUIRED,
    PRECONDITION_FAILED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    KEY_REUSED,
    BATCH_REFUSED,
    NOT_KEPT,
    PRECONDITION_REQUIRED,
    TOO_MANY,
    INTERNAL,
    UNAVAILABLE,
    TOO_SLOW,
]
# What 401 and 403 must say of how to prove who asks (RFC 6750, section 3).
_CHALLENGES = {UNAUTHORIZED.status: "Bearer", FORBIDDEN.status: 'Bearer error="insufficient_scope"'}
# The first of a status is the general one.
_BY_STATUS = {problem.status: problem for problem in reversed(ALL)}


class ProblemError(Exception):
    """An error of the request that becomes a problem document.

    `errors` has an item for each parameter or member at fault: `{"parameter": name, "detail": sentence}` or
    `{"pointer": JSON Pointer, "detail": sentence}`; `members` are those that a kind of problem has of its own, and
    `headers` what the answer's header says.
    """

    def __init__(
        self,
        problem: Problem,
        detail: str,
        errors: list[dict[str, str]] | None = None,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail
        self.errors = errors or []
        self.members = members or {}
        self.headers = headers or {}

    @property
    def document(self) -> dict[str, Any]:
        """The body that answers it."""
        return document(self.problem, self.detail, self.errors, self.members)


def for_status(status: int) -> Problem:
    """Return the general problem of an HTTP status."""
    return _BY_STATUS.get(status, BAD_REQUEST if status < INTERNAL.status else INTERNAL)


def parameter_error(name: str, detail: str) -> ProblemError:
    """Return the error that one query parameter has a wrong value."""
    return ProblemError(INVALID_PARAMETER, f"{name}: {detail}", [{"parameter": name, "detail": detail}])


def body_error(pointer: str, detail: str) -> ProblemError:
    """Return the error that one member of the body is wrong; the pointer (RFC 6901) "" is the whole body."""
    return invalid_body([{"pointer": pointer, "detail": detail}])


def invalid_body(errors: list[dict[str, str]]) -> ProblemError:
    """Return the error that members of the body are wrong, each by its pointer."""
    sentences = [f"{one['pointer']}: {one['detail']}" if one["pointer"] else one["detail"] for one in errors]
    return ProblemError(INVALID_BODY, " ".join(sentences[:5]), errors)


def document(
    problem: Problem,
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    members: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the body of the answer."""
    body: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": detail or problem.meaning,
        **(members or {}),
    }
    if errors:
        body["errors"] = errors
    return body


def response(
    problem: Problem,
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return the answer as plain Django response, for what fails outside the views."""
    body = document(problem, detail, errors, members)
    # as the API writes all other JSON
    form = {"ensure_ascii": False, "separators": (",", ":")}
    answer = JsonResponse(body, status=problem.status, content_type=MEDIA_TYPE, json_dumps_params=form)
    for name, value in {**headers_of(problem), **(headers or {})}.items():
        answer[name] = value
    return answer


def of(error: BaseException) -> ProblemError | None:
    """Return the problem that an exception is, or None where it is a defect of ours."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, APIException):
        return ProblemError(for_status(error.status_code), str(error.detail))
    if isinstance(error, Error):
        return _of_database(error)
    for kinds, problem in (
        ((Http404,), NOT_FOUND),
        ((PermissionDenied,), FORBIDDEN),
        ((RequestDataTooBig, TooManyFieldsSent), TOO_LARGE),
        ((BadRequest, SuspiciousOperation), BAD_REQUEST),
    ):
        if isinstance(error, kinds):
            return ProblemError(problem, "")
    return None


def _of_database(error: Error) -> ProblemError | None:
    """Map SQLSTATE classes one by one; what is none of these is a defect and stays a 500."""
    if isinstance(error, DatabaseUnreachableError):
        return ProblemError(UNAVAILABLE, "The database cannot be reached now.")
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if state == "57014":
        return ProblemError(TOO_SLOW, "")
    if isinstance(error, DataError) or state.startswith("22"):
        return ProblemError(BAD_REQUEST, "A value cannot be read as text, number or date.")
    if state.startswith("54"):
        return ProblemError(BAD_REQUEST, "A value is too long or has too many parts: give less at once.")
    if isinstance(error, IntegrityError) or state.startswith("23"):
        return ProblemError(CONFLICT, "")
    if state == "53100":
        return ProblemError(UNAVAILABLE, "The disk of the database is full.")
    # 08 connection, 40 retry, 53 resources, 57 shutdown, 58 the system; none: the server was not reached
    if isinstance(error, InterfaceError) or (
        isinstance(error, OperationalError) and (not state or state[:2] in {"08", "40", "53", "57", "58"})
    ):
        return ProblemError(UNAVAILABLE, "The database cannot be reached now.")
    return None


def headers_of(problem: Problem) -> dict[str, str]:
    """Return what the answer's header must say of the problem."""
    headers = {"Cache-Control": "no-store"}
    if problem.status == UNAVAILABLE.status:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return headers


def log(found: ProblemError, error: BaseException) -> None:
    """Log what is not the client's fault."""
    if found.problem.status >= INTERNAL.status:
        logger.error("%s: %s", found.problem.title, " ".join(str(error).split()))


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer what a view raised (REST_FRAMEWORK's EXCEPTION_HANDLER), whatever format it answers in otherwise."""
    found = of(error)
    if found is None:
        return None
    log(found, error)
    challenge = getattr(error, "auth_header", None) or _CHALLENGES.get(found.problem.status)
    headers = {**({"WWW-Authenticate": str(challenge)} if challenge else {}), **found.headers}
    return response(found.problem, found.detail, found.errors, headers=headers, members=found.members)
