"""From bytes to lines, within memory and time, whatever the bytes."""

import gzip
import io
import json
import time
import tracemalloc

import pytest

from claims.exchange.reading import MAX_LINE_BYTES, DatasetError, LineError, numbered, parse, pointer


def _numbered(data: bytes) -> list[tuple[int, bytes]]:
    return list(numbered(io.BytesIO(data)))


def test_lines_are_numbered_as_an_editor_numbers_them() -> None:
    data = b'\xef\xbb\xbf{"a":1}\r\n\r\n  \n{"b":2}\n\n{"c":3}'
    assert [(number, parse(line)) for number, line in _numbered(data)] == [(1, {"a": 1}), (4, {"b": 2}), (6, {"c": 3})]


def test_empty_lines_are_no_lines() -> None:
    assert _numbered(b"\n\n") == _numbered(b"\xef\xbb\xbf") == []


def test_an_empty_file_is_told() -> None:
    with pytest.raises(DatasetError, match="It is empty"):
        _numbered(b"")


def test_another_encoding_is_told_once() -> None:
    for name in ("utf-16", "utf-16-be"):
        raw = "\ufeff{}".encode(name) if name.endswith("be") else "{}".encode(name)
        with pytest.raises(DatasetError, match="It is UTF-16: save it as UTF-8"):
            _numbered(raw)


def test_a_line_set_aside_is_read_once_it_is_mended_there() -> None:
    assert parse(b'{"text": "{\\"record\\": \\"topic\\"}", "errors": []}') == {"record": "topic"}
    with pytest.raises(LineError, match="not JSON"):
        parse(b'{"text": "{\\"record\\": \\"topic\\",}", "errors": []}')


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"hello", "It is not JSON at character"),
        (b'{"record": "speaker", "na', "It is not JSON at character"),
        (b"[1]", "It is no JSON object: each line is one, in braces."),
        (b'"x"', "It is no JSON object"),
        (b"7", "It is no JSON object"),
        (b"{} {}", "It is not JSON at character 4 (Extra data)"),
        (b'{"a": 1, "b": 2, "a": 3}', "The key “a” is there twice."),
        (b'{"a": {"b": 1, "b": 1}}', "The key “b” is there twice."),
        (b'{"a": NaN}', "NaN is no JSON."),
        (b'{"a": -Infinity}', "-Infinity is no JSON."),
        (b'{"a": ' + b"9" * 19 + b"}", "A number has more than 18 digits."),
        (b'{"a": ' + b"9" * 100_000 + b"}", "A number has more than 18 digits."),
        (b'{"a": "\xe9"}', "Byte 8 is not UTF-8: save the file as UTF-8."),
        (b'{"a": "\xed\xa0\x80"}', "Byte 8 is not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "Byte 1 is not UTF-8"),
        (b'{"a": "b\nc"}', "It is not JSON at character"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "It is nested too deep."),
        (b"[" * 200_000, "It is nested too deep."),
        (b"[" * 10_000_000, "It has too many parts, or is no JSON"),
    ],
)  # fmt: skip
def test_what_is_no_line_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(LineError) as refusal:
        parse(raw)
    (problem,) = refusal.value.problems
    assert problem.pointer == ""
    assert sentence in problem.sentence


def test_a_line_feed_inside_a_string_is_escaped_and_stays() -> None:
    assert parse(rb'{"a": "b\nc\u0000"}') == {"a": "b\nc\0"}


def test_a_long_text_is_one_line() -> None:
    text = 'x"\\\n🕊' * 1_000_000
    assert parse(json.dumps({"text": text}).encode()) == {"text": text}


@pytest.mark.parametrize(
    "raw",
    [
        b"{" + b",".join(b'"k%d":0' % number for number in range(1_000_000)) + b',"k1":1}',
        b'{"a":[' + b"[]," * 5_000_000 + b"[]]}",
        b'{"a":"' + b"\\" * 10_000_000,
        b'{"a":"' + b'\\"' * 10_000_000,
        b'"' * 10_000_001,
    ],
    ids=["keys", "lists", "half escapes", "marks", "strings"],
)
def test_a_line_made_to_fill_the_memory_is_refused_at_once(raw: bytes) -> None:
    started = time.process_time()
    tracemalloc.start()
    with pytest.raises(LineError) as refusal:
        parse(raw)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(refusal.value.problems) == 1
    assert peak < 200 * 2**20
    assert time.process_time() - started < 20


def test_a_line_of_50_mb_ends_the_reading() -> None:
    lines = numbered(io.BytesIO(b"{}\n" + b"x" * (MAX_LINE_BYTES + 1)))
    assert next(lines) == (1, b"{}\n")
    with pytest.raises(DatasetError, match=r"^Line 2 has more than 48 MB: each line is one JSON object"):
        next(lines)


def test_a_packed_file_that_was_cut_or_damaged_ends_the_reading() -> None:
    whole = gzip.compress(b'{"a": 1}\n' * 100_000)
    for data in (whole[: len(whole) // 2], whole[:-6], whole[:50] + b"xxxx" + whole[54:], whole[:-8] + b"\0" * 8):
        with pytest.raises(DatasetError, match=r"^Line \d+: the packed file is damaged or was cut .*: fetch it anew\."):
            list(numbered(gzip.GzipFile(fileobj=io.BytesIO(data))))


def test_pointers_are_those_of_rfc_6901() -> None:
    assert pointer() == ""
    assert pointer("a/b", 0, "m~n", "") == "/a~1b/0/m~0n/"
