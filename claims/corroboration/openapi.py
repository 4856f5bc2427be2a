"""What the OpenAPI document says of corroboration."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from claims.corroboration.serializers import ClaimCorroborationSerializer, StatementCorroborationSerializer
from claims.openapi import examples
from config.http import problems
from config.http.openapi import (
    RETRY_AFTER,
    answers_to_everybody,
    example_of,
    id_of,
    problem_example,
    problem_response,
)
from config.http.parameters import unknown_parameters

View = TypeVar("View", bound=type)

_SOURCE = examples.APPEARANCE["source"]
_WORDS = " […] ".join(one["exact"] for one in examples.APPEARANCE["segments"])
_DAY = {"published_at": "2023-09-22", "published_at_earliest": "2023-09-22", "published_at_latest": "2023-09-22"}
_CARRIED: dict[str, Any] = {
    **{name: examples.APPEARANCE[name] for name in ("id", "source", "quotation_type", "language", "is_headline")},
    **_DAY,
    "words": _WORDS,
    "relays": examples.APPEARANCE["relays"],
    "origin": 1,
}
_STATEMENT: dict[str, Any] = {
    "id": examples.STATEMENT["id"],
    "appearances": [_CARRIED],
    "earliest": _CARRIED,
    "variants": [
        {
            "text": _WORDS,
            "language": "fr",
            "quotation_types": ["mixed"],
            "appearances": [examples.APPEARANCE["id"]],
            **_DAY,
        }
    ],
    "independent_publishers": 1,
    "origins": [
        {
            "number": 1,
            "origin": _SOURCE["agency"] or _SOURCE["publisher"],
            "dispatches": [],
            "appearances": [examples.APPEARANCE["id"]],
            "publishers": [_SOURCE["publisher"]],
        }
    ],
}


def _said(first: str, last: str | None = None) -> dict[str, str]:
    return {"said_at": first, "said_at_earliest": first, "said_at_latest": last or first}


_AFFIRMED = {"statements": 2, "undated": 0, "since": _said("2023-09-13"), "until": _said("2023-11-04")}
_DENIED = {"statements": 1, "undated": 0, "since": _said("2023-09-15"), "until": _said("2023-09-15")}
_QUESTIONED: dict[str, Any] = {"statements": 0, "undated": 0, "since": None, "until": None}
_CLAIM: dict[str, Any] = {
    "claim": {name: examples.CLAIM[name] for name in ("id", "text")},
    "is_contested": True,
    "contested_since": _said("2023-09-15"),
    "affirms": {
        **_AFFIRMED,
        "speakers_total": 1,
        "speakers": [{"speaker": examples.KIRBY, **_AFFIRMED}],
        "independent_publishers": {"value": 2, "is_exact": True},
    },
    "denies": {
        **_DENIED,
        "speakers_total": 1,
        "speakers": [
            {
                "speaker": {
                    "id": "01923f6d-1b08-7a6f-b2d1-5c9e7f0a8341",
                    "type": "state",
                    "is_named": True,
                    "name": "Russia (government)",
                    "country": "RU",
                },
                **_DENIED,
            }
        ],
        "independent_publishers": {"value": 1, "is_exact": True},
    },
    "questions": {
        **_QUESTIONED,
        "speakers_total": 0,
        "speakers": [],
        "independent_publishers": {"value": 0, "is_exact": True},
    },
    "changed_sides_total": 0,
    "changed_sides": [],
    "reviews": examples.CLAIM["reviews"],
    "statements": examples.CLAIM["statements"],
}

_INDEPENDENCE = (
    "Documents are one dispatch where one repeats the other (`copy_of`), however often passed on, or where they have "
    "the very same words. A dispatch comes from the agency of the document that the others go back to, else from that "
    "document's publisher, else from the first agency or publisher of those that repeat it. All that comes from one "
    "agency or publisher counts once: its own publication and newspapers that carry its wire alike. A document of "
    "which nobody knows agency or publisher is an origin of its own, and no publisher. Headlines do not count. "
    "Statements that `repeat` others are not followed: what another said is another statement."
)


def _corroboration(
    noun: str, serializer: Any, example: dict[str, Any], about: str, also: dict[Any, Any], *parameters: OpenApiParameter
) -> Callable[[View], View]:
    called = noun.lower()
    return extend_schema_view(
        retrieve=extend_schema(
            operation_id=f"get{noun}Corroboration",
            tags=[f"{called}s"],
            summary=f"Get the corroboration of a {called}",
            description=f"{about}\n\n{_INDEPENDENCE}",
            parameters=[id_of(noun), *parameters, RETRY_AFTER, _TAG],
            responses={
                200: OpenApiResponse(
                    serializer,
                    description="What was found.",
                    examples=[OpenApiExample(f"{noun}Corroboration", value=example)],
                ),
                (400, problems.MEDIA_TYPE): problem_response(
                    "A parameter is wrong.", example_of(unknown_parameters(["limit"], ["fields", "omit"]))
                ),
                (404, problems.MEDIA_TYPE): problem_response(
                    "Nothing public has this id, or it is no UUID.", problem_example(problems.NOT_FOUND)
                ),
                **also,
                **answers_to_everybody(),
            },
        )
    )


_TAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200], description="Of all that is shown, for If-None-Match."
)

statement_corroboration_api = _corroboration(
    "Statement",
    StatementCorroborationSerializer,
    _STATEMENT,
    "Where a statement appears, where first, in which words, and from how many independent publishers.",
    {
        301: OpenApiResponse(
            description="It was found to be one with another statement, whose corroboration is at the address in "
            "Location."
        ),
        (410, problems.MEDIA_TYPE): problem_response(
            "It was public once, and was withdrawn.",
            problem_example(
                problems.GONE,
                "The agency corrected its dispatch: he said no such thing.",
                members={"withdrawn_at": "2024-10-02T07:15:03.218000Z"},
            ),
        ),
    },
    OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[301], description="Of the other."),
)

claim_corroboration_api = _corroboration(
    "Claim",
    ClaimCorroborationSerializer,
    _CLAIM,
    "Who affirms a claim, who denies and who questions it, since when, from how many independent publishers, whether "
    "it is contested, and who changed sides; by published statements, and by those who said them.",
    {},
)
