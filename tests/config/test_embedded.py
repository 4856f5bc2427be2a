"""The embedded PostgreSQL: shared, stopped by the last, adopted, revived, private, plain about errors."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.db import Error
from django.db.utils import ConnectionHandler

from config.databases import database_settings
from config.embedded.account import Account, server_account
from config.embedded.errors import EmbeddedServerError
from config.embedded.place import Place, program_folder
from config.embedded.server import EmbeddedServer
from config.environment import BASE_DIR, Environment
from config.postgresql.errors import DatabaseUnreachableError

HOLD = """
import sys
from pathlib import Path
from config.embedded.account import Account, server_account
from config.embedded.errors import EmbeddedServerError
from config.embedded.server import EmbeddedServer
EmbeddedServer.durable = False
server = EmbeddedServer.of(Path(sys.argv[1]))
try:
    server.hold()
except EmbeddedServerError as error:
    sys.exit(str(error))
print("held", flush=True)
sys.stdin.read()
"""

AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="needs root: tries what root alone runs into")


class User:
    """A process of its own that uses the server until it is told to end."""

    def __init__(self, data_dir: Path, script: str = HOLD, *, path: str = "", account: Account | None = None) -> None:
        switch: dict[str, Any] = {}
        if account and account.is_other and not account.prefix:
            switch = {"user": account.uid, "group": account.gid, "extra_groups": []}
        self.process = subprocess.Popen(
            [*(account.prefix if account else ()), sys.executable, "-c", script, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": f"{path}:{BASE_DIR}",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            **switch,
        )

    def is_held(self) -> "User":
        """Wait until the process uses the server."""
        assert self.process.stdout
        if self.process.stdout.readline() != "held\n":
            pytest.fail(self.process.communicate()[1])
        return self

    def end(self) -> None:
        """Let it end as a program does."""
        _, errors = self.process.communicate("")
        assert (self.process.returncode, errors) == (0, "")

    def complaint(self) -> str:
        """What it said on failing."""
        _, errors = self.process.communicate("")
        assert self.process.returncode == 1, errors
        return str(errors).strip()

    def kill(self) -> None:
        """End it as the kernel does when memory runs out."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "data"
    yield path
    with contextlib.suppress(ProcessLookupError):
        if pid := postmaster(path):
            os.kill(pid, signal.SIGQUIT)
            gone(pid)


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedServer]:
    """The server as this process sees it."""
    server = EmbeddedServer.of(data_dir)
    yield server
    server.release()


@pytest.fixture
def connections(data_dir: Path, server: EmbeddedServer, django_db_blocker: Any) -> Iterator[ConnectionHandler]:
    """Django's connections to that server."""
    handler = ConnectionHandler(database_settings(Environment(DATA_DIR=data_dir, DATABASE_URL="")))
    with django_db_blocker.unblock():
        yield handler
        handler.close_all()


def postmaster(data_dir: Path) -> int:
    """The pid of the living postmaster, 0 for none."""
    try:
        pid = int(Place(data_dir).pid_file.read_text().split("\n", 1)[0])
        return pid if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE else 0
    except (FileNotFoundError, psutil.NoSuchProcess):
        return 0


def gone(pid: int, seconds: float = 10) -> bool:
    """Wait for a process to end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_processes_share_one_server_and_the_last_stops_it(data_dir: Path) -> None:
    users = [User(data_dir) for _ in range(3)]  # at once, on an empty folder
    for user in users:
        user.is_held()
    pid = postmaster(data_dir)
    assert pid
    for user in users[:2]:
        user.end()
        assert postmaster(data_dir) == pid
    users[2].end()
    assert postmaster(data_dir) == 0


def test_a_killed_python_leaves_a_server_that_the_next_adopts(data_dir: Path) -> None:
    user = User(data_dir).is_held()
    pid = postmaster(data_dir)
    user.kill()
    assert postmaster(data_dir) == pid
    next_one = User(data_dir).is_held()
    assert postmaster(data_dir) == pid
    next_one.end()
    assert postmaster(data_dir) == 0


def test_a_killed_making_leaves_nothing_half_made(data_dir: Path) -> None:
    user = User(data_dir)
    until = time.monotonic() + 10
    place = Place(data_dir)
    while not any(path.is_dir() for path in place.leftovers()) and time.monotonic() < until:
        time.sleep(0.005)
    user.kill()
    assert place.leftovers()
    assert not place.cluster.exists()
    User(data_dir).is_held().end()
    assert [path for path in place.leftovers() if path.suffix] == []


def test_a_forked_child_neither_keeps_nor_stops_the_server(data_dir: Path) -> None:
    script = HOLD.replace(
        "sys.stdin.read()",
        "import multiprocessing\n"
        "context = multiprocessing.get_context('fork')\n"
        "child = context.Process(target=lambda: None); child.start(); child.join()\n"
        "child = context.Process(target=server.hold); child.start(); child.join()\n"
        "print(server.accepts(), flush=True)\n"
        "import os\n"
        "if os.fork() == 0:\n"
        "    os.execv('/bin/sleep', ['sleep', '5'])\n",
    )
    user = User(data_dir, script).is_held()
    assert user.process.stdout
    assert user.process.stdout.readline() == "True\n"
    user.process.wait(10)
    assert postmaster(data_dir) == 0


def _ask_until_it_fails(cursor: Any) -> None:
    """A backend may outlive its postmaster for a moment."""
    for _ in range(500):
        cursor.execute("SELECT pg_sleep(0.01)")


def test_a_copy_of_the_lock_that_somebody_has_holds_nobody_up(server: EmbeddedServer) -> None:
    server.hold()
    with server._start_lock(time.monotonic()):
        held = [int(name) for name in os.listdir("/dev/fd") if _leads_to(name, server.place.start_lock)]
        copies = [os.dup(one) for one in held]
    try:
        assert copies
        began = time.monotonic()
        server.revive()
        assert time.monotonic() - began < 5
    finally:
        for one in copies:
            os.close(one)


def _leads_to(descriptor: str, path: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(int(descriptor)), path.stat())
    return False


def test_a_killed_server_is_revived_for_a_live_connection(data_dir: Path, connections: ConnectionHandler) -> None:
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (number integer)")
        cursor.execute("INSERT INTO kept VALUES (42)")
    for _ in range(2):
        os.kill(postmaster(data_dir), signal.SIGKILL)
        started = time.monotonic()
        with connection.cursor() as cursor, pytest.raises(Error):
            _ask_until_it_fails(cursor)
        # what Django does between two requests
        connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM kept")
            assert cursor.fetchone() == (42,)
        assert time.monotonic() - started < 5


def test_a_pid_that_another_process_has_now_does_not_matter(data_dir: Path, server: EmbeddedServer) -> None:
    server.hold()
    pid = postmaster(data_dir)
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    for note in (server.place.pid_file, server.place.socket_note):
        note.write_text("\n".join([str(os.getpid()), *note.read_text().split("\n")[1:]]))
    server.revive()
    assert server.accepts()
    assert postmaster(data_dir) not in {0, pid, os.getpid()}


def test_a_lost_socket_folder_is_made_again(data_dir: Path, connections: ConnectionHandler) -> None:
    connection = connections["default"]
    connection.ensure_connection()
    pid = postmaster(data_dir)
    shutil.rmtree(Place(data_dir).socket_folder)
    connection.close()
    connection.ensure_connection()
    assert postmaster(data_dir) not in {0, pid}


def test_the_server_is_private(data_dir: Path, server: EmbeddedServer) -> None:
    server.hold()
    place = server.place
    assert stat.S_IMODE(place.socket_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.cluster.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.passwords.stat().st_mode) == 0o600
    assert len(list(psutil.Process(postmaster(data_dir)).net_connections("inet"))) == 0
    assert os.getsid(postmaster(data_dir)) != os.getsid(0), "Ctrl-C would reach it"
    good = server.superuser_conninfo("postgres")
    with psycopg.connect(**good) as connection:  # type: ignore[arg-type]
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('data_checksums', 'listen_addresses')"
        ).fetchall()
        assert dict(rows) == {"data_checksums": "on", "listen_addresses": ""}
    for user, password in (("postgres", "postgres"), ("attribution_record", "")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(**{**good, "user": user, "password": password})  # type: ignore[arg-type]


def test_words_and_their_order(connections: ConnectionHandler) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT lower('ÉCOLE'), to_tsvector('simple', 'ÉTÉ d''armement')::text")
        assert cursor.fetchone() == ("école", "'armement':3 'd':2 'été':1")
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, True)


def test_the_public_connection_reads_only(connections: ConnectionHandler) -> None:
    with connections["public"].cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("3s",)
        with pytest.raises(Error, match="read-only transaction"):
            cursor.execute("CREATE TABLE no (number integer)")


def test_a_failing_insert_does_not_land_in_a_log(data_dir: Path, connections: ConnectionHandler) -> None:
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE draft (text text UNIQUE CHECK (text <> 'canary'), number integer NOT NULL)")
        cursor.execute("INSERT INTO draft VALUES ('canary-kept', 1)")
        for statement in (
            "INSERT INTO draft VALUES ('canary', 1)",
            "INSERT INTO draft VALUES ('canary-null', NULL)",
            "INSERT INTO draft VALUES ('canary-kept', 2)",
            "INSERT INTO draft VALUES ('x', 'canary-number'::text::integer)",
            "DO $$ BEGIN RAISE EXCEPTION 'canary-raised'; END $$",
        ):
            with pytest.raises(Error, match=r"canary|draft"):
                cursor.execute(statement)
    time.sleep(0.3)
    place = Place(data_dir)
    logs = [place.start_log, *place.log_folder.iterdir()]
    assert any(path.stat().st_size for path in logs), "nothing at all is logged"
    assert [path for path in logs if "canary" in path.read_text()] == []


def test_a_long_path(tmp_path: Path) -> None:
    data_dir = tmp_path / ("a" * 100) / ("b" * 100)
    place = Place(data_dir)
    assert place.socket_folder.parent == Path(tempfile.gettempdir())
    try:
        user = User(data_dir).is_held()
        assert stat.S_IMODE(place.socket_folder.stat().st_mode) == 0o700
        user.end()
        assert not place.socket_folder.exists()
    finally:
        shutil.rmtree(place.socket_folder, ignore_errors=True)


def test_a_socket_folder_prepared_by_somebody_else_is_refused(tmp_path: Path) -> None:
    data_dir = tmp_path / ("a" * 100) / ("c" * 100)
    trap = Place(data_dir).socket_folder
    (tmp_path / "elsewhere").mkdir()
    trap.symlink_to(tmp_path / "elsewhere")
    try:
        assert "remove it, start again" in User(data_dir).complaint()
    finally:
        trap.unlink()


def _copy_of_the_wheel(folder: Path) -> None:
    package = program_folder().parent.parent
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("pginstall", "*.py"))
    (folder / package.name / "__init__.py").touch()


@only_root
def test_programs_and_data_in_a_folder_that_only_root_may_enter(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    _copy_of_the_wheel(home)
    user = User(home / "data", path=str(home)).is_held()
    process = psutil.Process(postmaster(home / "data"))
    assert process.exe().startswith(str(home))
    assert process.username() in {"postgres", "nobody"}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    user.end()
    assert gone(process.pid)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def somebody() -> Account:
    """An account other than root's that can run this Python, wherever that is installed."""
    return server_account(Path(sys.executable), BASE_DIR)


def test_without_root_it_runs_as_the_account_itself(open_folder: Path, somebody: Account) -> None:
    somebody.give(open_folder)
    user = User(open_folder / "data", account=somebody).is_held()
    assert psutil.Process(postmaster(open_folder / "data")).uids().real == somebody.uid
    assert stat.S_IMODE((open_folder / "data").stat().st_mode) == 0o700
    user.end()
    assert postmaster(open_folder / "data") == 0


def test_a_folder_that_cannot_be_written(open_folder: Path, somebody: Account) -> None:
    open_folder.chmod(0o555)
    complaint = User(open_folder / "data", account=somebody).complaint()
    assert "cannot be written to" in complaint
    assert "DATA_DIR" in complaint
    assert "\n" not in complaint


@only_root
def test_a_disk_without_room(open_folder: Path) -> None:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("this system has no mount")
    small = [mount, "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(open_folder)]
    mounted = subprocess.run(small, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this system does not let tests mount a small disk")
    try:
        complaint = User(open_folder / "data").complaint()
    finally:
        subprocess.run([umount, open_folder], check=True)
    assert "make room" in complaint
    assert "\n" not in complaint


def test_data_of_an_older_version(data_dir: Path, server: EmbeddedServer) -> None:
    server.place.make_folder()
    server.place.cluster.mkdir()
    (server.place.cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedServerError, match="was made by PostgreSQL 14 and this is PostgreSQL 18"):
        server.hold()
    assert not server.is_held


def test_data_without_its_passwords(data_dir: Path, connections: ConnectionHandler) -> None:
    User(data_dir).is_held().end()
    Place(data_dir).passwords.unlink()
    with pytest.raises(EmbeddedServerError, match=r"passwords\.json is missing"):
        connections["default"].ensure_connection()


def test_a_server_that_cannot_start_says_why(data_dir: Path, server: EmbeddedServer) -> None:
    User(data_dir).is_held().end()
    with (server.place.cluster / "postgresql.conf").open("a") as file:
        file.write("work_mem = plenty\n")
    with pytest.raises(EmbeddedServerError, match=r"did not start \(configuration file .*: correct that file"):
        server.hold()


def test_an_old_server_is_one_sentence(connections: ConnectionHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connections["default"]
    connection.ensure_connection()
    monkeypatch.setattr("config.postgresql.base.OLDEST_VERSION", 99)
    with pytest.raises(DatabaseUnreachableError, match=r"^PostgreSQL 18 is too old: .* version 99 or newer"):
        connection.check_database_version_supported()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://u:geheim@127.0.0.1:1/d", "cannot be reached"),
        ("postgresql://u:geheim@host.invalid/d", "cannot be reached"),
    ],
)
def test_a_database_that_does_not_answer_is_one_sentence(url: str, says: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, BASE_DIR / "manage.py", "migrate"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_commands_that_need_no_database_start_none(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": ""}
    for command in ("help", "check"):
        subprocess.run(
            [sys.executable, BASE_DIR / "manage.py", command],
            env={**environment, "DATA_DIR": str(tmp_path)},
            capture_output=True,
            check=True,
        )
    assert not (tmp_path / "postgres").exists()
