"""`manage.py restore`: all of a sound backup or nothing of any other, and never over somebody's data."""

import io
import re
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from config.first_run import SETUP_LOCK
from config.upkeep import archive, databases, login
from config.upkeep.archive import BLOCK
from config.upkeep.contents import Table
from config.upkeep.errors import UpkeepError
from config.upkeep.manifest import Manifest
from config.upkeep.programs import program
from tests import factories
from tests.config.upkeep.installation import Installation, dropped_names


def test_a_drill_into_a_folder_where_nothing_ever_was(
    server: Installation, backup: Path, tmp_path: Path, unblocked: None
) -> None:
    fresh = Installation(data_dir=tmp_path / "data")
    try:
        said = fresh.run("restore", str(backup))
        assert re.search(r"Restored .* into the database attribution_record: \d+ rows of \d+ tables, the same", said)
        assert fresh.contents() == server.contents()
        assert "all is as it must be" in fresh.run("verify")
    finally:
        fresh.stop()


def test_a_drill_between_versions_and_back(
    server: Installation, backup: Path, elsewhere: Installation, empty: Installation, tmp_path: Path
) -> None:
    elsewhere.run("restore", str(backup))
    assert elsewhere.contents() == server.contents()
    assert "all is as it must be" in elsewhere.run("verify")
    elsewhere.run("backup", str(tmp_path / "back.tar"))
    empty.run("restore", str(tmp_path / "back.tar"))
    assert empty.contents() == server.contents()
    assert "all is as it must be" in empty.run("verify")


def test_what_it_restores_works(backup: Path, empty: Installation) -> None:
    """Keys are numbered on, triggers hold, text is found."""
    empty.run("restore", str(backup))
    with empty.used():
        statement = factories.published()
        assert statement.search.exists()


def test_a_database_that_is_not_empty_is_left_alone(backup: Path, record: Installation) -> None:
    before = record.contents()
    said = record.complaint("restore", str(backup))
    assert "is not empty" in said
    assert "--replace" in said
    assert record.contents() == before


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(place: Callable[[bytes], int]) -> Callable[[bytes], bytes]:
    def flip(content: bytes) -> bytes:
        at = place(content)
        return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]

    return flip


def other_tar(_content: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.add(__file__, "../../etc/passwd")
    return made.getvalue()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: b"", "It is empty"),
        (lambda content: b"Dear diary" * 200, "It is no backup"),
        (lambda content: content[BLOCK:], "It is no backup"),
        (other_tar, "It is no backup"),
        (cut, "It was cut"),
        (lambda content: content[:-1], "It was damaged"),
        (lambda content: content + b"\0", "It was damaged"),
        (flipped(lambda content: 110), "It is no backup"),
        (flipped(lambda content: BLOCK), "SHA-256"),
        (flipped(lambda content: len(content) // 2), "SHA-256"),
        (flipped(lambda content: content.index(b'"rows"') + 10), "It was damaged"),
        (flipped(lambda content: content.index(b"\n", content.index(b'"rows"'))), "It was damaged"),
        (flipped(lambda content: len(content) - 1), "It was damaged"),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(
    change: Callable[[bytes], bytes], says: str, backup: Path, empty: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "damaged.tar"
    path.write_bytes(change(backup.read_bytes()))
    for command in (["restore", str(path)], ["verify", "--backup", str(path)]):
        said = empty.complaint(*command)
        assert said.startswith(f"{path} cannot be used. ")
        assert says in said
        assert "\n" not in said
    assert empty.contents() == {}


def test_each_flipped_byte_of_its_frame_is_seen(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    size = archive.read(backup).manifest.dump_size
    path = tmp_path / "damaged.tar"
    for at in [*range(0, BLOCK, 7), *range(BLOCK + size, len(content), 41)]:
        path.write_bytes(flipped(lambda _content, at=at: at)(content))  # type: ignore[misc]
        with pytest.raises(UpkeepError):
            archive.read(path)


def forged(backup: Path, path: Path, dump: bytes | None = None, **changes: Any) -> Path:
    """A backup that is whole and says something else of itself."""
    found = archive.read(backup)
    content = backup.read_bytes()[BLOCK : BLOCK + found.manifest.dump_size] if dump is None else dump

    def make(size: int, sha256: str) -> Manifest:
        return replace(found.manifest, dump_size=size, dump_sha256=sha256, **changes)

    archive.write(path, iter([content]), make, overwrite=True)
    return path


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"project_version": "99.0.0"}, "The backup was made by version 99.0.0 of the project and this is"),
        ({"migrations": {"claims": "0999_later"}}, "does not know the migration claims.0999_later"),
        ({"dump_major_version": 99}, "pg_restore of PostgreSQL 99 or newer is needed"),
        ({"dump": b"PGDMP no dump"}, "pg_restore failed"),
    ],
)
def test_a_backup_that_this_project_cannot_restore_is_refused(
    changes: dict[str, Any], says: str, backup: Path, empty: Installation, tmp_path: Path
) -> None:
    said = empty.complaint("restore", str(forged(backup, tmp_path / "forged.tar", **changes)))
    assert says in said
    assert "\n" not in said
    assert empty.contents() == {}


def test_a_later_format_is_refused(
    backup: Path, empty: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "later.tar"
    found = archive.read(backup)
    monkeypatch.setattr("config.upkeep.manifest.FORMAT", 2)
    archive.write(
        path,
        iter([b"dump"]),
        lambda size, sha: replace(found.manifest, dump_size=size, dump_sha256=sha),
        overwrite=False,
    )
    monkeypatch.undo()
    assert "It has format 2 and this version of the project reads up to 1" in empty.complaint("restore", str(path))


def test_a_dump_of_something_else_is_refused(
    backup: Path, empty: Installation, server: Installation, tmp_path: Path
) -> None:
    with server.database() as stranger, stranger.used():
        found = login.parameters()
        pg_dump = [str(program("pg_dump", 15).path), "--format=custom", f"--dbname={login.open_text(found)}"]
        dump = subprocess.run(pg_dump, env=login.environment(found), check=True, capture_output=True).stdout
    path = forged(backup, tmp_path / "forged.tar", dump=dump)
    assert "it is a dump of something else" in empty.complaint("restore", str(path))
    assert empty.contents() == {}


def test_rows_that_are_not_those_backed_up_are_not_committed(backup: Path, empty: Installation, tmp_path: Path) -> None:
    tables = dict(archive.read(backup).manifest.tables)
    tables["public.claims_wording"] = Table(tables["public.claims_wording"].rows, "1")
    said = empty.complaint("restore", str(forged(backup, tmp_path / "forged.tar", tables=tables)))
    assert "rows of table public.claims_wording are not those that were backed up" in said
    assert "The database is as it was." in said
    assert empty.contents() == {}


def test_what_is_in_the_way_is_named_and_all_is_as_it_was(backup: Path, empty: Installation) -> None:
    with empty.superuser() as superuser:
        superuser.execute("CREATE FUNCTION public.fold_text(value text) RETURNS text LANGUAGE sql RETURN value")
    said = empty.complaint("restore", str(backup))
    assert 'psql failed: ERROR:  function "fold_text" already exists' in said
    assert "The database is as it was." in said
    assert empty.contents() == {}


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, 130)]
)
def test_a_restore_ended_half_way_leaves_the_database_empty(
    number: signal.Signals, code: int, backup: Path, empty: Installation
) -> None:
    with empty.superuser() as watcher:
        with empty.superuser() as other, other.transaction(force_rollback=True):
            # Rows come before indexes: the restore has all rows and waits to make this one.
            other.execute("CREATE TABLE public.statement_by_date ()")
            process = empty.start("restore", str(backup))
            _wait_until(
                watcher,
                "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND query LIKE 'CREATE INDEX%statement_by_date%'",
            )
            process.send_signal(number)
            process.communicate(timeout=20)
            assert process.returncode == code
        _wait_until(
            watcher,
            "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'psql'"
            " AND datname = current_database()",
        )
    assert empty.contents() == {}
    assert "the same as were backed up" in empty.run("restore", str(backup))


def test_replacing_keeps_the_former_database(backup: Path, record: Installation, server: Installation) -> None:
    with record.superuser() as superuser:
        superuser.execute(
            "INSERT INTO claims_event (id, name, type, location, is_public)"
            " VALUES (gen_random_uuid(), 'Depuis', 'summit', '', false)"
        )
    before = record.contents()
    said = record.run("restore", str(backup), "--replace")
    former = replace(record, name=dropped_names(said))
    try:
        assert f"The former database is now {former.name}." in said
        assert former.contents() == before
        assert record.contents() == server.contents() != before
        assert "all is as it must be" in record.run("verify")
    finally:
        drop = re.search(r"manage.py dbshell -- --command '(.+)'", said)
        assert drop
        record.run("dbshell", "--", "--command", drop[1])
    assert former.name not in record.databases()


def test_replacing_elsewhere_keeps_encoding_and_locale(backup: Path, elsewhere: Installation) -> None:
    elsewhere.run("restore", str(backup))
    with elsewhere.used(), connection.cursor() as cursor:
        before = databases.locale(cursor)
    former = dropped_names(elsewhere.run("restore", str(backup), "--replace"))
    try:
        with elsewhere.used(), connection.cursor() as cursor:
            assert databases.locale(cursor) == before
    finally:
        elsewhere._execute("DROP DATABASE {}", former)


def test_a_database_in_use_is_not_replaced(backup: Path, record: Installation) -> None:
    before, others = record.contents(), record.databases()
    with record.superuser(), record.superuser():
        said = record.complaint("restore", str(backup), "--replace")
    assert said.startswith("2 others are connected to the database")
    assert record.contents() == before
    assert record.databases() == others


def test_somebody_who_comes_meanwhile_is_not_cut_off(
    backup: Path, record: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, others = record.contents(), record.databases()
    monkeypatch.setattr("config.upkeep.databases.check_may_be_replaced", lambda _held: None)
    with record.superuser():
        said = record.complaint("restore", str(backup), "--replace")
    assert said.startswith("Somebody else is connected to the database")
    assert record.contents() == before
    assert record.databases() == others


def test_a_role_that_may_make_no_databases_cannot_replace(backup: Path, record: Installation) -> None:
    with record.superuser() as superuser:
        superuser.execute("ALTER ROLE attribution_record NOCREATEDB")
        try:
            said = record.complaint("restore", str(backup), "--replace")
        finally:
            superuser.execute("ALTER ROLE attribution_record CREATEDB")
    assert said.startswith("The role attribution_record may not make a database")


def test_what_a_killed_replacement_left_goes_with_the_next(
    backup: Path, record: Installation, server: Installation
) -> None:
    left = f"{record.name}_restoring_00000000"
    server._execute("CREATE DATABASE {}", left)
    former = dropped_names(record.run("restore", str(backup), "--replace"))
    assert left not in record.databases()
    server._execute("DROP DATABASE {}", former)


def test_two_restores_do_not_mix(backup: Path, empty: Installation) -> None:
    with empty.superuser() as first_run:
        first_run.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        assert "Another restore, or the first start of the server, is at work" in empty.complaint(
            "restore", str(backup)
        )
    assert empty.contents() == {}


def test_a_backup_of_an_older_state_is_brought_up_to_date(
    server: Installation, empty: Installation, tmp_path: Path
) -> None:
    with server.database() as older:
        with older.used():
            call_command("migrate", "auth", verbosity=0)
            call_command("migrate", "claims", "0002", verbosity=0)
        older.run("backup", str(tmp_path / "older.tar"))
    said = empty.run("restore", str(tmp_path / "older.tar"))
    assert "bringing the database up to date" in said
    assert "all is as it must be" in empty.run("verify")


@pytest.fixture
def faulty(record: Installation, tmp_path: Path) -> Path:
    """A backup of rows that break a rule."""
    with record.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE claims_segment SET exact = 'faux'")
    record.run("backup", str(tmp_path / "faulty.tar"))
    return tmp_path / "faulty.tar"


def test_faults_that_were_backed_up_are_restored_and_said(faulty: Path, empty: Installation) -> None:
    said = empty.complaint("restore", str(faulty))
    assert said.startswith("What was restored is what was backed up, but it breaks rules:")
    assert "each span selects its words" in said
    assert empty.contents()["public.claims_segment"].rows > 0


def test_words_for_search_are_written_anew_on_a_server_that_reads_texts_differently(
    record: Installation, empty: Installation, tmp_path: Path
) -> None:
    with record.superuser() as superuser:
        superuser.execute("UPDATE claims_statementsearch SET vector = 'autrement:1' WHERE language = 'en'")
    path = tmp_path / "record.tar"
    record.run("backup", str(path))
    said = empty.run("restore", str(forged(path, tmp_path / "forged.tar", server_version="15.1")))
    assert "Wrote the words for search of 3 statements anew" in said
    assert "all is as it must be" in empty.run("verify")


def test_faults_are_not_put_in_place_of_the_database(faulty: Path, record: Installation) -> None:
    before, others = record.contents(), record.databases()
    assert "was not put in place" in record.complaint("restore", str(faulty), "--replace")
    assert record.contents() == before
    assert record.databases() == others


def _wait_until(asking: "psycopg.Connection[Any]", question: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        row = asking.execute(question).fetchone()
        if row and row[0]:
            return
        time.sleep(0.05)
    raise AssertionError(question)
