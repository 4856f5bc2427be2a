"""The steps of a statement from draft to published, as buttons and bulk actions."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.models import Statement
from claims.services.reviewing import LONGEST_REASON, TransitionRefusedError
from claims.services.rights import PUBLISH
from claims.services.steps import STEPS, Step, may_take, steps_from, take_step
from config.access.permissions import access_of

if TYPE_CHECKING:
    StatementModelAdmin = admin.ModelAdmin[Statement]
else:
    StatementModelAdmin = object

LABELS = {
    "submit": gettext_lazy("Send to review"),
    "approve": gettext_lazy("Approve"),
    "publish": gettext_lazy("Publish"),
    "return": gettext_lazy("Return to draft"),
    "withdraw": gettext_lazy("Withdraw"),
}
DONE = {
    "submit": gettext_lazy("The statement was sent to review."),
    "approve": gettext_lazy("The statement is approved: it can be published."),
    "publish": gettext_lazy("The statement is published."),
    "return": gettext_lazy("The statement went back to its author."),
    "withdraw": gettext_lazy("The statement was withdrawn."),
}


class ReasonForm(forms.Form):
    """Why a statement is returned or withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )


class Steps(StatementModelAdmin):
    """Buttons on a statement's page, which save what was changed there first, and actions on its list."""

    actions = ["submit_selected", "approve_selected", "publish_selected", "return_selected", "withdraw_selected"]

    def get_urls(self) -> list[URLPattern]:
        move = path(
            "<uuid:statement_id>/move/<slug:step>/",
            self.admin_site.admin_view(self.move_view),
            name="claims_statement_move",
        )
        return [move, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        statement = self.get_object(request, object_id)
        context = {
            "steps": self._steps(request, statement) if statement else [],
            "saves_first": bool(statement and self.has_change_permission(request, statement)),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def response_change(self, request: HttpRequest, obj: Statement) -> HttpResponse:
        """Go on with the step whose button saved the form."""
        step = STEPS.get(request.POST.get("_step", ""))
        if step is None or not may_take(access_of(request), step, obj):
            return super().response_change(request, obj)
        return self._move(request, obj, step, ReasonForm())

    def move_view(self, request: HttpRequest, statement_id: UUID, step: str) -> HttpResponse:
        """Take one step; returning and withdrawing ask for a reason first."""
        statement = get_object_or_404(self.get_queryset(request), pk=statement_id)
        wanted = STEPS.get(step)
        if wanted is None or not may_take(access_of(request), wanted, statement):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return self._move(request, statement, wanted, _reason_in(request))

    @admin.action(description=gettext_lazy("Send selected statements to review"), permissions=["change"])
    def submit_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._take_each(request, STEPS["submit"], queryset)

    @admin.action(description=gettext_lazy("Approve selected statements"), permissions=["publish"])
    def approve_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._take_each(request, STEPS["approve"], queryset)

    @admin.action(description=gettext_lazy("Publish selected statements"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._take_each(request, STEPS["publish"], queryset)

    @admin.action(description=gettext_lazy("Return selected statements to draft"), permissions=["publish"])
    def return_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._take_each_for_a_reason(request, STEPS["return"], queryset)

    @admin.action(description=gettext_lazy("Withdraw selected statements"), permissions=["publish"])
    def withdraw_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._take_each_for_a_reason(request, STEPS["withdraw"], queryset)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the person may approve, publish, return and withdraw."""
        return access_of(request).may(PUBLISH)

    def _steps(self, request: HttpRequest, statement: Statement) -> list[dict[str, Any]]:
        """The steps that this person may take from here, as buttons."""
        return [
            {
                "name": step.name,
                "label": LABELS[step.name],
                "url": reverse("admin:claims_statement_move", args=[statement.pk, step.name]),
            }
            for step in steps_from(statement, access_of(request))
        ]

    def _move(self, request: HttpRequest, statement: Statement, step: Step, form: ReasonForm) -> HttpResponse:
        if step.needs_reason and not form.is_valid():
            address = reverse("admin:claims_statement_move", args=[statement.pk, step.name])
            return self._ask_for_reason(request, step, form, address=address, statements=[statement])
        try:
            self._take(request, step, statement.pk, form.cleaned_data["reason"] if step.needs_reason else "")
            messages.success(request, self._told(statement, step))
        except TransitionRefusedError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:claims_statement_change", args=[statement.pk]))

    def _ask_for_reason(
        self, request: HttpRequest, step: Step, form: ReasonForm, *, address: str, statements: Any
    ) -> HttpResponse:
        """The page that asks why; it sends on what the request chose."""
        context = {
            **self.admin_site.each_context(request),
            "title": LABELS[step.name],
            "opts": self.opts,
            "statements": statements,
            "form": form,
            "is_public": step.name == "withdraw",
            "address": address,
            "action": request.POST.get("action", ""),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "version": request.POST.get("version", ""),
        }
        return TemplateResponse(request, "admin/claims/statement/reason.html", context)

    def _told(self, statement: Statement, step: Step) -> str:
        if step.name != "publish":
            return str(DONE[step.name])
        return format_html(
            '{} <a href="{}">{}</a>',
            DONE[step.name],
            reverse("statement-detail", args=[statement.pk]),
            _("What the public reads"),
        )

    def _take(self, request: HttpRequest, step: Step, statement_id: UUID, reason: str = "") -> None:
        take_step(
            name=step.name,
            statement_id=statement_id,
            access=access_of(request),
            reason=reason,
            version=_version(request),
        )

    def _take_each_for_a_reason(self, request: HttpRequest, step: Step, queryset: Any) -> HttpResponse | None:
        form = _reason_in(request)
        if not form.is_valid():
            return self._ask_for_reason(request, step, form, address=request.get_full_path(), statements=queryset)
        self._take_each(request, step, queryset, form.cleaned_data["reason"])
        return None

    def _take_each(self, request: HttpRequest, step: Step, queryset: Any, reason: str = "") -> None:
        done, refused = 0, 0
        for statement in queryset:
            try:
                self._take(request, step, statement.pk, reason)
                done += 1
            except (TransitionRefusedError, PermissionDenied) as error:
                refused += 1
                if refused <= 5:
                    told = str(error) or _("You may not take this step with it.")
                    messages.error(request, _("%(label)s: %(value)s") % {"label": statement, "value": told})
        if refused > 5:
            messages.error(request, _("%(count)s more were refused.") % {"count": refused - 5})
        note = ngettext("%(count)s statement moved on.", "%(count)s statements moved on.", done)
        messages.info(request, note % {"count": done})


def _reason_in(request: HttpRequest) -> ReasonForm:
    """The form with the reason, empty where the page with it was not shown yet."""
    return ReasonForm(request.POST if "reason" in request.POST else None)


def _version(request: HttpRequest) -> int | None:
    """The version that the person read, where the button says it."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
