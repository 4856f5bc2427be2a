"""`manage.py serve`: one command from nothing to a running server."""

import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from config.environment import Environment
from config.first_run import kept_passwords, set_up
from config.postgresql.errors import DatabaseUnreachableError
from config.private_files import make_data_dir, unusable
from config.server import ServerError, numeric_address, reserved, serve, site_url


class Command(BaseCommand):
    """Set up what is missing and serve until Ctrl-C."""

    help = "Start the database, bring it up to date and serve on HOST:PORT until Ctrl-C."
    requires_system_checks: list[str] = []
    _is_told_to_stop = False

    def handle(self, **_options: Any) -> None:
        """Serve; end with exit code 0 on SIGINT or SIGTERM, with one sentence where it cannot serve."""
        # Without this SIGTERM, or a terminal that is closed, would skip the exit handlers that stop the database.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._stop)
        try:
            self._serve(settings.ENVIRONMENT)
        except ServerError as error:
            raise CommandError(str(error)) from None
        except DatabaseUnreachableError:
            raise  # says it all; manage.py prints it
        except OperationalError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"The database went away while setting up ({reason}): start again.") from None
        except OSError as error:
            sentence = unusable(settings.ENVIRONMENT.data_dir, error)
            if sentence is None:
                raise
            raise CommandError(sentence) from None
        except KeyboardInterrupt:
            pass
        self._say("Stopped.")

    def _serve(self, environment: Environment) -> None:
        started = time.monotonic()
        accounts_file = environment.data_dir / "accounts.txt"
        address = numeric_address(environment.HOST)
        make_data_dir(environment.data_dir)
        with reserved(environment.data_dir, address, environment.PORT):
            self._say(
                "Connecting to the database of DATABASE_URL …"
                if environment.DATABASE_URL
                else f"Starting PostgreSQL in {environment.data_dir} …"
            )
            set_up(accounts_file, self._say)
            lines = [
                *_addresses(site_url(address, environment.PORT)),
                *_people(kept_passwords(accounts_file), str(accounts_file)),
                "Stop with Ctrl-C.",
            ]

            def ready() -> None:
                self._say(f"Ready after {time.monotonic() - started:.1f} s.\n")
                self._say("\n".join(lines))

            self._stop_if_told()
            serve(address, environment.PORT, environment.WORKERS, environment.THREADS, ready=ready)

    def _stop(self, _number: int, _frame: object) -> None:
        self._is_told_to_stop = True
        raise KeyboardInterrupt

    def _stop_if_told(self) -> None:
        """Stop after all where the interrupt came while Python was clearing up, which swallows it."""
        if self._is_told_to_stop:
            raise KeyboardInterrupt

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _addresses(site: str) -> list[str]:
    return [
        f"  Site    {site}/",
        f"  API     {site}/api/v1/",
        f"  Docs    {site}/api/docs/",
        f"  Schema  {site}/api/schema/",
        f"  Admin   {site}/admin/",
        "",
    ]


def _people(passwords: dict[str, str], where: str) -> list[str]:
    if not passwords:
        return [
            "Log in to the admin with your own account (manage.py changepassword sets a new password).",
            "",
        ]
    return [
        "Log in to the admin as",
        *(f"  {name:<15}{password}" for name, password in passwords.items()),
        f"These passwords are kept in {where}.",
        "",
    ]
