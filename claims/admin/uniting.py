"""The page on which two records of the same utterance become one."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.acts import carry_out, may_act_on, version_in
from claims.models import Statement
from claims.models.vocabularies import Status
from claims.services.rights import CHANGE, PUBLISH, seen_statements
from claims.services.uniting import unite_statements
from config.access.permissions import access_of

if TYPE_CHECKING:
    StatementModelAdmin = admin.ModelAdmin[Statement]
else:
    StatementModelAdmin = object


class Uniting(StatementModelAdmin):
    """The action on the list, for exactly two statements, and the page that it leads to."""

    def get_urls(self) -> list[URLPattern]:
        unite = path(
            "unite/<uuid:one_id>/<uuid:other_id>/",
            self.admin_site.admin_view(self.unite_view),
            name="claims_statement_unite",
        )
        return [unite, *super().get_urls()]

    def has_unite_permission(self, request: HttpRequest) -> bool:
        """Whether the person may unite any statements at all; which ones, is asked of each."""
        access = access_of(request)
        return access.may(CHANGE) or access.may(PUBLISH)

    @admin.action(description=gettext_lazy("Mark the two selected as one"), permissions=["unite"])
    def unite_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        chosen = [row.pk for row in queryset.order_by("pk")[:3]]
        if len(chosen) != 2:
            messages.error(request, _("Select exactly two statements: two records of the same utterance."))
            return None
        return HttpResponseRedirect(reverse("admin:claims_statement_unite", args=chosen))

    def unite_view(self, request: HttpRequest, one_id: UUID, other_id: UUID) -> HttpResponse:
        """Show both, ask which is kept, and make them one."""
        pair = self._pair(request, one_id, other_id)
        kept = next((row for row in pair if str(row.pk) == request.POST.get("kept")), None)
        if request.method == "POST" and kept is None:
            messages.error(request, _("Choose which of the two is kept."))
        if kept is not None:
            (gone,) = (row for row in pair if row != kept)
            united = self._unite(request, gone, kept)
            if united is not None:
                return HttpResponseRedirect(reverse("admin:claims_statement_change", args=[united.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mark as one"),
            "opts": self.opts,
            "pair": pair,
            "is_public": all(row.status == Status.PUBLISHED for row in pair),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/claims/statement/unite.html", context)

    def _pair(self, request: HttpRequest, one_id: UUID, other_id: UUID) -> list[Statement]:
        rows = (
            seen_statements(access_of(request))
            .filter(pk__in=[one_id, other_id])
            .select_related("event", "created_by")
            .prefetch_related(
                "wordings",
                "topics",
                "attributions__speaker",
                "appearances__segments",
                "appearances__source_text__source",
                "positions__claim",
            )
            .order_by("pk")
        )
        pair = list(rows)
        if len(pair) != 2:
            raise Http404
        if not all(may_act_on(request, row) for row in pair):
            raise PermissionDenied
        return pair

    def _unite(self, request: HttpRequest, gone: Statement, kept: Statement) -> Statement | None:
        person: Any = request.user
        told = str(gone)
        united = carry_out(
            request,
            lambda: unite_statements(
                statement_id=gone.pk,
                into_id=kept.pk,
                by=person,
                version=version_in(request, f"version-{gone.pk}"),
                into_version=version_in(request, f"version-{kept.pk}"),
            ),
        )
        if united is not None:
            self.log_change(request, united, _("Marked as one with “%(statement)s”.") % {"statement": told})
            messages.success(request, _("The two are one now; what documents say of either stands here."))
        return united
