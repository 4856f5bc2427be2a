from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "config.access"
    label = "access"
    verbose_name = _("Access")
    default = True

    def ready(self) -> None:
        """Make drf-spectacular know of tokens: it finds extensions by their being imported."""
        from config.access import openapi  # noqa: F401


class GuardedAdminConfig(admin.AdminConfig):
    """Django's admin, whose login counts wrong passwords."""

    default_site = "config.access.login.GuardedAdminSite"
    default = False
