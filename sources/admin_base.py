"""The admin's defaults: lists that cost the same at any size, refusals of the database as errors of the form."""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import EmptyPage, InvalidPage, Page, Paginator
from django.db import DatabaseError, DataError, connection, models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.history.admin import HistoryPages
from config.writing.refusals import Refusal, check_deferred_rules, refusal_of
from sources.forms import ChooseOne, ChooseSeveral, LinesField, validate_visible

Row = TypeVar("Row", bound=models.Model)
Parent = TypeVar("Parent", bound=models.Model)

_REFUSAL = "_refusal"
#: the hidden field of a form that says which version of the row it was made from
READ_VERSION = "_version"
_STALE = _(
    "Somebody else changed it since you opened this page (see its history). Below is what you typed: to save it over"
    " what they did, save again."
)


class FastPage(Page[Any]):
    """A page that knows whether another follows, and no more."""

    def __init__(self, rows: list[Any], number: int, paginator: "FastPaginator", *, has_more: bool) -> None:
        super().__init__(rows, number, paginator)
        self.has_more = has_more

    def has_next(self) -> bool:
        return self.has_more


class FastPaginator(Paginator[Any]):
    """Pages without a COUNT: one row more than the page holds is asked for.

    Beyond `max_pages` a search is wanted, not more pages: skipping rows costs as much as reading them.
    """

    max_pages = 500

    @property
    def count(self) -> int:
        """The most rows that pages can reach; how many there are is never asked."""
        return self.max_pages * self.per_page

    @property
    def num_pages(self) -> int:
        """The last page that can be asked for."""
        return self.max_pages

    def page(self, number: int | str) -> FastPage:
        """Return the page; raise InvalidPage where it is no number, or there is no such page."""
        wanted = self.validate_number(number)
        start = (wanted - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        if not rows and wanted > 1:
            raise EmptyPage(self.error_messages["no_results"])
        has_more = len(rows) > self.per_page and wanted < self.max_pages
        return FastPage(rows[: self.per_page], wanted, self, has_more=has_more)


class RecordChangeList(ChangeList):
    """A list of one page, with the addresses of the ones beside it."""

    def get_results(self, request: HttpRequest) -> None:
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        try:
            self.page = paginator.page(self.page_num)
        except (InvalidPage, DataError, OverflowError, ValueError) as error:
            # No such page, or a value in the address that cannot be compared with what is kept.
            raise IncorrectLookupParameters(error) from error
        self.result_list = self.page.object_list
        # Both counts are of this page, so that nothing offers "all" or prints a total that is not known.
        self.result_count = self.full_result_count = len(self.page)
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.multi_page = False
        self.paginator = paginator

    @property
    def next_link(self) -> str:
        """The query string of the next page, empty on the last."""
        return self.get_query_string({PAGE_VAR: self.page_num + 1}) if self.page.has_next() else ""

    @property
    def previous_link(self) -> str:
        """The query string of the page before, empty on the first."""
        return self.get_query_string({PAGE_VAR: self.page_num - 1}) if self.page.has_previous() else ""


class Choosers:
    """Form fields of admins and inlines: rows chosen by name, arrays as lines."""

    admin_site: Any

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.get_internal_type() == "ArrayField":
            return LinesField(
                label=capfirst(db_field.verbose_name), required=not db_field.blank, help_text=db_field.help_text or None
            )
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # mixed into an admin
            chooser = ChooseSeveral if db_field.many_to_many else ChooseOne
            kwargs.setdefault("widget", chooser(db_field, self.admin_site, using=kwargs.get("using")))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # mixed into an admin
        if isinstance(field, forms.CharField) and field.required:
            field.validators.append(validate_visible)
        return field


class LoadedRowsFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """Rows whose related rows, fetched with them by the inline's queryset, are not fetched again one by one."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, ChooseOne):
                widget.loaded = form.instance._state.fields_cache.get(name)


class TabularInline(Choosers, admin.TabularInline[Row, Parent]):
    """Rows of another table inside a form."""

    formset = LoadedRowsFormSet

    #: how many a browser may say that it sends: each makes a form
    most_rows = 150

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        most = self.most_rows if self.max_num is None else self.max_num
        return super().get_formset(request, obj, **{"absolute_max": self.most_rows, "max_num": most, **kwargs})


class RecordAdmin(HistoryPages[Row], Choosers, admin.ModelAdmin[Row]):
    """The admin of one of the record's tables.

    Lists are paged without COUNT, sorted by an index only (`ordering`; columns are sortable where `sortable_by` says
    so) and searched by folded name. What a constraint or trigger refuses, deferred ones included, comes back as an
    error on the form as it was filled in, with nothing stored; a subclass that overrides `save_related` calls
    `super()` last, because the deferred rules are checked there.
    """

    paginator = FastPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    sortable_by: ClassVar[Any] = ()
    # Not a list of columns to scan: it says that there is a search, `get_search_results` does it.
    search_fields = ("name_search",)
    change_list_template = "sources/record_list.html"
    change_form_template = "sources/record_form.html"

    class Media:
        css = {"all": ("sources/admin.css",)}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        """Find by the beginnings of words of the name, in any case and accent."""
        if not search_term.strip():
            return queryset, False
        return queryset.named(search_term), False  # type: ignore[attr-defined]  # a NamedQuerySet

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        """Return the row; where a form is sent that was read before somebody else changed it, refuse the form."""
        found = super().get_object(request, object_id, from_field)
        read = request.POST.get(READ_VERSION, "")
        if found is None or not read or not hasattr(found, "version") or not connection.in_atomic_block:
            return found
        rows = self.model._default_manager.select_for_update(no_key=True).order_by()
        version = rows.values_list("version", flat=True).get(pk=found.pk)
        if str(version) != read and not hasattr(request, _REFUSAL):
            setattr(request, _REFUSAL, Refusal(None, str(_STALE)))
        return found

    def get_form(
        self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any
    ) -> "type[forms.ModelForm[Row]]":
        form = super().get_form(request, obj, change, **kwargs)
        refusal: Refusal | None = getattr(request, _REFUSAL, None)
        return form if refusal is None else _refused(form, refusal)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DatabaseError as error:
            refusal = refusal_of(error)
            if refusal is None or request.method != "POST" or hasattr(request, _REFUSAL):
                raise
        # All was rolled back. The same again, with a form that says so: it does not validate, so nothing is stored.
        setattr(request, _REFUSAL, refusal)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        check_deferred_rules()

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        super().delete_model(request, obj)
        check_deferred_rules()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            check_deferred_rules()

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DatabaseError as error:
            return self._refused_deletion(request, error)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            # One transaction: an action that is refused has changed nothing and logged nothing.
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except DatabaseError as error:
            return self._refused_deletion(request, error)

    def _refused_deletion(self, request: HttpRequest, error: DatabaseError) -> HttpResponse:
        refusal = refusal_of(error)
        if refusal is None:
            raise error
        self.message_user(request, _("Nothing was changed. %s") % refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


def _refused(form: "type[forms.ModelForm[Row]]", refusal: Refusal) -> "type[forms.ModelForm[Row]]":
    """Return the form with an error that it always has."""

    class RefusedForm(form):  # type: ignore[misc, valid-type]  # known when it runs
        def full_clean(self) -> None:
            super().full_clean()
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)

    return RefusedForm
