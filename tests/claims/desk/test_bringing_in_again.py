"""What is recorded already is shown before anything is: the address, the words, a title or passage, a name."""

import pytest
from django.test import Client

from claims.proposals.models import Candidate
from sources.models import Publisher, Source, SourceText
from sources.services import Metadata, import_text
from tests import factories
from tests.claims.desk.bringing import LINE, TEXT, bring, browser, errors_of, fields_of, look, record, send

__all__ = ["browser"]  # a fixture

pytestmark = pytest.mark.django_db


def test_the_same_words_are_shown_and_what_they_are_is_asked(browser: Client) -> None:
    there = import_text(raw=TEXT.encode(), metadata=Metadata(url="https://example.org/a")).source
    preview = bring(browser, text=TEXT)
    page, fields = look(browser, preview)
    assert f'<a href="/admin/desk/sources/{there.pk}/">' in page
    assert "copy_of" not in fields
    assert errors_of(record(browser, preview))["copy_of"] == [
        "These words are recorded already: say what this document is."
    ]
    assert record(browser, preview, copy_of=str(there.pk)).status_code == 302
    assert Source.objects.exclude(pk=there.pk).get().copy_of == there
    assert record(browser, bring(browser, text=TEXT), copy_of="apart").status_code == 302
    assert Source.objects.filter(copy_of=None).count() == 2


@pytest.mark.parametrize("copy_of", ["00000000-0000-7000-8000-000000000000", "x", "\x00"])
def test_only_what_is_offered_can_be_chosen(browser: Client, copy_of: str) -> None:
    import_text(raw=TEXT.encode())
    assert errors_of(record(browser, bring(browser, text=TEXT), copy_of=copy_of))["copy_of"]


def test_a_recorded_address_gets_a_revision_when_that_was_said(browser: Client) -> None:
    there = import_text(raw=TEXT.encode(), metadata=Metadata(url="https://example.org/a")).source
    newer = TEXT + "\nUn ajout.\n"
    preview = bring(browser, text=newer, url="https://example.org/a")
    page, fields = look(browser, preview)
    assert "these become its next revision" in page
    assert fields["revises"] == str(there.pk)
    assert record(browser, preview, title="Ignored")["Location"] == f"/admin/desk/sources/{there.pk}/"
    there.refresh_from_db()
    assert (there.texts.count(), there.title) == (2, "Un accord pour la pêche")
    assert Candidate.objects.filter(source_text__source=there, source_text__number=2).exists()


def test_an_address_typed_later_is_said_to_be_recorded_before_anything_is_done(browser: Client) -> None:
    there = import_text(raw=TEXT.encode(), metadata=Metadata(url="https://example.org/a")).source
    preview = bring(browser, text=TEXT + "\nUn ajout.\n")
    answer = record(browser, preview, url="https://example.org/a", copy_of="apart", title="Kept")
    assert "This address is recorded already" in errors_of(answer)["url"][0]
    page = answer.content.decode()
    assert "these become its next revision" in page
    assert fields_of(page)["title"] == "Kept"
    assert there.texts.count() == 1
    assert send(browser, preview, fields_of(page)).status_code == 302
    assert there.texts.count() == 2


def test_what_is_recorded_as_it_is_leads_to_its_marks(browser: Client) -> None:
    there = import_text(raw=TEXT.encode(), metadata=Metadata(url="https://example.org/a")).source
    preview = bring(browser, text=TEXT, url="https://example.org/a")
    page, _fields = look(browser, preview)
    assert "These words are its revision 1" in page
    assert record(browser, preview)["Location"] == f"/admin/desk/sources/{there.pk}/"
    assert SourceText.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "published_at", "is_near"),
    [
        ("Un accord pour la pêche", "2023-11-09", True),
        ("UN ACCORD POUR LA PECHE", "2023-11-12", True),
        ("Un accord pour la pêche", "2023-11-06", True),
        ("Un accord pour la pêche", "2023-11", True),
        ("Un accord pour la pêche", None, True),
        ("Un accord pour la pêche", "2023-11-13", False),
        ("Un accord pour la pêche", "2021", False),
        ("Un accord pour la pêche côtière", "2023-11-09", False),
    ],
)
def test_the_same_title_in_the_days_around_is_shown(
    browser: Client, title: str, published_at: str | None, is_near: bool
) -> None:
    there = factories.source("Tout autre chose, en fait.", title=title, published_at=published_at).source
    page, fields = look(browser, bring(browser, text=TEXT))
    assert (f'href="/admin/desk/sources/{there.pk}/"' in page) is is_near
    assert fields.get("copy_of") == ("apart" if is_near else None)


@pytest.mark.parametrize(("published_at", "is_near"), [("2023-11-08", True), ("2023-10-01", False)])
def test_a_passage_that_stands_elsewhere_in_these_days_is_shown(
    browser: Client, published_at: str, is_near: bool
) -> None:
    passage = f"{LINE} L’entretien a duré deux heures, dans une salle de l’ancien ministère de la mer."
    there = factories.source(f"Autre titre\n\n{passage} Fin.", title="Autre", published_at=published_at).source
    page, _fields = look(browser, bring(browser, text=f"{TEXT}\n{passage}\n"))
    assert (f'href="/admin/desk/sources/{there.pk}/"' in page) is is_near


def test_a_passage_is_found_where_nothing_is_dated(browser: Client) -> None:
    passage = f"{LINE} L’entretien a duré deux heures, dans une salle de l’ancien ministère de la mer."
    there = factories.source(f"Autre titre\n\n{passage} 100 % sûr_ment.", title="Autre").source
    page, _fields = look(browser, bring(browser, text=f"Encore autre chose\n\n{passage}\n"))
    assert f'href="/admin/desk/sources/{there.pk}/"' in page


def test_of_several_publishers_of_one_name_one_is_chosen(browser: Client) -> None:
    agency = Publisher.objects.create(name="Reuters", kind="news_agency", country="GB")
    Publisher.objects.create(name="REUTERS", kind="online")
    preview = bring(browser, text=TEXT)
    page, _fields = look(browser, preview)
    assert "Reuters · News agency · GB" in page
    assert set(errors_of(record(browser, preview))) == {"agency_row"}
    assert record(browser, preview, agency_row=str(agency.pk)).status_code == 302
    assert Source.objects.get().agency == agency
    assert Publisher.objects.count() == 2
