"""The steps of a statement from draft to published, as buttons and bulk actions."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.models import Statement
from claims.models.vocabularies import Status
from claims.services import reviewing

if TYPE_CHECKING:
    StatementModelAdmin = admin.ModelAdmin[Statement]
else:
    StatementModelAdmin = object

REVIEWER_STEPS = {"publish", "return", "withdraw"}
STEPS_WITH_REASON = {"return", "withdraw"}
STEPS_FROM = {
    Status.DRAFT: ["submit"],
    Status.IN_REVIEW: ["publish", "return"],
    Status.PUBLISHED: ["withdraw"],
    Status.WITHDRAWN: [],
}
LABELS = {
    "submit": gettext_lazy("Send to review"),
    "publish": gettext_lazy("Publish"),
    "return": gettext_lazy("Return to draft"),
    "withdraw": gettext_lazy("Withdraw"),
}
DONE = {
    "submit": gettext_lazy("The statement was sent to review."),
    "publish": gettext_lazy("The statement is published."),
    "return": gettext_lazy("The statement went back to its author."),
    "withdraw": gettext_lazy("The statement was withdrawn."),
}


class ReasonForm(forms.Form):
    """Why a statement is returned or withdrawn."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class Steps(StatementModelAdmin):
    """Buttons on a statement's page, which save what was changed there first, and actions on its list."""

    actions = ["submit_selected", "publish_selected"]

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
        step = request.POST.get("_step", "")
        if step not in LABELS or not self._may(request, step):
            return super().response_change(request, obj)
        return self._move(request, obj, step, ReasonForm())

    def move_view(self, request: HttpRequest, statement_id: UUID, step: str) -> HttpResponse:
        """Take one step; returning and withdrawing ask for a reason first."""
        statement = get_object_or_404(Statement, pk=statement_id)
        if step not in LABELS or not self._may(request, step):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return self._move(request, statement, step, ReasonForm(request.POST if "reason" in request.POST else None))

    @admin.action(description=gettext_lazy("Send selected statements to review"), permissions=["change"])
    def submit_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._take_each(request, "submit", queryset)

    @admin.action(description=gettext_lazy("Publish selected statements"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._take_each(request, "publish", queryset)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the person may publish, return and withdraw."""
        return self._may(request, "publish")

    def _steps(self, request: HttpRequest, statement: Statement) -> list[dict[str, Any]]:
        """The steps that this person may take from here, as buttons."""
        return [
            {
                "name": step,
                "label": LABELS[step],
                "url": reverse("admin:claims_statement_move", args=[statement.pk, step]),
            }
            for step in STEPS_FROM[Status(statement.status)]
            if self._may(request, step)
        ]

    def _may(self, request: HttpRequest, step: str) -> bool:
        name = "claims.publish_statement" if step in REVIEWER_STEPS else "claims.change_statement"
        return request.user.has_perm(name)

    def _move(self, request: HttpRequest, statement: Statement, step: str, form: ReasonForm) -> HttpResponse:
        if step in STEPS_WITH_REASON and not form.is_valid():
            return self._ask_for_reason(request, statement, step, form)
        try:
            self._take(request, step, statement.pk, form.cleaned_data["reason"] if form.is_bound else "")
            messages.success(request, self._told(statement, step))
        except reviewing.TransitionRefusedError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:claims_statement_change", args=[statement.pk]))

    def _ask_for_reason(self, request: HttpRequest, statement: Statement, step: str, form: ReasonForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": LABELS[step],
            "opts": self.opts,
            "statement": statement,
            "form": form,
            "is_public": step == "withdraw",
            "move_url": reverse("admin:claims_statement_move", args=[statement.pk, step]),
        }
        return TemplateResponse(request, "admin/claims/statement/reason.html", context)

    def _told(self, statement: Statement, step: str) -> str:
        if step != "publish":
            return str(DONE[step])
        return format_html(
            '{} <a href="{}">{}</a>',
            DONE[step],
            reverse("statement-detail", args=[statement.pk]),
            _("What the public reads"),
        )

    def _take(self, request: HttpRequest, step: str, statement_id: UUID, reason: str = "") -> None:
        person: Any = request.user
        if step == "submit":
            reviewing.submit(statement_id=statement_id, by=person)
        elif step == "publish":
            reviewing.publish(statement_id=statement_id, by=person, version=request.POST.get("version"))
        elif step == "return":
            reviewing.return_to_draft(statement_id=statement_id, reason=reason)
        else:
            reviewing.withdraw(statement_id=statement_id, reason=reason)

    def _take_each(self, request: HttpRequest, step: str, queryset: Any) -> None:
        done, refused = 0, 0
        for statement in queryset:
            try:
                self._take(request, step, statement.pk)
                done += 1
            except reviewing.TransitionRefusedError as error:
                refused += 1
                if refused <= 5:
                    messages.error(request, _("%(label)s: %(value)s") % {"label": statement, "value": error})
        if refused > 5:
            messages.error(request, _("%(count)s more were refused.") % {"count": refused - 5})
        note = ngettext("%(count)s statement moved on.", "%(count)s statements moved on.", done)
        messages.info(request, note % {"count": done})
