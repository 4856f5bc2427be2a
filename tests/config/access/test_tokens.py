"""Making and revoking tokens, and what the database refuses of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.access.models import StoredAnswer, Token
from config.access.roles import Role, role_of, roles_up_to
from config.access.services import make_token, revoke
from tests.config.access.conftest import MakeToken, MakeUser


def _refused(**wanted: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        make_token(**wanted)
    return list(refused.value.message_dict)


def test_a_token_is_256_random_bits_that_are_not_kept(token_of: MakeToken) -> None:
    token, secret = token_of()
    assert len(secret) == 3 + 43
    assert secret.startswith("ar_")
    assert set(secret) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert (token.prefix, len(bytes(token.digest))) == (secret[:8], 32)
    assert secret not in repr(secret)
    assert secret not in repr([secret, token, str(token), vars(token)])
    assert token_of(token.user)[1] != secret


def test_it_is_valid_for_ninety_days_unless_said_otherwise(token_of: MakeToken) -> None:
    token, _secret = token_of()
    assert token.expires_at - token.created_at == timedelta(days=90)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_it_is_valid_for_a_year_at_most(person: MakeUser, days: int) -> None:
    assert _refused(user=person(), name="x", role=Role.READER, days=days, by=None) == ["days"]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "x" * 101])
def test_its_name_can_be_read(person: MakeUser, name: str) -> None:
    assert _refused(user=person(), name=name, role=Role.READER, days=1, by=None) == ["name"]


@pytest.mark.parametrize("own", list(Role))
def test_its_role_is_not_above_the_accounts_own(person: MakeUser, own: Role) -> None:
    user = person(role=own)
    assert role_of(user) is own
    for role in Role:
        wanted: Any = {"user": user, "name": "x", "role": role, "days": 1, "by": None}
        if role in roles_up_to(own):
            assert make_token(**wanted)[0].most is role
        else:
            assert _refused(**wanted) == ["role"]


def test_the_highest_of_several_groups_counts(person: MakeUser) -> None:
    user = person(role=Role.REVIEWER)
    user.groups.add(*(Group.objects.get_or_create(name=name)[0] for name in ("readers", "curators", "friends")))
    assert role_of(user) is Role.REVIEWER
    assert role_of(User(is_superuser=True)) is Role.ADMINISTRATOR
    assert role_of(User(is_superuser=True, is_active=False)) is Role.PUBLIC
    assert role_of(None) is Role.PUBLIC


def test_only_who_manages_all_makes_and_revokes_others(person: MakeUser, token_of: MakeToken) -> None:
    anna, bert = person(), person("bert", Role.REVIEWER)
    token, _secret = token_of(anna)
    assert _refused(user=anna, name="x", role=Role.READER, days=1, by=bert) == ["user"]
    with pytest.raises(ValidationError):
        revoke(token=token, by=bert)
    assert Token.objects.get().revoked_at is None
    bert.user_permissions.add(Permission.objects.get(codename="manage_all_tokens"))
    bert = User.objects.get(pk=bert.pk)
    assert make_token(user=anna, name="x", role=Role.READER, days=1, by=bert)[0].created_by == bert
    assert revoke(token=token, by=bert)


def test_a_closed_account_gets_none(person: MakeUser) -> None:
    assert _refused(user=person(is_active=False), name="x", role=Role.READER, days=1, by=None) == ["user"]


def test_revoking_twice_keeps_the_first_time(token_of: MakeToken) -> None:
    token, _secret = token_of()
    assert revoke(token=token, by=token.user)
    first = token.revoked_at
    assert not revoke(token=token, by=token.user)
    assert token.revoked_at == first


@pytest.mark.parametrize(
    "change",
    [
        "role = 'public'",
        "role = 'king'",
        "name = ' '",
        "prefix = 'xx_aaaaa'",
        "digest = '\\x00'",
        "expires_at = created_at",
        "expires_at = created_at + interval '366 days 1 second'",
        "revoked_at = created_at - interval '1 second'",
    ],
)
def test_the_database_refuses_what_is_no_token(token_of: MakeToken, change: str) -> None:
    token_of()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE access_token SET {change}")


@pytest.mark.parametrize("values", [{"key": ""}, {"key": "a b"}, {"key": "é"}, {"fingerprint": b""}, {"status": 42}])
def test_the_database_refuses_what_is_no_stored_answer(person: MakeUser, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredAnswer.objects.create(**{"user": person(), "key": "k", "fingerprint": bytes(32), **values})


def test_a_key_is_one_users(person: MakeUser) -> None:
    anna = person()
    for user in (anna, person("bert")):
        StoredAnswer.objects.create(user=user, key="k", fingerprint=bytes(32))
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredAnswer.objects.create(user=anna, key="k", fingerprint=bytes(32))


def test_answers_are_forgotten_after_a_day(person: MakeUser) -> None:
    anna, now = person(), timezone.now()
    for hours in (0, 23, 25, 100):
        StoredAnswer.objects.create(
            user=anna, key=str(hours), fingerprint=bytes(32), created_at=now - timedelta(hours=hours)
        )
    assert StoredAnswer.objects.forget_old() == 2
    assert sorted(StoredAnswer.objects.values_list("key", flat=True)) == ["0", "23"]
