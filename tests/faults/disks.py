"""Small disks, disks without room and disks that cannot be written, for tests that may mount."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.program import end_all

STEP = 64 * 1024


def run(*command: str | Path) -> bool:
    """Run a program of the system; whether it did."""
    program = shutil.which(str(command[0]))
    return (
        program is not None and not subprocess.run([program, *command[1:]], check=False, capture_output=True).returncode
    )


class Disk:
    """A file system of its own, of some MB."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, *, leave: int = 0) -> None:
        """Take all room but so many bytes."""
        with self._filler.open("ab", buffering=0) as file:
            while shutil.disk_usage(self.folder).free > leave:
                try:
                    file.write(bytes(min(STEP, max(shutil.disk_usage(self.folder).free - leave, 1))))
                except OSError:
                    break

    def make_room(self) -> None:
        """Give back what fill() took."""
        self._filler.unlink(missing_ok=True)

    def forbid_writing(self) -> None:
        """Make it read-only."""
        assert run("mount", "-o", "remount,ro", self.folder)


@contextmanager
def disk(folder: Path, megabytes: int, *options: str) -> Iterator[Disk]:
    """Mount a small disk; skip the test where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ",".join([f"size={megabytes}m", "mode=711", *options])
    if os.geteuid() != 0 or not run("mount", "-t", "tmpfs", "-o", words, "tmpfs", folder):
        pytest.skip("this account or system does not let tests mount a small disk")
    try:
        yield Disk(folder)
    finally:
        try:
            end_all(folder)
        finally:
            assert run("umount", folder) or run("umount", "-l", folder)
