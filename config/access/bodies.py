"""Bodies are read before anything else is done; those that come slowly, or never, do not hold all threads."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from config.access.addresses import address_of
from config.http import problems
from config.http.limits import announced_length

# A body mostly comes with its header: who waits so long waits behind somebody slow.
SECONDS_TO_WAIT = 1.0
TOO_MANY = "As many bodies are on their way as are read at once."
BROKEN_OFF = "The body ended before its Content-Length."


class BodyMiddleware:
    """Read the body; answer 411 where its length is not said, and 503 where too many are being read.

    The server waits for a body for as long as it takes, and a thread with it. So half of a process's threads read
    bodies at most, and a quarter those of one address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        most = max(1, settings.ENVIRONMENT.THREADS // 2)
        self.places = Places(most, of_one=max(1, most // 2))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return problems.response(problems.LENGTH_REQUIRED)
        if announced_length(request) <= 0:
            return self.get_response(request)
        with self.places.taken(address_of(request)) as is_taken:
            if not is_taken:
                return problems.response(problems.UNAVAILABLE, TOO_MANY)
            try:
                _ = request.body  # kept by Django for whoever asks for it later
            except UnreadablePostError:
                return problems.response(problems.BAD_REQUEST, BROKEN_OFF)
        return self.get_response(request)


class Places:
    """So many places in all, so many of one address."""

    def __init__(self, most: int, *, of_one: int) -> None:
        self.most, self.of_one = most, of_one
        self._changed = Condition()
        self._held: Counter[str] = Counter()

    @contextmanager
    def taken(self, address: str) -> Iterator[bool]:
        """Hold a place; False where none became free in SECONDS_TO_WAIT."""
        with self._changed:
            is_taken = self._changed.wait_for(lambda: self._is_free(address), SECONDS_TO_WAIT)
            if is_taken:
                self._held[address] += 1
        try:
            yield is_taken
        finally:
            if is_taken:
                self._give_back(address)

    def _is_free(self, address: str) -> bool:
        return self._held.total() < self.most and self._held[address] < self.of_one

    def _give_back(self, address: str) -> None:
        with self._changed:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]
            self._changed.notify_all()
