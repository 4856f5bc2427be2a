"""TypeScript types made by openapi-typescript: every answer is of its type, and what is no answer is not."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from config.environment import BASE_DIR
from tests.clients.reading import answers, operations

HERE = Path(__file__).parent
#: what npm installs, in a folder by what it is
CACHE = BASE_DIR / ".data" / "clients"
STRICT = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--moduleResolution", "bundler"]


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder of the programs; without Node the test is skipped, but fails in continuous integration."""
    if not (shutil.which("node") and shutil.which("npm")):
        reason = "Node is not here (on Debian: apt install nodejs npm)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = CACHE / wanted
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        # the lock names no registry: it is the one that npm is set to use
        _run("npm", "ci", "--omit-lockfile-registry-resolved", "--ignore-scripts", "--no-audit", "--no-fund", at=folder)
        (folder / "done").touch()
    return folder / "node_modules" / ".bin"


@pytest.fixture(scope="module")
def types(tools: Path, schema: Path) -> Path:
    """The types that are made of the document."""
    made = schema.with_name("schema.d.ts")
    _run(str(tools / "openapi-typescript"), str(schema), "--output", str(made), at=schema.parent)
    return made


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_every_answer_is_of_its_type(
    live_server: object, token: str, document: dict[str, Any], tools: Path, types: Path
) -> None:
    found = [(one.operation.name, one.body) for one in answers(str(live_server), token, document)]
    assert {name for name, _body in found} == {one.name for one in operations(document)}
    assert _faults(tools, types, found) == []


def test_what_is_no_answer_is_not_of_its_type(document: dict[str, Any], tools: Path, types: Path) -> None:
    shown = document["paths"]["/api/v1/statements/{id}/"]["get"]["responses"]["200"]["content"]["application/json"]
    body = shown["examples"]["Statement"]["value"]
    less = {name: value for name, value in body.items() if name != "speakers"}
    wrong = [{**body, "act": "shout"}, {**body, "version": "1"}, {**body, "event": {}}, {**body, "verdict": 1}, less]
    found = _faults(tools, types, [("getStatement", one) for one in [*wrong, body]])
    assert {line for line, _said in found} == set(range(2, 2 + len(wrong)))


def _faults(tools: Path, types: Path, bodies: Iterable[tuple[str, Any]]) -> list[tuple[int, str]]:
    """Return what the compiler says of bodies as what operations answer: the line, from 2 on, and the sentence."""
    lines = ['import type { operations } from "./schema";']
    lines += [
        f"export const answer{number}: "
        f'operations["{name}"]["responses"]["200"]["content"]["application/json"] = {json.dumps(body)};'
        for number, (name, body) in enumerate(bodies)
    ]
    written = types.with_name("answers.ts")
    written.write_text("\n".join(lines) + "\n", "utf-8")
    said = _run(str(tools / "tsc"), *STRICT, written.name, at=types.parent, may_fail=True)
    found = re.findall(r"^answers\.ts\((\d+),\d+\): (.+)$", said, re.MULTILINE)
    assert bool(found) == bool(said.strip()), said
    return [(int(line), sentence) for line, sentence in found]


def _run(*command: str, at: Path, may_fail: bool = False) -> str:
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    assert may_fail or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + (done.stderr if not may_fail else "")
