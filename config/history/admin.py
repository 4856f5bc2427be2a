"""The admin page that shows what was before: what was changed, by whom, from where and why, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.history.acting import Origin
from config.history.looking import Look, Seen, look
from config.history.names import Names
from config.history.restoring import RESTORERS, NotRestoredError
from config.history.states import Change
from config.history.tracking import TRACKED
from config.history.versions import CHANGE, CREATE, REMOVE, SQL, History
from config.history.words import Line, is_around, line_of

Row = TypeVar("Row", bound=Model)
if TYPE_CHECKING:
    Base = admin.ModelAdmin[Row]
else:
    from typing import Generic

    class Base(Generic[Row]):
        """Any admin of a model."""


PAGE = 50

ORIGINS = {
    Origin.ADMIN: gettext_lazy("Admin"),
    Origin.API: "API",
    Origin.IMPORT: pgettext_lazy("origin of a change", "Import"),
    Origin.COMMAND: gettext_lazy("Command"),
    SQL: "SQL",
}
ACTS = {
    CREATE: gettext_lazy("Entered"),
    CHANGE: gettext_lazy("Changed"),
    REMOVE: gettext_lazy("Deleted"),
    "submit": gettext_lazy("Sent to review"),
    "recall": gettext_lazy("Taken back from review"),
    "approve": pgettext_lazy("act in a history", "Approved"),
    "return": gettext_lazy("Returned to draft"),
    "publish": pgettext_lazy("act in a history", "Published"),
    "withdraw": pgettext_lazy("act in a history", "Withdrawn"),
    "merge": gettext_lazy("Merged"),
    "split": pgettext_lazy("act in a history", "Split"),
    "unite": gettext_lazy("Found to be one with another"),
    "reanchor": gettext_lazy("Anchored anew"),
    "restore": gettext_lazy("Restored"),
    "import": pgettext_lazy("act in a history", "Imported"),
}


@dataclass(frozen=True)
class Entry:
    """One version as the page shows it."""

    version: Seen
    act: str
    origin: str
    who: str
    lines: list[Line]
    restore_url: str | None


class HistoryPages(Base[Row]):
    """For the admin of a tracked model: its button “History” leads to all that is known of a row's changes."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        restore = path(
            "<path:object_id>/history/<int:number>/restore/",
            self.admin_site.admin_view(self.restore_view),
            name=name,
        )
        return [restore, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions of one row, a page at a time."""
        row = self.get_object(request, unquote(object_id))
        if self.model not in TRACKED or row is None:
            return super().history_view(request, object_id, extra_context)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        seen = look(request, History(self.model, row.pk))
        versions = seen.page(before=_before(request), limit=PAGE)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % row,
            "subtitle": None,
            "object": row,
            "opts": self.opts,
            "module_name": self.opts.verbose_name_plural,
            "entries": self._entries(request, row, seen, versions),
            "newer": _newer(versions, seen),
            "older": versions[-1].number if versions and versions[-1].number > 1 else None,
            "row_version": getattr(row, "version", None),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/history/page.html", context)

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Make an earlier version the present one, and show that it is."""
        row = self.get_object(request, unquote(object_id))
        restorer = RESTORERS.get(self.model)
        if row is None or restorer is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self._may_restore(request, row):
            raise PermissionDenied
        try:
            restorer.restore(row=row, number=number, by=request.user, version=_read(request))
            messages.success(request, _("Version %(number)s was restored.") % {"number": number})
        except NotRestoredError as error:
            messages.error(request, str(error))
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        return HttpResponseRedirect(reverse(address, args=[row.pk]))

    def _may_restore(self, request: HttpRequest, row: Row) -> bool:
        restorer = RESTORERS.get(self.model)
        return restorer is not None and self.has_change_permission(request, row) and restorer.may(request, row)

    def _entries(self, request: HttpRequest, row: Row, seen: Look, versions: Sequence[Seen]) -> list[Entry]:
        changes = [_told(seen.changes(version)) for version in versions]
        people = [version.transaction.user if seen.is_whole else None for version in versions]
        names = Names((one for several in changes for one in several), people)
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_restore"
        may_restore, newest = seen.is_whole and self._may_restore(request, row), len(seen.versions)
        return [
            Entry(
                version,
                str(ACTS.get(version.act, version.act)),
                str(ORIGINS.get(version.transaction.origin, version.transaction.origin)) if seen.is_whole else "",
                names.of_user(who),
                [line_of(change, names) for change in several],
                reverse(address, args=[row.pk, version.number]) if may_restore and version.number < newest else None,
            )
            for version, several, who in zip(versions, changes, people, strict=True)
        ]


def _told(changes: list[Change]) -> list[Change]:
    """Leave out what changes around quoted words with each change of the words themselves."""
    return [one for one in changes if one.field is None or not is_around(one.field)]


def _before(request: HttpRequest) -> int | None:
    """The number below which versions are asked for; none where the address says nothing that could be one."""
    return _number(request.GET.get("before", ""))


def _read(request: HttpRequest) -> int | None:
    """The row's own version that the person read."""
    return _number(request.POST.get("version", ""))


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _newer(versions: Sequence[Seen], seen: Look) -> int | None:
    """The number below which the page of newer versions begins; None on the newest."""
    newest = versions[0].number if versions else 0
    return newest + PAGE + 1 if newest < len(seen.versions) else None
