"""What the OpenAPI document says of writes: bodies, conditions, keys, and all that they may answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import serializers

from config.http import problems
from config.http.openapi import (
    ETAG,
    RETRY_AFTER,
    ProblemSerializer,
    answers_to_everybody,
    example_of,
    id_of,
    in_words,
    problem_example,
    problem_response,
)
from config.writing import (
    idempotency,
    members,  # noqa: F401  # its extensions
)
from config.writing.batches import BatchSerializer, refusal

View = TypeVar("View", bound=type)
Body = type[serializers.BaseSerializer[Any]]

BY_TOKEN: Any = [{"token": []}]
STALE = problems.ProblemError(problems.PRECONDITION_FAILED, "")
NOT_KEPT = problems.ProblemError(problems.NOT_KEPT, "Operation 1 was refused.")
# a list of entity tags (RFC 9110, section 8.8.3)
TAGS = '^(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*$'
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": TAGS},
    OpenApiParameter.HEADER,
    required=True,
    description='The ETag that it was read with: `"7"`.',
)
KEY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description="A new UUID for each request. Sent again with the same key, a request does not act again but gets the "
    "same answer, for 24 hours.",
)
REPLAYED = OpenApiParameter(
    idempotency.REPLAYED,
    str,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="`true` where the answer is that of an earlier request with the same Idempotency-Key.",
)
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[201], description="Address of what was made."
)


class BatchResultSerializer(serializers.Serializer[Any]):
    """What became of one operation of a batch."""

    status = serializers.IntegerField(help_text="The HTTP status that it would have had by itself.")
    id = serializers.UUIDField(required=False, help_text="Of the row, where it was done.")
    etag = serializers.CharField(required=False, help_text="The version that the row has now, as for If-Match.")
    body = serializers.DictField(required=False, help_text="The row as it is now.")
    problem = ProblemSerializer(required=False, help_text="Why it was not done; pointers are into the whole body.")


class BatchAnswerSerializer(serializers.Serializer[Any]):
    """The results of a batch, in the order of its operations."""

    results = BatchResultSerializer(many=True)


@dataclass(frozen=True)
class Described:
    """What is said of one operation of a resource: the viewset's `method`, its name in batches, the operationId.

    `about` says what it does, `refused` why it may be refused (409); `answer` and `answer_example` stand where it does
    not answer the row alone.
    """

    method: str
    name: str
    operation_id: str
    summary: str
    about: str
    refused: str
    body: Body | None = None
    example: dict[str, Any] | None = None
    statuses: Sequence[int] = (200,)
    answer: Body | None = None
    answer_example: dict[str, Any] | None = None


@dataclass(frozen=True)
class Written:
    """What is said of the writes of one resource.

    `body` is of create and change, `example` of both; `create_body` and `create_example` where a new one takes more,
    `created` and `created_example` where it answers more. `wrong` names a member and what is said of its value;
    `conflict` is why the record may refuse it, `in_use` why it is not deleted.
    """

    noun: str
    plural: str
    answer: Body
    answer_example: dict[str, Any]
    body: Body
    example: dict[str, Any]
    change_example: dict[str, Any]
    wrong: tuple[str, str]
    conflict: str
    in_use: str
    about_create: str
    about_change: str = "Each member given is replaced, as a whole; those left out stay as they are."
    create_body: Body | None = None
    create_example: dict[str, Any] | None = None
    create_statuses: Sequence[int] = (201,)
    created: Body | None = None
    created_example: dict[str, Any] | None = None
    operations: Sequence[Described] = field(default_factory=tuple)


def written(one: Written) -> Callable[[View], View]:
    """Return the decorator that describes writes: `createSpeaker`, `changeSpeaker`, `deleteSpeaker` and so on."""
    return extend_schema_view(
        create=_create(one),
        partial_update=_change(one),
        destroy=_delete(one),
        batch=_batch(one),
        **{described.method: _operation(one, described) for described in one.operations},
    )


def both(*decorators: Callable[[View], View]) -> Callable[[View], View]:
    """Return the decorator that does what several do."""

    def decorate(view: View) -> View:
        for decorator in decorators:
            view = decorator(view)
        return view

    return decorate


def _create(one: Written) -> Any:
    answer, example = one.created or one.answer, one.created_example or one.answer_example
    return extend_schema(
        operation_id=f"create{one.noun}",
        tags=[in_words(one.plural)],
        auth=BY_TOKEN,
        summary=f"Create {_a(one.noun)}",
        description=one.about_create,
        parameters=[KEY, REPLAYED, LOCATION, ETAG, RETRY_AFTER],
        request=_request(one.create_body or one.body, one.noun, one.create_example or one.example),
        responses={
            **{status: _answer(answer, one.noun, example, status) for status in one.create_statuses},
            **_of_bodies(one),
            **_refused_by_role(),
            (409, problems.MEDIA_TYPE): _conflict(one.conflict),
            **_of_keys(),
            **answers_to_everybody(),
        },
    )


def _change(one: Written) -> Any:
    return extend_schema(
        operation_id=f"change{one.noun}",
        tags=[in_words(one.plural)],
        auth=BY_TOKEN,
        summary=f"Change {_a(one.noun)}",
        description=one.about_change,
        parameters=[id_of(one.noun), IF_MATCH, ETAG, RETRY_AFTER],
        request=_request(one.body, one.noun, one.change_example),
        responses={
            200: _answer(one.answer, one.noun, one.answer_example, 200),
            **_of_bodies(one),
            **_refused_by_role(),
            **_of_one(),
            (409, problems.MEDIA_TYPE): _conflict(one.conflict),
            **answers_to_everybody(),
        },
    )


def _delete(one: Written) -> Any:
    words = in_words(one.noun)
    return extend_schema(
        operation_id=f"delete{one.noun}",
        tags=[in_words(one.plural)],
        auth=BY_TOKEN,
        summary=f"Delete {_a(one.noun)}",
        description=f"Delete {_a(one.noun)} that nothing refers to. Its history stays.",
        parameters=[id_of(one.noun), IF_MATCH, ETAG, RETRY_AFTER],
        request=None,
        responses={
            204: OpenApiResponse(description=f"There is no such {words} any more."),
            (400, problems.MEDIA_TYPE): problem_response("If-Match cannot be read.", _unreadable_condition()),
            **_refused_by_role(),
            **_of_one(),
            (409, problems.MEDIA_TYPE): _conflict(one.in_use),
            **answers_to_everybody(),
        },
    )


def _operation(one: Written, described: Described) -> Any:
    answer, example = described.answer or one.answer, described.answer_example or one.answer_example
    return extend_schema(
        operation_id=described.operation_id,
        tags=[in_words(one.plural)],
        auth=BY_TOKEN,
        summary=described.summary,
        description=described.about,
        parameters=[id_of(one.noun), IF_MATCH, KEY, REPLAYED, ETAG, RETRY_AFTER],
        request=_request(described.body, described.summary, described.example or {}) if described.body else None,
        responses={
            **{status: _answer(answer, one.noun, example, status) for status in described.statuses},
            **_of_bodies(one),
            **_refused_by_role(),
            **_of_one(),
            (409, problems.MEDIA_TYPE): _conflict(described.refused),
            **_of_keys(),
            **answers_to_everybody(),
        },
    )


def _batch(one: Written) -> Any:
    row = str(one.answer_example["id"])
    wrong = problems.body_error(f"/{one.wrong[0]}", one.wrong[1])
    done = {"status": 200, "id": row, "etag": f'"{one.answer_example["version"]}"', "body": one.answer_example}
    refused = problems.ProblemError(
        problems.BATCH_REFUSED,
        f"Operation 1 (counted from 0) was refused: {wrong.detail}",
        members={"results": [refusal(NOT_KEPT, 0), refusal(wrong, 1)]},
    )
    asked = {
        "atomic": False,
        "operations": [
            {"op": "change", "id": row, "if_match": '"6"', "data": one.change_example},
            {"op": "create", "data": one.create_example or one.example},
        ],
    }
    names = ", ".join(["create, change, delete", *(described.name for described in one.operations)])
    return extend_schema(
        operation_id=f"batch{one.plural}",
        tags=[in_words(one.plural)],
        auth=BY_TOKEN,
        summary=f"Write many {in_words(one.plural)} at once",
        description=f"Up to 500 operations ({names}), done in their order, with a result for each. With `atomic` all "
        "are done or none.",
        parameters=[KEY, REPLAYED, RETRY_AFTER],
        request=_request(BatchSerializer, "Batch", asked),
        responses={
            200: OpenApiResponse(
                BatchAnswerSerializer,
                description="What became of each.",
                examples=[OpenApiExample("Batch", value={"results": [done, refusal(wrong, 1)]})],
            ),
            (400, problems.MEDIA_TYPE): problem_response(
                "It is no batch, so that nothing of it was done.",
                example_of(problems.body_error("/operations/1/op", f"It must be one of: {names}.")),
            ),
            (413, problems.MEDIA_TYPE): problem_response("It is too large.", problem_example(problems.TOO_LARGE)),
            (415, problems.MEDIA_TYPE): problem_response(
                "It is no JSON.", problem_example(problems.UNSUPPORTED_MEDIA_TYPE)
            ),
            (422, problems.MEDIA_TYPE): problem_response(
                "It is atomic, and one was refused; or the key is that of another request.",
                example_of(refused),
                problem_example(problems.KEY_REUSED),
            ),
            **answers_to_everybody(),
        },
    )


def _request(body: Any, name: str, example: dict[str, Any]) -> OpenApiRequest:
    return OpenApiRequest(body, examples=[OpenApiExample(name, value=example, request_only=True)])


def _answer(serializer: Any, noun: str, example: dict[str, Any], status: int) -> OpenApiResponse:
    description = f"The new {in_words(noun)}." if status == 201 else f"The {in_words(noun)} as it is now."
    return OpenApiResponse(serializer, description=description, examples=[OpenApiExample(noun, value=example)])


def _of_bodies(one: Written) -> dict[Any, OpenApiResponse]:
    name, sentence = one.wrong
    return {
        (400, problems.MEDIA_TYPE): problem_response(
            "The body, or a header, is wrong.",
            example_of(problems.body_error(f"/{name}", sentence)),
            _unreadable_condition(),
        ),
        (413, problems.MEDIA_TYPE): problem_response("It is too large.", problem_example(problems.TOO_LARGE)),
        (415, problems.MEDIA_TYPE): problem_response(
            "It is no JSON.", problem_example(problems.UNSUPPORTED_MEDIA_TYPE)
        ),
    }


def _unreadable_condition() -> OpenApiExample:
    return problem_example(problems.BAD_REQUEST, "A header cannot be read: detail says which, and what is right.")


def _refused_by_role() -> dict[Any, OpenApiResponse]:
    return {
        (403, problems.MEDIA_TYPE): problem_response(
            "Their role does not allow it.",
            problem_example(problems.FORBIDDEN, "It takes the role of curator; you act as contributor."),
        )
    }


def _of_one() -> dict[Any, OpenApiResponse]:
    return {
        (404, problems.MEDIA_TYPE): problem_response(
            "Nothing that they may see has this id.", problem_example(problems.NOT_FOUND)
        ),
        (412, problems.MEDIA_TYPE): problem_response("It was changed since it was read.", example_of(STALE)),
        (428, problems.MEDIA_TYPE): problem_response(
            "If-Match is missing.", problem_example(problems.PRECONDITION_REQUIRED)
        ),
    }


def _of_keys() -> dict[Any, OpenApiResponse]:
    return {
        (422, problems.MEDIA_TYPE): problem_response(
            "The Idempotency-Key is that of another request.", problem_example(problems.KEY_REUSED)
        )
    }


def _conflict(sentence: str) -> OpenApiResponse:
    return problem_response("The record refuses it.", problem_example(problems.CONFLICT, sentence))


def _a(noun: str) -> str:
    words = in_words(noun)
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"
