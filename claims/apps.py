from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from claims import rules


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = _("Statements")
    refusals = rules.BY_RULE
