"""A DATA_DIR that takes long to make: made by one worker, copied by all."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path


def once_for_all(base: Path, name: str, make: Callable[[Path], None]) -> Path:
    """A DATA_DIR that the first of all workers of this run makes and the others find."""
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / name
        if not path.exists():
            make(folder / f"{name}-aside")
            (folder / f"{name}-aside").rename(path)
    return path


def copy(source: Path, target: Path) -> None:
    """Copy a DATA_DIR with owners, modes and all."""
    program = shutil.which("cp")
    assert program
    subprocess.run([program, "-a", source, target], check=True)
