"""Speakers, their roles and what statements are about, as they are written."""

from rest_framework import serializers

from claims.models import Membership, Role, Speaker, Statement, Topic
from claims.models.vocabularies import EventType, Intensity, NameKind, RoleCategory, SpeakerType
from claims.serializers import LANGUAGE
from config.writing import serializers as bodies
from sources.models import Publisher
from sources.serializers import PartialDate, SameAs, WebAddress

NAMES = "Other spellings, transliterations, translations, acronyms; replaced as a whole."


class SpeakerNameBody(bodies.WriteSerializer):
    """Another name of a speaker."""

    name = bodies.Text(max_length=200)
    language = bodies.LanguageOrNull(help_text=LANGUAGE)
    kind = bodies.Choice(choices=NameKind.choices, required=False, default=NameKind.SPELLING.value)


class SpeakerBody(bodies.WriteSerializer):
    """A speaker; the roles held are resources of their own (memberships)."""

    type = bodies.Choice(choices=SpeakerType.choices, required=False, default=SpeakerType.PERSON.value)
    is_named = bodies.Flag(required=False, default=True, help_text="False for “a senior official” and the like.")
    name = bodies.Text(max_length=200)
    country = bodies.TextOrNull(max_length=2, help_text="ISO 3166-1 code of two letters.")
    note = bodies.TextOrNull(max_length=300, help_text="Tells speakers of the same name apart; public.")
    part_of = bodies.Reference(
        Speaker.objects.all(),
        required=False,
        default=None,
        allow_null=True,
        help_text="The body it belongs to: a ministry to its state. People have roles instead.",
    )
    names = SpeakerNameBody(many=True, required=False, default=list, max_length=bodies.MOST_PARTS, help_text=NAMES)
    same_as = SameAs()


class RoleBody(bodies.WriteSerializer):
    """A kind of office, without the body in which it is held."""

    category = bodies.Choice(choices=RoleCategory.choices, required=False, default=RoleCategory.OTHER.value)
    labels = bodies.Labels(help_text="“foreign minister”, not “of Japan”.")


class MembershipBody(bodies.WriteSerializer):
    """A role held by a speaker from a date to a date."""

    speaker = bodies.Reference(Speaker.objects.all())
    role = bodies.Reference(Role.objects.all())
    organization = bodies.Reference(
        Speaker.objects.all(),
        required=False,
        default=None,
        allow_null=True,
        help_text="The state, ministry or body in which the role is held.",
    )
    start = PartialDate()
    end = PartialDate()


class EventBody(bodies.WriteSerializer):
    """The occasion of statements."""

    name = bodies.Text(max_length=300)
    type = bodies.Choice(choices=EventType.choices, required=False, default=EventType.OTHER.value)
    location = bodies.TextOrNull(max_length=200)
    date = PartialDate()


class TopicBody(bodies.WriteSerializer):
    """What statements are about."""

    labels = bodies.Labels()
    broader = bodies.Reference(
        Topic.objects.live(),
        required=False,
        default=None,
        allow_null=True,
        help_text="The topic that this one is part of.",
    )
    same_as = SameAs()


class ReviewBody(bodies.WriteSerializer):
    """What an outside fact-checker found."""

    publisher = bodies.Reference(Publisher.objects.all())
    url = WebAddress()
    rating = bodies.Text(max_length=200, help_text="As its publisher words it.")
    claim_reviewed = bodies.Text(max_length=1000)
    reviewed_at = PartialDate()


class ClaimBody(bodies.WriteSerializer):
    """A proposition that statements affirm, deny or question, and the fact-checks of it."""

    text = bodies.Labels(help_text="One sentence that can be true or false, in each language.")
    reviews = ReviewBody(many=True, required=False, default=list, max_length=bodies.MOST_PARTS)


class IntensityPhraseBody(bodies.WriteSerializer):
    """A word or phrase of one language that shows an intensity."""

    language = bodies.Language(help_text=LANGUAGE)
    phrase = bodies.Text(max_length=100, help_text="As it begins in texts: “profond” finds “profondes” too.")
    intensity = bodies.Choice(choices=Intensity.choices)


class MergeBody(bodies.WriteSerializer):
    """Which speaker this one is."""

    into = bodies.Reference(Speaker.objects.live(), help_text="Id of the speaker that is kept.")


class TopicMergeBody(bodies.WriteSerializer):
    """Which topic this one is."""

    into = bodies.Reference(Topic.objects.live(), help_text="Id of the topic that is kept.")


class SplitBody(bodies.WriteSerializer):
    """What belongs to somebody else than this speaker; what was said in a role moves with the role."""

    name = bodies.Text(max_length=200, help_text="Of the new speaker.")
    type = bodies.Choice(choices=SpeakerType.choices, required=False, default=None, help_text="If it is another.")
    statements = bodies.References(
        Statement.objects.order_by(),
        required=False,
        default=list,
        help_text="Ids of statements: the speaker's parts in them, and what the speaker passes on in them, move.",
    )
    memberships = bodies.References(
        Membership.objects.order_by(), required=False, default=list, help_text="Ids of the roles that move."
    )
    names = serializers.ListField(
        child=bodies.Text(max_length=200),
        required=False,
        default=list,
        max_length=bodies.MOST_PARTS,
        help_text="Those of the other names that move.",
    )
