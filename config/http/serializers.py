"""Fields of answers. What is not known is null, never an empty string."""

from datetime import date
from typing import Any

from rest_framework import serializers


class TextOrNull(serializers.CharField):
    """A text; null where the record has none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]  # the stubs know no null
        return str(value) or None


class UrlOrNull(serializers.URLField):
    """An http(s) address; null where the record has none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)


class Urls(serializers.ListField):
    """The addresses of related rows."""

    child = serializers.URLField()

    def to_representation(self, rows: Any) -> list[str]:
        return [row.url for row in rows.all()]


class ChoiceOrNull(serializers.ChoiceField):
    """A term of a closed vocabulary; null where the record has none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return None if value == "" else super().to_representation(value)


class DateBound(serializers.DateField):
    """The first or last day that a partial date can mean; null where the date is undated or open at that end."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: date) -> str | None:  # type: ignore[override]  # the stubs know no null
        return None if value in (date.min, date.max) else super().to_representation(value)


class Labels(serializers.DictField):
    """Texts by language tag (BCP 47): `{"en": "concern", "fr": "préoccupation"}`."""

    child = serializers.CharField()


class HexField(serializers.CharField):
    """Bytes as lower-case hexadecimal digits."""

    def to_representation(self, value: Any) -> str:
        return bytes(value).hex()


class PublicOnly:
    """A nested serializer that answers null to the public for what it may not see (`sees_all` of the context)."""

    def get_attribute(self, instance: Any) -> Any:
        found = super().get_attribute(instance)  # type: ignore[misc]  # mixed into a field
        if found is None or found.is_public or self.context.get("sees_all"):  # type: ignore[attr-defined]  # mixed into a field
            return found
        return None


class Version(serializers.IntegerField):
    """How often the row and what belongs to it was changed; in quotation marks it is the ETag."""

    def __init__(self, **kwargs: Any) -> None:
        about = "Grows with each change; in quotation marks it is the ETag that If-Match takes."
        super().__init__(**{"min_value": 1, "help_text": about, **kwargs})
