"""Canonical web addresses, so that one document is one row."""

import hashlib
import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from url_normalize import url_normalize

from sources.text.problems import ReadableError, mark

MAX_LENGTH = 2048
# A registered name as the web has it (in ASCII; underscores are met with), or an IP address; RFC 3986 section 3.2.2
# lets names have more, which no name server answers to.
_HOST = re.compile(r"[a-z0-9._-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?")
_NO_ADDRESS = mark("“%(url)s” is not a web address: it must start with https:// or http://.")
# Parameters that name a campaign or a click, not a document.
_TRACKING = frozenset({"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "xtor", "at_medium"})


class WebAddressError(ReadableError):
    """The string is no http(s) address; the message says what was wrong and what would be right."""


@lru_cache(4096)  # one address is asked for where it is read, where it is looked for and where it is stored
def canonical(url: str) -> str:
    """Return the address with lower-case scheme and host, default port, fragment and tracking parameters removed.

    Follows RFC 3986 section 6.2 by `url_normalize`. Raise WebAddressError for anything but http and https.
    """
    stripped = url.strip()
    if any(ord(character) < 32 or character.isspace() for character in stripped):
        raise WebAddressError(mark("The address has a space or a control character in it."))
    try:
        parts = urlsplit(stripped)
        is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
        has_login = parts.username is not None or parts.password is not None
        normal = urlsplit(url_normalize(stripped) or "") if is_web else parts
    except (ValueError, UnicodeError):
        raise WebAddressError(_NO_ADDRESS, url=stripped[:80]) from None
    if not is_web:
        raise WebAddressError(_NO_ADDRESS, url=stripped[:80])
    if has_login:
        raise WebAddressError(mark("The address carries a user name or password; leave it out."))
    if not _HOST.fullmatch(normal.netloc):
        raise WebAddressError(mark("“%(host)s” is no name of a host."), host=(parts.hostname or "")[:80])
    pairs = parse_qsl(normal.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key.lower() not in _TRACKING and not key.startswith("utm_")]
    query = normal.query if len(kept) == len(pairs) else urlencode(kept)
    result = urlunsplit((normal.scheme, normal.netloc, normal.path or "/", query, ""))
    if len(result) > MAX_LENGTH:
        raise WebAddressError(
            mark("The address has %(size)s characters; %(most)s are the most."), size=len(result), most=MAX_LENGTH
        )
    return result


def sha256(text: str) -> bytes:
    """Return the 32 bytes of SHA-256 over the UTF-8 form of the text."""
    return hashlib.sha256(text.encode("utf-8")).digest()
