"""Everything at once: rows a second of an export, and the most memory that the server needed for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.client import Ask, Connection
from tests.bench.processes import forget_peaks, peak_memory
from tests.bench.systems import HttpSystem, WrongAnswerError


@dataclass(frozen=True)
class Export:
    """How to ask a system for all rows; each ends with a line feed, but `head` of the lines."""

    path: str
    head: int = 0


@dataclass(frozen=True)
class Exported:
    """How it went, to the end or until the time was over."""

    rows: int
    seconds: float
    cpu: float
    memory: int


def measure_export(
    system: HttpSystem, export: Export, expected: int, seconds: float, ended_early: Callable[[str], None]
) -> Exported:
    """Read an export for so long at the most; `ended_early` is told where it ends with another number of rows."""
    forget_peaks(system.process)
    before, started = system.cpu(), time.perf_counter()
    connection = Connection(system.port)
    status, _headers, pieces = connection.begin(Ask(export.path))
    if status != 200:
        raise WrongAnswerError(f"{system.name}: an export was answered with {status}")
    rows = -export.head
    for piece in pieces:
        rows += piece.count(b"\n")
        if time.perf_counter() - started > seconds:
            break
    else:
        if rows != expected:
            ended_early(f"{system.name}: an export had {rows} rows of {expected}")
    taken, cpu = time.perf_counter() - started, system.cpu() - before
    connection.close()
    return Exported(rows, taken, cpu, peak_memory(system.process))
