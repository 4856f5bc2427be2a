"""The OpenAPI document: clean names, our filters' parameters, and the errors that every operation may answer."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiFilterExtension
from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import serializers

from config.http import problems
from config.http.filters import declared_filters, own_parameters
from config.http.parameters import unknown_parameters

View = TypeVar("View", bound=type)


class AutoSchema(SpectacularAutoSchema):
    """Names pages after what is on them (`StatementPage`), bodies of changes after what they do (`SpeakerChange`)."""

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def get_filter_backends(self) -> list[Any]:
        """Let every answer to GET say its parameters, not lists alone."""
        return list(getattr(self.view, "filter_backends", [])) if self.method == "GET" else []

    def _get_paginator(self) -> Any:
        """Tell the paginator what else is on a page of this view."""
        paginator: Any = super()._get_paginator()  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
        if paginator is not None:
            paginator.count_schema = self.resolve_serializer(CountSerializer(), "response").ref
            detail = getattr(self.view, "detail_serializer_class", None)
            expanded = detail._declared_fields.get("expanded") if detail else None
            paginator.expanded_schema = self.resolve_serializer(expanded, "response").ref if expanded else None
        return paginator

    def _unwrap_list_serializer(self, serializer: Any, direction: Any) -> Any:
        """Say of a list of objects how many it takes."""
        schema = super()._unwrap_list_serializer(serializer, direction)
        if direction != "request" or schema is None or not isinstance(serializer, serializers.ListSerializer):
            return schema
        given: Any = serializer
        bounds = {"minItems": given.min_length or int(not given.allow_empty), "maxItems": given.max_length}
        return {**schema, **{name: bound for name, bound in bounds.items() if bound}}

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        if direction != "request":
            return name
        plain = name.removesuffix("Request")
        patched = plain.removeprefix("Patched")
        return plain if patched == plain else f"{patched.removesuffix('Body')}Change"


class StrictFilterExtension(OpenApiFilterExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    """Each filter describes its own parameter."""

    target_class = "config.http.filters.StrictFilterBackend"
    match_subclasses = True
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        view = auto_schema.view
        return [one.parameter(name) for name, one in {**declared_filters(view), **own_parameters(view)}.items()]


class CountSerializer(serializers.Serializer[Any]):
    """How many rows there are."""

    value = serializers.IntegerField(min_value=0)
    is_exact = serializers.BooleanField(help_text="False where there are more than are counted.")


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter, or with one member of the body."""

    parameter = serializers.CharField(required=False, help_text="Name of the parameter.")
    pointer = serializers.CharField(
        required=False, help_text="JSON Pointer (RFC 6901) to the member; empty: all of it."
    )
    detail = serializers.CharField(help_text="What was wrong, and what would be right.")


class ProblemSerializer(serializers.Serializer[Any]):
    """An error, as RFC 9457 has it."""

    type = serializers.CharField(help_text="Which kind of error it is: an address below /api/problems/.")
    title = serializers.CharField(help_text="The kind of error in words.")
    status = serializers.IntegerField(help_text="The HTTP status once more.")
    detail = serializers.CharField(help_text="What went wrong this time.")
    withdrawn_at = serializers.DateTimeField(required=False, help_text="When it was withdrawn, where it was.")
    results = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="Of a batch that was refused: what became of each."
    )
    errors = FaultSerializer(  # type: ignore[assignment]  # DRF has an attribute of this name
        many=True, required=False, help_text="The parameters or members at fault, where one is."
    )


def problem_response(description: str, *examples: OpenApiExample) -> OpenApiResponse:
    """Return the response that is a problem document, with an example of each kind."""
    return OpenApiResponse(ProblemSerializer, description=description, examples=list(examples))


def problem_example(
    problem: problems.Problem,
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    members: dict[str, Any] | None = None,
) -> OpenApiExample:
    """Return an example made by the same function as the real answers."""
    return OpenApiExample(
        problem.slug,
        summary=problem.title,
        value=problems.document(problem, detail, errors, members),
        media_type=problems.MEDIA_TYPE,
    )


PARAMETERS_OF_LISTS = ["limit", "cursor", "count", "fields", "omit"]
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    response=[429, 503],
    description="Seconds to wait before trying again.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 201, 412],
    description='The version it has now, in quotation marks, for If-Match: `"7"`.',
)


def example_of(error: problems.ProblemError) -> OpenApiExample:
    return problem_example(error.problem, error.detail, error.errors, dict(error.members))


def _wrong_cursor() -> OpenApiExample:
    detail = "It belongs to another query."
    return problem_example(
        problems.INVALID_CURSOR,
        f"{detail} Start again without it.",
        [{"parameter": "cursor", "detail": detail}],
    )


def answers_to_everybody() -> dict[Any, OpenApiResponse]:
    """Return what any operation may answer, whatever it does."""
    return {
        (401, problems.MEDIA_TYPE): problem_response(
            "The token is no good.",
            problem_example(problems.UNAUTHORIZED, "This token expired on 2025-03-31: make another one."),
        ),
        (429, problems.MEDIA_TYPE): problem_response(
            "It was asked too often.",
            problem_example(
                problems.TOO_MANY, "300 requests a minute are answered for each address. Try again in 12 seconds."
            ),
        ),
        (503, problems.MEDIA_TYPE): problem_response(
            "It cannot be answered now.",
            problem_example(problems.TOO_SLOW),
            problem_example(problems.UNAVAILABLE, "The database cannot be reached now."),
        ),
    }


def in_words(noun: str) -> str:
    """Return a name in camel case as words: `intensity phrase`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", noun).lower()


def id_of(noun: str) -> OpenApiParameter:
    """Return the parameter in the path that says which row."""
    return OpenApiParameter(
        "id",
        {"type": "string", "format": "uuid"},
        OpenApiParameter.PATH,
        description=f"The {in_words(noun)}'s id.",
    )


def documented(
    noun: str,
    plural: str,
    serializer: type[serializers.BaseSerializer[Any]],
    *,
    about_list: str,
    about_one: str,
    example: dict[str, Any],
    filters: type[Any],
    wrong: tuple[str, str] = ("limit", "It must be a whole number from 1 to 100."),
    detail_serializer: type[serializers.BaseSerializer[Any]] | None = None,
    detail_example: dict[str, Any] | None = None,
    gone: problems.ProblemError | None = None,
    moved: str = "",
) -> Callable[[View], View]:
    """Return the decorator that describes a viewset: `listStatements` and `getStatement`, with examples.

    `filters` is the filterset of the list; `wrong` names one of its parameters and what an example says of its value.
    `gone` is what is answered, for example, for one that was withdrawn, where that can be; `moved` says when it
    leads to another address.
    """
    tag, words = in_words(plural), in_words(noun)
    known = [*filters.base_filters, *PARAMETERS_OF_LISTS]
    mistyped = next(iter(filters.base_filters))[:-1]
    in_list = extend_schema(
        operation_id=f"list{plural}",
        tags=[tag],
        summary=f"List {tag}",
        description=about_list,
        parameters=[RETRY_AFTER],
        responses={
            200: OpenApiResponse(
                serializer(many=True), description=f"A page of {tag}.", examples=[OpenApiExample(noun, value=example)]
            ),
            (400, problems.MEDIA_TYPE): problem_response(
                "A parameter is wrong.",
                example_of(unknown_parameters([mistyped], known)),
                example_of(problems.parameter_error(*wrong)),
                _wrong_cursor(),
            ),
            **answers_to_everybody(),
        },
    )
    alone = extend_schema(
        operation_id=f"get{noun}",
        tags=[tag],
        summary=f"Get one {words}",
        description=about_one,
        parameters=[
            id_of(noun),
            RETRY_AFTER,
            ETAG,
            *(
                [
                    OpenApiParameter(
                        "Location", str, OpenApiParameter.HEADER, response=[301], description="Of the other."
                    )
                ]
                if moved
                else []
            ),
        ],
        responses={
            200: OpenApiResponse(
                detail_serializer or serializer,
                description=f"The {words}.",
                examples=[OpenApiExample(noun, value=detail_example or example)],
            ),
            (400, problems.MEDIA_TYPE): problem_response(
                "There is a query parameter; this address takes none.", example_of(unknown_parameters(["limit"], []))
            ),
            (404, problems.MEDIA_TYPE): problem_response(
                "Nothing public has this id, or it is no UUID.", problem_example(problems.NOT_FOUND)
            ),
            **({301: OpenApiResponse(description=moved)} if moved else {}),
            **(
                {
                    (410, problems.MEDIA_TYPE): problem_response(
                        "It was public once, and was withdrawn.", example_of(gone)
                    )
                }
                if gone
                else {}
            ),
            **answers_to_everybody(),
        },
    )
    return extend_schema_view(list=in_list, retrieve=alone)


def say_null_plainly(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Let a nullable reference name null as an alternative: in OpenAPI 3.0 `nullable` beside `allOf` allows nothing."""
    schemas: dict[str, Any] = result["components"]["schemas"]
    for schema in list(schemas.values()):
        for name, described in schema.get("properties", {}).items():
            if described.get("nullable") and len(described.get("allOf", [])) == 1:
                rest = {key: value for key, value in described.items() if key != "allOf"}
                alternatives = [*described["allOf"], {"$ref": "#/components/schemas/Null"}]
                schema["properties"][name] = {"oneOf": alternatives, **rest}
                schemas.setdefault("Null", {"enum": [None]})
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result
