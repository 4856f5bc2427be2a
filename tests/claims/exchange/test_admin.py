"""Curators see what came in by datasets, and change nothing of it."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from claims.exchange.demo import load_demo
from claims.exchange.models import DatasetImport

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> Client:
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(Group.objects.get(name="curators"))
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def test_an_import_shows_what_it_made_and_in_whose_name(curator: Client) -> None:
    load_demo()
    row = DatasetImport.objects.get()
    listed = curator.get(reverse("admin:exchange_datasetimport_changelist")).content.decode()
    assert "demo.ndjson" in listed
    page = curator.get(reverse("admin:exchange_datasetimport_change", args=[row.pk])).content.decode()
    assert f"publisher {row.created['publisher']}, source {row.created['source']}" in page
    assert "demo-author" in page
    assert "demo-reviewer" in page
    first = row.statements.earliest("line")
    assert reverse("admin:claims_statement_change", args=[first.statement_id]) in page


def test_the_page_asks_as_often_for_many_statements_as_for_few(
    curator: Client, django_assert_max_num_queries: object
) -> None:
    load_demo()
    row = DatasetImport.objects.get()
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        curator.get(reverse("admin:exchange_datasetimport_change", args=[row.pk]))


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_adds_or_deletes_an_import_there(curator: Client, admin_client: Client, method: str) -> None:
    load_demo()
    row = DatasetImport.objects.get()
    admin_client.defaults["HTTP_HOST"] = "localhost"
    for client in (curator, admin_client):
        for address in (
            reverse("admin:exchange_datasetimport_add"),
            reverse("admin:exchange_datasetimport_delete", args=[row.pk]),
        ):
            assert getattr(client, method)(address).status_code == 403
    assert DatasetImport.objects.count() == 1


def test_who_may_not_see_statements_does_not_see_imports() -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_user("eve", is_staff=True))
    assert client.get(reverse("admin:exchange_datasetimport_changelist")).status_code == 403
