"""`manage.py revoke_token PREFIX|ID`: a token that is not accepted any more."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from config.access.models import PREFIX_LENGTH, Token
from config.access.services import revoke
from config.migrated import check_migrated
from config.terminal import language


class Command(BaseCommand):
    """Revoke one token, from now on."""

    help = "Revoke a token, by its id or by its first 8 characters as the admin lists them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("token", metavar="PREFIX|ID", help="its first 8 characters (ar_…), or its id")

    def handle(self, *, token: str, **_options: Any) -> None:
        """Revoke it, and say so; one that is revoked already stays as it is."""
        with translation.override(language()):
            check_migrated()
            self._revoke(token)

    def _revoke(self, token: str) -> None:
        found = _found(token)
        changed = revoke(token=found, by=None)
        said = _("%(token)s of %(user)s is revoked.") if changed else _("%(token)s of %(user)s was revoked before.")
        self.stdout.write(said % {"token": found, "user": found.user})


def _found(written: str) -> Token:
    try:
        chosen = Token.objects.filter(pk=UUID(written))
    except ValueError:
        if len(written) > PREFIX_LENGTH:
            # not repeated: it may be the whole token
            raise CommandError(
                _("Give its id, or its first %(length)s characters and no more.") % {"length": PREFIX_LENGTH}
            ) from None
        chosen = Token.objects.filter(prefix=written)
    tokens = list(chosen.select_related("user")[:2])
    if not tokens:
        raise CommandError(_("There is no token %(token)s: the admin lists them.") % {"token": repr(written)})
    if len(tokens) > 1:
        raise CommandError(
            _("Several tokens begin with %(token)s: give the id, which the admin shows.") % {"token": repr(written)}
        )
    return tokens[0]
