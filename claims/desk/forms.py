"""The Form of the desk: what a curator says of words, member by member; its shape, and its spans in the text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

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
)
from claims.text.spans import MAX_SPANS, Span, SpanError, check_order
from config.http import problems
from config.writing.serializers import Choice, Flag, Id, Language, Text, WriteSerializer
from sources.messages import translated
from sources.models.fields import validate_partial_date

Form = dict[str, Any]
MOST = 50  # parts of one kind
MOST_TOPICS = 500
#: members that are said together: without the first, there is nothing for the others to say
_TOGETHER: dict[str, Form] = {"intensity": {"intensity_phrase": ""}, "said_at": {"said_at_basis": None}}


class SpanPair(serializers.Field):  # type: ignore[type-arg]  # no generic when it runs
    """`[start, end]`: code points from 0 of the revision's text, half-open."""

    def to_internal_value(self, data: Any) -> list[int]:
        is_pair = isinstance(data, list) and len(data) == 2 and all(type(one) is int for one in data)
        if not is_pair:
            raise serializers.ValidationError(_("It must be two whole numbers: where the words begin and end."))
        return list(data)

    def to_representation(self, value: Any) -> Any:
        return value


class Key(Id):
    """The id of a row, kept as text."""

    def to_internal_value(self, data: Any) -> str:  # type: ignore[override]  # JSON has no ids
        return str(super().to_internal_value(data))


class Term(Choice):
    """A term of a closed vocabulary, in JSON's own type."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        return int(value) if isinstance(value, int) else str(value)


class SpeakerPart(WriteSerializer):
    """One who has a part in the statement; `id` is null while the record does not have the name."""

    id = Key(allow_null=True)
    kind = Term(choices=AttributionKind.choices, default=str(AttributionKind.SPEAKER))
    mention = SpanPair(allow_null=True, default=None)
    role = SpanPair(allow_null=True, default=None)
    membership = Key(allow_null=True, required=False)
    certainty = Term(choices=Certainty.choices, default=str(Certainty.CERTAIN))


class RelayPart(WriteSerializer):
    """Who passes the words on."""

    id = Key(allow_null=True)
    mention = SpanPair(allow_null=True, default=None)


class WordingPart(WriteSerializer):
    """What was said, put in one language."""

    language = Language()
    text = Text(max_length=MAX_WORDING, trim_whitespace=False)
    is_original = Flag(default=False)
    translator = Text(max_length=200, allow_blank=True, default="")


class FormBody(WriteSerializer):
    """The members of a Form; those given are checked, each is given whole."""

    segments = serializers.ListField(child=SpanPair(), allow_empty=False, max_length=MAX_SPANS)
    quotation_type = Term(choices=QuotationType.choices)
    is_headline = Flag()
    cue = SpanPair(allow_null=True)
    speakers = SpeakerPart(many=True, max_length=MOST)
    relays = RelayPart(many=True, max_length=MOST)
    act = Term(choices=Act.choices)
    attitude = Term(choices=Attitude.choices, allow_null=True)
    intensity = Term(choices=Intensity.choices, allow_null=True)
    intensity_phrase = Text(max_length=200, allow_blank=True)
    said_at = Text(max_length=24, allow_null=True)
    said_at_text = Text(max_length=200, allow_blank=True)
    said_at_basis = Term(choices=DateBasis.choices, allow_null=True)
    event = Key(allow_null=True)
    topics = serializers.ListField(child=Key(), max_length=MOST_TOPICS)
    wordings = WordingPart(many=True, max_length=MOST, allow_null=True)
    inside = Key(allow_null=True)
    same_as = Key(allow_null=True)

    def validate_said_at(self, value: str | None) -> str | None:
        """Refuse what is no partial date."""
        if value:
            try:
                validate_partial_date(value)
            except ValidationError as error:
                raise serializers.ValidationError(error.messages) from None
        return value or None


MEMBERS = tuple(FormBody._declared_fields)


def read_form(given: Any, text: str) -> Form:
    """Return the members of a Form that are given, as they are kept; spans lose white space at their ends.

    Raise ProblemError (400) that points at each member at fault.
    """
    if not isinstance(given, Mapping):
        raise problems.body_error("", _("It must be a JSON object."))
    form: Form = _plain(FormBody.validated(given, is_change=True))
    if form.get("wordings") == []:
        form["wordings"] = None
    errors = [*_trim(form, text), *_twice(form)]
    if errors:
        raise problems.invalid_body(errors)
    for name, others in _TOGETHER.items():
        if name in form and form[name] is None:
            form = {**others, **form}
    return form


def _plain(value: Any) -> Any:
    """JSON's own types, so that what is kept is what is read back."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _trim(form: Form, text: str) -> Iterator[dict[str, str]]:
    """Trim each span where it stands, and yield what is wrong with those that do not fit."""
    segments = form.get("segments") or []
    yield from _trim_all(segments, text)
    try:
        check_order([Span(*one) for one in segments])
    except SpanError as error:
        yield {"pointer": "/segments", "detail": translated(error)}
    yield from _trim_member(form, "cue", text, "/cue")
    for name, members in (("speakers", ("mention", "role")), ("relays", ("mention",))):
        for place, one in enumerate(form.get(name) or ()):
            for member in members:
                yield from _trim_member(one, member, text, f"/{name}/{place}/{member}")


def _trim_all(spans: list[list[int]], text: str) -> Iterator[dict[str, str]]:
    for place, pair in enumerate(spans):
        try:
            span = Span(*pair).trimmed(text)
        except SpanError as error:
            yield {"pointer": f"/segments/{place}", "detail": translated(error)}
            continue
        spans[place] = [span.start, span.end]


def _trim_member(holder: dict[str, Any], name: str, text: str, pointer: str) -> Iterator[dict[str, str]]:
    if holder.get(name) is None:
        return
    try:
        span = Span(*holder[name]).trimmed(text)
    except SpanError as error:
        yield {"pointer": pointer, "detail": translated(error)}
        return
    holder[name] = [span.start, span.end]
    if span.end - span.start > MAX_MENTION:
        sentence = _("It is too long: %(max_length)s characters are the most.") % {"max_length": MAX_MENTION}
        yield {"pointer": pointer, "detail": sentence}


def _twice(form: Form) -> Iterator[dict[str, str]]:
    """What is given twice, where the record takes it once."""
    keys: dict[str, Any] = {
        "speakers": lambda one: one["id"] and (one["id"], one["kind"]),
        "topics": lambda one: one,
        "wordings": lambda one: one["language"],
    }
    for name, key in keys.items():
        seen: set[Any] = set()
        rows: Sequence[Any] = form.get(name) or ()
        for place, one in enumerate(rows):
            if key(one) is not None and key(one) in seen:
                yield {"pointer": f"/{name}/{place}", "detail": _("It is given twice.")}
            seen.add(key(one))


def corrections(guess: Form, form: Form, text: str) -> int:
    """Return how many members of a Form say something else than was guessed of them."""
    was, now = (read_form(_known(one), text) for one in (guess, form))
    return sum(1 for name in {*was, *now} if (was.get(name) or None) != (now.get(name) or None))


def _known(form: Form) -> Form:
    return {name: value for name, value in form.items() if name in MEMBERS and name != "same_as"}
