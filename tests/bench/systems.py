"""What can be measured: something that is started, asked over connections, and whose answers can be checked."""

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import psutil

from tests.bench.client import Answer, Ask, ClientError, Connection
from tests.bench.processes import Backends, cpu_of
from tests.bench.questions import Question

SECONDS_TO_START = 90


class SkippedError(Exception):
    """A system that cannot be measured here; the message is a sentence that says why."""


class Connected(Protocol):
    """A connection: it takes what `System.ask` returned."""

    def ask(self, ask: Any) -> Any: ...

    def close(self) -> None: ...


class System(ABC):
    """One of the columns of the table."""

    name = ""

    @abstractmethod
    def start(self) -> None:
        """Make it ready to be asked; raise SkippedError where it cannot be."""

    @abstractmethod
    def stop(self) -> None:
        """End all that was started."""

    @abstractmethod
    def ask(self, question: Question) -> Any:
        """Return what to give to a connection; None if it has no answer to such questions."""

    @abstractmethod
    def connect(self) -> Connected:
        """Return a connection that is kept."""

    @abstractmethod
    def check(self, question: Question, answer: Any) -> None:
        """Raise WrongAnswerError unless the answer is the right one."""

    @abstractmethod
    def size(self, answer: Any) -> int:
        """Return how long an answer is: the same question has answers of the same length; -1 for no answer."""

    @abstractmethod
    def cpu(self) -> float:
        """Return the seconds of processor time so far, of all that belongs to it."""


class WrongAnswerError(Exception):
    """An answer that is not what the tables say."""


def expect(system: str, question: Question, found: Sequence[str] | int) -> None:
    """Raise WrongAnswerError unless these are the ids, or that is the number, of the right answer."""
    wanted: Sequence[str] | int = question.count if isinstance(found, int) else list(question.ids)
    if found != wanted:
        raise WrongAnswerError(f"{system}, {question.row}: {question} was answered with {found}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class HttpSystem(System):
    """A server of its own, asked over HTTP."""

    def __init__(self, folder: Path, backends: Backends | None) -> None:
        """`backends` are those of PostgreSQL that work for it; none for a server that is its own database."""
        self.folder, self.backends = folder, backends
        self.port = 0
        self._log: IO[bytes] | None = None
        self._running: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        """What to run."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Its variables."""
        return os.environ

    def probe(self) -> Ask:
        """What is answered as soon as it is ready."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Do what is needed before it can run; raise SkippedError where that cannot be done."""

    def start(self) -> None:
        """Run it and wait until it answers; raise SkippedError where it does not."""
        self.prepare()
        self.port = free_port()  # now: while all is prepared, somebody else might take it
        log = self.folder / f"{type(self).__name__.lower()}.log"
        self._log = log.open("wb")
        self._running = subprocess.Popen(
            self.command(),
            env=dict(self.environment()),
            cwd=Path(__file__).resolve().parent.parent.parent,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self._running.poll() is not None or time.monotonic() > until:
                self.stop()
                said = " ".join(log.read_text("utf-8", "replace").split())[-400:]
                raise SkippedError(f"it did not start ({said})")
            time.sleep(0.2)

    def stop(self) -> None:
        """End it and all that it started."""
        if self._running is not None:
            started = psutil.Process(self._running.pid).children(recursive=True) if self._running.poll() is None else []
            self._running.send_signal(signal.SIGTERM)
            try:
                self._running.wait(20)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait()
            for one in psutil.wait_procs(started, timeout=5)[1]:
                one.kill()
            self._running = None
        if self._log is not None:
            self._log.close()

    @property
    def process(self) -> psutil.Process:
        """The process that was started."""
        assert self._running is not None
        return psutil.Process(self._running.pid)

    def connect(self) -> Connection:
        """A connection that is kept."""
        return Connection(self.port)

    def cpu(self) -> float:
        """Seconds of the server's processes and of the backends that work for it."""
        return cpu_of(self.process) + (self.backends.cpu() if self.backends else 0)

    def size(self, answer: Answer) -> int:
        """The length of the body; -1 for what is no answer as expected."""
        return len(answer.body) if answer.status in (200, 304) else -1

    def _answers(self) -> bool:
        try:
            return Connection(self.port).ask(self.probe()).status == 200
        except (OSError, ClientError):
            return False
