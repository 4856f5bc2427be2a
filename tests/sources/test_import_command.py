"""The command that imports files: a line each, a summary, and an exit status."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.environment import BASE_DIR
from sources.models import Source, SourceText

WORDS = "Le ministre a déclaré jeudi que l'accord de pêche {} était une préoccupation pour les deux pays.\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def _run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("import_source", *map(str, arguments), stdout=out, no_color=True)
    return out.getvalue()


def _fails(*arguments: Any) -> tuple[str, str]:
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_source", *map(str, arguments), stdout=out, no_color=True)
    return out.getvalue(), str(error.value)


def test_a_folder_is_read_sorted_with_progress_and_a_summary(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.TXT"):
        (tmp_path / name).write_text(WORDS.format(name))
    (tmp_path / "d.html").write_text(f"<html><body><article><p>{WORDS.format('d')}</p></article></body></html>")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    out = _run(tmp_path)
    assert [line.split(":")[0].rsplit("/", 1)[1] for line in out.splitlines()[:4]] == [
        "a.txt",
        "b.txt",
        "c.TXT",
        "d.html",
    ]
    assert out.startswith("[1/4] ")
    assert out.splitlines()[-1] == "4 files read – created: 4"
    assert SourceText.objects.filter(media_type="text/html").count() == 1


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        out, _error = _fails(path)
        assert "It is no file. Give - to read standard input." in out


def test_one_refused_file_leaves_the_others_and_fails_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(WORDS.format(1))
    (tmp_path / "b.txt").write_bytes(WORDS.encode("latin-1"))
    (tmp_path / "c.txt").write_text(WORDS.format(3))
    (tmp_path / "d.txt").write_text(WORDS.format(3))
    out, error = _fails(tmp_path)
    assert "b.txt: refused: encoding: It is not UTF-8: byte 0xE9" in out
    assert "duplicate of" in out
    assert out.splitlines()[-1] == "4 files read – created: 2, duplicates: 1, refused: 1"
    assert error == "1 file was refused. What was done for the other 3 stays."
    assert Source.objects.count() == 2
    assert "created: 1" in _run("--encoding", "windows-1252", tmp_path / "b.txt")


def test_options_are_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(WORDS)
    out = _run(
        path, "--title", "Titre", "--url", "https://example.org/a", "--publisher", "Le Quotidien", "--agency", "AFP",
        "--language", "fr-CA", "--published-at", "2023-09-13", "--author", "Anne", "--author", "Jean",
        "--translator", "Luc",
        "--type", "dispatch", "--licence", "CC-BY", "--archived-at", "https://archive.example/a",
        "--retrieved-at", "2025-02-13T10:30+01:00",
    )  # fmt: skip
    source = Source.objects.get()
    assert "created: “Titre” · fr-CA · AFP · 2023-09-13" in out
    assert (source.authors, source.translator, source.licence) == (["Anne", "Jean"], "Luc", "CC-BY")
    assert source.retrieved_at is not None
    assert source.retrieved_at.isoformat() == "2025-02-13T09:30:00+00:00"
    path.write_text(WORDS + "Un ajout.\n")
    assert "new revision 2 of" in _run(path, "--url", "https://example.org/a")
    assert "unchanged: revision 2 of" in _run(path, "--url", "https://example.org/a")
    assert "duplicate of" in _run(path)
    assert "created:" in _run(path, "--copy-of", source.pk)
    assert "created:" in _run(path, "--allow-duplicate")


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(WORDS)
    out = _run("--dry-run", tmp_path)
    assert out.startswith("Dry run: nothing is stored.")
    assert "created: " in out
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a.txt", "b.txt", "--title", "x"], "--title is of one document; these are 2."),
        (["a.txt", "b.txt", "--url", "https://example.org/"], "--url is of one document"),
        (["missing.txt"], "There is no file"),
        (["empty"], "There is no .txt or .html file in the folder"),
        (["a.txt", "--copy-of", "7"], "not the id of a source"),
        (["a.txt", "--retrieved-at", "yesterday"], "is no time"),
        (["a.txt", "--title", ""], "--title is empty"),
        (["a.txt", "--type", "poem"], "invalid choice"),
    ],
)
def test_wrong_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(WORDS.format(name))
    assert sentence in _fails(*arguments)[1]
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [
        ("--published-at", "2023-02-30", "published_at"),
        ("--language", "french", "language"),
        ("--url", "javascript:alert(1)", "url"),
        ("--title", "x" * 10_000, "title"),
        ("--title", "caf\udce9", "title"),
        ("--encoding", "rot13", "encoding"),
        ("--publisher", "x" * 300, "publisher"),
    ],
)
def test_wrong_values_name_their_field(tmp_path: Path, option: str, value: str, field: str) -> None:
    (tmp_path / "a.txt").write_text(WORDS)
    out, error = _fails(tmp_path / "a.txt", option, value)
    assert f"refused: {field}: " in out
    assert error == "1 file was refused."


def test_a_50_mb_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert "refused: text: It has 52,428,800 bytes" in _fails(path)[0]


def test_names_and_titles_cannot_command_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\n.txt"
    path.write_text(WORDS)
    out = _run(path)
    assert "\x1b" not in out
    assert len(out.splitlines()) == 2


def test_html_is_told_by_name_by_beginning_or_by_option(tmp_path: Path) -> None:
    page = f"<html><body><article><p>{WORDS}</p></article></body></html>"
    for name in ("a.htm", "b.txt", "c"):
        (tmp_path / name).write_text(page)
    _run(tmp_path / "a.htm", tmp_path / "b.txt")
    assert sorted(SourceText.objects.values_list("media_type", flat=True)) == ["text/html", "text/plain"]
    assert "duplicate" in _run(tmp_path / "c")
    assert "duplicate" in _run("--format", "html", tmp_path / "b.txt")


def test_standard_input_and_the_terminals_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WORDS.encode())))
    assert "-: created: " in _run("-")


def test_the_process_exits_with_1_and_says_why(tmp_path: Path) -> None:
    """The real program, on the test's own database server; it refuses before it stores anything."""
    (tmp_path / "a.txt").write_bytes(b"")
    done = subprocess.run(
        [sys.executable, "manage.py", "import_source", str(tmp_path / "a.txt")],
        cwd=BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "refused: text: It has no text in it." in done.stdout
    assert "1 file was refused." in done.stderr
