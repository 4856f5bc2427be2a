"""The pages around the desk: the queues, the next source of one, whose turn a source is, and what the work takes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from claims.desk import measures
from claims.desk.models import Priority
from claims.desk.queues import handing_out, places, queued, waiting
from claims.desk.queues.forms import AssignForm, FilterForm
from claims.desk.queues.queued import ATTRIBUTE, REVIEW
from claims.desk.queues.sections import Section, person_name, sections_of
from claims.desk.queues.waiting import ANCHORS, DUPLICATES, RETURNED, SENT, Waits
from claims.services.rights import CHANGE_OTHERS, seen_statements
from config.access.permissions import access_of
from sources.admin_base import FastPaginator
from sources.models import Source

FEW = 10  # lines of a section where all are shown
PAGE = 50  # lines of one section alone


def page_of_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let those in who attribute or review; lead others to the admin's login, or refuse them (403)."""

    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not waiting.may_work(access_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded: Callable[..., HttpResponse] = admin.site.admin_view(checked)
    return guarded


@page_of_desk
@require_GET
def queues_view(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person: all of it, a little of each, or one queue (?queue=…) page by page."""
    access = access_of(request)
    waits = Waits(access)
    sections = sections_of(waits)
    chosen = next((one for one in sections if one.key == request.GET.get("queue")), None)
    form = FilterForm(request.GET if chosen and chosen.key == ATTRIBUTE else {})
    shown = [chosen] if chosen else [one for one in sections if one.count]
    for section in shown:
        _fill(section, request, waits, form, is_alone=chosen is not None)
    context = {
        **admin.site.each_context(request),
        "title": chosen.title if chosen else _("Attribution desk"),
        "sections": sections,
        "chosen": chosen,
        "shown": shown,
        "form": form,
        "may_assign": access.may(CHANGE_OTHERS),
        "may_attribute": queued.may_attribute(access),
        "may_review": queued.may_review(access),
        "may_bring_in": access.may("sources.add_source"),
        "priorities": [(int(one), label) for one, label in reversed(Priority.choices)],
        "people": list(queued.assignable()) if access.may(CHANGE_OTHERS) else [],
    }
    return TemplateResponse(request, "desk/queues.html", context)


def _fill(section: Section, request: HttpRequest, waits: Waits, form: FilterForm, *, is_alone: bool) -> None:
    """Fetch the rows of a section that are shown."""
    rows = _rows(section.key, waits, form)
    if is_alone:
        section.page = _page(rows, request.GET.get("page", "1"))
        section.rows = section.page.object_list
    else:
        section.rows = list(rows[:FEW])
    if section.key in queued.QUEUES:
        section.rows = queued.lines(section.rows, section.key, waits.access, timezone.now())


def _rows(key: str, waits: Waits, form: FilterForm) -> Any:
    access = waits.access
    if key in queued.QUEUES:
        found = queued.sources_in(key, access)
        narrowed = form.narrow(found, access.user) if key == ATTRIBUTE else found
        return queued.with_lines(queued.in_order(narrowed, access.user, sort=form.sort_by))
    if key == RETURNED:
        return places.with_words(waiting.returned(access))
    if key == SENT:
        return places.with_words(waiting.sent(access))
    if key == ANCHORS:
        return places.anchors_with_words(waiting.anchors(access))
    return waits.same_statements if key == DUPLICATES else waits.same_speakers


def _page(rows: Any, number: str) -> Any:
    """Return the page of this number; the first where there is none such."""
    pages = FastPaginator(rows, PAGE)
    try:
        return pages.page(number)
    except InvalidPage:
        return pages.page(1)


@page_of_desk
@require_GET
def statement_view(request: HttpRequest, statement: UUID) -> HttpResponse:
    """Lead to where a statement is worked on; 404 where they see no such statement."""
    seen = places.with_words(seen_statements(access_of(request)))
    return HttpResponseRedirect(places.desk_address(get_object_or_404(seen, pk=statement)))


@page_of_desk
@require_http_methods(["GET", "HEAD", "POST"])
def next_view(request: HttpRequest) -> HttpResponse:
    """Lease the next source of a queue (`mode`) and open it; where nothing is left, say so on the queues' page."""
    if request.method != "POST":
        # back from the login that came between
        return HttpResponseRedirect(reverse("desk:queues"))
    access = access_of(request)
    mode = request.POST.get("mode", ATTRIBUTE)
    if mode not in {ATTRIBUTE, REVIEW} or not (queued.may_attribute if mode == ATTRIBUTE else queued.may_review)(
        access
    ):
        raise PermissionDenied
    found = handing_out.lease_next(access, mode, _uuid(request.POST.get("besides", "")))
    if found is None:
        messages.info(request, _("Nothing is left in this queue that nobody else has open or was assigned."))
        return HttpResponseRedirect(reverse("desk:queues"))
    return HttpResponseRedirect(f"{reverse('desk:page', args=[found])}?mode={mode}")


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


@page_of_desk
@require_http_methods(["GET", "HEAD", "POST"])
def assign_view(request: HttpRequest, source: UUID) -> HttpResponse:
    """Set the priority of a source and whose it is, and go back to the page that asked (`back`)."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk:queues"))
    access = access_of(request)
    if not access.may(CHANGE_OTHERS):
        raise PermissionDenied
    row = get_object_or_404(Source.objects.only("title"), pk=source)
    form = AssignForm(request.POST)
    if form.is_valid():
        work = queued.assign(source=row, **form.cleaned_data)
        whose = person_name(work.assigned_to) if work.assigned_to else _("nobody")
        told = _("“%(title)s”: %(priority)s, assigned to %(who)s.")
        facts = {"title": Truncator(row.title).chars(80), "priority": work.get_priority_display(), "who": whose}
        messages.success(request, told % facts)
    else:
        messages.error(request, _("Nothing was changed: choose a priority, and a person who attributes or reviews."))
    return HttpResponseRedirect(f"{_back(request)}#source-{row.pk}")


def _back(request: HttpRequest) -> str:
    """The page to go back to: an address of this site, or the queues."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back.partition("#")[0] if is_ours else reverse("desk:queues")


@page_of_desk
@require_GET
def measures_view(request: HttpRequest) -> HttpResponse:
    """Show what accepting a statement takes, by week and by who proposed it."""
    context = {
        **admin.site.each_context(request),
        "title": _("What the work takes"),
        "by_week_title": _("By week"),
        "by_engine_title": _("By who put them forward"),
        "weeks": measures.by_week(),
        "engines": measures.by_engine(),
    }
    return TemplateResponse(request, "desk/measures.html", context)
