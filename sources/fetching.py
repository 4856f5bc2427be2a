"""Fetching one page from the web, for a person who gave its address, and nothing that this machine alone can reach.

Only the standard library connects: what is wanted is one socket to one address that was looked at before, and every
library on top of `http.client` would have to be talked out of pools, proxies, cookies, retries and redirects first.
An installation that reaches the web through a proxy alone cannot fetch: proxies resolve names themselves, out of sight.
"""

import codecs
import http.client
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import certifi
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config import __version__
from sources.messages import translated
from sources.services import HTML, PLAIN
from sources.text import urls
from sources.text.addresses import is_number, is_plain_number, is_public
from sources.text.decoding import MAX_BYTES, EncodingError, encoding_of

MAX_REDIRECTS = 5
MAX_TRIES = 3  # addresses of a host
SECONDS = 15.0  # for all of it, redirects too
SECONDS_OF_SILENCE = 6.0
STEP = 64 * 1024
MEDIA_TYPES = {"text/html": HTML, "application/xhtml+xml": HTML, "text/plain": PLAIN}
PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
USER_AGENT = f"attribution-record/{__version__}"
# What stands in a path or query as it is; all else, and each byte that is no ASCII, is sent as %XX.
_AS_IT_IS = "!#$%&'()*+,-./:;=?@[]_~"

#: the addresses of a host and port, as numbers; OSError where nobody knows the host
Resolve = Callable[[str, int], list[str]]


class FetchRefused(Exception):  # noqa: N818 a refusal is what it is, and no defect
    """A page cannot be fetched: `sentence` says why, to the person who asked; what is at fault is the address."""

    field = "url"

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{self.field}: {sentence}")
        self.sentence = sentence


@dataclass(frozen=True)
class Fetched:
    """A page as it came: its bytes with no coding on them, and where they were in the end.

    `media_type` is text/html (XHTML too) or text/plain; `encoding` what the server says the bytes are in, None where
    it says nothing, or nothing that is known here.
    """

    raw: bytes
    final_url: str
    media_type: str
    encoding: str | None
    retrieved_at: datetime


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses of a host as numbers; OSError where nobody knows it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@cache
def trusted() -> ssl.SSLContext:
    """Trust who the machine trusts, and who browsers trust: not every machine has a list."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may be connected to, and for how long; only tests, whose servers are on loopback, have one of their own."""

    resolve: Resolve = addresses_of
    is_allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset(PORTS.values())
    trust: Callable[[], ssl.SSLContext] = trusted
    seconds: float = SECONDS
    seconds_of_silence: float = SECONDS_OF_SILENCE


PUBLIC = Policy()


def fetch(url: str, policy: Policy = PUBLIC) -> Fetched:
    """Fetch a page by GET: http and https, ports 80 and 443, public addresses, no cookies, no login, no proxy.

    A name is resolved once and the address that was looked at is connected to; so again for each of at most five
    redirects, which never lead from https to http. At most MAX_BYTES come over the wire, and out of what is packed.
    Raise FetchRefused for anything else.
    """
    clock = _Clock(policy.seconds)
    place = _Place.of(url, policy)
    for _number in range(MAX_REDIRECTS + 1):
        found = _ask(place, policy, clock)
        if isinstance(found, Fetched):
            return found
        after = _Place.of(found, policy)
        if place.scheme == "https" and after.scheme == "http":
            raise FetchRefused(
                _("The page leads from https to %(url)s, where its words could be changed on the way.")
                % {"url": _shown(after.url)}
            )
        place = after
    raise FetchRefused(
        _("The page leads on and on: after %(most)s redirects there is still none.") % {"most": MAX_REDIRECTS}
    )


@dataclass(frozen=True)
class _Place:
    """An address taken apart: whom to ask, and for what. Every part of it was checked but what the name stands for."""

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def of(cls, url: str, policy: Policy) -> "_Place":
        try:
            # Scheme, characters and host, in ASCII; the path is asked for as it was given.
            canonical = urlsplit(urls.canonical(url))
            given = urlsplit(url.strip())
            target = quote(given.path or "/", safe=_AS_IT_IS) + ("?" if given.query else "")
            target += quote(given.query, safe=_AS_IT_IS)
            host, port = canonical.hostname or "", canonical.port
        except urls.WebAddressError as error:
            raise FetchRefused(translated(error)) from None
        except ValueError:  # a port that is none; half of a surrogate pair
            raise FetchRefused(_("“%(url)s” is not a web address.") % {"url": _shown(url)}) from None
        if port is None:
            port = PORTS[canonical.scheme]
        if port not in policy.ports:
            raise FetchRefused(_("Port %(port)s is none of the web’s: only 80 and 443 are asked.") % {"port": port})
        _check_host(host)
        return cls(canonical.scheme, host, port, target)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"

    @property
    def authority(self) -> str:
        """What the Host header says."""
        return urlsplit(self.url).netloc


def _check_host(host: str) -> None:
    if is_number(host) and not is_plain_number(host):
        raise FetchRefused(_("“%(host)s” is a number in an odd spelling, and no name of a host.") % {"host": host[:80]})
    if not is_number(host) and "." not in host.strip("."):
        raise FetchRefused(_("“%(host)s” is no host on the web: its name has one part only.") % {"host": host[:80]})


class _Clock:
    """The time that is left; when none is, the connection is cut, whatever waits on it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self.end - time.monotonic()

    def check(self) -> None:
        """Raise FetchRefused where the time is over."""
        if self.left <= 0:
            raise FetchRefused(
                _("The server took longer than %(seconds)s seconds.") % {"seconds": number_format(self.seconds, 0)}
            )

    @contextmanager
    def cutting(self, connected: socket.socket) -> Iterator[None]:
        """Cut a connection at the end of the time: a server that sends a byte now and then never times out."""
        timer = threading.Timer(max(self.left, 0), _cut, [connected])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _cut(connected: socket.socket) -> None:
    try:
        # not TLS's own, which waits for the other side
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _ask(place: _Place, policy: Policy, clock: _Clock) -> Fetched | str:
    """The page, or the address that it leads on to."""
    addresses = _resolved(place, policy, clock)
    try:
        with _connected(addresses, place, policy, clock) as connected, clock.cutting(connected):
            return _answer(connected, place, clock)
    except (OSError, http.client.HTTPException) as error:
        clock.check()
        raise FetchRefused(_why(error, place)) from error


def _resolved(place: _Place, policy: Policy, clock: _Clock) -> list[str]:
    """The addresses of the host, all public; asked for once, so that the answer cannot change behind the check."""
    if is_number(place.host):
        addresses = [place.host]
    else:
        try:
            addresses = _within(clock, lambda: policy.resolve(place.host, place.port))
        except (OSError, UnicodeError):
            addresses = []
    if not addresses:
        raise FetchRefused(_("Nobody knows a host named “%(host)s”.") % {"host": place.host[:80]})
    if not all(policy.is_allowed(one) for one in addresses):
        raise FetchRefused(
            _("“%(host)s” is no public host: pages of inner networks are not fetched.") % {"host": place.host[:80]}
        )
    return addresses


def _within(clock: _Clock, ask: Callable[[], list[str]]) -> list[str]:
    """What `ask` returns, unless it takes longer than there is time: name servers are not ours to hurry."""
    answers: queue.Queue[list[str] | Exception] = queue.Queue()

    def answer() -> None:
        try:
            answers.put(ask())
        except Exception as error:  # raised below, where it is waited for
            answers.put(error)

    threading.Thread(target=answer, daemon=True).start()
    try:
        found = answers.get(timeout=max(clock.left, 0))
    except queue.Empty:
        found = []
    clock.check()
    if isinstance(found, Exception):
        raise found
    return found


def _connected(addresses: list[str], place: _Place, policy: Policy, clock: _Clock) -> socket.socket:
    """A socket to one of the addresses, for https secured by the host's name; OSError where there is none."""
    failure = OSError()
    for address in addresses[:MAX_TRIES]:
        clock.check()
        one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        one.settimeout(min(policy.seconds_of_silence, max(clock.left, 0.01)))
        try:
            one.connect((address, place.port))
            if place.scheme == "https":
                # a handshake has the whole of the timeout, not each read of it
                return policy.trust().wrap_socket(one, server_hostname=place.host)
        except OSError as error:
            failure = error
            one.close()
        else:
            return one
    raise failure


def _answer(connected: socket.socket, place: _Place, clock: _Clock) -> Fetched | str:
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = connected
    connection.auto_open = 0  # it never connects by itself, which would be by name
    connection.putrequest("GET", place.target, skip_host=True, skip_accept_encoding=True)
    headers = {
        "Host": place.authority,
        "User-Agent": USER_AGENT,
        "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as response:
        clock.check()
        if response.status in REDIRECTS and (location := response.getheader("Location")):
            return _led_to(location, place)
        _check_status(response)
        media_type, encoding = _content(response)
        raw = _body(response, clock)
    return Fetched(raw, place.url, media_type, encoding, datetime.now(UTC))


def _led_to(location: str, place: _Place) -> str:
    """The address that a Location header names, which may be relative; its bytes that are no ASCII come as Latin-1."""
    try:
        return urljoin(place.url, quote(location.strip(), safe=_AS_IT_IS, encoding="latin-1", errors="replace"))
    except ValueError:
        raise FetchRefused(
            _("The page leads on to “%(url)s”, which is not a web address.") % {"url": _shown(location)}
        ) from None


def _check_status(response: http.client.HTTPResponse) -> None:
    status = response.status
    if status in {401, 402, 403, 451}:
        raise FetchRefused(_("The server shows this page to some only (HTTP %(status)s).") % {"status": status})
    if status in {404, 410}:
        raise FetchRefused(_("There is no such page on that server (HTTP %(status)s).") % {"status": status})
    if status != 200:
        raise FetchRefused(_("The server did not give the page (HTTP %(status)s).") % {"status": status})


def _content(response: http.client.HTTPResponse) -> tuple[str, str | None]:
    """What the server says of the body: its media type, of those that can be read, and its encoding."""
    said = response.headers.get_content_type() if response.getheader("Content-Type") else ""
    if not said:
        raise FetchRefused(_("The server does not say what it sends: only web pages and plain text are read."))
    if said not in MEDIA_TYPES:
        raise FetchRefused(
            _("The server sends “%(type)s”: only web pages and plain text are read.") % {"type": said[:80]}
        )
    return MEDIA_TYPES[said], _encoding(response.headers.get_content_charset())


def _encoding(charset: str | None) -> str | None:
    try:
        encoding_of(b"", charset or "")
    except EncodingError:
        return None
    # Pages that are said to be in Latin-1 or ASCII are in Windows-1252, by which browsers read them (WHATWG Encoding).
    return "windows-1252" if codecs.lookup(charset or "").name in {"iso8859-1", "ascii"} else charset


def _body(response: http.client.HTTPResponse, clock: _Clock) -> bytes:
    unpack = _unpacking(response.getheader("Content-Encoding") or "identity")
    if response.length is not None:
        _check_size(response.length)
    body, size = bytearray(), 0
    # not read(): to a chunk that says it has -1 bytes, it gives all that comes
    while chunk := response.read1(STEP):
        size += len(chunk)
        _check_size(size)
        for piece in unpack.pieces(chunk):
            body += piece
            _check_size(len(body))
        clock.check()
    clock.check()
    if response.length or not unpack.is_whole:
        raise FetchRefused(_("The connection broke off before the page was whole: try again."))
    return bytes(body)


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise FetchRefused(
            _("The page has more than %(most)s bytes, the most that are kept.")
            % {"most": number_format(MAX_BYTES, use_l10n=True, force_grouping=True)}
        )


@dataclass
class _Unpacking:
    """Bytes with their coding taken off, in steps that are never larger than STEP."""

    wbits: int | None
    unpacker: Any = field(default=None)

    def __post_init__(self) -> None:
        self.unpacker = self._new()

    def _new(self) -> Any:
        return zlib.decompressobj(self.wbits) if self.wbits is not None else None

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        if self.wbits is None:
            yield chunk
            return
        while chunk:
            if self.unpacker.eof:
                self.unpacker = self._new()  # gzip may have several members
            try:
                piece = self.unpacker.decompress(chunk, STEP)
            except zlib.error:
                raise FetchRefused(_("The page comes packed in a way that cannot be read.")) from None
            yield piece
            chunk = self.unpacker.unconsumed_tail or self.unpacker.unused_data

    @property
    def is_whole(self) -> bool:
        return self.wbits is None or bool(self.unpacker.eof)


def _unpacking(coding: str) -> _Unpacking:
    known = {"identity": None, "gzip": 31, "x-gzip": 31, "deflate": 15}
    name = coding.strip().lower()
    if name not in known:
        raise FetchRefused(_("The page comes packed as “%(coding)s”, which is not read.") % {"coding": name[:40]})
    return _Unpacking(known[name])


def _why(error: Exception, place: _Place) -> str:
    host = {"host": place.host[:80]}
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The certificate of “%(host)s” is not to be trusted: it may be somebody else’s server.") % host
    if isinstance(error, ssl.SSLError):
        return _("No secure connection to “%(host)s” came about.") % host
    if isinstance(error, TimeoutError):
        return _("“%(host)s” did not answer in time.") % host
    if isinstance(error, http.client.IncompleteRead):
        return _("The connection broke off before the page was whole: try again.")
    if isinstance(error, http.client.HTTPException):
        return _("“%(host)s” does not answer as a web server does.") % host
    return _("“%(host)s” cannot be reached.") % host


def _shown(url: str) -> str:
    return url.encode("utf-8", "replace").decode()[:80]
