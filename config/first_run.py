"""What an installation needs before it can serve: tables, static files, a demo set, people."""

import hashlib
import secrets
import string
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction

from config import __version__
from config.migrated import pending_migrations
from config.private_files import write_private

#: user name -> name of the group that says what they may do
PEOPLE = {"curator": "curators", "reviewer": "reviewers", "administrator": "administrators"}
#: number of the advisory lock that setting up takes, so that two servers of one database take turns
SETUP_LOCK = 7_263_514_001

Say = Callable[[str], None]


def set_up(accounts_file: Path, say: Say) -> None:
    """Bring database and static files up to date; on an empty database load the demo set and make people."""
    _collect_static(say)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        try:
            _migrate(say)
            _make_people(accounts_file, say)
            _load_demo(say)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SETUP_LOCK])


def _migrate(say: Say) -> None:
    if pending := pending_migrations():
        say(f"Bringing the database up to date ({pending} migrations) …")
        try:
            call_command("migrate", interactive=False, verbosity=1)
        except BaseException:
            say("")  # ends the line of the migration that was at work
            raise


def _load_demo(say: Say) -> None:
    from claims.exchange.demo import load_demo

    loaded = load_demo()
    if loaded:
        say(f"Loaded the demo set: {loaded} statements.")


@transaction.atomic
def _make_people(accounts_file: Path, say: Say) -> None:
    """Make one of each of PEOPLE if nobody can log in yet; the file comes first: no password is lost."""
    users = get_user_model().objects
    if users.filter(is_staff=True).exists():
        return
    passwords = {name: _password() for name in PEOPLE}
    lines = [f"{name}: {password}" for name, password in passwords.items()]
    write_private(accounts_file, "\n".join(["# user name: first password", *lines, ""]), replace=True)
    for name, group in PEOPLE.items():
        user = users.create_user(name, password=passwords[name], is_staff=True)
        user.groups.add(Group.objects.get(name=group))
    say(f"Made the accounts {', '.join(PEOPLE)}.")


def _password() -> str:
    """119 random bits, in characters that a double click selects."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(20))


def kept_passwords(accounts_file: Path) -> dict[str, str]:
    """User name -> password, for those in the file whose password is still the one in use."""
    if not accounts_file.exists():
        return {}
    kept = {}
    for line in accounts_file.read_text("utf-8", "replace").splitlines():
        name, colon, password = line.partition(": ")
        if not colon or line.startswith("#"):
            continue
        user = get_user_model().objects.filter(username=name, is_active=True).first()
        if user and user.check_password(password):
            kept[name] = password
    return kept


def _collect_static(say: Say) -> None:
    """Copy and name static files anew when one of them, or the version, has changed."""
    root = Path(str(settings.STATIC_ROOT))
    # beside the folder: what is in it is served
    note = root.with_name(f"{root.name}-collected")
    state = _state_of_static_files()
    if root.exists() and note.exists() and note.read_text("ascii") == state:
        return
    say("Collecting static files …")
    note.unlink(missing_ok=True)
    # one that was cut off half way would keep Django from looking at the folder at all
    (root / "staticfiles.json").unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note.write_text(state, "ascii")


def _state_of_static_files() -> str:
    """A hash of names, sizes and times of change; reads no file."""
    digest = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list(None):
            found = Path(str(storage.path(path))).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
