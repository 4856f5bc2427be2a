"""What docs/dataset.md says is true: files that import, commands and what they print, keys, vocabularies, limits."""

import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db.models import Choices
from django.test import Client
from pydantic import BaseModel

from claims.exchange import lines
from claims.exchange.demo import load_demo
from claims.exchange.reading import MAX_LINE_BYTES
from claims.models import Segment, Statement, Wording
from claims.models import vocabularies as claims_vocabularies
from claims.models.appearances import MAX_CONTEXT, MAX_MENTION, MAX_SEGMENT
from claims.models.statements import MAX_WORDING
from claims.text.spans import MAX_SPANS
from config.environment import BASE_DIR
from sources.models import Licence, PublisherKind, SourceType
from sources.models.documents import OPEN_LICENCES
from sources.text import partial_dates
from sources.text.decoding import MAX_BYTES, MAX_CHARACTERS

PAGE = (BASE_DIR / "docs" / "dataset.md").read_text("utf-8")
PROSE = " ".join(PAGE.split())
CORPUS_PAGE = (BASE_DIR / "docs" / "corpus.md").read_text("utf-8")
FILES: dict[str, str] = dict(re.findall(r"`(\w+\.ndjson)`:\n\n```ndjson\n(.+?)```", PAGE, re.DOTALL))
COMMAND = "$ .venv/bin/python manage.py "
DIFFERING = re.compile(r"\d+\.\d s \(\d+ a second, \d+ MB at the most\)")
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
#: parts of statements that have tables of their own, by what leads to the table
PARTS: dict[str, type[BaseModel]] = {
    "Wordings": lines.Wording,
    "Attributions": lines.Attribution,
    "Appearances": lines.Appearance,
}
#: parts of which the page names the keys in a sentence or two, and where these begin and end
NAMED_IN_A_SENTENCE: dict[type[BaseModel], str] = {
    lines.OtherName: r"^\| `names` \|.+$",
    lines.Mention: r"^\| `mentions` \|.+$",
    lines.Relay: r"^\| `relays` \|.+$",
    lines.Position: r"^\*\*Positions:\*\*.+$",
    lines.Words: r"^## Words\n(?s:.+?)^## ",
}
COMMON = {"id", "key", "errors", "record"}


def commands() -> list[tuple[str, str]]:
    """Return the commands of the page in order, each with what it prints."""
    blocks = re.findall(r"```console\n(.+?)```", PAGE, re.DOTALL)
    found = re.findall(r"^\$ (.+)\n((?:[^$\n].*\n)*)", "".join(blocks), re.MULTILINE)
    assert len(found) == sum(block.count("$ ") for block in blocks)
    return found


def without_what_differs(printed: str) -> str:
    """Return the lines printed, without seconds and megabytes, which are each machine's own."""
    return "\n".join(line for line in DIFFERING.sub("…", printed).splitlines() if line)


def run(command: str) -> str:
    """Run one of the project's commands as a terminal would, and return what it prints."""
    name, *words = shlex.split(command.removeprefix(COMMAND.removeprefix("$ ")))
    screen = io.StringIO()
    try:
        call_command(name, *words, stdout=screen, stderr=screen, no_color=True)
    except CommandError as error:
        screen.write(f"CommandError: {error}\n")
    return screen.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the files of the page are saved, under a terminal in English."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return tmp_path


@pytest.mark.django_db
def test_its_commands_print_what_it_prints(folder: Path) -> None:
    User.objects.create_user("administrator").groups.add(Group.objects.get(name="administrators"))
    for command, printed in commands():
        assert without_what_differs(run(command)) == without_what_differs(printed), command


@pytest.mark.django_db
def test_its_files_come_in_beside_the_demo_set(folder: Path) -> None:
    load_demo()
    for command, _printed in commands():
        if command.endswith(("import_dataset quota.ndjson", "import_dataset fleet.ndjson")):
            assert "CommandError" not in run(command)


def test_all_its_blocks_are_files_that_a_command_imports() -> None:
    assert len(FILES) == PAGE.count("```ndjson") == 3
    imported = {word for command, _printed in commands() for word in command.split() if word.endswith(".ndjson")}
    assert set(FILES) <= imported
    for command, _printed in commands():
        assert command.startswith(COMMAND.removeprefix("$ "))


@pytest.mark.django_db
def test_its_first_dataset_says_what_it_means(folder: Path) -> None:
    run(f"{COMMAND[2:]}import_dataset quota.ndjson")
    run(f"{COMMAND[2:]}import_dataset fleet.ndjson")
    half = Statement.objects.get(act="announce")
    (appearance,) = half.appearances.all()
    assert [one.exact for one in appearance.segments.all()] == ["will fall by half", "and not by a tonne less"]
    assert [one.speaker.name for one in appearance.relays.all()] == ["Ministry of Fisheries"]
    (attribution,) = half.attributions.all()
    assert str(attribution.membership) == "Ida Holm: fisheries minister, Ministry of Fisheries (2024-07–…)"
    assert Wording.objects.get(statement=half).text == "will fall by half […] and not by a tonne less"
    assert [(one.type, one.other) for one in Statement.objects.get(act="assert").relations.all()] == [
        ("corrects", half)
    ]
    answer = Segment.objects.filter(appearance__statement__act="deny")
    assert [one.exact for one in answer] == ["No", "No boat sails on those terms."]


@pytest.mark.django_db
def test_its_faults_keep_everything_out(folder: Path) -> None:
    run(f"{COMMAND[2:]}import_dataset quota.ndjson")
    run(f"{COMMAND[2:]}import_dataset fleet.ndjson")
    assert re.search("`(CommandError: .+?)`", PROSE)[1] in run(f"{COMMAND[2:]}import_dataset faults.ndjson")  # type: ignore[index]


@pytest.mark.django_db
def test_its_refused_lines_come_in_once_mended(folder: Path) -> None:
    for command in ("quota.ndjson", "fleet.ndjson", "faults.ndjson --skip-errors refused.ndjson"):
        run(f"{COMMAND[2:]}import_dataset {command}")
    refused = folder / "refused.ndjson"
    text = refused.read_text("utf-8")
    assert text.count('"errors": [{"pointer": "/') == 3
    text = text.replace("contry", "country").replace("Tom Read", "Tom Reed")
    refused.write_text(text.replace('["No"]', '[{"exact": "No", "suffix": ",”"}]'), "utf-8")
    assert "Created: speaker 1, statement 2.\n" in run(f"{COMMAND[2:]}import_dataset refused.ndjson")


@pytest.mark.django_db
def test_imports_are_listed_where_it_says(admin_client: Client) -> None:
    assert "*Datasets*" in PAGE
    assert "/admin/exchange/datasetimport/" in admin_client.get("/admin/exchange/").content.decode()
    assert ">Datasets<" in re.sub(r"\s*\n\s*", "", admin_client.get("/admin/").content.decode())


# Keys


def sections() -> dict[str, str]:
    """Return the part of the page about each record."""
    parts = re.split(r"^### `(\w+)`: .+$", PAGE.split("\n## References")[0], flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def check_table(text: str, model: type[BaseModel], aside: set[str]) -> None:
    """Hold the keys of a table, in order, and their defaults to those of the class."""
    rows = {key: (meaning, default) for key, meaning, default in ROW.findall(text)}
    fields = {name: field for name, field in model.model_fields.items() if name not in aside}
    assert list(rows) == list(fields)
    for name, (meaning, default) in rows.items():
        field = fields[name]
        assert (default == "needed") == field.is_required(), name
        if isinstance(field.default, Choices):
            assert default == f"`{field.default.value}`", name
        elif isinstance(field.default, bool):
            assert default == str(field.default).lower(), name
        elif isinstance(field.default, int | str) and field.default:
            assert default.strip("`") == str(field.default), name
        for metadata in field.metadata:
            most = getattr(metadata, "max_length", None)
            if most in {100, 300, 500, 1000}:
                assert f"{most:,} characters" in meaning, name


def test_it_has_every_record_in_the_order_of_exports() -> None:
    assert list(sections()) == list(lines.LINES)
    (matched,) = re.findall(r"\| Record \| By \|.+?\n\n", PAGE, re.DOTALL)
    assert re.findall(r"^\| (\w+) \|", matched, re.MULTILINE)[1:] == list(lines.LINES)


@pytest.mark.parametrize("record", lines.LINES)
def test_its_keys_are_those_of_the_record(record: str) -> None:
    text = sections()[record].partition("Its lists hold objects.")[0]
    check_table(text, lines.LINES[record], COMMON)


@pytest.mark.parametrize("title", PARTS)
def test_its_keys_are_those_of_a_statements_parts(title: str) -> None:
    _before, _title, text = sections()["statement"].partition(f"**{title}")
    check_table(text.split("\n**")[0], PARTS[title], set())


@pytest.mark.parametrize(("part", "where"), NAMED_IN_A_SENTENCE.items(), ids=lambda one: getattr(one, "__name__", None))
def test_it_names_the_keys_of_small_parts(part: type[BaseModel], where: str) -> None:
    found = re.search(where, PAGE, re.MULTILINE)
    assert found
    for key in part.model_fields:
        assert f"`{key}`" in found[0] or f'"{key}"' in found[0], key


def test_its_common_keys_are_those_of_every_line() -> None:
    (table,) = re.findall(r"Every line may have.+?\n\n(.+?)\n\n", PAGE, re.DOTALL)
    assert [key for key, _meaning, _default in ROW.findall(table)] == list(lines.Line.model_fields)
    header = PAGE[PAGE.index("- The first line may be a header") :].split("\n- A line refers")[0]
    assert all(f"`{key}`" in header or f'"{key}"' in header for key in lines.DatasetLine.model_fields)


def test_every_name_in_its_json_is_a_key() -> None:
    known = {"dataset"} | set(lines.LINES)
    for text in FILES.values():
        for line in text.splitlines():
            found = json.loads(line)
            assert found["record"] in known
            assert set(found) - set(lines.LINES[found["record"]].model_fields) <= {"contry"}


# Vocabularies


VOCABULARIES: dict[str, type[Choices]] = {
    "act": claims_vocabularies.Act,
    "attitude": claims_vocabularies.Attitude,
    "intensity": claims_vocabularies.Intensity,
    "said_at_basis": claims_vocabularies.DateBasis,
    "status": claims_vocabularies.Status,
    "stance of a position": claims_vocabularies.Stance,
    "kind of an attribution": claims_vocabularies.AttributionKind,
    "certainty": claims_vocabularies.Certainty,
    "quotation_type": claims_vocabularies.QuotationType,
    "type of a relation": claims_vocabularies.RelationType,
    "kind of a publisher": PublisherKind,
    "type of a source": SourceType,
    "licence": Licence,
    "type of a speaker": claims_vocabularies.SpeakerType,
    "kind of another name": claims_vocabularies.NameKind,
    "category of a role": claims_vocabularies.RoleCategory,
    "type of an event": claims_vocabularies.EventType,
}


def vocabularies() -> dict[str, str]:
    """Return what the page says of each vocabulary."""
    (section,) = re.findall(r"^## Vocabularies\n(.+?)^## ", PAGE, re.DOTALL | re.MULTILINE)
    found = re.findall(r"^- `(\w+)`( of an?\w* \w+)?:(.+?)(?=^- |^[A-Z]|\Z)", section, re.DOTALL | re.MULTILINE)
    return {name + of: text for name, of, text in found}


def test_its_vocabularies_are_those_of_the_models() -> None:
    assert set(vocabularies()) == set(VOCABULARIES)
    for name, text in vocabularies().items():
        assert re.findall(r"`([\w.-]+)`", text) == [str(value) for value in VOCABULARIES[name].values], name
    opened = vocabularies()["licence"].split("open, so")[1]
    assert set(re.findall(r"`([\w.-]+)`", opened)) == {str(one) for one in OPEN_LICENCES}


def types_in(annotation: Any) -> Iterator[type]:
    """Yield the classes in a type such as `list[Words] | None`."""
    if isinstance(annotation, type):
        yield annotation
    for one in get_args(annotation):
        yield from types_in(one)


def test_every_vocabulary_of_the_format_is_in_it() -> None:
    parts: list[type[BaseModel]] = [*lines.LINES.values(), *PARTS.values(), *NAMED_IN_A_SENTENCE]
    types = {one for part in parts for field in part.model_fields.values() for one in types_in(field.annotation)}
    assert {one for one in types if issubclass(one, Choices)} == set(VOCABULARIES.values())


# Limits and promises


def test_its_limits_are_those_there_are() -> None:
    assert (MAX_LINE_BYTES // 2**20, MAX_CHARACTERS, MAX_BYTES // 2**20) == (48, 5_000_000, 20)
    assert "Limits: 48 MB a line, 5,000,000 characters a text, 20 MB of `raw`." in PROSE
    assert (MAX_SEGMENT, MAX_MENTION, MAX_SPANS, MAX_WORDING, MAX_CONTEXT) == (20_000, 300, 20, 20_000, 50)
    assert "A segment has 20,000 characters at the most, a cue, name or role 300." in PROSE
    assert "up to 50 characters before and behind" in PROSE
    assert "list of 1 to 20 words" in PROSE
    assert lines.VERSION == 1
    assert "version 1" in PROSE


def test_its_dates_are_partial_dates() -> None:
    (section,) = re.findall(r"^## Partial dates\n(.+?)^## ", PAGE, re.DOTALL | re.MULTILINE)
    for written in re.findall(r"`(\d[^`]{3,})`", section):
        partial_dates.parse(written)


def test_its_links_lead_somewhere() -> None:
    for page in (PAGE, CORPUS_PAGE):
        for target in re.findall(r"\]\(([^)#]+)\)", page):
            assert (BASE_DIR / "docs" / target).is_file(), target
    demo = (BASE_DIR / "claims" / "exchange" / "data" / "demo.ndjson").read_text("utf-8")
    assert f"{demo.count(chr(10))} lines" in PROSE
