"""What may be sent for a statement, read against the record: every reference found, every span in its text."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from claims.models import Claim, Event, Membership, Speaker, Statement, Topic, Wording
from claims.models.appearances import MAX_MENTION
from claims.models.statements import MAX_WORDING
from claims.models.vocabularies import (
    Act,
    Attitude,
    AttributionKind,
    Certainty,
    DateBasis,
    Intensity,
    QuotationType,
    RelationType,
    Stance,
)
from claims.services.editing import Content, Printed, Quoted
from claims.services.recording import Part, Passing, Report
from claims.services.reviewing import LONGEST_REASON
from claims.text.spans import MAX_SPANS, Span, SpanError, check_order, check_words, find
from config.writing.serializers import (
    AnyText,
    Choice,
    ChoiceOrNull,
    Flag,
    Id,
    Language,
    NullableText,
    Number,
    Reference,
    References,
    Text,
    TextOrNull,
    WriteSerializer,
)
from sources.messages import translated
from sources.models import SourceText
from sources.models.fields import uuid7
from sources.serializers import PARTIAL_DATE

#: member of the body -> the part that its speakers have
PARTS = {
    "speakers": AttributionKind.SPEAKER,
    "on_behalf_of": AttributionKind.ON_BEHALF_OF,
    "addressees": AttributionKind.ADDRESSEE,
    "attitude_holders": AttributionKind.ATTITUDE_HOLDER,
}
VALUES = (
    "act",
    "attitude",
    "cameo",
    "event",
    "intensity",
    "intensity_phrase",
    "said_at",
    "said_at_basis",
    "said_at_text",
)
MOST = 50  # parts of one kind


class SpanBody(WriteSerializer):
    """Words of the revision's text: where they stand, or the words alone where they stand there once."""

    exact = Text(trim_whitespace=False, help_text="The words themselves, as the text has them.")
    start = Number(min_value=0, required=False, help_text="Code points from 0.")
    end = Number(min_value=1, required=False, help_text="Behind the last code point.")
    prefix = AnyText(
        trim_whitespace=False, required=False, allow_blank=True, max_length=200, help_text="Words right before."
    )
    suffix = AnyText(
        trim_whitespace=False, required=False, allow_blank=True, max_length=200, help_text="Words right behind."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("start" in attrs) != ("end" in attrs):
            missing = "end" if "start" in attrs else "start"
            raise serializers.ValidationError({missing: "start and end go together, or neither is given."})
        return attrs


class SegmentBody(SpanBody):
    """One unbroken run of quoted words."""


class MentionBody(WriteSerializer):
    """How the document names one who has a part in the statement, and the role it prints."""

    speaker_id = Id(help_text="Who it names: one that has a part in the statement.")
    kind = Choice(choices=AttributionKind.choices, default=AttributionKind.SPEAKER)
    name = SpanBody(required=False, allow_null=True)
    role = SpanBody(required=False, allow_null=True)


class RelayBody(WriteSerializer):
    """Who passes the words on in the document; listed from the speaker outwards."""

    speaker = Reference(Speaker.objects.live())
    mention = SpanBody(required=False, allow_null=True, help_text="The name as printed.")


class AppearanceBody(WriteSerializer):
    """How one document reports the statement."""

    id = serializers.UUIDField(required=False, help_text="Of the appearance that stays; without it, it is a new one.")
    source = Id(help_text="Id of the source.")  # type: ignore[assignment]  # DRF has an attribute of this name
    revision = Number(min_value=1, required=False, help_text="Number of its revision; without it, the latest.")
    quotation_type = Choice(choices=QuotationType.choices)
    language = Language(required=False)
    is_headline = Flag(default=False)
    segments = SegmentBody(many=True, allow_empty=False, max_length=MAX_SPANS)
    cue = SpanBody(required=False, allow_null=True, help_text="The words of saying: “a déclaré”.")
    mentions = MentionBody(many=True, default=list, max_length=MOST)
    relays = RelayBody(many=True, default=list, max_length=MOST)

    def validate(self, attrs: dict[str, Any]) -> Quoted:
        """Return the report, with each span found in the text."""
        revision = self._revision(attrs)
        return _Reading(revision).quoted(attrs)

    def _revision(self, attrs: dict[str, Any]) -> SourceText:
        texts = SourceText.objects.filter(source=attrs["source"]).select_related("source").defer("raw")
        number = attrs.get("revision")
        # a text is long, and often that of all appearances of a batch
        read: dict[Any, SourceText | None] = self.context.get("texts", {})
        key = (attrs["source"], number)
        if key not in read:
            read[key] = (texts.filter(number=number) if number else texts).order_by("-number").first()
        found = read[key]
        if found is None and number and texts.exists():
            raise serializers.ValidationError({"revision": _("The source has no revision %s.") % number})
        if found is None:
            raise serializers.ValidationError({"source": _("There is no source with this id that has a text.")})
        return found


class _Reading:
    """The spans of one appearance, sought in the text; all that are not there are told at once."""

    def __init__(self, revision: SourceText) -> None:
        self.revision = revision
        self.errors: dict[str, Any] = {}

    def quoted(self, attrs: dict[str, Any]) -> Quoted:
        segments = [self._span(one, "segments", number) for number, one in enumerate(attrs["segments"])]
        found = [one for one in segments if one]
        try:
            check_order(found)
        except SpanError as error:
            self.errors["segments"] = [translated(error)]
        cue = self._mentioned(attrs.get("cue"), "cue")
        printed = [
            Printed(
                speaker_id=one["speaker_id"],
                kind=one["kind"],
                name=self._mentioned(one.get("name"), "mentions", number, "name"),
                role=self._mentioned(one.get("role"), "mentions", number, "role"),
            )
            for number, one in enumerate(attrs["mentions"])
        ]
        relays = [
            Passing(one["speaker"], self._mentioned(one.get("mention"), "relays", number, "mention"))
            for number, one in enumerate(attrs["relays"])
        ]
        if self.errors:
            raise serializers.ValidationError(self.errors)
        report = Report(
            revision=self.revision,
            segments=found,
            quotation_type=attrs["quotation_type"],
            id=attrs.get("id") or uuid7(),
            language=attrs.get("language", ""),
            cue=cue,
            is_headline=attrs["is_headline"],
            relays=relays,
        )
        return Quoted(report, printed)

    def _mentioned(self, words: dict[str, Any] | None, *steps: str | int) -> Span | None:
        if words is None:
            return None
        span = self._span(words, *steps)
        if span is not None and span.end - span.start > MAX_MENTION:
            self._refuse(
                _("It is too long: %(max_length)s characters are the most.") % {"max_length": MAX_MENTION}, steps
            )
        return span

    def _span(self, words: dict[str, Any], *steps: str | int) -> Span | None:
        text = self.revision.text
        context = {"prefix": words.get("prefix", ""), "suffix": words.get("suffix", "")}
        try:
            if "start" not in words:
                return find(text, words["exact"], **context)
            span = Span(words["start"], words["end"])
            check_words(text, span, exact=words["exact"], **context)
        except SpanError as error:
            self._refuse(translated(error), steps)
            return None
        return span

    def _refuse(self, sentence: str, steps: Iterable[str | int]) -> None:
        """Put the sentence where the words are, as DRF nests errors."""
        *way, last = steps
        place: Any = self.errors
        for step in way:
            place = place.setdefault(step, {})
        place[last] = [sentence]


class PartBody(WriteSerializer):
    """A speaker's part in the statement."""

    speaker = Reference(Speaker.objects.live())
    role = Reference(
        Membership.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the membership in which it was said; left out, the one held at the time is taken; null: none.",
    )
    certainty = Choice(choices=Certainty.choices, default=Certainty.CERTAIN)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        membership = attrs.get("role")
        if membership is not None and membership.speaker_id != attrs["speaker"].pk:
            raise serializers.ValidationError({"role": _("It is the role of another speaker.")})
        return attrs


class WordingBody(WriteSerializer):
    """What was said, put in one language."""

    language = Language()
    text = Text(max_length=MAX_WORDING, trim_whitespace=False)
    is_original = Flag(default=False, help_text="True if the speaker used this language.")
    translator = TextOrNull(max_length=200)


class PositionBody(WriteSerializer):
    """The statement's stance to a claim."""

    claim = Reference(Claim.objects.all())
    stance = Choice(choices=Stance.choices)


class RelationBody(WriteSerializer):
    """How the statement bears on another."""

    type = Choice(choices=RelationType.choices)
    statement_id = Id(help_text="The other statement.")


class StatementBody(WriteSerializer):
    """A statement with everything that belongs to it, written as one."""

    speakers = PartBody(
        many=True, allow_empty=False, max_length=MOST, help_text="Who said it; joint speakers are equals."
    )
    on_behalf_of = PartBody(many=True, required=False, max_length=MOST)
    addressees = PartBody(many=True, required=False, max_length=MOST)
    attitude_holders = PartBody(many=True, required=False, max_length=MOST)
    wordings = WordingBody(
        many=True,
        required=False,
        max_length=MOST,
        help_text="Left out when it is created: the quoted words of the first appearance.",
    )
    said_at = NullableText(max_length=24, help_text=PARTIAL_DATE)
    said_at_text = TextOrNull(max_length=200)
    said_at_basis = ChoiceOrNull(choices=DateBasis.choices)
    event = Reference(Event.objects.all(), required=False, allow_null=True)
    act = Choice(choices=Act.choices, required=False)
    cameo = TextOrNull(max_length=4, help_text="CAMEO code of two to four digits.")
    attitude = ChoiceOrNull(choices=Attitude.choices, stored=None)
    intensity = ChoiceOrNull(choices=Intensity.choices, stored=None)
    intensity_phrase = TextOrNull(max_length=200)
    topics = References(Topic.objects.live(), required=False)
    appearances = AppearanceBody(many=True, required=False, max_length=MOST)
    positions = PositionBody(many=True, required=False, max_length=MOST)
    relations = RelationBody(many=True, required=False, max_length=MOST, help_text="To other statements (outgoing).")

    def validate_cameo(self, code: str) -> str:
        """Refuse what is no code, where it stands."""
        if code and not (code.isascii() and code.isdigit() and len(code) > 1):
            raise serializers.ValidationError(_("A CAMEO code is two to four digits."))
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what is to be written, as `content`."""
        self._check_once(attrs)
        if not self.is_change and not attrs.get("appearances") and not attrs.get("wordings"):
            raise serializers.ValidationError({"appearances": _("It has no words: give an appearance or a wording.")})
        content = Content(
            values=self._values(attrs),
            parts=self._parts(attrs),
            quotes=attrs.get("appearances"),
            wordings=[Wording(**{**one, "translator": one.get("translator") or ""}) for one in attrs["wordings"]]
            if "wordings" in attrs
            else None,
            topics=[one.pk for one in attrs["topics"]] if "topics" in attrs else None,
            positions=[(one["claim"], one["stance"]) for one in attrs["positions"]] if "positions" in attrs else None,
            relations=self._relations(attrs),
        )
        return {"content": content}

    def _values(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: attrs[name] for name in VALUES if name in attrs}

    def _parts(self, attrs: dict[str, Any]) -> dict[str, list[Part]]:
        return {
            kind: [
                Part(
                    speaker=one["speaker"],
                    kind=kind,
                    membership=one.get("role"),
                    has_no_role="role" in one and one["role"] is None,
                    certainty=one["certainty"],
                )
                for one in attrs[name]
            ]
            for name, kind in PARTS.items()
            if name in attrs
        }

    def _relations(self, attrs: dict[str, Any]) -> list[tuple[str, Statement]] | None:
        if "relations" not in attrs:
            return None
        wanted = [one["statement_id"] for one in attrs["relations"]]
        seen: dict[UUID, Statement] = self.context["statements"].in_bulk(wanted)
        missing: dict[Any, Any] = {
            number: {"statement_id": [_("There is no statement with this id.")]}
            for number, one in enumerate(wanted)
            if one not in seen
        }
        if missing:
            raise serializers.ValidationError({"relations": missing})
        return [(one["type"], seen[one["statement_id"]]) for one in attrs["relations"]]

    def _check_once(self, attrs: dict[str, Any]) -> None:
        """Refuse what is given twice, where the record takes it once."""
        keys: dict[str, Any] = {
            **dict.fromkeys(PARTS, lambda one: one["speaker"].pk),
            "wordings": lambda one: one["language"],
            "positions": lambda one: one["claim"].pk,
            "relations": lambda one: (one["type"], one["statement_id"]),
            "topics": lambda one: one.pk,
            "appearances": lambda one: one.report.id,
        }
        for name, key in keys.items():
            seen = set()
            for number, one in enumerate(attrs.get(name) or ()):
                if key(one) in seen:
                    twice: dict[Any, Any] = {number: [_("It is given twice.")]}
                    raise serializers.ValidationError({name: twice})
                seen.add(key(one))


class ReasonBody(WriteSerializer):
    """Why a step is taken."""

    reason = Text(max_length=LONGEST_REASON, help_text="Kept with the statement.")


class UniteBody(WriteSerializer):
    """With which statement this one is one."""

    into = serializers.UUIDField(help_text="The statement that is kept.")
    into_version = Number(min_value=1, required=False, help_text="Its version, if it must not have changed since.")


class PlaceBody(WriteSerializer):
    """Where words stand: code points from 0, half-open."""

    start = Number(min_value=0)
    end = Number(min_value=1)


class ReanchorBody(WriteSerializer):
    """Which appearance moves to the latest revision, and to where if that cannot be found."""

    appearance = serializers.UUIDField(help_text="Id of the appearance.")
    spans = PlaceBody(many=True, required=False, allow_empty=False, max_length=MAX_SPANS, help_text="One a segment.")
