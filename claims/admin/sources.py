"""The page of a source with its text, marks and statements, in place of the plain one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from claims.admin.reading import reading_context
from claims.admin.reanchoring import ReanchoringSource
from sources.admin import SourceAdmin
from sources.models import Source

admin.site.unregister(Source)


@admin.register(Source)
class ReadingSourceAdmin(ReanchoringSource, SourceAdmin):
    """A source, read with its statements marked."""

    change_form_template = "admin/claims/source_change_form.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        source = self.get_object(request, object_id)
        context = reading_context(request, source) if source and request.method == "GET" else {}
        context |= {"reading_title": _("Text and statements"), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)
