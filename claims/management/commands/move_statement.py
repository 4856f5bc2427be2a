"""`manage.py move_statement ID STEP --by USER`: one step of the workflow, as in the admin and the API."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from claims.models import Statement
from claims.services.reviewing import TransitionRefusedError
from claims.services.steps import STEPS, take_step
from config.access.permissions import Access
from config.history.acting import Origin, acting
from config.migrated import check_migrated
from config.terminal import language, printable


class Command(BaseCommand):
    help = "Take one step of the workflow with a statement: " + ", ".join(STEPS) + "."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("statement", type=UUID, metavar="ID", help="the statement's id")
        parser.add_argument("step", choices=list(STEPS), help="the step to take")
        parser.add_argument("--by", required=True, metavar="USER", help="the account that takes it, with its rights")
        parser.add_argument("--reason", default="", help="why; needed to return and to withdraw")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(language()):
            check_migrated()
            self._take(options["statement"], options["step"], options["by"], options["reason"])

    def _take(self, statement_id: UUID, step: str, name: str, reason: str) -> None:
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(_("No active account has the name “%s”.") % printable(name))
        try:
            with acting(origin=Origin.COMMAND, user=user.pk):
                moved = take_step(name=step, statement_id=statement_id, access=Access(user=user), reason=reason)
        except Statement.DoesNotExist:
            raise CommandError(_("There is no statement with this id.")) from None
        except PermissionDenied:
            raise CommandError(_("“%s” may not take this step with it.") % printable(name)) from None
        except TransitionRefusedError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{moved.pk}: {moved.get_status_display()}")
