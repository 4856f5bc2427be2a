"""Exports whose readers hardly read: they wait, and nobody else does."""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.server import lose_patience
from tests.faults.program import Server, environment

Start = Callable[..., Server]
Tell = Callable[[str], None]
EXPORT = "/api/v1/statements/export/"
EXPORTS = 8
DETAILS = 200  # while exports are read
BEFORE = 50
STATEMENTS = 200
BYTES = 20_000_000  # more than all buffers on the way hold

# Enough statements, with words long enough, that no buffer takes all of an export.
WRITER = """
import sys
import django
django.setup()
from django.db import transaction
from tests import factories
words = "言葉を 交わす。" * 2400
speakers, revision = [factories.speaker()], factories.source()
with transaction.atomic():
    for number in range(int(sys.argv[1])):
        wordings = [{"language": language, "text": f"{number} {words}"} for language in ("ja", "ko")]
        factories.published(speakers=speakers, revision=revision, wordings=wordings)
"""


def fill(data_dir: Path) -> None:
    """Store the statements, while a server runs on the folder."""
    subprocess.run([sys.executable, "-c", WRITER, str(STATEMENTS)], env=environment(data_dir), check=True)


class SlowReader:
    """Asks for an export, and takes a kilobyte a second of it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        self.read = self.socket.recv(256)

    @property
    def status(self) -> int:
        """What it was answered."""
        return int(self.read.split()[1])

    def takes_some(self) -> None:
        """Take what is there of the next kilobyte."""
        with contextlib.suppress(BlockingIOError):
            self.read += self.socket.recv(1024, socket.MSG_DONTWAIT)

    @property
    def is_at_the_end(self) -> bool:
        """Whether nothing more will come."""
        return self.read.endswith(b"\r\n0\r\n\r\n") or self.socket.recv(1, socket.MSG_PEEK) == b""


@contextmanager
def slow_readers(port: int) -> Iterator[list[SlowReader]]:
    """Read on and on, all of them."""
    over = threading.Event()
    readers = [SlowReader(port) for _ in range(EXPORTS)]

    def read() -> None:
        while not over.wait(1):
            for one in readers:
                one.takes_some()

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield readers
    finally:
        over.set()
        thread.join(5)
        for one in readers:
            one.socket.close()


def seconds_of(server: Server, path: str, times: int) -> list[float]:
    """Ask for a row so often, one request after the other; return how long each took."""
    took = []
    for _ in range(times):
        started = time.monotonic()
        answer = server.ask(path)
        took.append(time.monotonic() - started)
        assert answer.status == 200, answer.body
    return took


def test_eight_slow_exports_do_not_delay_a_detail(start: Start, set_up: Path, tell: Tell) -> None:
    """All of them at one server process, as chance may have it."""
    server = start(set_up, env={"WORKERS": "1", "LIMIT_PUBLIC": "0"}).is_ready()
    fill(set_up)
    row = server.ask("/api/v1/statements/?limit=1").json["results"][0]["id"]
    path = f"/api/v1/statements/{row}/"
    before = seconds_of(server, path, BEFORE)
    with slow_readers(server.port) as readers:
        assert [one.status for one in readers] == [200] * EXPORTS
        meanwhile = seconds_of(server, path, DETAILS)
        refused = server.ask(EXPORT)
        assert refused.is_unavailable_problem(), (refused.status, refused.body[:300])
        assert not any(one.is_at_the_end for one in readers)
    ratio = statistics.median(meanwhile) / statistics.median(before)
    tell(
        f"a detail takes {1000 * statistics.median(before):.1f} ms, and {1000 * statistics.median(meanwhile):.1f} ms "
        f"({ratio:.2f} times) beside {EXPORTS} slow exports; the longest {1000 * max(meanwhile):.0f} ms"
    )
    whole = answer_after(server, 30)
    assert len(whole) > BYTES
    assert len([json.loads(line) for line in whole.splitlines()]) > STATEMENTS
    server.stop()


def answer_after(server: Server, seconds: float) -> bytes:
    """Return a whole export, once those who went away hold no place any more."""
    until = time.monotonic() + seconds
    while (answer := server.ask(EXPORT)).status == 503 and time.monotonic() < until:
        time.sleep(0.2)
    assert answer.status == 200, answer.body
    return answer.body


def test_the_time_for_who_takes_nothing_is_set_for_every_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert lose_patience(port, 2.5)
        with socket.create_connection(("127.0.0.1", port)):
            connection, _address = listener.accept()
            with connection:
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500
    assert not lose_patience(port, 2.5)


def test_to_look_for_the_socket_leaves_no_file_open(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w"), socket.create_server(("127.0.0.1", 0)) as listener:
        before = len(os.listdir("/dev/fd"))
        lose_patience(listener.getsockname()[1] + 1, 2.5)
        assert len(os.listdir("/dev/fd")) == before
