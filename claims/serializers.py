"""How speakers, statements and what they are about look in answers. What is always there is required."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Event,
    IntensityPhrase,
    Membership,
    Speaker,
    Statement,
    Topic,
)
from claims.models.vocabularies import (
    Act,
    AnchorState,
    Attitude,
    AttributionKind,
    Certainty,
    DateBasis,
    EventType,
    Intensity,
    NameKind,
    QuotationType,
    RelationType,
    RoleCategory,
    SpeakerType,
    Stance,
    Status,
)
from config.http.serializers import ChoiceOrNull, DateBound, Labels, TextOrNull, Urls, Version
from sources.serializers import (
    PARTIAL_DATE,
    SAME_AS,
    PublicId,
    PublisherBriefSerializer,
    SourceBriefSerializer,
    SourceSerializer,
)

LANGUAGE = "BCP 47 tag."
DIRECTIONS = [("outgoing", "Outgoing"), ("incoming", "Incoming")]


class SpeakerBriefSerializer(serializers.Serializer[Speaker]):
    """A speaker, where another resource names it."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=SpeakerType.choices)
    is_named = serializers.BooleanField(help_text="False for “a senior official” and the like.")
    name = serializers.CharField()
    country = TextOrNull(help_text="ISO 3166-1 code of two letters.")

    def __init__(self, *args: Any, only_public: bool = False, **kwargs: Any) -> None:
        """With `only_public`, answer null to the public for a speaker that it may not see."""
        self.only_public = only_public
        super().__init__(*args, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        speaker = super().get_attribute(instance)
        if speaker is None or speaker.is_public or not self.only_public or self.context.get("sees_all"):
            return speaker
        return None


class RoleSerializer(serializers.Serializer[Any]):
    """A kind of office (Popolo Post), whoever holds it and wherever."""

    id = serializers.UUIDField()
    category = serializers.ChoiceField(choices=RoleCategory.choices)
    labels = Labels()


class RoleDetailSerializer(RoleSerializer):
    """A kind of office by itself."""

    version = Version()


class MembershipSerializer(serializers.Serializer[Membership]):
    """A role held in an organization from a date to a date (Popolo Membership)."""

    id = serializers.UUIDField()
    role = RoleSerializer()
    organization = SpeakerBriefSerializer(only_public=True, allow_null=True)
    start = TextOrNull(help_text=PARTIAL_DATE)
    end = TextOrNull(help_text=PARTIAL_DATE)


class MembershipDetailSerializer(MembershipSerializer):
    """A role with the speaker who held it."""

    speaker = SpeakerBriefSerializer()
    start_earliest = DateBound(help_text="First day that `start` can mean.")
    end_latest = DateBound(help_text="Last day that `end` can mean.")
    version = Version()


class SpeakerNameSerializer(serializers.Serializer[Any]):
    """Another spelling, transliteration, translation or acronym."""

    name = serializers.CharField()
    language = TextOrNull(help_text=LANGUAGE)
    kind = serializers.ChoiceField(choices=NameKind.choices)


class SpeakerSerializer(SpeakerBriefSerializer):
    """Who can say something: a person, an organization, a state or a group."""

    note = TextOrNull(help_text="Tells speakers of the same name apart.")
    part_of = SpeakerBriefSerializer(
        only_public=True, allow_null=True, help_text="The body it belongs to: a ministry to its state."
    )
    names = SpeakerNameSerializer(many=True)
    version = Version()


class SpeakerDetailSerializer(SpeakerSerializer):
    """A speaker with the roles held and the pages in other registers."""

    same_as = Urls(help_text=SAME_AS)
    memberships = MembershipSerializer(many=True)


class AttributionSerializer(serializers.Serializer[Attribution]):
    """A speaker's part in a statement, and the role held when it was made."""

    speaker = SpeakerBriefSerializer()
    certainty = serializers.ChoiceField(choices=Certainty.choices, help_text="How sure the curator is.")
    role = MembershipSerializer(source="membership", allow_null=True, help_text="The role in which it was said.")


class AttributionsOfKind(serializers.ListSerializer[Any]):
    """The speakers who have one kind of part in a statement."""

    def __init__(self, *, kind: AttributionKind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(child=AttributionSerializer(), **kwargs)

    def get_attribute(self, statement: Statement) -> list[Attribution]:
        return [one for one in statement.attributions.all() if one.kind == self.kind]


class WordingSerializer(serializers.Serializer[Any]):
    """What was said, in one language."""

    language = serializers.CharField(help_text=LANGUAGE)
    text = serializers.CharField()
    is_original = serializers.BooleanField(help_text="True if the speaker used this language.")
    translator = TextOrNull()


class EventBriefSerializer(serializers.Serializer[Event]):
    """An occasion, where a statement names it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=EventType.choices)
    location = TextOrNull()
    date = TextOrNull(help_text=PARTIAL_DATE)


class EventSerializer(EventBriefSerializer):
    """The occasion of statements (schema.org Event)."""

    date_earliest = DateBound(help_text="First day that `date` can mean.")
    date_latest = DateBound(help_text="Last day that `date` can mean.")
    version = Version()


class TopicBriefSerializer(serializers.Serializer[Topic]):
    """A topic, where a statement names it."""

    id = serializers.UUIDField()
    labels = Labels()


class TopicSerializer(TopicBriefSerializer):
    """What statements are about (SKOS Concept)."""

    broader = PublicId(allow_null=True, help_text="Id of the topic that this one is part of.")
    same_as = Urls(help_text=SAME_AS)
    version = Version()


class SpanSerializer(serializers.Serializer[Any]):
    """Words of a revision's text: code points from 0, half-open, with the words themselves."""

    start = serializers.IntegerField(min_value=0)
    end = serializers.IntegerField(min_value=1)
    exact = serializers.CharField()

    def __init__(self, *args: Any, prefix: str = "", **kwargs: Any) -> None:
        """The span is in the columns `{prefix}start`, `{prefix}end` and `{prefix}exact`; null where they are empty."""
        self.columns = {name: prefix + name for name in ("start", "end", "exact")}
        super().__init__(*args, **kwargs)

    def get_attribute(self, instance: Any) -> dict[str, Any] | None:
        span = {name: getattr(instance, column) for name, column in self.columns.items()}
        return None if span["start"] is None else span


class SegmentSerializer(SpanSerializer):
    """One unbroken run of quoted words: W3C TextPositionSelector (start, end) and TextQuoteSelector (exact …).

    Offsets are code points from 0 in the text of the appearance's revision, half-open.
    """

    prefix = serializers.CharField(help_text="Up to 50 characters before.")
    suffix = serializers.CharField(help_text="Up to 50 characters behind.")


class MentionSerializer(serializers.Serializer[Any]):
    """How the document names a speaker, and the role it prints."""

    speaker_id = serializers.UUIDField(source="attribution.speaker_id")
    name = SpanSerializer(allow_null=True, help_text="The name as printed.")
    role = SpanSerializer(allow_null=True, prefix="role_", help_text="The role as printed.")


class RelaySerializer(serializers.Serializer[Any]):
    """Who passes the words on in the document; level 1 is nearest the speaker."""

    level = serializers.IntegerField(min_value=1)
    speaker = SpeakerBriefSerializer()
    mention = SpanSerializer(allow_null=True, help_text="The name as printed.")


class AppearanceSerializer(serializers.Serializer[Appearance]):
    """How one document reports the statement: where, in which words, by whose mouth."""

    id = serializers.UUIDField()
    source = SourceBriefSerializer(source="source_text.source")  # type: ignore[assignment]  # DRF has an attribute of this name
    revision = serializers.IntegerField(
        source="source_text.number",
        min_value=1,
        help_text="Number of the revision of the source that offsets refer to.",
    )
    quotation_type = serializers.ChoiceField(choices=QuotationType.choices)
    language = serializers.CharField(help_text=LANGUAGE)
    is_headline = serializers.BooleanField()
    anchor_state = serializers.ChoiceField(
        choices=AnchorState.choices, help_text="Where the words are in the source's latest revision."
    )
    segments = SegmentSerializer(many=True)
    cue = SpanSerializer(allow_null=True, prefix="cue_", help_text="The words of saying: “a déclaré”.")
    mentions = MentionSerializer(many=True)
    relays = RelaySerializer(many=True)


class ClaimBriefSerializer(serializers.Serializer[Claim]):
    """A proposition, where a statement takes a position on it."""

    id = serializers.UUIDField()
    text = Labels()


class PositionSerializer(serializers.Serializer[Any]):
    """A statement's stance to a claim."""

    claim = ClaimBriefSerializer()
    stance = serializers.ChoiceField(choices=Stance.choices)


class ReviewSerializer(serializers.Serializer[Any]):
    """An outside fact-check of a claim (schema.org ClaimReview)."""

    publisher = PublisherBriefSerializer()
    url = serializers.URLField()
    rating = serializers.CharField(help_text="As its publisher words it.")
    claim_reviewed = serializers.CharField()
    reviewed_at = TextOrNull(help_text=PARTIAL_DATE)


class StatementsLink(serializers.URLField):
    """The address that lists the statements of a claim."""

    def get_attribute(self, claim: Claim) -> Any:
        return claim

    def to_representation(self, claim: Claim) -> str:  # type: ignore[override]  # a claim, where its base has a text
        return f"{reverse('statement-list', request=self.context.get('request'))}?claim={claim.pk}"


class ClaimSerializer(ClaimBriefSerializer):
    """A proposition that statements affirm, deny or question (schema.org Claim), and what outsiders found."""

    reviews = ReviewSerializer(many=True)
    statements = StatementsLink(help_text="Address of the statements that take a position on it.")
    version = Version()


class RelationSerializer(serializers.Serializer[Any]):
    """How this statement bears on another (outgoing), or another on this one (incoming)."""

    type = serializers.ChoiceField(choices=RelationType.choices)
    direction = serializers.ChoiceField(choices=DIRECTIONS)
    statement_id = serializers.UUIDField(help_text="The other statement.")
    speakers = serializers.ListField(child=serializers.CharField(), help_text="Names of who said the other statement.")


class Relations(serializers.ListSerializer[Any]):
    """The relations of a statement in both directions."""

    def get_attribute(self, statement: Any) -> list[dict[str, Any]]:
        outgoing = [
            {"type": one.type, "direction": "outgoing", "statement_id": one.other_id, "speakers": one.speakers}
            for one in statement.relations.all()
        ]
        incoming = [
            {"type": one.type, "direction": "incoming", "statement_id": one.statement_id, "speakers": one.speakers}
            for one in statement.related.all()
        ]
        return outgoing + incoming


class MarkSerializer(serializers.Serializer[Any]):
    """Words that a search found: code points from 0 into the text that the highlight points at, half-open."""

    start = serializers.IntegerField(min_value=0)
    end = serializers.IntegerField(min_value=1)
    exact = serializers.CharField()


class HighlightSerializer(serializers.Serializer[Any]):
    """A text of the statement in which words of a search stand."""

    pointer = serializers.CharField(help_text="JSON Pointer (RFC 6901) into the statement: `/wordings/0/text`.")
    spans = MarkSerializer(many=True)


class StatementSerializer(serializers.Serializer[Statement]):
    """Who said what, when, as what, in which words, in which document."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Status.choices, help_text="`published` for all that the public sees.")
    returned_reason = TextOrNull(help_text="Why a reviewer gave a draft back; null for the public.")
    withdrawn_reason = TextOrNull(
        help_text="Why it was taken back, where it is shown; the public reads it where the address answers 410."
    )
    speakers = AttributionsOfKind(kind=AttributionKind.SPEAKER, help_text="Who said it; joint speakers are equals.")
    on_behalf_of = AttributionsOfKind(kind=AttributionKind.ON_BEHALF_OF, help_text="For whom it was said.")
    addressees = AttributionsOfKind(kind=AttributionKind.ADDRESSEE, help_text="To whom it was said.")
    attitude_holders = AttributionsOfKind(
        kind=AttributionKind.ATTITUDE_HOLDER, help_text="Whose attitude it is, where the speaker says it of others."
    )
    wordings = WordingSerializer(many=True)
    said_at = TextOrNull(help_text=f"When it was said; null if nobody knows. {PARTIAL_DATE}")
    said_at_earliest = DateBound(source="said_earliest", help_text="First day that `said_at` can mean.")
    said_at_latest = DateBound(source="said_latest", help_text="Last day that `said_at` can mean.")
    said_at_text = TextOrNull(help_text="The date as printed: “samedi”.")
    said_at_basis = ChoiceOrNull(choices=DateBasis.choices, help_text="How the date is known.")
    event = EventBriefSerializer(allow_null=True)
    act = serializers.ChoiceField(choices=Act.choices, help_text="What the speaker does by saying it.")
    cameo = TextOrNull(help_text="CAMEO code, where one fits.")
    attitude = ChoiceOrNull(choices=Attitude.choices, help_text="What the wording shows.")
    intensity = ChoiceOrNull(choices=Intensity.choices, help_text="Null if no word says so.")
    intensity_phrase = TextOrNull(help_text="The literal words that show the intensity.")
    topics = TopicBriefSerializer(many=True)
    appearances = AppearanceSerializer(many=True)
    positions = PositionSerializer(many=True)
    relations = Relations(child=RelationSerializer())
    is_self_reviewed = serializers.BooleanField(help_text="True if its author published it without a second person.")
    published_at = serializers.DateTimeField(allow_null=True, help_text="Null for what was never public.")
    updated_at = serializers.DateTimeField()
    version = Version()
    highlights = HighlightSerializer(many=True, required=False, help_text="What `highlight` asks for.")


class ExpandedSerializer(serializers.Serializer[Any]):
    """The resources that statements name, in full, each once; a member for each that `expand` asks for."""

    speakers = SpeakerDetailSerializer(many=True, required=False)
    sources = SourceSerializer(many=True, required=False)
    topics = TopicSerializer(many=True, required=False)
    events = EventSerializer(many=True, required=False)
    claims = ClaimSerializer(many=True, required=False)
    statements = StatementSerializer(many=True, required=False)


class StatementDetailSerializer(StatementSerializer):
    """A statement by itself, with what `expand` asks for."""

    expanded = ExpandedSerializer(required=False, help_text="What `expand` asks for.")


class IntensityPhraseSerializer(serializers.Serializer[IntensityPhrase]):
    """A word or phrase of one language that shows an intensity."""

    id = serializers.UUIDField()
    language = serializers.CharField(help_text=LANGUAGE)
    phrase = serializers.CharField(help_text="As it begins in texts: “profond” finds “profondes” too.")
    intensity = serializers.ChoiceField(choices=Intensity.choices)
    version = Version()
