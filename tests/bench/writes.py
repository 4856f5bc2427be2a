"""New statements, one a request: ours by its API with a token, the plain variant by its own."""

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.client import Answer, Ask
from tests.bench.ours import STATEMENTS, Ours
from tests.bench.place import Place, make_token
from tests.bench.plain_drf import PlainDrf
from tests.bench.rounds import CONNECTIONS
from tests.bench.systems import HttpSystem, WrongAnswerError

_TEXTS = 500
_LENGTHS = (120, 280)


@dataclass(frozen=True)
class Written:
    """How it went; `cpu` is that of server and database."""

    rows: int
    seconds: float
    cpu: float


class NewStatements:
    """Statements that nobody has recorded yet: other words of texts that are there."""

    def __init__(self, place: Place) -> None:
        self.dataset = place.dataset
        self.chance = random.Random(time.time_ns())  # noqa: S311  what an earlier run wrote is there still
        asked = """SELECT revision.id::text, revision.source_id::text, source.language, revision.text
            FROM (SELECT * FROM sources_sourcetext ORDER BY id LIMIT %s) AS revision
            JOIN sources_source AS source ON source.id = revision.source_id"""
        self.texts = place.connection.execute(asked, [_TEXTS]).fetchall()
        self._lock = threading.Lock()

    def ours(self) -> dict[str, Any]:
        """A body for our API."""
        _revision, source, language, start, words, parts = self._drawn()
        return {
            "speakers": [{"speaker": parts["speaker"]}],
            "said_at": parts["said_at"],
            "said_at_basis": "inferred",
            "act": "assert",
            "topics": parts["topics"],
            "wordings": [{"language": language, "text": words, "is_original": True}],
            "appearances": [
                {
                    "source": source,
                    "quotation_type": "direct",
                    "segments": [{"start": start, "end": start + len(words), "exact": words}],
                }
            ],
        }

    def plain(self) -> dict[str, Any]:
        """The same for the plain variant."""
        revision, _source, language, start, words, parts = self._drawn()
        return {
            "attributions": [
                {"speaker": parts["speaker"], "kind": "speaker", "certainty": "certain", "membership": None}
            ],
            "said_at": parts["said_at"],
            "said_at_basis": "inferred",
            "act": "assert",
            "attitude": None,
            "topics": parts["topics"],
            "wordings": [{"language": language, "text": words, "is_original": True, "translator": ""}],
            "appearances": [
                {
                    "source_text": revision,
                    "quotation_type": "direct",
                    "language": language,
                    "segments": [{"start": start, "end": start + len(words), "exact": words}],
                }
            ],
        }

    def _drawn(self) -> tuple[str, str, str, int, str, dict[str, Any]]:
        with self._lock:
            revision, source, language, text = self.chance.choice(self.texts)
            length = self.chance.randint(*_LENGTHS)
            start = self.chance.randrange(len(text) - length)
            words = text[start : start + length]
            start += len(words) - len(words.lstrip())  # the plain variant's fields take blanks off
            topics = self.chance.sample(range(self.dataset.topics), 2)
            parts = {
                "speaker": self.dataset.id("speaker", self.chance.randrange(self.dataset.speakers)),
                "said_at": f"20{self.chance.randint(10, 25)}-0{self.chance.randint(1, 9)}-1{self.chance.randint(0, 9)}",
                "topics": [self.dataset.id("topic", number) for number in topics],
            }
        return revision, source, language, start, words.strip(), parts


def measure_posts(system: HttpSystem, place: Place, seconds: float) -> Written:
    """Post new statements over eight connections for so long."""
    made = NewStatements(place)
    requests = _requests(system, made, place)
    warm = _Posting(system, requests, time.perf_counter() + min(1.0, seconds))
    warm.run()
    posting = _Posting(system, requests, time.perf_counter() + seconds)
    before, started = system.cpu(), time.perf_counter()
    posting.run()
    return Written(posting.rows, time.perf_counter() - started, system.cpu() - before)


def _requests(system: HttpSystem, made: NewStatements, place: Place) -> Iterator[Ask]:
    if isinstance(system, Ours):
        headers = (("Authorization", f"Bearer {make_token(place)}"),)
        while True:
            yield Ask(STATEMENTS, "POST", json.dumps(made.ours()).encode(), headers, 201)
    elif isinstance(system, PlainDrf):
        while True:
            yield Ask("/statements/", "POST", json.dumps(made.plain()).encode(), (), 201)


class _Posting:
    def __init__(self, system: HttpSystem, requests: Iterator[Ask], until: float) -> None:
        self.system, self.requests, self.until = system, requests, until
        self.rows = 0
        self.failure: BaseException | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        threads = [threading.Thread(target=self._work) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failure is not None:
            raise self.failure

    def _work(self) -> None:
        connection = self.system.connect()
        try:
            while time.perf_counter() < self.until and self.failure is None:
                with self._lock:
                    ask = next(self.requests)
                self._hold(connection.ask(ask), ask)
                with self._lock:
                    self.rows += 1
        except BaseException as error:
            self.failure = error
        finally:
            connection.close()

    def _hold(self, answer: Answer, ask: Ask) -> None:
        if answer.status != ask.status:
            raise WrongAnswerError(f"{self.system.name}: a new statement had {answer.status}: {answer.body!r}")
