"""Answers to the public that are asked for again while nothing was committed: sent as they were, without being made.

What is committed shows in PostgreSQL's snapshot: the transactions that a query sees (`pg_current_snapshot()`). As long
as that is the same, so is every row that a query could read, and so is the answer. One row is asked for instead of all.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
#: headers that an answer without a body has not
_OF_THE_BODY = {"Content-Type", "Content-Length", "Link"}
LONGEST = 1024 * 1024  # bytes of an answer that is kept
_BYTES_BESIDE = 1024  # of memory for a question, and for the headers of its answer
#: for so long an answer that was not fit to be kept is not looked at again
SECONDS_UNFIT = 60.0


@dataclass(frozen=True)
class Kept:
    """An answer with a body."""

    headers: Mapping[str, str]
    body: bytes

    def answer(self, condition: str | None) -> HttpResponse:
        """Return it, or 304 where the one who asks has it."""
        return self.not_modified(condition) or HttpResponse(self.body, headers=dict(self.headers))

    def not_modified(self, condition: str | None) -> HttpResponse | None:
        """Return 304 where an `If-None-Match` names the answer."""
        tag = self.headers.get("ETag")
        if not tag or not is_matched(condition, tag):
            return None
        headers = {name: one for name, one in self.headers.items() if name not in _OF_THE_BODY}
        return HttpResponse(status=304, headers={**headers, "Content-Length": "0"})


@dataclass(frozen=True)
class Asked:
    """A question: the moment at which it was asked last, and the answer of that moment, if it is kept."""

    moment: str = ""
    kept: Kept | None = None
    unfit_until: float = 0.0

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return _BYTES_BESIDE + (len(self.kept.body) if self.kept else 0)


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
        elif asked.kept is None:
            return self._make(request, key, moment)
        else:
            return asked.kept.answer(request.META.get("HTTP_IF_NONE_MATCH"))
        return self.get_response(request)

    def _make(self, request: HttpRequest, key: bytes, moment: str) -> HttpResponse:
        # a 304 would leave nothing to keep
        condition = request.META.pop("HTTP_IF_NONE_MATCH", None)
        answer = self.get_response(request)
        kept = Kept(dict(answer.headers), answer.content) if _is_whole(answer) else None
        if kept is None or len(kept.body) > LONGEST:
            self.shelf.put(key, Asked(unfit_until=time.monotonic() + SECONDS_UNFIT))
        elif self._moment() == moment:
            self.shelf.put(key, Asked(moment, kept))
        return (kept and kept.not_modified(condition)) or answer

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


def _is_whole(answer: HttpResponse) -> bool:
    """Whether it is what everybody would be sent."""
    may_be_stored = not answer.cookies and "no-store" not in answer.get("Cache-Control", "")
    return answer.status_code == 200 and not answer.streaming and may_be_stored
