"""Nothing but the public web is fetched, whatever an address, a name or a redirect tries.

What is hostile is asked under the real policy, while a server listens on loopback; neither that server nor the
interpreter's own record of connections may see an attempt.
"""

import socket
from typing import Any

import pytest

from sources import fetching
from sources.fetching import PUBLIC, Policy, fetch
from sources.text.addresses import is_public
from tests.sources.web import (
    LOOPBACK,
    PAGE,
    Web,
    connects,
    leading,
    page,
    refusal,
    serving,
)

__all__ = ["connects", "page"]  # fixtures


ADDRESSES = [
    "http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://127.0.0.2:{port}/", "http://127.1:{port}/",
    "http://127.0.1:{port}/", "http://0177.0.0.1:{port}/", "http://0177.0.0.01:{port}/", "http://2130706433:{port}/",
    "http://017700000001:{port}/", "http://0x7f.1:{port}/", "http://0x7f000001:{port}/", "http://0x7f.0x0.0x0.0x1:{port}/",
    "http://127.0.0.1.:{port}/", "http://%31%32%37.0.0.1:{port}/", "http://127%2e0.0.1:{port}/",
    "http://１２７.0.0.1:{port}/", "http://①②⑦.0.0.1:{port}/", "http://127。0。0。1:{port}/",
    "http://0/", "http://0:{port}/", "http://0.0.0.0:{port}/", "http://127.0.0.1%00.example.org:{port}/",
    "http://localhost:{port}/", "http://LOCALHOST:{port}/", "http://localhost.:{port}/", "http://ip6-localhost:{port}/",
    "http://localhost.localdomain:{port}/", "http://[::1]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/", "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/", "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:{port}/", "http://[fe80::1]:{port}/",
    "http://[fe80::1%25lo]:{port}/", "http://[::1%25lo]:{port}/", "http://[fec0::1]:{port}/", "http://[fd00:ec2::254]/",
    "http://[ff02::1]:{port}/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://metadata.google.internal/computeMetadata/v1/",
    "http://2852039166/latest/meta-data/", "http://[::ffff:a9fe:a9fe]/latest/meta-data/", "http://192.0.0.192/",
    "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://intranet/", "http://router:{port}/",
    "http://public.example@127.0.0.1:{port}/", "http://127.0.0.1:{port}@public.example/",
    "http://public.example\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\.public.example/", "http://127.0.0.1 :{port}/", "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1:{port}\r\nHost: public.example/", "http:/127.0.0.1:{port}/", "http:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/", "127.0.0.1:{port}", "http:///127.0.0.1:{port}/", "http://[127.0.0.1]:{port}/",
    "http://[::1:{port}/", "http://::1:{port}/", "http://127.0.0.1:{port}:80/", "http://127.0.0.1:99999/",
    "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "file://127.0.0.1:{port}/etc/passwd", "gopher://127.0.0.1:{port}/_x",
    "dict://127.0.0.1:{port}/", "javascript:fetch('http://127.0.0.1:{port}/')", "data:text/html,x", "view-source:http://127.0.0.1/",
    "jar:http://127.0.0.1:{port}/!/", "http+unix://%2Frun%2Fdocker.sock/", "unix:/run/docker.sock", "",
    "http://", "http://.:{port}/", "http://..:{port}/", "http://inner.example:{port}/", "http://one-is-inner.example:{port}/",
    "http://mapped.example:{port}/", "http://scoped.example:{port}/", "http://unknown.example:{port}/",
    "http://cloud.example:{port}/", "http://xn--0.example:{port}/" + "a" * 3000,
    "http://" + "a" * 64 + ".example:{port}/",
    "http://\ud800.example:{port}/", "http://\x00127.0.0.1:{port}/",
]  # fmt: skip
# What a name server may say of names; all others are not known.
NAMES = {
    "public.example": ["93.184.216.34"],
    "inner.example": ["127.0.0.1"],
    "one-is-inner.example": ["93.184.216.34", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "scoped.example": ["fe80::1%lo"],
    "cloud.example": ["169.254.169.254"],
    "localhost.localdomain": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
}


def real(web: Web) -> Policy:
    """The real policy, but for the port, on which alone a server of the tests can listen."""

    def resolve(host: str, _port: int) -> list[str]:
        if host not in NAMES:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return NAMES[host]

    return Policy(resolve=resolve, ports=PUBLIC.ports | {web.port}, seconds=2, seconds_of_silence=0.2)


def test_the_table_of_hostile_addresses_is_long_enough() -> None:
    assert len(set(ADDRESSES)) >= 60


@pytest.mark.parametrize("url", ADDRESSES, ids=ascii)
def test_a_hostile_address_is_refused_and_nothing_is_connected_to(url: str, page: Web, connects: list[Any]) -> None:
    refusal(url.replace("{port}", str(page.port)), real(page))
    assert page.hits == 0
    assert connects == []


@pytest.mark.parametrize("url", ADDRESSES, ids=ascii)
def test_a_redirect_to_a_hostile_address_is_not_followed(url: str, page: Web, connects: list[Any]) -> None:
    if not url or url.startswith("http://.") or "\r" in url or "\ud800" in url or not url.isascii():
        url = "http://127.0.0.1:{port}/?" + str(len(url))  # no header says it, or it leads back to the same page
    location = url.replace("{port}", str(page.port))

    with serving(leading(location)) as web:
        rules = real(page)
        seen: list[str] = []

        def is_allowed(address: str) -> bool:
            # the first server alone is taken for public
            seen.append(address)
            return (len(seen) == 1 and address == LOOPBACK) or rules.is_allowed(address)

        def resolve(host: str, port: int) -> list[str]:
            return [LOOPBACK] if host == "news.example" and port == web.port else rules.resolve(host, port)

        ports = rules.ports | {web.port}
        policy = Policy(resolve=resolve, is_allowed=is_allowed, ports=ports, seconds=2, seconds_of_silence=0.2)
        refusal(f"http://news.example:{web.port}/a", policy)
    assert page.hits == 0
    assert set(connects) == {(LOOPBACK, web.port)}


def test_a_name_that_changes_its_answer_is_asked_once(page: Web, connects: list[Any]) -> None:
    answers = iter([[LOOPBACK], ["127.0.0.2"], ["169.254.169.254"]])
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    policy = page.policy(resolve=resolve)
    assert fetch(f"http://news.example:{page.port}/", policy).raw == PAGE
    assert asked == ["news.example"]
    assert connects == [(LOOPBACK, page.port)]


def test_a_name_is_asked_again_for_a_redirect_and_checked_again(connects: list[Any]) -> None:
    answers = iter([[LOOPBACK], ["127.0.0.2"]])
    with serving(leading("/b")) as web:
        policy = web.policy(resolve=lambda _host, _port: next(answers))
        assert "no public host" in refusal(f"http://news.example:{web.port}/", policy)
        assert web.hits == 1
    assert connects == [(LOOPBACK, web.port)]


def test_all_addresses_of_a_name_must_be_public(page: Web, connects: list[Any]) -> None:
    policy = page.policy({"news.example": [LOOPBACK, "10.0.0.1"]})
    assert "no public host" in refusal(f"http://news.example:{page.port}/", policy)
    assert connects == []


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8000, 8080, 8443, 0])
def test_other_ports_are_not_asked(port: int, connects: list[Any]) -> None:
    assert f"Port {port} is none of the web’s" in refusal(f"http://public.example:{port}/")
    assert connects == []


def test_nobody_can_leave_the_door_open() -> None:
    """The policy is of one call: no setting and no variable changes the one that the product has."""
    assert (PUBLIC.is_allowed, PUBLIC.resolve) == (is_public, fetching.addresses_of)
    assert PUBLIC.ports == {80, 443}
    with pytest.raises(AttributeError):
        PUBLIC.ports = frozenset({8000})  # type: ignore[misc]  # it is frozen
