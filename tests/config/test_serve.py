"""`manage.py serve`: from an empty folder to answers, and back to nothing."""

import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config.embedded.place import Place
from config.environment import BASE_DIR
from config.server import ServerError, check_port, numeric_address, site_url


class Served:
    """A running `manage.py serve`."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.port = port
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", BASE_DIR / "manage.py", "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": "",
                "DATA_DIR": str(data_dir),
                "HOST": "127.0.0.1",
                "PORT": str(port),
            },
        )

    def is_ready(self) -> "Served":
        """Wait until it says how to stop it."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("Stop with"):
                return self
        pytest.fail("".join(self.said))

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal to the whole group, as a terminal does; return exit code and last words."""
        os.killpg(self.process.pid, number)
        words, _ = self.process.communicate(timeout=30)
        return self.process.returncode, words


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests here: the first makes it, the others find it made."""
    return tmp_path_factory.mktemp("serve") / "data"


@pytest.fixture
def served(data_dir: Path, port: int) -> Iterator[Served]:
    server = Served(data_dir, port).is_ready()
    yield server
    if server.process.poll() is None:
        server.end(signal.SIGTERM)


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def remains(processes: list[psutil.Process], seconds: float = 15) -> list[psutil.Process]:
    """Those that still run after a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        left = [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
        if not left:
            return []
        time.sleep(0.05)
    return left


def postmaster(data_dir: Path) -> psutil.Process:
    return psutil.Process(int(Place(data_dir).pid_file.read_text().split("\n", 1)[0]))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_without_a_trace(served: Served, data_dir: Path, number: signal.Signals) -> None:
    assert served.get("/health/live")[0] == 200
    assert served.get("/health/ready")[0] == 200
    assert served.get("/admin/login/")[0] == 200
    said = "".join(served.said)
    for path in ("/", "/api/v1/", "/api/docs/", "/api/schema/", "/admin/"):
        assert f"http://127.0.0.1:{served.port}{path}\n" in said
    processes = [*family(served.process.pid), postmaster(data_dir)]
    assert len(processes) >= 4
    code, words = served.end(number)
    assert (code, words.strip()) == (0, "Stopped.")
    assert remains(processes) == []


def test_static_files_carry_the_headers_of_pages_and_no_note_is_served(served: Served) -> None:
    assert served.get("/static/.collected")[0] == 404
    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/static/admin/css/base.css", timeout=10) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Access-Control-Allow-Origin"] is None


def test_a_large_body_of_a_stranger_is_answered_unread(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as peer:
        peer.sendall(b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000000\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1.1 413 ")


def test_the_passwords_are_kept_private_and_the_same(served: Served, data_dir: Path) -> None:
    accounts = data_dir / "accounts.txt"
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    kept = dict(re.findall(r"^(curator|reviewer|administrator): (\S+)$", accounts.read_text(), re.MULTILINE))
    assert set(kept) == {"curator", "reviewer", "administrator"}
    said = "".join(served.said)
    for name, password in kept.items():
        assert len(password) >= 16
        assert re.search(rf"^  {name} +{password}$", said, re.MULTILINE)


def test_a_second_server_on_the_port_is_one_sentence(served: Served, data_dir: Path, tmp_path: Path) -> None:
    for folder in (data_dir, tmp_path / "other"):
        second = Served(folder, served.port)
        words, _ = second.process.communicate(timeout=30)
        assert second.process.returncode == 1
        assert re.fullmatch(rf"CommandError: Port {served.port} .*\.\n", words)
    assert served.get("/health/live")[0] == 200


def test_after_a_kill_the_next_one_works(served: Served, data_dir: Path) -> None:
    processes = family(served.process.pid)
    served.process.kill()
    served.process.communicate()
    again = Served(data_dir, served.port).is_ready()
    try:
        assert remains(processes) == []
        assert again.get("/health/ready")[0] == 200
        database = postmaster(data_dir)
    finally:
        code, _ = again.end(signal.SIGINT)
    assert code == 0
    assert remains([database]) == []


def test_a_killed_database_comes_back(served: Served, data_dir: Path) -> None:
    postmaster(data_dir).kill()
    until = time.monotonic() + 5
    while served.get("/health/ready")[0] != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert served.get("/health/live")[0] == 200


def workers(served: Served) -> set[int]:
    """The processes below the server's that are alive at this moment."""
    alive = set()
    for process in family(served.process.pid)[1:]:
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                alive.add(process.pid)
    return alive


def test_a_killed_worker_is_replaced(served: Served) -> None:
    before = {process.pid for process in family(served.process.pid)[1:]}
    victim = psutil.Process(max(before))
    victim.kill()
    until = time.monotonic() + 15
    while len(running := workers(served) - {victim.pid}) < len(before) or not running - before:
        assert time.monotonic() < until
        time.sleep(0.05)
    while True:
        # What waited in the killed worker's queue is cut off; whoever asks again is answered.
        with suppress(ConnectionError):
            assert served.get("/health/live")[0] == 200
            return
        assert time.monotonic() < until


@pytest.mark.parametrize(
    ("host", "address", "url"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::", "::", "http://[::1]:8000"),
        ("[::]", "::", "http://[::1]:8000"),
        ("::1", "::1", "http://[::1]:8000"),
    ],
)
def test_addresses(host: str, address: str, url: str) -> None:
    assert numeric_address(host) == address
    assert site_url(address, 8000) == url


def test_addresses_that_cannot_be_listened_on() -> None:
    with pytest.raises(ServerError, match="no name or address"):
        numeric_address("no-such-host.invalid")
    with pytest.raises(ServerError, match="no address of this machine"):
        check_port("192.0.2.1", 8000)
