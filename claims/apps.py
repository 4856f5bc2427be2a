from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from claims import rules


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = _("Statements")
    refusals = rules.BY_RULE

    def ready(self) -> None:
        """Tell the history pages how rows of the record are called and restored."""
        from claims.history.wiring import wire  # it needs the models

        wire()
