"""The login of the admin, guarded."""

import math
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from config.access.addresses import address_of
from config.access.guard import Attempt, LoginRefusedError


class GuardedLoginForm(AdminAuthenticationForm):
    """Django's; the password is looked at only where there were not too many wrong ones."""

    def clean(self) -> dict[str, Any]:
        """Check name and password; raise LoginRefusedError instead where no more may be tried now."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name is None or not password or self.request is None:
            return super().clean()
        attempt = Attempt(name, address_of(self.request))
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            raise
        except BaseException:
            attempt.was_not_decided()
            raise
        attempt.was_right()
        return cleaned


class GuardedAdminSite(AdminSite):
    """Django's admin with that login."""

    login_form = GuardedLoginForm

    def get_urls(self) -> list[Any]:
        """Leave out Django's redirect to a row's public page: there is none, and it fails for ids like ours."""
        return [one for one in super().get_urls() if getattr(one, "name", None) != "view_on_site"]

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Log somebody in, or answer 429 with what to do."""
        try:
            return super().login(request, extra_context)
        except LoginRefusedError as refused:
            return _refusal(request, refused.seconds)


def _refusal(request: HttpRequest, seconds: int) -> HttpResponse:
    page = render(request, "admin/access/too_many_logins.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    page["Retry-After"] = str(seconds)
    return page
