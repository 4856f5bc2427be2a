"""A data folder that is damaged, strange or somebody else's: it works, or one sentence says what to do."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from config.embedded.errors import EmbeddedServerError
from config.embedded.place import Place
from config.embedded.server import EmbeddedServer
from tests.faults.checking import assert_whole, rows
from tests.faults.conftest import only_long
from tests.faults.program import Server
from tests.once import copy

Start = Callable[..., Server]
Harm = Callable[[Place], object]


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("")


def remove_all(folder: Path, pattern: str) -> None:
    for path in folder.glob(pattern):
        path.unlink()


DAMAGES: dict[str, tuple[Harm, str]] = {
    "older": (
        lambda it: (it.cluster / "PG_VERSION").write_text("15\n"),
        "manage.py backup of the release that made it",
    ),
    "newer": (lambda it: (it.cluster / "PG_VERSION").write_text("19\n"), "made by PostgreSQL 19 .* manage.py restore"),
    "no version": (lambda it: (it.cluster / "PG_VERSION").unlink(), "not a PostgreSQL data folder: move it away"),
    "version empty": (lambda it: (it.cluster / "PG_VERSION").write_text(""), "not a PostgreSQL data folder"),
    "version odd": (lambda it: (it.cluster / "PG_VERSION").write_bytes(b"\xff"), "not a PostgreSQL data folder"),
    "data is a file": (lambda it: replace_by_file(it.cluster), "not a PostgreSQL data folder"),
    "folder is a file": (lambda it: replace_by_file(it.folder), "set DATA_DIR to a folder"),
    "socket is a file": (lambda it: replace_by_file(it.socket_folder), "remove it, start again"),
    "wrong setting": (lambda it: append(it.cluster / "postgresql.conf", "work_mem = plenty\n"), "correct that file"),
    "no settings": (lambda it: (it.cluster / "postgresql.conf").unlink(), "correct that file"),
    "no logins": (lambda it: (it.cluster / "pg_hba.conf").unlink(), "correct that file"),
    "no control": (lambda it: (it.cluster / "global" / "pg_control").unlink(), "pg_control.* manage.py restore"),
    "control empty": (lambda it: (it.cluster / "global" / "pg_control").write_bytes(bytes(8192)), "manage.py restore"),
    "no log of changes": (
        lambda it: remove_all(it.cluster / "pg_wal", "0*"),
        "checkpoint record.* manage.py restore",
    ),
    "folders lost": (lambda it: (it.cluster / "pg_notify").rmdir(), "pg_notify.* manage.py restore"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_one_sentence(made: Path, name: str) -> None:
    harm, says = DAMAGES[name]
    harm(Place(made))
    server = EmbeddedServer(made)
    with pytest.raises(EmbeddedServerError, match=says) as caught:
        server.hold()
    assert "\n" not in str(caught.value)
    assert str(made) in str(caught.value)
    assert not server.is_held


@pytest.mark.parametrize("text", ["{", "[]", '{"postgres": "x"}'])
def test_passwords_that_are_damaged(made: Path, text: str) -> None:
    Place(made).passwords.write_text(text)
    with pytest.raises(EmbeddedServerError, match=r"is damaged, .* put back the file that belongs to it"):
        EmbeddedServer(made).superuser_conninfo("postgres")


def test_passwords_of_other_data(start: Start, set_up: Path, folder: Path) -> None:
    Place(set_up).passwords.write_text('{"postgres": "x", "attribution_record": "y"}')
    assert "does not hold the passwords of the data" in start(set_up).complaint()


@only_long
def test_a_database_that_is_lost(start: Start, set_up: Path) -> None:
    shutil.rmtree(Place(set_up).cluster / "base")
    assert "load the latest backup with manage.py restore" in start(set_up).complaint()


def test_data_that_was_moved_away_keeps_its_passwords(made: Path) -> None:
    place = Place(made)
    place.cluster.rename(place.folder / "aside")
    server = EmbeddedServer(made)
    server.hold()
    server.release()
    shutil.rmtree(place.cluster)
    (place.folder / "aside").rename(place.cluster)
    server.hold()
    assert rows(made, "SELECT 1") == [(1,)]
    server.release()


def test_a_copy_that_others_could_read_is_closed(made: Path) -> None:
    place = Place(made)
    place.cluster.chmod(0o755)
    server = EmbeddedServer(made)
    server.hold()
    server.release()
    assert stat.S_IMODE(place.cluster.stat().st_mode) == 0o700


@pytest.mark.parametrize("owner", [0, 12345])
def test_data_of_another_account(made: Path, owner: int) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: gives files away")
    chown = shutil.which("chown")
    assert chown
    place = Place(made)
    subprocess.run([chown, "-R", f"{owner}", place.cluster], check=True)
    server = EmbeddedServer(made)
    with pytest.raises(EmbeddedServerError, match=r"belongs to the account .* chown -R") as caught:
        server.hold()
    command = str(caught.value).rpartition("with ")[2]
    subprocess.run([chown, *command.split()[1:]], check=True)
    server.hold()
    server.release()


NAMES = ["a b", "é 东", "it's", 'a "b"', "100%s", "$HOME", "`x`", "a\\b", "a,b", "#;&*", "@x", "-x", "x" * 200]


@only_long
@pytest.mark.parametrize("name", NAMES)
def test_a_folder_of_any_name(folder: Path, once_made: Path, name: str) -> None:
    data_dir = folder / name / "data"
    data_dir.parent.mkdir()
    copy(once_made, data_dir)
    server = EmbeddedServer(data_dir)
    server.hold()
    assert rows(data_dir, "SELECT current_setting('data_directory')") == [(str(Place(data_dir).cluster),)]
    server.release()


def test_making_in_a_folder_of_any_name(folder: Path) -> None:
    server = EmbeddedServer(folder / " ".join(NAMES[:-1]))
    server.hold()
    server.release()


@only_long
def test_the_program_in_a_folder_of_any_name(start: Start, folder: Path) -> None:
    data_dir = folder / " ".join(NAMES[:-1]) / ("y" * 100)
    server = start(data_dir).is_ready()
    assert_whole(server)
    server.stop()


def test_a_line_break_in_the_name(start: Start, folder: Path) -> None:
    assert "has a line break in its name: set DATA_DIR to another folder" in start(folder / "a\nb").complaint()


def test_a_path_that_is_too_long(start: Start, folder: Path) -> None:
    data_dir = folder.joinpath(*["z" * 250] * 20)
    assert "set DATA_DIR to a folder" in start(data_dir, env={"SECRET_KEY": "k" * 40}).complaint()


def test_a_data_dir_that_is_a_file(start: Start, folder: Path) -> None:
    (folder / "data").write_text("")
    assert "set DATA_DIR to a folder" in start(folder / "data").complaint()


@only_long
@pytest.mark.parametrize("is_there", [True, False])
def test_a_data_dir_that_is_a_link(start: Start, once: Path, folder: Path, is_there: bool) -> None:
    if is_there:
        copy(once, folder / "real")
    (folder / "data").symlink_to(folder / "real")
    server = start(folder / "data").is_ready()
    assert_whole(server)
    server.stop()
    assert Place(folder / "real").cluster.exists()


def test_static_files_that_were_cut_off(start: Start, set_up: Path) -> None:
    manifest = set_up / "static" / "staticfiles.json"
    manifest.write_bytes(manifest.read_bytes()[:100])
    (set_up / "static-collected").unlink()
    server = start(set_up).is_ready()
    assert server.ask("/admin/login/").status == 200
    server.stop()
