"""Numbers that processes share, whatever happens to the processes and to the file."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.access.counters import BUCKETS, SIZE, WIDTH, Counters, key_of
from config.access.quotas import SECOND, WINDOW, Policy, use
from config.environment import BASE_DIR

FIVE = Policy("five", 5)


def _program(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Another process that has `counters`, of the file in its first argument."""
    begin = (
        "import sys, time; from pathlib import Path; from config.access.counters import *; "
        "from config.access.quotas import *; counters = Counters(Path(sys.argv[1]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", begin + code, *map(str, arguments)], cwd=BASE_DIR, text=True, stdout=subprocess.PIPE
    )


def _put(counters: Counters, key: int, number: int) -> None:
    counters.update(key, lambda _number: number)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "limits"


def test_the_file_is_private_and_made_on_first_use(path: Path) -> None:
    counters = Counters(path)
    assert not path.exists()
    assert counters.update(7, lambda number: number + 1) == 1
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_size) == (0o600, SIZE)
    assert path.stat().st_blocks * 512 >= SIZE, "a full disk would end the process at a write to memory"
    assert [one.name for one in path.parent.iterdir()] == ["limits"]


def test_numbers_are_kept_by_key_and_by_the_file(path: Path) -> None:
    counters = Counters(path)
    for key in range(1, 2000):
        _put(counters, key, key * 3)
    again = Counters(path)
    assert [again.read(key) for key in range(1, 2000)] == [key * 3 for key in range(1, 2000)]
    again.update(5, lambda _number: 0)
    assert (counters.read(5), counters.read(6)) == (0, 18)


def test_a_full_bucket_gives_up_its_lowest_number(path: Path) -> None:
    counters = Counters(path)
    keys = [1 + BUCKETS * turn for turn in range(WIDTH + 1)]
    for number, key in enumerate(keys[:WIDTH], start=10):
        _put(counters, key, number)
    counters.update(keys[WIDTH], lambda _number: 5)
    assert [counters.read(key) for key in keys] == [0, *range(11, 10 + WIDTH), 5]


def test_nobody_without_the_secret_knows_where_a_key_is() -> None:
    assert key_of(b"a" * 32, "public", "192.0.2.1") != key_of(b"b" * 32, "public", "192.0.2.1")
    assert key_of(b"a" * 99, "ab", "c") != key_of(b"a" * 99, "a", "bc")


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * SIZE, b"x" * SIZE, b"attribution record counters 1\n"])
def test_a_damaged_file_is_made_anew(path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    counters = Counters(path)
    assert counters.update(7, lambda number: number + 1) == 1
    assert path.stat().st_size == SIZE
    assert "is damaged" in caplog.text


def test_numbers_of_a_damaged_file_lock_nobody_out(path: Path) -> None:
    counters = Counters(path)
    for number in (2**63 - 1, -(2**63), time.time_ns() + 3 * WINDOW * SECOND):
        _put(counters, 7, number)
        assert use(counters, 7, FIVE).is_allowed


def test_one_that_was_removed_is_made_anew_within_a_second(path: Path) -> None:
    counters, other = Counters(path), Counters(path)
    counters.update(7, lambda _number: 1)
    assert other.read(7) == 1
    path.unlink()
    time.sleep(1.1)
    assert counters.update(7, lambda number: number + 1) == 1
    assert other.read(7) == 1


def test_without_a_folder_each_process_counts_by_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    counters = Counters(tmp_path / "file" / "limits")
    assert [use(counters, 7, FIVE).is_allowed for _turn in range(6)] == [True] * 5 + [False]
    assert "counts by itself" in caplog.text


def test_threads_lose_no_count(path: Path) -> None:
    counters = Counters(path)

    def add() -> None:
        for _turn in range(2000):
            counters.update(7, lambda number: number + 1)

    threads = [threading.Thread(target=add) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counters.read(7) == 8000


def test_processes_lose_no_count(path: Path) -> None:
    add = "for turn in range(5000): counters.update(7, lambda number: number + 1)"
    programs = [_program(add, path) for _program_number in range(3)]
    assert [program.wait(60) for program in programs] == [0, 0, 0]
    assert Counters(path).read(7) == 15000


def test_processes_share_a_limit(path: Path) -> None:
    Counters(path).read(1)
    ask = "print(sum(use(counters, 7, Policy('p', 100)).is_allowed for turn in range(90)))"
    programs = [_program(ask, path) for _program_number in range(2)]
    allowed = [int(program.communicate(timeout=60)[0]) for program in programs]
    # one comes back every 0.6 s
    assert 100 <= sum(allowed) <= 115


def _held(path: Path) -> "subprocess.Popen[str]":
    """A process that stands still while it holds the lock of key 7."""
    program = _program("counters.update(7, lambda number: print('held', flush=True) or time.sleep(60) or 1)", path)
    assert program.stdout
    assert program.stdout.readline() == "held\n"
    return program


@pytest.fixture
def ended() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_killed_process_leaves_no_lock(path: Path, ended: ExitStack) -> None:
    counters = Counters(path)
    counters.read(7)
    program = ended.enter_context(_held(path))
    program.send_signal(signal.SIGKILL)
    program.wait(10)
    mapped = counters._current()
    start = 4096 + 7 * 128
    assert mapped.lock(start), "the lock of the killed process is still there"
    mapped.unlock(start)
    assert counters.update(7, lambda number: number + 1) == 1


def test_a_stopped_process_holds_up_nobody_for_long(path: Path, ended: ExitStack) -> None:
    counters = Counters(path)
    counters.read(7)
    program = ended.enter_context(_held(path))
    ended.callback(program.kill)
    begun = time.monotonic()
    assert counters.update(7, lambda number: number + 1) == 1
    assert time.monotonic() - begun < 1
    assert counters.update(8, lambda number: number + 1) == 1, "another bucket"


def test_a_fork_has_locks_of_its_own(path: Path) -> None:
    counters = Counters(path)
    counters.read(7)
    begun, finish = threading.Event(), threading.Event()

    def hold(number: int) -> int:
        begun.set()
        finish.wait(10)
        return number

    thread = threading.Thread(target=counters.update, args=(7, hold))
    thread.start()
    begun.wait(10)
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        os._exit(0 if counters.update(7, lambda _number: 3) == 3 else 1)
    _pid, status = os.waitpid(child, 0)
    finish.set()
    thread.join()
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_quota_is_used_up_and_comes_back_evenly(path: Path) -> None:
    counters, fast = Counters(path), Policy("fast", 120)
    standings = [use(counters, 7, fast) for _turn in range(121)]
    assert Counter(one.is_allowed for one in standings)[True] in {120, 121}
    assert standings[0].remaining == 119
    assert (standings[0].wait, standings[0].policy.header) == (1, '"fast";q=120;w=60')
    while use(counters, 7, fast).is_allowed:
        pass
    time.sleep(0.55)
    assert use(counters, 7, fast).is_allowed
    assert use(counters, 8, fast).remaining == 119


def test_it_says_when_to_come_back(path: Path) -> None:
    counters = Counters(path)
    for _turn in range(5):
        assert use(counters, 7, FIVE).is_allowed
    refused = use(counters, 7, FIVE)
    assert (refused.is_allowed, refused.remaining) == (False, 0)
    assert refused.header == f'"five";r=0;t={refused.wait}'
    assert 10 <= refused.wait <= 12
    assert use(counters, 9, FIVE, count=False).is_allowed
    assert counters.read(9) == 0


def test_a_check_costs_microseconds(path: Path) -> None:
    counters, policy = Counters(path), Policy("public", 300)
    best = 1.0
    for _round in range(5):
        begun = time.thread_time()
        for turn in range(1000):
            use(counters, key_of(b"k" * 48, "public", str(turn)), policy)
        best = min(best, (time.thread_time() - begun) / 1000)
    assert best < 100e-6
