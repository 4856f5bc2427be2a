"""The forms by which documents come in."""

from dataclasses import dataclass, fields
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sources.forms import LinesField, WebAddressField, validate_visible
from sources.messages import translated
from sources.models import Licence, Publisher, Source, SourceType
from sources.models.fields import validate_partial_date
from sources.services import HTML, PLAIN, Metadata, guess_media_type
from sources.text.decoding import TextError, check_length, check_size

ENCODINGS = [
    ("", gettext_lazy("As the file says, else UTF-8")),
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252"),
    ("iso-8859-1", "Latin-1 (ISO 8859-1)"),
    ("utf-16", "UTF-16"),
]
FORMATS = [
    ("", gettext_lazy("As the file says, else plain text")),
    (PLAIN, gettext_lazy("Plain text")),
    (HTML, gettext_lazy("Web page (HTML)")),
]


@dataclass(frozen=True)
class PostedWords:
    """The bytes of a document, what they are, and the form field that they came in ("text" or "upload")."""

    raw: bytes
    media_type: str
    encoding: str | None
    field: str


class WordsForm(forms.Form):
    """The words of a document, pasted or uploaded; when the form is valid, they are in `words`."""

    words: PostedWords

    text = forms.CharField(
        required=False,
        strip=False,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 18, "class": "source-words", "autofocus": True}),
        help_text=gettext_lazy("Paste the article as it stands, or choose a file below."),
    )
    upload = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".txt,.html,.htm,text/plain,text/html"}),
        help_text=gettext_lazy("A text file or a saved web page; it is kept byte for byte."),
    )
    format = forms.ChoiceField(required=False, choices=FORMATS, label=gettext_lazy("Format"))
    encoding = forms.ChoiceField(
        required=False,
        choices=ENCODINGS,
        label=gettext_lazy("Encoding"),
        help_text=gettext_lazy("Of the uploaded file; pasted text needs none."),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            # Before anything is made of it.
            check_length(text)
        except TextError as error:
            # Nor is it sent back.
            self.data = {**self.data.dict(), "text": ""} if isinstance(self.data, QueryDict) else self.data
            raise ValidationError(translated(error)) from None
        return text

    def clean_upload(self) -> "UploadedFile[Any] | None":
        upload: UploadedFile[Any] | None = self.cleaned_data["upload"]
        if upload is not None:
            try:
                # Before it is read: the size is known.
                check_size(upload.size or 0)
            except TextError as error:
                raise ValidationError(translated(error)) from None
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        text, upload = cleaned.get("text"), cleaned.get("upload")
        if text and upload:
            self.add_error("upload", _("There is a pasted text too: give one of the two."))
        elif not text and not upload and not self.errors.keys() & {"text", "upload"}:
            self.add_error("text", ValidationError(_("Paste the text or choose a file."), code="nothing"))
        elif not self.errors.keys() & {"text", "upload"}:
            self.words = self._words(text or "", upload)
        return cleaned

    def _words(self, text: str, upload: "UploadedFile[Any] | None") -> PostedWords:
        wanted = self.cleaned_data.get("format", "")
        if upload is not None:
            raw = upload.read()
            media_type = wanted or guess_media_type(raw, upload.name or "")
            return PostedWords(raw, media_type, self.cleaned_data.get("encoding") or None, "upload")
        # Browsers send every line end of a text box as CR LF, whatever was pasted; an uploaded file stays as it is.
        raw = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
        # What the browser sent is UTF-8, also where a pasted page declares something else.
        return PostedWords(raw, wanted or guess_media_type(raw, ""), "utf-8", "text")


class AboutForm(forms.Form):
    """What is known of a document; of what is left empty, nothing is."""

    title = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("Title"),
        widget=AdminTextInputWidget(attrs={"size": 100}),
        validators=[validate_visible],
    )
    url = WebAddressField(
        required=False,
        label=gettext_lazy("Address"),
        widget=AdminTextInputWidget(attrs={"size": 100, "inputmode": "url"}),
        help_text=gettext_lazy("Where it was published. Recorded already: other words become a new revision there."),
    )
    publisher = forms.ModelChoiceField(Publisher.objects.all(), required=False, label=gettext_lazy("Publisher"))
    agency = forms.ModelChoiceField(
        Publisher.objects.all(),
        required=False,
        label=gettext_lazy("Agency"),
        help_text=gettext_lazy("The wire service it came from."),
    )
    authors = LinesField(required=False, label=gettext_lazy("Authors"))
    translator = forms.CharField(required=False, max_length=200, label=gettext_lazy("Translator"))
    language = forms.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        required=False,
        max_length=35,
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("BCP 47 tag, such as fr or en-GB."),
        error_messages={"invalid": gettext_lazy("A language is a BCP 47 tag, such as fr or en-GB.")},
    )
    published_at = forms.CharField(
        required=False,
        max_length=24,
        label=pgettext_lazy("date", "Published"),
        validators=[validate_partial_date],
        help_text=gettext_lazy("2023, 2025-02 or 2023-09-13; ~ about, ? unsure; a/b from a to b."),
    )
    type = forms.ChoiceField(choices=SourceType.choices, initial=SourceType.ARTICLE, label=gettext_lazy("Type"))
    licence = forms.ChoiceField(choices=Licence.choices, initial=Licence.UNKNOWN, label=gettext_lazy("Licence"))
    retrieved_at = forms.SplitDateTimeField(required=False, label=gettext_lazy("Retrieved"), widget=AdminSplitDateTime)
    archived_at = WebAddressField(
        required=False,
        label=gettext_lazy("Archived at"),
        widget=AdminTextInputWidget(attrs={"size": 100, "inputmode": "url"}),
        help_text=gettext_lazy("Address of an archived copy (schema.org archivedAt)."),
    )

    def metadata(self) -> Metadata:
        """Return what was filled in; nothing stands for what is to be found in the words."""
        return Metadata(**{one.name: self.cleaned_data.get(one.name) or None for one in fields(Metadata)})


class ImportForm(AboutForm, WordsForm):
    """A new document: its words, and what is known of it; what is left empty is looked for in the words."""

    allow_duplicate = forms.BooleanField(
        required=False,
        label=gettext_lazy("Record it although its words are recorded already"),
        help_text=gettext_lazy("For the same dispatch at another publisher."),
    )
    copy_of = forms.ModelChoiceField(
        Source.objects.all(),
        required=False,
        label=gettext_lazy("Copy of"),
        help_text=gettext_lazy("The dispatch that this document repeats."),
    )
