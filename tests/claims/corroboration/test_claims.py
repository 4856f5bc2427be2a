"""GET /api/v1/claims/{id}/corroboration/."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.corroboration import claims
from claims.models import Claim, Review
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from claims.services.reviewing import withdraw
from config.access.roles import Role
from sources.models import Source
from tests import factories
from tests.asking import Api
from tests.claims.corroboration.asking import Printed, address, article, claim, corroboration, takes_side
from tests.writing import Writer

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-7000-8000-000000000000"


def said(first: str, earliest: str | None = None, latest: str | None = None) -> dict[str, str]:
    return {"said_at": first, "said_at_earliest": earliest or first, "said_at_latest": latest or first}


def names(side: Any) -> list[str]:
    return [one["speaker"]["name"] for one in side["speakers"]]


def test_it_says_who_takes_which_side_and_since_when(api: Api) -> None:
    about = claim()
    tokyo, moscow = factories.speaker("Tokyo", type="state"), factories.speaker("Moscou", type="state")
    takes_side("affirms", about, speakers=[tokyo], said_at="2023-09-13")
    takes_side("affirms", about, speakers=[tokyo], said_at="2024-02")
    takes_side("denies", about, speakers=[moscow], said_at="2023-09-15")
    found = corroboration(api, about)
    assert found["claim"] == {"id": str(about.pk), "text": about.text}
    since, until = said("2023-09-13"), said("2024-02", "2024-02-01", "2024-02-29")
    affirms = found["affirms"]
    assert (affirms["statements"], affirms["undated"], affirms["since"], affirms["until"]) == (2, 0, since, until)
    (voice,) = affirms["speakers"]
    assert (voice["speaker"]["id"], voice["statements"]) == (str(tokyo.pk), 2)
    assert (voice["since"], voice["until"]) == (since, until)
    assert (names(found["denies"]), found["denies"]["since"]) == (["Moscou"], said("2023-09-15"))
    questions = found["questions"]
    assert (questions["statements"], questions["since"], questions["speakers"]) == (0, None, [])
    assert (found["is_contested"], found["contested_since"]) == (True, said("2023-09-15"))
    assert len(api.get(found["statements"])["results"]) == 3
    assert len(api.get(f"{found['statements']}&stance=denies")["results"]) == 1


def test_who_questions_a_claim_does_not_contest_it(api: Api) -> None:
    about = claim()
    takes_side("affirms", about, said_at="2023")
    takes_side("questions", about, said_at="2023")
    found = corroboration(api, about)
    assert (found["is_contested"], found["contested_since"]) == (False, None)
    assert found["questions"]["statements"] == 1


def test_of_dates_that_are_partly_known_it_says_what_is_certain(api: Api) -> None:
    about = claim()
    takes_side("affirms", about, said_at="2023")
    takes_side("affirms", about, said_at="2023-06-01")
    takes_side("denies", about, said_at="2023-03")
    found = corroboration(api, about)
    assert found["affirms"]["since"] == said("2023", "2023-01-01", "2023-06-01")
    assert found["affirms"]["until"] == said("2023", "2023-06-01", "2023-12-31")
    assert found["contested_since"] == said("2023-03", "2023-03-01", "2023-06-01")


def test_an_open_end_is_no_day(api: Api) -> None:
    about = claim()
    takes_side("affirms", about, said_at="../2023")
    found = corroboration(api, about)
    assert found["affirms"]["since"] == {"said_at": "../2023", "said_at_earliest": None, "said_at_latest": "2023-12-31"}


def test_undated_statements_are_counted_apart(api: Api) -> None:
    about = claim()
    takes_side("affirms", about, speakers=[factories.speaker("Undated")])
    takes_side("affirms", about, speakers=[factories.speaker("Dated")], said_at="2023-09-13")
    takes_side("denies", about)
    found = corroboration(api, about)
    affirms, denies = found["affirms"], found["denies"]
    assert (affirms["statements"], affirms["undated"], affirms["since"]) == (2, 1, said("2023-09-13"))
    assert names(affirms) == ["Dated", "Undated"]
    assert affirms["speakers"][1]["since"] is None
    assert (denies["undated"], denies["since"], denies["until"]) == (1, None, None)
    assert (found["is_contested"], found["contested_since"]) == (True, None)


def test_joint_speakers_have_each_said_it_and_others_have_not(api: Api) -> None:
    about = claim()
    ada, bea, state = (factories.speaker(name) for name in ("Ada", "Bea", "Utopie"))
    for_whom = Part(speaker=state, kind="on_behalf_of")
    takes_side("affirms", about, speakers=[ada, bea], parts=[for_whom], said_at="2023")
    affirms = corroboration(api, about)["affirms"]
    assert (affirms["statements"], affirms["speakers_total"]) == (1, 2)
    assert sorted(names(affirms)) == ["Ada", "Bea"]


def test_who_changed_sides_is_named_with_dates(api: Api) -> None:
    about = claim()
    ada, bea = factories.speaker("Ada"), factories.speaker("Bea")
    takes_side("affirms", about, speakers=[ada, bea], said_at="2023-09-13")
    takes_side("denies", about, speakers=[ada], said_at="2024-02-01")
    takes_side("denies", about, speakers=[ada], said_at="2024-03-01")
    takes_side("questions", about, speakers=[bea], said_at="2024-03-01")
    found = corroboration(api, about)
    assert found["changed_sides_total"] == 1
    (changed,) = found["changed_sides"]
    assert changed["speaker"]["name"] == "Ada"
    assert (changed["affirms"]["statements"], changed["affirms"]["since"]) == (1, said("2023-09-13"))
    assert (changed["denies"]["since"], changed["denies"]["until"]) == (said("2024-02-01"), said("2024-03-01"))


def test_a_merged_speaker_is_the_one_that_is_kept(api: Api) -> None:
    about = claim()
    ada, again = factories.speaker("Ada Essai"), factories.speaker("A. Essai")
    takes_side("affirms", about, speakers=[ada], said_at="2023")
    takes_side("denies", about, speakers=[again], said_at="2024")
    before = api.client.get(address(about))["ETag"]
    assert corroboration(api, about)["changed_sides"] == []
    merge_speakers(speaker_id=again.pk, into_id=ada.pk, by=factories.user("reviewer"))
    found = corroboration(api, about)
    assert (names(found["affirms"]), names(found["denies"])) == (["Ada Essai"], ["Ada Essai"])
    assert [one["speaker"]["id"] for one in found["changed_sides"]] == [str(ada.pk)]
    assert api.client.get(address(about))["ETag"] != before


def test_independent_publishers_are_counted_over_all_statements_of_a_side(api: Api) -> None:
    about = claim()
    afp, paper, other = (factories.publisher(name) for name in ("AFP", "Le Courrier", "La Gazette"))
    dispatch = article(publisher=afp)
    takes_side("affirms", about, dispatch, article(publisher=paper, copy_of=dispatch.source))
    takes_side("affirms", about, article(publisher=other, agency=afp), article())
    takes_side("affirms", about, Printed(article(publisher=paper), is_headline=True))
    takes_side("denies", about, article(publisher=paper), article(publisher=other))
    found = corroboration(api, about)
    assert found["affirms"]["independent_publishers"] == {"value": 1, "is_exact": True}
    assert found["denies"]["independent_publishers"] == {"value": 2, "is_exact": True}
    assert found["questions"]["independent_publishers"] == {"value": 0, "is_exact": True}


def test_beyond_a_limit_it_says_that_there_may_be_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST_DOCUMENTS", 2)
    monkeypatch.setattr(claims, "MOST_SPEAKERS", 2)
    about = claim()
    speakers = [factories.speaker(name) for name in ("Ada", "Bea", "Cleo")]
    for day, speaker in enumerate(speakers, 1):
        takes_side(
            "affirms",
            about,
            article(publisher=factories.publisher(speaker.name)),
            speakers=[speaker],
            said_at=f"2023-01-0{day}",
        )
    takes_side("denies", about, Printed(article(), is_headline=True), speakers=[speakers[2]], said_at="2023-01-01")
    found = corroboration(api, about)
    affirms = found["affirms"]
    assert (affirms["statements"], affirms["speakers_total"], names(affirms)) == (3, 3, ["Ada", "Bea"])
    assert affirms["independent_publishers"] == {"value": 2, "is_exact": False}
    assert [one["speaker"]["name"] for one in found["changed_sides"]] == ["Cleo"]


def test_it_shows_what_outsiders_found(api: Api) -> None:
    about = claim()
    takes_side("affirms", about)
    Review.objects.create(
        claim=about,
        publisher=factories.publisher("Atelier", kind="fact_checker"),
        url="https://faits.example/1",
        rating="Faux",
        claim_reviewed="Les livraisons ont lieu.",
    )
    assert corroboration(api, about)["reviews"] == api.get(f"/api/v1/claims/{about.pk}/")["reviews"] != []


class TestDrafts:
    def test_a_claim_that_no_published_statement_needs_is_not_there(self, api: Api) -> None:
        about = claim()
        takes_side("affirms", about, is_draft=True)
        assert api.get(address(about), 404) == api.get(f"/api/v1/claims/{NOBODY}/corroboration/", 404)
        body, _etag = Writer(Role.CURATOR).read(address(about))
        assert body["affirms"]["statements"] == 0

    def test_drafts_change_no_byte(self, api: Api) -> None:
        about = claim()
        ada, revision = factories.speaker(), article(publisher=factories.publisher())
        takes_side("affirms", about, revision, speakers=[ada], said_at="2023")
        before = api.client.get(address(about))
        takes_side("denies", about, revision, speakers=[ada], said_at="2023", is_draft=True)
        takes_side("affirms", about, article(copy_of=revision.source), said_at="2022", is_draft=True)
        after = api.client.get(address(about))
        assert (after.content, after.headers) == (before.content, before.headers)

    def test_a_dispatch_that_is_not_public_joins_nothing(self, api: Api) -> None:
        about = claim()
        revisions = [article(publisher=factories.publisher(name)) for name in ("Le Courrier", "La Gazette")]
        takes_side("affirms", about, *revisions)
        before = corroboration(api, about)
        Source.objects.filter(texts__in=revisions).update(copy_of=article().source)
        assert corroboration(api, about) == before

    def test_a_side_that_was_withdrawn_is_none(self, api: Api) -> None:
        about = claim()
        takes_side("affirms", about, said_at="2023")
        denial = takes_side("denies", about, said_at="2023")
        before = api.client.get(address(about))
        assert before.json()["is_contested"] is True
        withdraw(statement_id=denial.pk, reason="Misattributed.")
        after = api.client.get(address(about))
        assert (after.json()["is_contested"], after.json()["denies"]["statements"]) == (False, 0)
        assert after["ETag"] != before["ETag"]


class TestConditions:
    def test_what_one_has_already_is_304(self, api: Api) -> None:
        about = claim()
        takes_side("affirms", about)
        etag = api.client.get(address(about))["ETag"]
        again = api.client.get(address(about), headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("what", ["text", "speaker", "document", "statement"])
    def test_any_change_of_what_is_shown_changes_the_etag(self, api: Api, what: str) -> None:
        about, ada, revision = claim(), factories.speaker(), article()
        takes_side("affirms", about, revision, speakers=[ada])
        before = api.client.get(address(about))["ETag"]
        if what == "text":
            Claim.objects.filter(pk=about.pk).update(text={"fr": "Autre"})
        elif what == "speaker":
            type(ada).objects.filter(pk=ada.pk).update(name="Autre")
        elif what == "document":
            Source.objects.filter(pk=revision.source_id).update(publisher=factories.publisher())
        else:
            takes_side("affirms", about, revision, speakers=[ada])
        assert api.client.get(address(about))["ETag"] != before

    def test_it_takes_some_members_and_no_other_parameter(self, api: Api) -> None:
        about = claim()
        takes_side("affirms", about)
        assert list(api.get(address(about), fields="is_contested")) == ["is_contested"]
        for name in ("limit", "expand", "stance"):
            assert [one for one, _detail in api.refused(address(about), **{name: "1"})] == [name]


@pytest.mark.parametrize("number", [1, 8])
def test_it_takes_so_many_queries_however_many_statements_there_are(api: Api, number: int) -> None:
    about = claim()
    for _ in range(number):
        for stance in ("affirms", "denies"):
            takes_side(stance, about, article(publisher=factories.publisher()), said_at="2023")
    with CaptureQueriesContext(connection) as queries:
        corroboration(api, about)
    # the claim, its reviews, the sides, who speaks, the speakers, where it is carried, the documents
    assert len(queries) == 7
