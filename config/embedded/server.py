"""Starting, sharing and stopping the embedded server.

Every process that uses the server holds a shared lock on one file; starting and stopping happen under an
exclusive lock on another. Locks go when their process goes, however it ends, so nothing is left to clean up:
a process that can make its shared lock exclusive is the last user and stops the server; a server whose users
were all killed is adopted by the next one, whose end stops it.
"""

import atexit
import contextlib
import fcntl
import itertools
import multiprocessing.util
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, ClassVar

import psutil

from config.embedded.account import Account, server_account
from config.embedded.cluster import SUPERUSER, make_cluster, mend_ownership, read_passwords
from config.embedded.complaints import did_not_start
from config.embedded.errors import EmbeddedServerError
from config.embedded.place import PORT, Place, program_folder

SECONDS_TO_START = 600  # making a cluster, or going through 2 GB of log after a kill, on a slow disk
SECONDS_TO_COME_BACK = 8  # of a server that ran before, for which a request waits
SECONDS_TO_STOP = 30
SECONDS_TO_LAUNCH = 30
SECONDS_FOR_BACKENDS = 5
START_ATTEMPTS = 3
LAUNCHERS = {"postgres", "sh", "dash", "bash", "setpriv"}
SMALLEST_SHARED_MEMORY = 256 * 2**20
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - PostgreSQL's, not ours
# Its words go to the log, its pid to us; the paths are arguments, so no character of theirs means anything here.
LAUNCH = 'umask 077; "$@" </dev/null >>"$0" 2>&1 & echo $!'
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
        self._has_run = False
        self._failed_at, self._failure = 0.0, ""

    @classmethod
    def of(cls, data_dir: Path) -> "EmbeddedServer":
        """The server of this DATA_DIR (absolute), the same object for the whole process."""
        return cls._known.setdefault(data_dir, cls(data_dir))

    @property
    def is_held(self) -> bool:
        """Whether this process counts as a user of the server."""
        return self._users_file is not None

    @property
    def patience(self) -> float:
        """Seconds to wait for the server: long where somebody has just started us, short where requests wait."""
        return SECONDS_TO_COME_BACK if self._has_run else SECONDS_TO_START

    def hold(self) -> None:
        """Become a user of the server and make it run; raise EmbeddedServerError where it cannot."""
        if self.is_held and self._has_run:
            return  # without waiting for the thread that starts it again
        with self._turn() as until:
            if self.is_held:
                return
            self.place.make_folder()
            with self._start_lock(until):
                self._users_file = self._open_lock(self.place.users_lock)
                fcntl.flock(self._users_file, fcntl.LOCK_SH)
                atexit.register(self.release)
                # children of multiprocessing end without atexit
                multiprocessing.util.Finalize(self, self.release, exitpriority=0)
                try:
                    self._make_it_run(until)
                except BaseException:
                    # Ctrl-C may come when the server has just been started
                    self._stop_if_last()
                    raise
                self._has_run = True

    def revive(self) -> None:
        """Start the server again if it no longer answers; raise EmbeddedServerError where it cannot."""
        with self._turn() as until, self._start_lock(until):
            self._make_it_run(until)

    def release(self) -> None:
        """Cease to use the server, and stop it if nobody else uses it."""
        with self._mutex:
            if not self.place.folder.exists():
                self._forget()  # somebody removed it all; a server that misses its files ends by itself
            if self._users_file is not None:
                with self._start_lock(time.monotonic() + SECONDS_TO_START):
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
    def _turn(self) -> Iterator[float]:
        """One thread at a time; yield the time until which to wait for the server.

        Threads that waited while another one failed share its failure instead of failing one after the other.
        """
        asked, patience = time.monotonic(), self.patience
        if not self._mutex.acquire(timeout=patience):
            raise self._still_starting()
        try:
            if self._failed_at > asked:
                raise EmbeddedServerError(self._failure)
            try:
                yield asked + patience
            except (EmbeddedServerError, OSError) as error:
                self._failed_at = time.monotonic()
                self._failure = self.place.not_writable(error) if isinstance(error, OSError) else str(error)
                raise EmbeddedServerError(self._failure) from error
        finally:
            self._mutex.release()

    @contextlib.contextmanager
    def _start_lock(self, until: float) -> Iterator[None]:
        with self._open_lock(self.place.start_lock) as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise self._still_starting() from None
                    time.sleep(0.02)
            try:
                yield
            finally:
                # a copy of the open file, as a process that was forked meanwhile has it, would hold it on
                fcntl.flock(file, fcntl.LOCK_UN)

    def _still_starting(self) -> EmbeddedServerError:
        return EmbeddedServerError(
            f"The embedded PostgreSQL is still starting or stopping: try again in a minute, {self.place.start_lock} is "
            "open in the process that is at it."
        )

    def _make_it_run(self, until: float) -> None:
        if self.accepts() and self._is_ready():
            return
        make_cluster(self.place, self._account)
        mend_ownership(self.place, self._account)
        if self._leave_or_clear_the_rest(until):
            return
        self.place.make_socket_folder(self._account)
        self._prune_logs()
        for attempt in range(START_ATTEMPTS):
            said = self._start(until)
            if said is None:
                return
            # what a killed server leaves behind may take a moment to go
            time.sleep(0.2 * attempt)
            if self._leave_or_clear_the_rest(until):
                return
        raise did_not_start(self.place, said or "")

    def _leave_or_clear_the_rest(self, until: float) -> bool:
        """Deal with a server that was there before: True if it runs and answers after all."""
        while self._postmaster() is not None:
            if self._is_ready():
                if self.accepts():
                    return True
                if not self.place.socket.exists():
                    self._stop()  # somebody cleaned the temporary folder: nobody can reach it any more
                    break
            if time.monotonic() > until:
                raise self._still_starting()
            time.sleep(0.05)
        self._wait_for_backends()
        # Both notes hold a pid. One that another process has now, or that nobody has reaped, would keep
        # PostgreSQL from starting for ever.
        for note in (self.place.pid_file, self.place.socket_note, self.place.socket):
            if note.is_dir() and not note.is_symlink():
                note.rmdir()
            elif note.parent.is_dir():
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
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
            return None
        return next(self._processes([pid]), None) if pid > 0 else None

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

    def _start(self, until: float) -> str | None:
        """Start and wait until it is ready; return what it said if it ended instead."""
        self.place.start_log.unlink(missing_ok=True)
        options = [f"--{name}={value}" for name, value in self._options().items()]
        launch: list[str | Path] = ["/bin/sh", "-c", LAUNCH, self.place.start_log]
        server: list[str | Path] = [program_folder() / "postgres", "-D", self.place.cluster]
        try:
            launched = self._account.run([*launch, *server, *options], timeout=SECONDS_TO_LAUNCH)
            if launched.returncode:
                return launched.stderr
            return self._wait_until_ready(int(launched.stdout), until)
        except KeyboardInterrupt:
            self._end_launched()
            raise

    def _wait_until_ready(self, pid: int, until: float) -> str | None:
        while not (self._is_ready() and self.accepts()):
            if not _lives(pid):
                log = self.place.start_log
                return log.read_text("utf-8", "replace") if log.exists() else ""
            if time.monotonic() > until:
                raise self._still_starting()
            time.sleep(0.02)
        return None

    def _end_launched(self) -> None:
        """End a server that may not have written its note yet, by which it is found otherwise."""
        ours = ["-D", str(self.place.cluster)]
        for process in psutil.process_iter(["name", "cmdline"]):
            words = process.info["cmdline"] or []
            if process.info["name"] in LAUNCHERS and ours in ([*pair] for pair in itertools.pairwise(words)):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    process.terminate()

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
        if _is_small(SHARED_MEMORY):
            options["dynamic_shared_memory_type"] = "sysv"  # a container's 64 MB are too little for one parallel query
        return options

    def _prune_logs(self) -> None:
        """A server that never runs past midnight never empties its logs itself."""
        for path in self.place.log_folder.glob("*.log"):
            found = path.stat()
            if found.st_size > LOG_BYTES or time.time() - found.st_mtime > LOG_SECONDS:
                path.unlink()

    def _stop(self) -> None:
        """Stop the server; open connections are cut, committed work is safe."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process = self._postmaster()
            if process is None:
                break
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
            until = time.monotonic() + SECONDS_TO_STOP
            while _lives(process.pid) and time.monotonic() < until:
                time.sleep(0.02)
        self.place.tidy_socket_folder()


def _is_small(folder: Path) -> bool:
    return folder.exists() and shutil.disk_usage(folder).total < SMALLEST_SHARED_MEMORY


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _after_fork_in_child() -> None:
    for server in EmbeddedServer._known.values():
        server._after_fork_in_child()


os.register_at_fork(after_in_child=_after_fork_in_child)
