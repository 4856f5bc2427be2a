"""The page on which an appearance moves to its source's latest revision, and the button that moves all of a source."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.admin.acts import carry_out, may_act_on, version_in
from claims.admin.widgets import SpanField
from claims.models import Appearance, Statement
from claims.models.vocabularies import AnchorState
from claims.services.reanchoring import (
    Reanchored,
    Sought,
    in_older_revisions,
    latest_revision,
    reanchor,
    reanchor_all,
    seek,
)
from claims.services.rights import seen_statements
from claims.text import marking
from config.access.permissions import access_of
from sources.models import Source, SourceText

if TYPE_CHECKING:
    StatementModelAdmin = admin.ModelAdmin[Statement]
    SourceModelAdmin = admin.ModelAdmin[Source]
else:
    StatementModelAdmin = SourceModelAdmin = object

MOST_TOLD = 10  # refusals that are told one by one


class AnchorColumn:
    """For the rows of appearances: where the words are in the latest revision, with a link where they moved."""

    @admin.display(description=gettext_lazy("in the latest revision"))
    def anchor(self, appearance: Appearance) -> str:
        state = appearance.get_anchor_state_display()
        if appearance.anchor_state == AnchorState.EXACT:
            return state
        address = reverse("admin:claims_statement_reanchor", args=[appearance.pk])
        return format_html('{} – <a href="{}">{}</a>', state, address, _("re-anchor"))


class SegmentsForm(forms.Form):
    """The place of each segment in the latest revision: found, or taken from the text with the mouse."""

    def __init__(self, *args: Any, sought: list[Sought], text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, one in enumerate(sought, start=1):
            places = ", ".join(f"{place.start}–{place.end}" for place in one.places)
            field = SpanField(
                label=f"“{one.words}”",
                required=True,
                help_text=_("It stands at %(places)s.") % {"places": places} if places else one.reason,
            )
            field.text = text
            if len(one.places) == 1:
                field.initial = f"{one.places[0].start}-{one.places[0].end}"
            self.fields[f"segment-{number}"] = field


class Reanchoring(StatementModelAdmin):
    """The page of one appearance."""

    def get_urls(self) -> list[URLPattern]:
        move = path(
            "reanchor/<uuid:appearance_id>/",
            self.admin_site.admin_view(self.reanchor_view),
            name="claims_statement_reanchor",
        )
        return [move, *super().get_urls()]

    def reanchor_view(self, request: HttpRequest, appearance_id: UUID) -> HttpResponse:
        """Show the latest text with the words where they were found, and move the appearance there."""
        seen = seen_statements(access_of(request)).order_by().values("pk")
        appearances = Appearance.objects.filter(statement__in=seen).select_related("statement", "source_text")
        appearance = get_object_or_404(appearances.defer("source_text__raw", "source_text__text"), pk=appearance_id)
        if not may_act_on(request, appearance.statement):
            raise PermissionDenied
        latest = latest_revision(appearance)
        sought = seek(appearance, latest)
        form = SegmentsForm(request.POST or None, sought=sought, text=latest.text)
        if request.method == "POST" and form.is_valid() and self._reanchor(request, appearance, form):
            return HttpResponseRedirect(reverse("admin:claims_statement_change", args=[appearance.statement_id]))
        return self._answer(request, appearance, latest, sought, form)

    def _reanchor(self, request: HttpRequest, appearance: Appearance, form: SegmentsForm) -> Reanchored | None:
        person: Any = request.user
        # as found, where nobody chose otherwise: the spans of the form have no white space at their ends
        spans = list(form.cleaned_data.values()) if form.has_changed() else None
        result = carry_out(
            request,
            lambda: reanchor(appearance_id=appearance.pk, by=person, spans=spans, version=version_in(request)),
        )
        if result is not None:
            self.log_change(request, result.appearance.statement, _("Re-anchored in the latest revision."))
            messages.success(request, _("The appearance is in the latest revision now."))
            _tell_lost(request, result)
        return result

    def _answer(
        self,
        request: HttpRequest,
        appearance: Appearance,
        latest: SourceText,
        sought: list[Sought],
        form: SegmentsForm,
    ) -> HttpResponse:
        marks = [marking.Mark(place, "", "current") for one in sought for place in one.places]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Re-anchor"),
            "opts": self.opts,
            "statement": appearance.statement,
            "appearance": appearance,
            "revision": latest,
            "pieces": marking.pieces(latest.text, marks),
            "form": form,
            "is_draft": appearance.statement.is_editable,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/claims/statement/reanchor.html", context)


class ReanchoringSource(SourceModelAdmin):
    """The button on a source's page that moves whatever is found in its latest revision."""

    def get_urls(self) -> list[URLPattern]:
        move = path(
            "<uuid:source_id>/reanchor/",
            self.admin_site.admin_view(self.reanchor_all_view),
            name="sources_source_reanchor",
        )
        return [move, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        source = self.get_object(request, object_id) if request.method == "GET" else None
        older = len(_to_move(request, source.pk)) if source else 0
        return super().change_view(request, object_id, form_url, {"to_reanchor": older, **(extra_context or {})})

    def reanchor_all_view(self, request: HttpRequest, source_id: UUID) -> HttpResponse:
        """Move all that the person may move; tell what stays, and why."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        source = get_object_or_404(Source, pk=source_id)
        among = _to_move(request, source.pk)
        if not among:
            raise PermissionDenied
        person: Any = request.user
        result = carry_out(request, lambda: reanchor_all(source_id=source.pk, by=person, among=among))
        if result is not None:
            count = len(result.moved)
            note = ngettext(
                "%(count)s appearance is in the latest revision now.",
                "%(count)s appearances are in the latest revision now.",
                count,
            )
            messages.info(request, note % {"count": count})
            for one in result.moved:
                _tell_lost(request, one)
            for appearance, error in result.refused[:MOST_TOLD]:
                address = reverse("admin:claims_statement_reanchor", args=[appearance.pk])
                messages.warning(
                    request, format_html('<a href="{}">{}</a>: {}', address, appearance.statement, str(error))
                )
            if (rest := len(result.refused) - MOST_TOLD) > 0:
                messages.warning(request, _("%(count)s more were refused.") % {"count": rest})
        return HttpResponseRedirect(reverse("admin:sources_source_change", args=[source.pk]))


def _to_move(request: HttpRequest, source_id: UUID) -> list[UUID]:
    """The appearances in older revisions of a source that the person may move."""
    seen = seen_statements(access_of(request)).order_by().values("pk")
    older = in_older_revisions(source_id).filter(statement__in=seen).select_related("statement")
    return [one.pk for one in older if may_act_on(request, one.statement)]


def _tell_lost(request: HttpRequest, result: Reanchored) -> None:
    if result.lost:
        messages.warning(
            request,
            _("%(statement)s: not found for certain in the latest revision, and empty now: %(words)s.")
            % {
                "statement": result.appearance.statement,
                "words": ", ".join(f"“{words}”" for words in result.lost),
            },
        )
