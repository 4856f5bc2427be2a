"""Bodies that never end, as many as there are threads and more: all others are answered meanwhile."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.program import Answer, Server, wait_for
from tests.faults.writing import UNLIMITED

Start = Callable[..., Server]
SENDERS = 60
BEGUN = (
    b"POST /api/v1/quotes/check/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b'Content-Length: 50\r\n\r\n{"wo'
)


@contextmanager
def senders(port: int) -> Iterator[list[socket.socket]]:
    """So many who begin a body and send no more."""
    opened = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(SENDERS)]
    try:
        for one in opened:
            one.sendall(BEGUN)
        yield opened
    finally:
        for one in opened:
            one.close()


def check(server: Server) -> Answer:
    """Send a body that ends."""
    headers = {"Content-Type": "application/json"}
    return server.ask("/api/v1/quotes/check/", method="POST", body='{"words": "Nous sommes inquiets"}', headers=headers)


def test_unfinished_bodies_do_not_stop_the_server(start: Start, set_up: Path) -> None:
    server = start(set_up, env={**UNLIMITED, "WORKERS": "1"}).is_ready()
    with senders(server.port) as opened:
        # most are answered 503 after a while, and hold no thread any more
        assert wait_for(lambda: server.ask("/api/v1/topics/?limit=1").status == 200, 20)
        time.sleep(3)
        for _ in range(20):
            began = time.monotonic()
            assert server.ask("/api/v1/topics/?limit=1").status == 200
            assert time.monotonic() - began < 5
        opened[-1].settimeout(5)
        assert opened[-1].recv(100).startswith(b"HTTP/1.1 503")
    assert wait_for(lambda: check(server).status == 200, 20)
    server.stop()


def test_a_body_in_chunks_is_refused_and_not_taken_for_none(start: Start, set_up: Path) -> None:
    server = start(set_up, env=UNLIMITED).is_ready()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
        head = BEGUN.partition(b"Content-Length")[0] + b"Transfer-Encoding: chunked\r\n\r\n"
        one.sendall(head + b'10\r\n{"words": "a b"}\r\n0\r\n\r\n')
        answer = b""
        while b"Content-Length" not in answer and (part := one.recv(4000)):
            answer += part
    assert answer.startswith(b"HTTP/1.1 411 ")
    assert b"Content-Length" in answer
    server.stop()
