"""What the OpenAPI document says of statements: reading, writing them as one, the steps of the workflow."""

from typing import Any

from claims.openapi import examples
from claims.serializers import StatementDetailSerializer, StatementSerializer
from claims.statement_bodies import ReanchorBody, ReasonBody, StatementBody, UniteBody
from claims.statement_filters import WorkingStatementFilters
from config.http import problems
from config.http.openapi import documented
from config.writing.openapi import Described, Written, both, written

_BODY: dict[str, Any] = {
    "speakers": [{"speaker": "01a200e9-0436-7e29-9ad8-84a6cf9cb3b5", "certainty": "certain"}],
    "said_at": "2023-09-13",
    "said_at_basis": "inferred",
    "said_at_text": "mercredi",
    "act": "express",
    "attitude": "concern",
    "intensity": 3,
    "intensity_phrase": "profonde",
    "topics": [],
    "appearances": [
        {
            "source": "01a200e9-0438-7d37-8ab4-d88acd54d84d",
            "quotation_type": "mixed",
            "segments": [{"exact": "profonde préoccupation"}],
            "cue": {"exact": "a fait part"},
            "mentions": [
                {
                    "speaker_id": "01a200e9-0436-7e29-9ad8-84a6cf9cb3b5",
                    "name": {"exact": "John Kirby"},
                    "role": {"exact": "porte-parole du Conseil de sécurité nationale"},
                }
            ],
            "relays": [],
        }
    ],
}
_REASON = {"reason": "The second paragraph quotes the minister, not her spokesman."}

statement_api = both(
    documented(
        "Statement",
        "Statements",
        StatementSerializer,
        filters=WorkingStatementFilters,
        detail_serializer=StatementDetailSerializer,
        about_list=(
            "Who said what, when, as what, in which words, in which document: newest first by the day said, or by the "
            "source's date where nobody knows it. Different filters narrow each other; several values of one filter "
            "widen it."
        ),
        about_one="One statement with its speakers, words, appearances in documents, and relations to others.",
        example=examples.STATEMENT,
        wrong=("said_at", "“2023-02-30” is not a day, month or year of the calendar."),
        gone=problems.ProblemError(
            problems.GONE,
            "The agency corrected its dispatch: he said no such thing.",
            members={"withdrawn_at": "2024-10-02T07:15:03.218000Z"},
        ),
        moved="It was found to be one with another statement, at the address in Location.",
    ),
    written(
        Written(
            "Statement",
            "Statements",
            StatementSerializer,
            examples.STATEMENT,
            StatementBody,
            _BODY,
            {"attitude": "concern", "intensity": 3, "intensity_phrase": "profonde"},
            wrong=(
                "appearances/0/segments/0/exact",
                "“profonde inquiétude” does not stand in the text.",
            ),
            conflict="A statement changes only while it is a draft.",
            in_use="It was public once: withdraw it instead.",
            about_create=(
                "Create a draft with its speakers, words and appearances, all or nothing. Words are given with their "
                "offsets, or alone where they stand in the text only once: none or several matches are an error, never "
                "a guess. Publishing takes a review by somebody else: see submit, approve and publish."
            ),
            about_change=(
                "Change a draft: each member given is replaced, as a whole; those left out stay as they are. An "
                "appearance given with its id stays the same one. Reviewers may give published statements other "
                "positions and relations."
            ),
            operations=[
                Described(
                    "submit",
                    "submit",
                    "submitStatement",
                    "Send a draft to review",
                    "From then on it stays as it is, until it is published or returned.",
                    "Nobody says it: add a speaker first.",
                ),
                Described(
                    "approve",
                    "approve",
                    "approveStatement",
                    "Approve a statement in review",
                    "It is not public yet: publish it when it is time. Who entered it or sent it to review may not.",
                    "You entered it or sent it to review yourself: another reviewer must publish it.",
                ),
                Described(
                    "publish",
                    "publish",
                    "publishStatement",
                    "Publish a statement in review",
                    "Whoever publishes what nobody has approved approves it, and is not its author.",
                    "It is “Draft”; only “In review” can take this step.",
                ),
                Described(
                    "return_to_draft",
                    "return",
                    "returnStatement",
                    "Return a statement to draft",
                    "One in review, or a withdrawn one to be corrected; its curator reads the reason.",
                    "It is “Published”; only “In review” or “Withdrawn” can take this step.",
                    body=ReasonBody,
                    example=_REASON,
                ),
                Described(
                    "withdraw",
                    "withdraw",
                    "withdrawStatement",
                    "Withdraw a published statement",
                    "Its address answers 410 with the reason from then on.",
                    "It is “Draft”; only “Published” can take this step.",
                    body=ReasonBody,
                    example=_REASON,
                ),
                Described(
                    "unite",
                    "unite",
                    "uniteStatement",
                    "Make one statement of two",
                    "Two records of the same utterance become one with both appearances: two drafts, or two published "
                    "statements, of which this one is withdrawn and its address leads to the other.",
                    "One of them is a draft and the other public.",
                    body=UniteBody,
                    example={"into": "01a200e9-05a2-7f1c-b1a5-3f0d2f7a6c11"},
                ),
                Described(
                    "reanchor",
                    "reanchor",
                    "reanchorStatement",
                    "Move an appearance to the latest revision",
                    "After a new revision of its source: its words are found again, or `spans` says where they stand, "
                    "one for each segment. `lost` lists what beside the quote is not there any more.",
                    "Its words do not stand in the latest revision.",
                    body=ReanchorBody,
                    example={"appearance": "01a200e9-05a4-72d4-9c86-2d9f7e5b1a33"},
                ),
            ],
        )
    ),
)
