"""GET /api/v1/sources/ and /{id}/."""

import hashlib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models import SourceText
from sources.models.fields import uuid7
from tests import factories
from tests.asking import Api

PATH = "/api/v1/sources/"


def public(title: str, **values: Any) -> str:
    """Return the id of a document in which something published appears."""
    revision = factories.source(title=title, **values)
    factories.published(revision=revision)
    return str(revision.source_id)


def test_detail_shows_revisions_and_where_it_came_from(api: Api) -> None:
    statement = factories.full()
    key = statement.appearances.get().source_text.source_id
    row = api.get(f"{PATH}{key}/")
    assert row["publisher"]["name"].startswith("Gazette")
    assert row["agency"]["name"].startswith("Agence")
    assert row["authors"] == [row["authors"][0]]
    assert row["published_at_earliest"] == row["published_at_latest"] == "2024-11-16"
    (revision,) = row["revisions"]
    assert revision["number"] == 1
    assert revision["sha256"] == hashlib.sha256(factories.TEXT.encode()).hexdigest()
    listed = next(one for one in api.get(PATH)["results"] if one["id"] == str(key))
    assert listed == {name: row[name] for name in listed}


def test_the_original_of_a_copy_is_named_only_if_it_is_public(api: Api) -> None:
    statement = factories.full()
    copy = statement.appearances.get().source_text.source
    assert api.get(f"{PATH}{copy.pk}/")["copy_of"] is None
    assert copy.copy_of
    factories.published(revision=copy.copy_of.texts.get())
    assert api.get(f"{PATH}{copy.pk}/")["copy_of"] == str(copy.copy_of_id)


@pytest.mark.parametrize(
    ("licence", "is_open"),
    [
        ("unknown", False),
        ("all-rights-reserved", False),
        ("public-domain", True),
        ("CC0-1.0", True),
        ("CC-BY", True),
        ("CC-BY-SA", True),
        ("etalab-2.0", True),
    ],
)
def test_the_full_text_is_public_only_under_an_open_licence(api: Api, licence: str, is_open: bool) -> None:
    key = public("Essai", licence=licence)
    latest = f"{factories.TEXT} Mis à jour."
    SourceText.objects.create(source_id=key, number=2, raw=latest.encode(), text=latest)
    row = api.get(f"{PATH}{key}/")
    assert row["text"] == (latest if is_open else None)
    assert [one["number"] for one in row["revisions"]] == [1, 2]


def test_what_no_published_statement_needs_answers_as_what_is_not_there(api: Api) -> None:
    hidden = factories.draft().appearances.get().source_text.source_id
    assert api.get(f"{PATH}{hidden}/", 404) == api.get(f"{PATH}{uuid7()}/", 404)
    assert api.ids(PATH) == []


def test_filters(api: Api) -> None:
    paper = factories.publisher()
    first = public("L’Été à Moscou", publisher=paper, published_at="2023-09-13", language="fr-CA")
    second = public("Autumn", type="speech", published_at="2023-10", language="en")
    public("Undated", type="report", language="de")
    for query in (
        {"title": "ete mosc"},
        {"publisher": paper.pk},
        {"language": "fr"},
        {"language": "fr-CA"},
        {"published_before": "2023-09"},
        {"published_after": "2023-09", "published_before": "2023-09-13"},
    ):
        assert api.ids(PATH, **query) == [first], query
    assert api.ids(PATH, type=["speech"]) == api.ids(PATH, published_after="2023-10") == [second]
    assert api.ids(PATH, published_after="2023-10-02") == []
    assert api.ids(PATH, language=["fr", "en"]) == [second, first]
    assert api.ids(PATH, language="f" * 3) == []


def test_queries_are_as_many_for_one_row_as_for_five(api: Api) -> None:
    counts = []
    for size in (1, 5):
        for _ in range(size):
            factories.full()
        with CaptureQueriesContext(connection) as queries:
            ids = api.ids(PATH, limit=size)
        assert len(ids) == size
        counts.append(len(queries))
    assert counts == [1, 1]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"{PATH}{ids[0]}/")
    assert len(queries) == 2
    assert not any('"raw"' in one["sql"] for one in queries)
