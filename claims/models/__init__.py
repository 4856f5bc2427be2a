"""Speakers and their statements, where these appear, and what they are about."""

from claims.models.appearances import Appearance, Mention, Relay, Segment
from claims.models.documents import (
    PendingChange,
    PendingStatement,
    Posting,
    PostingRun,
    RunPlace,
    RunPosting,
    StatementDocument,
    StatementFacets,
)
from claims.models.lexicon import IntensityPhrase
from claims.models.propositions import Claim, Position, Relation, Review
from claims.models.speakers import Membership, Role, Speaker, SpeakerName, SpeakerSameAs
from claims.models.statements import Attribution, Statement, StatementSearch, StatementTopic, Wording
from claims.models.subjects import Event, Topic, TopicSameAs

__all__ = [
    "Appearance",
    "Attribution",
    "Claim",
    "Event",
    "IntensityPhrase",
    "Membership",
    "Mention",
    "PendingChange",
    "PendingStatement",
    "Position",
    "Posting",
    "PostingRun",
    "Relation",
    "Relay",
    "Review",
    "Role",
    "RunPlace",
    "RunPosting",
    "Segment",
    "Speaker",
    "SpeakerName",
    "SpeakerSameAs",
    "Statement",
    "StatementDocument",
    "StatementFacets",
    "StatementSearch",
    "StatementTopic",
    "Topic",
    "TopicSameAs",
    "Wording",
]
