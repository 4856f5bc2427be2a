"""What OpenAPI says of the members of bodies beyond their types: forms, and that there are no others.

Answers stay open: a member may be added to them, and no client should break by it.
"""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension

from config.http.filters import LANGUAGE_FORM

FIELDS = "config.writing.serializers"


class _MemberExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """What is said of a field by itself, and `says` besides."""

    match_subclasses = True
    says: dict[str, Any]

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """Return the schema of the field."""
        return {**auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True), **self.says}


class LanguageExtension(_MemberExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """A tag of BCP 47."""

    target_class = f"{FIELDS}.Language"
    says = {"pattern": LANGUAGE_FORM}


class ReferencesExtension(_MemberExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """Each id once."""

    target_class = f"{FIELDS}.References"
    says = {"uniqueItems": True}


class SameAsExtension(ReferencesExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """Each address once."""

    target_class = "sources.serializers.SameAs"


class LabelsExtension(_MemberExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """At least one text."""

    target_class = f"{FIELDS}.Labels"
    says = {"minProperties": 1}


class BytesExtension(_MemberExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """Base64."""

    target_class = f"{FIELDS}.Bytes"
    says = {"format": "byte"}


class WebAddressExtension(_MemberExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """An address of the web."""

    target_class = "sources.serializers.WebAddress"
    says = {"pattern": r"^https?://\S+$"}


def allow_no_other_members(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Say of each body that a member it does not name is an error."""
    schemas: dict[str, Any] = result["components"]["schemas"]
    for name in _of_bodies(result):
        if "properties" in schemas[name]:
            schemas[name].setdefault("additionalProperties", False)
    return result


def _of_bodies(document: dict[str, Any]) -> set[str]:
    """The names of all schemas that request bodies are made of."""
    waiting = list(
        _references([one.get("requestBody") for path in document["paths"].values() for one in path.values()])
    )
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(document["components"]["schemas"][name])
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, below in part.items():
            if key == "$ref":
                yield part[key].rsplit("/", 1)[-1]
            else:
                yield from _references(below)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)
