"""From the bytes of a web page to its article's words, and what the page says about itself."""

import logging
import re
from dataclasses import replace
from importlib import import_module
from typing import Any

from lxml import html as lxml_html  # type: ignore[import-untyped]  # it has none
from lxml.etree import ParserError  # type: ignore[import-untyped]  # it has none

from sources.text import markup, metadata, partial_dates, urls
from sources.text.decoding import EncodingError, TextError, check_size, check_text, encoding_of
from sources.text.metadata import Found
from sources.text.problems import Count, mark

# Extraction takes more than linear time in the number of tags: 30,000 took up to 3 s, 40,000 up to 4 s, and so on.
MAX_TAGS = 30_000
MAX_CHARACTERS = 5_000_000
_DECLARATION_BYTES = 4096
_NO_ARTICLE = mark("No article was found in the web page: paste its text instead.")
logger = logging.getLogger(__name__)
# What it cannot read is refused with a sentence of ours; its own log lines would only repeat that.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
_META_CHARSET = re.compile(
    rb"<meta[^<>]{1,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"<\?xml[^<>]{1,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s{0,99}<\?xml[^<>]{0,300}\?>")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
# Browsers read these names as Windows-1252, because that is what such pages are written in (WHATWG Encoding).
_WINDOWS_1252 = frozenset({"iso-8859-1", "ascii", "us-ascii", "latin-1", "latin1", "iso8859-1", "iso_8859-1"})


def looks_like_html(raw: bytes) -> bool:
    """Whether the bytes begin as a web page does."""
    start = raw[:_DECLARATION_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith(b"<?xml"):
        return b"<html" in start
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def declared_encoding(raw: bytes) -> str:
    """Return the encoding that the page declares: byte order mark, XML declaration or meta element; else UTF-8."""
    start = raw[:_DECLARATION_BYTES]
    match = _XML_ENCODING.search(start) or _META_CHARSET.search(start)
    name = match[1].decode("ascii").lower() if match else "utf-8"
    if name in _WINDOWS_1252:
        name = "windows-1252"
    elif name.startswith(("utf-16", "utf-32", "ucs")):
        name = "utf-8"  # a declaration that could be read as ASCII is not in these
    return encoding_of(raw, name)


def read(raw: bytes, encoding: str | None = None) -> tuple[str, str, Found]:
    """Return the article's words, the encoding of the bytes, and what the page says about itself.

    `encoding` given wins over what the page declares. Raise TextError where there is no article or it is too large,
    EncodingError where the bytes are in another encoding.
    """
    check_size(len(raw))
    used = encoding_of(raw, encoding) if encoding else declared_encoding(raw)
    tree = _parsed(markup.rewritten(_decoded(raw, used)))
    # Read before extraction, which takes the tree apart.
    address, language, publisher = _address(tree), tree.get("lang"), _meta(tree, "og:site_name")
    document = _extracted(tree)
    text = document.text if document is not None else None
    if not text or not text.strip():
        raise TextError(_NO_ARTICLE)
    check_text(text)
    said = metadata.find(text)
    # What the markup says wins over the words, but for the language, which pages often declare wrongly.
    found = replace(
        said,
        title=_clean(document.title, 500) or said.title,
        language=_language(language, said.language),
        published_at=_date(document.date) or said.published_at,
        authors=_names(document.author) or said.authors,
        publisher=_clean(publisher, 200) or None,
        url=address,
    )
    return text, used, found


def _parsed(page: str) -> Any:
    try:
        return lxml_html.document_fromstring(page)
    except (ParserError, ValueError):
        raise TextError(_NO_ARTICLE) from None


def load() -> None:
    """Load what extraction needs, so that the first page does not wait for it."""
    import_module("trafilatura")


def _extracted(tree: Any) -> Any:
    # Loading takes a third of a second, with numpy: not before a page needs it, as few commands do.
    from trafilatura import bare_extraction

    try:
        return bare_extraction(
            tree,
            fast=True,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception:
        # Markup may be wrong in more ways than the library foresees; it raises whatever comes of it.
        logger.exception("A web page could not be read")
        raise TextError(_NO_ARTICLE) from None


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        page = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(
            mark(
                "The page is not %(encoding)s: byte 0x%(byte)s (byte %(place)s of the file) does not belong there."
                " Choose its encoding."
            ),
            encoding=encoding.upper(),
            byte=f"{raw[error.start]:02X}",
            place=error.start + 1,
        ) from None
    page = _XML_DECLARATION.sub("", page, count=1)
    if not page.strip():
        raise TextError(mark("It has no text in it."))
    # NUL anywhere: the parser would stop there without a word.
    if "\0" in page:
        raise TextError(mark("It has NUL characters in it: this is a binary file, or a page in another encoding."))
    if len(page) > MAX_CHARACTERS or page.count("<") > MAX_TAGS:
        raise TextError(
            mark(
                "The page has %(size)s characters and %(tags)s tags; %(most)s and %(most_tags)s are the most. Paste its"
                " text instead."
            ),
            size=Count(len(page)),
            tags=Count(page.count("<")),
            most=Count(MAX_CHARACTERS),
            most_tags=Count(MAX_TAGS),
        )
    return page


def _names(authors: str | None) -> tuple[str, ...]:
    return tuple(_clean(name, 200) for name in (authors or "").split(";") if name.strip())[:20]


def _meta(tree: Any, name: str) -> str | None:
    values = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return str(values[0]) if values else None


def _address(tree: Any) -> str | None:
    """The address that the page gives itself, unless that is a site's front page, which many templates print."""
    links = tree.xpath("//link[@rel='canonical']/@href")
    for address in [*map(str, links[:1]), _meta(tree, "og:url")]:
        try:
            found = urls.canonical(address or "")
        except urls.WebAddressError:
            continue
        if found.split("/", 3)[3]:
            return found
    return None


def _language(declared: str | None, found: str | None) -> str | None:
    tag = (declared or "").strip().replace("_", "-")
    tag = tag[:3].lower() + tag[3:] if "-" not in tag[:3] else tag[:2].lower() + tag[2:]
    if not _LANGUAGE.fullmatch(tag):
        return found
    return tag if found in (None, tag.split("-")[0]) else found


def _date(value: str | None) -> str | None:
    try:
        partial_dates.parse(value or "")
    except partial_dates.PartialDateError:
        return None
    return value


def _clean(value: str | None, most: int) -> str:
    """One line without control characters, cut; markup may hold anything."""
    kept = "".join(character for character in value or "" if character.isprintable() or character.isspace())
    return " ".join(kept.split())[:most].strip()
