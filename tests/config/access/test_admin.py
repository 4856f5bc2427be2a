"""Tokens in the admin."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from config.access.models import Token
from config.access.roles import Role
from tests.config.access.conftest import MakeToken, MakeUser

LIST = "/admin/access/token/"
ADD = f"{LIST}add/"
WANTED = {"name": "nightly import", "role": "curator", "days": "30"}
TOKEN = re.compile(r"ar_[A-Za-z0-9_-]{43}")


@pytest.fixture
def anna(person: MakeUser) -> User:
    return person()


@pytest.fixture
def chief(person: MakeUser) -> User:
    """Who manages everybody's."""
    user = person("chief", Role.ADMINISTRATOR)
    user.user_permissions.add(Permission.objects.get(codename="manage_all_tokens"))
    return user


def _as(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def _strict(answer: Any) -> str:
    """The page, which runs and looks as it does without anything that its policy forbids."""
    text = str(answer.content.decode())
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)
    return text


def test_it_is_shown_exactly_once(anna: User) -> None:
    client = _as(anna)
    answer = client.post(ADD, WANTED)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    text = _strict(answer)
    (secret,) = TOKEN.findall(text)
    token = Token.objects.get()
    assert (token.user, token.created_by, token.role, token.name) == (anna, anna, "curator", "nightly import")
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/topics/").status_code == 200
    for path in (LIST, ADD, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/", "/admin/"):
        text = client.get(path).content.decode()
        assert not TOKEN.search(text)
        assert secret[:12] not in text


def test_the_form_offers_no_role_above_ones_own(anna: User) -> None:
    client = _as(anna)
    text = _strict(client.get(ADD))
    assert re.findall(r'<option value="(\w+)"', text) == ["reader", "contributor", "curator"]
    assert 'name="user"' not in text
    for wrong in ({"role": "reviewer"}, {"days": "0"}, {"days": "367"}, {"name": " "}, {"name": "a\nb"}):
        answer = client.post(ADD, {**WANTED, **wrong})
        assert "errorlist" in _strict(answer)
    assert not Token.objects.exists()


def test_nobody_makes_one_for_another(anna: User, chief: User) -> None:
    _as(anna).post(ADD, {**WANTED, "user": chief.pk})
    assert Token.objects.get().user == anna


def test_administrators_make_them_for_others_up_to_their_roles(anna: User, chief: User) -> None:
    client = _as(chief)
    assert f'<option value="{chief.pk}" selected>' in client.get(ADD).content.decode()
    answer = client.post(ADD, {**WANTED, "role": "reviewer", "user": anna.pk})
    assert "A token may do no more than its account" in answer.content.decode()
    assert TOKEN.search(client.post(ADD, {**WANTED, "user": anna.pk}).content.decode())
    token = Token.objects.get()
    assert (token.user, token.created_by) == (anna, chief)


def test_everybody_sees_their_own_and_administrators_all(
    anna: User, chief: User, person: MakeUser, token_of: MakeToken
) -> None:
    token, _secret = token_of(anna)
    bert = person("bert", Role.REVIEWER)
    for user, status, rows in ((anna, 200, 1), (bert, 302, 0), (chief, 200, 1)):
        client = _as(user)
        assert client.get(f"{LIST}{token.pk}/change/").status_code == status
        text = _strict(client.get(LIST))
        assert text.count(f"{token.prefix}…</td>") == rows
    assert _as(bert).post(f"{LIST}{token.pk}/revoke/").status_code == 404
    _as(bert).post(LIST, {"action": "revoke_selected", "_selected_action": [str(token.pk)]})
    token.refresh_from_db()
    assert token.revoked_at is None


def test_it_is_revoked_by_a_button(anna: User, token_of: MakeToken) -> None:
    token, secret = token_of(anna)
    client = _as(anna, enforce_csrf_checks=True)
    address = f"{LIST}{token.pk}/revoke/"
    assert client.post(address).status_code == 403
    assert client.get(address).status_code == 405
    text = _strict(client.get(f"{LIST}{token.pk}/change/"))
    assert f'action="{address}"' in text
    (proof,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text.split(f'action="{address}"')[1])[:1])
    page = client.post(address, {"csrfmiddlewaretoken": proof}, follow=True)
    text = _strict(page)
    assert "The token is revoked" in text
    assert f'action="{address}"' not in text
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/topics/").status_code == 401
    assert "Revoked." in client.get(f"{LIST}{token.pk}/history/").content.decode()


def test_several_are_revoked_in_the_list(anna: User, token_of: MakeToken) -> None:
    tokens = [token_of(anna)[0] for _turn in range(3)]
    chosen = {"action": "revoke_selected", "_selected_action": [str(one.pk) for one in tokens[:2]]}
    page = _as(anna).post(LIST, chosen, follow=True)
    assert "2 tokens are revoked." in page.content.decode()
    assert Token.objects.filter(revoked_at__isnull=True).get() == tokens[2]


def test_nothing_of_it_is_changed_or_deleted(chief: User, token_of: MakeToken) -> None:
    token, _secret = token_of(chief)
    client = _as(chief)
    assert client.post(f"{LIST}{token.pk}/change/", {**WANTED, "name": "other"}).status_code == 403
    assert client.post(f"{LIST}{token.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [str(token.pk)], "post": "yes"})
    assert Token.objects.get().name == "nightly import"


def test_who_is_no_staff_has_no_page(person: MakeUser) -> None:
    client = _as(person(is_staff=False))
    for path in (LIST, ADD):
        assert client.get(path).status_code == 302
        assert client.post(path, WANTED).status_code == 302
    assert not Token.objects.exists()


def test_the_list_costs_the_same_for_any_number(
    anna: User, token_of: MakeToken, django_assert_num_queries: Any
) -> None:
    client = _as(anna)
    token_of(anna)
    with django_assert_num_queries(6) as queries:
        client.get(LIST)
    for _turn in range(5):
        token_of(anna)
    with django_assert_num_queries(len(queries)):
        client.get(LIST)


def test_who_has_no_role_is_told_so(person: MakeUser) -> None:
    client = _as(person(role=Role.PUBLIC, is_superuser=False))
    assert client.get(ADD).status_code == 200
    client.post(ADD, WANTED)
    assert not Token.objects.exists()


def test_french_readers_read_french_pages(anna: User) -> None:
    assert '<html lang="fr"' in _as(anna, headers={"accept-language": "fr"}).get(ADD).content.decode()
