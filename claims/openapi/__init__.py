"""What the OpenAPI document says of each viewset: one decorator each."""

from claims.filters import ClaimFilters, EventFilters, SpeakerFilters, StatementFilters, TopicFilters
from claims.models.vocabularies import EventType
from claims.openapi import examples
from claims.serializers import (
    ClaimSerializer,
    EventSerializer,
    SpeakerDetailSerializer,
    SpeakerSerializer,
    StatementSerializer,
    TopicSerializer,
)
from config.http import problems
from config.http.openapi import documented

statement_api = documented(
    "Statement",
    "Statements",
    StatementSerializer,
    filters=StatementFilters,
    about_list=(
        "Who said what, when, as what, in which words, in which document: newest first by the day said, or by the "
        "source's date where nobody knows it. Different filters narrow each other; several values of one filter "
        "widen it."
    ),
    about_one="One statement with its speakers, words, appearances in documents, and relations to other statements.",
    example=examples.STATEMENT,
    wrong=("said_at", "“2023-02-30” is not a day, month or year of the calendar."),
    gone=problems.ProblemError(
        problems.GONE,
        "The agency corrected its dispatch: he said no such thing.",
        members={"withdrawn_at": "2024-10-02T07:15:03.218000Z"},
    ),
)

speaker_api = documented(
    "Speaker",
    "Speakers",
    SpeakerSerializer,
    filters=SpeakerFilters,
    detail_serializer=SpeakerDetailSerializer,
    about_list=(
        "Who can say something: people, organizations, states, groups, named or not. By name. What one said: "
        "`/api/v1/statements/?speaker=` and its id."
    ),
    about_one="A speaker with every spelling of the name, the roles held and pages in other registers.",
    example=examples.SPEAKER,
    detail_example=examples.SPEAKER_DETAIL,
    wrong=("type", "“minister” is not one of: person, organization, state, group."),
)

claim_api = documented(
    "Claim",
    "Claims",
    ClaimSerializer,
    filters=ClaimFilters,
    about_list="Propositions that statements affirm, deny or question, with what fact-checkers found. Newest first.",
    about_one="A claim with its reviews, and the address of the statements that take a position on it.",
    example=examples.CLAIM,
)

topic_api = documented(
    "Topic",
    "Topics",
    TopicSerializer,
    filters=TopicFilters,
    about_list="What statements are about, with labels per language. Newest first.",
    about_one="A topic, the broader one it is part of, and its pages in other registers.",
    example=examples.TOPIC,
)

event_api = documented(
    "Event",
    "Events",
    EventSerializer,
    filters=EventFilters,
    about_list="The occasions of statements: press conferences, summits, speeches. Newest first.",
    about_one="An occasion with its place and date.",
    example=examples.EVENT,
    wrong=("type", f"“party” is not one of: {', '.join(EventType.values)}."),
)
