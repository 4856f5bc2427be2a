"""`manage.py make_token USER --name … --role …`: a token, alone on standard output."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from config.access.models import DEFAULT_DAYS, MOST_DAYS
from config.access.roles import GROUPS, Role
from config.access.services import make_token
from config.migrated import check_migrated
from config.terminal import language


class Command(BaseCommand):
    """Make a token of an account, whoever's it is."""

    help = "Make a token for the API and print it, this once, alone on standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the user name of the account that it acts in the name of")
        parser.add_argument("--name", required=True, help="what it is for")
        parser.add_argument("--role", required=True, help=f"the most it may do: {', '.join(GROUPS)}")
        parser.add_argument(
            "--days",
            type=int,
            default=DEFAULT_DAYS,
            help=f"for how long, 1 to {MOST_DAYS}; {DEFAULT_DAYS} if not given",
        )

    def handle(self, *, user: str, name: str, role: str, days: int, **_options: Any) -> None:
        """Print the token; what else there is to say goes to standard error."""
        with translation.override(language()):
            check_migrated()
            self._make(user, name, role, days)

    @sensitive_variables("secret")
    def _make(self, user: str, name: str, role: str, days: int) -> None:
        account = get_user_model().objects.filter(username=user).first()
        if account is None:
            raise CommandError(
                _("There is no account %(user)s: the admin lists them, under Users.") % {"user": repr(user)}
            )
        if role not in GROUPS:
            raise CommandError(
                _("There is no role %(role)s: it is one of %(roles)s.")
                % {"role": repr(role), "roles": ", ".join(GROUPS)}
            )
        try:
            token, secret = make_token(user=account, name=name, role=Role(role), days=days, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(secret)
        self.stderr.write(
            _("It is valid until %(until)s, and shown this once. Revoke it with: manage.py revoke_token %(id)s")
            % {"until": f"{token.expires_at:%Y-%m-%d %H:%M} UTC", "id": token.pk}
        )
