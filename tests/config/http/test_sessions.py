"""Sessions: where the database fails just as one is saved, and where one ended."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from sources.models.fields import uuid7

pytestmark = pytest.mark.django_db


def let_sessions_fail(state: str) -> None:
    """Make the database itself refuse each session with an SQLSTATE, as it does when its disk is full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '{state}'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON django_session FOR EACH ROW EXECUTE FUNCTION fail()"
        )


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture
def login() -> dict[str, str]:
    User.objects.create_user("ada", password="a long enough one", is_staff=True)
    return {"username": "ada", "password": "a long enough one"}


def test_a_login_on_a_full_disk_is_told_to_come_back(client: Client, login: dict[str, str]) -> None:
    let_sessions_fail("53100")
    answer = client.post("/admin/login/", login)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"<html" in answer.content


def test_so_is_who_is_logged_in(client: Client, login: dict[str, str]) -> None:
    client.post("/admin/login/", login)
    let_sessions_fail("53100")
    answer = client.post("/admin/login/", login)
    assert answer.status_code == 503


def test_a_session_that_was_deleted_meanwhile_is_no_failure(client: Client, login: dict[str, str]) -> None:
    client.post("/admin/login/", login)
    with connection.cursor() as cursor:
        # the row goes while the request is at work
        cursor.execute(
            "CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
            "CREATE TRIGGER gone BEFORE UPDATE ON django_session FOR EACH ROW EXECUTE FUNCTION gone()"
        )
    answer = client.post("/admin/login/", login)
    assert answer.status_code == 400
    assert Session.objects.exists()


def test_a_defect_stays_a_defect(client: Client, login: dict[str, str]) -> None:
    let_sessions_fail("22012")
    assert client.post("/admin/login/", login).status_code == 500


def test_the_answer_to_a_session_that_ended_leaves_the_cookie_of_the_next(
    client: Client, login: dict[str, str]
) -> None:
    client.post("/admin/login/", login)
    Session.objects.all().delete()
    source = uuid7()
    asked = client.get(reverse("desk:state", args=[source]))
    assert (asked.status_code, "sessionid" in asked.cookies) == (401, False)
    # a page takes it away
    assert client.get("/admin/").cookies["sessionid"].value == ""
