"""What processes cost: processor time and the most memory they had, from /proc."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

#: processes of a cluster that work for whoever asks; the others (checkpoints, statistics) have their own rhythm
_WORKING = "backend_type IN ('client backend', 'parallel worker')"


def cpu_of(process: psutil.Process) -> float:
    """Seconds of processor time that a process and its descendants took, those that ended and were waited for included.

    Those that ended are counted in steps of 10 ms each.
    """
    total = 0.0
    for one in [process, *_descendants(process)]:
        try:
            ended = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += _own(one.pid) + ended.children_user + ended.children_system
    return total


def peak_memory(process: psutil.Process) -> int:
    """Bytes that the largest of a process and its descendants had at the most (VmHWM).

    Not their sum: workers are forks, and what they share would count for each.
    """
    return max(_peak(one.pid) for one in [process, *_descendants(process)])


def forget_peaks(process: psutil.Process) -> None:
    """Let the peaks begin at what there is now."""
    for one in [process, *_descendants(process)]:
        try:
            Path(f"/proc/{one.pid}/clear_refs").write_text("5", "ascii")
        except OSError:
            continue  # not ours, gone, or a kernel without it: the peak is then that since it began


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@dataclass
class Backends:
    """The processes of PostgreSQL that work for one database.

    Where the cluster is the benchmark's own, all of it counts but what the benchmark itself asks, so that parallel
    workers do, which come and go. Elsewhere the backends of the database count, as they were seen last.
    """

    connection: Any
    is_own_cluster: bool
    _seen: dict[int, float] = field(default_factory=dict)

    def cpu(self) -> float:
        """Seconds so far."""
        mine = self.connection.info.backend_pid
        if self.is_own_cluster:
            server = psutil.Process(psutil.Process(mine).ppid())
            return cpu_of(server) - _own(mine)
        asked = f"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND {_WORKING}"
        for (pid,) in self.connection.execute(asked).fetchall():
            if pid != mine:
                self._seen[pid] = _own(pid) or self._seen.get(pid, 0.0)
        return sum(self._seen.values())


def _own(pid: int) -> float:
    """Seconds of one process; 0 for one that ended."""
    try:
        # Linux: the clock of another process (clock_getcpuclockid), which is exact where /proc/PID/stat has 10 ms
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        pass
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
