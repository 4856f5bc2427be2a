"""What the OpenAPI document says of each viewset: one decorator each."""

from claims.bodies import (
    ClaimBody,
    EventBody,
    IntensityPhraseBody,
    MembershipBody,
    MergeBody,
    RoleBody,
    SpeakerBody,
    SplitBody,
    TopicBody,
    TopicMergeBody,
)
from claims.filters import (
    ClaimFilters,
    EventFilters,
    IntensityPhraseFilters,
    MembershipFilters,
    RoleFilters,
    SpeakerFilters,
    TopicFilters,
)
from claims.models.vocabularies import EventType, RoleCategory
from claims.openapi import examples
from claims.serializers import (
    ClaimSerializer,
    EventSerializer,
    IntensityPhraseSerializer,
    MembershipDetailSerializer,
    RoleDetailSerializer,
    SpeakerDetailSerializer,
    SpeakerSerializer,
    TopicSerializer,
)
from config.http import problems
from config.http.openapi import documented
from config.writing.openapi import Described, Written, both, written

PUBLIC_WITH = "It becomes public with the first published statement that needs it."

speaker_api = both(
    documented(
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
        moved="It was found to be the same as another speaker: Location says which.",
    ),
    written(
        Written(
            "Speaker",
            "Speakers",
            answer=SpeakerDetailSerializer,
            answer_example=examples.SPEAKER_DETAIL,
            body=SpeakerBody,
            example=examples.SPEAKER_BODY,
            change_example={"names": examples.SPEAKER["names"]},
            wrong=("country", "A country is two capital letters (ISO 3166-1), such as FR."),
            conflict="A speaker cannot be part of one of its own parts.",
            in_use="Other rows refer to it: attributions: 12. Change or delete these first.",
            about_create=f"A speaker with its names and pages; roles are memberships. {PUBLIC_WITH}",
            operations=[
                Described(
                    "merge",
                    "merge",
                    "mergeSpeaker",
                    "Merge a speaker into another",
                    "All that names this speaker names the other afterwards; this address leads there. Answers the "
                    "speaker that is kept.",
                    "A speaker is not merged into itself: choose another.",
                    body=MergeBody,
                    example={"into": examples.KIRBY["id"]},
                ),
                Described(
                    "split",
                    "split",
                    "splitSpeaker",
                    "Split a speaker in two",
                    "What is given is somebody else's: it moves to a new speaker, which is answered.",
                    "Choose what belongs to the new speaker.",
                    body=SplitBody,
                    example={"name": "John Kirby (admiral)", "statements": [examples.STATEMENT["id"]]},
                    statuses=(201,),
                ),
            ],
        )
    ),
)

role_api = both(
    documented(
        "Role",
        "Roles",
        RoleDetailSerializer,
        filters=RoleFilters,
        about_list="Kinds of office, whoever holds them and wherever. Newest first.",
        about_one="A kind of office with its name per language.",
        example=examples.ROLE,
        wrong=("category", f"“king” is not one of: {', '.join(RoleCategory.values)}."),
    ),
    written(
        Written(
            "Role",
            "Roles",
            answer=RoleDetailSerializer,
            answer_example=examples.ROLE,
            body=RoleBody,
            example={"category": "spokesperson", "labels": examples.ROLE["labels"]},
            change_example={"labels": {"en": "spokesperson"}},
            wrong=("category", f"“king” is not one of: {', '.join(RoleCategory.values)}."),
            conflict="It is already recorded.",
            in_use="Other rows refer to it: memberships: 3. Change or delete these first.",
            about_create="A kind of office, without the body that it is in: “foreign minister”, not “of Japan”.",
        )
    ),
)

membership_api = both(
    documented(
        "Membership",
        "Memberships",
        MembershipDetailSerializer,
        filters=MembershipFilters,
        about_list="Who held which role where, and when. Newest first.",
        about_one="A role held by a speaker in an organization from a date to a date.",
        example=examples.MEMBERSHIP_DETAIL,
        moved="It was recorded twice, and became one with the other: Location says which.",
        wrong=("speaker", "“kirby” is not an id: it must be a UUID, an id from /api/v1/speakers/?name=…"),
    ),
    written(
        Written(
            "Membership",
            "Memberships",
            answer=MembershipDetailSerializer,
            answer_example=examples.MEMBERSHIP_DETAIL,
            body=MembershipBody,
            example={
                "speaker": examples.KIRBY["id"],
                "role": examples.ROLE["id"],
                "organization": examples.SECURITY_COUNCIL["id"],
                "start": "2022-05",
            },
            change_example={"end": "2025-01-20"},
            wrong=("end", "A role cannot end before it starts."),
            conflict="A published statement was made in this role: add another role instead of changing it.",
            in_use="Other rows refer to it: attributions: 3. Change or delete these first.",
            about_create=f"A role that a speaker held. {PUBLIC_WITH}",
        )
    ),
)

claim_api = both(
    documented(
        "Claim",
        "Claims",
        ClaimSerializer,
        filters=ClaimFilters,
        about_list=(
            "Propositions that statements affirm, deny or question, with what fact-checkers found. Newest first."
        ),
        about_one="A claim with its reviews, and the address of the statements that take a position on it.",
        example=examples.CLAIM,
    ),
    written(
        Written(
            "Claim",
            "Claims",
            answer=ClaimSerializer,
            answer_example=examples.CLAIM,
            body=ClaimBody,
            example={
                "text": examples.CLAIM["text"],
                "reviews": [
                    {**examples.CLAIM["reviews"][0], "publisher": examples.CLAIM["reviews"][0]["publisher"]["id"]}
                ],
            },
            change_example={"reviews": []},
            wrong=("reviews/0/url", "“faits” is not a web address: it must start with https:// or http://."),
            conflict="This address is already recorded.",
            in_use="Other rows refer to it: positions: 3. Change or delete these first.",
            about_create=f"A claim with its fact-checks. {PUBLIC_WITH}",
        )
    ),
)

topic_api = both(
    documented(
        "Topic",
        "Topics",
        TopicSerializer,
        filters=TopicFilters,
        about_list="What statements are about, with labels per language. Newest first.",
        about_one="A topic, the broader one it is part of, and its pages in other registers.",
        example=examples.TOPIC,
        moved="It was found to be the same as another topic: Location says which.",
    ),
    written(
        Written(
            "Topic",
            "Topics",
            answer=TopicSerializer,
            answer_example=examples.TOPIC,
            body=TopicBody,
            example={
                "labels": examples.TOPIC["labels"],
                "broader": examples.TOPIC["broader"],
                "same_as": examples.TOPIC["same_as"],
            },
            change_example={"broader": None},
            wrong=("labels/french", "“french” is not a language: write a tag of BCP 47, such as fr or en-GB."),
            conflict="A topic cannot be broader than its own broader topic.",
            in_use="Other rows refer to it: topics: 2. Change or delete these first.",
            about_create=f"A topic with its labels. {PUBLIC_WITH}",
            operations=[
                Described(
                    "merge",
                    "merge",
                    "mergeTopic",
                    "Merge a topic into another",
                    "All that names this topic names the other afterwards; this address leads there. Answers the topic "
                    "that is kept.",
                    "A topic is not merged into itself: choose another.",
                    body=TopicMergeBody,
                    example={"into": examples.TOPIC["id"]},
                ),
            ],
        )
    ),
)

event_api = both(
    documented(
        "Event",
        "Events",
        EventSerializer,
        filters=EventFilters,
        about_list="The occasions of statements: press conferences, summits, speeches. Newest first.",
        about_one="An occasion with its place and date.",
        example=examples.EVENT,
        wrong=("type", f"“party” is not one of: {', '.join(EventType.values)}."),
    ),
    written(
        Written(
            "Event",
            "Events",
            answer=EventSerializer,
            answer_example=examples.EVENT,
            body=EventBody,
            example={name: examples.EVENT_BRIEF[name] for name in ("name", "type", "location", "date")},
            change_example={"location": "Washington"},
            wrong=("date", "“soon” is not a date."),
            conflict="It is already recorded.",
            in_use="Other rows refer to it: statements: 3. Change or delete these first.",
            about_create=f"An occasion. {PUBLIC_WITH}",
        )
    ),
)

intensity_phrase_api = both(
    documented(
        "IntensityPhrase",
        "IntensityPhrases",
        IntensityPhraseSerializer,
        filters=IntensityPhraseFilters,
        about_list="The phrases by which intensity is read, by language and in alphabetical order.",
        about_one="A word or phrase of one language that shows an intensity.",
        example=examples.INTENSITY_PHRASE,
        gone=problems.ProblemError(
            problems.GONE,
            "It was taken out of the lexicon.",
            members={"deleted_at": "2025-03-02T09:00:00.000000Z"},
        ),
        wrong=("language", "“french” is not a language: write a tag of BCP 47, such as fr or en-GB."),
    ),
    written(
        Written(
            "IntensityPhrase",
            "IntensityPhrases",
            answer=IntensityPhraseSerializer,
            answer_example=examples.INTENSITY_PHRASE,
            body=IntensityPhraseBody,
            example={name: examples.INTENSITY_PHRASE[name] for name in ("language", "phrase", "intensity")},
            change_example={"intensity": 2},
            wrong=("intensity", "“4” is not one of: 1, 2, 3."),
            conflict="This phrase is in the lexicon already.",
            in_use="Other rows refer to it.",
            about_create="A phrase of the lexicon; it is public at once.",
        )
    ),
)
