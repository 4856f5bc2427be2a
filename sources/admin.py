"""The admin of documents: who puts them out, bringing them in, reading what is kept of them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from sources.admin_base import RecordAdmin, TabularInline
from sources.forms import ChooseOne
from sources.import_forms import ImportForm, WordsForm
from sources.models import Publisher, PublisherSameAs, Source, SourceText
from sources.services import ImportRefused, ImportResult, Outcome, add_revision, import_text

READABLE = 200_000  # characters of a text that its page shows; the rest is in the file
FOREIGN_KEYS = ("publisher", "agency", "copy_of")
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "pl", "pt", "ru", "uk", "zh-hans")


class PublisherSameAsInline(TabularInline[PublisherSameAs, Publisher]):
    model = PublisherSameAs
    fields = ("url",)
    extra = 0


@admin.register(Publisher)
class PublisherAdmin(RecordAdmin[Publisher]):
    """Publishers by name."""

    list_display = ("name", "kind", "country", "homepage", "is_public")
    list_filter = ("kind",)
    ordering = ("sort_name", "id")
    sortable_by = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "kind", "country")}),
        (_("On the web"), {"fields": ("homepage",)}),
        (_("Record"), {"fields": ("is_public",)}),
    )
    readonly_fields = ("is_public",)
    inlines = (PublisherSameAsInline,)


class LanguageFilter(admin.SimpleListFilter):
    """By language, from a fixed list: which ones occur would have to be counted."""

    title = _("language")
    parameter_name = "lang"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code.split("-")[0], get_language_info(code)["name_translated"]) for code in LANGUAGES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if language := self.value():
            return queryset.filter(Q(language=language) | Q(language__startswith=f"{language}-"))
        return queryset


class SourceTextInline(TabularInline[SourceText, Source]):
    """The revisions of a document, without their words."""

    model = SourceText
    fields = readonly_fields = ("revision", "created_at", "characters", "bytes", "encoding", "sha256_short", "original")
    ordering = ("-number",)
    extra = max_num = 0
    most_rows = 1000
    can_delete = False
    verbose_name_plural = _("revisions of the text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceText]:
        return _measured(super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("revision"))
    def revision(self, text: SourceText) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:sources_sourcetext_change", args=[text.pk]),
            gettext("read revision %(number)s") % {"number": text.number},
        )

    @admin.display(description=_("characters"))
    def characters(self, text: SourceText) -> int:
        return text.characters  # type: ignore[attr-defined, no-any-return]  # the queryset adds it

    @admin.display(description=_("size"))
    def bytes(self, text: SourceText) -> str:
        return filesizeformat(text.bytes)  # type: ignore[attr-defined]  # the queryset adds it

    @admin.display(description="SHA-256")
    def sha256_short(self, text: SourceText) -> str:
        return format_html('<code title="{}">{}…</code>', _hex(text), _hex(text)[:12])

    @admin.display(description=_("as it came"))
    def original(self, text: SourceText) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:sources_sourcetext_original", args=[text.pk]),
            gettext("download"),
        )


@admin.register(Source)
class SourceAdmin(RecordAdmin[Source]):
    """Documents; a new one is imported, never typed field by field."""

    list_display = ("short_title", "type", "publisher", "agency", "language", "published_at", "is_public", "created_at")
    list_select_related = ("publisher", "agency")
    list_filter = ("type", LanguageFilter, "licence", "is_public")
    ordering = ("-sort_date", "-id")
    sortable_by = ("published_at",)
    autocomplete_fields = FOREIGN_KEYS
    fieldsets = (
        (None, {"fields": ("title", "url", "type", "language", "published_at")}),
        (_("Who put it out"), {"fields": ("publisher", "agency", "authors", "translator", "copy_of")}),
        (_("Where it is kept"), {"fields": ("retrieved_at", "archived_at", "licence")}),
        (_("Record"), {"fields": ("created_at", "is_public")}),
    )
    import_fieldsets = (
        (_("The words"), {"fields": ("text", "upload", "format", "encoding", "allow_duplicate", "copy_of")}),
        (
            _("About it"),
            {
                "fields": ("title", "url", "type", "language", "published_at"),
                "description": _("What is left empty is looked for in the words."),
            },
        ),
        (_("Who put it out"), {"fields": ("publisher", "agency", "authors", "translator")}),
        (_("Where it is kept"), {"fields": ("retrieved_at", "archived_at", "licence")}),
    )
    revision_fieldsets = ((_("The words"), {"fields": ("text", "upload", "format", "encoding")}),)
    readonly_fields = ("created_at", "is_public")
    inlines = (SourceTextInline,)
    change_form_template = "sources/source_change_form.html"

    @admin.display(description=_("title"))
    def short_title(self, source: Source) -> str:
        return Truncator(source.title).chars(100)

    def get_urls(self) -> list[URLPattern]:
        revise = path(
            "<uuid:source_id>/revision/",
            self.admin_site.admin_view(self.revision_view),
            name="sources_source_revision",
        )
        return [revise, *super().get_urls()]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let a document go with its texts, which nobody may delete alone."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed - {SourceText._meta.verbose_name}, protected

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Import a document; show one that is there already instead of a second one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None, initial=_proposed(request))
        for name in FOREIGN_KEYS:
            self._make_chooser(request, name, form.fields[name])
        if request.method == "POST" and form.is_valid():
            try:
                result = import_text(
                    raw=form.words.raw,
                    media_type=form.words.media_type,
                    encoding=form.words.encoding,
                    metadata=form.metadata(),
                    copy_of=form.cleaned_data["copy_of"],
                    allow_duplicate=form.cleaned_data["allow_duplicate"],
                )
            except ImportRefused as refusal:
                _add_refusal(form, refusal)
            else:
                if result.outcome is not Outcome.DUPLICATE:
                    return self._answer_import(request, result)
                form.add_error("allow_duplicate", _duplicate_error(result.source))
        return self._words_page(request, form, self.import_fieldsets, title=_("Import a source"), extra=extra_context)

    def revision_view(self, request: HttpRequest, source_id: UUID) -> HttpResponse:
        """Add newer words to a document."""
        source = self.get_object(request, str(source_id))
        if source is None:
            raise Http404
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        form = WordsForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                result = add_revision(
                    source=source, raw=form.words.raw, media_type=form.words.media_type, encoding=form.words.encoding
                )
            except ImportRefused as refusal:
                _add_refusal(form, refusal)
            else:
                return self._answer_import(request, result)
        return self._words_page(request, form, self.revision_fieldsets, title=_("Add a revision"), source=source)

    def _make_chooser(self, request: HttpRequest, name: str, field: Any) -> None:
        """Let the field be filled in by the beginning of a name, as on the page of a source."""
        foreign_key: Any = Source._meta.get_field(name)
        related = self.admin_site.get_model_admin(foreign_key.related_model)
        field.widget = RelatedFieldWidgetWrapper(
            ChooseOne(foreign_key, self.admin_site),
            foreign_key.remote_field,
            self.admin_site,
            # A document is imported, which a small window that waits for one new row is not made for.
            can_add_related=foreign_key.related_model is Publisher and related.has_add_permission(request),
        )
        field.widget.choices = field.choices

    def _answer_import(self, request: HttpRequest, result: ImportResult) -> HttpResponse:
        source = result.source
        if result.outcome is Outcome.CREATED:
            self.log_addition(request, source, [{"added": {}}])
            self.message_user(request, gettext("The source was imported."), messages.SUCCESS)
            for level, sentence in _about_found(result):
                self.message_user(request, sentence, level)
        elif result.outcome is Outcome.NEW_REVISION:
            self.log_change(request, source, gettext("Added revision %(number)s.") % {"number": result.text.number})
            told = gettext("Revision %(number)s was added; what is recorded about the source stays as it was.")
            self.message_user(request, told % {"number": result.text.number}, messages.SUCCESS)
        else:
            told = gettext("Nothing was imported: these words are revision %(number)s of this source.")
            self.message_user(request, told % {"number": result.text.number}, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:sources_source_change", args=[source.pk]))

    def _words_page(
        self,
        request: HttpRequest,
        form: WordsForm,
        fieldsets: Any,
        *,
        title: Any,
        source: Source | None = None,
        extra: dict[str, Any] | None = None,
    ) -> HttpResponse:
        admin_form = AdminForm(form, list(fieldsets), {}, model_admin=self)  # type: ignore[arg-type]  # a form of no model does too
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(source) if source else None,
            "source": source,
            "opts": self.opts,
            "adminform": admin_form,
            "form": form,
            "media": self.media + admin_form.media,
            **(extra or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "sources/import.html", context)


@admin.register(SourceText)
class SourceTextAdmin(admin.ModelAdmin[SourceText]):
    """The kept words, to read; nothing changes them."""

    list_display = ("id",)
    fields = readonly_fields = (
        "document",
        "number",
        "created_at",
        "characters",
        "bytes",
        "media_type",
        "encoding",
        "hash",
        "words",
    )

    class Media:
        css = {"all": ("sources/admin.css",)}

    def get_urls(self) -> list[URLPattern]:
        original = path(
            "<uuid:text_id>/original/",
            self.admin_site.admin_view(self.original_view),
            name="sources_sourcetext_original",
        )
        return [original, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceText]:
        # The words are read by `words`, and the bytes by `original_view`, each alone.
        return _measured(super().get_queryset(request)).select_related("source")

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Stay out of the index: texts are reached from their document."""
        return {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the documents."""
        return HttpResponseRedirect(reverse("admin:sources_source_changelist"))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the history of the document."""
        text = self.get_object(request, object_id)
        if text is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:sources_source_history", args=[text.source_id]))

    def original_view(self, request: HttpRequest, text_id: UUID) -> HttpResponse:
        """Send the bytes as they came, as a file that no browser opens as a page."""
        text = self.get_object(request, str(text_id))
        if text is None or not self.has_view_permission(request, text):
            raise Http404 if text is None else PermissionDenied
        suffix = "html" if text.media_type == "text/html" else "txt"
        answer = HttpResponse(bytes(text.raw), content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="{text.source_id}-{text.number}.{suffix}"'
        return answer

    @admin.display(description=_("source"))
    def document(self, text: SourceText) -> str:
        return _link(text.source)

    @admin.display(description=_("characters"))
    def characters(self, text: SourceText) -> int:
        return text.characters  # type: ignore[attr-defined, no-any-return]  # the queryset adds it

    @admin.display(description=_("bytes as they came"))
    def bytes(self, text: SourceText) -> str:
        return format_html(
            '{} <a href="{}">{}</a>',
            filesizeformat(text.bytes),  # type: ignore[attr-defined]  # the queryset adds it
            reverse("admin:sources_sourcetext_original", args=[text.pk]),
            gettext("download"),
        )

    @admin.display(description="SHA-256")
    def hash(self, text: SourceText) -> str:
        return format_html("<code>{}</code>", _hex(text))

    @admin.display(description=_("text"))
    def words(self, text: SourceText) -> str:
        rest = len(text.text) - READABLE
        note = gettext("%(count)s more characters are in the file.") % {"count": rest} if rest > 0 else ""
        return format_html(
            '<div class="kept-words" lang="{}" dir="auto">{}</div><p>{}</p>',
            text.source.language,
            text.text[:READABLE],
            note,
        )


def _measured(texts: QuerySet[SourceText]) -> QuerySet[SourceText]:
    """The rows with their sizes instead of their contents."""
    return texts.defer("raw", "text").annotate(characters=Length("text"), bytes=Length("raw"))


def _hex(text: SourceText) -> str:
    return bytes(text.sha256 or b"").hex()


def _link(row: Model) -> str:
    return format_html(
        '<a href="{}">{}</a>', reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]), row
    )


def _proposed(request: HttpRequest) -> dict[str, str]:
    """What a link to the form fills in."""
    return {name: request.GET[name] for name in (*FOREIGN_KEYS, "url", "title", "language") if name in request.GET}


def _duplicate_error(source: Source) -> forms.ValidationError:
    return forms.ValidationError(
        format_html(
            gettext(
                "These words are recorded already: {}. Tick this if you want them a second time, or say below what it"
                " is a copy of."
            ),
            _link(source),
        ),
        code="duplicate",
    )


def _add_refusal(form: WordsForm, refusal: ImportRefused) -> None:
    field = form.words.field if refusal.field == "text" else refusal.field
    if field == "media_type":
        field = "format"
    form.add_error(field if field in form.fields else None, refusal.sentence)


def _about_found(result: ImportResult) -> list[tuple[int, str]]:
    """What was taken from the document itself, for the person to check."""
    source, found = result.source, result.found
    taken = [
        (_("title"), source.title if source.title == found.title else None),
        (_("address"), source.url if source.url == found.url else None),
        (_("language"), source.language if source.language == found.language else None),
        (_("published"), source.published_at if source.published_at == found.published_at else None),
        (_("publisher"), source.publisher if found.publisher else None),
        (_("agency"), source.agency if found.agency else None),
        (_("authors"), ", ".join(source.authors) if tuple(source.authors) == found.authors else None),
        (_("translator"), source.translator if source.translator == found.translator else None),
    ]
    listed = "; ".join(
        gettext("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in taken if value
    )
    told = (
        [(messages.INFO, gettext("Found in the document, please check: %(listed)s.") % {"listed": listed})]
        if listed
        else []
    )
    told += [
        (messages.WARNING, gettext("Several publishers are called “%(name)s”: choose one below.") % {"name": name})
        for name, row in ((found.publisher, source.publisher), (found.agency, source.agency))
        if name and row is None
    ]
    return told
