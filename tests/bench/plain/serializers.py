"""Nested ModelSerializers with the members that the product answers too; `create` saves row by row."""

from typing import Any

from django.db import transaction
from rest_framework import serializers

from claims.models import (
    Appearance,
    Attribution,
    Membership,
    Mention,
    Role,
    Segment,
    Speaker,
    Statement,
    StatementTopic,
    Topic,
    Wording,
)
from sources.models import Publisher, Source, SourceText


class SpeakerSerializer(serializers.ModelSerializer[Speaker]):
    class Meta:
        model = Speaker
        fields = ["id", "type", "is_named", "name", "country"]


class RoleSerializer(serializers.ModelSerializer[Role]):
    class Meta:
        model = Role
        fields = ["id", "category", "labels"]


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    role = RoleSerializer()
    organization = SpeakerSerializer()

    class Meta:
        model = Membership
        fields = ["id", "role", "organization", "start", "end"]


class AttributionSerializer(serializers.ModelSerializer[Attribution]):
    speaker = SpeakerSerializer()
    membership = MembershipSerializer()

    class Meta:
        model = Attribution
        fields = ["kind", "certainty", "speaker", "membership"]


class WordingSerializer(serializers.ModelSerializer[Wording]):
    class Meta:
        model = Wording
        fields = ["language", "text", "is_original", "translator"]


class TopicSerializer(serializers.ModelSerializer[Topic]):
    class Meta:
        model = Topic
        fields = ["id", "labels"]


class PublisherSerializer(serializers.ModelSerializer[Publisher]):
    class Meta:
        model = Publisher
        fields = ["id", "name", "kind", "country"]


class SourceSerializer(serializers.ModelSerializer[Source]):
    publisher = PublisherSerializer()

    class Meta:
        model = Source
        fields = ["id", "type", "title", "url", "publisher", "language", "published_at", "licence"]


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    class Meta:
        model = Segment
        fields = ["start", "end", "exact", "prefix", "suffix"]


class MentionSerializer(serializers.ModelSerializer[Mention]):
    speaker_id = serializers.UUIDField(source="attribution.speaker_id")

    class Meta:
        model = Mention
        fields = ["speaker_id", "start", "end", "exact", "role_start", "role_end", "role_exact"]


class AppearanceSerializer(serializers.ModelSerializer[Appearance]):
    source = SourceSerializer(source="source_text.source")  # type: ignore[assignment]  # DRF has an attribute of this name
    segments = SegmentSerializer(many=True)
    mentions = MentionSerializer(many=True)

    class Meta:
        model = Appearance
        fields = [
            "id", "source", "quotation_type", "language", "is_headline", "anchor_state", "cue_start", "cue_end",
            "cue_exact", "segments", "mentions",
        ]  # fmt: skip


class StatementSerializer(serializers.ModelSerializer[Statement]):
    attributions = AttributionSerializer(many=True)
    wordings = WordingSerializer(many=True)
    topics = TopicSerializer(many=True)
    appearances = AppearanceSerializer(many=True)

    class Meta:
        model = Statement
        fields = [
            "id", "status", "attributions", "wordings", "said_at", "said_earliest", "said_latest", "said_at_text",
            "said_at_basis", "act", "cameo", "attitude", "intensity", "intensity_phrase", "topics", "appearances",
            "published_at", "updated_at", "version",
        ]  # fmt: skip


class NewAttribution(serializers.ModelSerializer[Attribution]):
    class Meta:
        model = Attribution
        fields = ["speaker", "kind", "certainty", "membership"]


class NewSegment(serializers.ModelSerializer[Segment]):
    class Meta:
        model = Segment
        fields = ["start", "end", "exact"]


class NewAppearance(serializers.ModelSerializer[Appearance]):
    # the text itself is not needed: the database holds the words against it
    source_text = serializers.PrimaryKeyRelatedField(queryset=SourceText.objects.defer("text", "raw"))
    segments = NewSegment(many=True)

    class Meta:
        model = Appearance
        fields = ["source_text", "quotation_type", "language", "segments"]


class NewStatement(serializers.ModelSerializer[Statement]):
    """What is sent to make one, with all that belongs to it."""

    attributions = NewAttribution(many=True)
    wordings = WordingSerializer(many=True)
    topics = serializers.PrimaryKeyRelatedField(queryset=Topic.objects.all(), many=True)
    appearances = NewAppearance(many=True)

    class Meta:
        model = Statement
        fields = ["said_at", "said_at_basis", "act", "attitude", "attributions", "wordings", "topics", "appearances"]

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Statement:
        """Save the statement, then its parts one after the other."""
        parts = {name: validated_data.pop(name) for name in ("attributions", "wordings", "topics", "appearances")}
        statement = Statement.objects.create(**validated_data)
        for one in parts["attributions"]:
            Attribution.objects.create(statement=statement, **one)
        for one in parts["wordings"]:
            Wording.objects.create(statement=statement, **one)
        for topic in parts["topics"]:
            StatementTopic.objects.create(statement=statement, topic=topic)
        for one in parts["appearances"]:
            segments = one.pop("segments")
            appearance = Appearance.objects.create(statement=statement, **one)
            for position, segment in enumerate(segments, start=1):
                Segment.objects.create(appearance=appearance, position=position, **segment)
        return statement

    def to_representation(self, instance: Statement) -> dict[str, Any]:
        """Answer what a reader gets."""
        return StatementSerializer(instance).data
