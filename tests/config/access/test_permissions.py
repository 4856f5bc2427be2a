"""What a token may: what its user may, and what its role may."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.views import APIView

from config.access.permissions import Access, access_of
from config.access.roles import GROUPS, Role
from config.access.services import make_token
from tests.config.access.conftest import MakeToken, MakeUser

# Two that the migrations give to nobody here: the test says who has them.
HIGH, LOW = "auth.delete_user", "auth.view_user"


@pytest.fixture(autouse=True)
def _two_groups(db: None) -> None:
    for role in (Role.READER, Role.CURATOR, Role.REVIEWER):
        group, _made = Group.objects.get_or_create(name=GROUPS[role])
        for name in (LOW, HIGH) if role is Role.REVIEWER else (LOW,):
            group.permissions.add(Permission.objects.get(content_type__app_label="auth", codename=name.split(".")[1]))


def _by_token(user: User, role: Role) -> Access:
    _token, secret = make_token(user=user, name="x", role=role, days=1, by=None)
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {secret}"})
    return access_of(APIView().initialize_request(request))


def test_the_public_may_nothing() -> None:
    access = access_of(APIView().initialize_request(RequestFactory().get("/")))
    assert (access.user, access.token, access.role) == (None, None, Role.PUBLIC)
    assert not access.may(LOW)


def test_a_session_may_what_its_user_may(person: MakeUser) -> None:
    request: Any = RequestFactory().get("/")
    request.user = person(role=Role.REVIEWER)
    access = access_of(request)
    assert (access.user, access.token, access.role) == (request.user, None, Role.REVIEWER)
    assert access.may(HIGH)
    assert access_of(request) is access
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert access_of(request).user is None


def test_a_token_may_no_more_than_its_role(person: MakeUser) -> None:
    anna = person(role=Role.REVIEWER)
    access = _by_token(anna, Role.REVIEWER)
    assert (access.user, access.role, access.may(HIGH), access.may(LOW)) == (anna, Role.REVIEWER, True, True)
    access = _by_token(anna, Role.CURATOR)
    assert (access.role, access.may(HIGH), access.may(LOW)) == (Role.CURATOR, False, True)
    assert not access.may("no.such_thing")


def test_a_token_may_no_more_than_its_user_whose_role_may_fall(person: MakeUser) -> None:
    anna = person(role=Role.REVIEWER)
    token, secret = make_token(user=anna, name="x", role=Role.REVIEWER, days=1, by=None)
    anna.groups.set(Group.objects.filter(name="readers"))
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {secret}"})
    access = access_of(APIView().initialize_request(request))
    assert (access.token, access.role, access.may(HIGH), access.may(LOW)) == (token, Role.READER, False, True)


def test_a_superusers_token_may_what_its_role_may(person: MakeUser) -> None:
    access = _by_token(person(role=Role.PUBLIC, is_superuser=True), Role.CURATOR)
    assert (access.role, access.may(HIGH), access.may(LOW)) == (Role.CURATOR, False, True)


def test_what_was_given_to_a_person_alone_counts_too(person: MakeUser) -> None:
    anna = person(role=Role.PUBLIC)
    anna.user_permissions.add(Permission.objects.get(content_type__app_label="auth", codename="delete_user"))
    _token, secret = make_token(user=person("rita", role=Role.REVIEWER), name="x", role=Role.REVIEWER, days=1, by=None)
    _token.user = anna
    _token.save()
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {secret}"})
    access = access_of(APIView().initialize_request(request))
    assert (access.user, access.role, access.may(HIGH), access.may(LOW)) == (anna, Role.PUBLIC, True, False)


def test_a_closed_account_may_nothing(person: MakeUser, token_of: MakeToken) -> None:
    user = person(role=Role.REVIEWER, is_superuser=True, is_active=False)
    assert not Access(user=user).may(LOW)
    assert Access(user=user).role is Role.PUBLIC


def test_asking_again_costs_nothing(person: MakeUser, django_assert_num_queries: Any) -> None:
    access = _by_token(person(role=Role.REVIEWER), Role.REVIEWER)
    with django_assert_num_queries(1):  # of the user, of the user's groups, of the role's group
        for permission in (HIGH, LOW, HIGH, "no.such_thing"):
            access.may(permission)
    with django_assert_num_queries(0):
        assert access.role is access.role


def test_it_is_one_object_a_request(person: MakeUser, token_of: MakeToken) -> None:
    _token, secret = token_of()
    request: Request = APIView().initialize_request(
        RequestFactory().get("/", headers={"authorization": f"Bearer {secret}"})
    )
    assert access_of(request) is access_of(request)
