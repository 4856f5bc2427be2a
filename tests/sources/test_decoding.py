"""Bytes become text exactly, or a sentence says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.text.decoding import (
    MAX_BYTES,
    MAX_CHARACTERS,
    EncodingError,
    TextError,
    check_characters,
    check_size,
    decode,
    encoding_of,
)

KEPT = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters=[*map(chr, range(9)), "\x0b", *map(chr, range(14, 32))]
    ),
    min_size=1,
).filter(lambda text: text.strip() and not text.startswith("\ufeff"))


@given(KEPT)
def test_every_text_comes_back_code_point_for_code_point(text: str) -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        raw = text.encode(encoding)
        if encoding == "utf-8" or not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
            assert _or_signature(raw, encoding, text)


def _or_signature(raw: bytes, encoding: str, text: str) -> bool:
    try:
        return decode(raw, encoding) == text
    except TextError as error:
        return "file, not a text" in str(error)


def test_nothing_is_normalised() -> None:
    text = "e\u0301 \u00e9 \ufb01 \u212b\r\n\tœ\u00a0»\u202f!\r\u2028😀\u200d\n\n"
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("encoding", "used"),
    [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
def test_a_byte_order_mark_wins_and_is_no_part_of_the_text(encoding: str, used: str) -> None:
    raw = "préoccupé".encode(encoding)
    assert decode(raw, "windows-1252") == "préoccupé"
    assert encoding_of(raw, "windows-1252") == used


def test_utf_16_without_a_mark_is_little_endian_on_every_machine() -> None:
    raw = "préoccupé".encode("utf-16-le")
    assert decode(raw, "utf-16") == "préoccupé"
    assert encoding_of(raw, "utf-16") == "utf-16-le"


@pytest.mark.parametrize(
    ("name", "used"), [("Latin-1", "iso-8859-1"), ("cp1252", "windows-1252"), ("UTF8", "utf-8"), ("koi8-r", "koi8-r")]
)
def test_encodings_are_recorded_by_their_usual_names(name: str, used: str) -> None:
    assert encoding_of(b"abc", name) == used


@pytest.mark.parametrize("name", ["rot13", "unicode_escape", "idna", "hex", "", "\0", "\ud800", "x" * 10_000])
def test_what_is_no_encoding_of_documents_is_refused(name: str) -> None:
    with pytest.raises(EncodingError, match="not an encoding known here"):
        decode(b"abc", name)


def test_latin_1_without_saying_so_names_byte_place_and_what_to_choose() -> None:
    with pytest.raises(EncodingError, match=r"byte 0xE9 in line 2 \(byte 7 of the file\).*Windows-1252 or Latin-1"):
        decode("ab\ncaf\xe9 noir".encode("latin-1"))


def test_windows_1252_called_latin_1_is_told() -> None:
    with pytest.raises(EncodingError, match=r"0x92 .*Windows-1252"):
        decode("l’armée".encode("windows-1252"), "latin-1")


def test_surrogates_written_as_utf_8_are_told_from_latin_1() -> None:
    with pytest.raises(EncodingError, match="half of a surrogate pair"):
        decode(b"ok \xed\xa0\xbd\xed\xb8\x80")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "no text in it"),
        (b" \n\t\xc2\xa0 ", "no text in it"),
        (b"\xef\xbb\xbf", "no text in it"),
        (b"abc\ndef\0ghi", r"U\+0000 in line 2 \(character 8\)"),
        (b"\x1b[31mred", r"U\+001B"),
        (b"%PDF-1.7\n", "It is a PDF file"),
        (b"PK\x03\x04rest", "Word"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (bytes(range(256)), "U\\+0000|0x80"),
    ],
)
def test_no_text_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(TextError, match=sentence):
        decode(raw)


def test_the_limits_are_exact() -> None:
    check_size(MAX_BYTES)
    with pytest.raises(TextError, match="20,971,521 bytes"):
        check_size(MAX_BYTES + 1)
    assert len(decode(b"x" * MAX_CHARACTERS)) == MAX_CHARACTERS
    with pytest.raises(TextError, match="5,000,001 characters"):
        decode(b"x" * (MAX_CHARACTERS + 1))


def test_lone_surrogates_in_a_string_are_found() -> None:
    with pytest.raises(TextError, match=r"U\+DCE9 in line 1 \(character 4\)"):
        check_characters("caf\udce9")
