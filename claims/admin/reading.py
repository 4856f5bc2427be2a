"""The page of a source: its text with the statements marked, and the form that says who said selected words."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from claims.admin.quote_form import (
    QuotePage,
    TwinError,
    first_guesses,
    open_statements_of,
    statements_of,
    what_is_recorded,
)
from claims.models import Appearance, Statement
from claims.models.vocabularies import Status
from claims.services.reviewing import TransitionRefusedError, submit
from claims.services.rights import may_change, seen_statements
from claims.text import marking
from claims.text.spans import Span, SpanError, parse, without_marks
from config.access.permissions import Access, access_of
from config.writing.refusals import refusal_of
from sources.messages import translated
from sources.models import Source, SourceText

# What the button beside a choice needs to open a small window and take back the row made there.
POPUPS = [
    "admin/js/vendor/jquery/jquery.min.js",
    "admin/js/jquery.init.js",
    "admin/js/core.js",
    "admin/js/admin/RelatedObjectLookups.js",
]


def reading_context(request: HttpRequest, source: Source) -> dict[str, Any]:
    """Return what the page of a source shows: one revision's text in pieces, and the statements marked in it."""
    revisions = list(source.texts.without_content().order_by("-number"))
    number = request.GET.get("revision", "")
    chosen = next((row for row in revisions if str(row.number) == number), revisions[0] if revisions else None)
    if chosen is None:
        return {"revision": None}
    revision = source.texts.defer("raw").get(pk=chosen.pk)
    appearances = list(appearances_in(revision, request))
    return {
        "revision": revision,
        "revisions": revisions,
        "pieces": marking.pieces(revision.text, [mark for one in appearances for mark in _marks(one)]),
        "appearances": appearances,
        "can_attribute": request.user.has_perm("claims.add_statement"),
        "attribute_url": reverse("admin:claims_statement_attribute", args=[revision.pk]),
    }


def appearances_in(revision: SourceText, request: HttpRequest) -> Any:
    """Return the appearances in a revision that the person sees, in reading order, with what a line shows."""
    seen = seen_statements(access_of(request)).order_by().values("pk")
    return (
        Appearance.objects.filter(source_text=revision, statement__in=seen)
        .in_reading_order()
        .select_related("statement")
        .prefetch_related("segments", "statement__attributions__speaker", "statement__wordings", "relays__speaker")
    )


def _marks(appearance: Appearance) -> list[marking.Mark]:
    return [
        marking.Mark(Span(segment.start, segment.end), str(appearance.statement_id), appearance.statement.status)
        for segment in appearance.segments.all()
    ]


def attribute_view(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    """Show and take the form for selected words (`?spans=12-40,55-60`, code points of the revision's text)."""
    if not request.user.has_perm("claims.add_statement"):
        raise PermissionDenied
    revision = get_object_or_404(SourceText.objects.select_related("source").defer("raw"), pk=revision_id)
    appearance = _appearance_to_change(request, revision)
    outer = open_statements_of(revision, access_of(request))
    replacing = appearance.statement if appearance else None
    if appearance and request.method != "POST":
        spans = [Span(one.start, one.end) for one in appearance.segments.all()]
        recorded = what_is_recorded(appearance, outer)
        return _answer(request, QuotePage(revision, None, recorded, replacing, outer=outer), spans)
    try:
        selection = [
            span.trimmed(revision.text) for span in parse(request.POST.get("spans") or request.GET.get("spans", ""))
        ]
    except SpanError as error:
        messages.error(request, translated(error))
        return HttpResponseRedirect(_source_url(revision))
    if request.method != "POST":
        selection = [without_marks(revision.text, span) for span in selection]
        guesses = first_guesses(revision, selection, outer)
        return _answer(request, QuotePage(revision, None, guesses, outer=outer), selection)
    page = QuotePage(revision, request.POST, {}, replacing, outer=outer)
    if not page.is_valid():
        return _answer(request, page, selection)
    try:
        statement = page.save(author=request.user)
    except (TwinError, ValidationError) as error:
        page.quote.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        return _answer(request, page, selection)
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        page.quote.add_error(None, refusal.sentence)
        return _answer(request, page, selection)
    _tell(request, statement)
    return HttpResponseRedirect(f"{_source_url(revision)}#marked-{statement.pk}")


def _appearance_to_change(request: HttpRequest, revision: SourceText) -> Appearance | None:
    """The one appearance of the draft that the request wants to record anew; 404 where there is none such here.

    A draft with several appearances would lose the others.
    """
    wanted = request.POST.get("statement") or request.GET.get("statement")
    if not wanted:
        return None
    if not request.user.has_perm("claims.change_statement"):
        raise PermissionDenied
    only_ones = Appearance.objects.alias(of_it=Count("statement__appearances")).filter(of_it=1)
    drafts = only_ones.select_related("statement").filter(statement__status=Status.DRAFT, source_text=revision)
    drafts = drafts.filter(statement__in=seen_statements(access_of(request)).order_by().values("pk"))
    try:
        found: Appearance = get_object_or_404(drafts, statement=UUID(wanted))
    except ValueError:
        raise Http404 from None
    if not may_change(access_of(request), found.statement):
        raise PermissionDenied
    return found


def _answer(request: HttpRequest, page: QuotePage, selection: list[Span]) -> HttpResponse:
    revision = page.revision
    marks = [marking.Mark(span, "", "current") for span in selection]
    for appearance in appearances_in(revision, request):
        marks.extend(_marks(appearance))
    context = {
        **admin.site.each_context(request),
        "title": _("Record again") if page.replacing else _("New statement"),
        "opts": Statement._meta,
        "page": page,
        "revision": revision,
        "source_url": _source_url(revision),
        "pieces": marking.pieces(revision.text, marks),
        "words": [span.words(revision.text) for span in selection],
        "known_dates": _known_dates(revision, access_of(request)),
        "media": page.quote.media + page.speakers.media + page.relays.media + forms.Media(js=POPUPS),
        "has_errors": bool(
            page.quote.errors or any(page.speakers.errors) or page.speakers.non_form_errors() or any(page.relays.errors)
        )
        if page.quote.is_bound
        else False,
    }
    return TemplateResponse(request, "admin/claims/attribute.html", context)


def _known_dates(revision: SourceText, access: Access) -> list[str]:
    dates = statements_of(revision, access).exclude(said_at=None).order_by().values_list("said_at", flat=True)
    return list(dict.fromkeys([*([revision.source.published_at] if revision.source.published_at else []), *dates]))


def _tell(request: HttpRequest, statement: Statement) -> None:
    """Say what was saved and, where asked to, send it to review."""
    person: Any = request.user
    link = reverse("admin:claims_statement_change", args=[statement.pk])
    note = _("Saved as a draft: %(statement)s.")
    if "_submit" in request.POST:
        try:
            submit(statement_id=statement.pk, by=person)
            note = _("Saved and sent to review: %(statement)s.")
        except TransitionRefusedError as error:
            messages.error(request, str(error))
    before, after = note.split("%(statement)s")
    messages.success(request, format_html('{}<a href="{}">{}</a>{}', before, link, statement, after))


def _source_url(revision: SourceText) -> str:
    return reverse("admin:sources_source_change", args=[revision.source_id])
