"""The data folder of the embedded server: made once, whole or not at all."""

import json
import locale
import secrets
import shlex
import shutil
import stat
from pathlib import Path
from typing import Any

from config.embedded.account import Account, name_of
from config.embedded.complaints import was_not_made
from config.embedded.errors import EmbeddedServerError
from config.embedded.memory import megabytes_of_memory
from config.embedded.place import DATABASE, MAJOR_VERSION, Place, program_folder
from config.private_files import write_private

SUPERUSER = "postgres"
OWNER = "attribution_record"
BYTES_NEEDED = 300 * 2**20
SECONDS_TO_MAKE = 180
# The text parser needs to know which characters are letters; the sort order is PostgreSQL's own.
CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8", "fr_FR.UTF-8", "UTF-8")


def make_cluster(place: Place, account: Account) -> None:
    """Make the data folder unless it is there: all happens aside, then the folder is renamed.

    The caller holds the start lock. Raise EmbeddedServerError where it cannot be made, or is there and of
    another version.
    """
    if place.cluster.exists():
        _check_version(place)
        return
    _check_space(place)
    # A killed attempt may have left an initdb at work: it has no say in ours, and fails when its folder goes.
    for path in place.leftovers():
        path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)
    passwords = _make_passwords(place)
    staging = place.staging(secrets.token_hex(4))
    staging.mkdir(mode=0o700)
    account.give(staging)
    try:
        _initdb(place, staging, account, passwords[SUPERUSER])
        _make_roles(place, staging, account, passwords[OWNER])
        staging.rename(place.cluster)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def read_passwords(place: Place) -> dict[str, str]:
    """Role name -> password."""
    try:
        found: dict[str, str] = json.loads(place.passwords.read_text("ascii"))
    except FileNotFoundError:
        raise EmbeddedServerError(
            f"{place.passwords} is missing, which holds the passwords of the data in {place.cluster}: "
            "put it back, or move that folder away to start with an empty database."
        ) from None
    except OSError as error:
        raise EmbeddedServerError(place.not_writable(error)) from error
    except ValueError:
        found = {}
    if not isinstance(found, dict) or not {SUPERUSER, OWNER} <= found.keys():
        raise EmbeddedServerError(
            f"{place.passwords} is damaged, which holds the passwords of the data in {place.cluster}: put back "
            "the file that belongs to it, or move that folder away to start with an empty database."
        )
    return found


def mend_ownership(place: Place, account: Account) -> None:
    """Close a data folder that was copied with an open mode; raise EmbeddedServerError if it is somebody else's."""
    found = place.cluster.stat()
    if found.st_uid != account.uid:
        owner, ours = name_of(found.st_uid), name_of(account.uid)
        run_as = "" if found.st_uid == 0 else f"run this as {owner}, or "
        raise EmbeddedServerError(
            f"{place.cluster} belongs to the account {owner} and PostgreSQL runs as {ours}: {run_as}give it to that "
            f"account, as root, with chown -R {ours} {shlex.quote(str(place.cluster))}"
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        place.cluster.chmod(0o700)


def _check_version(place: Place) -> None:
    try:
        version = (place.cluster / "PG_VERSION").read_text("ascii", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        version = ""
    except PermissionError:
        raise EmbeddedServerError(
            f"{place.cluster} belongs to another account: run this as the account that made it, or set "
            "DATA_DIR to another folder."
        ) from None
    if not version.isdecimal():
        raise EmbeddedServerError(
            f"{place.cluster} is not a PostgreSQL data folder: move it away, or set DATA_DIR to another one."
        )
    if version != str(MAJOR_VERSION):
        raise EmbeddedServerError(
            f"{place.cluster} was made by PostgreSQL {version} and this is PostgreSQL {MAJOR_VERSION}: run manage.py "
            "backup of the release that made it, then manage.py restore of this one with another DATA_DIR."
        )


def _check_space(place: Place) -> None:
    free = shutil.disk_usage(place.folder).free
    if free < BYTES_NEEDED:
        raise EmbeddedServerError(
            f"The disk of {place.folder} has {free // 2**20} MB left and a new database needs "
            f"{BYTES_NEEDED // 2**20} MB: make room, or set DATA_DIR to a folder on another disk."
        )


def _make_passwords(place: Place) -> dict[str, str]:
    """Random passwords, kept before the data folder that needs them can exist.

    Those that are there stay: the data they belong to may only have been moved away.
    """
    if place.passwords.exists():
        return read_passwords(place)
    passwords = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, OWNER)}
    write_private(place.passwords, json.dumps(passwords), replace=True)
    return passwords


def _initdb(place: Place, staging: Path, account: Account, password: str) -> None:
    # initdb wants an empty folder, and the account that runs it may read nothing else of ours
    password_file = staging.with_suffix(".password")
    write_private(password_file, password, replace=True)
    account.give(password_file)
    try:
        done = account.run(
            [
                program_folder() / "initdb",
                f"--pgdata={staging}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=PG_UNICODE_FAST",
                "--locale=C",
                f"--lc-ctype={_ctype()}",
                "--data-checksums",
                "--no-instructions",
                *(f"--set={name}={value}" for name, value in _tuning().items()),
            ],
            timeout=SECONDS_TO_MAKE,
        )
    finally:
        password_file.unlink()
    if done.returncode:
        raise was_not_made(place, done.stderr)


def _make_roles(place: Place, staging: Path, account: Account, password: str) -> None:
    """Make the role that owns the database, without a server that others could already reach.

    CREATEDB is for the tests, which make databases beside it.
    """
    done = account.run(
        [
            program_folder() / "postgres",
            "--single",
            "-D",
            staging,
            "-c",
            "exit_on_error=on",
            "-c",
            "logging_collector=off",
            "-c",
            "log_statement=none",
            "-c",
            "log_min_error_statement=panic",
            "postgres",
        ],
        text_in=(
            f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE PASSWORD '{password}';\n"
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n"
        ),
        timeout=SECONDS_TO_MAKE,
    )
    if done.returncode:
        raise was_not_made(place, done.stderr)


def _ctype() -> str:
    """A UTF-8 character classification that this system knows."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in CTYPES:
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise EmbeddedServerError(
        "This system has no UTF-8 locale: install C.UTF-8 or en_US.UTF-8, or set DATABASE_URL to a PostgreSQL of yours."
    )


def _tuning() -> dict[str, Any]:
    """What goes into postgresql.conf, where an administrator may change it; sizes in MB."""
    memory = megabytes_of_memory()
    return {
        "shared_buffers": f"{min(max(memory // 8, 32), 4096)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": f"{min(max(memory // 256, 4), 16)}MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 16), 256)}MB",
        "max_wal_size": "2GB",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        # exports ask for many pages at once: a disk reads eight nearly as fast as one
        "effective_io_concurrency": "64",
        "io_workers": "8",
        "jit": "off",  # costs more than it gains on pages of 50 rows
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
    }
