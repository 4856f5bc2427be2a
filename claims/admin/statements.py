"""Statements: their lists, their page, and the steps from draft to published."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from claims.admin.reanchoring import AnchorColumn, Reanchoring
from claims.admin.steps import Steps
from claims.admin.uniting import Uniting
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
from claims.services.rights import may_change, seen_statements
from config.access.permissions import access_of
from sources.admin_base import RecordAdmin, TabularInline


class StatementPartInline(TabularInline[Any, Statement]):
    """Rows of a statement; they can be changed as long as it is not published."""

    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _may_change(request, obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _may_change(request, obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _may_change(request, obj) and super().has_delete_permission(request, obj)


def _may_change(request: HttpRequest, statement: Statement | None) -> bool:
    """Whether it is a draft, and theirs to change."""
    return statement is None or (statement.is_editable and may_change(access_of(request), statement))


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
        seen = seen_statements(access_of(request)).order_by().values("pk")
        relations = super().get_queryset(request).filter(other__in=seen)
        return relations.prefetch_related("other__wordings", "other__attributions__speaker")


class AppearanceInline(AnchorColumn, StatementPartInline):
    """Where the words stand; chosen in the text, so shown and removed here, never typed."""

    model = Appearance
    readonly_fields = ["where", "anchor", "words", "cue_exact", "as_printed", "relayed"]
    fields = [*readonly_fields[:3], "quotation_type", "is_headline", *readonly_fields[3:]]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .select_related("source_text__source", "statement")
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
class StatementAdmin(Uniting, Reanchoring, Steps, RecordAdmin[Statement]):
    actions = [*Steps.actions, "unite_selected"]
    list_display = [
        "words_column",
        "speakers_column",
        "state",
        "said_at",
        "act",
        "attitude",
        "created_by",
    ]
    list_filter = ["status", "act", "attitude", "intensity"]
    list_select_related = ["created_by"]
    autocomplete_fields = ["event"]
    readonly_fields = [
        "quoted",
        "related_to_it",
        "state",
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
    change_form_template = "admin/claims/statement/change_form.html"
    fieldsets = [
        (None, {"fields": ["quoted", "related_to_it", "state", "returned_reason", "withdrawn_reason"]}),
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
        """Leave out reasons that there are none of."""
        (_title, first), *others = super().get_fieldsets(request, obj)
        shown = [name for name in first["fields"] if "reason" not in str(name) or bool(getattr(obj, str(name), False))]
        return [(None, {"fields": shown}), *others]

    def get_queryset(self, request: HttpRequest) -> Any:
        speakers = Attribution.objects.of_speakers().select_related("speaker")
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=seen_statements(access_of(request)).order_by().values("pk"))
            .prefetch_related("wordings", Prefetch("attributions", speakers), *self._shown_with_one(request))
        )

    def _shown_with_one(self, request: HttpRequest) -> list[Any]:
        """What the page of one statement shows besides: the relations to it, of statements that the person sees."""
        match = request.resolver_match
        if match is None or match.url_name != "claims_statement_change":
            return []
        seen = seen_statements(access_of(request)).order_by().values("pk")
        relations = Relation.objects.filter(statement__in=seen).select_related("statement")
        named = relations.prefetch_related("statement__wordings", "statement__attributions__speaker")
        return [Prefetch("related", named, to_attr="related_and_seen")]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        typed = search_term.replace("\0", "").strip()[:256]
        if typed:
            queryset = queryset.matching(typed, StatementSearch.objects.languages())
        return queryset, False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Statements are made of words of a source, at the desk, not from an empty form."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return _may_change(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        """Drafts can be deleted, unless they were public before: what was shown once answers for ever."""
        is_deletable = obj is None or obj.published_at is None
        return is_deletable and _may_change(request, obj) and super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("words"))
    def quoted(self, statement: Statement) -> str:
        """The words as documents print them, with what stands around them and a link to their place."""
        appearances = statement.appearances.select_related("source_text__source").prefetch_related("segments")
        return format_html_join(
            "",
            '<blockquote class="quoted" lang="{}">{}</blockquote><p><a href="{}#marked-{}">{}</a></p>',
            (
                (
                    appearance.language,
                    format_html_join(
                        " […] ",
                        "…{}<strong>{}</strong>{}…",
                        ((one.prefix, one.exact, one.suffix) for one in appearance.segments.all()),
                    ),
                    reverse("admin:sources_source_change", args=[appearance.source_text.source_id]),
                    statement.pk,
                    appearance.source_text.source.title,
                )
                for appearance in appearances.defer("source_text__raw", "source_text__text")
            ),
        )

    @admin.display(description=gettext_lazy("other statements about it"))
    def related_to_it(self, statement: Statement) -> str:
        """The statements that report, repeat, deny … this one."""
        relations: Any = getattr(statement, "related_and_seen", [])
        return (
            format_html_join(
                "",
                '<p><a href="{}">{}</a>: {}</p>',
                (
                    (
                        reverse("admin:claims_statement_change", args=[relation.statement_id]),
                        relation.statement,
                        relation.get_type_display(),
                    )
                    for relation in relations
                ),
            )
            or "-"
        )

    @admin.display(description=gettext_lazy("status"))
    def state(self, statement: Statement) -> str:
        """Where it stands, and in review whether it is approved."""
        label = statement.get_status_display()
        is_approved = statement.status == Status.IN_REVIEW and statement.reviewed_by_id is not None
        return gettext("%(status)s, approved") % {"status": label} if is_approved else label

    @admin.display(description=gettext_lazy("statement"))
    def words_column(self, statement: Statement) -> str:
        return statement.words(100)

    @admin.display(description=gettext_lazy("speakers"))
    def speakers_column(self, statement: Statement) -> str:
        return ", ".join(
            row.speaker.name for row in statement.attributions.all() if row.kind == AttributionKind.SPEAKER
        )
