"""The vocabulary in which speakers and statements are asked for. Methods build on each other."""

from claims.querysets.lexicon import IntensityPhraseQuerySet
from claims.querysets.named import MergedQuerySet, PublicNamedQuerySet
from claims.querysets.parts import AppearanceQuerySet, AttributionQuerySet, RelationQuerySet
from claims.querysets.propositions import ClaimQuerySet
from claims.querysets.search import StatementFacetsQuerySet, StatementSearchQuerySet
from claims.querysets.speakers import MembershipQuerySet, RoleQuerySet, SpeakerQuerySet
from claims.querysets.statements import StatementQuerySet
from claims.querysets.topics import TopicQuerySet

__all__ = [
    "AppearanceQuerySet",
    "AttributionQuerySet",
    "ClaimQuerySet",
    "IntensityPhraseQuerySet",
    "MembershipQuerySet",
    "MergedQuerySet",
    "PublicNamedQuerySet",
    "RelationQuerySet",
    "RoleQuerySet",
    "SpeakerQuerySet",
    "StatementFacetsQuerySet",
    "StatementQuerySet",
    "StatementSearchQuerySet",
    "TopicQuerySet",
]
