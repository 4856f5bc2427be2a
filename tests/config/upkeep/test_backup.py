"""`manage.py backup`: one private file, of one moment, whole or not there."""

import os
import shutil
import signal
import stat
import subprocess
import tarfile
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
import pytest

from config.upkeep import archive, login
from tests.config.upkeep.installation import Installation


def test_it_writes_one_private_file_and_says_what_is_in_it(server: Installation, tmp_path: Path) -> None:
    path = tmp_path / "record.tar"
    said = server.run("backup", str(path))
    tables = server.contents()
    rows = sum(table.rows for table in tables.values())
    assert said.startswith(f"Wrote {path}: ")
    assert f" {rows} rows of {len(tables)} tables, read back and checked" in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["record.tar"]
    with tarfile.open(path) as tar:
        assert tar.getnames() == ["database.dump", "manifest.json"]
    assert archive.read(path).manifest.tables == tables


def test_it_overwrites_only_when_told_to(server: Installation, tmp_path: Path) -> None:
    path = tmp_path / "record.tar"
    path.write_text("precious")
    assert server.complaint("backup", str(path)) == f"{path} is there already: give another name, or add --overwrite."
    assert path.read_text() == "precious"
    server.run("backup", str(path), "--overwrite")
    assert archive.read(path).manifest.rows > 0


def test_a_missing_folder_is_one_sentence(server: Installation, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "record.tar"
    assert "the folder" in (said := server.complaint("backup", str(path)))
    assert "does not exist" in said
    assert not path.parent.exists()


def test_a_full_disk_is_one_sentence_and_leaves_nothing(server: Installation, tmp_path: Path) -> None:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() or not mount or not umount:
        pytest.skip("only root makes small disks")
    small = [mount, "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(tmp_path)]
    if subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("this system does not let tests mount a small disk")
    try:
        said = server.complaint("backup", str(tmp_path / "record.tar"))
        left = os.listdir(tmp_path)
    finally:
        subprocess.run([umount, tmp_path], check=True)
    assert "No space left on device" in said
    assert "\n" not in said
    assert left == []


def test_an_empty_database_is_not_backed_up(empty: Installation, tmp_path: Path) -> None:
    assert "There is nothing to back up" in empty.complaint("backup", str(tmp_path / "record.tar"))
    assert os.listdir(tmp_path) == []


def test_a_server_newer_than_all_programs_is_one_sentence(
    server: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.upkeep.backing_up.major_version", lambda: 99)
    said = server.complaint("backup", str(tmp_path / "record.tar"))
    assert said.startswith("pg_dump of PostgreSQL 99 or newer is needed")
    assert os.listdir(tmp_path) == []


def test_it_is_of_one_moment_under_writes(record: Installation, empty: Installation, tmp_path: Path) -> None:
    """A writer adds an event and a topic in each transaction: as many of both must come back."""
    stop = threading.Event()

    def write(writer: "psycopg.Connection[Any]") -> None:
        while not stop.is_set():
            with writer.transaction():
                writer.execute(
                    "INSERT INTO claims_event (id, name, type, location, is_public)"
                    " VALUES (%s, 'Sommet', 'summit', '', false)",
                    [uuid4()],
                )
                writer.execute(
                    'INSERT INTO claims_topic (id, labels, is_public) VALUES (%s, \'{"fr": "x"}\', false)', [uuid4()]
                )

    before = record.contents()
    with record.superuser() as writer:
        thread = threading.Thread(target=write, args=[writer])
        thread.start()
        try:
            record.run("backup", str(tmp_path / "record.tar"))
        finally:
            stop.set()
            thread.join()
    now = record.contents()
    empty.run("restore", str(tmp_path / "record.tar"))
    restored = empty.contents()
    events, topics = (
        restored[table].rows - before[table].rows for table in ("public.claims_event", "public.claims_topic")
    )
    assert events == topics
    assert now["public.claims_event"].rows - before["public.claims_event"].rows > events


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_backup_leaves_no_file_and_no_program(
    number: signal.Signals, record: Installation, superuser: "psycopg.Connection[Any]", tmp_path: Path
) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute("ALTER SEQUENCE claims_statementsearch_id_seq RENAME TO held")  # pg_dump waits for it
        process = record.start("backup", str(tmp_path / "record.tar"))
        children = _children(process.pid, "pg_dump")
        assert len(os.listdir(tmp_path)) == 1
        process.send_signal(number)
        _out, errors = process.communicate(timeout=20)
        assert process.returncode == 130
        assert errors == ""
    assert os.listdir(tmp_path) == []
    assert not any(child.is_running() for child in children)


def test_no_password_is_on_a_command_line(record: Installation) -> None:
    with record.used():
        found = login.parameters()
        password = str(found["password"])
        assert len(password) > 20
        assert password not in login.open_text(found)
        environment = login.environment(found)
    assert environment["PGPASSWORD"] == password
    assert not {"DATABASE_URL", "SECRET_KEY"} & set(environment)


def _children(pid: int, name: str) -> list[psutil.Process]:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        found = [child for child in psutil.Process(pid).children(recursive=True) if child.name() == name]
        if found:
            time.sleep(0.2)
            return found
        time.sleep(0.02)
    raise AssertionError(f"{name} was not started")


@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_what_is_no_file_is_not_replaced(kind: str, server: Installation, tmp_path: Path) -> None:
    path = tmp_path / "record.tar"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "elsewhere")
    said = server.complaint("backup", str(path), "--overwrite")
    assert said == f"{path} is no file: give the name of a new one."
    assert path.is_fifo() if kind == "pipe" else path.is_symlink()
