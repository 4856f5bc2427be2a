"""The HTTP server: granian with a few processes of many threads, so that a slow download pins nobody else."""

import contextlib
import errno
import fcntl
import gc
import ipaddress
import os
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.urls import get_resolver
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

BACKLOG = 1024
SECONDS_FOR_OPEN_REQUESTS = 10
OBJECTS_BETWEEN_COLLECTIONS = 10_000  # an answer takes hundreds, and leaves none behind
SECONDS_FOR_PREDECESSOR = 15
ENDS_OF_A_WORKER = 10  # a minute; more is no accident
SECONDS_OF_IDLE_THREAD = 600  # a thread that ends takes its database connections with it
SECONDS_OF_PATIENCE = 300  # with a reader that takes nothing of an answer, which holds a thread


class ServerError(Exception):
    """The server cannot listen; the message is one sentence that says why."""


def numeric_address(host: str) -> str:
    """HOST (a name, 127.0.0.1, ::1, [::]) as the number to listen on; ServerError if nobody knows it."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise ServerError(f"HOST: {host!r} is no name or address of this machine.") from None
    # localhost is both; people and tools try IPv4 first
    return str(min(found, key=lambda entry: entry[0] != socket.AF_INET)[4][0])


def site_url(address: str, port: int) -> str:
    """How a browser on this machine reaches a server that listens on this numeric address."""
    ip = ipaddress.ip_address(address)
    if ip.is_unspecified:
        ip = ipaddress.ip_address("127.0.0.1" if ip.version == 4 else "::1")
    return f"http://[{ip}]:{port}" if ip.version == 6 else f"http://{ip}:{port}"


def check_port(address: str, port: int) -> None:
    """Raise ServerError with a sentence if nothing may listen there now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # passes over what a server that ended left in TIME_WAIT, but not over one that listens
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as error:
            raise ServerError(_why_not(error, address, port)) from None


def _why_not(error: OSError, address: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {address} is in use: stop what listens there, or set PORT to another one."
    if error.errno == errno.EACCES:
        return f"Port {port} needs an administrator: set PORT to 1024 or more."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST: {address} is no address of this machine."
    return f"Nothing can listen on port {port} of {address}: {error.strerror}."


@contextlib.contextmanager
def reserved(folder: Path, address: str, port: int) -> Iterator[None]:
    """Keep the port for this process among those of the same DATA_DIR; raise ServerError if it is taken.

    The servers' sockets are shared by port, so two started at once would both succeed and split the requests.
    """
    with (folder / f"serve-{port}.lock").open("a+", encoding="ascii") as note:
        os.register_at_fork(after_in_child=note.close)
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerError(
                f"Port {port} is taken by another server that uses {folder}: stop it, or set another PORT."
            ) from None
        note.seek(0)
        was_killed = note.read() != ""
        _wait_for_port(address, port, SECONDS_FOR_PREDECESSOR if was_killed else 0)
        note.truncate(0)
        note.write(f"{os.getpid()}\n")
        note.flush()
        try:
            yield
        finally:
            note.truncate(0)


def _wait_for_port(address: str, port: int, seconds: float) -> None:
    """Processes of a server that was killed end by themselves in a moment."""
    until = time.monotonic() + seconds
    while True:
        try:
            check_port(address, port)
        except ServerError:
            if time.monotonic() > until:
                raise
        else:
            return
        time.sleep(0.2)


class _Server(Server):  # type: ignore[misc,valid-type]  # granian chooses it as it is imported
    """Granian's, but one that does not end as a whole because a worker was killed twice within seconds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ends: list[float] = []

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        now = time.monotonic()
        self._ends = [end for end in self._ends if now - end < 60] + [now] * len(workers)
        if len(self._ends) <= ENDS_OF_A_WORKER * self.workers:
            self.respawned_wrks.clear()  # by which granian takes the next end for a loop of crashes


def serve(address: str, port: int, workers: int, threads: int, *, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM, then let open requests end; SIGHUP renews the workers one by one.

    `ready` is called once the first request would be answered.
    """
    server = _Server(
        "config.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=SECONDS_OF_IDLE_THREAD,
        backlog=BACKLOG,
        # counts connections, most of them idle: what a worker may hold open, not what it works on
        backpressure=max(BACKLOG // workers, 8 * threads),
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_FOR_OPEN_REQUESTS,
        log_level=LogLevels.error,
        log_access=False,
    )
    _load_application("")  # workers are forks: what is loaded here is shared by them, and fails here if it fails
    connections.close_all()
    _keep_what_is_loaded()
    server.on_startup(lambda: _announce(server, address, port, ready))
    if sys.stdin is not None and sys.stdin.isatty():
        # the terminal was closed
        server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    try:
        server.serve(target_loader=partial(_load_in_worker, port=port))
    except SystemExit:
        # a worker that heard the same Ctrl-C and was quicker counts as failed for granian; for us it is not
        if not server.interrupt_signal:
            raise


def _announce(server: Any, address: str, port: int, ready: Callable[[], None]) -> None:
    threading.Thread(target=_call_when_listening, args=(server, address, port, ready), daemon=True).start()


def _call_when_listening(server: Any, address: str, port: int, ready: Callable[[], None]) -> None:
    ip = ipaddress.ip_address(address)
    target = address if not ip.is_unspecified else "127.0.0.1" if ip.version == 4 else "::1"
    while not server.interrupt_signal:
        with contextlib.suppress(OSError), socket.create_connection((target, port), timeout=1):
            ready()
            return
        time.sleep(0.05)


def _load_application(_target: str) -> WSGIHandler:
    """Import the application, its URLs and what it imports late, so that no request pays for it."""
    from config.wsgi import application
    from sources.text import html

    _ = get_resolver().url_patterns
    html.load()
    return application


def _keep_what_is_loaded() -> None:
    """Spare workers looking for garbage among what lives as long as they do, and after every few objects made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def _load_in_worker(target: str, *, port: int) -> WSGIHandler:
    """What a new worker does first."""
    # Ctrl-C goes to a terminal's whole process group. The main process alone is to answer it and stop the
    # workers: one that is told twice while a request is open never ends.
    os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    threading.Thread(target=_lose_patience_with_readers, args=(port,), daemon=True).start()
    application = _load_application(target)
    threading.Thread(target=_keep_documents_fresh, daemon=True).start()
    return application


def _keep_documents_fresh() -> None:
    """Each worker takes steps of its own: none of them is the one that must not fail."""
    from claims.services.following import keep_following

    keep_following()


def _end_with_parent(parent: int) -> None:
    """A worker whose main process was killed would listen for ever."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_FOR_OPEN_REQUESTS)
    os._exit(1)


def _lose_patience_with_readers(port: int) -> None:
    """Set the time for the socket that listens, as soon as it does, from which all connections have it."""
    while not lose_patience(port, SECONDS_OF_PATIENCE):
        time.sleep(0.2)


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False  # closed meanwhile


def lose_patience(port: int, seconds: float) -> bool:
    """Let the system cut off whoever takes nothing of an answer for so long; False if nobody here listens on the port.

    Nothing else would: the server waits for as long as the connection lives.
    """
    for name in os.listdir("/dev/fd"):
        # of what is no socket, `fromfd` would fail and leave its copy open: of a lock, which nobody would have any more
        if not _is_socket(int(name)):
            continue
        with contextlib.suppress(OSError), socket.fromfd(int(name), socket.AF_INET, socket.SOCK_STREAM) as found:
            if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and found.getsockname()[1] == port:
                if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; elsewhere a dead reader stays until it goes
                    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(1000 * seconds))
                return True
    return False
