"""What the OpenAPI document says of documents and publishers, with one example for all who show them."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from config.http import problems
from config.http.openapi import (
    RETRY_AFTER,
    answers_to_everybody,
    documented,
    example_of,
    id_of,
    problem_example,
    problem_response,
)
from config.writing.openapi import Described, Written, both, written
from sources.filters import PublisherFilters, SourceFilters
from sources.serializers import (
    FullTextSerializer,
    ImportBody,
    ImportedSourceSerializer,
    PublisherBody,
    PublisherSerializer,
    RevisionBody,
    SourceBody,
    SourceDetailSerializer,
    SourceSerializer,
)

AGENCY: dict[str, Any] = {"id": "01923f6c-8a10-7c41-9d02-5b1e6a7f3c01", "name": "Agence des Deux Caps"}

PUBLISHER: dict[str, Any] = {
    **AGENCY,
    "kind": "news_agency",
    "country": "FR",
    "homepage": "https://depeches.example/",
    "same_as": [],
    "version": 7,
}

SOURCE_BRIEF: dict[str, Any] = {
    "id": "01923f6c-8a22-7e05-8f7a-2c9d4b60e802",
    "type": "dispatch",
    "title": "Liens entre Moscou et Pyongyang : Washington et Séoul s’alarment",
    "url": "https://depeches.example/2023/09/moscou-pyongyang-liens",
    "language": "fr",
    "published_at": "2023-09-22",
    "publisher": AGENCY,
    "agency": None,
}

SOURCE: dict[str, Any] = {
    **SOURCE_BRIEF,
    "copy_of": None,
    "authors": [],
    "translator": None,
    "published_at_earliest": "2023-09-22",
    "published_at_latest": "2023-09-22",
    "retrieved_at": "2024-09-29T08:12:44.000000Z",
    "archived_at": None,
    "licence": "all-rights-reserved",
    "version": 7,
}

SOURCE_DETAIL: dict[str, Any] = {
    **SOURCE,
    "revisions": [
        {
            "number": 1,
            "sha256": "5f0c8a1e7d2b46930fae1c57b8d4e2690a3b7c1d8e5f4260917bd3ca86ef0512",
            "created_at": "2024-09-29T08:12:44.310211Z",
        }
    ],
    "text": None,
}

IN_USE = "Other rows refer to it: sources: 3. Change or delete these first."
IMPORTED: dict[str, Any] = {**SOURCE_DETAIL, "outcome": "created"}
WORDS = "Washington et Séoul se disent préoccupés par les liens entre Moscou et Pyongyang."
FULL_TEXT: dict[str, Any] = {"number": 1, "sha256": SOURCE_DETAIL["revisions"][0]["sha256"], "text": WORDS}

publisher_api = both(
    documented(
        "Publisher",
        "Publishers",
        PublisherSerializer,
        filters=PublisherFilters,
        about_list="Who puts documents out: newspapers, agencies, ministries' press offices. By name.",
        about_one="A publisher with its pages in other registers.",
        example=PUBLISHER,
        wrong=("country", "“France” is not a country: write two capital letters (ISO 3166-1), such as FR."),
    ),
    written(
        Written(
            "Publisher",
            "Publishers",
            answer=PublisherSerializer,
            answer_example=PUBLISHER,
            body=PublisherBody,
            example={
                "name": AGENCY["name"],
                "kind": "news_agency",
                "country": "FR",
                "homepage": "https://depeches.example/",
                "same_as": ["https://www.wikidata.org/entity/Q40464"],
            },
            change_example={"country": "FR"},
            wrong=("country", "A country is two capital letters (ISO 3166-1), such as FR."),
            conflict="This address is already recorded.",
            in_use=IN_USE,
            about_create="A publisher becomes public with the first published statement that needs it.",
        )
    ),
)

_source_text = extend_schema(
    operation_id="getSourceText",
    tags=["sources"],
    summary="Get the text of a source",
    description="The whole text of a revision, the latest without `revision`: for contributors and above, and for "
    "everybody where the licence is open.",
    parameters=[
        id_of("Source"),
        OpenApiParameter(
            "revision",
            {"type": "integer", "minimum": 1, "maximum": 999_999},
            description="Number of the revision, from 1.",
            required=False,
        ),
        RETRY_AFTER,
    ],
    responses={
        200: OpenApiResponse(
            FullTextSerializer, description="The text.", examples=[OpenApiExample("Text", value=FULL_TEXT)]
        ),
        (400, problems.MEDIA_TYPE): problem_response(
            "A parameter is wrong.",
            example_of(problems.parameter_error("revision", "It must be the number of a revision, from 1.")),
        ),
        (403, problems.MEDIA_TYPE): problem_response(
            "The licence is not open.",
            problem_example(problems.FORBIDDEN, "It takes the role of contributor; you act as public."),
        ),
        (404, problems.MEDIA_TYPE): problem_response(
            "There is no such source or revision.", problem_example(problems.NOT_FOUND)
        ),
        **answers_to_everybody(),
    },
)

source_api = both(
    documented(
        "Source",
        "Sources",
        SourceSerializer,
        filters=SourceFilters,
        detail_serializer=SourceDetailSerializer,
        about_list=(
            "Documents in which published statements appear, newest first. What is said in one: "
            "`/api/v1/statements/?source=` and its id."
        ),
        about_one="A document with its revisions; with its text where the licence is open.",
        example=SOURCE,
        detail_example=SOURCE_DETAIL,
        wrong=("published_after", "“2023-02-30” is not a day, month or year of the calendar."),
    ),
    written(
        Written(
            "Source",
            "Sources",
            answer=SourceDetailSerializer,
            answer_example=SOURCE_DETAIL,
            body=SourceBody,
            example={"title": SOURCE["title"], "language": "fr"},
            change_example={"published_at": "2023-09-22", "publisher": AGENCY["id"]},
            create_body=ImportBody,
            create_example={
                "text": WORDS,
                "title": SOURCE["title"],
                "url": SOURCE["url"],
                "publisher": AGENCY["id"],
                "language": "fr",
                "published_at": "2023-09-22",
                "type": "dispatch",
            },
            create_statuses=(200, 201),
            created=ImportedSourceSerializer,
            created_example=IMPORTED,
            wrong=("language", "“french” is not a language: write a tag of BCP 47, such as fr or en-GB."),
            conflict="This address is already recorded.",
            in_use="Other rows refer to it: appearances: 3. Change or delete these first.",
            about_create=(
                "Import a document once: 201 where it is new (`outcome` created, or new_revision where its address was "
                "recorded with other words), 200 where it was there (unchanged, duplicate). What is not given is "
                "looked for in the document."
            ),
            about_change="What is known of the document; its words never change: add a revision.",
            operations=[
                Described(
                    "revise",
                    "revisions",
                    "addRevision",
                    "Add a revision",
                    "Newer words of the document: 201, or 200 where one of its revisions has them already.",
                    "A revision of this source has these words already.",
                    body=RevisionBody,
                    example={"text": WORDS},
                    statuses=(200, 201),
                    answer=ImportedSourceSerializer,
                    answer_example={**IMPORTED, "outcome": "new_revision"},
                )
            ],
        )
    ),
    extend_schema_view(text=_source_text),
)
