"""Starting, sharing and stopping the embedded server.

Every process that uses the server holds a shared lock on one file; starting and stopping happen under an
exclusive lock on another. Locks go when their process goes, however it ends, so nothing is left to clean up:
a process that can make its shared lock exclusive is the last user and stops the server; a server whose users
were all killed is adopted by the next one, whose end stops it.
"""

import atexit
import contextlib
import fcntl
import multiprocessing.util
import os
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, ClassVar

import psutil

from config.embedded.account import Account, server_account
from config.embedded.cluster import SUPERUSER, last_line, make_cluster, read_passwords
from config.embedded.errors import EmbeddedServerError
from config.embedded.place import PORT, Place, program_folder

SECONDS_FOR_LOCK = 240  # making a cluster on a slow disk included
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30
SECONDS_FOR_BACKENDS = 5
START_ATTEMPTS = 3
LOG_BYTES = 10 * 2**20
LOG_SECONDS = 7 * 86_400


class EmbeddedServer:
    """One embedded server as this process sees it; get it with `EmbeddedServer.of`."""

    _known: ClassVar[dict[Path, "EmbeddedServer"]] = {}
    #: Tests only, whose data may be lost with the machine: set it before the server starts.
    durable: ClassVar[bool] = True

    def __init__(self, data_dir: Path) -> None:
        self.place = Place(data_dir)
        self.connections = 100
        self._mutex = threading.RLock()
        self._users_file: IO[bytes] | None = None

    @classmethod
    def of(cls, data_dir: Path) -> "EmbeddedServer":
        """The server of this DATA_DIR (absolute), the same object for the whole process."""
        return cls._known.setdefault(data_dir, cls(data_dir))

    @property
    def is_held(self) -> bool:
        """Whether this process counts as a user of the server."""
        return self._users_file is not None

    def hold(self) -> None:
        """Become a user of the server and make it run; raise EmbeddedServerError where it cannot."""
        with self._mutex:
            if self.is_held:
                return
            self.place.make_folder()
            with self._start_lock():
                self._users_file = self._open_lock(self.place.users_lock)
                fcntl.flock(self._users_file, fcntl.LOCK_SH)
                atexit.register(self.release)
                # children of multiprocessing end without atexit
                multiprocessing.util.Finalize(self, self.release, exitpriority=0)
                try:
                    self._make_it_run()
                except BaseException:
                    # Ctrl-C may come when the server has just been started
                    self._stop_if_last()
                    raise

    def revive(self) -> None:
        """Start the server again if it no longer answers."""
        with self._mutex, self._start_lock():
            self._make_it_run()

    def release(self) -> None:
        """Cease to use the server, and stop it if nobody else uses it."""
        with self._mutex:
            if not self.place.folder.exists():
                self._forget()  # somebody removed it all; a server that misses its files ends by itself
            if self._users_file is not None:
                with self._start_lock():
                    self._stop_if_last()

    def accepts(self) -> bool:
        """Whether somebody listens on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(self.place.socket))
            except OSError:
                return False
            return True

    def password(self, role: str) -> str:
        """The password of a role that was made with the cluster."""
        return read_passwords(self.place)[role]

    def superuser_conninfo(self, database: str) -> dict[str, str | int]:
        """How to connect for maintenance (backups, verification); hold() the server first."""
        return {
            "host": str(self.place.socket_folder),
            "port": PORT,
            "user": SUPERUSER,
            "password": self.password(SUPERUSER),
            "dbname": database,
        }

    def _after_fork_in_child(self) -> None:
        # The lock belongs to the open file, which parent and child share: closing our copy keeps it in force.
        self._mutex = threading.RLock()
        self._forget()

    def _stop_if_last(self) -> None:
        """Give up our share, and stop the server if nobody else has one; under the start lock."""
        if self._users_file is None:
            return
        try:
            fcntl.flock(self._users_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # somebody else uses it
        else:
            self._stop()
        finally:
            self._forget()

    def _forget(self) -> None:
        if self._users_file is not None:
            self._users_file.close()
            self._users_file = None
        atexit.unregister(self.release)

    @cached_property
    def _account(self) -> Account:
        return server_account(program_folder() / "postgres", self.place.folder)

    def _open_lock(self, path: Path) -> IO[bytes]:
        try:
            return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
        except OSError as error:
            raise EmbeddedServerError(self.place.not_writable(error)) from error

    @contextlib.contextmanager
    def _start_lock(self) -> Iterator[None]:
        until = time.monotonic() + SECONDS_FOR_LOCK
        with self._open_lock(self.place.start_lock) as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise EmbeddedServerError(
                            "Another process has been starting or stopping PostgreSQL for "
                            f"{SECONDS_FOR_LOCK} s: see who has {self.place.start_lock} open."
                        ) from None
                    time.sleep(0.02)
            yield

    def _make_it_run(self) -> None:
        if self.accepts():
            return
        make_cluster(self.place, self._account)
        if self._leave_or_clear_the_rest():
            return
        self.place.make_socket_folder(self._account)
        self._prune_logs()
        for attempt in range(START_ATTEMPTS):
            reason = self._start()
            if not reason:
                return
            # what a killed server leaves behind may take a moment to go
            time.sleep(0.2 * attempt)
            self._leave_or_clear_the_rest()
        raise EmbeddedServerError(f"The embedded PostgreSQL did not start: {reason} ({self.place.start_log})")

    def _leave_or_clear_the_rest(self) -> bool:
        """Deal with a server that was there before: True if it runs and answers after all."""
        if not self.place.pid_file.exists():
            return False
        if self._postmaster() is not None:
            until = time.monotonic() + SECONDS_TO_START
            while self._postmaster() is not None and time.monotonic() < until:
                if self.accepts():
                    return True
                if self.place.socket.exists() is False and self._is_ready():
                    break  # somebody cleaned the temporary folder: nobody can reach it any more
                time.sleep(0.05)
            self._stop()
        self._wait_for_backends()
        # Both notes hold a pid. One that another process has now, or that nobody has reaped, would keep
        # PostgreSQL from starting for ever.
        for note in (self.place.pid_file, self.place.socket_note, self.place.socket):
            note.unlink(missing_ok=True)
        return False

    def _is_ready(self) -> bool:
        """Whether the server itself says that it takes connections (line 8 of its note)."""
        lines = self.place.pid_file.read_text("utf-8", "replace").splitlines() if self._postmaster() else []
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _postmaster(self) -> psutil.Process | None:
        """The running postmaster of this data folder; a reused pid or a dead, unreaped process is none."""
        try:
            pid = int(self.place.pid_file.read_text("utf-8", "replace").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return next((process for process in self._processes([pid])), None)

    def _processes(self, pids: list[int]) -> Iterator[psutil.Process]:
        """Those of these processes that live in this data folder: PostgreSQL changes into it at once."""
        for pid in pids:
            try:
                process = psutil.Process(pid)
                if (
                    process.name().startswith("postgres")
                    and process.status() != psutil.STATUS_ZOMBIE
                    and Path(process.cwd()) == self.place.cluster.resolve()
                ):
                    yield process
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue  # gone, or of another account and so not ours

    def _wait_for_backends(self) -> None:
        """Backends end soon after their postmaster; those that do not are told to."""
        until = time.monotonic() + SECONDS_FOR_BACKENDS
        while left := list(self._processes(psutil.pids())):
            if time.monotonic() > until:
                for process in left:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.send_signal(signal.SIGQUIT)
                until += SECONDS_FOR_BACKENDS
            time.sleep(0.05)

    def _start(self) -> str:
        """Try to start; return why it did not, or nothing."""
        self.place.start_log.unlink(missing_ok=True)
        options = shlex.join(f"--{name}={value}" for name, value in self._options().items())
        try:
            done = self._account.run(
                [
                    program_folder() / "pg_ctl",
                    "start",
                    "--wait",
                    f"--timeout={SECONDS_TO_START}",
                    f"--pgdata={self.place.cluster}",
                    f"--log={self.place.start_log}",
                    f"--options={options}",
                ],
                timeout=SECONDS_TO_START + 10,
            )
        except subprocess.TimeoutExpired:
            return f"it took more than {SECONDS_TO_START} s"
        if done.returncode == 0:
            return ""
        return self._why(done.stderr)

    def _why(self, said_by_pg_ctl: str) -> str:
        """The first complaint of the server, or else of the program that starts it."""
        sources = [self.place.start_log, *sorted(self.place.log_folder.glob("*.log"), key=_modified)[-1:]]
        for path in sources:
            lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
            complaints = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
            if complaints and time.time() - path.stat().st_mtime < SECONDS_TO_START:
                return complaints[-1].split(":  ", 1)[-1]
        return last_line(said_by_pg_ctl)

    def _options(self) -> dict[str, str | int]:
        """What must hold at each start, whatever postgresql.conf says."""
        options: dict[str, str | int] = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": str(self.place.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": max(100, self.connections),
            # Drafts must not land in a log: neither statements, nor the rows that a DETAIL or a message
            # quotes. Whoever sent the statement gets the whole error.
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_statement": "none",
            "log_min_duration_statement": -1,
            "log_parameter_max_length": 0,
            "log_parameter_max_length_on_error": 0,
            # one file a weekday, emptied when its day comes again
            "logging_collector": "on",
            "log_destination": "stderr",
            "log_directory": "log",
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": 0,
            "log_file_mode": "0600",
        }
        if not self.durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        return options

    def _prune_logs(self) -> None:
        """A server that never runs past midnight never empties its logs itself."""
        for path in self.place.log_folder.glob("*.log"):
            found = path.stat()
            if found.st_size > LOG_BYTES or time.time() - found.st_mtime > LOG_SECONDS:
                path.unlink()

    def _stop(self) -> None:
        """Stop the server; open connections are cut, committed work is safe."""
        for mode in ("fast", "immediate"):
            if self._postmaster() is None:
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._account.run(
                    [
                        program_folder() / "pg_ctl",
                        "stop",
                        "--wait",
                        f"--timeout={SECONDS_TO_STOP}",
                        f"--mode={mode}",
                        f"--pgdata={self.place.cluster}",
                    ],
                    timeout=SECONDS_TO_STOP + 10,
                )
        self.place.tidy_socket_folder()


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _after_fork_in_child() -> None:
    for server in EmbeddedServer._known.values():
        server._after_fork_in_child()


os.register_at_fork(after_in_child=_after_fork_in_child)
