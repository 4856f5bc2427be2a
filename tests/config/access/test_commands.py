"""`make_token` and `revoke_token`."""

import os
import re
import subprocess
import sys
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from config.access.models import Token
from config.access.roles import Role
from config.environment import BASE_DIR
from tests.config.access.conftest import MakeToken, MakeUser

TOKEN = re.compile(r"ar_[A-Za-z0-9_-]{43}\n")


def _run(*arguments: str, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def _refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        _run(*arguments)
    (sentence,) = str(refused.value).splitlines()
    assert refused.value.returncode == 1
    return sentence


def test_the_token_stands_alone_on_standard_output(person: MakeUser) -> None:
    anna = person()
    out, err = _run("make_token", "anna", "--name", "nightly import", "--role", "curator", "--days", "7")
    assert TOKEN.fullmatch(out)
    token = Token.objects.get()
    assert (token.user, token.created_by, token.role, token.name) == (anna, None, "curator", "nightly import")
    assert (token.expires_at - timezone.now()).days in {6, 7}
    assert str(token.pk) in err
    assert out.strip() not in err
    assert Client(headers={"authorization": f"Bearer {out.strip()}"}).get("/api/v1/topics/").status_code == 200


def test_an_account_that_logs_in_nowhere_may_have_one(person: MakeUser) -> None:
    person("robot", Role.READER, is_staff=False)
    assert TOKEN.fullmatch(_run("make_token", "robot", "--name", "x", "--role", "reader")[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody", "--name", "x", "--role", "reader"], "There is no account 'nobody': the admin lists them"),
        (["anna", "--name", "x", "--role", "king"], "There is no role 'king': it is one of reader, contributor, "),
        (["anna", "--name", "x", "--role", "reviewer"], "A token may do no more than its account, which is: curator."),
        (["anna", "--name", " ", "--role", "reader"], "A name has 1 to 100 characters that can be seen."),
        (["anna", "--name", "x", "--role", "reader", "--days", "900"], "It can be valid for 1 to 366 days."),
        (["bert", "--name", "x", "--role", "reader"], "This account has no role yet"),
        (["gone", "--name", "x", "--role", "reader"], "This account is closed."),
    ],
)
def test_a_mistake_is_one_sentence(person: MakeUser, arguments: list[str], says: str) -> None:
    person()
    person("bert", Role.PUBLIC)
    person("gone", is_active=False)
    assert _refused("make_token", *arguments).startswith(says)
    assert not Token.objects.exists()


def test_it_is_revoked_by_prefix_or_id(token_of: MakeToken) -> None:
    first, _secret = token_of()
    second, _secret = token_of(first.user)
    out, _err = _run("revoke_token", first.prefix)
    assert out == f"nightly import ({first.prefix}…) of anna is revoked.\n"
    assert "was revoked before" in _run("revoke_token", first.prefix)[0]
    _run("revoke_token", str(second.pk))
    assert not Token.objects.filter(revoked_at__isnull=True).exists()


def test_which_one_must_be_clear(token_of: MakeToken) -> None:
    first, secret = token_of()
    second, _secret = token_of(first.user)
    Token.objects.filter(pk=second.pk).update(prefix=first.prefix)
    assert _refused("revoke_token", first.prefix).startswith("Several tokens begin with")
    assert _refused("revoke_token", str(uuid4())).startswith("There is no token")
    assert _refused("revoke_token", "ar_?????").startswith("There is no token 'ar_?????'")
    said = _refused("revoke_token", secret)
    assert said.startswith("Give its id, or its first 8 characters")
    assert secret[:9] not in said
    assert not Token.objects.filter(revoked_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_a_shell_reads_the_token_and_the_exit_code(person: MakeUser, settings: Any) -> None:
    person()

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        ours = {
            "DJANGO_SETTINGS_MODULE": "tests.config.upkeep.process_settings",
            "DATABASE_NAME": str(settings.DATABASES["default"]["NAME"]),
        }
        program = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            program, cwd=BASE_DIR, env={**os.environ, **ours}, capture_output=True, text=True, check=False
        )

    made = run("make_token", "anna", "--name", "x", "--role", "reader")
    assert (made.returncode, bool(TOKEN.fullmatch(made.stdout))) == (0, True)
    wrong = run("make_token", "nobody", "--name", "x", "--role", "reader")
    assert (wrong.returncode, wrong.stdout, len(wrong.stderr.splitlines())) == (1, "", 1)
