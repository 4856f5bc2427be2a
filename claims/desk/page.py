"""The desk itself: one page a source, drawn by scripts from the data that it carries."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from claims.desk.words import vocabularies, words
from claims.models import IntensityPhrase
from claims.text.intensity import fold
from sources.models import Source, SourceText

ATTRIBUTE, REVIEW = "attribute", "review"


@admin.site.admin_view
@require_GET
def page_view(request: HttpRequest, source: UUID) -> HttpResponse:
    """Show a source at the desk: ?mode=attribute or review, ?revision=n an older text read-only, ?item=id there.

    403 for those who neither record nor publish statements, 404 where there is no such source or no such text.
    """
    user: Any = request.user
    may = {ATTRIBUTE: user.has_perm("claims.add_statement"), REVIEW: user.has_perm("claims.publish_statement")}
    if not any(may.values()):
        raise PermissionDenied
    document = get_object_or_404(Source.objects.select_related("publisher", "agency"), pk=source)
    revision = _revision(document, request.GET.get("revision", ""))
    asked = request.GET.get("mode", "")
    mode = asked if may.get(asked) else next(name for name in (ATTRIBUTE, REVIEW) if may[name])
    context = {
        **admin.site.each_context(request),
        "title": document.title or _("Attribution desk"),
        "source": document,
        "revision": revision,
        "data": _data(request, document, revision, mode),
        "is_nav_sidebar_enabled": False,
        "has_permission": True,
    }
    return TemplateResponse(request, "desk/desk.html", context)


def _revision(source: Source, number: str) -> SourceText:
    texts = source.texts.without_content().order_by("-number")
    found = texts.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else texts.first()
    if found is None:
        raise Http404
    return found


def _data(request: HttpRequest, source: Source, revision: SourceText, mode: str) -> dict[str, Any]:
    """Return what the scripts need before they ask for anything; addresses, words, and terms with their names."""
    of_source = {name: reverse(f"desk:{name}", args=[source.pk]) for name in ("page", "state", "decisions", "lease")}
    found = {name: reverse(f"desk:find-{name}") for name in ("speakers", "topics", "events", "roles", "statements")}
    phrases = IntensityPhrase.objects.in_language(source.language or "fr").values_list("folded", "intensity")
    return {
        "urls": {**of_source, "find": found, "queues": reverse("desk:queues"), "login": reverse("admin:login")},
        "source": str(source.pk),
        "revision": str(revision.pk),
        "number": request.GET.get("revision") or None,
        "mode": mode,
        "language": get_language(),
        "text_language": source.language,
        "me": request.user.pk,
        "lexicon": [[fold(phrase), intensity] for phrase, intensity in phrases],
        "vocabularies": vocabularies(),
        "words": words(),
    }
