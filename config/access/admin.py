"""Tokens in the admin: everybody sees, makes and revokes their own; administrators, all."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from config.access import people  # noqa: F401 registers accounts
from config.access.forms import TokenForm
from config.access.models import Token
from config.access.services import MANAGE_ALL, revoke

_MADE = "_characters_of_new_token"


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin[Token]):
    """Made once, revoked once; nothing else of a token can be changed, and none is deleted."""

    list_display = ("name", "user", "role", "begins_with", "created_at", "expires_at", "last_used_at", "state")
    list_select_related = ("user",)
    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    search_fields = ("name", "prefix", "user__username")
    actions = ("revoke_selected",)
    change_form_template = "admin/access/token/shown.html"
    add_form_template = "admin/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        """Return the tokens that somebody may see."""
        tokens = super().get_queryset(request)
        return tokens if _manages_all(request) else tokens.filter(user=request.user.pk)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return _is_staff(request) and (obj is None or obj.user_id == request.user.pk or _manages_all(request))

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        if obj is None:
            return [*(["user"] if _manages_all(request) else []), "name", "role", "days"]
        shown = ["name", "whose", "role", "begins_with", "state", "created_at", "maker", "expires_at"]
        return [*shown, "last_used_at", "revoked_at"]

    def get_form(self, request: HttpRequest, obj: Token | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)

        class OwnTokenForm(TokenForm):
            maker = request.user
            chooses_user = _manages_all(request)

        return OwnTokenForm

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": _("Make a token"), "show_save_and_continue": False, "show_save_and_add_another": False}
        return super().add_view(request, form_url, {**context, **(extra_context or {})})

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Token:
        """Make the token; nothing is left to be saved after that."""
        token: Token = form.save()
        setattr(request, _MADE, form.secret)
        return token

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        """Do nothing: the token is stored, and the form knows less than it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: a token has no rows of its own."""

    @sensitive_variables()
    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: str | None = None) -> HttpResponse:
        """Show the token: this once, in the answer itself, because what an address could show again would be kept."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The token is made"),
            "token": obj,
            "secret": getattr(request, _MADE),
        }
        answer = TemplateResponse(request, "admin/access/token/made.html", context)
        add_never_cache_headers(answer)
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        token = self.get_object(request, object_id)
        context = {
            "title": _("Token"),
            "revoke_url": reverse("admin:access_token_revoke", args=[object_id])
            if token is not None and token.revoked_at is None
            else None,
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        own = path("<uuid:pk>/revoke/", self.admin_site.admin_view(self.revoke_view), name="access_token_revoke")
        return [own, *super().get_urls()]

    @method_decorator(require_POST)
    def revoke_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Revoke one token, and show that it is."""
        token = get_object_or_404(self.get_queryset(request), pk=pk)
        if self._revoke(request, token):
            self.message_user(request, _("The token is revoked: it is not accepted any more."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:access_token_change", args=[token.pk]))

    @admin.action(description=gettext_lazy("Revoke the selected tokens"))
    def revoke_selected(self, request: HttpRequest, tokens: QuerySet[Token]) -> None:
        revoked = sum(self._revoke(request, token) for token in tokens)
        sentence = ngettext("%(count)d token is revoked.", "%(count)d tokens are revoked.", revoked)
        self.message_user(request, sentence % {"count": revoked}, messages.SUCCESS)

    def _revoke(self, request: HttpRequest, token: Token) -> bool:
        revoked = revoke(token=token, by=request.user)
        if revoked:
            self.log_change(request, token, _("Revoked."))
        return revoked

    @admin.display(description=gettext_lazy("begins with"))
    def begins_with(self, token: Token) -> str:
        return f"{token.prefix}…"

    # as text: not everybody who sees a token may see accounts
    @admin.display(description=gettext_lazy("in the name of"))
    def whose(self, token: Token) -> str:
        return token.user.get_username()

    @admin.display(description=gettext_lazy("made by"))
    def maker(self, token: Token) -> str:
        return token.created_by.get_username() if token.created_by else _("a command")

    @admin.display(description=gettext_lazy("state"))
    def state(self, token: Token) -> str:
        if token.revoked_at is not None:
            return _("revoked")
        if token.is_expired:
            return _("expired")
        return _("valid") if token.is_usable else _("account closed")


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)


def _manages_all(request: HttpRequest) -> bool:
    return request.user.has_perm(MANAGE_ALL)
