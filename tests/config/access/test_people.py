"""Accounts in the admin: an administrator lets people in, and makes nobody more than that."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(Group.objects.get(name="administrators"))
    return user


@pytest.fixture
def client(administrator: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(administrator)
    return client


def changed(user: User, **values: object) -> dict[str, object]:
    joined = user.date_joined
    return {
        "username": user.username,
        "is_active": "on",
        "date_joined_0": joined.date().isoformat(),
        "date_joined_1": joined.time().isoformat("seconds"),
        **values,
    }


def address(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def test_an_administrator_gives_a_role(client: Client) -> None:
    new = User.objects.create_user("new")
    group = Group.objects.get(name="curators")
    assert client.post(address(new), changed(new, is_staff="on", groups=[group.pk])).status_code == 302
    new.refresh_from_db()
    assert (new.is_staff, list(new.groups.all())) == (True, [group])


def test_an_administrator_makes_nobody_a_superuser(client: Client, administrator: User) -> None:
    permission = Permission.objects.get(codename="delete_logentry")
    for person in (administrator, User.objects.create_user("new")):
        sent = changed(person, is_superuser="on", user_permissions=[permission.pk])
        assert client.post(address(person), sent).status_code == 302
        person.refresh_from_db()
        assert (person.is_superuser, person.user_permissions.count()) == (False, 0)


def test_an_administrator_does_not_touch_a_superuser(client: Client) -> None:
    root = User.objects.create_superuser("root", password="a long first password")
    before = root.password
    assert client.post(address(root), changed(root, username="mine")).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    sent = {"password1": "quite another one", "password2": "quite another one"}
    assert client.post(password, sent).status_code == 403
    assert client.post(reverse("admin:auth_user_delete", args=[root.pk]), {"post": "yes"}).status_code == 403
    root.refresh_from_db()
    assert (root.username, root.password) == ("root", before)


def test_a_new_account_gets_its_role_at_once(client: Client) -> None:
    group = Group.objects.get(name="reviewers")
    page = client.get(reverse("admin:auth_user_add")).content.decode()
    assert "needs a role" in page
    password = "a long first password"
    sent = {"username": "new", "usable_password": "true", "password1": password, "password2": password}
    answer = client.post(reverse("admin:auth_user_add"), {**sent, "is_staff": "on", "groups": [group.pk]})
    assert answer.status_code == 302, answer.content.decode()
    new = User.objects.get(username="new")
    assert (new.is_staff, list(new.groups.all()), new.check_password(password)) == (True, [group], True)
