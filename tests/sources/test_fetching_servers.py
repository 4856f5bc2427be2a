"""What no server gets away with: bombs, endless and slow answers, and whatever is no page."""

import gzip
import itertools
import socket
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from sources import fetching
from sources.fetching import fetch
from tests.sources.web import (
    LOOPBACK,
    OK,
    PAGE,
    Answer,
    Web,
    connects,
    dripping,
    leading,
    page,
    raw,
    refusal,
    said_by,
    saying,
    serving,
)

__all__ = ["connects", "page"]  # fixtures


def zeros(gigabytes: int) -> Iterator[bytes]:
    """A gzip stream of so many gigabytes of zeros, about a thousandth of that, never all in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(b"")
    head = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    # a block after a full flush stands alone: the same again is as good
    yield head
    for _number in range(gigabytes * 1024 - 1):
        yield block


def test_ten_megabytes_that_unpack_to_ten_gigabytes_stay_small() -> None:
    sent = 0

    def answer(connected: socket.socket, _request: bytes) -> None:
        nonlocal sent
        connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")
        for piece in zeros(10):
            connected.sendall(piece)
            sent += len(piece)

    assert 5_000_000 < sum(map(len, zeros(10))) < 15_000_000
    tracemalloc.start()
    try:
        assert "more than 20,971,520 bytes" in said_by(answer)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000
    assert sent < 5_000_000


def test_a_step_of_unpacking_is_small_whatever_it_is_given() -> None:
    unpacking = fetching._unpacking("gzip")
    for piece in itertools.islice(unpacking.pieces(b"".join(itertools.islice(zeros(1), 100))), 1000):
        assert len(piece) <= fetching.STEP


@pytest.mark.parametrize(
    "head",
    [b"Content-Type: text/html\r\n", b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n"],
    ids=["plain", "packed in empty members"],
)
def test_an_endless_body_is_cut_off(head: bytes) -> None:
    piece = gzip.compress(b"") * 3000 if b"gzip" in head else b"x" * 65536

    def answer(connected: socket.socket, _request: bytes) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        while True:
            connected.sendall(piece)

    started = time.monotonic()
    said_by(answer, seconds=3)
    assert time.monotonic() - started < 5


def test_a_length_that_is_too_large_is_refused_unread() -> None:
    answer = raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20971521\r\n\r\n")
    assert "more than 20,971,520 bytes" in said_by(answer)


@pytest.mark.parametrize("size", [b"-1", b"-ffff", b"ffffffffffff", b"1e9", b"0x10", b"", b"zz"])
def test_wrong_sizes_of_chunks_are_refused(size: bytes) -> None:
    def answer(connected: socket.socket, _request: bytes) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        connected.sendall(size + b"\r\n")
        while True:
            connected.sendall(b"x" * 65536)

    tracemalloc.start()
    try:
        said_by(answer, seconds=3)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "answer",
    [
        dripping(),
        dripping(OK, b"X: "),
        dripping(OK + b"\r\n"),
        dripping(OK + b"Content-Length: 100000\r\n\r\n"),
        dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1"),
        dripping(OK + b"Content-Encoding: gzip\r\n\r\n", *[gzip.compress(b"")] * 1000),
        dripping(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 1000),
    ],
    ids=["status line", "header", "body", "body of a length", "chunk's size", "packed body", "wait a little"],
)
def test_what_drips_is_cut_off_when_the_time_is_over(answer: Answer) -> None:
    started = time.monotonic()
    assert "The server took longer than" in said_by(answer, seconds=0.5)
    assert 0.4 < time.monotonic() - started < 10


def test_silence_is_not_waited_for() -> None:
    started = time.monotonic()
    assert "did not answer in time" in said_by(lambda *_: time.sleep(2), seconds_of_silence=0.3)
    assert time.monotonic() - started < 1.5


def test_a_slow_name_server_is_not_waited_for(page: Web, connects: list[Any]) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        time.sleep(3)
        return [LOOPBACK]

    started = time.monotonic()
    assert "longer than" in refusal(f"http://news.example:{page.port}/", page.policy(resolve=resolve, seconds=0.5))
    assert time.monotonic() - started < 1.5
    assert connects == []


def test_time_is_of_all_redirects_together() -> None:
    def answer(connected: socket.socket, request: bytes) -> None:
        time.sleep(0.4)
        leading("/b")(connected, request)

    started = time.monotonic()
    assert "longer than" in said_by(answer, seconds=1.0)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (saying(PAGE, media_type=""), "does not say what it sends"),
        (saying(PAGE, media_type="application/pdf"), "“application/pdf”"),
        (saying(PAGE, media_type="image/svg+xml"), "“image/svg+xml”"),
        (saying(PAGE, media_type="nonsense"), "“text/plain”"),
        (saying(PAGE, "Content-Encoding: br"), "packed as “br”"),
        (saying(PAGE, "Content-Encoding: gzip, gzip"), "packed as “gzip, gzip”"),
        (saying(PAGE, "Content-Encoding: gzip"), "packed in a way that cannot be read"),
        (saying(gzip.compress(PAGE)[:-3], "Content-Encoding: gzip"), "broke off"),
        (saying(PAGE, status="401 Unauthorized"), "to some only (HTTP 401)"),
        (saying(PAGE, status="403 Forbidden"), "to some only (HTTP 403)"),
        (saying(PAGE, status="404 Not Found"), "no such page on that server (HTTP 404)"),
        (saying(PAGE, status="500 Oops"), "(HTTP 500)"),
        (saying(PAGE, status="204 No Content"), "(HTTP 204)"),
        (saying(PAGE, status="302 Found"), "(HTTP 302)"),
        (raw(OK + b"Content-Length: 100\r\n\r\nshort"), "broke off"),
        (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"), "broke off"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "does not answer as a web server does"),
        (raw(b""), "does not answer as a web server does"),
        (raw(OK + b"X: " + b"x" * 70000 + b"\r\n\r\n"), "does not answer as a web server does"),
        (raw(OK + b"".join(b"X-%d: x\r\n" % one for one in range(200)) + b"\r\n"), "does not answer as a web server"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(answer: Answer, why: str) -> None:
    if why == "“text/plain”":
        # what is no media type is plain text (RFC 2045)
        with serving(answer) as web:
            assert fetch(f"http://news.example:{web.port}/", web.policy()).media_type == "text/plain"
        return
    assert why in said_by(answer)


def test_a_host_that_is_off_is_said_to_be() -> None:
    with serving(saying(PAGE)) as web:
        pass
    assert "cannot be reached" in refusal(f"http://news.example:{web.port}/", web.policy())
