"""Web pages become their article's words; the bytes decide the encoding."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.text import html, markup
from sources.text.decoding import EncodingError, TextError
from sources.text.problems import ReadableError

PARAGRAPH = "Le ministre a déclaré que l’accord de pêche était « une préoccupation » pour les deux pays voisins. " * 3
PAGE = f"""<!doctype html>
<html lang="fr-CA"><head>{{declaration}}<title>L’accord de pêche inquiète | Le Quotidien</title>
<meta property="og:title" content="L’accord de pêche inquiète"><meta property="og:site_name" content="Le Quotidien">
<meta property="article:published_time" content="2023-11-09T10:16:00+01:00"><meta name="author" content="Anne Martin">
<link rel="canonical" href="https://quotidien.example/peche?utm_source=x"></head>
<body><nav><a href="/">Accueil</a></nav><article><h1>L’accord de pêche inquiète</h1>
<p>PARIS (AFP) - {PARAGRAPH}</p><p>{PARAGRAPH} &amp; <b>rien</b> de plus &lt;ici&gt;.</p></article>
<script>alert("non")</script><footer>Mentions légales</footer></body></html>"""


def test_words_and_metadata() -> None:
    text, encoding, found = html.read(PAGE.format(declaration='<meta charset="utf-8">').encode())
    assert encoding == "utf-8"
    assert "« une préoccupation »" in text
    assert "& rien de plus <ici>." in text
    assert "alert" not in text
    assert "Mentions" not in text
    assert found.title == "L’accord de pêche inquiète"
    assert found.language == "fr-CA"
    assert found.published_at == "2023-11-09"
    assert found.authors == ("Anne Martin",)
    assert found.agency == "AFP"
    assert found.publisher == "Le Quotidien"
    assert found.url == "https://quotidien.example/peche"


@pytest.mark.parametrize(
    ("declaration", "written", "used"),
    [
        ('<meta charset="windows-1252">', "windows-1252", "windows-1252"),
        ("<meta charset=iso-8859-1>", "windows-1252", "windows-1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "windows-1252", "windows-1252"),
        ("", "utf-8", "utf-8"),
        ("", "utf-8-sig", "utf-8-sig"),
        ("", "utf-16", "utf-16"),
        ('<meta charset="windows-1252">', "utf-8-sig", "utf-8-sig"),
        ('<meta charset="utf-16">', "utf-8", "utf-8"),
    ],
)
def test_encoding(declaration: str, written: str, used: str) -> None:
    raw = PAGE.format(declaration=declaration).encode(written)
    text, encoding, _found = html.read(raw)
    assert encoding == used
    assert "déclaré que l’accord" in text
    assert html.looks_like_html(raw)


def test_the_encoding_given_wins() -> None:
    raw = PAGE.format(declaration='<meta charset="utf-8">').encode("windows-1252")
    with pytest.raises(EncodingError, match="byte 0x"):
        html.read(raw)
    assert "déclaré" in html.read(raw, "windows-1252")[0]


def test_an_xml_declaration_counts() -> None:
    raw = ('<?xml version="1.0" encoding="iso-8859-15"?>' + PAGE.format(declaration="").replace("’", "'")).encode(
        "iso-8859-15"
    )
    assert html.read(raw)[1] == "iso-8859-15"


def test_the_front_page_is_nobodys_address() -> None:
    page = PAGE.format(declaration="").replace("/peche?utm_source=x", "/")
    assert html.read(page.encode())[2].url is None


def test_a_wrongly_declared_language_is_corrected_by_the_words() -> None:
    assert html.read(PAGE.format(declaration="").replace("fr-CA", "en").encode())[2].language == "fr"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "no text"),
        (b"<html></html>", "No article"),
        (b"<html><body><p>abc\0def</p>", "NUL"),
        (b"<html>" + b"<b>x" * 40_000, "40,001 tags"),
        (b"x" * (html.MAX_CHARACTERS + 1), "5,000,000"),
        (b"<!-- only this", "No article"),
    ],
)
def test_what_is_no_page_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(TextError, match=sentence):
        html.read(raw)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<html>",
                "<body>",
                "&#0;",
                "&#xD800;",
                "\x01",
                "<![CDATA[",
                "<?xml ?>",
                "<!--",
                "-->",
                "mot long ",
                "<meta charset=",
                "<a href='javascript:x'>",
                "<table><td>",
                "é",
                "\udc80",
                "]]>",
                "<svg>",
                "<meta property='og:title' content='\x02'>",
                "<link rel=canonical href='http://['>",
            ]
        ),
        max_size=30,
    ).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))
)
def test_any_page_is_read_or_refused(raw: bytes) -> None:
    with suppress(ReadableError):
        html.read(raw)


@pytest.mark.parametrize(
    "page",
    [
        "<article><p>" + "<span>mot </span>" * 14_990,
        "<article>" + "<p>" + "mot " * 1_200_000,
        "<div>" * 29_000 + "texte",
        "<article><table><tr>" + "<td>mot un peu long</td>" * 14_990,
        "<article>" + "<p><a href='http://x.example/'>mot long</a> et du texte.</p>" * 7_400,
    ],
    ids=["inline", "one paragraph", "nested", "cells", "links"],
)
def test_the_largest_pages_take_seconds_not_minutes(page: str) -> None:
    start = time.thread_time()
    with suppress(TextError):
        html.read(f"<html><body>{page}".encode())
    assert time.thread_time() - start < 15


@pytest.mark.parametrize(
    "page",
    [
        "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">Hello",
        "<p " + "".join(f'a{number}="1"' for number in range(80_000)) + ">Hello",
        "<p " + "".join(f"a{number}='>'" for number in range(80_000)) + ">Hello",
        ("<p " + " ".join(f"a{number}=1" for number in range(199)) + f">{PARAGRAPH}</p>") * 600,
    ],
    ids=["one tag", "without spaces", "quoted ends", "many tags"],
)
def test_too_many_attributes_are_refused_before_they_are_compared(page: str) -> None:
    start = time.thread_time()
    with pytest.raises(TextError, match="200 attributes in one tag, or more than 100,000 in all"):
        html.read(f"<html><body>{page}</p></body></html>".encode())
    assert time.thread_time() - start < 2


@pytest.mark.parametrize(
    "page",
    [
        '<p a="' * 29_000,
        "<p a='<\" " * 29_000,
        "<p " + "/" * 1_000_000,
        "<p " + "= " * 500_000,
        "<p " + "a = " * 250_000,
        "<!--" * 29_000 + "x" * 900_000,
        "<script>" * 29_000,
        "<title>" * 29_000,
        "</title " * 29_000,
        "<table><tr><td>" * 9_900 + PARAGRAPH,
        "<head><script type='application/ld+json'>" + '{"author":' * 90_000 + "</script>",
    ],
    ids=["quotes", "mixed", "slashes", "equals", "blanks", "comments", "scripts", "titles", "ends", "tables", "data"],
)
def test_adversarial_pages_take_no_time(page: str) -> None:
    start = time.thread_time()
    with suppress(TextError):
        html.read(f"<html><body>{page}".encode())
    assert time.thread_time() - start < 5


def test_markup_is_written_so_that_it_reads_one_way_only() -> None:
    page = (
        "<!DOCTYPE html><P Class=x\tDATA-a='1 > 0 \"' class=y @on=z /><!-- <b> --><script>if (a<b) x('<p>')</script>"
        'a < b</P x>&eacute;<title>On <i></title><script type=application/ld+json>{"a": "<p>"}</script >'
    )
    assert markup.rewritten(page) == (
        '<p class="x" data-a="1 &gt; 0 &quot;"/>a &lt; b</p>&eacute;<title>On &lt;i&gt;</title>'
        '<script type="application/ld+json">{"a": "\\u003cp>"}</script>'
    )
