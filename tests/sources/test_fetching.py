"""One page of the public web comes as it is, over http and https."""

import gzip
import itertools
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config import __version__
from sources.fetching import Fetched, fetch
from sources.text.decoding import MAX_BYTES
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
    saying,
    serving,
    talking,
)

__all__ = ["connects", "page"]  # fixtures

HTML = "text/html; charset=utf-8"


def test_a_page_comes_as_it_is(page: Web) -> None:
    before = datetime.now(UTC)
    found = fetch(f"http://News.Example:{page.port}/a%20b/é?q=ü&utm_source=x#part", page.policy())
    assert (found.raw, found.media_type, found.encoding) == (PAGE, "text/html", "utf-8")
    assert found.final_url == f"http://news.example:{page.port}/a%20b/%C3%A9?q=%C3%BC&utm_source=x"
    assert before <= found.retrieved_at <= datetime.now(UTC)
    head = page.requests[0].decode()
    assert head.startswith("GET /a%20b/%C3%A9?q=%C3%BC&utm_source=x HTTP/1.1\r\n")
    assert f"\r\nHost: news.example:{page.port}\r\n" in head
    assert f"\r\nUser-Agent: attribution-record/{__version__}\r\n" in head
    assert "\r\nAccept-Encoding: gzip\r\n" in head
    assert "ookie" not in head
    assert "uthorization" not in head


def test_proxies_and_logins_of_the_environment_are_left_alone(
    page: Web, monkeypatch: pytest.MonkeyPatch, connects: list[Any], tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://203.0.113.1:3128")
    (tmp_path / ".netrc").write_text("machine news.example login a password b")
    monkeypatch.setenv("HOME", str(tmp_path))
    fetch(f"http://news.example:{page.port}/", page.policy())
    assert connects == [(LOOPBACK, page.port)]
    assert b"uthorization" not in page.requests[0]


@pytest.mark.parametrize(
    ("said", "media_type", "encoding"),
    [
        ("text/html", "text/html", None),
        ("TEXT/HTML; Charset=UTF-8", "text/html", "utf-8"),
        ('text/html; charset="windows-1251"', "text/html", "windows-1251"),
        ("text/html; charset=ISO-8859-1", "text/html", "windows-1252"),
        ("text/html; charset=us-ascii", "text/html", "windows-1252"),
        ("text/html; charset=nonsense", "text/html", None),
        ("text/html; charset=rot13", "text/html", None),
        ("application/xhtml+xml; charset=utf-8", "text/html", "utf-8"),
        ("text/plain; charset=iso-8859-15", "text/plain", "iso-8859-15"),
    ],
)
def test_what_the_server_says_of_its_page_is_kept(said: str, media_type: str, encoding: str | None) -> None:
    with serving(saying(PAGE, media_type=said)) as web:
        found = fetch(f"http://news.example:{web.port}/", web.policy())
    assert (found.media_type, found.encoding) == (media_type, encoding)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("GZIP", gzip.compress(PAGE, mtime=0)),
        ("x-gzip", gzip.compress(PAGE[:20], mtime=0) + gzip.compress(PAGE[20:], mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("identity", PAGE),
    ],
)
def test_what_comes_packed_is_unpacked(coding: str, packed: bytes) -> None:
    with serving(saying(packed, f"Content-Encoding: {coding}")) as web:
        assert fetch(f"http://news.example:{web.port}/", web.policy()).raw == PAGE


def test_what_comes_in_chunks_or_without_a_length_is_whole() -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in (PAGE[:7], PAGE[7:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    for answer in (raw(head, b"Transfer-Encoding: chunked\r\n\r\n", chunks), raw(head, b"\r\n", PAGE)):
        with serving(answer) as web:
            assert fetch(f"http://news.example:{web.port}/", web.policy()).raw == PAGE


def test_as_many_bytes_as_are_kept_come_through() -> None:
    with serving(saying(b"x" * MAX_BYTES, media_type="text/plain")) as web:
        assert len(fetch(f"http://news.example:{web.port}/", web.policy()).raw) == MAX_BYTES


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_followed_and_said(page: Web, status: str) -> None:
    with serving(leading(f"http://other.example:{page.port}/b", status)) as web:
        policy = web.policy(ports=frozenset({web.port, page.port}))
        assert fetch(f"http://news.example:{web.port}/a", policy).final_url == f"http://other.example:{page.port}/b"


def test_a_redirect_may_be_relative_and_in_any_bytes(page: Web) -> None:
    def answer(connected: socket.socket, request: bytes) -> None:
        is_first = request.startswith(b"GET /a/b")
        (leading("../é c?x=ü") if is_first else saying(PAGE))(connected, request)

    with serving(answer) as web:
        found = fetch(f"http://news.example:{web.port}/a/b", web.policy())
    assert found.final_url == f"http://news.example:{web.port}/%E9%20c?x=%FC"


def test_five_redirects_are_followed_and_no_more() -> None:
    def answering(last: int) -> Answer:
        def answer(connected: socket.socket, request: bytes) -> None:
            number = int(request.split()[1].lstrip(b"/") or b"0")
            (saying(PAGE) if number == last else leading(f"/{number + 1}"))(connected, request)

        return answer

    with serving(answering(5)) as web:
        assert fetch(f"http://news.example:{web.port}/0", web.policy()).raw == PAGE
    with serving(answering(6)) as web:
        assert "after 5 redirects" in refusal(f"http://news.example:{web.port}/0", web.policy())
        assert web.hits == 6


def test_the_next_address_of_a_host_is_asked_where_one_does_not_answer(page: Web) -> None:
    policy = page.policy({"news.example": ["127.0.0.2", LOOPBACK]}, is_allowed=lambda one: one.startswith("127."))
    assert fetch(f"http://news.example:{page.port}/", policy).raw == PAGE


def test_what_looks_like_a_host_behind_a_number_sign_is_none(page: Web, connects: list[Any]) -> None:
    assert fetch(f"http://news.example:{page.port}#@127.0.0.2:{page.port}/", page.policy()).raw == PAGE
    assert connects == [(LOOPBACK, page.port)]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of news.example that nobody signed, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=news.example"
    asked = [*command.split(), "-addext", "subjectAltName=DNS:news.example", "-keyout", str(key), "-out", str(made)]
    subprocess.run(asked, check=True, capture_output=True)
    return made, key


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Callable[[Answer], Any]:
    """Serve https with that certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return lambda answer: serving(answer, context)


def trusting(certificate: tuple[Path, Path]) -> Callable[[], ssl.SSLContext]:
    return lambda: ssl.create_default_context(cafile=str(certificate[0]))


def test_https_is_asked_by_name_at_the_checked_address(certificate: tuple[Path, Path], connects: list[Any]) -> None:
    names: list[str | None] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with serving(saying(PAGE, media_type=HTML), context) as web:
        found = fetch(f"https://news.example:{web.port}/a", web.policy(trust=trusting(certificate)))
        assert (found.raw, found.final_url) == (PAGE, f"https://news.example:{web.port}/a")
    assert names == ["news.example"]
    assert connects == [(LOOPBACK, web.port)]


def test_a_certificate_of_another_name_is_refused(secure: Any, certificate: tuple[Path, Path]) -> None:
    with secure(saying(PAGE)) as web:
        why = refusal(f"https://other.example:{web.port}/", web.policy(trust=trusting(certificate)))
        assert "The certificate of “other.example” is not to be trusted" in why
        assert web.requests == []


def test_a_certificate_that_nobody_signed_is_refused(secure: Any) -> None:
    with secure(saying(PAGE)) as web:
        assert "is not to be trusted" in refusal(f"https://news.example:{web.port}/", web.policy())
        assert web.requests == []


def test_a_server_that_speaks_no_tls_is_refused() -> None:
    with talking(lambda connected: connected.sendall(b"220 mail.example\r\n")) as web:
        assert "No secure connection" in refusal(f"https://news.example:{web.port}/", web.policy())


def test_https_does_not_lead_to_http(secure: Any, certificate: tuple[Path, Path], page: Web) -> None:
    with secure(leading(f"http://news.example:{page.port}/")) as web:
        policy = web.policy(ports=frozenset({web.port, page.port}), trust=trusting(certificate))
        assert "leads from https to" in refusal(f"https://news.example:{web.port}/", policy)
        assert page.hits == 0


def test_what_drips_over_tls_is_cut_off_too(secure: Any, certificate: tuple[Path, Path]) -> None:
    with secure(dripping(OK + b"\r\n")) as web:
        started = time.monotonic()
        policy = web.policy(trust=trusting(certificate), seconds=1.0)
        assert "longer than 1 seconds" in refusal(f"https://news.example:{web.port}/", policy)
        assert time.monotonic() - started < 10


def test_a_handshake_that_drips_is_cut_off() -> None:
    def drip(connected: socket.socket) -> None:
        # a record of TLS that says it has 16,384 bytes
        for piece in itertools.chain([b"\x16\x03\x03\x40\x00"], itertools.repeat(b"\x02")):
            connected.sendall(piece)
            time.sleep(0.05)

    started = time.monotonic()
    with talking(drip) as web:
        why = refusal(f"https://news.example:{web.port}/", web.policy(seconds=1.0, seconds_of_silence=0.5))
    assert "did not answer in time" in why
    assert time.monotonic() - started < 10


def test_nothing_is_left_running_behind(page: Web) -> None:
    before = threading.active_count()
    for _number in range(5):
        assert isinstance(fetch(f"http://news.example:{page.port}/", page.policy()), Fetched)
    until = time.monotonic() + 2
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert threading.active_count() <= before
