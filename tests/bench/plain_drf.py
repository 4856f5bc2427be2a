"""The plain variant (tests/bench/plain), on the same server program with as many processes and threads."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bench.client import Answer, Ask
from tests.bench.place import Place
from tests.bench.questions import DEEP, FACETS, LIST, LIST_AGAIN, ONE, ONE_AGAIN, SPEAKER, Question
from tests.bench.systems import HttpSystem, WrongAnswerError, expect

_PROGRAM = "from granian.cli import entrypoint; entrypoint()"
_WORKERS, _THREADS = "2", "16"
_LARGEST_PAGE = 1000


class PlainDrf(HttpSystem):
    name = "plain DRF"

    def __init__(self, place: Place) -> None:
        super().__init__(place.folder, place.backends)
        self.place = place
        self._pages: dict[int, str] = {}

    def command(self) -> Sequence[str]:
        return [
            sys.executable, "-c", _PROGRAM, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", _WORKERS, "--blocking-threads", _THREADS, "--blocking-threads-idle-timeout", "600",
            "--http", "1", "--no-ws", "--log-level", "error", "tests.bench.plain.wsgi:application",
        ]  # fmt: skip

    def environment(self) -> Mapping[str, str]:
        return self.place.environment(DJANGO_SETTINGS_MODULE="tests.bench.plain.settings")

    def probe(self) -> Ask:
        return Ask("/statements/?page_size=1")

    def ask(self, question: Question) -> Ask | None:
        """Return the request; None for what it has not: answers of 304."""
        if question.row in (LIST_AGAIN, ONE_AGAIN):
            return None
        if question.row == DEEP:
            return Ask(self._page(question.page))
        if question.row == ONE:
            return Ask(f"/statements/{question.ids[0]}/")
        if question.row == FACETS:
            return Ask(f"/statements/facets/?{urlencode({'search': question.q})}")
        given: dict[str, Any] = {} if question.row == LIST else {"search": question.q}
        if question.row == SPEAKER:
            given = {"speaker": question.speaker, "said_after": question.after, "said_before": question.before}
        return Ask(f"/statements/?{urlencode(given)}")

    def check(self, question: Question, answer: Answer) -> None:
        """Raise WrongAnswerError unless these are the statements that the tables have."""
        if answer.status != 200:
            raise WrongAnswerError(f"{question} was answered with {answer.status}: {answer.body[:400]!r}")
        found = json.loads(answer.body)
        if question.row == FACETS:
            expect(self.name, question, int(found["count"]))
        else:
            rows = [found] if question.row == ONE else found["results"]
            expect(self.name, question, [row["id"] for row in rows])

    def _page(self, page: int) -> str:
        """The address of a page that is reached by following the others."""
        if page not in self._pages:
            at = max((one for one in self._pages if one < page), default=0)
            connection, path = self.connect(), self._pages.get(at, "/statements/")
            while at < page:
                size = min(_LARGEST_PAGE, 50 * (page - at))
                answer = connection.ask(Ask(f"{path}{'&' if '?' in path else '?'}page_size={size}"))
                following = urlsplit(json.loads(answer.body)["next"])
                query = "&".join(pair for pair in following.query.split("&") if not pair.startswith("page_size="))
                path = f"{following.path}?{query}"
                at += size // 50
                self._pages[at] = path
            connection.close()
        return self._pages[page]
