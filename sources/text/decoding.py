"""From bytes to text, exactly or not at all."""

import codecs
import re

from sources.text.problems import Count, ReadableError, mark

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 5_000_000
# Texts come in these; Python knows more names (rot13, unicode_escape, idna) that are no encodings of documents.
ENCODINGS = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii"}
    | {f"iso8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)}
    | {f"cp{number}" for number in (437, 850, 852, 866, 874, 932, 936, 949, 950, *range(1250, 1259))}
    | {"koi8-r", "koi8-u", "mac-roman", "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "big5", "gb2312", "gbk"}
    | {"gb18030"}
)
_KNOWN = frozenset(codecs.lookup(name).name for name in ENCODINGS)
_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# Without a mark the order of bytes is little-endian, as Windows writes it, on whatever machine this runs.
_UNMARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_SIGNATURES = [
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP, Word or OpenDocument"),
    (b"\xd0\xcf\x11\xe0", "Word 97"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
]
# No letter of any script: control characters but tab, line feed, form feed and carriage return; halves of pairs.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]")
_C1 = re.compile("[\x80-\x9f]")
# U+D800 to U+DFFF as UTF-8 would write them if it might: CESU-8, and what careless programs leave.
_ENCODED_SURROGATE = re.compile(rb"\xed[\xa0-\xbf]")
_SAVE_AS_TEXT = mark("It is a %(kind)s file, not a text: save its words as text (UTF-8).")
_BINARY = mark(
    "Character U+%(code)s in line %(line)s (character %(place)s) is a control character: this is a binary file, or a"
    " text in another encoding."
)
_SURROGATE = mark(
    "Character U+%(code)s in line %(line)s (character %(place)s) is half of a surrogate pair, not a character."
)
_WRONG_BYTE = mark(
    "It is not %(encoding)s: byte 0x%(byte)s in line %(line)s (byte %(place)s of the file) does not belong there."
)
_TRY_LATIN = mark(
    "It is not %(encoding)s: byte 0x%(byte)s in line %(line)s (byte %(place)s of the file) does not belong there. If it"
    " was saved as Windows-1252 or Latin-1, choose that encoding."
)
_HALF_PAIR_BYTES = mark(
    "Byte 0x%(byte)s in line %(line)s (byte %(place)s of the file) begins half of a surrogate pair, which UTF-8 does"
    " not have: save the text anew as UTF-8."
)
_WINDOWS = mark(
    "Byte 0x%(byte)s (character %(place)s) is no character of %(encoding)s: it was probably saved as Windows-1252;"
    " choose that encoding."
)


class TextError(ReadableError):
    """The bytes are no text that can be kept; the message says what was wrong, where, and what would be right."""


class EncodingError(TextError):
    """The bytes are not in the encoding that was given."""


def encoding_of(raw: bytes, encoding: str = "utf-8") -> str:
    """Return the encoding by which `decode` reads the bytes: a byte order mark wins over what was given."""
    for signature, name in _MARKS:
        if raw.startswith(signature):
            return name
    try:
        known = codecs.lookup(encoding).name
    except (LookupError, ValueError):  # ValueError: NUL or a surrogate in the name
        known = ""
    if known not in _KNOWN:
        shown = encoding[:40].encode("ascii", "replace").decode()
        raise EncodingError(
            mark("“%(name)s” is not an encoding known here; try utf-8, windows-1252 or utf-16."), name=shown
        )
    known = known.replace("iso8859", "iso-8859").replace("cp125", "windows-125")  # as IANA writes them
    return _UNMARKED.get(known, known)


def decode(raw: bytes, encoding: str = "utf-8") -> str:
    """Return the text of the bytes, code point for code point; nothing is repaired, normalised or guessed.

    A byte order mark is taken as the encoding's signature and is not part of the text. Raise TextError for an empty,
    binary or oversized file, EncodingError for a wrongly decoded one.
    """
    check_size(len(raw))
    for signature, kind in _SIGNATURES:
        if raw.startswith(signature):
            raise TextError(_SAVE_AS_TEXT, kind=kind)
    text = _decoded(raw, encoding_of(raw, encoding))
    check_text(text)
    return text


def check_size(size: int) -> None:
    """Raise TextError where a file has more bytes than may be kept; it need not have been read."""
    if size > MAX_BYTES:
        raise TextError(
            mark("It has %(size)s bytes; %(most)s are the most. Cut it into parts."),
            size=Count(size),
            most=Count(MAX_BYTES),
        )


def check_text(text: str) -> None:
    """Raise TextError for a text that is empty, too long or has characters that are none."""
    check_length(text)
    if not text.strip():
        raise TextError(mark("It has no text in it."))
    check_characters(text)


def check_length(text: str) -> None:
    """Raise TextError for a text with more characters than may be kept."""
    if len(text) > MAX_CHARACTERS:
        raise TextError(
            mark("It has %(size)s characters; %(most)s are the most. Cut it into parts."),
            size=Count(len(text)),
            most=Count(MAX_CHARACTERS),
        )


def check_characters(text: str) -> None:
    """Raise TextError for NUL, other control characters and lone surrogates, naming the first one's place."""
    match = _NOT_TEXT.search(text)
    if match is None:
        return
    place = match.start()
    template = _SURROGATE if ord(match[0]) >= 0xD800 else _BINARY
    raise TextError(template, code=f"{ord(match[0]):04X}", line=text.count("\n", 0, place) + 1, place=place + 1)


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _wrong_byte(raw, encoding, error.start) from None
    if encoding.startswith("iso-8859") and (match := _C1.search(text)):
        raise EncodingError(_WINDOWS, byte=f"{ord(match[0]):02X}", place=match.start() + 1, encoding=_shown(encoding))
    return text


def _wrong_byte(raw: bytes, encoding: str, start: int) -> EncodingError:
    template = _WRONG_BYTE
    if encoding.startswith("utf-8"):
        template = _HALF_PAIR_BYTES if _ENCODED_SURROGATE.match(raw, start) else _TRY_LATIN
    return EncodingError(
        template,
        encoding=_shown(encoding),
        byte=f"{raw[start]:02X}",
        line=raw.count(b"\n", 0, start) + 1,
        place=start + 1,
    )


def _shown(encoding: str) -> str:
    return encoding.upper().removesuffix("-SIG")
