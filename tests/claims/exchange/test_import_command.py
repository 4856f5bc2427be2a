"""The command that imports datasets: what it reads and what it says of it, from files, pipes and processes."""

import gzip
import io
import json
import os
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from claims.exchange.demo import DATA
from claims.exchange.management.commands import import_dataset as command
from claims.exchange.models import DatasetImport, ImportedStatement
from claims.models import Claim, Event, IntensityPhrase, Statement, Topic
from sources.models import Publisher, SourceText
from tests import factories
from tests.bench.generated import dataset
from tests.claims.exchange.lines import ROWS, SOURCE, SPEAKER, WORDS, Row, changed, quoting
from tests.claims.exchange.running import administrator, digest, exported, finished, packed, refused, run, start, write

pytestmark = pytest.mark.django_db


def test_a_small_dataset_comes_in_as_drafts_and_is_summed_up(tmp_path: Path) -> None:
    author = factories.user("author")
    out = run(write(tmp_path, ROWS), "--by", "author")
    assert out.splitlines()[0].startswith("3 lines read in ")
    assert " MB at the most)." in out
    assert "Created: source 1, speaker 1, statement 1." in out
    statement = Statement.objects.get()
    assert (statement.status, statement.created_by) == ("draft", author)
    assert [one.exact for one in statement.appearances.get().segments.all()] == [WORDS]
    assert statement.words(100) == WORDS
    imported = DatasetImport.objects.get()
    assert (imported.name, imported.by, imported.published_by, imported.lines) == ("file.ndjson", author, None, 3)
    assert imported.created == {"source": 1, "speaker": 1, "statement": 1}
    assert imported.finished_at is not None
    assert ImportedStatement.objects.get().line == 3


def test_the_demo_file_is_importable_by_the_command() -> None:
    assert "statement" in run(DATA)
    assert json.loads(exported().splitlines()[0])["records"]["statement"] == Statement.objects.count()
    assert Claim.objects.exists()
    assert Event.objects.exists()
    assert Topic.objects.exists()


# Files


@pytest.mark.parametrize("form", ["plain", "bom", "crlf", "blank lines", "no last feed", "gzip", "two gzips"])
def test_every_manner_of_file_is_read(tmp_path: Path, form: str) -> None:
    data = packed(ROWS)
    name = "file.ndjson"
    if form == "bom":
        data = b"\xef\xbb\xbf" + data
    elif form == "crlf":
        data = data.replace(b"\n", b"\r\n")
    elif form == "blank lines":
        data = b"\n \n" + data.replace(b"\n", b"\n\n")
    elif form == "no last feed":
        data = data.rstrip(b"\n")
    elif form == "gzip":
        name = "file.ndjson.gz"
    elif form == "two gzips":
        first, rest = data.split(b"\n", 1)
        data = gzip.compress(first + b"\n") + gzip.compress(rest)
    assert "Created: source 1, speaker 1, statement 1." in run(write(tmp_path, data, name))


@pytest.mark.parametrize("is_packed", [False, True])
def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, is_packed: bool) -> None:
    data = gzip.compress(packed(ROWS)) if is_packed else packed(ROWS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    assert "statement 1" in run("-")
    assert DatasetImport.objects.get().name == "-"


def test_a_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    process = os.fork()
    if process == 0:
        path.write_bytes(packed(ROWS))
        os._exit(0)
    assert "statement 1" in run(path)
    os.waitpid(process, 0)


def test_a_name_that_is_no_text_is_kept_as_far_as_it_can_be(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9\x1b[2J.ndjson")
    path.write_bytes(packed(ROWS))
    assert "\x1b" not in run(path)
    assert DatasetImport.objects.get().name == "caf��[2J.ndjson"


def test_five_million_characters_are_quoted_from_end_to_end(tmp_path: Path) -> None:
    text = "é🕊x\n" * 1_249_999 + "Fin."
    said = quoting({"start": 0, "end": 4}, {"start": 4_999_980, "end": 5_000_000 - 4}, "Fin.")
    run(write(tmp_path, [changed(SOURCE, text=text), SPEAKER, said]))
    assert SourceText.objects.get().text == text
    longer, _last = refused(write(tmp_path, [changed(SOURCE, text=text + "x")]))
    assert "/text: It is too long: 5000000 characters are the most." in longer[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "It cannot be read: No such file or directory."),
        ("folder", "It is a folder: give a file."),
        (b"{}\n" + b"x" * (48 * 2**20 + 1), "Line 2 has more than 48 MB"),
        (gzip.compress(bytes(range(256)) * 20, mtime=0)[:200], "damaged or was cut"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | str | None, sentence: str) -> None:
    path = tmp_path / "file.ndjson"
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    before = digest()
    _said, last = refused(path)
    assert last.startswith(f"{path}: ")
    assert sentence in last
    assert digest() == before


# Files that were cut


def test_a_file_cut_in_half_is_noticed(tmp_path: Path) -> None:
    data = dataset(30)
    administrator()
    before = digest()
    for size in (len(data) // 2, len(data) - 3):
        said, last = refused(write(tmp_path, data[:size]), "--publish", "admin")
        assert digest() == before
        assert last.endswith("refused, and nothing of the file was kept.")
        assert "It is not JSON at character" in said[-1]
        assert f":{len(data[:size].splitlines())}: " in said[-1]


def test_a_file_whose_last_line_is_missing_says_how_many_there_should_be(tmp_path: Path) -> None:
    data = dataset(8)
    whole = data.splitlines(keepends=True)
    before = digest()
    _said, last = refused(write(tmp_path, b"".join(whole[:-1])))
    assert last.endswith("The file was cut: its first line promises 2 lines of relation, 1 came.")
    assert digest() == before


def test_a_cut_file_is_noticed_beside_refused_lines(tmp_path: Path) -> None:
    header: Row = {"record": "dataset", "records": {"topic": 3}}
    rows: list[Row | bytes | str] = [header, {"record": "topic", "labels": {"en": "Cut"}}, {"record": "topic"}]
    before = digest()
    _said, last = refused(write(tmp_path, rows), "--skip-errors", tmp_path / "aside")
    assert "The file was cut" in last
    assert digest() == before
    assert not (tmp_path / "aside").exists()


# The lexicon of a whole dataset


def test_the_lexicon_of_a_whole_dataset_takes_the_place_of_the_first_one_in_an_empty_record_alone(
    tmp_path: Path,
) -> None:
    header = {"record": "dataset", "scope": "all", "records": {"intensity_phrase": 1}}
    phrase = {"record": "intensity_phrase", "language": "fr", "phrase": "vachement", "intensity": 2}
    factories.publisher()
    run(write(tmp_path, [header, phrase]))
    assert IntensityPhrase.objects.count() > 2
    Publisher.objects.all().delete()
    run(write(tmp_path, [header, phrase]))
    assert IntensityPhrase.objects.count() == 1


def test_the_lexicon_stays_where_that_of_the_file_did_not_come(tmp_path: Path) -> None:
    header = {"record": "dataset", "scope": "all", "records": {"intensity_phrase": 1}}
    before = digest()
    refused(write(tmp_path, [header, {"record": "topic"}]), "--skip-errors", tmp_path / "aside")
    assert digest() == before


# Two at once, and odd weather


@pytest.mark.django_db(transaction=True)
def test_a_second_import_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start(tmp_path, "import_dataset", "-", stdin=-1)
    assert first.stdin
    first.stdin.write(packed(ROWS[:1]))
    first.stdin.flush()
    while not _locks():
        assert first.poll() is None, finished(first)
        time.sleep(0.05)
    path = write(tmp_path, ROWS)
    monkeypatch.setattr(command, "SECONDS_FOR_ANOTHER", 1)
    assert refused(path)[1] == "Another import is at work: try again when it is done."
    second = start(tmp_path, "import_dataset", path)
    while len(_locks()) < 2:
        assert second.poll() is None, finished(second)
        time.sleep(0.05)
    assert _locks() == [False, True]
    out, err = first.communicate(packed(ROWS[1:]))
    assert first.returncode == 0, err
    code, said, complaint = finished(second)
    assert (code, complaint) == (0, "")
    assert "There already: source 1, speaker 1, statement 1." in said
    assert b"Created: source 1" in out


def _locks() -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT granted FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY granted"
        )
        return [granted for (granted,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_the_process_says_where_and_exits_with_1(tmp_path: Path) -> None:
    path = write(tmp_path, [SOURCE, SPEAKER, quoting("nowhere\x1b[2J")])
    before = digest()
    process = start(tmp_path, "import_dataset", path, env={"LC_ALL": "", "LANG": "fr_FR.UTF-8"})
    code, _out, err = finished(process)
    assert code == 1
    assert f"{path}:3: /appearances/0/segments/0: " in err
    assert "\x1b" not in err
    assert digest() == before
