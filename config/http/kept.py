"""Answers to the public that are asked for again while nothing was committed: sent as they were, without being made.

What is committed shows in PostgreSQL's snapshot: the transactions that a query sees (`pg_current_snapshot()`). As long
as that is the same, so is every row that a query could read, and so is the answer. One row is asked for instead of all.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse

from config.http.etags import is_matched
from config.http.middleware import RESOURCES
from config.http.views import PUBLIC
from config.postgresql.binary import binary_cursor

# The second: of another server, restored or put in its place, snapshots would mean something else.
_MOMENT = "SELECT pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text"
#: headers of a request that no answer is made of; with any other one it is another question
_WITHOUT_EFFECT = {
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_CACHE_CONTROL",
    "HTTP_CONNECTION",
    "HTTP_IF_NONE_MATCH",
    "HTTP_PRAGMA",
    "HTTP_REFERER",
    "HTTP_USER_AGENT",
    "HTTP_X_FORWARDED_FOR",
}
#: who sends them may be shown something else
_PERSONAL = {"HTTP_AUTHORIZATION", "HTTP_COOKIE"}
#: headers that an answer without a body has not
_OF_THE_BODY = {"Content-Type", "Content-Length", "Link"}
LONGEST = 1024 * 1024  # bytes of an answer that is kept
_QUESTIONS_A_MEGABYTE = 256

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Kept:
    """An answer, and the moment that it is of."""

    moment: str
    headers: Mapping[str, str]
    body: bytes

    def answer(self, condition: str | None) -> HttpResponse:
        """Return it, or 304 where the one who asks has it."""
        tag = self.headers.get("ETag")
        if tag and is_matched(condition, tag):
            return HttpResponse(
                status=304, headers={name: one for name, one in self.headers.items() if name not in _OF_THE_BODY}
            )
        return HttpResponse(self.body, headers=dict(self.headers))


class Shelf:
    """Answers by question, and questions asked once: those asked last, up to so many bytes."""

    def __init__(self, megabytes: int) -> None:
        self.most_bytes = megabytes * 1024 * 1024
        self.most_questions = megabytes * _QUESTIONS_A_MEGABYTE
        self.bytes = 0
        self._found: OrderedDict[Key, Kept | None] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, key: Key) -> tuple[bool, Kept | None]:
        """Return whether it was asked before, and the answer that is kept; it counts as asked."""
        with self._lock:
            was_asked, kept = key in self._found, self._found.get(key)
            self._found[key] = kept
            self._found.move_to_end(key)
            self._make_room()
            return was_asked, kept

    def put(self, key: Key, kept: Kept) -> None:
        """Keep an answer in place of the one before."""
        with self._lock:
            self._forget(key)
            self._found[key] = kept
            self.bytes += len(kept.body)
            self._make_room()

    def _forget(self, key: Key) -> None:
        before = self._found.pop(key, None)
        self.bytes -= len(before.body) if before else 0

    def _make_room(self) -> None:
        while self.bytes > self.most_bytes or len(self._found) > self.most_questions:
            self._forget(next(iter(self._found)))


class KeptAnswerMiddleware:
    """Answer what was asked twice by what is kept, as long as the database's moment is that of the answer.

    What is asked for the first time costs nothing more; the second time its moment is asked for before and behind, and
    the answer is kept if it is of one moment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.shelf = Shelf(settings.KEPT_ANSWERS_MB)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request) if self.shelf.most_bytes else None
        if key is None:
            return self.get_response(request)
        was_asked, kept = self.shelf.look(key)
        moment = _moment() if was_asked else None
        if moment is None:
            return self.get_response(request)
        if kept is not None and kept.moment == moment:
            return kept.answer(request.META.get("HTTP_IF_NONE_MATCH"))
        # a 304 would leave nothing to keep
        condition = request.META.pop("HTTP_IF_NONE_MATCH", None)
        answer = self.get_response(request)
        if answer.status_code != 200 or answer.streaming:
            return answer
        made = Kept(moment, dict(answer.headers), answer.content)
        if len(made.body) <= LONGEST and _moment() == moment:
            self.shelf.put(key, made)
        return made.answer(condition)


def _key(request: HttpRequest) -> Key | None:
    """Return what an answer is made of; None for a request whose answers are not kept."""
    asked = request.META
    if request.method != "GET" or not request.path_info.startswith(RESOURCES) or not _PERSONAL.isdisjoint(asked):
        return None
    headers = sorted((name, asked[name]) for name in asked if name.startswith("HTTP_") and name not in _WITHOUT_EFFECT)
    return request.scheme, request.path_info, asked.get("QUERY_STRING", ""), *headers


def _moment() -> str | None:
    """Return which transactions a query would see now; None within one of our own, which sees itself too."""
    if connections[PUBLIC].in_atomic_block:
        return None
    try:
        with binary_cursor(PUBLIC) as cursor:
            cursor.execute(_MOMENT)
            moment: str = cursor.fetchone()[0]
            return moment
    except Error:
        return None  # what is wrong is answered where the rows are read
