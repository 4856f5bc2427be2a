"""The forms by which a document comes in at the desk: what it is, then what is known of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.desk.intake.bringing import Alike
from sources.forms import WebAddressField, validate_visible
from sources.import_forms import ENCODINGS, FORMATS, AboutForm, WordsForm
from sources.models import Publisher, Source
from sources.services import Metadata
from sources.text.metadata import Found

APART = "apart"
TEXT_ATTRS = {"rows": 12, "class": "source-words"}


class BringInForm(WordsForm):
    """A document: its address, which is fetched unless its words are given, as text or as a file."""

    url = WebAddressField(
        required=False,
        label=gettext_lazy("Address"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "The page is fetched, unless you give its words below; then this is recorded as their address."
        ),
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs=TEXT_ATTRS),
        help_text=gettext_lazy("The article as it stands, or the source code of its page (HTML)."),
    )
    # Both are asked beside the words, when they can be seen.
    format = None  # type: ignore[assignment]  # Django's way to leave a field out
    encoding = None  # type: ignore[assignment]  # the same

    field_order = ("url", "text", "upload")

    @property
    def has_words(self) -> bool:
        """Whether words came, and not an address alone."""
        return hasattr(self, "words")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.has_error("text", "nothing"):
            del self.errors["text"]
            if not cleaned.get("url") and "url" not in self.errors:
                self.add_error("url", _("Give an address, paste the text or choose a file."))
        return cleaned


class PublisherNameField(forms.CharField):
    """A publisher by name, one of the record or a new one."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": "publishers", "autocomplete": "off"})
        super().__init__(required=False, max_length=200, validators=[validate_visible], widget=widget, **kwargs)


class WhichPublisherField(forms.ModelChoiceField[Publisher]):
    """One of several publishers of the same name."""

    def label_from_instance(self, obj: Any) -> str:
        return " · ".join(str(part) for part in (obj.name, obj.get_kind_display(), obj.country, obj.homepage) if part)


class PreviewForm(AboutForm):
    """What is known of a document that came: found in it, for a person to mend. What is left empty stays unknown."""

    agency = PublisherNameField(  # type: ignore[assignment]  # by name instead of by row
        label=gettext_lazy("Agency"), help_text=gettext_lazy("The wire service it came from; made where it is new.")
    )
    publisher = PublisherNameField(  # type: ignore[assignment]  # the same
        label=gettext_lazy("Publisher"), help_text=gettext_lazy("Who put it out; made where the name is new.")
    )
    copy_of = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("What is it then?"))
    #: the document whose next revision it is to be, as the page said that it would
    revises = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # Known from fetching, not typed.
    retrieved_at = None  # type: ignore[assignment]  # Django's way to leave a field out

    MAIN = ("published_at", "language", "publisher", "publisher_row", "agency", "agency_row", "authors")
    MORE = ("type", "translator", "licence", "archived_at")

    def __init__(self, *args: Any, alike: Alike, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alike = alike
        for name in ("title", "language"):
            self.fields[name].required = True
        self._offer_copies()
        for name in ("publisher", "agency"):
            self._offer_those_called(name)

    def _offer_copies(self) -> None:
        others = self.alike.others
        if self.alike.at_address or not others:
            del self.fields["copy_of"]
            return
        choices: list[tuple[str, Any]] = [
            (str(one.pk), _("A copy of “%(title)s”, in another place") % {"title": one.title}) for one in others
        ]
        choices.append((APART, _("A document of its own, and no copy of these")))
        field: Any = self.fields["copy_of"]
        field.choices = choices
        if not self.alike.same:
            field.initial = APART

    def _offer_those_called(self, name: str) -> None:
        """Where several publishers have the name that is written, ask which of them is meant."""
        typed = str(self[name].value() or "").strip()
        called = Publisher.objects.called(typed) if typed and "\0" not in typed else Publisher.objects.none()
        if len(called[:2]) > 1:
            self.fields[f"{name}_row"] = WhichPublisherField(
                called, label=_("Which “%(name)s”?") % {"name": typed}, empty_label="", required=True
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        there = self.alike.at_address
        if there and self.alike.number is None and cleaned.get("revises") != there.pk:
            self.add_error(
                "url", _("This address is recorded already, with other words: see above what would be done.")
            )
        elif "copy_of" in self.fields and self.alike.same and not cleaned.get("copy_of"):
            self.add_error("copy_of", _("These words are recorded already: say what this document is."))
        return cleaned

    def metadata(self) -> Metadata:
        """Return what was filled in; what is left empty is not known."""
        for name in ("publisher", "agency"):
            self.cleaned_data[name] = self.cleaned_data.get(f"{name}_row") or self.cleaned_data[name]
        return super().metadata()

    @property
    def main(self) -> list[forms.BoundField]:
        """What is looked at each time, besides title and address, which are long."""
        return [self[name] for name in self.MAIN if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """What is seldom needed."""
        return [self[name] for name in self.MORE]

    @property
    def has_errors_in_more(self) -> bool:
        """Whether something seldom needed is wrong, and must not be folded away."""
        return any(field.errors for field in self.more)

    @property
    def original(self) -> UUID | None:
        """The document that it copies."""
        chosen = self.cleaned_data.get("copy_of")
        return UUID(chosen) if chosen and chosen != APART else None

    @property
    def is_apart(self) -> bool:
        """Whether it is said to be a document of its own."""
        return self.cleaned_data.get("copy_of") == APART


class ReadingForm(forms.Form):
    """How the bytes that came are to be read."""

    format = forms.ChoiceField(choices=FORMATS[1:], label=gettext_lazy("Format"))
    encoding = forms.ChoiceField(required=False, choices=ENCODINGS, label=gettext_lazy("Encoding"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # what the server said may be none of those that are commonly chosen
        said = str(self.initial.get("encoding") or "")
        field: Any = self.fields["encoding"]
        if said and said not in dict(ENCODINGS):
            field.choices = [*ENCODINGS, (said, said)]


def found_in(found: Found, url: str) -> dict[str, Any]:
    """Return what a document says about itself as a PreviewForm shows it; `url` is where it is known to be."""
    return {
        "title": found.title,
        "url": url or found.url or "",
        "language": found.language or "",
        "published_at": found.published_at or "",
        "publisher": found.publisher or "",
        "agency": found.agency or "",
        "authors": "\n".join(found.authors),
        "translator": found.translator,
    }


def described(source: Source) -> str:
    """Return where and when a document was put out, in a few words."""
    parts = (source.publisher, source.agency, source.published_at, source.language)
    return " · ".join(str(one) for one in parts if one)
