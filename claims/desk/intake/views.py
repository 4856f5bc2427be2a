"""Bringing in a source: what it is, a look at what was found in it, and straight to its marks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.desk.intake.bringing import Alike, alike, read, record, take_in
from claims.desk.intake.forms import BringInForm, PreviewForm, ReadingForm, described, found_in
from claims.desk.models import Intake
from config.access.permissions import access_of
from sources.fetching import FetchRefused, fetch
from sources.models import Publisher, Source
from sources.services import ImportRefused, Outcome, Words
from sources.text import urls

SHOWN = 20_000  # characters of the text on the preview
MOST_NAMES = 500  # publishers that a name is completed from
AGAIN, DROP = "again", "drop"


def for_who_brings_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let those in who may add sources; lead others to the admin's login, or refuse them (403)."""

    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access_of(request).may("sources.add_source"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded: Callable[..., HttpResponse] = admin.site.admin_view(checked)
    return guarded


@for_who_brings_in
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in_view(request: HttpRequest) -> HttpResponse:
    """Take an address, pasted words or a file, and lead on to the preview."""
    form = BringInForm(request.POST or None, request.FILES or None, initial={"url": request.GET.get("url", "")})
    is_unfetched = False
    if request.method == "POST" and form.is_valid():
        try:
            intake = _taken_in(request, form)
        except FetchRefused as refusal:
            form.add_error(refusal.field, refusal.sentence)
            is_unfetched = True
        else:
            return HttpResponseRedirect(reverse("desk:preview", args=[intake.pk]))
    _focus_on_what_is_wrong(form, first="url")
    context = {"form": form, "is_unfetched": is_unfetched, "title": _("Bring in a source")}
    return _page(request, "desk/bring_in.html", context)


@for_who_brings_in
@require_http_methods(["GET", "HEAD", "POST"])
def preview_view(request: HttpRequest, intake: UUID) -> HttpResponse:
    """Show what was found in a document; record it as the person mended it, read it otherwise, or let it go."""
    mine = Intake.objects.of(request.user)
    if request.method != "POST":
        kept = get_object_or_404(mine, pk=intake)
        return _to_the_marks(kept.source_id) if kept.source_id else _preview(request, kept)
    with transaction.atomic():
        return _sent(request, get_object_or_404(mine.locked(), pk=intake))


def _sent(request: HttpRequest, kept: Intake) -> HttpResponse:
    if kept.source_id:
        return _to_the_marks(kept.source_id)  # sent before
    asked = request.POST.get("do", "")
    if asked == DROP:
        kept.delete()
        return HttpResponseRedirect(reverse("desk:bring-in"))
    return _reread(request, kept) if asked == AGAIN else _preview(request, kept)


def _taken_in(request: HttpRequest, form: BringInForm) -> Intake:
    url = form.cleaned_data["url"]
    if form.has_words:
        words = form.words
        return take_in(user=request.user, raw=words.raw, media_type=words.media_type, encoding=words.encoding, url=url)
    found = fetch(url)
    return take_in(
        user=request.user,
        raw=found.raw,
        media_type=found.media_type,
        encoding=found.encoding,
        url=urls.canonical(found.final_url),
        retrieved_at=found.retrieved_at,
    )


def _reread(request: HttpRequest, kept: Intake) -> HttpResponse:
    """Read the bytes otherwise, and keep what the person typed where it was not just what was found before."""
    reading = ReadingForm(request.POST, initial=_reading(kept))
    if not reading.is_valid():
        return _preview(request, kept, reading=reading)
    before = _found(kept)
    kept.media_type, kept.encoding = reading.cleaned_data["format"], reading.cleaned_data["encoding"]
    kept.save(update_fields=["media_type", "encoding"])
    typed = {name: value.replace("\r\n", "\n") for name, value in request.POST.items() if isinstance(value, str)}
    as_found = {name: value for name, value in _found(kept).items() if typed.get(name, "") == before.get(name, "")}
    return _preview(request, kept, shown={**typed, **as_found})


def _found(kept: Intake) -> dict[str, Any]:
    try:
        words = read(kept)
    except ImportRefused:
        return {}
    return found_in(words.found, _address(kept, words))


def _preview(
    request: HttpRequest, kept: Intake, *, shown: dict[str, Any] | None = None, reading: ReadingForm | None = None
) -> HttpResponse:
    """The page; `shown` is what its fields have instead of what was found or sent."""
    context: dict[str, Any] = {
        "intake": kept,
        "reading": reading or ReadingForm(initial=_reading(kept)),
        "title": _("Look the source over"),
    }
    try:
        words = read(kept)
    except ImportRefused as refusal:
        context["reading"].fields["encoding"].widget.attrs["autofocus"] = True
        return _page(request, "desk/preview.html", {**context, "unreadable": refusal.sentence})
    is_sent = request.method == "POST" and shown is None and reading is None
    typed = request.POST.dict() if request.method == "POST" and shown is None else shown
    values = typed if typed is not None else found_in(words.found, _address(kept, words))
    there = _alike(words, values)
    form = PreviewForm(request.POST if is_sent else None, initial=values, alike=there)
    if is_sent and form.is_valid():
        answer = _recorded(request, kept, form)
        if answer is not None:
            return answer
    _focus_on_what_is_wrong(form, first="title")
    return _page(request, "desk/preview.html", {**context, **_about(words), **_likenesses(there), "form": form})


def _recorded(request: HttpRequest, kept: Intake, form: PreviewForm) -> HttpResponse | None:
    """Record the document and go to its marks; where it is refused, the form says so and nothing is answered yet."""
    try:
        source, outcome = record(
            kept,
            metadata=replace(form.metadata(), retrieved_at=kept.retrieved_at),
            copy_of=form.original,
            allow_duplicate=form.is_apart,
        )
    except ImportRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return None
    told = {
        Outcome.CREATED: _("The source was recorded."),
        Outcome.NEW_REVISION: _("The words were added as a new revision; what is recorded about the source stays."),
        Outcome.UNCHANGED: _("The source has these words already."),
    }
    messages.success(request, told[outcome])
    return _to_the_marks(source.pk)


def _to_the_marks(source: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:page", args=[source]))


def _address(kept: Intake, words: Words) -> str:
    """Where the document is: the address that the page gives itself, if it is on the host it came from."""
    said = words.found.url
    if kept.url and said and kept.retrieved_at and _host(said) == _host(kept.url):
        return said
    return kept.url


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _alike(words: Words, values: dict[str, Any]) -> Alike:
    try:
        url = urls.canonical(str(values.get("url", "")))
    except urls.WebAddressError:
        url = ""
    title = str(values.get("title", "")).replace("\0", "")
    return alike(words, url=url, title=title, published_at=str(values.get("published_at", "")))


def _reading(kept: Intake) -> dict[str, str]:
    return {"format": kept.media_type, "encoding": kept.encoding}


def _about(words: Words) -> dict[str, Any]:
    return {
        "words": words,
        "text": words.text[:SHOWN],
        "rest": max(0, len(words.text) - SHOWN),
        "characters": len(words.text),
        "count": len(words.text.split()),
        "size": len(words.raw),
        "names": Publisher.objects.order_by("sort_name", "id").values_list("name", flat=True)[:MOST_NAMES],
    }


def _likenesses(there: Alike) -> dict[str, Any]:
    return {"alike": there, "same": _told(there.same), "near": _told(there.near)}


def _told(sources: tuple[Source, ...]) -> list[tuple[Source, str]]:
    return [(one, described(one)) for one in sources]


def _focus_on_what_is_wrong(form: forms.Form, *, first: str) -> None:
    """Let the page open with the cursor in the first field that has an error, else in the first."""
    for field in form.fields.values():
        field.widget.attrs.pop("autofocus", None)
    wrong = [name for name in form.fields if name in form.errors]
    form.fields[wrong[0] if wrong else first].widget.attrs["autofocus"] = True


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
