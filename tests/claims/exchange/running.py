"""Running the commands, in this process and as processes of their own, and telling whether anything was written."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from claims.exchange.exporting import export_dataset
from config.environment import BASE_DIR

Row = dict[str, Any]


def administrator() -> User:
    """Return the administrator of the test, made if he is not there."""
    return User.objects.filter(username="admin").first() or User.objects.create_superuser("admin")


def packed(rows: Iterable[Row | bytes | str]) -> bytes:
    """Return a file of these lines; bytes and texts are lines as they are."""
    lines = []
    for row in rows:
        if isinstance(row, dict):
            row = json.dumps(row, ensure_ascii=False)
        lines.append(row if isinstance(row, bytes) else row.encode())
    return b"".join(line + b"\n" for line in lines)


def rows_in(data: bytes) -> list[Row]:
    """Return the lines of a file."""
    return [json.loads(line) for line in data.splitlines()]


def exported(*, public: bool = False) -> bytes:
    """Return an export of the record."""
    return "".join(f"{line}\n" for line, _total in export_dataset(public=public)).encode()


def undone(make: Callable[[], Any], *, public: bool = False) -> bytes:
    """Return the export of what `make` makes, and take it back."""
    with transaction.atomic():
        make()
        data = exported(public=public)
        transaction.set_rollback(True)
    return data


def digest() -> str:
    """Return a hash over all rows of all tables of the record, accounts and all."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT md5(string_agg(row::text, chr(10) ORDER BY row::text)) FROM "{table}" AS row')
            found.update(f"{table} {cursor.fetchone()}".encode())
    return found.hexdigest()


def write(folder: Path, data: bytes | Iterable[Row | bytes | str], name: str = "file.ndjson") -> Path:
    """Return the path of a new file."""
    path = folder / name
    raw = data if isinstance(data, bytes) else packed(data)
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def run(path: Path | str, *options: Any) -> str:
    """Import a file and return what was said to standard output."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_dataset", str(path), *map(str, options), stdout=out, stderr=err, no_color=True)
    assert err.getvalue() == "", err.getvalue()
    return out.getvalue()


def refused(path: Path | str, *options: Any) -> tuple[list[str], str]:
    """Import a file that is refused; return the lines on standard error and the last sentence."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_dataset", str(path), *map(str, options), stdout=out, stderr=err, no_color=True)
    except CommandError as error:
        return err.getvalue().splitlines(), str(error)
    raise AssertionError(f"It came in: {out.getvalue()}")


def refusals(folder: Path, *rows: Any, options: tuple[Any, ...] = ()) -> list[tuple[int, str, str]]:
    """Import lines that are refused, hold that nothing was written, and return line, pointer and sentence of each."""
    path = write(folder, rows)
    before = digest()
    said, last = refused(path, *options)
    assert digest() == before
    path.unlink()
    assert last.endswith("refused, and nothing of the file was kept.")
    found = []
    for line in said:
        where, sentence = line.removeprefix(f"{path}:").split(": ", 1)
        number, _colon, pointer = where.partition(": ") if ": " in where else (where, "", "")
        pointer, _colon, sentence = sentence.partition(": ") if sentence.startswith(("/", ": ")) else ("", "", sentence)
        found.append((int(number), pointer.rstrip(":"), sentence))
        assert sentence[-1] in ".)", sentence
    return found


def environment(folder: Path) -> dict[str, str]:
    """What a process needs that works on the test's own database."""
    connection.ensure_connection()
    info = connection.connection.info
    url = f"postgresql://{quote(info.user)}@/{quote(info.dbname)}?host={quote(info.host, safe='')}&port={info.port}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "PGPASSWORD": info.password,
        "DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LC_ALL": "C.UTF-8",
    }


def start(folder: Path, *words: Any, **how: Any) -> "subprocess.Popen[bytes]":
    """Start `manage.py` with these words as a process of its own."""
    how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    command = [sys.executable, str(BASE_DIR / "manage.py"), *map(str, words)]
    return subprocess.Popen(command, env=environment(folder) | how.pop("env", {}), **how)


def finished(process: "subprocess.Popen[bytes]", seconds: int = 300) -> tuple[int, str, str]:
    """Wait for a process; return its exit code and what it said."""
    out, err = process.communicate(timeout=seconds)
    said = (out or b"").decode(), (err or b"").decode()
    assert "Traceback" not in said[1], said[1]
    return process.returncode, *said
