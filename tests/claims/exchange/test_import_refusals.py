"""What an import refuses: all or nothing, each fault with file, line, field and sentence."""

import time
from pathlib import Path
from typing import Any

import pytest

from claims.exchange.models import DatasetImport
from claims.models import Membership, Role, Speaker, Statement
from tests import factories
from tests.claims.exchange.lines import MADE, ROWS, SOURCE, SPEAKER, START, STATEMENT, TEXT, Row, changed, quoting
from tests.claims.exchange.running import digest, refusals, refused, rows_in, run, write

pytestmark = pytest.mark.django_db


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
    found = refusals(tmp_path, SOURCE, SPEAKER, row)[0]
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
    found = refusals(tmp_path, *rows)
    assert [(number, pointer) for number, pointer, _sentence in found] == [
        (3, "/appearances/0/segments/0"), (5, ""), (6, "/act"), (6, "/cameo"), (7, ""),
    ]  # fmt: skip


def test_all_words_of_a_line_that_miss_are_told_at_once(tmp_path: Path) -> None:
    row = quoting("nowhere")
    row["appearances"][0] |= {"cue": "never", "relays": [{"speaker": "#ada", "mention": "nobody"}]}
    found = refusals(tmp_path, SOURCE, SPEAKER, row)
    assert {pointer for _number, pointer, _sentence in found} == {
        "/appearances/0/segments/0", "/appearances/0/cue", "/appearances/0/relays/0/mention",
    }  # fmt: skip


def test_a_reference_to_a_refused_line_says_so(tmp_path: Path) -> None:
    rows = [SOURCE, changed(SPEAKER, type="robot"), STATEMENT]
    assert refusals(tmp_path, *rows)[1] == (3, "/attributions/0/speaker", "It refers to line 2, which was refused.")
    # refused by the database, and by what it names
    body = {"record": "speaker", "key": "ada", "name": "Ada", "part_of": "#person"}
    rows = [SOURCE, {"record": "speaker", "key": "person", "name": "P"}, body, STATEMENT]
    assert refusals(tmp_path, *rows)[1][2] == "It refers to line 3, which was refused."
    held = {"record": "membership", "key": "held", "speaker": "#ada", "role": "Nemo"}
    said = changed(STATEMENT, attributions=[{"speaker": "#ada", "membership": "#held"}])
    found = refusals(tmp_path, SOURCE, SPEAKER, held, said)
    assert found[1] == (4, "/attributions/0/membership", "It refers to line 3, which was refused.")
    by_id = changed(STATEMENT, attributions=[{"speaker": MADE + "01"}])
    found = refusals(tmp_path, SOURCE, changed(SPEAKER, id=MADE + "01", type="robot"), by_id)
    assert found[1] == (3, "/attributions/0/speaker", "It refers to line 2, which was refused.")


def test_a_line_refers_to_earlier_lines_alone(tmp_path: Path) -> None:
    found = refusals(tmp_path, SOURCE, STATEMENT, SPEAKER)
    assert found == [(2, "/attributions/0/speaker", "No earlier line has the key “ada”.")]


def test_a_key_that_was_taken_for_a_name_is_told(tmp_path: Path) -> None:
    row = changed(STATEMENT, attributions=[{"speaker": SPEAKER["key"]}])
    ((_number, pointer, sentence),) = refusals(tmp_path, SOURCE, SPEAKER, row)
    assert (pointer, f"write “#{SPEAKER['key']}”" in sentence) == ("/attributions/0/speaker", True)


@pytest.mark.parametrize(
    "given", ["5f3c9a52-6c3f-4d59-9d36-2f7f2c1b9a10", "c232ab00-9414-11ec-b3c8-9f68deced846", "", "7", 7, MADE + "01x"]
)
def test_ids_are_uuids_of_version_7(tmp_path: Path, given: Any) -> None:
    (found,) = refusals(tmp_path, changed(SPEAKER, id=given))
    assert found[1] == "/id"


def test_a_role_is_held_by_who_speaks_in_it(tmp_path: Path) -> None:
    other = factories.speaker("Other")
    role = Role.objects.create(labels={"fr": "ministre"})
    held = Membership.objects.create(speaker=other, role=role)
    said = changed(STATEMENT, attributions=[{"speaker": "#ada", "membership": str(held.pk)}])
    ((_number, pointer, sentence),) = refusals(tmp_path, SOURCE, SPEAKER, said)
    assert (pointer, sentence) == ("/attributions/0/membership", "This role is held by another speaker.")


@pytest.mark.parametrize("status", ["in_review", "published", "withdrawn"])
def test_what_is_no_draft_needs_somebody_who_says_something(tmp_path: Path, status: str) -> None:
    nobody = changed(
        STATEMENT, status=status, withdrawn_reason="x", attributions=[{"speaker": "#ada", "kind": "addressee"}]
    )
    assert refusals(tmp_path, SOURCE, SPEAKER, nobody)[0][1] == "/attributions"
    nothing = changed(STATEMENT, status=status, withdrawn_reason="x", appearances=[], wordings=[])
    assert refusals(tmp_path, SOURCE, SPEAKER, nothing)[0][1] == "/wordings"


def test_a_withdrawal_needs_its_reason(tmp_path: Path) -> None:
    found = refusals(tmp_path, SOURCE, SPEAKER, changed(STATEMENT, status="withdrawn"))
    assert found[0][1] == "/withdrawn_reason"


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


# Many of them


def test_a_hundred_thousand_lines_of_garbage_are_counted(tmp_path: Path) -> None:
    started = time.process_time()
    said, last = refused(write(tmp_path, b'{"record":"speaker","nom":"x"}\n' * 20_000 + b"}{\n" * 80_000))
    assert last == "100000 lines were refused, and nothing of the file was kept."
    assert len(said) == 51
    assert said[-1] == "… and 99950 more." or said[-1].startswith("… and ")
    assert time.process_time() - started < 60


def test_a_crowd_of_wrong_lines_costs_little_more_than_right_ones(tmp_path: Path) -> None:
    """The database refuses each: they are found by halves."""
    rows = [{"record": "speaker", "name": f"P{number}", "part_of": "#ada"} for number in range(300)]
    said, last = refused(write(tmp_path, [SPEAKER, *rows]))
    assert last.startswith("300 lines were refused")
    assert len(said) == 51


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
