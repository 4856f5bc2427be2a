"""Only what may be a public host's address is public, whatever stands for what."""

import pytest

from sources.text.addresses import is_number, is_plain_number, is_public

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1",
    "198.17.255.255", "198.20.0.1", "223.255.255.255", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450::1",
    "2001:200::1", "64:ff9b::808:808",
]  # fmt: skip
NOT_PUBLIC = [
    # this network, loopback, private, shared, link-local, reserved, groups
    "0.0.0.0",  # noqa: S104 nothing listens there
    "0.1.2.3", "127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "100.64.0.1", "100.127.255.255", "169.254.169.254", "169.254.0.1", "192.0.0.1", "192.0.0.170",
    "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "198.19.255.255", "192.88.99.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    # the same in IPv6
    "::", "::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "fc00::1", "fd12:3456::1", "fd00:ec2::254", "ff02::1",
    "ff05::2", "100::1", "2001:db8::1", "3fff::1", "3ffe::1", "2001:2::1", "2001:10::1", "2001:20::1", "5f00::1",
    "4000::1", "e000::1",
    # IPv4 inside IPv6: mapped, compatible, translated, 6to4, Teredo, NAT64 of all and of one's own, ISATAP
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808",
    "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:7f00:1",
    # no addresses
    "", "localhost", "0177.0.0.1", "127.1", "2130706433", "0x7f.1", "1.1.1.1 ", "1.1.1.1:80", "2001:4860::8888%eth0",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_what_may_be_a_public_hosts_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_stands_for_anything_else_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "1.2.3.4.", "0", "::1", "a.0x"]
)
def test_a_number_is_told_from_a_name(host: str) -> None:
    assert is_number(host)


@pytest.mark.parametrize(
    "host", ["example.org", "1.example", "0x7f.org", "xn--t-9fab.example", "", "127-0-0-1.example"]
)
def test_a_name_is_no_number(host: str) -> None:
    assert not is_number(host)


@pytest.mark.parametrize(
    ("host", "is_plain"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("127.1", False),
        ("0177.0.0.1", False),
        ("0x7f.0.0.1", False),
        ("2130706433", False),
        ("256.1.1.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_one_spelling_of_a_number_is_plain(host: str, is_plain: bool) -> None:
    assert is_plain_number(host) is is_plain
