"""The command that exports datasets: a whole file or none."""

import gzip
import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from claims.exchange.demo import load_demo
from config.environment import BASE_DIR
from tests import factories
from tests.claims.exchange.running import exported, finished, start

pytestmark = pytest.mark.django_db


def _export(path: Path | str, *options: str) -> str:
    out = io.StringIO()
    call_command("export_dataset", str(path), *options, stdout=out, stderr=io.StringIO(), no_color=True)
    return out.getvalue()


@pytest.mark.parametrize(("options", "mode"), [((), "600"), (("--public",), "644")])
def test_a_file_is_written_and_drafts_are_for_its_owner_alone(
    tmp_path: Path, options: tuple[str, ...], mode: str
) -> None:
    load_demo()
    path = tmp_path / "out.ndjson"
    out = _export(path, *options)
    data = exported(public=bool(options))
    assert path.read_bytes() == data
    assert out == f"{path}: {len(data.splitlines())} lines.\n"
    assert oct(path.stat().st_mode)[-3:] == mode
    assert os.listdir(tmp_path) == ["out.ndjson"]


def test_a_packed_file_is_the_same_each_time(tmp_path: Path) -> None:
    factories.publisher()
    first, second = tmp_path / "a.ndjson.gz", tmp_path / "b.ndjson.gz"
    _export(first)
    _export(second)
    assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress(first.read_bytes()) == exported()


def test_a_file_that_is_there_is_kept_unless_it_may_be_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson"
    path.write_text("mine")
    with pytest.raises(CommandError, match="is there already: --overwrite writes it anew"):
        _export(path)
    assert path.read_text() == "mine"
    _export(path, "--overwrite")
    assert path.read_bytes() == exported()


@pytest.mark.parametrize("name", ["missing/out.ndjson", "file/out.ndjson", "x" * 300])
def test_what_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CommandError, match=r"cannot be written: .+\."):
        _export(tmp_path / name)
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("path", ["/dev/null", "/dev/full"])
def test_what_is_no_file_is_not_replaced_by_one(path: str) -> None:
    with pytest.raises(CommandError, match="is no file: give - to write to standard output"):
        _export(path, "--overwrite")
    assert Path(path).is_char_device()


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    factories.source("x" * 100_000)
    path = tmp_path / "out.ndjson"
    path.write_text("old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    process = start(tmp_path, "export_dataset", path, "--overwrite", preexec_fn=limit)
    code, _out, err = finished(process)
    assert code == 1
    assert f"{path} cannot be written: File too large." in err
    assert path.read_text() == "old"
    assert [name for name in os.listdir(tmp_path) if "ndjson" in name] == ["out.ndjson"]


@pytest.mark.django_db(transaction=True)
def test_standard_output_gets_the_lines_and_nothing_else(tmp_path: Path) -> None:
    factories.source("x" * 300_000)
    code, out, _err = finished(start(tmp_path, "export_dataset", "-"))
    assert (code, out.encode()) == (0, exported())
    with start(tmp_path, "export_dataset", "-") as process:
        assert process.stdout
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr
        said = process.stderr.read().decode()
    assert process.returncode == 1
    assert "Nobody reads what is written." in said
    assert "Traceback" not in said


@pytest.mark.django_db(transaction=True)
def test_what_one_process_writes_another_reads(tmp_path: Path) -> None:
    factories.full("Détroit")
    writer = start(tmp_path, "export_dataset", "-")
    reader = start(tmp_path, "import_dataset", "-", stdin=writer.stdout)
    code, out, _err = finished(reader)
    assert writer.wait(60) == code == 0
    assert "There already" in out
    assert "Created" not in out
    assert isinstance(writer, subprocess.Popen)


def test_a_database_without_tables_is_told_what_to_do(tmp_path: Path) -> None:
    for name in ("export_dataset", "import_dataset"):
        done = subprocess.run(
            [sys.executable, BASE_DIR / "manage.py", name, tmp_path / "file.ndjson"],
            env={**os.environ, "DATABASE_URL": "", "DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (
            1,
            "CommandError: The database is not up to date: run manage.py migrate first.\n",
        )
    assert not (tmp_path / "file.ndjson").exists()
