"""Which account of the machine runs the embedded server.

PostgreSQL refuses to run as root. Root therefore runs it as `postgres` or else `nobody`; where that account
cannot walk to the programs or the data (a home folder of mode 0700), it is given the one capability to search
folders, and nobody's folders are opened.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.errors import EmbeddedServerError

CAPABILITIES = ("dac_read_search", "dac_override")


@dataclass(frozen=True)
class Account:
    """The account that runs the server; `prefix` comes before each command line of it."""

    uid: int
    gid: int
    name: str
    prefix: tuple[str, ...] = ()

    @property
    def is_other(self) -> bool:
        """Whether it is another account than the one that runs this process."""
        return self.uid != os.geteuid()

    def give(self, path: Path) -> None:
        """Make the account the owner of a file or folder."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(
        self, command: Sequence[str | Path], *, timeout: float, text_in: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the server to its end, away from the terminal and from our open files.

        Raise EmbeddedServerError where it takes too long.
        """
        switch: dict[str, Any] = {}
        if self.is_other and not self.prefix:
            switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        try:
            return subprocess.run(
                [*self.prefix, *map(str, command)],
                input=text_in,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                **switch,
            )
        except subprocess.TimeoutExpired:
            raise EmbeddedServerError(
                f"{command[0]} did not end in {timeout:.0f} s: start again, or set DATA_DIR to a faster disk."
            ) from None


def server_account(program: Path, folder: Path) -> Account:
    """The account for a server whose programs and folder are these.

    Raise EmbeddedServerError where root has no account to run it as, or that account cannot be let in.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), "")
    entry = _first_account("postgres", "nobody")
    plain = Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    candidates = [plain, *(_with_capability(plain, capability) for capability in CAPABILITIES)]
    for account in candidates if shutil.which("setpriv") else [plain]:
        if _reaches(account, program, folder):
            return account
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root, and the account {plain.name} cannot reach {program} and {folder}: "
        "run this as another user than root, or put the project and DATA_DIR where that account may go."
    )


def name_of(uid: int) -> str:
    """The name of an account, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _first_account(*names: str) -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in names:
        if name in known:
            return known[name]
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root and there is no account {' or '.join(names)} to run it as: "
        "run this as another user than root."
    )


def _with_capability(account: Account, capability: str) -> Account:
    prefix = (
        "setpriv",
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        f"--inh-caps=-all,+{capability}",
        f"--ambient-caps=+{capability}",
        # access(2), which PostgreSQL asks about its own programs, ignores capabilities without this
        "--securebits=+no_setuid_fixup",
        "--",
    )
    return Account(account.uid, account.gid, account.name, prefix)


def _reaches(account: Account, program: Path, folder: Path) -> bool:
    """Really run the program and enter the folder: no reading of mode bits knows all that may forbid it."""
    probe = '"$1" --version >/dev/null && cd "$2"'
    return account.run(["/bin/sh", "-c", probe, "sh", program, folder], timeout=30).returncode == 0
