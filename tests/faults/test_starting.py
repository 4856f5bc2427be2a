"""The embedded server however it was left, and however many want it at once."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.embedded.place import Place
from tests.faults.checking import rows
from tests.faults.conftest import only_long
from tests.faults.program import User, pid_in, processes_in, wait_for
from tests.once import copy

#: about what making, starting and stopping take
SECONDS_TO_MAKE, SECONDS_TO_START, SECONDS_TO_STOP = 1.2, 0.3, 0.2


def assert_works(data_dir: Path) -> None:
    """The next process gets a server that answers, and leaves none."""
    user = User(data_dir).is_held()
    assert rows(data_dir, "SELECT 1") == [(1,)]
    user.end()
    assert wait_for(lambda: not processes_in(data_dir)), processes_in(data_dir)


def test_python_killed_while_making(folder: Path, rounds: int, chance: random.Random) -> None:
    for number in range(rounds):
        data_dir = folder / f"{number}"
        user = User(data_dir)
        assert user.hears("begins")
        time.sleep(chance.random() * SECONDS_TO_MAKE)
        user.kill()
        user.ended()
        assert_works(data_dir)
        assert [path for path in Place(data_dir).leftovers() if (path / "PG_VERSION").exists()] == []


def test_python_killed_while_starting(made: Path, rounds: int, chance: random.Random) -> None:
    for _ in range(2 * rounds):
        user = User(made)
        assert user.hears("begins")
        time.sleep(chance.random() * SECONDS_TO_START)
        user.kill()
        user.ended()
        assert_works(made)


def test_python_killed_while_stopping(made: Path, rounds: int, chance: random.Random) -> None:
    for _ in range(2 * rounds):
        user = User(made).is_held()
        user.end(wait=False)
        assert user.hears("ends")
        time.sleep(chance.random() * SECONDS_TO_STOP)
        user.kill()
        user.ended()
        assert_works(made)


@pytest.mark.parametrize("count", [pytest.param(2, marks=only_long), 5])
@pytest.mark.parametrize("before", ["nothing", "stopped", "killed"])
def test_several_at_once(folder: Path, once_made: Path, rounds: int, count: int, before: str) -> None:
    for number in range(rounds):
        data_dir = folder / f"{number}"
        if before != "nothing":
            copy(once_made, data_dir)
        if before == "killed":
            left = User(data_dir).is_held()
            os.kill(pid_in(data_dir), signal.SIGKILL)
            left.kill()
            left.ended()
        users = [User(data_dir) for _ in range(count)]
        for user in users:
            user.is_held()
        assert len([one for one in processes_in(data_dir) if one.pid == pid_in(data_dir)]) == 1
        assert rows(data_dir, "SELECT 1") == [(1,)]
        for user in users:
            user.end(wait=False)
        for user in users:
            assert user.ended() == 0, user.words
        assert wait_for(lambda: not processes_in(data_dir)), processes_in(data_dir)  # noqa: B023


def kill_hard(data_dir: Path) -> list[str]:
    """Start a server and kill it and its user; return the lines of the note that is left."""
    user = User(data_dir).is_held()
    os.kill(pid_in(data_dir), signal.SIGKILL)
    user.kill()
    user.ended()
    return Place(data_dir).pid_file.read_text().split("\n")


@pytest.fixture
def strangers(folder: Path) -> Iterator[list[int]]:
    """Processes that have nothing to do with us, the second named as PostgreSQL's are."""
    sleep = shutil.which("sleep")
    assert sleep
    named = folder / "elsewhere" / "postgres"
    named.parent.mkdir()
    shutil.copy(sleep, named)
    running = [subprocess.Popen([program, "60"], cwd=named.parent) for program in (sleep, str(named))]
    assert wait_for(lambda: psutil.Process(running[1].pid).name() == "postgres")
    yield [one.pid for one in running]
    for one in running:
        assert one.poll() is None, "it was taken for ours"
        one.kill()
        one.wait()


def test_a_pid_that_somebody_else_has_now(made: Path, strangers: list[int], rounds: int) -> None:
    for pid in strangers if rounds == 1 else [*strangers, 1, os.getpid()]:
        lines = kill_hard(made)
        for note in (Place(made).pid_file, Place(made).socket_note):
            note.write_text("\n".join([str(pid), *lines[1:]]))
        assert_works(made)


@pytest.mark.parametrize("text", ["", "garbage", "-7\n", "99999999999999999999\n"])
def test_a_note_that_makes_no_sense(made: Path, text: str) -> None:
    place = Place(made)
    place.socket_folder.mkdir(mode=0o700, exist_ok=True)
    for note in (place.pid_file, place.socket_note):
        note.write_text(text)
    place.socket.write_text("")
    assert_works(made)


def test_notes_that_belong_to_somebody_else(made: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: gives files away")
    place = Place(made)
    kill_hard(made)
    for note in (place.pid_file, place.socket_note, place.socket):
        note.touch()
        os.chown(note, 12345, 12345)
        note.chmod(0o600)
    assert_works(made)


def test_notes_that_are_folders(made: Path) -> None:
    place = Place(made)
    place.socket_folder.mkdir(mode=0o700, exist_ok=True)
    for note in (place.pid_file, place.socket_note, place.socket):
        note.mkdir()
    assert_works(made)


def test_a_copy_that_was_made_while_it_ran(made: Path, folder: Path) -> None:
    user = User(made).is_held()
    copied = folder / "copied"
    copy(made, copied)
    other = User(copied).is_held()
    assert pid_in(copied) not in {0, pid_in(made)}
    assert rows(copied, "SELECT 1") == rows(made, "SELECT 1") == [(1,)]
    other.end()
    assert pid_in(made)
    user.end()


def test_a_server_that_is_still_going_through_its_log(made: Path) -> None:
    """One whose Python was killed meanwhile is waited for, not started beside or stopped."""
    kill_hard(made)
    left = pid_in(made)
    first = User(made)
    assert wait_for(lambda: pid_in(made) not in (None, 0, left), step=0.001)
    pid = pid_in(made)
    first.kill()
    first.ended()
    user = User(made).is_held()
    assert pid_in(made) == pid
    user.end()
