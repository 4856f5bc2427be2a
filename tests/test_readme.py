"""What the README says is true."""

import json
import re
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from claims.exchange.demo import load_demo
from claims.models import Statement
from config.access.roles import Role
from config.environment import BASE_DIR, Environment
from config.first_run import PEOPLE
from tests.asking import Api
from tests.terminal import Step, Terminal
from tests.writing import person

README = (BASE_DIR / "README.md").read_text("utf-8")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def without_what_differs(answer: Any) -> Any:
    """Return the answer with ids and instants, which are each installation's own, put to one value."""
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True)
    return json.loads(INSTANT.sub("INSTANT", UUID.sub("ID", text)))


def code() -> list[str]:
    """Return the indented lines, which are commands."""
    return [line.strip() for line in README.splitlines() if line.startswith("    ")]


@pytest.mark.django_db
def test_its_curl_answers_what_it_prints(api: Api) -> None:
    (address,) = re.findall(r"curl '([^']+)'", README)
    (printed,) = re.findall(r"```json\n(.+?)```", README, re.DOTALL)
    load_demo()
    path = address.removeprefix("http://127.0.0.1:8000")
    assert without_what_differs(api.get(path)) == without_what_differs(json.loads(printed))


@pytest.mark.django_db
@pytest.mark.parametrize("query", re.findall(r"`\?([^`…]+)`", README))
def test_its_questions_have_answers(api: Api, query: str) -> None:
    load_demo()
    assert api.get(f"/api/v1/statements/?{query}")["results"]


@pytest.mark.django_db
def test_its_search_finds_the_words(api: Api) -> None:
    ((path, typed),) = re.findall(r"curl -G 'http://127.0.0.1:8000(\S+)' --data-urlencode 'q=([^']+)'", README)
    load_demo()
    (row,) = api.get(path, q=typed)["results"]
    assert "profonde préoccupation" in row["appearances"][0]["segments"][0]["exact"]
    (kim,) = api.get("/api/v1/speakers/", name="kim jong")["results"]
    assert kim["name"] == "Kim Jong Un"


@pytest.mark.django_db
def test_its_token_lets_a_program_write() -> None:
    person("curator", Role.CURATOR)
    (section,) = re.findall(r"^## Write by the API\n(.+?)^## ", README, re.DOTALL | re.MULTILINE)
    commands = re.sub(r" \\\n +", " ", section)
    terminal = Terminal()
    for line in (line.strip() for line in commands.splitlines() if line.startswith("    ")):
        answer = terminal.run(Step(line, "", []))
    assert answer
    assert (answer.status, json.loads(answer.rest)["name"]) == (201, "Lena Voss")


def test_it_names_the_accounts_that_are_made() -> None:
    (sentence,) = re.findall(r"three accounts and their passwords: (.+?)\. ", " ".join(README.split()))
    assert re.findall(r"\*(\w+)\*", sentence) == list(PEOPLE)


def test_its_make_targets_exist() -> None:
    targets = {line.split()[1] for line in code() if line.startswith("make ")}
    assert targets == {"run", "test"}
    listed = subprocess.run(["/usr/bin/make", "help"], cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target} " in listed for target in targets)


def test_its_import_command_is_understood(tmp_path: Any, db: None) -> None:
    (line,) = (line for line in code() if "import_source" in line)
    words = [word.strip('"') for word in re.findall(r'"[^"]+"|\S+', line)]
    article = tmp_path / "article.txt"
    article.write_text(
        "Un essai\n\nLa ministre a dit qu’il ferait beau demain, et que chacun devrait sortir.\n", "utf-8"
    )
    call_command(*words[2:3], str(article), *words[4:])


def test_its_settings_are_those_there_are() -> None:
    rows = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)}
    assert list(rows) == list(Environment.model_fields)
    for name, field in Environment.model_fields.items():
        shown = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        assert rows[name][0] == (f"`{shown}`" if shown else "")
        assert rows[name][1] == field.description


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (BASE_DIR / target).is_file(), target


@pytest.mark.django_db
def test_its_dataset_commands_are_understood(tmp_path: Path) -> None:
    load_demo()
    commands = [line.split("#")[0].split()[2:] for line in code() if "_dataset" in line]
    assert [name for name, _file in commands] == ["export_dataset", "import_dataset"]
    for name, file in commands:
        said = StringIO()
        call_command(name, str(tmp_path / file), stdout=said)
    assert "Created" not in said.getvalue()
    assert f"statement {Statement.objects.count()}" in said.getvalue()
