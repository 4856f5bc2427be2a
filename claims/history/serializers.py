"""How a history looks in answers. What is always there is required."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.http.serializers import TextOrNull
from config.writing.serializers import Number, WriteSerializer

ACTS = (
    "`create`, `change`, `delete`, `submit`, `recall` (taken back from review), `approve`, `return`, `publish`, "
    "`withdraw`, `merge`, `split`, `unite` (it was found to be one with another), `reanchor`, `restore` or `import`."
)


@extend_schema_field(OpenApiTypes.ANY)
class AnyValue(serializers.JSONField):
    """A text, number, flag, list of texts, reference (`id` and `name`) or part of a statement; null where there was,
    or is, none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)


class HistoryChangeSerializer(serializers.Serializer[Any]):
    """One difference to the version before."""

    field = serializers.CharField(help_text="Where: the names of members and keys of rows, such as `wordings/fr/text`.")
    label = serializers.CharField(help_text="The same in words.")  # type: ignore[assignment]  # DRF has an attribute of this name
    old = AnyValue(help_text="What it was before; null for what was added.")
    new = AnyValue(help_text="What it is since then; null for what was removed.")


class HistoryVersionSerializer(serializers.Serializer[Any]):
    """What changed at one moment."""

    number = serializers.IntegerField(min_value=1, help_text="1 is the first.")
    version = serializers.IntegerField(
        min_value=1, allow_null=True, help_text="What its ETag was since then; null for the public."
    )
    at = serializers.DateTimeField()
    act = serializers.CharField(help_text=f"What was done: {ACTS}")
    origin = TextOrNull(help_text="From where: admin, api, import, command or sql; null for the public.")
    by = TextOrNull(help_text="Who did it; null for the public.")
    why = TextOrNull(help_text="The reason given; for the public that of a withdrawal.")
    changes = HistoryChangeSerializer(many=True)


class HistoryPageSerializer(serializers.Serializer[Any]):
    """Versions, newest first."""

    results = HistoryVersionSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="Address of the next page, null on the last.")
    previous = serializers.URLField(allow_null=True, help_text="Address of the page before, null on the first.")


class RestoreBody(WriteSerializer):
    """Which version is to be restored."""

    number = Number(min_value=1, help_text="Its number in the history.")
