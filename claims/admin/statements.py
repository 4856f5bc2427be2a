"""Statements: their lists, their page, and the steps from draft to published."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.admin.reading import attribute_view
from claims.models import (
    Appearance,
    Attribution,
    Position,
    Relation,
    Statement,
    StatementSearch,
    StatementTopic,
    Wording,
)
from claims.models.vocabularies import AttributionKind, Status
from claims.services import reviewing
from sources.admin_base import RecordAdmin, TabularInline

REVIEWER_STEPS = {"publish", "return", "withdraw"}
STEPS_FROM = {
    Status.DRAFT: ["submit"],
    Status.IN_REVIEW: ["publish", "return"],
    Status.PUBLISHED: ["withdraw"],
    Status.WITHDRAWN: [],
}
STEP_LABELS = {
    "submit": gettext_lazy("Send to review"),
    "publish": gettext_lazy("Publish"),
    "return": gettext_lazy("Return to draft"),
    "withdraw": gettext_lazy("Withdraw"),
}


class ReasonForm(forms.Form):
    """Why a statement is returned or withdrawn."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class StatementPartInline(TabularInline[Any, Statement]):
    """Rows of a statement; they can be changed as long as it is not published."""

    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


def _is_open(statement: Statement | None) -> bool:
    return statement is None or statement.is_editable


class AttributionInline(StatementPartInline):
    model = Attribution
    fields = ["speaker", "kind", "membership", "certainty"]
    autocomplete_fields = ["speaker", "membership"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .select_related(
                "speaker", "membership", "membership__speaker", "membership__role", "membership__organization"
            )
        )


class WordingInline(StatementPartInline):
    model = Wording
    fields = ["language", "text", "is_original", "translator"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "text":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3, "cols": 60})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TopicInline(StatementPartInline):
    model = StatementTopic
    autocomplete_fields = ["topic"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("topic")


class PositionInline(StatementPartInline):
    model = Position
    fields = ["claim", "stance"]
    autocomplete_fields = ["claim"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("claim")


class RelationInline(StatementPartInline):
    model = Relation
    fk_name = "statement"
    fields = ["type", "other"]
    autocomplete_fields = ["other"]
    verbose_name_plural = gettext_lazy("relations to other statements")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("other__wordings", "other__attributions__speaker")


class AppearanceInline(StatementPartInline):
    """Where the words stand; made by selecting them in the text, so shown and removed here, never typed."""

    model = Appearance
    fields = ["where", "words", "quotation_type", "cue_exact", "as_printed", "relayed", "anchor_state"]
    readonly_fields = ["where", "words", "quotation_type", "cue_exact", "as_printed", "relayed", "anchor_state"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .select_related("source_text__source")
            .defer("source_text__raw", "source_text__text")
            .prefetch_related("segments", "mentions", "relays__speaker")
        )

    @admin.display(description=gettext_lazy("source"))
    def where(self, appearance: Appearance) -> SafeString:
        revision = appearance.source_text
        address = reverse("admin:sources_source_change", args=[revision.source_id])
        return format_html(
            '<a href="{}?revision={}#marked-{}">{}</a>',
            address,
            revision.number,
            appearance.statement_id,
            revision.source.title,
        )

    @admin.display(description=gettext_lazy("words"))
    def words(self, appearance: Appearance) -> str:
        return " […] ".join(segment.exact for segment in appearance.segments.all())

    @admin.display(description=gettext_lazy("as printed"))
    def as_printed(self, appearance: Appearance) -> str:
        return "; ".join(
            ", ".join(filter(None, [mention.exact, mention.role_exact])) for mention in appearance.mentions.all()
        )

    @admin.display(description=gettext_lazy("relayed by"))
    def relayed(self, appearance: Appearance) -> str:
        return " ← ".join(relay.speaker.name for relay in appearance.relays.all())


@admin.register(Statement)
class StatementAdmin(RecordAdmin[Statement]):
    list_display = [
        "words_column",
        "speakers_column",
        "status",
        "said_at",
        "act",
        "attitude",
        "created_by",
        "created_at",
    ]
    list_filter = ["status", "act", "attitude", "intensity"]
    list_select_related = ["created_by"]
    autocomplete_fields = ["event"]
    readonly_fields = [
        "quoted",
        "status",
        "created_by",
        "reviewed_by",
        "published_at",
        "returned_reason",
        "withdrawn_reason",
    ]
    inlines = [
        AttributionInline,
        WordingInline,
        TopicInline,
        AppearanceInline,
        PositionInline,
        RelationInline,
    ]
    actions = ["submit_selected", "publish_selected"]
    change_form_template = "admin/claims/statement/change_form.html"
    fieldsets = [
        (None, {"fields": ["quoted", "status", "returned_reason", "withdrawn_reason"]}),
        (
            gettext_lazy("What it does"),
            {"fields": ["act", "attitude", ("intensity", "intensity_phrase"), "cameo"]},
        ),
        (gettext_lazy("When and where"), {"fields": [("said_at", "said_at_basis"), "said_at_text", "event"]}),
        (
            gettext_lazy("Who entered it"),
            {"fields": ["created_by", "reviewed_by", "published_at"], "classes": ["collapse"]},
        ),
    ]

    class Media:
        css = {"all": ("claims/reading.css",)}

    def get_fieldsets(self, request: HttpRequest, obj: Statement | None = None) -> Any:
        """Leave out reasons that there are none of, and the quote of what is not stored yet."""
        (_title, first), *others = super().get_fieldsets(request, obj)
        shown = [name for name in first["fields"] if obj and (name in {"quoted", "status"} or getattr(obj, str(name)))]
        return [(None, {"fields": shown}), *others] if shown else others

    def get_queryset(self, request: HttpRequest) -> Any:
        speakers = Attribution.objects.of_speakers().select_related("speaker")
        return super().get_queryset(request).prefetch_related("wordings", Prefetch("attributions", speakers))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        typed = search_term.replace("\0", "").strip()[:256]
        if typed:
            queryset = queryset.matching(typed, StatementSearch.objects.languages())
        return queryset, False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("attribute/<uuid:revision_id>/", view(attribute_view), name="claims_statement_attribute"),
            path("<uuid:statement_id>/move/<slug:step>/", view(self.move_view), name="claims_statement_move"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Statement, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        statement = self.get_object(request, object_id)
        steps = self._steps(request, statement) if statement else []
        return super().change_view(request, object_id, form_url, {"steps": steps, **(extra_context or {})})

    def move_view(self, request: HttpRequest, statement_id: UUID, step: str) -> HttpResponse:
        """Take one step of the workflow; returning and withdrawing ask for a reason first."""
        statement = get_object_or_404(Statement, pk=statement_id)
        if step not in STEP_LABELS or not self._may(request, step):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if step in {"return", "withdraw"} and not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": STEP_LABELS[step],
                "opts": self.opts,
                "statement": statement,
                "form": form,
                "is_public": step == "withdraw",
            }
            return TemplateResponse(request, "admin/claims/statement/reason.html", context)
        reason = form.cleaned_data["reason"] if form.is_bound and form.is_valid() else ""
        try:
            self._take(request, step, statement.pk, reason)
            messages.success(request, _("Done: %(step)s.") % {"step": STEP_LABELS[step]})
        except reviewing.TransitionRefusedError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:claims_statement_change", args=[statement.pk]))

    @admin.action(description=gettext_lazy("Send selected statements to review"), permissions=["change"])
    def submit_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._take_each(request, "submit", queryset)

    @admin.action(description=gettext_lazy("Publish selected statements"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._take_each(request, "publish", queryset)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the person may publish, return and withdraw."""
        return self._may(request, "publish")

    @admin.display(description=gettext_lazy("words"))
    def quoted(self, statement: Statement) -> str:
        """The words as documents print them, each with a link to its place."""
        appearances = statement.appearances.select_related("source_text__source").prefetch_related("segments")
        return format_html_join(
            "",
            '<blockquote class="quoted" lang="{}">{}</blockquote><p><a href="{}#marked-{}">{}</a></p>',
            (
                (
                    appearance.language,
                    " […] ".join(segment.exact for segment in appearance.segments.all()),
                    reverse("admin:sources_source_change", args=[appearance.source_text.source_id]),
                    statement.pk,
                    appearance.source_text.source.title,
                )
                for appearance in appearances.defer("source_text__raw", "source_text__text")
            ),
        )

    @admin.display(description=gettext_lazy("statement"))
    def words_column(self, statement: Statement) -> str:
        return statement.words(100)

    @admin.display(description=gettext_lazy("speakers"))
    def speakers_column(self, statement: Statement) -> str:
        return ", ".join(
            row.speaker.name for row in statement.attributions.all() if row.kind == AttributionKind.SPEAKER
        )

    def _steps(self, request: HttpRequest, statement: Statement) -> list[dict[str, Any]]:
        """The steps that this person may take from here, as buttons."""
        return [
            {
                "name": step,
                "label": STEP_LABELS[step],
                "url": reverse("admin:claims_statement_move", args=[statement.pk, step]),
            }
            for step in STEPS_FROM[Status(statement.status)]
            if self._may(request, step)
        ]

    def _may(self, request: HttpRequest, step: str) -> bool:
        name = "claims.publish_statement" if step in REVIEWER_STEPS else "claims.change_statement"
        return request.user.has_perm(name)

    def _take(self, request: HttpRequest, step: str, statement_id: UUID, reason: str = "") -> None:
        if step == "submit":
            reviewing.submit(statement_id=statement_id)
        elif step == "publish":
            reviewing.publish(statement_id=statement_id, by=request.user)  # type: ignore[arg-type]
        elif step == "return":
            reviewing.return_to_draft(statement_id=statement_id, reason=reason)
        else:
            reviewing.withdraw(statement_id=statement_id, reason=reason)

    def _take_each(self, request: HttpRequest, step: str, queryset: Any) -> None:
        done, refused = 0, 0
        for statement in queryset:
            try:
                self._take(request, step, statement.pk)
                done += 1
            except reviewing.TransitionRefusedError as error:
                refused += 1
                if refused <= 5:
                    messages.error(request, _("%(label)s: %(value)s") % {"label": statement, "value": error})
        if refused > 5:
            messages.error(request, _("%(count)s more were refused.") % {"count": refused - 5})
        note = ngettext("%(count)s statement moved on.", "%(count)s statements moved on.", done)
        messages.info(request, note % {"count": done})
