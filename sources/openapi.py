"""What the OpenAPI document says of documents and publishers, with one example for all who show them."""

from typing import Any

from config.http.openapi import documented
from sources.filters import PublisherFilters, SourceFilters
from sources.serializers import PublisherSerializer, SourceDetailSerializer, SourceSerializer

AGENCY: dict[str, Any] = {"id": "01923f6c-8a10-7c41-9d02-5b1e6a7f3c01", "name": "Agence des Deux Caps"}

PUBLISHER: dict[str, Any] = {
    **AGENCY,
    "kind": "news_agency",
    "country": "FR",
    "homepage": "https://depeches.example/",
    "same_as": [],
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

publisher_api = documented(
    "Publisher",
    "Publishers",
    PublisherSerializer,
    filters=PublisherFilters,
    about_list="Who puts documents out: newspapers, agencies, ministries' press offices. By name.",
    about_one="A publisher with its pages in other registers.",
    example=PUBLISHER,
    wrong=("country", "“France” is not a country: write two capital letters (ISO 3166-1), such as FR."),
)

source_api = documented(
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
)
