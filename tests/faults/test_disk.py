"""A disk that is full, or cannot be written: one sentence, no loss, and on it goes once there is room."""

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.embedded.account import server_account
from config.embedded.place import Place
from config.environment import BASE_DIR
from tests.faults.checking import add_publisher, assert_whole, log_in, password_of, rows, run_sql
from tests.faults.conftest import only_long
from tests.faults.disks import Disk, disk
from tests.faults.program import Server, User, wait_for
from tests.faults.test_under_writes import Tell, acknowledged_in, readers, writers
from tests.faults.writing import UNLIMITED
from tests.once import copy

Start = Callable[..., Server]


def test_full_before_the_first_start(start: Start, folder: Path) -> None:
    with disk(folder / "small", 2) as small:
        small.fill()
        assert "is full: make room" in start(small.folder).complaint()
        assert (
            start(small.folder, env={"SECRET_KEY": "k" * 40})
            .complaint()
            .endswith(f"The disk of {small.folder} is full: make room, nothing that was saved is lost.")
        )


def test_too_small_for_a_database(start: Start, folder: Path) -> None:
    with disk(folder / "small", 100) as small:
        assert "a new database needs 300 MB: make room" in start(small.folder).complaint()


@only_long
@pytest.mark.parametrize("phase", ["Collecting static files", "Starting PostgreSQL", "Running migrations", "Made the"])
def test_full_during_the_first_start(start: Start, folder: Path, phase: str) -> None:
    with disk(folder / "small", 340) as small:
        server = start(small.folder)
        assert server.hears(phase)
        small.fill()
        assert "disk" in server.complaint() or "No space left" in server.complaint()
        small.make_room()
        again = start(small.folder).is_ready()
        assert_whole(again)
        again.stop()


def test_full_while_making(folder: Path, rounds: int, chance: random.Random) -> None:
    for _ in range(rounds):
        with disk(folder / "small", 340) as small:
            user = User(small.folder)
            place = Place(small.folder)
            assert wait_for(lambda: any(path.is_dir() for path in place.leftovers()), 10, 0.002)  # noqa: B023
            time.sleep(chance.random() * 0.3)
            small.fill()
            assert user.ended() == 1, user.words
            assert "(No space left on device): make room on the disk of" in user.said[-1]
            small.make_room()
            user = User(small.folder).is_held()
            user.end()


@only_long
def test_full_before_a_later_start(start: Start, once: Path, folder: Path) -> None:
    with disk(folder / "small", 200) as small:
        copy(once, small.folder / "data")
        small.fill(leave=2 * 2**20)
        complaint = start(small.folder / "data").complaint()
        assert "make room" in complaint
        small.make_room()
        again = start(small.folder / "data").is_ready()
        assert_whole(again)
        again.stop()


def test_full_while_serving(start: Start, once: Path, folder: Path, rounds: int, tell: Tell) -> None:
    with disk(folder / "small", 240) as small:
        data_dir = small.folder / "data"
        copy(once, data_dir)
        server = start(data_dir, env=UNLIMITED).is_ready()
        cookie = log_in(server, "curator", password_of(data_dir, "curator"))
        worst = 0.0
        for number in range(rounds):
            worst = max(worst, fill_up_and_make_room(server, small, cookie, f"round {number}"))
        tell(f"{rounds} times full; writes again {worst:.2f} s after room was made, at worst")
        assert_whole(server)
        server.stop()
        start(data_dir).is_ready().stop()


def fill_up_and_make_room(server: Server, small: Disk, cookie: dict[str, str], name: str) -> float:
    """Write while there is less and less room; return the seconds until it goes on once there is some again."""
    taken: list[str] = []
    refused = 0
    with readers(server, ["/api/v1/statements/", "/health/live", "/health/ready"]) as seen:
        small.fill(leave=2**20)
        until = time.monotonic() + 15
        while refused < 5 and time.monotonic() < until:
            one = f"{name} {len(taken)} {'x' * 150}"
            answer = add_publisher(server, cookie, one)
            assert answer.status in {302, 503}, answer.body
            if answer.status == 302:
                taken.append(one)
                small.fill(leave=0)
            else:
                assert int(answer.headers["retry-after"]) > 0
                refused += 1
        assert refused, "the disk was never full"
        before = len(server.said)
        small.make_room()
        since = time.monotonic()
        assert wait_for(lambda: add_publisher(server, cookie, f"{name} {'y' * 150}").status == 302, 30)
        took = time.monotonic() - since
    assert seen.wrong == []
    assert any("No space left" in line or "disk" in line for line in server.said), server.words
    assert "Traceback" not in server.words
    assert len(server.said) - before < 200
    stored = {one for (one,) in rows(server.data_dir, "SELECT name FROM sources_publisher")}
    assert set(taken) <= stored
    return took


@only_long
def test_full_under_writers(start: Start, once: Path, folder: Path) -> None:
    """The log of changes cannot grow: PostgreSQL ends. What it had acknowledged is there once there is room."""
    with disk(folder / "small", 240) as small:
        data_dir = small.folder / "data"
        copy(once, data_dir)
        server = start(data_dir).is_ready()
        with writers(data_dir, "a", "b", at=folder) as files:
            small.fill()
            time.sleep(2)
            small.make_room()
            count = len(acknowledged_in(files))
            assert wait_for(lambda: len(acknowledged_in(files)) > count + 20, 30), "writing does not go on"
        assert wait_for(lambda: server.ask("/health/ready").status == 200, 5)
        stored = {str(key) for (key,) in rows(data_dir, "SELECT id FROM sources_publisher")}
        assert acknowledged_in(files).keys() <= stored
        server.stop()


@pytest.mark.parametrize("state", [pytest.param("53100", marks=only_long), "58030"])
def test_what_a_disk_refuses_is_asked_for_again_later(start: Start, set_up: Path, state: str) -> None:
    server = start(set_up).is_ready()
    cookie = log_in(server, "curator", password_of(set_up, "curator"))
    run_sql(
        set_up,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION 'the disk' USING ERRCODE = '{state}'; END $$",
    )
    run_sql(set_up, "CREATE TRIGGER refuse BEFORE INSERT ON sources_publisher EXECUTE FUNCTION refuse()")
    answer = add_publisher(server, cookie, "Le Courrier")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    server.stop()


@pytest.mark.parametrize("is_set_up", [False, True])
def test_a_disk_that_cannot_be_written(start: Start, once: Path, folder: Path, is_set_up: bool) -> None:
    with disk(folder / "small", 150) as small:
        if is_set_up:
            copy(once, small.folder / "data")
        small.forbid_writing()
        complaint = start(small.folder / "data").complaint()
        assert "Read-only file system" in complaint
        assert "set DATA_DIR to" in complaint


@only_long
def test_a_disk_that_runs_no_programs(start: Start, folder: Path) -> None:
    with disk(folder / "small", 400, "noexec") as small:
        server = start(small.folder).is_ready()
        assert_whole(server)
        server.stop()


def test_a_folder_of_somebody_else(start: Start, once: Path, folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: makes folders that another account may only read")
    somebody = server_account(Path(sys.executable), BASE_DIR)
    switch = ["setpriv", f"--reuid={somebody.uid}", f"--regid={somebody.gid}", "--clear-groups"]
    copy(once, folder / "data")
    for path in (folder / "new", folder / "data"):
        path.mkdir(exist_ok=True)
        path.chmod(0o555)
        complaint = start(path, prefix=somebody.prefix or switch).complaint()
        assert "belongs to the account that runs this command" in complaint
