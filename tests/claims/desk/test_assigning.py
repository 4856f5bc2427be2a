"""Curators say how soon a source is to be worked on and by whom; they stay where they were."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from claims.desk.models import Work
from sources.models import Source
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.desk.waiting import page, shown, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return person("ann", "curators")


@pytest.fixture
def curator(ann: User) -> Client:
    return browser_of(ann)


@pytest.fixture
def source() -> Source:
    return waiting(title="Devant l’armée")


def assign(client: Client, source: Source, **values: Any) -> Any:
    return client.post(f"/admin/desk/sources/{source.pk}/work/", {"priority": "0", "assigned_to": "", **values})


def test_both_are_set_and_said_in_place(curator: Client, ann: User, source: Source) -> None:
    back = "/admin/desk/?queue=attribute&language=fr"
    answer = assign(curator, source, priority="2", assigned_to=ann.pk, back=back)
    assert answer["Location"] == f"{back}#source-{source.pk}"
    work = Work.objects.get()
    assert (work.priority, work.assigned_to, work.leased_by) == (2, ann, None)
    assert "“Devant l’armée”: Urgent, assigned to ann." in page(curator, queue="attribute")
    assert shown(curator, "attribute", assigned="me") == [source.pk]


def test_both_can_be_taken_back(curator: Client, ann: User, source: Source) -> None:
    assign(curator, source, priority="2", assigned_to=ann.pk)
    assign(curator, source)
    work = Work.objects.get()
    assert (work.priority, work.assigned_to) == (0, None)


def test_what_is_set_is_chosen_in_the_row(curator: Client, ann: User, source: Source) -> None:
    assign(curator, source, priority="1", assigned_to=ann.pk)
    words = page(curator, queue="attribute")
    assert f'<option value="{ann.pk}" selected>ann</option>' in words
    assert '<option value="1" selected>High</option>' in words


@pytest.mark.parametrize("values", [{"priority": "7"}, {"priority": ""}, {"assigned_to": "0"}, {"assigned_to": "x"}])
def test_anything_else_changes_nothing(curator: Client, source: Source, values: dict[str, str]) -> None:
    assign(curator, source, **values)
    assert not Work.objects.exists()
    assert "Nothing was changed" in page(curator)


def test_nothing_is_assigned_to_who_does_not_work_at_the_desk(curator: Client, source: Source) -> None:
    reader = person("rea", "readers")
    assign(curator, source, assigned_to=reader.pk)
    assert not Work.objects.exists()
    assert ">rea</option>" not in page(curator)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_it_leads_to_no_other_site(curator: Client, source: Source, back: str) -> None:
    assert assign(curator, source, back=back)["Location"].startswith("/admin/desk/#")


def test_who_may_not_change_what_others_do_may_not(source: Source) -> None:
    assert assign(browser_of(person("eve", "contributors")), source).status_code == 403
    strict = browser_of(person("strict", "curators"), with_csrf_checks=True)
    assert assign(strict, source).status_code == 403
    assert strict.get(f"/admin/desk/sources/{source.pk}/work/").status_code == 302
    assert not Work.objects.exists()


def test_there_must_be_such_a_source(curator: Client, source: Source) -> None:
    address = f"/admin/desk/sources/{person('x', 'curators').pk:032x}/work/"
    assert curator.post(address, {"priority": "0"}).status_code == 404
