"""The values of lines: texts, dates, addresses, ids. What is wrong with one is said in a sentence."""

import base64
import binascii
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from claims.models.appearances import MAX_SEGMENT
from claims.models.vocabularies import Intensity
from config.visible import is_blank
from sources.models.fields import LANGUAGE_TAG
from sources.text import partial_dates, urls
from sources.text.decoding import MAX_BYTES, MAX_CHARACTERS
from sources.text.problems import mark

MAX_REFERENCE = 2048


def written_instant(value: datetime) -> str:
    """Return a moment as lines have it: in UTC, to the microsecond where there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def checked_text(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("nul", mark("It holds the character NUL, which no text has."))
    return value


def checked_words(value: str) -> str:
    if is_blank(checked_text(value)):
        raise PydanticCustomError("blank", mark("It has no character in it that can be seen."))
    return value


@lru_cache(4096)  # the same days come again and again
def _checked_date(value: str) -> str:
    try:
        partial_dates.parse(value)
    except partial_dates.PartialDateError as error:
        raise PydanticCustomError("readable", "{problem}", {"problem": error}) from None
    return value


def _checked_address(value: str) -> str:
    try:
        return urls.canonical(value)
    except urls.WebAddressError as error:
        raise PydanticCustomError("readable", "{problem}", {"problem": error}) from None


def _checked_instant(value: str) -> str:
    try:
        return written_instant(datetime.fromisoformat(value))
    except ValueError:
        raise PydanticCustomError("instant", mark("It is no moment of the calendar.")) from None


def _unpacked_bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", mark("It must be a text, in quotation marks."))
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):  # ValueError: characters that are not ASCII
        raise PydanticCustomError("base64_decode", mark("It is no base64.")) from None


def _whole_number(value: Any) -> Any:
    if type(value) is not int:
        raise PydanticCustomError("int_type", mark("It must be a whole number."))
    return value


def _checked_id(value: UUID) -> UUID:
    if value.version != 7:
        raise PydanticCustomError("uuid7", mark("It is no UUIDv7: leave the id out, and one is made."))
    return value


Id = Annotated[UUID, Field(strict=False), AfterValidator(_checked_id)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(checked_words)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=MAX_REFERENCE), AfterValidator(checked_words)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_TAG, max_length=35)]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
PartialDate = Annotated[str, StringConstraints(max_length=24), AfterValidator(_checked_date)]
Address = Annotated[str, StringConstraints(max_length=urls.MAX_LENGTH), AfterValidator(_checked_address)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"),
    AfterValidator(_checked_instant),
    Field(examples=["2025-02-13T10:30:00Z"]),
]
Raw = Annotated[
    bytes,
    BeforeValidator(_unpacked_bytes),
    Field(max_length=MAX_BYTES),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "maxLength": (MAX_BYTES + 2) // 3 * 4}),
]
Reason = Annotated[str, StringConstraints(max_length=500), AfterValidator(checked_text)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(checked_words)]
Short = Annotated[str, StringConstraints(max_length=200), AfterValidator(checked_text)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(checked_words)]
Labels = Annotated[dict[Language, Label], Field(min_length=1, json_schema_extra={"additionalProperties": False})]
Level = Annotated[Intensity, Field(strict=False), BeforeValidator(_whole_number)]
Mentioned = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SEGMENT), AfterValidator(checked_text)]
Context = Annotated[str, StringConstraints(max_length=MAX_SEGMENT), AfterValidator(checked_text)]
Offset = Annotated[int, Field(ge=0, le=MAX_CHARACTERS)]
