"""The command that imports datasets: all or nothing, each fault with file, line, field and sentence."""

import gzip
import io
import json
import os
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import connection

from claims.exchange.demo import DATA
from claims.exchange.management.commands import import_dataset as command
from claims.exchange.models import DatasetImport, ImportedStatement
from claims.models import (
    Claim,
    Event,
    IntensityPhrase,
    Membership,
    Role,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
    Statement,
    Topic,
)
from sources.models import Publisher, Source, SourceText
from sources.models.fields import uuid7
from tests import factories
from tests.bench.generated import dataset
from tests.claims.exchange.lines import ROWS, SOURCE, SPEAKER, START, STATEMENT, TEXT, WORDS, Row, changed, quoting
from tests.claims.exchange.running import (
    administrator,
    digest,
    exported,
    finished,
    packed,
    refused,
    rows_in,
    run,
    start,
    write,
)

pytestmark = pytest.mark.django_db
MADE = "0190a5c0-0000-7000-8000-0000000000"


def _refusals(folder: Path, *rows: Any, options: tuple[Any, ...] = ()) -> list[tuple[int, str, str]]:
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


# What comes in


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


@pytest.mark.parametrize("options", [(), ("--in-chunks",)])
def test_a_second_import_changes_nothing(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = write(tmp_path, ROWS)
    run(path, *options)
    before = digest()
    out = run(path, *options)
    assert "There already: source 1, speaker 1, statement 1." in out
    assert digest() == before


@pytest.mark.parametrize(
    "rows",
    [
        [changed(SPEAKER, note="", country=None, names=[{"name": "A. E.", "language": None}])],
        [{"record": "event", "name": "☂", "location": ""}],
        [{"record": "event", "name": "☂", "date": "2023"}, {"record": "event", "name": "☂", "date": "2024"}],
        [{"record": "role", "labels": {"fr": "☂", "en": "!!!"}}],
        [{"record": "topic", "labels": {"fr": "☂"}}, {"record": "claim", "text": {"fr": "…"}}],
        [{"record": "publisher", "name": "Łódź Œuvre"}, {"record": "publisher", "name": "Łódź Œuvre"}],
        [changed(SOURCE, key="a"), changed(SOURCE, key="b")],
        [changed(SPEAKER, key="a"), changed(SPEAKER, key="b"), changed(SPEAKER, key="c", note="another")],
        [changed(SPEAKER, same_as=["https://www.wikidata.org/wiki/Q1"], key="a"),
         changed(SPEAKER, same_as=["http://wikidata.org/entity/Q1"], key="b", name="Other")][:1],
        [{"record": "role", "labels": {"fr": "x"}}, {"record": "role", "labels": {"fr": "x"}}],
        [SPEAKER, {"record": "role", "key": "r", "labels": {"fr": "x"}},
         {"record": "membership", "speaker": "#ada", "role": "#r"},
         {"record": "membership", "speaker": "Ada Essai", "role": "x"}],
        [*ROWS, changed(STATEMENT, key="again"), changed(STATEMENT, key=...)],
        [*ROWS, {"record": "source_text", "source": "#article", "number": 2, "text": "Autre.",
                 "media_type": "text/html",
                 "raw": "PHA+QXV0cmUuPC9wPg=="}],
        [{"record": "intensity_phrase", "language": "fr", "phrase": "Démesuré", "intensity": 3}],
    ],
)  # fmt: skip
def test_lines_without_ids_are_known_again(tmp_path: Path, rows: list[Row]) -> None:
    path = write(tmp_path, rows)
    run(path)
    before = digest()
    assert "Created" not in run(path)
    assert digest() == before


def test_what_two_lines_say_is_made_once(tmp_path: Path) -> None:
    run(write(tmp_path, [*ROWS, *({**row, "key": f"{row['key']}2"} for row in ROWS)]))
    assert (Source.objects.count(), Speaker.objects.count(), Statement.objects.count()) == (1, 1, 1)


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


# What is refused


@pytest.mark.parametrize(
    ("row", "pointer", "sentence"),
    [
        (b'{"record": "speaker", "na', "", "It is not JSON at character"),
        (b"\xff\xfe", "", "is not UTF-8"),
        (b'{"a":' * 20_000, "", "nested too deep"),
        (changed(SPEAKER, nom="x"), "/nom", "This key is not known here; known are id, key, errors, record, type"),
        (changed(SPEAKER, name=7), "/name", "It must be a text, in quotation marks."),
        (changed(SPEAKER, key="ada"), "/key", "Line 2 has this key already."),
        ({"record": "dataset"}, "/record", "Only the first line may say what the dataset is."),
        (quoting("elsewhere"), "/appearances/0/segments/0", "“elsewhere” does not stand in the text."),
        (quoting("préoccupation"), "/appearances/0/segments/0",
         "in the text 2 times: say what is before or behind it, or give offsets."),
        (
            quoting({"exact": "préoccupation", "prefix": "La "}, {"exact": "samedi", "suffix": " soir"}),
            "/appearances/0/segments/1",
            "“samedi” stands in the text, but not between these words.",
        ),
        (quoting({"start": START, "end": START + 3, "exact": "pre"}), "/appearances/0/segments/0", "selects “pro”"),
        (quoting({"start": 5, "end": 5}), "/appearances/0/segments/0", "The span 5–5 is empty or reversed."),
        (quoting({"start": 9, "end": 5}), "/appearances/0/segments/0", "The span 9–5 is empty or reversed."),
        (quoting({"start": 5, "end": 5_000}), "/appearances/0/segments/0", "lies beyond the end of the text"),
        (quoting({"start": 6, "end": 9, "prefix": "x"}), "/appearances/0/segments/0", "does not stand between these"),
        (quoting("samedi", "Tokyo"), "/appearances/0/segments", "overlap or are not in reading order."),
        (quoting("Tokyo a", "a rapporté"), "/appearances/0/segments", "overlap or are not in reading order."),
        (quoting("Tokyo", cue="nowhere"), "/appearances/0/cue", "does not stand in the text."),
        (quoting("Tokyo", revision=2), "/appearances/0/revision", "The source has no revision 2"),
        (quoting("Tokyo", mentions=[{"speaker": "#ada", "kind": "addressee", "name": "Ada Essai"}]),
         "/appearances/0/mentions/0", "No attribution of this line has this speaker as addressee."),
        (quoting("Tokyo", mentions=[{"speaker": "#ada", "name": "Ada"}, {"speaker": "Ada Essai", "role": "Ada"}]),
         "/appearances/0/mentions/1", "This speaker is mentioned twice as speaker."),
        (quoting("Tokyo", mentions=[{"speaker": "#ada", "name": "Nemo"}]),
         "/appearances/0/mentions/0/name", "does not stand"),
        (quoting("Tokyo", relays=[{"speaker": "#ada", "mention": {"start": 0, "end": 301}}]),
         "/appearances/0/relays/0/mention", "lies beyond the end"),
        (changed(STATEMENT, appearances=[{"source": "#nowhere", "segments": ["x"]}]),
         "/appearances/0/source", "No earlier line has the key “nowhere”."),
        (changed(STATEMENT, appearances=[{"source": "#ada", "segments": ["x"]}]),
         "/appearances/0/source", "“#ada” is a speaker (line 2); a source is needed."),
        (changed(STATEMENT, attributions=[{"speaker": "Nemo"}]), "/attributions/0/speaker",
         "There is no speaker “Nemo”, here or on an earlier line; a reference is an id, a #key"),
        (changed(STATEMENT, attributions=[{"speaker": "Q42"}]), "/attributions/0/speaker", "no speaker “Q42”"),
        (changed(STATEMENT, attributions=[{"speaker": "http://x.example/"}]), "/attributions/0/speaker", "There is no"),
        (changed(STATEMENT, attributions=[{"speaker": "http://["}]), "/attributions/0/speaker", "There is no speaker"),
        (changed(STATEMENT, attributions=[{"speaker": MADE + "01"}]), "/attributions/0/speaker", "There is no speaker"),
        (changed(STATEMENT, attributions=[{"speaker": "#ada"}, {"speaker": "Ada Essai"}]), "/attributions/1", "twice"),
        (changed(STATEMENT, topics=["armement"]), "/topics/0", "There is no topic “armement”"),
        (changed(STATEMENT, event="#said2"), "/event", "No earlier line has the key"),
        (changed(STATEMENT, said_at="2023"), "/said_at_basis", "A date needs how it is known, and only a date does."),
        (changed(STATEMENT, said_at_basis="printed"), "/said_at_basis", "A date needs how it is known"),
        (changed(STATEMENT, intensity=3), "/intensity_phrase", "An intensity needs the phrase that shows it"),
        (changed(STATEMENT, intensity=3, intensity_phrase=" "), "/intensity_phrase", "An intensity needs the phrase"),
        (changed(STATEMENT, wordings=[{"language": "fr", "text": "x"}] * 2), "/wordings/1/language", "there twice."),
        (changed(STATEMENT, wordings=[{"language": "fr", "text": "x", "is_original": True, "translator": "T"}]),
         "/wordings/0/translator", "An original wording has no translator."),
        ({"record": "source_text", "source": "#article", "number": 3, "text": "x"}, "", "numbered 1, 2, 3 …"),
        ({"record": "source_text", "source": "#article", "number": 2, "text": "x", "sha256": "0" * 64}, "/sha256",
         "It is not the SHA-256 of the text in UTF-8."),
        ({"record": "source_text", "source": "#article", "number": 2, "text": "x", "raw": "eQ=="}, "/raw",
         "These bytes are other words than the text."),
        ({"record": "source_text", "source": "#article", "number": 2, "text": "é", "encoding": "latin-1"}, "/encoding",
         "In this encoding the text in UTF-8 would be other words: give the bytes (raw)."),
        ({"record": "source_text", "source": "#article", "number": 2, "text": "x", "encoding": "klingon"}, "/encoding",
         "is not an encoding known here"),
        ({"record": "source_text", "source": "#article", "number": 2, "text": "a\x01b"}, "/text", "control character"),
        ({"record": "source_text", "source": "#article", "number": 2, "text": TEXT}, "", "has these words already"),
        ({"record": "speaker", "name": "B", "part_of": "#ada"}, "", "A person is not part of a body"),
        ({"record": "membership", "speaker": "#ada", "role": "minister"}, "/role", "There is no role “minister”"),
        ({"record": "review", "claim": "#ada", "publisher": "#ada", "url": "x", "rating": "x", "claim_reviewed": "x"},
         "/url", "is not a web address"),
        ({"record": "membership", "speaker": "#article", "role": "#ada"}, "/speaker", "is a source (line 1)"),
        ({"record": "speaker", "name": "Ada Essai", "type": "state"}, "/type", 'has "person", not "state"'),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_and_nothing_is_written(
    tmp_path: Path, row: Row | bytes, pointer: str, sentence: str
) -> None:
    found = _refusals(tmp_path, SOURCE, SPEAKER, row)[0]
    assert found[:2] == (3, pointer)
    assert sentence in found[2]


def test_all_that_is_wrong_is_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [
        SOURCE,
        SPEAKER,
        quoting("nowhere"),
        changed(STATEMENT, key=...),
        b"{",
        changed(STATEMENT, act="sing", cameo="x"),
        b"}",
    ]
    found = _refusals(tmp_path, *rows)
    assert [(number, pointer) for number, pointer, _sentence in found] == [
        (3, "/appearances/0/segments/0"), (5, ""), (6, "/act"), (6, "/cameo"), (7, ""),
    ]  # fmt: skip


def test_a_reference_to_a_refused_line_says_so(tmp_path: Path) -> None:
    rows = [SOURCE, changed(SPEAKER, type="robot"), STATEMENT]
    assert _refusals(tmp_path, *rows)[1] == (3, "/attributions/0/speaker", "It refers to line 2, which was refused.")
    # refused by the database, and by what it names
    body = {"record": "speaker", "key": "ada", "name": "Ada", "part_of": "#person"}
    rows = [SOURCE, {"record": "speaker", "key": "person", "name": "P"}, body, STATEMENT]
    assert _refusals(tmp_path, *rows)[1][2] == "It refers to line 3, which was refused."
    held = {"record": "membership", "key": "held", "speaker": "#ada", "role": "Nemo"}
    said = changed(STATEMENT, attributions=[{"speaker": "#ada", "membership": "#held"}])
    found = _refusals(tmp_path, SOURCE, SPEAKER, held, said)
    assert found[1] == (4, "/attributions/0/membership", "It refers to line 3, which was refused.")
    by_id = changed(STATEMENT, attributions=[{"speaker": MADE + "01"}])
    found = _refusals(tmp_path, SOURCE, changed(SPEAKER, id=MADE + "01", type="robot"), by_id)
    assert found[1] == (3, "/attributions/0/speaker", "It refers to line 2, which was refused.")


def test_a_line_refers_to_earlier_lines_alone(tmp_path: Path) -> None:
    found = _refusals(tmp_path, SOURCE, STATEMENT, SPEAKER)
    assert found == [(2, "/attributions/0/speaker", "No earlier line has the key “ada”.")]


def test_one_id_is_one_row(tmp_path: Path) -> None:
    named = changed(SPEAKER, id=MADE + "01")
    assert "There already: speaker 1." in run(write(tmp_path, [named, changed(named, key="again")]))
    (found,) = _refusals(tmp_path, changed(named, name="Another"))
    assert (found[1], "changes nothing that is there" in found[2]) == ("/name", True)


@pytest.mark.parametrize(
    "given", ["5f3c9a52-6c3f-4d59-9d36-2f7f2c1b9a10", "c232ab00-9414-11ec-b3c8-9f68deced846", "", "7", 7, MADE + "01x"]
)
def test_ids_are_uuids_of_version_7(tmp_path: Path, given: Any) -> None:
    (found,) = _refusals(tmp_path, changed(SPEAKER, id=given))
    assert found[1] == "/id"


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


# What references mean


@pytest.mark.parametrize(
    "reference",
    [
        "Q23505", "https://www.wikidata.org/wiki/Q23505", "http://www.wikidata.org/entity/Q23505",
        "https://wikidata.org/wiki/Q23505/", "HTTPS://www.Wikidata.org/wiki/Q23505", "Ada Essai", "ADA ESSAI",
        "ada éssai",
        "Essai, A.", MADE + "07", (MADE + "0A").replace("0A", "07").upper(),
    ],
)  # fmt: skip
def test_a_speaker_is_meant_by_id_address_wikidata_or_name(tmp_path: Path, reference: str) -> None:
    ada = factories.speaker(id=uuid.UUID(MADE + "07"))
    SpeakerSameAs.objects.create(speaker=ada, url="https://www.wikidata.org/wiki/Q23505")
    SpeakerName.objects.create(speaker=ada, name="Essai, A.")
    run(write(tmp_path, [SOURCE, changed(STATEMENT, attributions=[{"speaker": reference}])]))
    assert Statement.objects.get().attributions.get().speaker == ada


def test_two_spellings_of_one_page_are_one_speaker(tmp_path: Path) -> None:
    ada = factories.speaker()
    SpeakerSameAs.objects.create(speaker=ada, url="https://www.wikidata.org/wiki/Q1")
    pages = ["https://www.wikidata.org/entity/Q1", "http://wikidata.org/wiki/Q1"]
    rows = [{"record": "topic", "labels": {"fr": "x"}}]
    for page in pages:
        said = changed(STATEMENT, key=page, attributions=[{"speaker": page}], cameo="01" if page == pages[0] else "02")
        rows.append(said)
    run(write(tmp_path, [SOURCE, *rows]))
    assert Statement.objects.filter(attributions__speaker=ada).count() == 2


def test_an_ambiguous_name_lists_who_may_be_meant(tmp_path: Path) -> None:
    first, second = factories.speaker(note="ministre"), factories.speaker(note="peintre")
    ((_number, pointer, sentence),) = _refusals(
        tmp_path, SOURCE, changed(STATEMENT, attributions=[{"speaker": "Ada Essai"}])
    )
    assert pointer == "/attributions/0/speaker"
    assert (
        f"may be any of Ada Essai (ministre) ({first.pk}); Ada Essai (peintre) ({second.pk}): give the id." in sentence
    )


def test_a_merged_speaker_is_not_meant_any_more(tmp_path: Path) -> None:
    live = factories.speaker()
    merged = factories.speaker("Ada E.", merged_into=live)
    run(write(tmp_path, [SOURCE, changed(STATEMENT, attributions=[{"speaker": "Ada Essai"}])]))
    for reference in (str(merged.pk), "Ada E."):
        said = changed(STATEMENT, cameo="01", attributions=[{"speaker": reference}])
        ((_number, pointer, sentence),) = _refusals(tmp_path, SOURCE, said)
        assert pointer == "/attributions/0/speaker"
        assert str(live.pk) in sentence or "There is no speaker" in sentence


def test_a_role_is_held_by_who_speaks_in_it(tmp_path: Path) -> None:
    other = factories.speaker("Other")
    role = Role.objects.create(labels={"fr": "ministre"})
    held = Membership.objects.create(speaker=other, role=role)
    said = changed(STATEMENT, attributions=[{"speaker": "#ada", "membership": str(held.pk)}])
    ((_number, pointer, sentence),) = _refusals(tmp_path, SOURCE, SPEAKER, said)
    assert (pointer, sentence) == ("/attributions/0/membership", "This role is held by another speaker.")


def test_the_role_held_at_the_time_is_found_unless_the_line_says_none(tmp_path: Path) -> None:
    ada = factories.speaker()
    held = Membership.objects.create(speaker=ada, role=Role.objects.create(labels={"fr": "x"}), start="2020")
    said = changed(STATEMENT, said_at="2023", said_at_basis="printed", attributions=[{"speaker": "Ada Essai"}])
    none = changed(said, key="none", cameo="01", attributions=[{"speaker": "Ada Essai", "membership": None}])
    run(write(tmp_path, [SOURCE, said, none]))
    assert [one.attributions.get().membership for one in Statement.objects.order_by("cameo")] == [held, None]


def test_documents_are_meant_by_address_and_words(tmp_path: Path) -> None:
    revision = factories.source(TEXT, url="https://x.example/a?b=1")
    rows = [
        changed(STATEMENT, key=name, attributions=[{"speaker": "#ada"}], cameo=f"0{place}",
                appearances=[{"source": name, "segments": [WORDS]}])
        for place, name in enumerate(["https://X.example/a?b=1#c", f"sha256:{bytes(revision.sha256 or b'').hex()}"])
    ]  # fmt: skip
    run(write(tmp_path, [SPEAKER, *rows]))
    assert revision.appearances.count() == 2


# Lines set aside


def test_refused_lines_are_written_aside_and_can_be_mended_and_imported(tmp_path: Path) -> None:
    aside = tmp_path / "refused.ndjson"
    wrong = quoting("préoccupation", mentions=[{"speaker": "#ada", "name": "Ada Essai"}])
    follows = {"record": "relation", "statement": "#said", "type": "repeats", "other": "#second"}
    rows: list[Any] = [SOURCE, SPEAKER, wrong, changed(STATEMENT, key="second"), follows, b"{broken"]
    said, last = refused(write(tmp_path, rows), "--skip-errors", aside)
    assert [line.split(": ")[0].rpartition(":")[2] for line in said] == ["3", "5", "6"]
    assert last == f"3 lines were refused: they are in {aside}, with reasons; mend them there and import that file."
    assert Statement.objects.count() == 1
    assert oct(aside.stat().st_mode)[-3:] == "600"
    statement, relation, broken = rows_in(aside.read_bytes())
    assert statement["errors"][0]["pointer"] == "/appearances/0/segments/0"
    assert statement["attributions"] == [{"speaker": str(Speaker.objects.get().pk)}]
    assert broken["text"] == "{broken"
    # as it is, it is refused again
    refused(aside)
    statement["appearances"][0]["segments"] = [{"exact": "préoccupation", "prefix": "La "}]
    assert "Created: statement 1, relation 1." in run(write(tmp_path, [statement, relation], "mended.ndjson"))


@pytest.mark.parametrize(
    "row",
    [b'{"record":"speaker","name":"A","name":"B"}', b'{"record":"speaker","name":"\\ud800"}', b'{"a":NaN}', b"\xff"],
)
def test_what_is_set_aside_is_never_put_right_by_itself(tmp_path: Path, row: bytes) -> None:
    aside = tmp_path / "refused.ndjson"
    refused(write(tmp_path, [row]), "--skip-errors", aside)
    before = digest()
    refused(aside)
    assert digest() == before


def test_the_file_of_refused_lines_is_there_only_if_there_are_any(tmp_path: Path) -> None:
    aside = tmp_path / "refused.ndjson"
    run(write(tmp_path, ROWS), "--skip-errors", aside)
    assert not aside.exists()
    refused(tmp_path / "missing.ndjson", "--skip-errors", aside)
    assert not aside.exists()
    aside.write_text("mine")
    assert refused(write(tmp_path, ROWS), "--skip-errors", aside)[1] == f"{aside} is there already: name another file."
    assert aside.read_text() == "mine"


def test_in_chunks_all_before_a_refused_line_is_kept_and_the_import_goes_on_when_it_is_mended(tmp_path: Path) -> None:
    rows: list[Any] = [SOURCE, SPEAKER, STATEMENT, b"{", changed(quoting("Tokyo"), key="b")]
    said, last = refused(write(tmp_path, rows), "--in-chunks")
    assert len(said) == 1
    assert last == "What was done before line 4 or so is kept: mend it, and run the import again to go on."
    assert Statement.objects.count() == 1
    assert DatasetImport.objects.get().finished_at is None
    rows[3] = SPEAKER | {"key": "c"}
    out = run(write(tmp_path, rows), "--in-chunks")
    assert "Created: statement 1." in out
    assert Statement.objects.count() == 2


# Who publishes


def _statuses() -> dict[str, str]:
    return {one.cameo: one.status for one in Statement.objects.all()}


def _of_each_status() -> list[Row]:
    rows = [SOURCE, SPEAKER, changed(STATEMENT, cameo="00")]
    for number, status in enumerate(("draft", "in_review", "published", "withdrawn"), start=1):
        more = {"withdrawn_reason": "Not said."} if status == "withdrawn" else {}
        rows.append(changed(STATEMENT, key=status, cameo=f"0{number}", status=status, **more))
    return rows


def test_without_an_administrator_every_statement_is_a_draft(tmp_path: Path) -> None:
    out = run(write(tmp_path, _of_each_status()))
    assert set(_statuses().values()) == {"draft"}
    assert "Statements that the file calls public and that are drafts here: 2 (--publish)." in out


def test_an_administrator_lets_statements_be_what_the_file_says(tmp_path: Path) -> None:
    factories.user("author")
    admin = administrator()
    path = write(tmp_path, _of_each_status())
    out = run(path, "--publish", "admin", "--by", "author")
    assert "Statements published: 3." in out
    statuses = {"00": "published", "01": "draft", "02": "in_review", "03": "published", "04": "withdrawn"}
    assert _statuses() == statuses
    imported = DatasetImport.objects.get()
    assert (imported.published_by, imported.published) == (admin, 3)
    public = Statement.objects.get(cameo="03")
    assert (public.reviewed_by, public.is_self_reviewed) == (admin, False)
    assert Speaker.objects.get().is_public
    before = digest()
    run(path, "--publish", "admin", "--by", "author")
    assert digest() == before


def test_drafts_of_an_earlier_import_can_be_published_by_another(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, _of_each_status())
    run(path)
    assert "Statements published: 3." in run(path, "--publish", "admin")
    assert _statuses()["03"] == "published"


def test_a_draft_that_curators_changed_since_it_came_is_left_to_them(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, [SOURCE, SPEAKER, STATEMENT])
    run(path)
    statement = Statement.objects.get()
    # as the admin does: it saves the statement whatever was changed of it
    statement.wordings.update(text="words that nobody is sure of yet")
    Statement.objects.filter(pk=statement.pk).update(created_at=statement.created_at - timedelta(minutes=1))
    said = run(path, "--publish", "admin")
    assert "Statements that stay drafts, being changed here, made here or the administrator’s own: 1." in said
    assert "published" not in said
    assert not Statement.objects.published().exists()


def test_a_draft_that_no_import_made_is_left_to_its_author(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, [SOURCE, SPEAKER, STATEMENT])
    run(path)
    ImportedStatement.objects.all().delete()
    assert "Statements published" not in run(path, "--publish", "admin")
    assert not Statement.objects.published().exists()


def test_nobody_publishes_what_they_brought_in_as_their_own(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, [SOURCE, SPEAKER, STATEMENT])
    run(path, "--by", "admin")
    assert "Statements published" not in run(path, "--publish", "admin")
    assert not Statement.objects.published().exists()


def test_public_statements_are_related_by_an_administrator_alone(tmp_path: Path) -> None:
    administrator()
    one, other = factories.published(), factories.published()
    row = {"record": "relation", "statement": str(one.pk), "type": "retracts", "other": str(other.pk)}
    ((_number, pointer, sentence),) = _refusals(tmp_path, row)
    assert (pointer, "only an administrator" in sentence) == ("/statement", True)
    run(write(tmp_path, [row]), "--publish", "admin")
    assert one.relations.count() == 1


def test_a_cut_file_is_noticed_beside_refused_lines(tmp_path: Path) -> None:
    header: Row = {"record": "dataset", "records": {"topic": 3}}
    rows: list[Row | bytes | str] = [header, {"record": "topic", "labels": {"en": "Cut"}}, {"record": "topic"}]
    before = digest()
    _said, last = refused(write(tmp_path, rows), "--skip-errors", tmp_path / "aside")
    assert "The file was cut" in last
    assert digest() == before
    assert not (tmp_path / "aside").exists()


def test_the_lexicon_stays_where_that_of_the_file_did_not_come(tmp_path: Path) -> None:
    header = {"record": "dataset", "scope": "all", "records": {"intensity_phrase": 1}}
    before = digest()
    refused(write(tmp_path, [header, {"record": "topic"}]), "--skip-errors", tmp_path / "aside")
    assert digest() == before


def test_a_status_that_is_not_taken_over_is_told(tmp_path: Path) -> None:
    administrator()
    run(write(tmp_path, [SOURCE, SPEAKER, STATEMENT]), "--publish", "admin")
    back = changed(STATEMENT, status="withdrawn", withdrawn_reason="Misread.")
    said = run(write(tmp_path, [SOURCE, SPEAKER, back]), "--publish", "admin")
    assert "Statements that the file calls withdrawn or published and that stand otherwise here: 1." in said
    assert Statement.objects.published().exists()


def test_all_words_of_a_line_that_miss_are_told_at_once(tmp_path: Path) -> None:
    row = quoting("nowhere")
    row["appearances"][0] |= {"cue": "never", "relays": [{"speaker": "#ada", "mention": "nobody"}]}
    found = _refusals(tmp_path, SOURCE, SPEAKER, row)
    assert {pointer for _number, pointer, _sentence in found} == {
        "/appearances/0/segments/0", "/appearances/0/cue", "/appearances/0/relays/0/mention",
    }  # fmt: skip


def test_a_key_that_was_taken_for_a_name_is_told(tmp_path: Path) -> None:
    row = changed(STATEMENT, attributions=[{"speaker": SPEAKER["key"]}])
    ((_number, pointer, sentence),) = _refusals(tmp_path, SOURCE, SPEAKER, row)
    assert (pointer, f"write “#{SPEAKER['key']}”" in sentence) == ("/attributions/0/speaker", True)


@pytest.mark.parametrize("status", ["in_review", "published", "withdrawn"])
def test_what_is_no_draft_needs_somebody_who_says_something(tmp_path: Path, status: str) -> None:
    nobody = changed(
        STATEMENT, status=status, withdrawn_reason="x", attributions=[{"speaker": "#ada", "kind": "addressee"}]
    )
    assert _refusals(tmp_path, SOURCE, SPEAKER, nobody)[0][1] == "/attributions"
    nothing = changed(STATEMENT, status=status, withdrawn_reason="x", appearances=[], wordings=[])
    assert _refusals(tmp_path, SOURCE, SPEAKER, nothing)[0][1] == "/wordings"


def test_a_withdrawal_needs_its_reason(tmp_path: Path) -> None:
    found = _refusals(tmp_path, SOURCE, SPEAKER, changed(STATEMENT, status="withdrawn"))
    assert found[0][1] == "/withdrawn_reason"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("curator", "is no administrator: only one may publish without review"),
        ("gone", "is no administrator"),
        ("nobody", "There is no account “nobody”."),
        ("caf\udce9", "There is no account “caf�”."),
    ],
)
def test_only_an_administrator_publishes(tmp_path: Path, name: str, sentence: str) -> None:
    User.objects.create_user("curator", is_staff=True)
    User.objects.create_superuser("gone", is_active=False)
    before = digest()
    with pytest.raises(CommandError) as error:
        run(write(tmp_path, ROWS), "--publish", name)
    assert sentence in str(error.value)
    assert digest() == before


def test_the_author_publishes_only_where_self_review_is_allowed(tmp_path: Path, settings: Any) -> None:
    administrator()
    path = write(tmp_path, ROWS)
    with pytest.raises(CommandError, match="must be another account than the author"):
        run(path, "--publish", "admin", "--by", "admin")
    settings.ALLOW_SELF_REVIEW = True
    run(path, "--publish", "admin", "--by", "admin")
    assert Statement.objects.get().is_self_reviewed


def test_a_withdrawal_without_its_reason_is_refused(tmp_path: Path) -> None:
    administrator()
    rows = [SOURCE, SPEAKER, changed(STATEMENT, status="withdrawn")]
    ((number, _pointer, sentence),) = _refusals(tmp_path, *rows, options=("--publish", "admin"))
    assert (number, sentence) == (3, "A withdrawal needs a reason that the public sees.")


def test_a_statement_without_a_speaker_stays_a_draft(tmp_path: Path) -> None:
    administrator()
    row = changed(STATEMENT, attributions=[{"speaker": "#ada", "kind": "addressee"}])
    ((number, _pointer, sentence),) = _refusals(tmp_path, SOURCE, SPEAKER, row, options=("--publish", "admin"))
    assert (number, sentence) == (3, "A published statement needs at least one speaker.")
    run(write(tmp_path, [SOURCE, SPEAKER, row]))


# The lexicon, and what is there already


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


def test_what_is_there_is_never_changed(tmp_path: Path) -> None:
    paper = factories.publisher("Gazette", homepage="https://gazette.example/", country="FR")
    path = write(
        tmp_path, [{"record": "publisher", "id": str(uuid7()), "name": "Other", "homepage": "https://gazette.example"}]
    )
    (line,), _last = refused(path)
    assert f"{path}:1: /name: The publisher {paper.pk} in the record has " in line
    # what a line leaves out is not compared
    run(write(tmp_path, [{"record": "publisher", "name": "Gazette", "homepage": "https://gazette.example"}]))
    assert Publisher.objects.count() == 1


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


# Within memory and time


def test_a_hundred_thousand_lines_of_garbage_are_counted(tmp_path: Path) -> None:
    started = time.process_time()
    said, last = refused(write(tmp_path, b'{"record":"speaker","nom":"x"}\n' * 20_000 + b"}{\n" * 80_000))
    assert last == "100000 lines were refused, and nothing of the file was kept."
    assert len(said) == 51
    assert said[-1] == "… and 99950 more." or said[-1].startswith("… and ")
    assert time.process_time() - started < 60


def test_words_made_to_be_sought_for_ever_are_found_or_refused_soon(tmp_path: Path) -> None:
    text = "a" * 2_000_000 + "b"
    rows = [
        changed(SOURCE, text=text),
        SPEAKER,
        *(
            quoting({"exact": exact, "prefix": prefix, "suffix": suffix}, {"exact": "b"})
            for exact, prefix, suffix in [
                ("a", "", ""), ("a" * 20_000, "", ""), ("a" * 10_000 + "c", "", ""), ("a", "a" * 20_000, "c"),
                ("a", "b", ""), ("a" * 9_999, "a" * 9_999 + "c", "a" * 20_000), ("a", "c" + "a" * 19_999, "a"),
            ]
        ),
    ]  # fmt: skip
    started = time.process_time()
    said, _last = refused(
        write(tmp_path, [changed(row, key=f"k{place}") if place > 1 else row for place, row in enumerate(rows)])
    )
    assert len(said) == len(rows) - 2
    assert time.process_time() - started < 30


def test_five_million_characters_are_quoted_from_end_to_end(tmp_path: Path) -> None:
    text = "é🕊x\n" * 1_249_999 + "Fin."
    said = quoting({"start": 0, "end": 4}, {"start": 4_999_980, "end": 5_000_000 - 4}, "Fin.")
    run(write(tmp_path, [changed(SOURCE, text=text), SPEAKER, said]))
    assert SourceText.objects.get().text == text
    longer, _last = refused(write(tmp_path, [changed(SOURCE, text=text + "x")]))
    assert "/text: It is too long: 5000000 characters are the most." in longer[0]


def test_a_crowd_of_wrong_lines_costs_little_more_than_right_ones(tmp_path: Path) -> None:
    """The database refuses each: they are found by halves."""
    rows = [{"record": "speaker", "name": f"P{number}", "part_of": "#ada"} for number in range(300)]
    said, last = refused(write(tmp_path, [SPEAKER, *rows]))
    assert last.startswith("300 lines were refused")
    assert len(said) == 51


def test_the_demo_file_is_importable_by_the_command() -> None:
    assert "statement" in run(DATA)
    assert json.loads(exported().splitlines()[0])["records"]["statement"] == Statement.objects.count()
    assert Claim.objects.exists()
    assert Event.objects.exists()
    assert Topic.objects.exists()
