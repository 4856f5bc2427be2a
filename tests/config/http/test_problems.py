"""Errors below /api/ and /health/ are problem documents; elsewhere small pages."""

import logging
from typing import Any

import pytest
from django.db import DataError, IntegrityError, InternalError, OperationalError, connection, connections, transaction
from django.test import Client

from config.http import problems
from tests import factories
from tests.asking import PATHS

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["type"] in {one.type for one in problems.ALL}
    assert "no-store" in answer["Cache-Control"]
    return body


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api/v1/nothing/", "/api/v2/", "/api/v1/statements/1/", "/api/v1/statements/x/y/", "/health/x"],
)
def test_unknown_addresses_for_programs(site: Client, path: str) -> None:
    assert_problem(site.get(path), 404)


def test_unknown_addresses_for_people(site: Client) -> None:
    answer = site.get("/nothing", headers={"accept-language": "fr"})
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert b"<h1>" in answer.content


ONE = "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd/"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("address", "method"),
    [("", "put"), ("", "patch"), ("", "delete"), ("", "trace"), (ONE, "post"), (ONE, "put"), (ONE, "trace")],
)
def test_methods_that_are_not_there(site: Client, path: str, address: str, method: str) -> None:
    answer = getattr(site, method)(path + address)
    assert_problem(answer, 405)
    assert {"GET", "HEAD"} <= set(answer["Allow"].split(", "))


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/api/problems/", "/api/docs/", "/api/schema/"])
def test_methods_that_are_not_there_beside_the_resources(site: Client, path: str) -> None:
    answer = site.post(path)
    assert_problem(answer, 405)
    assert "GET" in answer["Allow"]


def test_options_lists_the_methods(site: Client) -> None:
    answer = site.options(PATHS[0])
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert site.options(f"{PATHS[0]}{ONE}")["Allow"] == "GET, PATCH, DELETE, HEAD, OPTIONS"


@pytest.mark.parametrize("path", [*PATHS, "/api/v1/nothing/"])
def test_answers_differ_by_who_asks(site: Client, path: str) -> None:
    assert "Authorization" in site.get(path)["Vary"].split(", ")


def test_head_is_get_without_a_body(site: Client) -> None:
    factories.published()
    head, get = site.head(PATHS[0]), site.get(PATHS[0])
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense"])
def test_formats_that_are_not_there(site: Client, accept: str) -> None:
    assert_problem(site.get(PATHS[0], headers={"accept": accept}), 406)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html,*/*;q=0.8", "application/*"])
def test_formats_that_are_there(site: Client, accept: str) -> None:
    assert site.get(PATHS[0], headers={"accept": accept}).status_code == 200


def test_a_foreign_host_is_refused(site: Client) -> None:
    assert_problem(site.get(PATHS[0], headers={"host": "elsewhere.example"}), 400)
    answer = site.get("/health/live", headers={"host": "elsewhere.example"})
    assert_problem(answer, 400)
    assert "ALLOWED_HOSTS" in answer.json()["detail"]


def test_a_foreign_host_is_logged_in_one_line(site: Client, caplog: pytest.LogCaptureFixture) -> None:
    site.get(PATHS[0], headers={"host": "elsewhere.example"})
    (record,) = [one for one in caplog.records if one.name == "django.security.DisallowedHost"]
    assert (record.levelname, record.exc_info, record.exc_text) == ("WARNING", None, None)
    assert "\n" not in logging.Formatter().format(record)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("path", ["//api/v1/statements/", "///api/v1/statements/", "//health/live"])
def test_an_address_with_slashes_too_many(site: Client, path: str) -> None:
    assert_problem(site.get("/", PATH_INFO=path), 404)


def test_an_address_without_its_slash_leads_on(site: Client) -> None:
    answer = site.get(PATHS[0].rstrip("/"), {"limit": 1})
    assert (answer.status_code, answer["Location"]) == (301, f"{PATHS[0]}?limit=1")


def test_a_defect_is_a_500_that_tells_nothing(
    site: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE claims_statementdocument RENAME COLUMN body TO secret_body")
    body = assert_problem(site.get(PATHS[0]), 500)
    assert "body" not in body["detail"]
    assert "Internal Server Error: /api/v1/statements/" in caplog.text


def test_every_problem_type_leads_to_its_line(site: Client) -> None:
    page = site.get("/api/problems/").content.decode()
    for problem in problems.ALL:
        assert f'id="{problem.slug}"' in page


class TestDatabaseErrors:
    def raised(self, sql: str, *values: Any) -> Exception:
        """Return what the real database raises."""
        with pytest.raises(Exception) as found, transaction.atomic(), connection.cursor() as cursor:  # noqa: PT011
            cursor.execute(sql, values)
        return found.value

    @pytest.mark.parametrize(
        ("sql", "kind", "problem"),
        [
            ("SELECT '2023-02-30'::date", DataError, problems.BAD_REQUEST),
            ("SELECT 1 / 0", DataError, problems.BAD_REQUEST),
            (
                "INSERT INTO claims_topic (id, labels) VALUES (gen_random_uuid(), '{}')",
                IntegrityError,
                problems.CONFLICT,
            ),
            ("SELECT repeat('x', 5000)::tsquery", OperationalError, problems.BAD_REQUEST),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '54001'; END $$", OperationalError, problems.BAD_REQUEST),
            ("SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)", OperationalError, problems.TOO_SLOW),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '40001'; END $$", OperationalError, problems.UNAVAILABLE),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '53300'; END $$", OperationalError, problems.UNAVAILABLE),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '57P01'; END $$", OperationalError, problems.UNAVAILABLE),
            ("SET LOCAL transaction_read_only = on; CREATE TABLE x ()", InternalError, None),
            ("SELECT nothing", Exception, None),
        ],
    )
    def test_each_class_by_itself(self, sql: str, kind: type[Exception], problem: problems.Problem | None) -> None:
        error = self.raised(sql)
        assert isinstance(error, kind)
        found = problems.of(error)
        assert (found.problem if found else None) is problem


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
class TestThePublicsConnection:
    def test_it_cannot_write(self) -> None:
        with connections["public"].cursor() as cursor, pytest.raises(InternalError, match="read-only"):
            cursor.execute("DELETE FROM claims_statement")

    def test_a_query_that_takes_too_long_is_cut_off(self, site: Client, caplog: pytest.LogCaptureFixture) -> None:
        statement = factories.published()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE claims_statementdocument RENAME TO kept")
            cursor.execute("CREATE VIEW claims_statementdocument AS SELECT kept.* FROM kept, pg_sleep(4)")
        try:
            with caplog.at_level(logging.ERROR):
                answer = site.get(f"{PATHS[0]}{statement.pk}/")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP VIEW claims_statementdocument")
                cursor.execute("ALTER TABLE kept RENAME TO claims_statementdocument")
        assert assert_problem(answer, 503)["type"] == "/api/problems/#too-slow"
        assert answer["Retry-After"] == "5"
        assert "The query took too long" in caplog.text

    def test_a_connection_that_was_cut_is_made_anew(self, site: Client) -> None:
        factories.published()
        assert site.get(PATHS[0]).status_code == 200
        with connections["public"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        assert_problem(site.get(PATHS[0]), 503)
        connections["public"].close_if_unusable_or_obsolete()
        assert site.get(PATHS[0]).status_code == 200
