"""The page of a source shows its text with the statements marked, and leads to the desk."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from sources.models import SourceText
from tests import factories
from tests.claims.admin.test_statements import browser_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


@pytest.fixture
def revision() -> SourceText:
    return factories.source(published_at="2024-11-16")


def page_of(client: Client, revision: SourceText) -> str:
    words: str = client.get(f"/admin/sources/source/{revision.source_id}/change/").content.decode()
    return words


def test_it_marks_its_statements(curator: Client, revision: SourceText) -> None:
    statement = factories.draft(revision=revision)
    page = page_of(curator, revision)
    assert f'<mark class="mark-draft " data-keys="{statement.pk}">profonde préoccupation</mark>' in page
    assert f'id="statement-{statement.pk}"' in page


def test_hostile_text_is_shown_as_text(curator: Client) -> None:
    text = "<script>alert(1)</script> &amp; </div><img src=x onerror=alert(2)>"
    revision = factories.source(text, title="<b>titre</b>")
    factories.draft(revision=revision, words="script>alert(1)</scr")
    page = page_of(curator, revision)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;<mark" in page
    assert "<b>titre</b>" not in page


def test_it_leads_to_the_desk_whoever_records_statements(curator: Client, revision: SourceText) -> None:
    desk = f'href="/admin/desk/sources/{revision.source_id}/"'
    assert desk in page_of(curator, revision)
    viewer = person("vic", "readers")
    viewer.user_permissions.add(*Permission.objects.filter(codename__in=["view_source", "view_statement"]))
    page = page_of(browser_of(viewer), revision)
    assert "profonde préoccupation" in page
    assert desk not in page
