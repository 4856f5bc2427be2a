"""Where the benchmark works: a database of its own, filled by the product's own import, and what is known of both."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.bench.copies import copy_statements, with_copies
from tests.bench.processes import Backends, cpu_of, peak_memory
from tests.bench.realistic import Realistic

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "attribution_bench"
ADMINISTRATOR = "administrator"
#: larger datasets are made while they are imported, which takes some of the processor; smaller ones before, to a file
MOST_IN_FILE = 2_000_000
_SECONDS_BETWEEN_LOOKS = 0.2

Say = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """How an import went; `rows` are statements."""

    rows: int
    seconds: float
    cpu: float
    #: bytes that the importing process had at the most
    memory: int


class Place:
    """The folder, the database and the dataset of one benchmark."""

    def __init__(self, folder: Path, database: str, dataset: Realistic, copies: int = 1) -> None:
        """`database` is its name on the server of DATABASE_URL; without that, the folder has a cluster of its own.

        Of `copies` of the dataset's statements the first is imported, the others are made of that by SQL.
        """
        self.folder, self.database, self.dataset, self.copies = folder, database, dataset, copies
        self.is_own_cluster = not os.environ.get("DATABASE_URL")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._note = folder / "loaded.json"
        self._file = folder / "dataset.ndjson"

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of the programs that are measured."""
        return {**os.environ, "LIMIT_PUBLIC": "0", "LIMIT_TOKEN": "0", "LOG_LEVEL": "WARNING", **more}

    def open(self, *, reuse: bool) -> None:
        """Choose the database, make it where it is not there (anew, unless it is reused), and set up Django on it."""
        os.environ["DATA_DIR"] = str(self.folder)
        if not self.is_own_cluster:
            os.environ["DATABASE_URL"] = _database_of_its_own(os.environ["DATABASE_URL"], self.database, reuse=reuse)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from django.db import connection

        connection.ensure_connection()
        info: Any = connection.connection.info
        self.conninfo = make_conninfo("", **{**info.get_parameters(), "password": info.password})
        self.connection = psycopg.connect(self.conninfo, autocommit=True)
        connection.close()
        if self.is_own_cluster and not reuse:
            self.connection.execute("DROP SCHEMA public CASCADE")
            self.connection.execute("CREATE SCHEMA public")
        self.backends = Backends(self.connection, self.is_own_cluster)

    def is_loaded(self) -> bool:
        """Whether the database has this very dataset, whole."""
        return self._about().items() <= self._read_note().items()

    def _about(self) -> dict[str, Any]:
        return {"statements": self.dataset.statements, "copies": self.copies, "is_short": self.dataset.is_short}

    def loaded(self) -> Loaded:
        """How the import of what is there went."""
        return Loaded(**self._read_note()["loaded"])

    def load(self, say: Say) -> Loaded:
        """Make the tables and import the dataset as anybody would, published."""
        self._note.unlink(missing_ok=True)
        self._manage("migrate", "--verbosity", "0")
        _make_administrator()
        with self._dataset(say) as stream:
            say(f"Importing {self.dataset.statements:,} statements …")
            found = self._import(stream)
        # as autovacuum would a little later
        self.connection.execute("VACUUM (ANALYZE)")
        if self.copies > 1:
            copy_statements(self.connection, self.copies, say)
        note = {**self._about(), "loaded": asdict(found)}
        self._note.write_text(json.dumps(note), encoding="utf-8")
        return found

    def lines(self) -> Iterator[str]:
        """The lines of the dataset once more, with those of its copies."""
        if self._file.exists():
            with self._file.open(encoding="utf-8") as file:
                yield from with_copies(file, self.copies)
        else:
            yield from with_copies(self.dataset.lines(), self.copies)

    @contextmanager
    def _dataset(self, say: Say) -> Iterator[IO[bytes]]:
        command = [sys.executable, "-m", "tests.bench.dataset", "--realistic"]
        command += [
            *(["--short"] if self.dataset.is_short else []),
            str(self.dataset.statements),
            str(self.dataset.seed),
        ]
        self._file.unlink(missing_ok=True)
        if self.dataset.statements > MOST_IN_FILE:
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as made:
                assert made.stdout is not None
                yield made.stdout
            return
        say("Making the dataset …")
        with self._file.open("wb") as file:
            subprocess.run(command, cwd=ROOT, stdout=file, check=True)
        with self._file.open("rb") as file:
            yield file

    def _import(self, stream: IO[bytes]) -> Loaded:
        command = [sys.executable, "manage.py", "import_dataset", "-", "--in-chunks", "--publish", ADMINISTRATOR]
        before, started = self.backends.cpu(), time.monotonic()
        with subprocess.Popen(command, cwd=ROOT, env=self.environment(), stdin=stream, stdout=subprocess.PIPE) as run:
            process, own, memory = psutil.Process(run.pid), 0.0, 0
            while run.poll() is None:
                own, memory = max(own, _cpu(process)), max(memory, peak_memory(process))
                self.backends.cpu()  # those that end are remembered
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            seconds = time.monotonic() - started
            if run.returncode:
                raise SystemExit("The import of the dataset failed: see above.")
        rows = self._rows()
        if rows != self.dataset.statements:
            raise SystemExit(f"{rows:,} statements are published of {self.dataset.statements:,}: the import is wrong.")
        return Loaded(rows, seconds, own + self.backends.cpu() - before, memory)

    def _rows(self) -> int:
        row = self.connection.execute("SELECT count(*) FROM claims_statement WHERE status = 'published'").fetchone()
        return int(row[0]) if row else 0

    def _manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment(), check=True)

    def _read_note(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._note.read_text("utf-8")) if self._note.exists() else {}
        return found


def _cpu(process: psutil.Process) -> float:
    try:
        return cpu_of(process)
    except psutil.NoSuchProcess:
        return 0.0


def _database_of_its_own(url: str, database: str, *, reuse: bool) -> str:
    """Make a database of this name on the server of this URL; return its own URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(database)
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None
        if known and not reuse:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        if not (known and reuse):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    head, mark, query = url.partition("?")
    server, _slash, _name = head.rpartition("/")
    return f"{server}/{database}{mark}{query}"


def _make_administrator() -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    user = get_user_model().objects.create_user(ADMINISTRATOR, is_staff=True)
    user.groups.add(Group.objects.get(name="administrators"))


def make_token(place: Place) -> str:
    """A token of the administrator, for a day."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from config.access.roles import Role
    from config.access.services import make_token as make

    user = get_user_model().objects.get(username=ADMINISTRATOR)
    _token, secret = make(user=user, name="benchmark", role=Role.ADMINISTRATOR, days=1, by=user)
    connection.close()
    return str(secret)
