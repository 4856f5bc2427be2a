"""The form in which a curator says who said the words that were selected in a text."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.widgets import SpanField, SpansField, choose
from claims.models import Appearance, Attribution, Membership, Relation, Relay, Role, Segment, Speaker, Statement
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
    Status,
)
from claims.services.editing import find_twin
from claims.services.recording import Part, Passing, Report, basis_of, read_intensity, record_statement
from claims.services.rights import CHANGE_OTHERS, PUBLISH, seen_statements
from claims.text import spans as text_spans
from config.access.permissions import Access
from config.writing.refusals import check_deferred_rules
from sources.messages import translated
from sources.models import SourceText
from sources.models.fields import validate_partial_date
from sources.text import partial_dates

SPEAKERS, RELAYS = 6, 3
_LINE_BREAKS = re.compile(r"[ \t]*[\r\n]+[ \t]*")


class TextForm(forms.Form):
    """A form whose span fields refer to one text."""

    def __init__(self, *args: Any, text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, SpanField | SpansField):
                field.text = text


class SpeakerForm(TextForm):
    """One speaker's part: who, as what, and how the text prints it."""

    speaker = choose(Attribution, "speaker", required=False)
    kind = forms.ChoiceField(choices=AttributionKind.choices, label=gettext_lazy("Part"))
    role = choose(
        Membership,
        "role",
        required=False,
        help_text=gettext_lazy("Left empty, the one role known for that date is taken."),
    )
    organization = choose(
        Membership,
        "organization",
        required=False,
        label=gettext_lazy("Role in"),
        help_text=gettext_lazy("The state, ministry or body in which the role is held."),
    )
    certainty = forms.ChoiceField(choices=Certainty.choices, label=gettext_lazy("Certainty"))
    mention = SpanField(label=gettext_lazy("Name as printed"))
    role_as_printed = SpanField(label=gettext_lazy("Role as printed"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = ("role", "organization", "mention", "role_as_printed")
        if not cleaned.get("speaker") and "speaker" not in self.errors and any(cleaned.get(name) for name in names):
            self.add_error("speaker", _("Choose the speaker that this belongs to."))
        if cleaned.get("organization") and not cleaned.get("role"):
            self.add_error("role", _("Choose the role held there."))
        return cleaned


class RelayForm(TextForm):
    """Who passes the words on, from the speaker outwards."""

    speaker = choose(Relay, "speaker", required=False)
    mention = SpanField(label=gettext_lazy("Name as printed"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("mention") and not cleaned.get("speaker") and "speaker" not in self.errors:
            self.add_error("speaker", _("Choose the speaker that this belongs to."))
        return cleaned


class QuoteForm(TextForm):
    """The statement itself: its words, what it does, when it was said."""

    spans = SpansField()
    quotation_type = forms.ChoiceField(
        choices=QuotationType.choices, label=gettext_lazy("Quotation"), widget=forms.RadioSelect
    )
    is_headline = forms.BooleanField(required=False, label=gettext_lazy("In a headline"))
    cue = SpanField(label=gettext_lazy("Cue"), help_text=gettext_lazy("The words of saying: “a déclaré”."))
    act = forms.ChoiceField(choices=Act.choices, label=gettext_lazy("Act"))
    attitude = forms.ChoiceField(choices=[("", "—"), *Attitude.choices], required=False, label=gettext_lazy("Attitude"))
    intensity = forms.TypedChoiceField(
        choices=[("", "—"), *Intensity.choices],
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("Intensity"),
    )
    intensity_phrase = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Intensity phrase"),
        help_text=gettext_lazy("The literal words that show it."),
        widget=forms.TextInput(attrs={"data-takes-words": ""}),
    )
    said_at = forms.CharField(
        required=False,
        max_length=24,
        label=gettext_lazy("Said"),
        validators=[validate_partial_date],
        help_text=gettext_lazy("2023, 2025-02 or 2023-09-13; ~ about, ? unsure; a/b from a to b."),
        widget=forms.TextInput(attrs={"list": "known-dates", "autocomplete": "off"}),
    )
    said_at_text = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Date as printed"),
        widget=forms.TextInput(attrs={"data-takes-words": ""}),
    )
    said_at_basis = forms.ChoiceField(
        choices=[("", "—"), *DateBasis.choices],
        required=False,
        label=gettext_lazy("Date known from"),
        help_text=gettext_lazy("Left empty: printed where the words printed say the year, else inferred."),
    )
    event = choose(Statement, "event", required=False)
    topics = choose(Statement, "topics", required=False)
    wording = forms.CharField(
        max_length=MAX_WORDING,
        label=gettext_lazy("Wording"),
        help_text=gettext_lazy("What was said, readable by itself."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    inside = forms.ModelChoiceField(
        queryset=Statement.objects.none(),
        required=False,
        label=gettext_lazy("Reported inside"),
        help_text=gettext_lazy("The statement of this text that quotes this one."),
    )

    def __init__(self, *args: Any, text: str, revision: SourceText, outer: Any, **kwargs: Any) -> None:
        """`outer` are the statements that it may be reported inside of."""
        super().__init__(*args, text=text, **kwargs)
        self.revision = revision
        inside: Any = self.fields["inside"]
        inside.queryset = outer

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            text_spans.check_order(cleaned.get("spans") or [])
        except text_spans.SpanError as error:
            self.add_error(None, translated(error))
        self._clean_intensity(cleaned)
        self._clean_date(cleaned)
        return cleaned

    def _clean_intensity(self, cleaned: dict[str, Any]) -> None:
        phrase, intensity = cleaned.get("intensity_phrase"), cleaned.get("intensity")
        if bool(phrase) != (intensity is not None) and not {"intensity", "intensity_phrase"} & set(self.errors):
            missing = "intensity_phrase" if intensity else "intensity"
            self.add_error(missing, _("An intensity needs the phrase that shows it, and a phrase its intensity."))
        words = " ".join(span.words(self.revision.text) for span in cleaned.get("spans") or [])
        if phrase and words and phrase not in words and phrase not in (cleaned.get("wording") or ""):
            self.add_error("intensity_phrase", _("These words do not stand in the statement."))

    def _clean_date(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("said_at") and not cleaned.get("said_at_basis"):
            cleaned["said_at_basis"] = basis_of(cleaned["said_at"], cleaned.get("said_at_text") or "")
        elif cleaned.get("said_at_basis") and not cleaned.get("said_at") and "said_at" not in self.errors:
            self.add_error("said_at", _("Say when, or leave open how the date is known."))


class SpeakerFormSet(forms.BaseFormSet[SpeakerForm]):
    """The speakers of one statement; at least one of them spoke."""

    def clean(self) -> None:
        chosen = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data.get("speaker")]
        if any(self.errors):
            return
        if not any(one["kind"] == AttributionKind.SPEAKER for one in chosen):
            raise ValidationError(_("Say who said it: choose at least one speaker."))
        keys = [(one["speaker"].pk, one["kind"]) for one in chosen]
        if len(set(keys)) < len(keys):
            raise ValidationError(_("A speaker is given twice with the same part."))


def statements_of(revision: SourceText, access: Access) -> Any:
    """Return the statements that appear in a revision and that they see, in the order they were entered."""
    seen = seen_statements(access).order_by().values("pk")
    return (
        Statement.objects.filter(appearances__source_text=revision, pk__in=seen)
        .prefetch_related("wordings", "attributions__speaker")
        .order_by("id")
        .distinct()
    )


def open_statements_of(revision: SourceText, access: Access) -> Any:
    """Return those of them that may be given a relation: drafts that they may change, for reviewers published ones."""
    statements = statements_of(revision, access)
    drafts = Q(status=Status.DRAFT) if access.may(CHANGE_OTHERS) else Q(status=Status.DRAFT, created_by=access.user)
    return statements.filter(drafts | Q(status=Status.PUBLISHED) if access.may(PUBLISH) else drafts)


class TwinError(Exception):
    """The same words of the same speakers are recorded already; the message names the statement."""


class QuotePage:
    """The three parts of the page together: the statement, its speakers, its relays."""

    def __init__(
        self,
        revision: SourceText,
        data: Mapping[str, Any] | None,
        initial: Mapping[str, Any],
        replacing: Statement | None = None,
        *,
        outer: Any,
    ) -> None:
        self.revision = revision
        self.replacing = replacing
        kwargs = {"text": revision.text}
        first, passing = initial.get("speakers", []), initial.get("relays", [])
        speakers = forms.formset_factory(SpeakerForm, SpeakerFormSet, **_exactly(SPEAKERS, len(first)))
        relays = forms.formset_factory(RelayForm, **_exactly(RELAYS, len(passing)))
        self.quote = QuoteForm(data, initial=dict(initial), revision=revision, outer=outer, **kwargs)
        self.speakers = speakers(data, prefix="speakers", form_kwargs=kwargs, initial=first)
        self.relays = relays(data, prefix="relays", form_kwargs=kwargs, initial=passing)

    def is_valid(self) -> bool:
        """Check all parts, so that all errors show at once."""
        return all([self.quote.is_valid(), self.speakers.is_valid(), self.relays.is_valid()])

    def _twin(self) -> Statement | None:
        """A statement of the same words by the same speakers, such as a button pressed twice makes."""
        rows = [form.cleaned_data for form in self.speakers.forms if form.cleaned_data.get("speaker")]
        speakers = [row["speaker"].pk for row in rows if row["kind"] == AttributionKind.SPEAKER]
        besides = self.replacing.pk if self.replacing else None
        found = find_twin(self.revision, self.quote.cleaned_data["spans"], speakers, besides=besides)
        return Statement.objects.get(pk=found) if found else None

    @transaction.atomic
    def save(self, *, author: Any) -> Statement:
        """Record the draft with everything the page says of it; raise TwinError where it is recorded already."""
        quote = self.quote.cleaned_data
        # One at a time in a text, so that of two at once the second sees the first.
        SourceText.objects.without_content().select_for_update(no_key=True).get(pk=self.revision.pk)
        if twin := self._twin():
            told = _("This speaker is recorded with exactly these words already: %(statement)s.")
            somebody = _("This speaker is recorded with exactly these words already.")
            seen = Statement.objects.seen_by(author.pk, all_drafts=author.has_perm(CHANGE_OTHERS))
            raise TwinError(told % {"statement": twin} if seen.filter(pk=twin.pk).exists() else somebody)
        statement = record_statement(
            parts=list(self._parts(quote.get("said_at") or self.revision.source.published_at)),
            report=Report(
                revision=self.revision,
                segments=quote["spans"],
                quotation_type=quote["quotation_type"],
                cue=quote["cue"],
                is_headline=quote["is_headline"],
                relays=[
                    Passing(relay["speaker"], relay["mention"])
                    for relay in (form.cleaned_data for form in self.relays.forms)
                    if relay.get("speaker")
                ],
            ),
            wordings=[{"language": self.revision.source.language, "text": quote["wording"]}],
            topics=quote["topics"],
            values={
                **{name: quote[name] for name in ("act", "event", "intensity", "intensity_phrase")},
                **{name: quote[name] for name in ("said_at_text", "said_at_basis")},
                "said_at": quote["said_at"] or None,
                "attitude": quote["attitude"] or None,
                **({} if self.replacing else {"created_by": author}),
            },
            replacing=self.replacing,
        )
        if quote["inside"]:
            Relation.objects.get_or_create(statement=quote["inside"], type=RelationType.REPORTS, other=statement)
        check_deferred_rules()
        return statement

    def _parts(self, said: str | None) -> Iterable[Part]:
        for form in self.speakers.forms:
            row = form.cleaned_data
            if row.get("speaker"):
                yield Part(
                    speaker=row["speaker"],
                    kind=row["kind"],
                    certainty=row["certainty"],
                    membership=_membership(row["speaker"], row["role"], row["organization"], said),
                    mention=row["mention"],
                    role=row["role_as_printed"],
                )


def _exactly(rows: int, filled: int) -> dict[str, Any]:
    """So many rows, whatever number a request claims; a draft may have been given more of them elsewhere."""
    most = max(rows, filled)
    return {"extra": most - filled, "max_num": most, "absolute_max": most}


def _membership(
    speaker: Speaker, role: Role | None, organization: Speaker | None, said: str | None
) -> Membership | None:
    """The membership that was chosen: the known one of that date, or a new one without dates."""
    if role is None:
        return None
    held = speaker.memberships.filter(role=role)
    if organization is not None:
        held = held.filter(organization=organization)
    if said:
        bounds = partial_dates.parse(said)
        held = held.as_of(bounds.earliest, bounds.latest)
    known = held.first()
    return known or Membership.objects.create(speaker=speaker, role=role, organization=organization)


def first_guesses(revision: SourceText, selection: list[text_spans.Span], outer: Any) -> dict[str, Any]:
    """Return what the form starts with: everything that the selected words themselves tell, and no more.

    `outer` are the statements that it may be reported inside of.
    """
    text, spans = revision.text, selection
    words = " […] ".join(span.words(text) for span in spans)
    inside = _reported_inside(revision, spans, outer)
    reading = read_intensity(words=words, language=revision.source.language)
    return {
        "spans": ",".join(f"{span.start}-{span.end}" for span in spans),
        # Marks around a report inside a quote are those of the quote.
        "quotation_type": "indirect" if inside else text_spans.quotation_type(text, spans),
        "inside": inside,
        "wording": _LINE_BREAKS.sub(" ", words),
        "intensity": reading.intensity if reading else None,
        "intensity_phrase": reading.phrase if reading else "",
    }


def _reported_inside(revision: SourceText, spans: list[text_spans.Span], outer: Any) -> Statement | None:
    """The one among `outer` whose words hold these words and more, the closest one."""
    around = (
        Segment.objects.filter(appearance__source_text=revision, start__lte=spans[0].start, end__gte=spans[-1].end)
        .filter(appearance__statement__in=outer.order_by().values("pk"))
        .exclude(start=spans[0].start, end=spans[-1].end)
        .select_related("appearance__statement")
    )
    closest = min(around, key=lambda segment: segment.end - segment.start, default=None)
    return closest.appearance.statement if closest else None


def what_is_recorded(appearance: Appearance, outer: Any) -> dict[str, Any]:
    """Return what the form starts with when a draft is recorded anew: everything that is recorded of it here."""
    statement = appearance.statement
    mentions = {mention.attribution_id: mention for mention in appearance.mentions.all()}
    wording = statement.wordings.filter(language=appearance.source_text.source.language).first()
    around = Relation.objects.filter(type=RelationType.REPORTS, other=statement, statement__in=outer).first()
    fields = ("act", "attitude", "intensity", "intensity_phrase", "said_at", "said_at_text", "said_at_basis")
    return {
        **{name: getattr(statement, name) for name in fields},
        "spans": ",".join(f"{one.start}-{one.end}" for one in appearance.segments.all()),
        "quotation_type": appearance.quotation_type,
        "is_headline": appearance.is_headline,
        "cue": _typed(appearance.cue_start, appearance.cue_end),
        "event": statement.event_id,
        "topics": list(statement.topics.values_list("pk", flat=True)),
        "wording": wording.text if wording else "",
        "inside": around.statement_id if around else None,
        "speakers": [
            {
                "speaker": row.speaker_id,
                "kind": row.kind,
                "certainty": row.certainty,
                "role": row.membership.role_id if row.membership else None,
                "organization": row.membership.organization_id if row.membership else None,
                "mention": _typed(mentions[row.pk].start, mentions[row.pk].end) if row.pk in mentions else "",
                "role_as_printed": (
                    _typed(mentions[row.pk].role_start, mentions[row.pk].role_end) if row.pk in mentions else ""
                ),
            }
            for row in statement.attributions.select_related("membership")
        ],
        "relays": [
            {"speaker": row.speaker_id, "mention": _typed(row.start, row.end)} for row in appearance.relays.all()
        ],
    }


def _typed(start: int | None, end: int | None) -> str:
    """A span as the form has it, empty where there is none."""
    return "" if start is None else f"{start}-{end}"
