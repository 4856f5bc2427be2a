"""`Authorization: Bearer …`: who is let in, and what is said to who is not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from config.access.models import Token
from config.access.services import revoke
from tests.config.access.conftest import PASSWORD, MakeToken, MakeUser

STATEMENTS = "/api/v1/statements/"


def _ask(header: str | None, path: str = STATEMENTS) -> Any:
    return Client(headers={} if header is None else {"authorization": header}).get(path)


def _said(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (body["type"], body["status"]) == ("/api/problems/#unauthorized", answer.status_code)
    return answer.status_code, answer["WWW-Authenticate"], body["detail"]


def test_reads_need_no_token_and_take_one(token_of: MakeToken) -> None:
    _token, secret = token_of()
    without = _ask(None)
    assert without.status_code == 200
    for header in (f"Bearer {secret}", f"bearer   {secret} ", "", "  "):
        answer = _ask(header)
        assert (answer.status_code, answer.content) == (200, without.content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["Bearer ar_" + "x" * 43, "Bearer x", "Bearer \xff\xfe", "Bearer ar_é", "Bearer " + "y" * 9000]
)
def test_a_token_that_nobody_made_is_refused(header: str) -> None:
    status, challenge, detail = _said(_ask(header))
    assert (status, challenge) == (401, 'Bearer error="invalid_token"')
    assert detail.startswith("There is no such token")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Basic YTpi", "Token abc", "Bearer", "Bearer a b", "ar_abc"])
def test_any_other_way_is_told_the_right_one(header: str) -> None:
    status, challenge, detail = _said(_ask(header))
    assert status == 401
    assert challenge.startswith("Bearer")
    assert "Authorization: Bearer ar_…" in detail


def test_who_holds_it_learns_why_it_is_no_good_any_more(token_of: MakeToken) -> None:
    token, secret = token_of()
    invalid = 'Bearer error="invalid_token"'
    then = timezone.now() - timedelta(days=100)
    Token.objects.update(created_at=then, expires_at=then + timedelta(days=90))
    day = f"{then + timedelta(days=90):%Y-%m-%d}"
    assert _said(_ask(f"Bearer {secret}")) == (401, invalid, f"This token expired on {day}: make another one.")
    revoke(token=token, by=None)
    assert "was revoked on" in _said(_ask(f"Bearer {secret}"))[2]


def test_a_token_ends_with_its_time_to_the_second(token_of: MakeToken) -> None:
    _token, secret = token_of()
    for seconds, status in ((2, 200), (0, 401)):
        now = timezone.now()
        Token.objects.update(created_at=now - timedelta(days=1), expires_at=now + timedelta(seconds=seconds))
        assert _ask(f"Bearer {secret}").status_code == status


def test_a_closed_account_has_no_tokens(token_of: MakeToken) -> None:
    token, secret = token_of()
    token.user.is_active = False
    token.user.save()
    assert _said(_ask(f"Bearer {secret}"))[2] == "The account of this token is closed."


def test_a_session_is_no_proof_in_the_api(person: MakeUser) -> None:
    client = Client(headers={"authorization": "Bearer x"})
    client.force_login(person())
    assert client.get(STATEMENTS).status_code == 401


def test_it_costs_one_query_once_its_use_is_noted(token_of: MakeToken) -> None:
    _token, secret = token_of()
    counts = []
    for header in (None, f"Bearer {secret}", f"Bearer {secret}"):
        with CaptureQueriesContext(connection) as queries:
            _ask(header)
        counts.append(len(queries))
    assert [count - counts[0] for count in counts[1:]] == [2, 1]


def test_the_last_use_is_noted_once_a_minute(token_of: MakeToken) -> None:
    _token, secret = token_of()

    def use() -> Any:
        assert _ask(f"Bearer {secret}").status_code == 200
        return Token.objects.get().last_used_at

    first = use()
    assert abs(timezone.now() - first) < timedelta(seconds=30)
    assert use() == first
    before = first - timedelta(seconds=61)
    Token.objects.update(last_used_at=before)
    assert use() > before


@pytest.fixture
def other() -> Iterator[Any]:
    """Another connection to the database of the tests."""
    found = connections.create_connection("default")
    yield found
    found.close()


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_noting_the_use_waits_for_nobody(token_of: MakeToken, other: Any) -> None:
    _token, secret = token_of()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM access_token FOR UPDATE")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '2s'")
        try:
            assert _ask(f"Bearer {secret}").status_code == 200
            assert Token.objects.get().last_used_at is None
        finally:
            cursor.execute("RESET statement_timeout")
    other.rollback()
    _ask(f"Bearer {secret}")
    assert Token.objects.get().last_used_at is not None


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_a_use_that_cannot_be_noted_fails_no_read(token_of: MakeToken, caplog: pytest.LogCaptureFixture) -> None:
    token, secret = token_of()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            assert _ask(f"Bearer {secret}").status_code == 200
        finally:
            cursor.execute("SET default_transaction_read_only = off")
    assert f"The use of token {token.prefix} could not be noted" in caplog.text
    assert secret not in caplog.text


@pytest.mark.django_db
def test_the_document_says_how_to_show_a_token_and_that_reads_need_none() -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    scheme = document["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for path in document["paths"].values():
        if "get" in path:
            assert path["get"]["security"] == [{"token": []}, {}]


def test_the_password_is_no_token(person: MakeUser) -> None:
    assert _ask(f"Bearer {PASSWORD.replace(' ', '')}", "/api/schema/").status_code == 401
    assert person().check_password(PASSWORD)
