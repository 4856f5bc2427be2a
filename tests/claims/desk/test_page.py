"""The page of the desk: who is let in, which text it shows, what it carries for its scripts."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from claims.models import IntensityPhrase
from sources.models import SourceText
from tests import factories
from tests.claims.admin.test_statements import browser_of, person

pytestmark = pytest.mark.django_db


def address(revision: SourceText) -> str:
    return reverse("desk:page", args=[revision.source_id])


def data_of(answer: Any) -> Any:
    """Return what the page hands to its scripts."""
    page = answer.content.decode()
    found = re.search(r'<script id="desk-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_nobody_is_led_to_the_login(client: Any) -> None:
    revision = factories.source()
    answer = client.get(address(revision), headers={"host": "localhost"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize(
    ("group", "status"), [("readers", 403), ("contributors", 200), ("curators", 200), ("reviewers", 200)]
)
def test_only_those_who_record_or_publish_are_let_in(group: str, status: int) -> None:
    assert browser_of(person("somebody", group)).get(address(factories.source())).status_code == status


def test_who_is_not_let_in_is_led_to_the_start_page_of_the_admin() -> None:
    browser = browser_of(person("somebody", "readers"))
    browser.raise_request_exception = False
    assert '<p><a href="/admin/">' in browser.get(address(factories.source())).content.decode()


def test_there_is_no_page_without_a_source_or_a_text() -> None:
    browser = browser_of(person("curator", "curators"))
    assert browser.get(reverse("desk:page", args=[uuid4()])).status_code == 404
    revision = factories.source()
    for number in ("2", "0", "x" * 3, "9" * 30):
        status = browser.get(address(revision), {"revision": number}).status_code
        # what is no number is not asked for
        assert status == (404 if number.isdecimal() and len(number) < 9 else 200)


def test_it_shows_the_latest_text_and_an_older_one_if_asked() -> None:
    first = factories.source()
    second = SourceText.objects.create(source=first.source, number=2, raw=b"Neuf.", text="Neuf.")
    browser = browser_of(person("curator", "curators"))
    assert data_of(browser.get(address(first)))["revision"] == str(second.pk)
    old = data_of(browser.get(address(first), {"revision": "1"}))
    assert (old["revision"], old["number"]) == (str(first.pk), "1")


def test_the_mode_is_one_that_the_person_may_work_in() -> None:
    revision = factories.source()
    curator, reviewer = browser_of(person("curator", "curators")), browser_of(person("reviewer", "reviewers"))
    assert data_of(curator.get(address(revision), {"mode": "review"}))["mode"] == "attribute"
    assert data_of(reviewer.get(address(revision), {"mode": "review"}))["mode"] == "review"


def test_it_carries_the_lexicon_of_the_texts_language() -> None:
    IntensityPhrase.objects.all().delete()
    IntensityPhrase.objects.create(language="fr", phrase="Très sérieux", intensity=2)
    IntensityPhrase.objects.create(language="en", phrase="serious", intensity=2)
    data = data_of(browser_of(person("curator", "curators")).get(address(factories.source())))
    assert data["lexicon"] == [["tres serieux", 2]]


def test_a_title_that_looks_like_markup_is_text() -> None:
    revision = factories.source(title="</script><script>alert(1)</script>")
    page = browser_of(person("curator", "curators")).get(address(revision)).content.decode()
    assert "<script>alert(1)" not in page


def test_what_was_done_before_is_said_in_the_bar() -> None:
    revision = factories.source(title="Devant l’armée")
    browser = browser_of(person("curator", "curators"))
    browser.post(reverse("desk:assign", args=[revision.source_id]), {"priority": "2", "assigned_to": ""})
    page = browser.get(address(revision)).content.decode()
    assert 'class="messagelist"' not in page
    assert re.search(r'id="desk-message"><span class="desk-notice is-success">[^<]*Devant l’armée', page)
    assert "desk-notice" not in browser.get(address(revision)).content.decode()
