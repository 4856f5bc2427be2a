"""Whether the record is whole."""

import json
import re
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg
from django.db.migrations.loader import MigrationLoader

from claims.exchange.demo import DATA
from claims.services.documents import wrong_documents
from config.embedded.server import EmbeddedServer
from tests.faults.program import Answer, Server, wait_for

STATEMENTS = sum(json.loads(line).get("status") == "published" for line in DATA.read_text("utf-8").splitlines())


def rows(data_dir: Path, query: str, **settings: str | int) -> list[Any]:
    """What the database of a DATA_DIR holds, asked past the application."""
    where: Any = EmbeddedServer(data_dir.resolve()).superuser_conninfo("attribution_record")
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    with psycopg.connect(**where, options=options) as connection:
        return connection.execute(query).fetchall()


def run_sql(data_dir: Path, statement: str) -> None:
    """Do something to the database of a DATA_DIR past the application."""
    where: Any = EmbeddedServer(data_dir.resolve()).superuser_conninfo("attribution_record")
    with psycopg.connect(**where, autocommit=True) as connection:
        connection.execute(statement)


def connected(data_dir: Path) -> Any:
    """A connection to the database of a DATA_DIR past the application, each statement of which is kept by itself."""
    where: Any = EmbeddedServer(data_dir.resolve()).superuser_conninfo("attribution_record")
    return psycopg.connect(**where, autocommit=True)


def wrong_in(data_dir: Path) -> list[UUID]:
    """Statements whose documents or postings are not what they would be if written now."""
    with connected(data_dir) as connection:
        return list(wrong_documents(connection.cursor()))


def assert_whole(server: Server) -> None:
    """All migrations, the demo set and the two people, each once; and the passwords that it printed are right."""
    assert wait_for(lambda: server.ask("/health/ready").status == 200, 5)
    applied = rows(server.data_dir, "SELECT app, name FROM django_migrations")
    assert len(applied) == len(set(applied))
    assert set(applied) >= set(MigrationLoader(None).disk_migrations)
    assert rows(server.data_dir, "SELECT count(*) FROM claims_statement WHERE status = 'published'") == [(STATEMENTS,)]
    publishers = rows(server.data_dir, "SELECT name, count(*) FROM sources_publisher GROUP BY 1 HAVING count(*) > 1")
    assert publishers == []
    people = rows(server.data_dir, "SELECT username FROM auth_user WHERE is_staff ORDER BY 1")
    assert people == [("administrator",), ("curator",), ("reviewer",)]
    answer = server.ask("/api/v1/statements/?limit=100")
    assert answer.status == 200
    assert len(answer.json["results"]) == STATEMENTS
    printed = dict(re.findall(r"^  (curator|reviewer|administrator) +(\S+)$", server.words, re.MULTILINE))
    assert set(printed) == {"curator", "reviewer", "administrator"}
    for name, password in printed.items():
        assert log_in(server, name, password)


def log_in(server: Server, name: str, password: str) -> dict[str, str]:
    """Log in to the admin; return what a browser would send on, nothing where the login was refused."""
    form = server.ask("/admin/login/")
    cookies = SimpleCookie(form.headers["set-cookie"])
    token = cookies["csrftoken"].value
    body = urlencode({"username": name, "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={token}",
        "Host": f"127.0.0.1:{server.port}",
    }
    answer = server.ask("/admin/login/", method="POST", body=body, headers=headers)
    if answer.status != 302:
        return {}
    found = re.findall(r"(csrftoken|sessionid)=(\w+)", answer.headers["set-cookie"])
    return {"Cookie": "; ".join(f"{key}={value}" for key, value in {"csrftoken": token, **dict(found)}.items())}


def password_of(data_dir: Path, name: str) -> str:
    """The first password of an account, as kept for its owner."""
    lines = (data_dir / "accounts.txt").read_text().splitlines()
    return dict(line.split(": ") for line in lines[1:])[name]


def add_publisher(server: Server, cookie: dict[str, str], name: str) -> Answer:
    """Fill in and send the admin's form; 302 says that it was taken."""
    path = "/admin/sources/publisher/add/"
    headers = {**cookie, "Host": f"127.0.0.1:{server.port}"}
    form = server.ask(path, headers=headers)
    if form.status != 200:
        return form
    hidden = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form.body.decode())
    body = urlencode({**dict(hidden), "name": name, "kind": "newspaper"})
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return server.ask(path, method="POST", body=body, headers=headers)
