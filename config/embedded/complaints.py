"""What PostgreSQL says when it does not run, as one sentence that says what to do."""

import re
import shutil
import time
from pathlib import Path

from config.embedded.errors import EmbeddedServerError
from config.embedded.place import DATABASE, Place

# Below this a silent end is taken for a full disk: the server may have had no room to say so.
BYTES_TO_SPEAK = 32 * 2**20
SECONDS_OF_NEWS = 120

NO_ROOM = "No space left on device"
#: pieces of PostgreSQL's words (English by `initdb --locale=C`) -> what to do
ADVICE = (
    (
        (NO_ROOM, "Disk quota exceeded"),
        "make room on the disk of {folder}, nothing that was saved is lost",
    ),
    (("Read-only file system",), "set DATA_DIR to a folder that can be written to, or mount this one for writing"),
    (
        ("Permission denied", "wrong ownership"),
        "give {cluster} and all that is in it to the account that runs PostgreSQL",
    ),
    (
        ("configuration file", "pg_hba.conf", "pg_ident.conf", "postgresql.conf"),
        "correct that file, {start_log} says where",
    ),
    (
        ("shared memory", "Cannot allocate memory", "out of memory"),
        "give this machine or container more memory, or lower shared_buffers in {cluster}/postgresql.conf",
    ),
    (("Unix-domain socket", "lock file"), "see who else uses {socket_folder}, remove what is in it and start again"),
)
ANEW = "start again, or set DATA_DIR to another folder"
DAMAGED = "if {start_log} does not help, move {cluster} away and load the latest backup with manage.py restore"


def was_not_made(place: Place, said: str) -> EmbeddedServerError:
    """The error for a data folder that could not be made; `said` is all that the program at work said."""
    reason = NO_ROOM if NO_ROOM in said else _last_complaint(said.splitlines()) or last_line(said)
    return EmbeddedServerError(f"The embedded database could not be made ({reason}): {_advice(place, reason, ANEW)}.")


def did_not_start(place: Place, said: str) -> EmbeddedServerError:
    """The error for a server that ended instead of starting; `said` is the last word on its standard error."""
    reason = _complaint(place) or (NO_ROOM if _is_full(place) else last_line(said))
    return EmbeddedServerError(f"The embedded PostgreSQL did not start ({reason}): {_advice(place, reason, DAMAGED)}.")


def refused(place: Place, reason: str) -> EmbeddedServerError | None:
    """The error for a login that a running server refuses for a reason that does not pass."""
    if "password authentication failed" in reason:
        return EmbeddedServerError(
            f"{place.passwords} does not hold the passwords of the data in {place.cluster}: put back the file that "
            "belongs to it, or set DATA_DIR to another folder."
        )
    if f'database "{DATABASE}" does not exist' in reason:
        return EmbeddedServerError(
            f"{place.cluster} does not hold our database, or not all of it: move it away and load the "
            "latest backup with manage.py restore."
        )
    return None


def last_line(text: str) -> str:
    """The last line that says something, for use in a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def _advice(place: Place, reason: str, otherwise: str) -> str:
    found = next((advice for pieces, advice in ADVICE if any(piece in reason for piece in pieces)), otherwise)
    return found.format(
        folder=place.folder, cluster=place.cluster, start_log=place.start_log, socket_folder=place.socket_folder
    )


def _complaint(place: Place) -> str:
    """The last that the server complained of, if it has just done so."""
    for path in (place.start_log, *sorted(place.log_folder.glob("*.log"), key=_modified)[-1:]):
        complaint = _last_complaint(path.read_text("utf-8", "replace").splitlines() if path.exists() else [])
        if complaint and time.time() - _modified(path) < SECONDS_OF_NEWS:
            return complaint
    return ""


def _last_complaint(lines: list[str]) -> str:
    """The last line that says that it is over, without its marks."""
    complaints = [line for line in lines if any(mark in line for mark in ("FATAL:", "PANIC:", ": error:"))]
    return re.split(r"(?:FATAL|PANIC|error): ", complaints[-1])[-1].strip().removeprefix("but ") if complaints else ""


def _is_full(place: Place) -> bool:
    return shutil.disk_usage(place.folder).free < BYTES_TO_SPEAK


def _modified(path: Path) -> float:
    return path.stat().st_mtime
