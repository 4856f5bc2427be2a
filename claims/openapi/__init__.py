"""What the OpenAPI document says of each viewset: one decorator each."""

from claims.openapi import examples
from claims.serializers import (
    ClaimSerializer,
    EventSerializer,
    SpeakerDetailSerializer,
    SpeakerSerializer,
    StatementSerializer,
    TopicSerializer,
)
from config.http.openapi import documented

statement_api = documented(
    "Statement",
    "Statements",
    StatementSerializer,
    about_list=(
        "Who said what, when, as what, in which words, in which document: newest first by the day said, or by the "
        "source's date where nobody knows it. Different filters narrow each other; several values of one filter widen it."
    ),
    about_one="One statement with its speakers, words, appearances in documents, and relations to other statements.",
    example=examples.STATEMENT,
    parameters="act, attitude, claim, dates, language, parts, q, quotation_type, relayed_by, said_after, said_at, "
    "said_before, source, speaker, topic",
    wrong=("said_at", "“2023-02-30” is not a day, month or year of the calendar."),
)

speaker_api = documented(
    "Speaker",
    "Speakers",
    SpeakerSerializer,
    detail_serializer=SpeakerDetailSerializer,
    about_list=(
        "Who can say something: people, organizations, states, groups, named or not. By name. What one said: "
        "`/api/v1/statements/?speaker=` and its id."
    ),
    about_one="A speaker with every spelling of the name, the roles held and pages in other registers.",
    example=examples.SPEAKER,
    detail_example=examples.SPEAKER_DETAIL,
    parameters="country, name, type",
    wrong=("type", "“minister” is not one of: person, organization, state, group."),
)

claim_api = documented(
    "Claim",
    "Claims",
    ClaimSerializer,
    about_list="Propositions that statements affirm, deny or question, with what fact-checkers found. Newest first.",
    about_one="A claim with its reviews, and the address of the statements that take a position on it.",
    example=examples.CLAIM,
    parameters="text",
)

topic_api = documented(
    "Topic",
    "Topics",
    TopicSerializer,
    about_list="What statements are about, with labels per language. Newest first.",
    about_one="A topic, the broader one it is part of, and its pages in other registers.",
    example=examples.TOPIC,
    parameters="label",
)

event_api = documented(
    "Event",
    "Events",
    EventSerializer,
    about_list="The occasions of statements: press conferences, summits, speeches. Newest first.",
    about_one="An occasion with its place and date.",
    example=examples.EVENT,
    parameters="name, type",
    wrong=(
        "type",
        "“party” is not one of: press_conference, summit, meeting, speech, interview, statement, hearing, "
        "conference, visit, other.",
    ),
)
