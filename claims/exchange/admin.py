"""What came in by datasets, for whoever may see statements; imports are made by `manage.py import_dataset`."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from claims.exchange.lines import LINES
from claims.exchange.models import DatasetImport
from sources.admin_base import RecordAdmin

SHOWN_STATEMENTS = 100


@admin.register(DatasetImport)
class DatasetImportAdmin(RecordAdmin[DatasetImport]):
    list_display = [
        "name",
        "started_at",
        "finished_at",
        "by",
        "published_by",
        "statements_created",
        "published",
        "refused",
    ]
    list_select_related = ["by", "published_by"]
    search_fields: ClassVar[Any] = ()
    fields: ClassVar[Any] = [
        "name",
        "started_at",
        "finished_at",
        "author",
        "publisher",
        "lines",
        "refused",
        "created_rows",
        "unchanged_rows",
        "published",
        "first_statements",
    ]
    readonly_fields = fields

    @admin.display(description=_("statements created"))
    def statements_created(self, row: DatasetImport) -> int:
        return int(row.created.get("statement", 0))

    # As plain text: most who may see this may not see accounts.
    @admin.display(description=_("in the name of"), empty_value="–")
    def author(self, row: DatasetImport) -> str | None:
        return row.by.get_username() if row.by else None

    @admin.display(description=_("published by"), empty_value="–")
    def publisher(self, row: DatasetImport) -> str | None:
        return row.published_by.get_username() if row.published_by else None

    @admin.display(description=_("created rows"))
    def created_rows(self, row: DatasetImport) -> str:
        return _counted(row.created)

    @admin.display(description=_("there already"))
    def unchanged_rows(self, row: DatasetImport) -> str:
        return _counted(row.unchanged)

    @admin.display(description=_("its first statements"))
    def first_statements(self, row: DatasetImport) -> SafeString | str:
        came = row.statements.order_by("line").select_related("statement")
        shown = came.prefetch_related("statement__attributions__speaker", "statement__wordings")[:SHOWN_STATEMENTS]
        return format_html_join(
            "",
            '<a href="{}">{}</a> {}<br>',
            (
                (reverse("admin:claims_statement_change", args=[one.statement_id]), one.line, str(one.statement))
                for one in shown
            ),
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.view_statement")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{record} {counts[record]}" for record in LINES if record in counts) or "–"
