"""Bodies of writes: right ones, and members that no write takes, out of the models and the OpenAPI document."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Model

from tests.leaks.filling import NOBODY
from tests.leaks.hidden import APPS

#: what programs that assign everything take, whatever the model is
ALWAYS = {
    "id",
    "pk",
    "version",
    "status",
    "is_public",
    "merged_into",
    "created_by",
    "created_by_id",
    "submitted_by",
    "reviewed_by",
    "is_self_reviewed",
    "published_at",
    "created_at",
    "updated_at",
    "withdrawn_at",
    "withdrawn_reason",
    "returned_reason",
    "anchor_state",
    "sort_date",
    "is_superuser",
    "is_staff",
    "groups",
    "user",
    "_state",
    "__class__",
    "pgh_context",
}
#: values that no member is made for, each at least for some
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    " ",
    "odd",
    "\0",
    "\ud800",
    "x" * 70_000,
    NOBODY,
    "9999-99-99",
    [],
    [None],
    ["odd", "odd"],
    [{}],
    [[[]]],
    {},
    {"odd": {}},
    {"en": None},
]
#: what is posted to be answered and not kept
READING = {"/api/v1/quotes/check/"}
_numbers = count(1)


def right_body(name: str, rows: Mapping[str, str]) -> dict[str, Any]:
    """Return a body that creates a row of the resource with this name in addresses; `rows` are ids by such names.

    Raise KeyError for a resource of which nobody has said what a right body is.
    """
    number = next(_numbers)
    bodies: dict[str, dict[str, Any]] = {
        "claims": {"text": {"en": f"Claim {number}."}},
        "events": {"name": f"Event {number}"},
        "intensity-phrases": {"language": "fr", "phrase": f"intense {number}", "intensity": 2},
        "memberships": {"speaker": rows["speakers"], "role": rows["roles"], "start": "2020"},
        "publishers": {"name": f"Publisher {number}"},
        "quotes": {"words": f"Words {number}."},
        "roles": {"labels": {"en": f"role {number}"}},
        "sources": {"title": f"Source {number}", "text": f"Words of document {number}.", "language": "en"},
        "speakers": {"name": f"Speaker {number}"},
        "statements": {
            "speakers": [{"speaker": rows["speakers"]}],
            "wordings": [{"language": "en", "text": f"Words {number}."}],
        },
        "topics": {"labels": {"en": f"topic {number}"}},
    }
    return bodies[name]


def undocumented(model: type[Model] | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a likely value for each field of a model, and for what all have, that is not among the properties."""
    found: dict[str, Any] = {name: _likely(name) for name in sorted(ALWAYS)}
    for field in model._meta.get_fields(include_hidden=True) if model else ():
        if isinstance(field, models.Field):
            found[field.name] = found[field.attname] = _of_field(field)
        elif accessor := getattr(field, "get_accessor_name", lambda: None)():
            found[accessor] = [{}]
    return {name: value for name, value in found.items() if name not in properties}


def field_names() -> set[str]:
    """The names of all fields of the record, and of what all have."""
    every = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return ALWAYS | {field.name for model in every for field in model._meta.concrete_fields}


def properties_of(schema: Mapping[str, Any] | None, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the documented members of a body."""
    return dict(_resolved(schema or {}, document).get("properties", {}))


def nested(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[tuple[Any, list[str]]]:
    """Yield, for each object inside a body, a body with only that object in it, and pointers to what is wrong there.

    The object has all the names that any model has and its schema has not.
    """
    for name, below in properties_of(schema, document).items():
        for value, pointers in _inside(below, document):
            yield {name: value}, [f"/{name}{one}" for one in pointers]


def _inside(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[tuple[Any, list[str]]]:
    schema = _resolved(schema, document)
    if schema.get("type") == "array":
        for value, pointers in _inside(schema["items"], document):
            yield [value], [f"/0{one}" for one in pointers]
    elif "properties" in schema:
        unknown = sorted(field_names() - set(schema["properties"]))
        yield {name: _likely(name) for name in unknown}, [f"/{name}" for name in unknown]
        yield from nested(schema, document)


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind a reference, and the first alternative that is more than null."""
    if "$ref" in schema:
        return _resolved(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document)
    for among in ("allOf", "oneOf"):
        if among in schema:
            return _resolved(schema[among][0], document)
    return schema


def _likely(name: str) -> Any:
    if name.startswith("is_"):
        return True
    if name.endswith("_at"):
        return "2020-01-01T00:00:00Z"
    if name in {"version", "number", "start", "end", "level", "position"}:
        return 99
    return {"status": "published", "id": NOBODY, "pk": NOBODY}.get(name, "assigned")


def _of_field(field: "models.Field[Any, Any]") -> Any:
    if field.choices:
        return list(dict(field.flatchoices))[-1]
    related = field.related_model
    if isinstance(related, type) and issubclass(related, Model):
        key: Any = related._default_manager.order_by("pk").values_list("pk", flat=True).first()
        return str(key) if isinstance(key, UUID) else key
    for kind, value in (
        (models.BooleanField, True),
        (models.IntegerField, 99),
        (models.DateTimeField, "2020-01-01T00:00:00Z"),
        (models.DateField, "2020-01-01"),
        (models.UUIDField, NOBODY),
        (models.JSONField, {"en": "assigned"}),
    ):
        if isinstance(field, kind):
            return value
    return "assigned"
