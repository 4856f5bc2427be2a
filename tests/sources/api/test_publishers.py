"""GET /api/v1/publishers/ and /{id}/."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models.fields import uuid7
from tests import factories
from tests.asking import Api

PATH = "/api/v1/publishers/"


def test_publisher_agency_and_fact_checker_are_public_with_what_needs_them(api: Api) -> None:
    factories.full()
    rows = api.get(PATH)["results"]
    assert [row["kind"] for row in rows] == ["news_agency", "newspaper", "fact_checker"]
    assert rows[1] == api.get(f"{PATH}{rows[1]['id']}/")
    assert rows[1]["homepage"].endswith(".example/")
    assert rows[1]["same_as"]
    assert (rows[0]["country"], rows[0]["homepage"], rows[0]["same_as"]) == (None, None, [])


def test_what_no_published_statement_needs_answers_as_what_is_not_there(api: Api) -> None:
    hidden = factories.publisher()
    factories.draft(revision=factories.source(publisher=hidden))
    assert api.get(f"{PATH}{hidden.pk}/", 404) == api.get(f"{PATH}{uuid7()}/", 404)
    assert api.ids(PATH) == []


def test_filters(api: Api) -> None:
    factories.full()
    (paper,) = api.ids(PATH, name="gazette uto")
    assert api.ids(PATH, kind="newspaper") == api.ids(PATH, country="FR") == [paper]
    assert len(api.ids(PATH, kind=["newspaper", "news_agency"])) == 2
    assert api.refused(PATH, kind="blog")[0][0] == "kind"


def test_queries_are_as_many_for_one_row_as_for_five(api: Api) -> None:
    counts = []
    for size in (1, 5):
        for _ in range(size):
            factories.full()
        with CaptureQueriesContext(connection) as queries:
            ids = api.ids(PATH, limit=size)
        assert len(ids) == size
        counts.append(len(queries))
    assert counts == [2, 2]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"{PATH}{ids[0]}/")
    assert len(queries) == 2
