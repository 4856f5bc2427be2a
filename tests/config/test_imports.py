"""What is loaded late: a command that needs it not must not wait for it; a server has it before the first request."""

import subprocess
import sys

import pytest

from config.environment import BASE_DIR

#: each takes some tenth of a second
LATE = {"numpy", "py3langid", "trafilatura"}
SETUP = "import django; django.setup(); import config.urls, sys"
SERVER = "from config.server import _load_application; _load_application(''); import sys"


def loaded(statements: str) -> set[str]:
    """Return which of them are loaded in a process that ran some statements."""
    ended = subprocess.run(
        [sys.executable, "-c", f"{statements}; print(*sys.modules)"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return LATE & set(ended.stdout.split())


@pytest.mark.parametrize(("statements", "expected"), [(SETUP, set()), (SERVER, LATE)])
def test_what_reads_web_pages_is_loaded_by_servers_alone(statements: str, expected: set[str]) -> None:
    assert loaded(statements) == expected
