"""The real program as a process of its own, and what can be asked about it from outside."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.embedded.place import Place
from config.environment import BASE_DIR

SECONDS_TO_GET_READY = 60
NOT_OURS = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "DATA_DIR", "PORT", "HOST", "WORKERS", "THREADS", "SECRET_KEY"}

# A process that uses the embedded server until its standard input ends.
USER = """
import sys
from pathlib import Path
from config.embedded.errors import EmbeddedServerError
from config.embedded.server import EmbeddedServer
server = EmbeddedServer.of(Path(sys.argv[1]))
print("begins", flush=True)
try:
    server.hold()
except EmbeddedServerError as error:
    sys.exit(str(error))
print("held", flush=True)
sys.stdin.read()
print("ends", flush=True)
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """What a user of the embedded server has in the environment."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(BASE_DIR),
        "DATA_DIR": str(data_dir),
        **more,
    }


class Program:
    """A command line with all it says, in a process group of its own."""

    def __init__(self, command: list[str], env: dict[str, str], **how: Any) -> None:
        self.said: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            command,
            stdin=how.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            env=env,
            **how,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._news:
                self.said.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self.process.pid

    @property
    def words(self) -> str:
        """All it has said so far."""
        return "\n".join(self.said)

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def hears(self, words: str, seconds: float = SECONDS_TO_GET_READY) -> bool:
        """Wait until it says these words; False if it ends, or the time does, before."""
        until = time.monotonic() + seconds
        with self._news:
            while not any(words in line for line in self.said):
                if time.monotonic() > until or (not self._reader.is_alive() and not self.is_alive):
                    return False
                self._news.wait(0.05)
        return True

    def ended(self, seconds: float = SECONDS_TO_GET_READY) -> int:
        """Wait for its end; return the exit code, negative for a signal."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"It still runs after {seconds} s, having said:\n{self.words}")
        self._reader.join(5)
        return code

    def kill(self, number: signal.Signals = signal.SIGKILL, *, group: bool = False) -> None:
        """Send a signal to it alone or to its whole group, as a terminal does."""
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.pid, number)

    def complaint(self) -> str:
        """The one sentence with which it ends."""
        code = self.ended()
        assert code == 1, f"exit code {code}:\n{self.words}"
        assert "Traceback" not in self.words, self.words
        last = self.said[-1]
        assert last.rstrip(")").endswith((".", "log")), last
        return last


class Server(Program):
    """`manage.py serve` on a DATA_DIR and a port."""

    def __init__(self, data_dir: Path, port: int = 0, *, env: dict[str, str] | None = None, **how: Any) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        prefix = how.pop("prefix", [])
        super().__init__(
            [*prefix, sys.executable, "-u", str(BASE_DIR / "manage.py"), "serve"],
            environment(data_dir, HOST="127.0.0.1", PORT=str(self.port), **(env or {})),
            **how,
        )

    def is_ready(self) -> "Server":
        """Wait until it says how to stop it."""
        if not self.hears("Stop with"):
            pytest.fail(f"It did not get ready (exit code {self.process.poll()}):\n{self.words}")
        return self

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: str = "",
        headers: dict[str, str] | None = None,
        seconds: int = 25,
    ) -> "Answer":
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def stop(self) -> None:
        """End it as Ctrl-C does; it must say so."""
        self.kill(signal.SIGINT, group=True)
        assert self.ended(40) == 0, self.words
        assert self.said[-1] == "Stopped.", self.words

    def children(self) -> list[psutil.Process]:
        """Its living processes, without itself."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [one for one in psutil.Process(self.pid).children(recursive=True) if lives(one)]
        return []


class User(Program):
    """A process that uses the embedded server of a DATA_DIR, as each command does."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__([sys.executable, "-c", USER, str(data_dir)], environment(data_dir), stdin=subprocess.PIPE)

    def is_held(self) -> "User":
        """Wait until it uses the server."""
        assert self.hears("held", 30), self.words
        return self

    def end(self, *, wait: bool = True) -> None:
        """Let it end as a command does."""
        assert self.process.stdin
        self.process.stdin.close()
        if wait:
            assert self.ended() == 0, self.words


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    def is_unavailable_problem(self) -> bool:
        """Whether it says in the API's own form when to ask again."""
        return (
            self.status == 503
            and self.headers["content-type"] == "application/problem+json"
            and int(self.headers["retry-after"]) > 0
            and self.json["type"] == "/api/problems/#unavailable"
        )


def lives(process: psutil.Process) -> bool:
    """Whether it runs; one that nobody has reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pid_in(data_dir: Path) -> int:
    """The living postmaster of a data folder, 0 for none."""
    try:
        pid = int(Place(data_dir).pid_file.read_text("utf-8", "replace").split("\n", 1)[0])
        return pid if lives(psutil.Process(pid)) else 0
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return 0


def processes_in(folder: Path) -> list[psutil.Process]:
    """Everything of PostgreSQL's that works in a folder or below."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError):
            if process.name() in {"postgres", "initdb", "pg_ctl"} and lives(process):
                words = [process.cwd(), *process.cmdline()]
                if any(str(folder) in word for word in words):
                    found.append(process)
    return found


def wait_for(what: Callable[[], Any], seconds: float = 10, step: float = 0.01) -> bool:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(step)
    return True


def end_all(folder: Path) -> None:
    """Leave nothing of PostgreSQL running below a folder; children end with their postmaster."""
    for process in processes_in(folder):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    assert wait_for(lambda: not processes_in(folder)), processes_in(folder)


def logs(data_dir: Path) -> Iterator[Path]:
    """What PostgreSQL has written about itself."""
    place = Place(data_dir)
    yield from (path for path in (place.start_log, *place.log_folder.glob("*.log")) if path.exists())
