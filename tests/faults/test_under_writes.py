"""PostgreSQL or a worker killed while people read and write: nothing acknowledged is lost, and it comes back alone."""

import contextlib
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import psutil

from config.embedded.place import Place
from tests.faults.checking import add_publisher, log_in, password_of, rows
from tests.faults.conftest import only_long
from tests.faults.program import Answer, Program, Server, environment, lives, pid_in, wait_for
from tests.faults.writing import UNLIMITED

Start = Callable[..., Server]
Tell = Callable[[str], None]
SECONDS_TO_COME_BACK = 5
LONGEST_ANSWER = 20

# Writes one row after another, and what was committed into a file. What failed is written again under its id: that it
# is there already means that the commit had gone through.
WRITER = """
import os, sys
import django
django.setup()
from django.db import Error, IntegrityError, connection
from sources.models import Publisher
acknowledged = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
number = 0
while True:
    number += 1
    one = Publisher(name=f"writer {sys.argv[1]} {number}")
    while True:
        try:
            one.save(force_insert=True)
        except IntegrityError:
            break
        except Error:
            connection.close()
        else:
            break
    os.write(acknowledged, f"{one.pk} {one.name}\\n".encode())
    os.fsync(acknowledged)
    if number == 1:
        print("writing", flush=True)
"""


@dataclass
class Seen:
    """What readers saw."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0
    cut: int = 0


@contextmanager
def readers(server: Server, paths: list[str]) -> Iterator[Seen]:
    """Ask on and on, one thread a path, and judge each answer."""
    seen, over = Seen(), threading.Event()

    def read(path: str) -> None:
        while not over.is_set():
            started = time.monotonic()
            try:
                answer = server.ask(path, seconds=2 * LONGEST_ANSWER)
            except (OSError, HTTPException) as error:
                seen.cut += 1
                seen.wrong.append(f"{path}: {error!r}")
                continue
            seen.longest = max(seen.longest, time.monotonic() - started)
            seen.answers[path, answer.status] += 1
            if not is_right(path, answer):
                seen.wrong.append(f"{path}: {answer.status} {answer.headers} {answer.body[:300]!r}")

    threads = [threading.Thread(target=read, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join(3 * LONGEST_ANSWER)


def is_right(path: str, answer: Answer) -> bool:
    """Whether a fault may be answered so."""
    if path == "/health/live":
        return answer.status == 200
    if path.startswith(("/api/", "/health/")):
        return answer.status == 200 or answer.is_unavailable_problem()
    return answer.status == 200 or (answer.status == 503 and int(answer.headers["retry-after"]) > 0)


@contextmanager
def writers(data_dir: Path, *names: str, at: Path | None = None) -> Iterator[list[Path]]:
    """Write on and on; yield the files, beside DATA_DIR or in another folder, of what was acknowledged."""
    files = [(at or data_dir.parent) / f"acknowledged-{name}" for name in names]
    programs = [
        Program([sys.executable, "-c", WRITER, name, str(file)], environment(data_dir))
        for name, file in zip(names, files, strict=True)
    ]
    try:
        for program in programs:
            assert program.hears("writing"), program.words
        yield files
        assert [program.words for program in programs if not program.is_alive] == []
    finally:
        for program in programs:
            program.kill()
            program.ended()


def acknowledged_in(files: list[Path]) -> dict[str, str]:
    """Id -> name of all that was acknowledged."""
    lines = [line.partition(" ") for file in files for line in file.read_text().splitlines()]
    return {key: name for key, _space, name in lines}


def assert_all_there(data_dir: Path, files: list[Path]) -> int:
    """Each acknowledged row is stored, none twice, and nothing is half there."""
    wanted = acknowledged_in(files)
    stored = [(str(key), name) for key, name in rows(data_dir, "SELECT id, name FROM sources_publisher")]
    written = [(key, name) for key, name in stored if name.startswith("writer ")]
    assert [key for key, name in wanted.items() if (key, name) not in set(written)] == []
    assert [name for name, times in Counter(name for _, name in written).items() if times > 1] == []
    return len(wanted)


def comes_back(server: Server, since: float) -> float:
    """Seconds from a moment until an answer out of the database."""
    assert wait_for(lambda: server.ask("/health/ready").status == 200, 30), server.words
    return time.monotonic() - since


def assert_durable(data_dir: Path) -> None:
    assert rows(data_dir, "SELECT current_setting('fsync'), current_setting('full_page_writes')") == [("on", "on")]


def test_postgresql_killed(start: Start, set_up: Path, rounds: int, chance: random.Random, tell: Tell) -> None:
    server = start(set_up, env=UNLIMITED).is_ready()
    assert_durable(set_up)
    workers = {process.pid for process in server.children()}
    paths = ["/api/v1/statements/", "/api/v1/statements/?q=concern", "/health/live", "/health/ready", "/admin/login/"]
    took = []
    with writers(set_up, "a", "b") as files, readers(server, [*paths, *paths[:2]]) as seen:
        for _ in range(2 if rounds == 1 else 3 * rounds):
            time.sleep(chance.random())
            assert wait_for(lambda: pid_in(set_up), 30)
            killed, since = pid_in(set_up), time.monotonic()
            os.kill(killed, signal.SIGKILL)
            # who is connected may answer once more before they notice
            assert wait_for(lambda: pid_in(set_up) not in {0, killed}, 30)  # noqa: B023 called here alone
            took.append(comes_back(server, since))
    assert seen.wrong == []
    count = assert_all_there(set_up, files)
    assert {process.pid for process in server.children()} >= workers, "the application was restarted"
    tell(
        f"{len(took)} kills, {count} acknowledged and there; back after {max(took):.2f} s at worst, "
        f"{sorted(took)[len(took) // 2]:.2f} s mostly; longest answer {seen.longest:.2f} s; {dict(seen.answers)}"
    )
    assert max(took) < SECONDS_TO_COME_BACK
    assert seen.longest < LONGEST_ANSWER
    server.stop()


def backend_of_somebody(data_dir: Path, chance: random.Random) -> psutil.Process | None:
    """A process of PostgreSQL that serves a connection."""
    pid = pid_in(data_dir)
    children = psutil.Process(pid).children() if pid else []
    titles = [(child, " ".join(child.cmdline())) for child in children if lives(child)]
    backends = [child for child, title in titles if " attribution_record attribution_record " in title]
    return chance.choice(backends) if backends else None


@only_long
def test_a_backend_killed(start: Start, set_up: Path, rounds: int, chance: random.Random, tell: Tell) -> None:
    server = start(set_up, env=UNLIMITED).is_ready()
    took = []
    with (
        writers(set_up, "a") as files,
        readers(server, ["/api/v1/statements/", "/health/live", "/health/ready"]) as seen,
    ):
        for _ in range(2 * rounds):
            time.sleep(chance.random())
            backend = backend_of_somebody(set_up, chance)
            if backend is not None:
                backend.kill()
                took.append(comes_back(server, time.monotonic()))
    assert seen.wrong == []
    count = assert_all_there(set_up, files)
    tell(f"{len(took)} backends, {count} acknowledged and there; back after {max(took):.2f} s at worst")
    assert max(took) < SECONDS_TO_COME_BACK
    server.stop()


@contextmanager
def people(server: Server, name: str) -> Iterator[list[str]]:
    """Somebody who fills in one form after another in the admin; yield the names that it took."""
    taken: list[str] = []
    over = threading.Event()
    cookie = log_in(server, "curator", password_of(server.data_dir, "curator"))
    assert cookie

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with contextlib.suppress(OSError, HTTPException):
                if add_publisher(server, cookie, f"writer {name} {number}").status == 302:
                    taken.append(f"writer {name} {number}")

    thread = threading.Thread(target=write)
    thread.start()
    assert wait_for(lambda: taken, 3 * LONGEST_ANSWER)
    try:
        yield taken
    finally:
        over.set()
        thread.join(3 * LONGEST_ANSWER)


def assert_names_there(data_dir: Path, names: list[str]) -> None:
    """Each name is stored once."""
    stored = Counter(name for (name,) in rows(data_dir, "SELECT name FROM sources_publisher"))
    assert [name for name in names if stored[name] != 1] == []


def test_a_worker_killed(start: Start, set_up: Path, rounds: int, chance: random.Random, tell: Tell) -> None:
    server = start(set_up, env=UNLIMITED).is_ready()
    took = []
    kills = max(rounds, 3)  # of two: one of them again within seconds
    with people(server, "form") as names, readers(server, ["/api/v1/statements/", "/health/live"]) as seen:
        for _ in range(kills):
            time.sleep(chance.random())
            workers = [child for child in server.children() if child.pid != pid_in(set_up)]
            victim = chance.choice(workers)
            victim.kill()
            since = time.monotonic()
            assert wait_for(lambda: not lives(victim) and len(server.children()) >= len(workers), 20)  # noqa: B023
            took.append(time.monotonic() - since)
    # what waited in the killed worker is cut off; everything else is answered
    assert len(seen.wrong) == seen.cut <= 8 * kills
    assert_names_there(set_up, names)
    tell(
        f"{kills} workers, {len(names)} forms taken and there; replaced after {max(took):.2f} s at worst; "
        f"{seen.cut} of {seen.answers.total()} answers cut off"
    )
    server.stop()


def test_the_server_killed(start: Start, set_up: Path, rounds: int, chance: random.Random, tell: Tell) -> None:
    files: list[Path] = []
    names: list[str] = []
    took = []
    port = 0
    for number in range(rounds):
        since = time.monotonic()
        server = start(set_up, port=port, env=UNLIMITED).is_ready()
        took.append(time.monotonic() - since)
        port = server.port
        with writers(set_up, f"{number}") as written, people(server, f"form {number}") as taken:
            time.sleep(chance.random())
            server.kill(group=chance.random() < 0.5)
            server.ended()
        files += written
        names += taken
    server = start(set_up, port=port, env=UNLIMITED).is_ready()
    count = assert_all_there(set_up, files)
    assert_names_there(set_up, names)
    tell(
        f"{rounds} servers, {count} acknowledged and {len(names)} forms taken, all there; the next one is ready after "
        f"{max(took):.2f} s at worst"
    )
    server.stop()


def test_down_is_said_and_does_not_hang(start: Start, set_up: Path) -> None:
    """The database cannot come back, as its programs are not let in; then it can."""
    server = start(set_up, env=UNLIMITED).is_ready()
    cookie = log_in(server, "curator", password_of(set_up, "curator"))
    assert server.ask("/admin/sources/publisher/", headers=cookie).status == 200
    conf = Place(set_up).cluster / "postgresql.conf"
    right = conf.read_bytes()
    conf.write_bytes(right + b"work_mem = plenty\n")
    os.kill(pid_in(set_up), signal.SIGKILL)
    paths = ["/api/v1/statements/", "/health/ready", "/admin/login/"] * 3
    with readers(server, [*paths, "/health/live"]) as seen:
        time.sleep(1)
        page = server.ask("/admin/sources/publisher/", headers=cookie)
    assert seen.wrong == []
    assert (page.status, page.headers["retry-after"]) == (503, "5")
    assert seen.answers["/health/ready", 503]
    assert seen.answers["/health/live", 200]
    assert seen.longest < LONGEST_ANSWER
    assert "Traceback" not in server.words
    assert "correct that file" in server.words
    conf.write_bytes(right)
    assert comes_back(server, time.monotonic()) < SECONDS_TO_COME_BACK
    assert server.ask("/admin/sources/publisher/", headers=cookie).status == 200
    server.stop()
