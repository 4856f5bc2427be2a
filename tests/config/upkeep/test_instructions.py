"""What docs/upkeep.md tells people to type works as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from config.embedded.server import EmbeddedServer
from config.environment import BASE_DIR
from tests.config.upkeep.installation import Installation

PAGE = (BASE_DIR / "docs" / "upkeep.md").read_text("utf-8")


def test_the_restore_drill_works_as_it_is_written(server: Installation, tmp_path: Path) -> None:
    drill = PAGE.split("## A restore drill")[1].split("##")[0]
    commands = re.findall(r"^    (.+)$", drill, re.MULTILINE)
    assert len(commands) == 4
    script = "\n".join(["set -e", *commands]).replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["/bin/sh", "-c", script.replace("/backups", str(tmp_path))],
        cwd=BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(server.data_dir),
            "DATABASE_URL": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same as were backed up" in done.stdout
    assert "all is as it must be" in done.stdout
    assert list(tmp_path.iterdir()) == []
    assert EmbeddedServer.of(server.data_dir).accepts()


def test_each_option_it_names_is_one(server: Installation) -> None:
    known = "".join(
        subprocess.run(
            [sys.executable, BASE_DIR / "manage.py", command, "--help"],
            env={**os.environ, "DATA_DIR": str(server.data_dir), "DATABASE_URL": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in ("backup", "restore", "verify")
    )
    named = set(re.findall(r"--[a-z]+", PAGE))
    assert named == {"--overwrite", "--replace", "--backup"}
    assert all(option in known for option in named)
