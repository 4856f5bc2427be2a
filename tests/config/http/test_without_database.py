"""What is answered while no database can be reached, by the real server process in a state of need."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.environment import BASE_DIR

ASK = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client(headers={"host": "localhost"}, raise_request_exception=False)
answers = {}
for path in sys.argv[1:]:
    answer = client.get(path)
    answers[path] = [answer.status_code, dict(answer.headers), answer.content.decode()]
print(json.dumps(answers))
"""
PATHS = ["/api/v1/statements/", "/api/v1/sources/", "/health/ready", "/health/live", "/", "/api/schema/", "/admin/"]


@pytest.fixture(scope="module", params=["nobody listens", "no such database"])
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    url = "postgresql://nobody@127.0.0.1:9/nothing?connect_timeout=2"
    if request.param == "no such database":
        url = _url_of_a_missing_database()
    folder: Path = tmp_path_factory.mktemp("data")
    done = subprocess.run(
        [sys.executable, "-c", ASK, *PATHS],
        cwd=BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _url_of_a_missing_database() -> str:
    from django.db import connection

    parameters = connection.get_connection_params()
    host, port = parameters["host"].replace("/", "%2F"), parameters.get("port", "5432")
    password = f":{parameters['password']}" if parameters.get("password") else ""
    return f"postgresql://{parameters['user']}{password}@{host}:{port}/there_is_no_such_database"


@pytest.mark.parametrize("path", ["/api/v1/statements/", "/api/v1/sources/", "/health/ready"])
def test_programs_are_told_to_come_back(answers: dict[str, Any], path: str) -> None:
    status, headers, body = answers[path]
    assert status == 503
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Retry-After"] == "5"
    assert headers["Cache-Control"] == "no-store"
    assert json.loads(body)["type"] == "/api/problems/#unavailable"
    assert "127.0.0.1" not in body


@pytest.mark.parametrize("path", ["/health/live", "/", "/api/schema/"])
def test_what_needs_no_database_is_answered(answers: dict[str, Any], path: str) -> None:
    assert answers[path][0] == 200
