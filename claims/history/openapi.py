"""What the OpenAPI document says of histories."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, OpenApiRequest, OpenApiResponse, extend_schema, extend_schema_view

from claims.history.paging import PARAMETERS
from claims.history.serializers import HistoryPageSerializer, RestoreBody
from claims.openapi import examples
from claims.serializers import StatementSerializer
from config.http import problems
from config.http.openapi import (
    ETAG,
    RETRY_AFTER,
    answers_to_everybody,
    example_of,
    id_of,
    problem_example,
    problem_response,
)
from config.http.parameters import unknown_parameters
from config.writing.openapi import BY_TOKEN, IF_MATCH, KEY, REPLAYED, STALE

View = TypeVar("View", bound=type)

_SPEAKER = {"id": "01923f6c-8a31-7b7e-a0c4-3f5d2e81b905", "name": "John Kirby"}

_STATEMENT: list[dict[str, Any]] = [
    {
        "number": 2,
        "version": None,
        "at": "2024-10-02T07:15:03.218000Z",
        "act": "withdraw",
        "origin": None,
        "by": None,
        "why": "The agency corrected its dispatch: he said no such thing.",
        "changes": [
            {"field": "status", "label": "Status", "old": "published", "new": "withdrawn"},
            {
                "field": "withdrawn_reason",
                "label": "Withdrawn because",
                "old": None,
                "new": "The agency corrected its dispatch: he said no such thing.",
            },
        ],
    },
    {
        "number": 1,
        "version": None,
        "at": "2024-09-30T16:40:11.904512Z",
        "act": "publish",
        "origin": None,
        "by": None,
        "why": None,
        "changes": [
            {"field": "status", "label": "Status", "old": None, "new": "published"},
            {"field": "act", "label": "Act", "old": None, "new": "express"},
            {
                "field": "attributions/01923f6c-8a44-7d10-8e21-90c5b7f3d614",
                "label": "Attribution (John Kirby)",
                "old": None,
                "new": {"speaker": _SPEAKER, "kind": "speaker", "role": None, "certainty": "certain"},
            },
            {
                "field": "wordings/en",
                "label": "Wording (en)",
                "old": None,
                "new": {"language": "en", "text": "a profound concern", "is_original": True, "translator": None},
            },
        ],
    },
]

_EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "Statement": _STATEMENT,
    "Speaker": [
        {
            **_STATEMENT[0],
            "act": "change",
            "why": None,
            "changes": [{"field": "name", "label": "Name", "old": "J. Kirby", "new": "John Kirby"}],
        }
    ],
    "Source": [
        {
            **_STATEMENT[0],
            "act": "change",
            "why": None,
            "changes": [
                {"field": "published_at", "label": "Published", "old": "2023-09", "new": "2023-09-22"},
                {"field": "revisions/2", "label": "Text of a source (2)", "old": None, "new": {"number": 2}},
            ],
        }
    ],
}


def history_api(noun: str, note: str) -> Callable[[View], View]:
    """Return the decorator that describes the history of one kind of row: `getStatementHistory`."""
    called = noun.lower()
    page = {"results": _EXAMPLES[noun], "next": None, "previous": None}
    begins = (
        "For the public it begins with its publication; what was corrected while it was not public is one version."
        if noun == "Statement"
        else "For the public it begins as it was when it became public, and shows what is public."
    )
    return extend_schema_view(
        retrieve=extend_schema(
            operation_id=f"get{noun}History",
            tags=[f"{called}s"],
            summary=f"Get the history of a {called}",
            description=f"What it was before, newest first, field by field. {begins} {note}",
            parameters=[id_of(noun), *PARAMETERS, RETRY_AFTER],
            responses={
                200: OpenApiResponse(
                    HistoryPageSerializer,
                    description="A page of versions.",
                    examples=[OpenApiExample(f"{noun}History", value=page)],
                ),
                (400, problems.MEDIA_TYPE): problem_response(
                    "A parameter is wrong.",
                    example_of(unknown_parameters(["cursor"], ["limit", "before"])),
                    example_of(problems.parameter_error("before", "It must be a whole number from 1 to 2147483647.")),
                ),
                (404, problems.MEDIA_TYPE): problem_response(
                    "Nothing that was ever public has this id, or it is no UUID.", problem_example(problems.NOT_FOUND)
                ),
                **answers_to_everybody(),
            },
        )
    )


restore_api = extend_schema_view(
    restore=extend_schema(
        operation_id="restoreStatement",
        tags=["statements"],
        auth=BY_TOKEN,
        summary="Restore an earlier version of a statement",
        description=(
            "Makes what a draft said in an earlier version its content again, as a new version: `number` is that of "
            "its history. Speakers that were merged since are followed to the living ones."
        ),
        parameters=[id_of("Statement"), IF_MATCH, KEY, REPLAYED, ETAG, RETRY_AFTER],
        request=OpenApiRequest(
            RestoreBody, examples=[OpenApiExample("Restore", value={"number": 2}, request_only=True)]
        ),
        responses={
            200: OpenApiResponse(
                StatementSerializer,
                description="The statement as it is now.",
                examples=[OpenApiExample("Statement", value=examples.STATEMENT)],
            ),
            (400, problems.MEDIA_TYPE): problem_response(
                "The body, or a header, is wrong.",
                example_of(problems.body_error("/number", "There is no version 9 of it.")),
            ),
            (403, problems.MEDIA_TYPE): problem_response(
                "Their role does not allow it.",
                problem_example(problems.FORBIDDEN, "It takes the role of curator; you act as contributor."),
            ),
            (404, problems.MEDIA_TYPE): problem_response(
                "Nothing that they may see has this id.", problem_example(problems.NOT_FOUND)
            ),
            (409, problems.MEDIA_TYPE): problem_response(
                "It is no draft, says that already, or what that version names is gone.",
                problem_example(problems.CONFLICT, "It says what it said in version 2 already."),
            ),
            (412, problems.MEDIA_TYPE): problem_response("It was changed since it was read.", example_of(STALE)),
            (413, problems.MEDIA_TYPE): problem_response("It is too large.", problem_example(problems.TOO_LARGE)),
            (415, problems.MEDIA_TYPE): problem_response(
                "It is no JSON.", problem_example(problems.UNSUPPORTED_MEDIA_TYPE)
            ),
            (422, problems.MEDIA_TYPE): problem_response(
                "The Idempotency-Key is that of another request.", problem_example(problems.KEY_REUSED)
            ),
            (428, problems.MEDIA_TYPE): problem_response(
                "If-Match is missing.", problem_example(problems.PRECONDITION_REQUIRED)
            ),
            **answers_to_everybody(),
        },
    )
)
