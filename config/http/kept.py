"""Answers to the public that are asked for again while nothing was committed: sent as they were, without being made.

What is committed shows in PostgreSQL's snapshot: the transactions that a query sees (`pg_current_snapshot()`). As long
as that is the same, so is every row that a query could read, and so is the answer. One row is asked for instead of all.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from config.http.etags import is_matched
from config.http.middleware import RESOURCES
from config.http.views import PUBLIC
from config.postgresql.binary import binary_cursor

# Of another server, restored or put in its place, snapshots mean something else; on a standby they do not say all.
_MOMENT = """
    SELECT pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text WHERE NOT pg_is_in_recovery()
"""
#: headers of a request that answers to the public are made of, besides its address
_MADE_OF = ("HTTP_HOST", "HTTP_ACCEPT")
LONGEST = 1024 * 1024  # bytes of an answer that is kept
_BYTES_BESIDE = 2048  # of memory for a question, and for the headers of its answers
#: for so long an answer that was not fit to be kept is not looked at again
SECONDS_UNFIT = 60.0


@dataclass(frozen=True)
class Kept:
    """An answer as it was made, 200 or 304."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def answer(self) -> HttpResponse:
        """Return it once more."""
        return HttpResponse(self.body, status=self.status, headers=dict(self.headers))

    def is_known(self, condition: str | None) -> bool:
        """Whether who sends this `If-None-Match` has it."""
        tag = self.headers.get("ETag")
        return bool(tag) and is_matched(condition, str(tag))


@dataclass(frozen=True)
class Asked:
    """A question: the moment at which it was asked last, and the answers of that moment that are kept.

    They are the whole one, and the one to who has it.
    """

    moment: str = ""
    whole: Kept | None = None
    unchanged: Kept | None = None
    unfit_until: float = 0.0

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return _BYTES_BESIDE + (len(self.whole.body) if self.whole else 0)

    def answer(self, condition: str | None) -> HttpResponse | None:
        """Return the answer to who sends this `If-None-Match`, if it is kept."""
        if self.unchanged and self.unchanged.is_known(condition):
            return self.unchanged.answer()
        if self.whole and not self.whole.is_known(condition):
            return self.whole.answer()
        return None


class Shelf:
    """Questions, and answers to some: those asked last, up to so many bytes."""

    def __init__(self, megabytes: int) -> None:
        self.most_bytes = megabytes * 1024 * 1024
        self.bytes = 0
        self._found: OrderedDict[bytes, Asked] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, key: bytes) -> Asked | None:
        """Return what is known of a question; from now on it is one that was asked."""
        with self._lock:
            found = self._found.get(key)
            if found is None:
                self._put(key, Asked())
            else:
                self._found.move_to_end(key)
            return found

    def put(self, key: bytes, asked: Asked) -> None:
        """Note what is known of a question now."""
        with self._lock:
            self._forget(key)
            self._put(key, asked)

    def _put(self, key: bytes, asked: Asked) -> None:
        self._found[key] = asked
        self.bytes += asked.size
        while self.bytes > self.most_bytes:
            self._forget(next(iter(self._found)))

    def _forget(self, key: bytes) -> None:
        before = self._found.pop(key, None)
        self.bytes -= before.size if before else 0


class KeptAnswerMiddleware:
    """Answer by what is kept, as long as the database's moment is that of the answer.

    A question asked once costs nothing more. From the second time on its moment is noted; if that is the same as the
    time before, the answer is made to be kept, and is, if the moment is the same behind it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.shelf = Shelf(settings.KEPT_ANSWERS_MB)
        self._era = 0
        connection_created.connect(self._begin_era)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request) if self.shelf.most_bytes else None
        asked = self.shelf.look(key) if key else None
        moment = self._moment() if asked and asked.unfit_until < time.monotonic() else None
        if key is None or asked is None or moment is None:
            return self.get_response(request)
        if asked.moment != moment:
            self.shelf.put(key, Asked(moment))
            return self.get_response(request)
        return asked.answer(request.META.get("HTTP_IF_NONE_MATCH")) or self._make(request, key, asked)

    def _make(self, request: HttpRequest, key: bytes, asked: Asked) -> HttpResponse:
        answer = self.get_response(request)
        if not _is_fit(answer):
            self.shelf.put(key, Asked(unfit_until=time.monotonic() + SECONDS_UNFIT))
        elif self._moment() == asked.moment:
            kept = Kept(answer.status_code, dict(answer.headers), answer.content)
            self.shelf.put(key, replace(asked, whole=kept) if kept.status == 200 else replace(asked, unchanged=kept))
        return answer

    def _moment(self) -> str | None:
        """Return which transactions a query would see now; None where nobody knows.

        That is within a transaction of our own, which sees itself too, and while there is no connection: it is made,
        and its failure answered, where rows are read.
        """
        connection: Any = connections[PUBLIC]
        try:
            connection.close_if_health_check_failed()
            if connection.connection is None or connection.in_atomic_block:
                return None
            era = self._era
            with binary_cursor(PUBLIC) as cursor:
                cursor.execute(_MOMENT)
                row = cursor.fetchone()
        except Error:
            return None  # what is wrong is answered where rows are read
        return f"{era} {row[0]}" if row else None

    def _begin_era(self, connection: Any, **_signal: Any) -> None:
        """Let nothing count that was kept before: a server that crashed may give numbers of transactions out again."""
        if connection.alias == PUBLIC:
            self._era += 1


def _key(request: HttpRequest) -> bytes | None:
    """Return a digest of what an answer is made of; None for a request whose answers are not kept."""
    sent = request.META
    # who shows a token is told to keep the answer private, whatever the token says
    is_personal = "HTTP_AUTHORIZATION" in sent or bool(sent.get("HTTP_COOKIE"))
    if request.method != "GET" or not request.path_info.startswith(RESOURCES) or is_personal:
        return None
    headers = [sent.get(name) for name in _MADE_OF]
    made_of = repr((request.scheme, request.path_info, sent.get("QUERY_STRING", ""), headers))
    return hashlib.sha256(made_of.encode("utf-8", "surrogatepass")).digest()


def _is_fit(answer: HttpResponse) -> bool:
    """Whether it is what everybody would be sent, and not too long."""
    if answer.streaming or answer.cookies or "no-store" in answer.get("Cache-Control", ""):
        return False
    return answer.status_code in (200, 304) and len(answer.content) <= LONGEST
