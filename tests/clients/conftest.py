"""Real answers, and the document by which clients are made to read them."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from django.test.testcases import QuietWSGIRequestHandler

from claims.exchange.demo import load_demo
from config.access.roles import Role
from config.access.services import make_token
from tests import factories
from tests.writing import person


@pytest.fixture
def token(live_server: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """A curator's token at a server that has the demo set, a statement with everything, and sends answers at once."""
    monkeypatch.setattr(QuietWSGIRequestHandler, "disable_nagle_algorithm", True)
    load_demo()
    factories.full()
    curator = person("curator", Role.CURATOR)
    _token, secret = make_token(user=curator, name="clients", role=Role.CURATOR, days=1, by=curator)
    return str(secret)


@pytest.fixture(scope="module")
def document(live_server: object) -> dict[str, Any]:
    """The document as the server gives it out."""
    answer = requests.get(f"{live_server}/api/schema/", headers={"Accept": "application/json"}, timeout=60)
    answer.raise_for_status()
    given: dict[str, Any] = answer.json()
    return given


@pytest.fixture(scope="module")
def schema(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document in a file, alone in its folder."""
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    path.write_text(json.dumps(document), "utf-8")
    return path
