"""From a file to checked lines: one at a time, none longer than memory allows, every fault with its place."""

import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from claims.exchange.lines import LINES, VERSION, DatasetLine, Line
from sources.messages import translated
from sources.text.problems import ReadableError

# One revision at its largest, twice: as text, and as bytes in base64.
MAX_LINE_BYTES = 48 * 2**20
# Of a line without the insides of its strings: long texts are none of it, and many small parts would fill the memory.
MAX_STRUCTURE_BYTES = 256 * 2**10
MAX_DIGITS = 18
SHOWN_ERRORS = 20
STDIN = "-"
GZIP = b"\x1f\x8b"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# one that is not closed goes on to the end: looked for again from each mark in it, it would take for ever
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line: where (a JSON pointer, RFC 6901) and a sentence in the reader's language."""

    pointer: str
    sentence: str


class DatasetError(Exception):
    """The file cannot be read (any further); the message says where, why, and what would be right."""


class LineError(Exception):
    """A line is refused, with its problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{one.pointer}: {one.sentence}" for one in problems))
        self.problems = problems


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer of these keys and positions."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


@contextmanager
def opened(path: str, stdin: BinaryIO) -> Iterator[tuple[BinaryIO | gzip.GzipFile, BinaryIO]]:
    """Open a file, or standard input for `-`; yield its lines' stream, unpacked where it is gzip, and the packed one.

    Raise DatasetError where there is no such file, or none that can be read.
    """
    if path == STDIN:
        packed: Any = io.BufferedReader(stdin) if isinstance(stdin, io.RawIOBase) else stdin
        yield _unpacked(packed), packed
        return
    if Path(path).is_dir():
        raise DatasetError(_("It is a folder: give a file."))
    try:
        file = Path(path).open("rb")  # noqa: SIM115 closed below, where reading is no error of opening
        unpacked = _unpacked(file)
    except OSError as error:
        raise DatasetError(_unreadable(error)) from None
    with file:
        yield unpacked, file


def _unreadable(error: OSError) -> str:
    return _("It cannot be read: %(reason)s.") % {"reason": error.strerror or error}


def _unpacked(file: Any) -> BinaryIO | gzip.GzipFile:
    return gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == GZIP else file


def numbered(stream: BinaryIO | gzip.GzipFile) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not empty with its number, from 1; raise DatasetError for one that is too long."""
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(MAX_LINE_BYTES + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DatasetError(
                _("Line %(number)s: the packed file is damaged or was cut (%(reason)s): fetch it anew.")
                % {"number": number, "reason": error}
            ) from None
        except OSError as error:
            raise DatasetError(_unreadable(error)) from None
        if not line:
            if number == 1:
                raise DatasetError(_("It is empty."))
            return
        if len(line) > MAX_LINE_BYTES:
            raise DatasetError(
                _("Line %(number)s has more than %(most)s MB: each line is one JSON object, ended by a line feed.")
                % {"number": number, "most": MAX_LINE_BYTES // 2**20}
            )
        if number == 1:
            if line.startswith(UTF_16):
                raise DatasetError(_("It is UTF-16: save it as UTF-8."))
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def parse(raw: bytes, *, is_inner: bool = False) -> dict[str, Any]:
    """Return the JSON object of a line; raise LineError."""
    if _structure(raw) > MAX_STRUCTURE_BYTES:
        raise LineError(Problem("", _("It has too many parts, or is no JSON: split it into several lines.")))
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_number
        )
    except UnicodeDecodeError as error:
        raise LineError(
            Problem("", _("Byte %(place)s is not UTF-8: save the file as UTF-8.") % {"place": error.start + 1})
        ) from None
    except json.JSONDecodeError as error:
        raise LineError(
            Problem(
                "",
                _(
                    "It is not JSON at character %(place)s (%(reason)s): each line is one object, with straight"
                    " quotation marks and no comma behind the last value. Or the file was cut here."
                )
                % {"reason": error.msg.removesuffix(" at"), "place": error.pos + 1},
            )
        ) from None
    except RecursionError:
        raise LineError(Problem("", _("It is nested too deep."))) from None
    except ValueError as error:
        raise LineError(Problem("", str(error))) from None
    if not isinstance(value, dict):
        raise LineError(Problem("", _("It is no JSON object: each line is one, in braces.")))
    if is_inner or set(value) != {"text", "errors"} or not isinstance(value["text"], str):
        return value
    # a refused line that was no JSON object, mended where it was written aside
    return parse(value["text"].encode("utf-8", "surrogatepass"), is_inner=True)


def _structure(raw: bytes) -> int:
    """How many bytes of a line are not inside of strings; counted no further than is too many."""
    if len(raw) <= MAX_STRUCTURE_BYTES:
        return len(raw)
    size = len(raw)
    for number, match in enumerate(_STRING.finditer(raw), start=1):
        size -= match.end() - match.start() - 2
        if 2 * number > MAX_STRUCTURE_BYTES:
            return 2 * number
    return size


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = Counter(name for name, _value in pairs)
        twice = next(name for name, count in names.items() if count > 1)
        raise ValueError(_("The key “%(key)s” is there twice.") % {"key": twice[:60]})
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(_("%(name)s is no JSON.") % {"name": name})


def _number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(_("A number has more than %(most)s digits.") % {"most": MAX_DIGITS})
    return int(digits)


def line_of(found: Mapping[str, Any]) -> Line | DatasetLine:
    """Return the checked line of a JSON object; raise LineError with all that is wrong."""
    record = found.get("record")
    model: type[Line | DatasetLine] | None = DatasetLine if record == "dataset" else None
    if model is None and isinstance(record, str):
        model = LINES.get(record)
    if model is None:
        raise LineError(
            Problem("/record", _("It must be one of %(known)s.") % {"known": ", ".join(["dataset", *LINES])})
        )
    try:
        line = model.model_validate(dict(found))
    except ValidationError as error:
        found_errors = error.errors(include_url=False, include_input=False)
        raise LineError(*(_problem(model, one) for one in found_errors[:SHOWN_ERRORS])) from None
    except RecursionError:
        raise LineError(Problem("", _("It is nested too deep."))) from None
    if isinstance(line, DatasetLine) and line.version != VERSION:
        raise LineError(
            Problem(
                "/version",
                _("This is version %(is)s of the format; this installation reads version %(must)s.")
                % {"is": line.version, "must": VERSION},
            )
        )
    return line


def _problem(model: type[BaseModel], error: ErrorDetails) -> Problem:
    steps = [step for step in error["loc"] if step != "[key]"]
    return Problem(pointer(*steps), _sentence(model, steps, error))


def _sentence(model: type[BaseModel], steps: Sequence[str | int], error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    problem = context.get("problem")
    if isinstance(problem, ReadableError):
        return translated(problem)
    if kind == "extra_forbidden":
        known = ", ".join(_keys(model, steps[:-1]))
        return _("This key is not known here; known are %(known)s.") % {"known": known}
    if kind in {"enum", "literal_error"}:
        return _("It must be one of %(known)s.") % {"known": str(context["expected"]).replace("'", "")}
    if kind == "string_pattern_mismatch":
        return _pattern(str(context["pattern"]))
    template = _sentences().get(kind)
    return template % context if template else _(error["msg"])


def _sentences() -> dict[str, str]:
    """What pydantic finds, as sentences; `%(…)s` are what it says about it."""
    return {
        "missing": _("It is missing."),
        "string_type": _("It must be a text, in quotation marks."),
        "string_unicode": _("It holds half a character (a lone surrogate)."),
        "string_too_long": _("It is too long: %(max_length)s characters are the most."),
        "string_too_short": _("It is empty."),
        "int_type": _("It must be a whole number."),
        "int_parsing": _("It must be a whole number."),
        "int_from_float": _("It must be a whole number."),
        "bool_type": _("It must be true or false."),
        "list_type": _("It must be a list, in brackets."),
        "dict_type": _("It must be an object, in braces."),
        "model_type": _("It must be an object, in braces."),
        "too_long": _("It has too many: %(max_length)s are the most."),
        "too_short": _("It is empty: one at least is needed."),
        "greater_than_equal": _("It must be %(ge)s or more."),
        "less_than_equal": _("It must be %(le)s or less."),
        "uuid_parsing": _("It is no UUID."),
        "uuid_type": _("It is no UUID."),
        "base64_decode": _("It is no base64."),
        "bytes_too_long": _("It is too long: %(max_length)s bytes are the most."),
    }


def _pattern(found: str) -> str:
    patterns = {
        "^[A-Z]{2}$": _("A country is two capital letters (ISO 3166-1), such as FR."),
        "^[0-9]{2,4}$": _("A CAMEO code is two to four digits."),
        "^[0-9a-f]{64}$": _("A SHA-256 is 64 hexadecimal digits."),
    }
    if found.startswith("^[a-z]"):
        return _("A language is a BCP 47 tag, such as fr or en-GB.")
    return patterns.get(found) or _("It must be a moment in UTC, such as 2025-02-13T10:30:00Z.")


def _keys(model: type[BaseModel], steps: Sequence[str | int]) -> list[str]:
    """The keys that the object at this place may have."""
    for step in steps:
        if isinstance(step, int):
            continue
        inner = model_in(model.model_fields[step].annotation)
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The class of objects in a type such as `list[Words]` or `Words | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_in(one) for one in getattr(annotation, "__args__", ()))
    return next((one for one in found if one), None)
