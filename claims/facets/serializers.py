"""How counts look in answers. What is always there is required."""

from typing import Any

from rest_framework import serializers

from claims.facets.querysets.facets import FACETS
from claims.facets.querysets.timeline import INTERVALS, MAX_PERIODS, MAX_PHRASES, MAX_STRONGEST, MAX_WORDING
from claims.models.vocabularies import Act, Attitude, Intensity
from claims.serializers import LANGUAGE
from config.http.openapi import CountSerializer
from config.http.serializers import ChoiceOrNull, Labels, TextOrNull
from sources.serializers import PARTIAL_DATE


class FacetValueSerializer(serializers.Serializer[Any]):
    """A value, and how many of the statements have it."""

    value = serializers.CharField(help_text="As the filter of this name takes it: an id, or a word of a vocabulary.")
    label = TextOrNull(help_text="The name or title of what an id stands for, where that has one for all languages.")  # type: ignore[assignment]  # DRF has an attribute of this name
    labels = Labels(allow_null=True, help_text="The same by language tag, of roles, topics and claims.")
    count = serializers.IntegerField(min_value=1)


class FacetSerializer(serializers.Serializer[Any]):
    """The values that most statements have, those of most first; months and years in the order of time."""

    values = FacetValueSerializer(many=True)
    is_complete = serializers.BooleanField(help_text="False where there are more values than `size`.")
    missing = serializers.IntegerField(min_value=0, help_text="How many of the statements have no value.")


class FacetsSerializer(serializers.Serializer[Any]):
    """The facets asked for, by name."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return one member for each facet that there is; `source`, as an attribute, would be one of DRF's."""
        return {name: FacetSerializer(required=False) for name in FACETS}


class StatementFacetsSerializer(serializers.Serializer[Any]):
    """How many of the statements that a list would answer have which value."""

    count = CountSerializer(help_text="How many were counted; `is_exact` false: there are more, the newest count.")
    facets = FacetsSerializer()


class IntensityCountsSerializer(serializers.Serializer[Any]):
    """How many statements are of which intensity."""

    mild = serializers.IntegerField(min_value=0)
    marked = serializers.IntegerField(min_value=0)
    extreme = serializers.IntegerField(min_value=0)
    none = serializers.IntegerField(min_value=0, help_text="Of which no phrase says how strong they are.")


class ActCountSerializer(serializers.Serializer[Any]):
    """How many statements do this."""

    value = serializers.ChoiceField(choices=Act.choices)
    count = serializers.IntegerField(min_value=1)


class AttitudeCountSerializer(serializers.Serializer[Any]):
    """How many statements show this."""

    value = serializers.ChoiceField(choices=Attitude.choices)
    count = serializers.IntegerField(min_value=1)


class PhraseCountSerializer(serializers.Serializer[Any]):
    """Literal words that show an intensity, with the attitude shown, and how often both were met."""

    phrase = serializers.CharField()
    intensity = serializers.ChoiceField(choices=Intensity.choices)
    attitude = ChoiceOrNull(choices=Attitude.choices)
    count = serializers.IntegerField(min_value=1)


class FirstWordingSerializer(serializers.Serializer[Any]):
    """What was said, in its original language where that is recorded."""

    language = serializers.CharField(help_text=LANGUAGE)
    text = serializers.CharField(help_text=f"Cut to {MAX_WORDING} characters, with … where it was longer.")


class StrongStatementSerializer(serializers.Serializer[Any]):
    """One of the statements of a period in the strongest words."""

    id = serializers.UUIDField()
    said_at = TextOrNull(help_text=f"When it was said. {PARTIAL_DATE}")
    intensity = ChoiceOrNull(choices=Intensity.choices, help_text="Null if no word says so.")
    intensity_phrase = TextOrNull(help_text="The literal words that show the intensity.")
    wording = FirstWordingSerializer(allow_null=True)


class TimelinePeriodSerializer(serializers.Serializer[Any]):
    """What was said in one month or year."""

    period = serializers.CharField(help_text="`2023-09`, or `2023`: as `said_at` takes it.")
    count = serializers.IntegerField(min_value=1)
    intensity = IntensityCountsSerializer()
    mean_intensity = serializers.FloatField(
        min_value=1, max_value=3, allow_null=True, help_text="Of those that have one, 1 to 3; null if none has."
    )
    acts = ActCountSerializer(many=True)
    attitudes = AttitudeCountSerializer(many=True)
    phrases = PhraseCountSerializer(
        many=True, help_text=f"At most {MAX_PHRASES}, the strongest first, then the most frequent."
    )
    strongest = StrongStatementSerializer(
        many=True, help_text=f"At most {MAX_STRONGEST}, the strongest first, then the newest."
    )


class StatementTimelineSerializer(serializers.Serializer[Any]):
    """How the statements that a list would answer, and their wording, lie in time."""

    count = CountSerializer(help_text="How many were counted; `is_exact` false: there are more, the newest count.")
    interval = serializers.ChoiceField(choices=[(one, one) for one in INTERVALS])
    periods = TimelinePeriodSerializer(many=True, help_text="Those in which something was said, in the order of time.")
    is_complete = serializers.BooleanField(
        help_text=f"False where there are more than {MAX_PERIODS} periods: the last ones are shown, and `said_before` "
        "asks for those before."
    )
    unplaced = serializers.IntegerField(
        min_value=0, help_text="How many are undated, or may have been said in several months (or years)."
    )
