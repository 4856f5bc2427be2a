"""Whatever ends the first `serve`, and whenever: the next one finds or makes everything, once."""

import os
import pty
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.faults.checking import assert_whole
from tests.faults.conftest import only_long
from tests.faults.program import Server, lives, pid_in, processes_in, wait_for

Start = Callable[..., Server]
#: about what a first start takes; chance picks a moment of it
SECONDS = 5.0
PHASES = ("Starting PostgreSQL", "Running migrations", "Made the accounts", "Loaded the demo set")


def at_some_moment(server: Server, chance: random.Random) -> str:
    """Let it get somewhere: into a phase, and some way into that."""
    phase = chance.choice(PHASES)
    assert server.hears(phase), server.words
    delay = chance.random() * SECONDS / len(PHASES)
    time.sleep(delay)
    return f"{delay:.2f} s after «{phase}»"


def assert_the_next_one_works(start: Start, data_dir: Path) -> None:
    again = start(data_dir).is_ready()
    assert_whole(again)
    again.stop()
    assert wait_for(lambda: not processes_in(data_dir)), processes_in(data_dir)


def kill_postgresql(data_dir: Path) -> list[str]:
    """Kill what there is of it, the postmaster alone where that runs; say what."""
    victims = processes_in(data_dir)
    if pid := pid_in(data_dir):
        victims = [psutil.Process(pid)]
    killed = []
    for victim in victims:
        try:
            killed.append(victim.name())
            victim.kill()
        except psutil.NoSuchProcess:
            continue
    return killed


def test_postgresql_killed(start: Start, folder: Path, rounds: int, chance: random.Random) -> None:
    for number in range(rounds):
        data_dir = folder / f"{number}"
        server = start(data_dir)
        moment = at_some_moment(server, chance)
        print(moment, kill_postgresql(data_dir))
        if server.hears("Stop with"):
            assert_whole(server)
            server.stop()
        else:
            server.complaint()
        assert_the_next_one_works(start, data_dir)


@only_long
def test_the_server_killed(start: Start, folder: Path, rounds: int, chance: random.Random) -> None:
    for number in range(rounds):
        data_dir = folder / f"{number}"
        server = start(data_dir)
        print(at_some_moment(server, chance))
        server.kill(group=chance.random() < 0.5)
        server.ended()
        assert_the_next_one_works(start, data_dir)


@only_long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_told_to_stop(
    start: Start, folder: Path, rounds: int, chance: random.Random, number: signal.Signals
) -> None:
    for turn in range(rounds):
        data_dir = folder / f"{turn}"
        server = start(data_dir)
        print(at_some_moment(server, chance))
        server.kill(number, group=True)
        assert server.ended() == 0, server.words
        assert server.said[-1] == "Stopped.", server.words
        assert wait_for(lambda: not processes_in(data_dir)), processes_in(data_dir)  # noqa: B023
        assert_the_next_one_works(start, data_dir)


@only_long
@pytest.mark.parametrize("phase", [PHASES[0], PHASES[2], "Stop with"])
def test_the_terminal_closed(start: Start, data_dir: Path, phase: str) -> None:
    ours, its = pty.openpty()
    server = start(data_dir, stdin=its)
    assert server.hears(phase)
    processes = [psutil.Process(server.pid), *server.children()]
    os.close(ours)
    server.kill(signal.SIGHUP, group=True)
    server.ended()
    os.close(its)
    assert wait_for(lambda: not any(map(lives, processes)), 20), processes
    assert wait_for(lambda: not processes_in(data_dir)), processes_in(data_dir)
    assert_the_next_one_works(start, data_dir)
