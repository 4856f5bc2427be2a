"""How corroboration looks in answers. What is always there is required."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from claims.models.vocabularies import QuotationType, Stance
from claims.serializers import (
    LANGUAGE,
    ClaimBriefSerializer,
    RelaySerializer,
    ReviewSerializer,
    SpeakerBriefSerializer,
)
from config.http.openapi import CountSerializer
from config.http.serializers import DateBound, TextOrNull
from sources.serializers import PARTIAL_DATE, PublisherBriefSerializer, SourceBriefSerializer

_FIRST_DAY, _LAST_DAY = "First day that `published_at` can mean.", "Last day that `published_at` can mean."


class CarriedSerializer(serializers.Serializer[Any]):
    """An appearance, as far as it matters for who carries the statement."""

    id = serializers.UUIDField(source="row.id")
    source = SourceBriefSerializer()  # type: ignore[assignment]  # DRF has an attribute of this name
    published_at = TextOrNull(source="source.published_at", help_text=PARTIAL_DATE)
    published_at_earliest = DateBound(source="source.published_earliest", help_text=_FIRST_DAY)
    published_at_latest = DateBound(source="source.published_latest", help_text=_LAST_DAY)
    quotation_type = serializers.ChoiceField(source="row.quotation_type", choices=QuotationType.choices)
    language = serializers.CharField(source="row.language", help_text=LANGUAGE)
    is_headline = serializers.BooleanField(source="row.is_headline")
    words = serializers.CharField(help_text="As printed; `[…]` where the quote is interrupted.")
    relays = RelaySerializer(source="row.relays", many=True)
    origin = serializers.IntegerField(
        min_value=1, allow_null=True, help_text="The `number` of its origin; null in a headline, which does not count."
    )


class VariantSerializer(serializers.Serializer[Any]):
    """Appearances of the same words in one language, whatever their case, accents, marks and spaces."""

    text = serializers.CharField(source="first.words", help_text="As printed first.")
    language = serializers.CharField(source="first.row.language", help_text=LANGUAGE)
    quotation_types = serializers.ListField(child=serializers.ChoiceField(choices=QuotationType.choices))
    appearances = serializers.ListField(
        source="ids", child=serializers.UUIDField(), help_text="Ids, published first in front."
    )
    published_at = TextOrNull(source="first.source.published_at", help_text=f"Of the first of them. {PARTIAL_DATE}")
    published_at_earliest = DateBound(source="first.source.published_earliest", help_text=_FIRST_DAY)
    published_at_latest = DateBound(source="first.source.published_latest", help_text=_LAST_DAY)


class OriginSerializer(serializers.Serializer[Any]):
    """Where the words of some documents come from; they count once."""

    number = serializers.IntegerField(min_value=1, help_text="1 is published first.")
    origin = PublisherBriefSerializer(
        source="publisher", allow_null=True, help_text="The agency or publisher; null if nobody knows it."
    )
    dispatches = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="Ids of the documents that others repeat, of which the statement may appear in the copies alone.",
    )
    appearances = serializers.ListField(child=serializers.UUIDField(), help_text="Ids, published first in front.")
    publishers = PublisherBriefSerializer(many=True, help_text="Who printed it from there, each once.")


class StatementCorroborationSerializer(serializers.Serializer[Any]):
    """Who carries a statement: where it appears, first, in which words, from how many publishers."""

    id = serializers.UUIDField(help_text="Of the statement.")
    appearances = CarriedSerializer(many=True, help_text="Published first in front, undated ones behind.")
    earliest = CarriedSerializer(
        allow_null=True,
        help_text="The one in the document published first, by its first possible day; null if no document is dated.",
    )
    variants = VariantSerializer(many=True, help_text="Its wordings as printed, published first in front.")
    independent_publishers = serializers.IntegerField(
        min_value=0,
        help_text="How many known publishers it comes from. Copies of one dispatch count once, headlines not at all.",
    )
    origins = OriginSerializer(many=True)


class SaidSerializer(serializers.Serializer[Any]):
    """When the first, or the last, of several statements was said."""

    said_at = serializers.CharField(help_text=f"Of the one that may have been it. {PARTIAL_DATE}")
    said_at_earliest = DateBound(source="earliest", help_text="It was not said before.")
    said_at_latest = DateBound(source="latest", help_text="It was said by then.")


class VoiceSerializer(serializers.Serializer[Any]):
    """How often, and from when to when, something was said."""

    statements = serializers.IntegerField(min_value=0)
    undated = serializers.IntegerField(min_value=0, help_text="How many of them have no date.")
    since = SaidSerializer(allow_null=True, help_text="The first of them; null if none has a date.")
    until = SaidSerializer(allow_null=True, help_text="The latest of them; null if none has a date.")


class SpeakersVoiceSerializer(serializers.Serializer[Any]):
    """What a speaker said for one side; joint speakers have each said it."""

    speaker = SpeakerBriefSerializer()
    statements = serializers.IntegerField(source="voice.statements", min_value=1)
    undated = serializers.IntegerField(source="voice.undated", min_value=0, help_text="How many have no date.")
    since = SaidSerializer(source="voice.since", allow_null=True, help_text="The first; null if none has a date.")
    until = SaidSerializer(source="voice.until", allow_null=True, help_text="The latest; null if none has a date.")


class SideSerializer(serializers.Serializer[Any]):
    """All who take one stance to a claim."""

    statements = serializers.IntegerField(source="voice.statements", min_value=0)
    undated = serializers.IntegerField(source="voice.undated", min_value=0, help_text="How many have no date.")
    since = SaidSerializer(source="voice.since", allow_null=True, help_text="The first; null if none has a date.")
    until = SaidSerializer(source="voice.until", allow_null=True, help_text="The latest; null if none has a date.")
    speakers_total = serializers.IntegerField(min_value=0, help_text="How many speakers there are.")
    speakers = SpeakersVoiceSerializer(
        many=True, help_text="The first 100 of them, in the order in which they first spoke, undated ones behind."
    )
    independent_publishers = CountSerializer(
        help_text="How many known publishers its statements come from. Copies of one dispatch count once, headlines "
        "not at all. Exact where all sides together appear in 10,000 documents or fewer, else there may be more."
    )


class ChangedSidesSerializer(serializers.Serializer[Any]):
    """A speaker who affirmed a claim and denied it."""

    speaker = SpeakerBriefSerializer()
    affirms = VoiceSerializer()
    denies = VoiceSerializer()


class StanceLink(serializers.URLField):
    """The address that lists the statements of a claim."""

    def get_attribute(self, instance: Any) -> Any:
        return instance.claim

    def to_representation(self, claim: Any) -> str:
        return f"{reverse('statement-list', request=self.context.get('request'))}?claim={claim.pk}"


class ClaimCorroborationSerializer(serializers.Serializer[Any]):
    """Who affirms a claim, who denies it, since when, and whether it is contested."""

    claim = ClaimBriefSerializer()
    is_contested = serializers.BooleanField(help_text="True if one statement affirms it and one denies it.")
    contested_since = SaidSerializer(
        allow_null=True, help_text="When both sides had spoken; null if either has no dated statement."
    )
    affirms = SideSerializer()
    denies = SideSerializer()
    questions = SideSerializer()
    changed_sides_total = serializers.IntegerField(
        source="changed_total", min_value=0, help_text="How many speakers affirmed it and denied it."
    )
    changed_sides = ChangedSidesSerializer(
        source="changed", many=True, help_text="The first 100 of them, in the order in which they had done both."
    )
    reviews = ReviewSerializer(source="claim.reviews", many=True)
    statements = StanceLink(
        help_text=f"Address of the statements that take a position on it; with `&stance=` and one of "
        f"{', '.join(Stance.values)}, those of one side."
    )
