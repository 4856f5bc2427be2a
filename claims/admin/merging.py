"""The pages on which a row is said to be one with another of its kind: both side by side, then one is left."""

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.acts import carry_out, version_in
from config.access.permissions import access_of
from sources.forms import ChooseOne

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = object

FEW = 10  # rows of a kind in a comparison


class MergeForm(forms.Form):
    """Into which a row is merged."""

    into: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("Merge into"), help_text=gettext_lazy("The record that is kept.")
    )

    def __init__(self, data: Any, *, named_by: "ForeignKey[Any, Any]") -> None:
        """Choose among the live rows to which the key `named_by` leads."""
        super().__init__(data)
        field: Any = self.fields["into"]
        rows: Any = named_by.related_model
        field.widget = ChooseOne(named_by, admin.site)
        field.queryset = rows._default_manager.live()


class Merging(AnyModelAdmin):
    """Merging, for those who may; a merged row is only read, and says which one it is now.

    A subclass names what is below.
    """

    merge_permission: str
    merge_title: str | Promise
    #: a foreign key to these rows, by which the other is chosen
    named_by: "ForeignKey[Any, Any]"

    @abstractmethod
    def merge(self, *, pk: UUID, into: UUID, by: User, version: int | None) -> Model:
        """Make one of both and return the one that is kept."""

    @abstractmethod
    def compared(self, row: Any) -> dict[str, Any]:
        """Return what is shown of a row beside another, by what it is called."""

    def get_urls(self) -> list[URLPattern]:
        return [self.act_url("merge", self.merge_view), *super().get_urls()]

    def act_url(self, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
        """Return the address of an act on one row."""
        whole = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=whole)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_live(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_live(obj) and super().has_delete_permission(request, obj)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if _is_autocomplete(request):
            # a merged row can no longer be chosen for anything
            queryset = queryset.live()
        return super().get_search_results(request, queryset, search_term)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_merge": access_of(request).may(self.merge_permission), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def merge_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask into which, show both with what would move, and merge them once that is confirmed."""
        row = self.live_row(request, pk)
        given = request.POST if request.method == "POST" else request.GET
        form = MergeForm(given if "into" in given else None, named_by=self.named_by)
        into: Any = form.cleaned_data["into"] if form.is_valid() else None
        if request.method == "POST" and into is not None:
            return self._merge(request, row, into)
        context = {"form": form, "into": into, "comparison": self._comparison(row, into) if into else []}
        return self.act_page(request, "merge", row, self.merge_title, context)

    def live_row(self, request: HttpRequest, pk: UUID) -> Any:
        """Return a row that was not merged, for those who may merge."""
        if not access_of(request).may(self.merge_permission):
            raise PermissionDenied
        rows: Any = self.model._default_manager
        return get_object_or_404(rows.live(), pk=pk)

    def address_of(self, row: Any) -> str:
        """Return the address of a row's own page."""
        return self._address("change", row)

    def act_page(
        self, request: HttpRequest, name: str, row: Any, title: str | Promise, context: dict[str, Any]
    ) -> HttpResponse:
        """Return the page of an act on one row; `context` has its form."""
        whole = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(row),
            "opts": self.opts,
            "row": row,
            "media": self.media + context["form"].media,
            **context,
        }
        return TemplateResponse(request, f"admin/claims/{self.opts.model_name}/{name}.html", whole)

    def _merge(self, request: HttpRequest, row: Any, into: Any) -> HttpResponse:
        person: Any = request.user
        kept = carry_out(request, lambda: self.merge(pk=row.pk, into=into.pk, by=person, version=version_in(request)))
        if kept is None:
            return HttpResponseRedirect(f"{self._address('merge', row)}?into={into.pk}")
        self.log_change(request, kept, _("Merged “%(name)s” into it.") % {"name": row})
        messages.success(request, _("“%(name)s” was merged into “%(into)s”.") % {"name": row, "into": kept})
        return HttpResponseRedirect(self.address_of(kept))

    def _address(self, act: str, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{act}", args=[row.pk])

    def _comparison(self, row: Any, into: Any) -> list[dict[str, Any]]:
        """The lines of the comparison: what, of the one, of the other."""
        left, right = self.compared(row), self.compared(into)
        return [{"label": capfirst(label), "one": left[label], "other": right[label]} for label in left]


def _is_autocomplete(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.url_name == "autocomplete")


def listed(rows: QuerySet[Any]) -> str:
    """Return the first of them in words, and how many more there are."""
    shown = [str(row) for row in rows[: FEW + 1]]
    if len(shown) > FEW:
        shown[FEW] = _("and %(count)s more") % {"count": rows.count() - FEW}
    return "; ".join(shown)


def _is_live(row: Any) -> bool:
    return row is None or row.merged_into_id is None
