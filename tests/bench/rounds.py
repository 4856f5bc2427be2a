"""Measuring in rounds: each system in turn for a moment, many times, so that what disturbs one disturbs all."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.questions import Question, Questions
from tests.bench.systems import Connected, System, WrongAnswerError

CONNECTIONS = 8
#: requests and processor seconds after which a turn may end early: more says no more
_ENOUGH_REQUESTS = 4_000


@dataclass
class Cell:
    """What was measured of one system in one row."""

    requests: int = 0
    cpu: float = 0.0
    #: seconds that answers took, of all turns
    times: list[float] = field(default_factory=list)

    @property
    def micros(self) -> float:
        """Microseconds of processor time a request."""
        return self.cpu / self.requests * 1e6

    def percentile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


Cells = dict[tuple[str, str], Cell]


class Rounds:
    """The systems, connected, and what is asked of each."""

    def __init__(self, systems: Sequence[System], questions: Questions, *, is_steady: bool = True) -> None:
        """`is_steady` is whether nothing changes meanwhile, so that the same question has the same answer."""
        self.systems, self.questions, self.is_steady = systems, questions, is_steady
        self.cells: Cells = {}
        self._connections = {system.name: [system.connect() for _ in range(CONNECTIONS)] for system in systems}
        self._asks: dict[tuple[str, str], list[tuple[Any, int]]] = {}

    def verify(self) -> None:
        """Ask everything of everybody once and hold the answers against the tables; raise WrongAnswerError."""
        for row, questions in self.questions.items():
            for system in self.systems:
                asks = []
                for number, question in enumerate(questions):
                    ask = system.ask(question)
                    if ask is not None:
                        connection = self._connections[system.name][number % CONNECTIONS]
                        asks.append((ask, self._verified(system, connection, question, ask)))
                if asks:
                    self._asks[row, system.name] = asks

    def _verified(self, system: System, connection: Connected, question: Question, ask: Any) -> int:
        answer = connection.ask(ask)
        system.check(question, answer)
        return system.size(answer)

    def warm(self, seconds: float) -> None:
        """Let each have all its threads, connections and plans before anything counts."""
        self.run(1, seconds)
        self.cells.clear()

    def run(self, rounds: int, seconds: float, tell: Callable[[], None] = lambda: None) -> Cells:
        """Measure so many rounds, of which each gives each system so many seconds a row."""
        for number in range(rounds):
            for row in self.questions:
                # another is first each time
                turns = self.systems[number % len(self.systems) :] + self.systems[: number % len(self.systems)]  # type: ignore[operator]  # sequences of one kind
                for system in turns:
                    if (row, system.name) in self._asks:
                        self._turn(row, system, seconds)
            tell()
        return self.cells

    def close(self) -> None:
        """Close all connections."""
        for connection in itertools.chain.from_iterable(self._connections.values()):
            connection.close()

    def _turn(self, row: str, system: System, seconds: float) -> None:
        cell = self.cells.setdefault((row, system.name), Cell())
        asks = self._asks[row, system.name]
        before = system.cpu()
        turn = _Turn(system, asks, time.perf_counter() + seconds, is_steady=self.is_steady)
        threads = [
            threading.Thread(target=turn.work, args=(connection, place * len(asks) // CONNECTIONS))
            for place, connection in enumerate(self._connections[system.name])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if turn.failure is not None:
            raise turn.failure
        cell.cpu += system.cpu() - before
        cell.requests += len(turn.times)
        cell.times += turn.times


class _Turn:
    """Eight threads that ask the same things of one system until the time is over."""

    def __init__(self, system: System, asks: list[tuple[Any, int]], until: float, *, is_steady: bool) -> None:
        self.system, self.asks, self.until, self.is_steady = system, asks, until, is_steady
        self.times: list[float] = []
        self.failure: BaseException | None = None

    def work(self, connection: Connected, first: int) -> None:
        try:
            for ask, size in itertools.islice(itertools.cycle(self.asks), first, None):
                started = time.perf_counter()
                answer = connection.ask(ask)
                ended = time.perf_counter()
                self.times.append(ended - started)
                self._hold(ask, self.system.size(answer), size)
                if ended > self.until or len(self.times) > _ENOUGH_REQUESTS or self.failure:
                    return
        except BaseException as error:
            self.failure = error

    def _hold(self, ask: Any, found: int, size: int) -> None:
        if found != size if self.is_steady else found < 0:
            raise WrongAnswerError(f"{self.system.name}: {ask} had {size} bytes, then {found}")
