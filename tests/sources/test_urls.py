"""One document is one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.text.urls import WebAddressError, canonical


@pytest.mark.parametrize(
    ("given_url", "same"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a#part", "http://example.org/a"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/a?utm_source=x&id=7&fbclid=y", "https://example.org/a?id=7"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("  https://example.org/a  ", "https://example.org/a"),
        ("https://été.example:8443/", "https://xn--t-9fab.example:8443/"),
        ("https://a_b.example.org", "https://a_b.example.org/"),
        ("http://[2001:DB8::1]:8080", "http://[2001:db8::1]:8080/"),
    ],
)
def test_forms_of_one_address_are_the_same(given_url: str, same: str) -> None:
    assert canonical(given_url) == same


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://example.org/",
        "//example.org/",
        "example.org/a",
        "https://",
        "https:///a",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        "https://exa\0mple.org/",
        "https://[::1",
        "https://exa`mple.org/",
        "https://\U000c5428`/",
        "https://exa<mple.org/",
        "https://exa%20mple.org/",
        "https://exam\\ple.org/",
        "https://[v1.x]/",
        "",
        "https://example.org/" + "a" * 2048,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(WebAddressError):
        canonical(url)


@given(st.text(max_size=60).map(lambda path: f"https://example.org/{path}"))
def test_canonical_is_stable(url: str) -> None:
    try:
        once = canonical(url)
    except WebAddressError:
        return
    assert canonical(once) == once
