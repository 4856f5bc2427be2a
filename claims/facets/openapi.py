"""What the OpenAPI document says of facets and the timeline."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from claims.facets.querysets.hits import CAP
from claims.facets.serializers import StatementFacetsSerializer, StatementTimelineSerializer
from claims.openapi import examples
from config.http import problems
from config.http.openapi import RETRY_AFTER, answers_to_everybody, example_of, problem_response
from config.http.parameters import unknown_parameters

Method = TypeVar("Method", bound=Callable[..., Any])

_ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="Changes with what was counted; as If-None-Match it is answered by 304 where nothing has changed.",
)

_ABOUT_COUNTING = (
    f"Takes every filter of `/api/v1/statements/`. Exact over at most {CAP:,} statements; where more are asked for, "
    f"the newest {CAP:,} are counted, and `count.is_exact` is false."
)
_ABOUT_FACETS = f"""\
How many of the statements that a list answers have which value: who speaks most of it, in which documents, in which
months. A statement with several values, of joint speakers or in two documents, counts once for each. {_ABOUT_COUNTING}

Each value is what the filter of the same name takes, which then answers so many statements. Topics are those given to a
statement, without broader ones (`narrower=false`); `year` and `month` are for `said_at`, and where a date may lie in
several of them it counts as missing. Of these the last `size` are answered, of other facets those with most statements.
"""
_ABOUT_TIMELINE = f"""\
How often and how strongly something was said, month by month or year by year, in the order of time; a period in which
nothing was said is left out. With `speaker` and `topic` it answers how somebody's wording on something moved: each
period has its acts and attitudes, the phrases that show how strong it is, and the strongest statements in their words.
What is undated, or may have been said in several periods, is `unplaced`. {_ABOUT_COUNTING}
"""

_FACETS: dict[str, Any] = {
    "count": {"value": 3, "is_exact": True},
    "facets": {
        "speaker": {
            "values": [
                {"value": examples.KIRBY["id"], "label": examples.KIRBY["name"], "labels": None, "count": 2},
                {
                    "value": examples.UNITED_STATES["id"],
                    "label": examples.UNITED_STATES["name"],
                    "labels": None,
                    "count": 1,
                },
            ],
            "is_complete": True,
            "missing": 0,
        },
        "topic": {
            "values": [
                {
                    "value": examples.TOPIC_BRIEF["id"],
                    "label": None,
                    "labels": examples.TOPIC_BRIEF["labels"],
                    "count": 2,
                }
            ],
            "is_complete": True,
            "missing": 1,
        },
        "month": {
            "values": [{"value": "2023-09", "label": None, "labels": None, "count": 2}],
            "is_complete": True,
            "missing": 1,
        },
    },
}
_TIMELINE: dict[str, Any] = {
    "count": {"value": 3, "is_exact": True},
    "interval": "month",
    "periods": [
        {
            "period": "2023-09",
            "count": 2,
            "intensity": {"mild": 0, "marked": 0, "extreme": 1, "none": 1},
            "mean_intensity": 3.0,
            "acts": [{"value": "assert", "count": 1}, {"value": "express", "count": 1}],
            "attitudes": [{"value": "concern", "count": 1}],
            "phrases": [{"phrase": "profonde", "intensity": 3, "attitude": "concern", "count": 1}],
            "strongest": [
                {
                    "id": examples.STATEMENT["id"],
                    "said_at": "2023-09-13",
                    "intensity": 3,
                    "intensity_phrase": "profonde",
                    "wording": {"language": "fr", "text": "profonde préoccupation"},
                },
                {
                    "id": "01923f6e-0c12-7d3a-9b40-5e6f7a8b9c0d",
                    "said_at": "2023-09",
                    "intensity": None,
                    "intensity_phrase": None,
                    "wording": {"language": "en", "text": "There is a military partnership."},
                },
            ],
        }
    ],
    "is_complete": True,
    "unplaced": 1,
}


def _counting_api(
    operation: str,
    summary: str,
    about: str,
    serializer: type[serializers.Serializer[Any]],
    example: dict[str, Any],
    wrong: list[problems.ProblemError],
) -> Callable[[Method], Method]:
    return extend_schema(
        operation_id=operation,
        tags=["statements"],
        summary=summary,
        description=about,
        parameters=[RETRY_AFTER, _ETAG],
        responses={
            200: OpenApiResponse(
                serializer, description="What was counted.", examples=[OpenApiExample("Counted", value=example)]
            ),
            (400, problems.MEDIA_TYPE): problem_response("A parameter is wrong.", *(example_of(one) for one in wrong)),
            **answers_to_everybody(),
        },
    )


facets_api = _counting_api(
    "countStatementFacets",
    "Count statements by what they have",
    _ABOUT_FACETS,
    StatementFacetsSerializer,
    _FACETS,
    [
        unknown_parameters(["limit"], ["facet", "size", "speaker"]),
        problems.parameter_error("facet", "“speakers” is not one of: speaker, speaker_type, country."),
    ],
)
timeline_api = _counting_api(
    "countStatementTimeline",
    "Count statements month by month",
    _ABOUT_TIMELINE,
    StatementTimelineSerializer,
    _TIMELINE,
    [
        unknown_parameters(["limit"], ["interval", "speaker"]),
        problems.parameter_error("interval", "“week” is not one of: month, year."),
    ],
)
