"""A token is shown once and found nowhere afterwards."""

import base64
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils.log import AdminEmailHandler

from config.access.models import Token
from tests.config.access.conftest import PASSWORD, MakeToken, MakeUser

TOKEN = re.compile(r"ar_[A-Za-z0-9_-]{43}")


def _whole_database() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = [one.name for one in connection.introspection.get_table_list(cursor)]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    assert "access_token" in tables
    return "\n".join(rows)


def _traces(secret: str) -> list[str]:
    """How it, or the bits it was made of, would look."""
    bits = base64.urlsafe_b64decode(secret[3:] + "=")
    texts = [secret, secret[3:]]
    return [
        *texts,
        *(text.encode().hex() for text in texts),
        *(base64.b64encode(text.encode()).decode().rstrip("=")[:-2] for text in texts),
        *(base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")[:-2] for text in texts),
        bits.hex(),
        base64.b64encode(bits).decode().rstrip("="),
    ]


def test_neither_database_nor_log_knows_it(
    person: MakeUser, counted: Any, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.LIMIT_PUBLIC = settings.LIMIT_TOKEN = 1000
    anna, client = person(), Client()
    client.post("/admin/login/", {"username": "anna", "password": PASSWORD, "next": "/admin/"})
    page = client.post("/admin/access/token/add/", {"name": "from the admin", "role": "reader", "days": "9"})
    (by_admin,) = TOKEN.findall(page.content.decode())
    out = StringIO()
    call_command("make_token", "anna", name="by command", role="reader", stdout=out, stderr=StringIO())
    by_command = out.getvalue().strip()
    for secret in (by_admin, by_command):
        for header in (f"Bearer {secret}", f"Bearer {secret}x", f"Token {secret}", secret):
            Client(headers={"authorization": header}).get("/api/v1/statements/")
        client.get("/api/v1/statements/", {"q": "x"}, headers={"authorization": f"Bearer {secret}"})
    client.get("/admin/access/token/")
    assert Token.objects.filter(user=anna, last_used_at__isnull=False).count() == 2
    everything = _whole_database() + caplog.text
    kept = b"".join(path.read_bytes() for path in counted.iterdir())
    for secret in (by_admin, by_command):
        for trace in _traces(secret):
            assert trace not in everything
            assert trace.encode() not in kept
    assert by_admin[:8] in everything, "what is listed of it is there, so the search can find something"


@pytest.fixture
def mails(settings: Any) -> Iterator[list[Any]]:
    """What administrators would be sent of errors, with all that Django knows."""
    settings.ADMINS = [("ops", "ops@example.org")]
    handler = AdminEmailHandler(include_html=True)
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield mail.outbox
    logger.removeHandler(handler)


def _everything_sent(mails: list[Any]) -> str:
    return "\n".join([mails[0].subject, mails[0].body, *(str(part[0]) for part in mails[0].alternatives)])


def test_the_report_of_an_error_hides_it(token_of: MakeToken, mails: list[Any]) -> None:
    _token, secret = token_of()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_token RENAME COLUMN digest TO gone")
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/statements/").status_code == 500
    sent = _everything_sent(mails)
    assert "access_token" in sent
    assert "holding" in sent
    assert secret[:12] not in sent


def test_the_report_of_an_error_hides_one_that_is_just_made(person: MakeUser, mails: list[Any]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(person())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_admin_log RENAME COLUMN object_repr TO gone")
    wanted = {"name": "unlogged", "role": "reader", "days": "9"}
    assert client.post("/admin/access/token/add/", wanted).status_code == 500
    sent = _everything_sent(mails)
    assert "Token: unlogged (ar_" in sent, "it was made before it failed"
    assert not re.search(r"(?<![a-z])ar_[A-Za-z0-9_-]{6}", sent)
