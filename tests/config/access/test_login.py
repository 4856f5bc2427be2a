"""The login of the admin: who guesses is stopped, who knows gets in, and nothing tells which names there are."""

import logging
import statistics
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from config.access import guard
from config.access.counters import Counters
from tests.config.access.conftest import PASSWORD, MakeUser

LOGIN = "/admin/login/"
WRONG = "wrong, and typed by a person"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted")]


def _try(name: str, password: str = WRONG, address: str = "192.0.2.1", **headers: str) -> Any:
    client = Client(REMOTE_ADDR=address)
    return client.post(LOGIN, {"username": name, "password": password, "next": "/admin/"}, headers=headers)


def _tries(times: int, name: str = "anna", **values: str) -> list[int]:
    return [_try(name, **values).status_code for _turn in range(times)]


def _later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + int(seconds * 1e9))


def test_after_ten_wrong_passwords_nobody_gets_in_by_that_name(person: MakeUser) -> None:
    person(), person("bert")
    assert _tries(10) == [200] * 10
    for password in (WRONG, PASSWORD):
        for address in ("192.0.2.1", "192.0.2.2"):
            assert _try("anna", password, address).status_code == 429
    assert _try("bert", PASSWORD).status_code == 302


def test_the_refusal_says_what_to_do(person: MakeUser) -> None:
    person()
    _tries(10)
    refused = _try("anna")
    text = refused.content.decode()
    assert 890 <= int(refused["Retry-After"]) <= 900
    assert "no-store" in refused["Cache-Control"]
    assert "for 15 minutes" in " ".join(text.split())
    assert "asks an administrator" in text
    assert "anna" not in text
    assert "<style" not in text
    assert "<script" not in text


def test_after_a_quarter_of_an_hour_the_right_one_gets_in(person: MakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    person()
    _tries(12)
    with monkeypatch.context() as context:
        _later(context, 14 * 60)
        assert _try("anna", PASSWORD).status_code == 429
    _later(monkeypatch, 15 * 60 + 1)
    assert _tries(9) == [200] * 9
    assert _try("anna", PASSWORD).status_code == 302


def test_the_right_one_forgets_the_wrong_ones(person: MakeUser) -> None:
    person()
    for _turn in range(3):
        assert _tries(9) == [200] * 9
        assert _try("anna", PASSWORD).status_code == 302


def test_an_address_may_guess_thirty_times_whoever_it_guesses_at(person: MakeUser) -> None:
    person(), person("bert")
    guessed = [_try(f"name {turn}").status_code for turn in range(32)]
    assert guessed == [200] * 30 + [429] * 2
    assert _try("anna", PASSWORD).status_code == 429
    assert _try("anna", PASSWORD, "192.0.2.2").status_code == 302


def test_an_account_of_ones_own_buys_no_guesses(person: MakeUser) -> None:
    person("bert")
    guessed = []
    for turn in range(40):
        _try("bert", PASSWORD)
        guessed.append(_try(f"name {turn}").status_code)
    assert guessed == [200] * 30 + [429] * 10


def test_x_forwarded_for_gets_nobody_around_it(settings: Any) -> None:
    guessed = [_try(f"name {turn}", **{"x-forwarded-for": f"198.51.100.{turn}"}).status_code for turn in range(50)]
    assert guessed == [200] * 30 + [429] * 20
    settings.PROXIES = 1
    assert _try("anna", **{"x-forwarded-for": "198.51.100.7"}).status_code == 200


def test_names_that_nobody_has_are_treated_alike(person: MakeUser) -> None:
    person()
    person("gone", is_active=False)
    person("reader", is_staff=False)

    def pages(name: str, password: str = WRONG) -> list[tuple[int, str]]:
        answers = [_try(name, password) for _turn in range(2)]
        texts = [answer.content.decode().replace(name, "") for answer in answers]
        return [(answer.status_code, text.split("<form", 1)[0]) for answer, text in zip(answers, texts, strict=True)]

    expected = pages("anna")
    for name, password in (("nobody", WRONG), ("gone", PASSWORD), ("gone", WRONG), ("reader", PASSWORD)):
        assert pages(name, password) == expected


def test_they_take_as_long(person: MakeUser, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    person()
    taken: dict[str, list[float]] = {"anna": [], "nobody": []}
    for _turn in range(5):
        for name, times in taken.items():
            begun = time.thread_time()
            _try(name)
            times.append(time.thread_time() - begun)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.5 < known / unknown < 2


def test_the_count_outlives_the_process(person: MakeUser, counted: Path) -> None:
    person()
    _tries(10)
    guard.counters_in.cache_clear()
    assert _try("anna", PASSWORD).status_code == 429
    assert (counted / "logins").exists()


def test_many_at_once_are_not_more_than_ten(settings: Any, counted: Path) -> None:
    """Each counts before its password is looked at: here none has been looked at yet."""
    let_in = []
    for turn in range(20):
        try:
            guard.Attempt("anna", f"192.0.2.{turn}")
            let_in.append(turn)
        except guard.LoginRefusedError:
            pass
    assert let_in == list(range(10))


def test_a_database_that_fails_counts_nobodys_password(person: MakeUser, counted: Path) -> None:
    person()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auth_user RENAME TO gone")
        client = Client(raise_request_exception=False)
        for _turn in range(12):
            answer = client.post(LOGIN, {"username": "anna", "password": PASSWORD})
    assert answer.status_code == 500
    assert _numbers(counted) == []


def _numbers(folder: Path) -> list[int]:
    content = (folder / "logins").read_bytes()[4096:]
    words = [int.from_bytes(content[at : at + 8], "little") for at in range(0, len(content), 16)]
    return [word for word in words if word]


def test_what_was_typed_is_kept_nowhere(person: MakeUser, counted: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person()
    for turn in range(32):
        _try("anna" if turn < 11 else f"typed-into-the-wrong-box-{turn}", f"{WRONG}-{turn}")
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    everything = "\n".join(rows) + caplog.text
    assert "too many were wrong" in caplog.text
    assert WRONG not in everything
    assert "typed-into" not in everything
    assert WRONG.encode() not in (counted / "logins").read_bytes()


def test_numbers_of_a_damaged_file_lock_nobody_out(person: MakeUser, counted: Path, settings: Any) -> None:
    person()
    attempt = guard.Attempt("anna", "192.0.2.1")
    counters: Counters = guard.counters_in(counted)

    def put(number: int) -> None:
        counters.update(attempt._name, lambda _number: number)

    for number in (2**63 - 1, -(2**63), 255):
        put(number)
        assert _try("anna").status_code == 200


def test_a_session_begins_anew_at_the_login(person: MakeUser) -> None:
    person()
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    answer = client.post(LOGIN, {"username": "anna", "password": PASSWORD, "next": "/admin/"})
    assert answer.status_code == 302
    new = client.cookies["sessionid"]
    assert new.value != session.session_key
    assert new["httponly"]
    fixed = Client()
    fixed.cookies["sessionid"] = str(session.session_key)
    assert fixed.get("/admin/").status_code == 302, "the planted key is no session of anna's"


def test_a_planted_key_is_not_taken_over(person: MakeUser) -> None:
    person()
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.post(LOGIN, {"username": "anna", "password": PASSWORD, "next": "/admin/"})
    assert client.cookies["sessionid"].value != "a" * 32


def test_logging_in_needs_the_forms_own_token(person: MakeUser) -> None:
    person()
    client = Client(enforce_csrf_checks=True)
    assert client.post(LOGIN, {"username": "anna", "password": PASSWORD}).status_code == 403


def test_a_password_has_twelve_characters() -> None:
    with pytest.raises(ValidationError, match="at least 12 characters"):
        validate_password("xk2-vQ9 tr7", User(username="anna"))
    validate_password("xk2-vQ9 tr7z", User(username="anna"))


def test_there_is_no_account_to_begin_with() -> None:
    assert not User.objects.exists()
