"""Bodies of writes: what may be given, in JSON's own types. What is not named is an error, never ignored.

These check the form and find the rows that ids name; what values must be to each other stands in models and database.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as ModelError
from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.settings import api_settings

from config.http import problems
from config.http.bodies import pointer
from config.http.filters import LANGUAGE_FORM, UUID_FORM
from config.visible import is_blank

WHOLE = api_settings.NON_FIELD_ERRORS_KEY
MOST_PARTS = 500
LONGEST_SHOWN = 60


class WriteSerializer(serializers.Serializer[Any]):
    """The members that a write takes. Of a change, those given are checked; each is given whole.

    `validated()` is what a view calls.
    """

    default_error_messages = {"invalid": "It must be a JSON object."}

    def __init__(self, *args: Any, is_change: bool = False, **kwargs: Any) -> None:
        """With `is_change`, no member is required and none has a default."""
        self.is_change = is_change
        super().__init__(*args, **kwargs)

    @property
    def _writable_fields(self) -> Any:
        for field in super()._writable_fields:
            if not self.is_change or field.field_name in self.initial_data:
                yield field

    def to_internal_value(self, data: Any) -> Any:
        """Return the values by field, or raise ValidationError that names each unknown and each wrong member."""
        if not isinstance(data, Mapping):
            self.fail("invalid")
        known = [name for name, field in self.fields.items() if not field.read_only]
        wrong: dict[Any, Any] = {str(name): [unknown_member(str(name), known)] for name in data if name not in known}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            wrong.update(error.detail)
        if wrong:
            raise serializers.ValidationError(wrong)
        return values

    @classmethod
    def validated(cls, data: Any, *, is_change: bool = False, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the values of a body; raise ProblemError (400) with a pointer for each member at fault."""
        serializer = cls(data=data, is_change=is_change, context=context or {})
        if not serializer.is_valid():
            raise problems.invalid_body(flattened(serializer.errors))
        return dict(serializer.validated_data)


def unknown_member(name: str, known: list[str]) -> str:
    """Return the sentence that there is no such member, with those there are."""
    close = get_close_matches(name[:100].lower(), known, n=1)
    meant = f" Did you mean {close[0]}?" if close else f" There are: {', '.join(known)}."
    return f"There is no such member that can be written.{meant if known else ''}"


def flattened(errors: Any, path: tuple[str | int, ...] = ()) -> list[dict[str, str]]:
    """Return nested errors of a serializer as `{"pointer": …, "detail": …}` (RFC 6901), in their order."""
    if isinstance(errors, Mapping):
        found = []
        for name, below in errors.items():
            found += flattened(below, path if name == WHOLE else (*path, name))
        return found
    if isinstance(errors, list | tuple):
        if any(isinstance(one, Mapping | list | tuple) for one in errors):
            return [error for place, one in enumerate(errors) if one for error in flattened(one, (*path, place))]
        return [{"pointer": pointer(path), "detail": str(one)} for one in errors]
    return [{"pointer": pointer(path), "detail": str(errors)}]


def model_errors(error: ModelError, *path: str | int) -> list[dict[str, str]]:
    """Return what a model's `full_clean` refuses as `{"pointer": …, "detail": …}`, below a path of the body."""
    if not hasattr(error, "error_dict"):
        return [{"pointer": pointer(path), "detail": sentence} for sentence in error.messages]
    return [
        {"pointer": pointer(path if name == "__all__" else (*path, name)), "detail": sentence}
        for name, sentences in error.message_dict.items()
        for sentence in sentences
    ]


class _Strict:
    """A field that takes one type of JSON as it is, and converts nothing."""

    kind: type
    sentence: str

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, self.kind) or (isinstance(data, bool) and self.kind is not bool):
            raise serializers.ValidationError(f"It must be {self.sentence}.")
        return super().to_internal_value(data)  # type: ignore[misc]  # mixed into a field


class AnyText(_Strict, serializers.CharField):
    """A text, be it white space."""

    kind, sentence = str, "a string"

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Take what is no string for what it is; CharField looks at emptiness first, in any type."""
        if isinstance(data, str) or data is serializers.empty or data is None:
            return super().run_validation(data)
        return self.to_internal_value(data)


class Text(AnyText):
    """A text with something in it that can be seen; spaces around it are dropped."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if is_blank(text):
            raise serializers.ValidationError("It has no character in it that can be seen.")
        return text


class TextOrNull(Text):
    """A text; null and the empty string say that there is none. Stored as an empty string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "default": None, "allow_null": True, "allow_blank": True, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data) or ""


class NullableText(TextOrNull):
    """A text; null and the empty string say that there is none. Stored as NULL."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data) or None


class Language(Text):
    """A language by BCP 47 tag."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 35, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        return read_language(super().to_internal_value(data))


class LanguageOrNull(TextOrNull):
    """A language by BCP 47 tag; null says that it is of none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 35, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        return read_language(text) if text else text


def read_language(tag: str) -> str:
    """Return the tag, or raise ValidationError saying what one looks like."""
    if len(tag) > 35 or not re.fullmatch(LANGUAGE_FORM, tag):
        raise serializers.ValidationError(
            f"“{tag[:LONGEST_SHOWN]}” is not a language: write a tag of BCP 47, such as fr or en-GB."
        )
    return tag


class Flag(_Strict, serializers.BooleanField):
    """`true` or `false`."""

    kind, sentence = bool, "true or false"


class Number(_Strict, serializers.IntegerField):
    """A whole number."""

    kind, sentence = int, "a whole number"


class Choice(serializers.ChoiceField):
    """A term of a closed vocabulary, in the type it has there."""

    def to_internal_value(self, data: Any) -> Any:
        for value in self.choices:
            if type(value) is type(data) and value == data:
                return value
        listed = ", ".join(str(value) for value in self.choices)
        raise serializers.ValidationError(f"“{str(data)[:LONGEST_SHOWN]}” is not one of: {listed}.")


class ChoiceOrNull(Choice):
    """A term of a closed vocabulary; null says that it is not known. `stored` is what stands for null."""

    def __init__(self, *, stored: Any = "", **kwargs: Any) -> None:
        self.stored = stored
        super().__init__(**{"required": False, "default": None, "allow_null": True, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return self.stored if value is None else value


class Reference(serializers.UUIDField):
    """The id of another row; null where none is named, if that may be. Gives the row."""

    def __init__(self, rows: QuerySet[Any], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Reference":
        return type(self)(self.rows, **self._kwargs)  # type: ignore[attr-defined]  # DRF keeps what a field was made with

    def to_internal_value(self, data: Any) -> Any:
        key = read_id(data)
        row: Model | None = self.rows.filter(pk=key).first()
        if row is None:
            raise serializers.ValidationError(self._missing(key))
        return row

    def _missing(self, key: UUID) -> str:
        """Say that there is none, and for one that is another by now, which."""
        model = self.rows.model
        merged = model._default_manager.filter(pk=key).first() if hasattr(model, "merged_into_id") else None
        other = getattr(merged, "merged_into_id", None)
        if other is not None:
            return f"This {model._meta.verbose_name} was merged into {other}: use that id."
        return f"There is no {model._meta.verbose_name} with the id {key}."

    def to_representation(self, value: Any) -> str:
        return str(value.pk)


class Id(serializers.UUIDField):
    """An id, or an object that has it, as answers show what is referred to."""

    def to_internal_value(self, data: Any) -> UUID:
        return read_id(data)


def read_id(data: Any) -> UUID:
    """Return the id that a member is or, being an object as in answers, has; raise ValidationError for none."""
    found = data.get("id") if isinstance(data, Mapping) else data
    if not isinstance(found, str) or not UUID_FORM.fullmatch(found):
        raise serializers.ValidationError("It must be an id, a UUID.")
    return UUID(found)


class References(serializers.ListField):
    """Ids of other rows, each once, found by one query. Gives the rows in the order given."""

    def __init__(self, rows: QuerySet[Any], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**{"child": Id(), "max_length": MOST_PARTS, **kwargs})

    def __deepcopy__(self, memo: dict[int, Any]) -> "References":
        return type(self)(self.rows, **self._kwargs)  # type: ignore[attr-defined]  # DRF keeps what a field was made with

    def to_internal_value(self, data: Any) -> list[Any]:
        ids: list[UUID] = super().to_internal_value(data)
        found = self.rows.in_bulk(ids)
        name = self.rows.model._meta.verbose_name
        errors: dict[Any, Any] = {}
        for place, one in enumerate(ids):
            if one not in found:
                errors[place] = [f"There is no {name} with the id {one}."]
            elif one in ids[:place]:
                errors[place] = ["It is given more than once."]
        if errors:
            raise serializers.ValidationError(errors)
        return [found[one] for one in ids]


class Labels(serializers.DictField):
    """Texts by language tag (BCP 47), at least one: `{"en": "concern", "fr": "préoccupation"}`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"child": Text(max_length=2000), "allow_empty": False, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("It must be an object: a text by language, such as {“en”: “concern”}.")
        wrong: dict[str, Any] = {}
        for tag in data:
            try:
                read_language(tag)
            except serializers.ValidationError as error:
                wrong[tag] = error.detail
        if wrong:
            raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


class Bytes(Text):
    """Bytes, written in base64 (RFC 4648, section 4)."""

    def to_internal_value(self, data: Any) -> bytes:  # type: ignore[override]  # bytes, where its base has a text
        text: str = super().to_internal_value(data)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("It is not base64 (RFC 4648, with padding, no line breaks).") from None
