"""Web servers on loopback for the tests of fetching: each connection is counted and answered byte by byte."""

import itertools
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest

from sources.fetching import PUBLIC, FetchRefused, Policy, fetch, trusted

#: what is done with a connection whose request was read
Answer = Callable[[socket.socket, bytes], None]
LOOPBACK = "127.0.0.1"
PAGE = "<html><body><p>L’accord était une préoccupation.</p></body></html>".encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_connects: list[Any] = []


@pytest.fixture
def connects() -> list[Any]:
    """Each address that this interpreter connects to from now on, as it tells its auditors."""
    if not hasattr(sys, "_connects_are_noted"):
        # a hook stays for as long as the interpreter
        sys.addaudithook(lambda event, args: _connects.append(args[1]) if event == "socket.connect" else None)
        sys._connects_are_noted = True  # type: ignore[attr-defined]  # made here
    _connects.clear()
    return _connects


@pytest.fixture
def page() -> Iterator["Web"]:
    """A server with a page."""
    with serving(saying(PAGE, media_type="text/html; charset=utf-8")) as web:
        yield web


class Web:
    """A server on a free port of loopback; `requests` are the heads that came, `hits` how many connected."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None, *, hears: bool = True) -> None:
        self.answer, self.context, self.hears = answer, context, hears
        self.requests: list[bytes] = []
        self.hits = 0
        self.listening = socket.create_server((LOOPBACK, 0))
        self.port: int = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connected, _peer = self.listening.accept()
                self.hits += 1
                threading.Thread(target=self._talk, args=[connected], daemon=True).start()

    def _talk(self, connected: socket.socket) -> None:
        with suppress(OSError), connected:
            if self.context is None:
                self._hear(connected)
                return
            with self.context.wrap_socket(connected, server_side=True) as secured:
                self._hear(secured)

    def _hear(self, connected: socket.socket) -> None:
        head = b""
        while self.hears and b"\r\n\r\n" not in head and (read := connected.recv(65536)):
            head += read
        self.requests.append(head)
        self.answer(connected, head)

    def policy(self, hosts: Mapping[str, list[str]] | None = None, **others: object) -> Policy:
        """What lets this server, and no other, be reached: the hosts that are known, all others being on loopback."""

        def resolve(host: str, port: int) -> list[str]:
            return (hosts or {}).get(host, [LOOPBACK])

        given: dict[str, object] = {"resolve": resolve, "is_allowed": LOOPBACK.__eq__, **others}
        return Policy(**{"ports": frozenset({80, 443, self.port}), "trust": trusted, **given})  # type: ignore[arg-type]  # as they are named

    def close(self) -> None:
        """Stop listening; what waits for the next connection would hold the port."""
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Serve on loopback."""
    with closing(Web(answer, context)) as web:
        yield web


@contextmanager
def talking(talk: Callable[[socket.socket], None]) -> Iterator[Web]:
    """Talk to whoever connects, without hearing what they want."""
    with closing(Web(lambda connected, _request: talk(connected), hears=False)) as web:
        yield web


def saying(body: bytes, *headers: str, status: str = "200 OK", media_type: str = "text/html") -> Answer:
    """Answer each request with the same."""
    content = [f"Content-Type: {media_type}"] if media_type else []
    head = "\r\n".join([f"HTTP/1.1 {status}", *content, f"Content-Length: {len(body)}", *headers, "", ""])

    def answer(connected: socket.socket, _request: bytes) -> None:
        connected.sendall(head.encode("latin-1") + body)

    return answer


def leading(location: str, status: str = "302 Found") -> Answer:
    """Lead each request on to an address."""
    return saying(b"", f"Location: {location}", status=status)


def raw(*pieces: bytes) -> Answer:
    """Answer each request with these bytes."""

    def answer(connected: socket.socket, _request: bytes) -> None:
        for piece in pieces:
            connected.sendall(piece)

    return answer


def dripping(*pieces: bytes, seconds: float = 0.05) -> Answer:
    """A byte now and then, for ever, each well before anybody's patience ends."""

    def answer(connected: socket.socket, _request: bytes) -> None:
        for piece in itertools.chain(pieces, itertools.repeat(b"x")):
            connected.sendall(piece)
            time.sleep(seconds)

    return answer


def refusal(url: str, policy: Policy = PUBLIC) -> str:
    """Why an address is refused."""
    with pytest.raises(FetchRefused) as caught:
        fetch(url, policy)
    assert caught.value.field == "url"
    assert caught.value.sentence.endswith(".")
    return caught.value.sentence


def said_by(answer: Answer, **policy: Any) -> str:
    """Why the answer of a server is refused."""
    with serving(answer) as web:
        return refusal(f"http://news.example:{web.port}/a", web.policy(**policy))
