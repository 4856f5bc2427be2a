"""GET /api/v1/statements/{id}/corroboration/."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Speaker
from claims.services.merging import merge_speakers
from claims.services.reviewing import return_to_draft, withdraw
from claims.services.uniting import unite_statements
from config.access.roles import Role
from sources.models import Publisher, Source
from sources.services import add_revision
from tests import factories
from tests.asking import Api
from tests.claims.corroboration.asking import (
    WORDS,
    Printed,
    address,
    article,
    carried,
    corroboration,
    document,
    draft,
    origins,
)
from tests.writing import Writer

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def afp(db: None) -> Publisher:
    return factories.publisher("AFP", kind="news_agency")


@pytest.fixture
def papers(db: None) -> list[Publisher]:
    return [factories.publisher(name) for name in ("Le Courrier", "La Gazette", "Le Messager")]


def test_it_shows_each_appearance(api: Api, papers: list[Publisher]) -> None:
    tokyo = factories.speaker("Tokyo", type="state")
    revision = article("une « profonde » et constante préoccupation", publisher=papers[0], published_at="2023-09")
    printed = Printed(revision, ["profonde", "préoccupation"], "mixed", relays=[tokyo])
    statement = carried(printed)
    found = corroboration(api, statement)
    (shown,) = found["appearances"]
    assert found["id"] == str(statement.pk)
    assert shown["id"] == str(statement.appearances.get().pk)
    assert shown["source"]["id"] == str(revision.source_id)
    assert (shown["published_at"], shown["published_at_earliest"], shown["published_at_latest"]) == (
        "2023-09",
        "2023-09-01",
        "2023-09-30",
    )
    assert (shown["quotation_type"], shown["language"], shown["is_headline"]) == ("mixed", "fr", False)
    assert (shown["words"], shown["origin"]) == ("profonde […] préoccupation", 1)
    assert [one["speaker"]["id"] for one in shown["relays"]] == [str(tokyo.pk)]
    assert found["earliest"] == shown


def test_newspapers_that_print_one_dispatch_count_once(api: Api, afp: Publisher, papers: list[Publisher]) -> None:
    dispatch = article(type="dispatch", publisher=afp)
    first = article(publisher=papers[0], copy_of=dispatch.source)
    second = article(publisher=papers[1], copy_of=first.source)
    own = article(publisher=papers[2])
    found = corroboration(api, carried(dispatch, first, second, own))
    assert found["independent_publishers"] == 2
    assert sorted(map(str, origins(found))) == ["AFP", "Le Messager"]
    (wire,) = (one for one in found["origins"] if one["origin"]["name"] == "AFP")
    assert wire["dispatches"] == [str(dispatch.source_id)]
    assert {one["name"] for one in wire["publishers"]} == {"AFP", "Le Courrier", "La Gazette"}
    assert set(wire["appearances"]) == {one["id"] for one in found["appearances"] if one["origin"] == wire["number"]}
    assert len(wire["appearances"]) == 3


def test_one_agency_in_two_newspapers_counts_once(api: Api, afp: Publisher, papers: list[Publisher]) -> None:
    found = corroboration(api, carried(*(article(publisher=paper, agency=afp) for paper in papers[:2])))
    assert found["independent_publishers"] == 1
    (origin,) = found["origins"]
    assert (origin["origin"]["id"], origin["dispatches"]) == (str(afp.pk), [])
    assert [one["name"] for one in origin["publishers"]] == ["Le Courrier", "La Gazette"]


def test_the_very_same_text_counts_once(api: Api, papers: list[Publisher]) -> None:
    first = document(publisher=papers[1], published_at="2023-09-13")
    again = document(publisher=papers[0], published_at="2023-09-14")
    found = corroboration(api, carried(again, first))
    assert (found["independent_publishers"], origins(found)) == (1, ["La Gazette"])
    assert found["origins"][0]["dispatches"] == [str(first.source_id)]


def test_a_headline_alone_counts_nothing(api: Api, papers: list[Publisher]) -> None:
    found = corroboration(api, carried(Printed(article(publisher=papers[0]), is_headline=True)))
    assert (found["independent_publishers"], found["origins"]) == (0, [])
    assert [one["origin"] for one in found["appearances"]] == [None]
    assert len(found["variants"]) == 1


def test_a_headline_above_the_text_changes_nothing(api: Api, papers: list[Publisher]) -> None:
    revision = document(f"{WORDS} !\n\nC’est {WORDS}, dit-elle.", publisher=papers[0], published_at="2023")
    printed = [Printed(revision, [f"{WORDS} !"], is_headline=True), Printed(revision, [f"C’est {WORDS}"])]
    found = corroboration(api, carried(*printed))
    assert found["independent_publishers"] == 1
    assert [one["origin"] for one in found["appearances"]] == [1, None]
    assert found["earliest"]["is_headline"] is False


def test_documents_of_nobody_known_are_origins_and_no_publishers(api: Api, papers: list[Publisher]) -> None:
    found = corroboration(api, carried(article(), article(), article(publisher=papers[0], published_at="2023")))
    assert (found["independent_publishers"], origins(found)) == (1, ["Le Courrier", None, None])


def test_the_earliest_is_by_the_first_possible_day(api: Api) -> None:
    day, month, undated = article(published_at="2023-09-02"), article(published_at="2023-09"), article()
    found = corroboration(api, carried(undated, day, month))
    assert found["earliest"]["source"]["id"] == str(month.source_id)
    assert [one["published_at"] for one in found["appearances"]] == ["2023-09", "2023-09-02", None]


def test_of_the_same_first_day_the_one_whose_date_is_better_known_is_earliest(api: Api) -> None:
    found = corroboration(api, carried(article(published_at="2023-09"), article(published_at="2023-09-01")))
    assert found["earliest"]["published_at"] == "2023-09-01"


def test_where_no_document_is_dated_none_is_earliest(api: Api) -> None:
    assert corroboration(api, carried(article(), article()))["earliest"] is None


def test_variants_are_the_same_words_in_one_language(api: Api) -> None:
    found = corroboration(
        api,
        carried(
            Printed(
                article("Une “PROFONDE” préoccupation !", published_at="2023-09-14"), ["Une “PROFONDE” préoccupation !"]
            ),
            Printed(article(published_at="2023-09-13"), quotation_type="mixed"),
            Printed(article("une vive inquiétude"), ["une vive inquiétude"], "indirect"),
            Printed(article(published_at="2024"), language="it"),
            Printed(
                article("une profonde, dit-il, préoccupation", language="fr-CA"), ["une profonde", "préoccupation"]
            ),
        ),
    )
    told = [(one["text"], one["language"], one["quotation_types"], one["published_at"]) for one in found["variants"]]
    assert told == [
        (WORDS, "fr", ["mixed", "direct"], "2023-09-13"),
        (WORDS, "it", ["direct"], "2024"),
        ("une vive inquiétude", "fr", ["indirect"], None),
    ]
    words = {one["id"]: one["words"] for one in found["appearances"]}
    assert [words[one] for one in found["variants"][0]["appearances"]] == [
        WORDS,
        "Une “PROFONDE” préoccupation !",
        "une profonde […] préoccupation",
    ]


def test_what_repeats_it_is_another_statement(api: Api, papers: list[Publisher]) -> None:
    statement = carried(article(publisher=papers[0]))
    before = corroboration(api, statement)
    other = carried(article(publisher=papers[1]))
    other.relations.create(type="repeats", other=statement)
    assert corroboration(api, statement) == before


def test_a_merged_relay_is_shown_as_the_one_that_is_kept(api: Api) -> None:
    tokyo, again = factories.speaker("Tokyo", type="state"), factories.speaker("Japon", type="state")
    statement = carried(Printed(article(), relays=[again]))
    merge_speakers(speaker_id=again.pk, into_id=tokyo.pk, by=factories.user("reviewer"))
    (shown,) = corroboration(api, statement)["appearances"]
    assert shown["relays"][0]["speaker"]["name"] == "Tokyo"


class TestDrafts:
    def test_what_is_no_published_statement_is_not_there(self, api: Api) -> None:
        problem = api.get(address(draft(article())), 404)
        assert problem == api.get(f"/api/v1/statements/{NOBODY}/corroboration/", 404)

    def test_a_dispatch_that_is_not_public_joins_nothing(self, api: Api, papers: list[Publisher]) -> None:
        first, second = (article(publisher=paper) for paper in papers[:2])
        statement = carried(first, second)
        before = corroboration(api, statement)
        assert before["independent_publishers"] == 2
        dispatch = article(publisher=papers[2])
        Source.objects.filter(pk__in=[first.source_id, second.source_id]).update(copy_of=dispatch.source)
        assert corroboration(api, statement) == before
        curator = Writer(Role.CURATOR)
        assert curator.read(address(statement))[0]["independent_publishers"] == 1
        carried(dispatch)  # and public it is
        assert corroboration(api, statement)["independent_publishers"] == 1

    def test_drafts_in_the_same_documents_change_no_byte(self, api: Api, papers: list[Publisher]) -> None:
        revision = article(publisher=papers[0], published_at="2023")
        statement = carried(revision)
        before = api.client.get(address(statement))
        draft(revision, article(revision.text[:20] + WORDS, copy_of=revision.source))
        statement.relations.create(type="repeats", other=draft(revision))
        document(revision.text, publisher=papers[1])
        after = api.client.get(address(statement))
        assert (after.content, after.headers) == (before.content, before.headers)

    def test_its_curator_sees_that_of_a_draft(self, api: Api, papers: list[Publisher]) -> None:
        body, _etag = Writer(Role.CURATOR).read(address(draft(article(publisher=papers[0]))))
        assert body["independent_publishers"] == 1


class TestLifecycle:
    def test_a_withdrawn_one_answers_410_with_the_reason(self, api: Api) -> None:
        statement = carried(article())
        withdraw(statement_id=statement.pk, reason="Misattributed.")
        problem = api.get(address(statement), 410)
        assert problem["detail"] == "Misattributed."
        assert problem == api.get(f"/api/v1/statements/{statement.pk}/", 410)
        return_to_draft(statement_id=statement.pk, reason="Listen again.")
        assert api.get(address(statement), 410) == problem

    def test_one_that_was_united_leads_to_the_other(self, api: Api, papers: list[Publisher]) -> None:
        ada = factories.speaker()
        gone, kept = (carried(article(publisher=paper), speakers=[ada]) for paper in papers[:2])
        unite_statements(statement_id=gone.pk, into_id=kept.pk, by=factories.user("reviewer"))
        answer = api.client.get(address(gone))
        assert (answer.status_code, answer.content) == (301, b"")
        assert answer["Location"].endswith(address(kept))
        assert api.get(answer["Location"])["independent_publishers"] == 2


class TestConditions:
    def test_what_one_has_already_is_304(self, api: Api) -> None:
        statement = carried(article())
        first = api.client.get(address(statement))
        again = api.client.get(address(statement), headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert first["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize("what", ["source", "publisher", "relay", "dispatch", "agency", "revision"])
    def test_any_change_of_what_is_shown_changes_the_etag(self, api: Api, afp: Publisher, what: str) -> None:
        paper, tokyo = factories.publisher(), factories.speaker("Tokyo", type="state")
        dispatch = article(agency=afp)
        revision = article(publisher=paper, copy_of=dispatch.source)
        statement = carried(Printed(revision, relays=[tokyo]))
        carried(dispatch)
        before = api.client.get(address(statement))["ETag"]
        rows: dict[str, Any] = {
            "source": (Source, revision.source_id, {"title": "Autre"}),
            "publisher": (Publisher, paper.pk, {"name": "Autre"}),
            "relay": (Speaker, tokyo.pk, {"name": "Autre"}),
            "dispatch": (Source, dispatch.source_id, {"agency": None}),
            "agency": (Publisher, afp.pk, {"name": "Autre"}),
        }
        if what == "revision":
            add_revision(source=dispatch.source, raw=b"Autre texte")
        else:
            model, key, values = rows[what]
            model.objects.filter(pk=key).update(**values)
        assert api.client.get(address(statement))["ETag"] != before

    def test_it_takes_some_members_and_no_other_parameter(self, api: Api) -> None:
        statement = carried(article())
        assert list(api.get(address(statement), fields="independent_publishers,origins")) == [
            "independent_publishers",
            "origins",
        ]
        assert "appearances" not in api.get(address(statement), omit="appearances")
        for name in ("limit", "expand", "speaker"):
            assert [one for one, _detail in api.refused(address(statement), **{name: "1"})] == [name]
        assert api.refused(address(statement), fields="nothing")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_it_is_only_read(self, api: Api, method: str) -> None:
        statement = carried(article())
        token = Writer(Role.ADMINISTRATOR)
        assert getattr(token.client, method)(address(statement)).status_code == 405


@pytest.mark.parametrize("number", [1, 12])
def test_it_takes_so_many_queries_however_many_documents_there_are(api: Api, afp: Publisher, number: int) -> None:
    dispatch = article(publisher=afp)
    carried(dispatch)
    tokyo = factories.speaker("Tokyo", type="state")
    paper = factories.publisher()
    revisions = [article(publisher=paper, copy_of=dispatch.source) for _ in range(number)]
    statement = carried(*(Printed(one, relays=[tokyo]) for one in revisions))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        corroboration(api, statement)
    # the statement, its appearances, their segments and relays, the documents, an agency that is no document's
    assert len(queries) == 6
