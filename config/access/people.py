"""The accounts in the admin: administrators let people in and give them roles; superusers alone make superusers."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # no generic when it runs
    """An account and the groups that say what it may do."""

    list_display = ("username", "first_name", "last_name", "is_active", "is_staff")
    add_fieldsets = (
        (
            None,
            {
                "fields": ("username", "usable_password", "password1", "password2", "is_staff", "groups"),
                "description": _(
                    "Who is to work in the admin is “staff” and needs a role, which is a group: contributors enter"
                    " their own statements, curators work on all, reviewers publish, administrators let people in;"
                    " readers only read, by token."
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let nobody give more than a role, who has no more than a role."""
        fields = super().get_readonly_fields(request, obj)
        return fields if _is_superuser(request) else [*fields, "is_superuser", "user_permissions"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_touch(request, obj) and super().has_delete_permission(request, obj)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_touch(request: HttpRequest, person: Any) -> bool:
    return _is_superuser(request) or not (person and person.is_superuser)
