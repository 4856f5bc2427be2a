"""The product: `manage.py serve`, asked as its documentation says."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bench import table
from tests.bench.client import Answer, Ask
from tests.bench.place import Place
from tests.bench.questions import DEEP, FACETS, LIST, LIST_AGAIN, ONE, ONE_AGAIN, SPEAKER, Question
from tests.bench.systems import HttpSystem, WrongAnswerError, expect

STATEMENTS = "/api/v1/statements/"
ASKED_FACETS = "speaker,topic,act"
_LARGEST_PAGE = 100


class Ours(HttpSystem):
    """Each answer is made anew."""

    name = table.OURS
    kept_answers_mb = 0

    def __init__(self, place: Place) -> None:
        super().__init__(place.folder, place.backends)
        self.place = place
        self._pages: dict[int, str] = {}
        self._tags: dict[str, str] = {}

    def command(self) -> Sequence[str]:
        return [sys.executable, "manage.py", "serve"]

    def environment(self) -> Mapping[str, str]:
        kept = str(self.kept_answers_mb)
        return self.place.environment(PORT=str(self.port), HOST="127.0.0.1", KEPT_ANSWERS_MB=kept)

    def probe(self) -> Ask:
        return Ask("/health/ready")

    def ask(self, question: Question) -> Ask | None:
        """Return the request."""
        if question.row == DEEP:
            return Ask(self._page(question.page))
        if question.row in (ONE, ONE_AGAIN):
            path = f"{STATEMENTS}{question.ids[0]}/"
        elif question.row == FACETS:
            path = f"{STATEMENTS}facets/?{urlencode({'q': question.q, 'facet': ASKED_FACETS})}"
        else:
            path = STATEMENTS + self._filters(question)
        if question.row in (LIST_AGAIN, ONE_AGAIN):
            return Ask(path, headers=(("If-None-Match", self._tag(path)),), status=304)
        return Ask(path)

    def check(self, question: Question, answer: Answer) -> None:
        """Raise WrongAnswerError unless these are the statements that the tables have."""
        if question.row in (LIST_AGAIN, ONE_AGAIN):
            if answer.status != 304:
                raise WrongAnswerError(f"{question.row} was answered with {answer.status}")
            return
        if answer.status != 200:
            raise WrongAnswerError(f"{question} was answered with {answer.status}: {answer.body[:400]!r}")
        found = json.loads(answer.body)
        if question.row == FACETS:
            expect(self.name, question, int(found["count"]["value"]))
        else:
            rows = [found] if question.row == ONE else found["results"]
            expect(self.name, question, [row["id"] for row in rows])

    def _filters(self, question: Question) -> str:
        given: dict[str, Any] = {}
        if question.row == SPEAKER:
            given = {"speaker": question.speaker, "said_after": question.after, "said_before": question.before}
        elif question.row not in (LIST, LIST_AGAIN):
            given = {"q": question.q}
        return f"?{urlencode(given)}" if given else ""

    def _page(self, page: int) -> str:
        """The address of a page that is reached by following the others."""
        if page not in self._pages:
            at = max((one for one in self._pages if one < page), default=0)
            connection, path = self.connect(), self._pages.get(at, STATEMENTS)
            while at < page:
                # a cursor is good for pages of any size: large ones where they can be, small ones up to the place
                limit = _LARGEST_PAGE if page - at >= _LARGEST_PAGE // 50 else 50
                answer = connection.ask(Ask(f"{path}{'&' if '?' in path else '?'}limit={limit}"))
                following = urlsplit(json.loads(answer.body)["next"])
                query = "&".join(pair for pair in following.query.split("&") if not pair.startswith("limit="))
                path = f"{following.path}?{query}"
                at += limit // 50
                self._pages[at] = path
            connection.close()
        return self._pages[page]

    def _tag(self, path: str) -> str:
        if path not in self._tags:
            connection = self.connect()
            self._tags[path] = connection.ask(Ask(path)).headers["etag"]
            connection.close()
        return self._tags[path]


class OursKept(Ours):
    """The same as it is set up by itself: what was asked for before, and has not changed since, is sent again."""

    name = table.KEPT
    kept_answers_mb = 32
