"""GET /api/v1/statements/facets/."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.facets.querysets import hits
from claims.facets.querysets.facets import FACETS
from claims.facets.serializers import StatementFacetsSerializer
from claims.models import Claim, Event, Membership, Position, Role, Speaker, Statement
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from claims.services.uniting import unite_statements
from config.access.roles import Role as Rights
from config.writing.answers import rendered
from sources.models.fields import uuid7
from tests import factories
from tests.asking import Api
from tests.config.http.test_openapi import errors
from tests.writing import Writer

LIST = "/api/v1/statements/"
PATH = f"{LIST}facets/"
#: how a facet's value is asked for in the list, where that is not by a filter of its name alone
ASKED = {
    "topic": lambda value: {"topic": value, "narrower": "false"},
    "year": lambda value: {"said_at": value},
    "month": lambda value: {"said_at": value},
}


def in_tens() -> Iterator[list[str]]:
    """All facets there are, as many at once as may be asked for."""
    names = list(FACETS)
    yield names[:10]
    yield names[10:]


def facets(api: Api, names: list[str], **parameters: Any) -> dict[str, Any]:
    answered = api.get(PATH, facet=names, **parameters)
    assert list(answered["facets"]) == sorted(names, key=list(FACETS).index)
    return dict(answered["facets"])


def counts(api: Api, name: str, **parameters: Any) -> dict[str, int]:
    """Value -> number of statements, in the order of the answer."""
    (facet,) = facets(api, [name], **parameters).values()
    return {one["value"]: one["count"] for one in facet["values"]}


def values_of(row: dict[str, Any]) -> dict[str, set[str]]:
    """What a statement of the list has, by facet, read off the answer alone."""
    spoken = [one["speaker"] for one in row["speakers"]]
    roles = [one["role"] for one in row["speakers"] if one["role"]]
    sources = [one["source"] for one in row["appearances"]]
    earliest, latest = row["said_at_earliest"] or "", row["said_at_latest"] or "9"
    found: dict[str, list[Any]] = {
        "speaker": [one["id"] for one in spoken],
        "speaker_type": [one["type"] for one in spoken],
        "country": [one["country"] for one in spoken],
        "role": [one["role"]["id"] for one in roles],
        "role_category": [one["role"]["category"] for one in roles],
        "organization": [one["organization"]["id"] for one in roles if one["organization"]],
        "publisher": [one["publisher"]["id"] for one in sources if one["publisher"]],
        "agency": [one["agency"]["id"] for one in sources if one["agency"]],
        "source": [one["id"] for one in sources],
        "topic": [one["id"] for one in row["topics"]],
        "event": [row["event"]["id"]] if row["event"] else [],
        "claim": [one["claim"]["id"] for one in row["positions"]],
        "act": [row["act"]],
        "attitude": [row["attitude"]],
        "intensity": [row["intensity"]],
        "quotation_type": [one["quotation_type"] for one in row["appearances"]],
        "language": [one["language"].split("-")[0] for one in [*row["wordings"], *row["appearances"]]],
        "year": [earliest[:4]] if earliest[:4] == latest[:4] else [],
        "month": [earliest[:7]] if earliest[:7] == latest[:7] else [],
    }
    return {name: {str(value) for value in values if value is not None} for name, values in found.items()}


@pytest.fixture
def mixed(api: Api) -> list[Statement]:
    """Statements that have one, none or several of everything."""
    ada, bo = factories.speaker("Ada", country="FR"), factories.speaker("Bo", type="group", is_named=False)
    state = factories.speaker("Utopie", type="state", country="US")
    role = Role.objects.create(category="minister", labels={"en": "minister"})
    held = Membership.objects.create(speaker=ada, role=role, organization=state)
    of_nobody = Membership.objects.create(speaker=bo, role=role)
    broad = factories.topic("défense")
    narrow = factories.topic("missiles", broader=broad)
    wire, paper = factories.publisher("Agence", kind="news_agency"), factories.publisher("Gazette")
    printed = factories.source(publisher=paper, agency=wire)
    english = factories.source("A profound concern.", language="en-GB", publisher=wire)
    claim = Claim.objects.create(text={"en": "It is so."})
    event = Event.objects.create(name="Summit", type="summit")
    factories.put_out(factories.draft(speakers=[state]))
    several = factories.draft(
        parts=[Part(speaker=ada, membership=held), Part(speaker=bo, membership=of_nobody), Part(speaker=state)],
        revision=printed,
        topics=[broad, narrow],
        wordings=[{"language": "en", "text": "profound"}, {"language": "fr-CA", "text": "profonde"}],
        said_at="2023-09",
        event=event,
    )
    Position.objects.create(statement=several, claim=claim, stance="denies")
    twice = [factories.published(revision=factories.source(publisher=paper), speakers=[bo]) for _ in range(2)]
    unite_statements(statement_id=twice[0].pk, into_id=twice[1].pk, by=factories.user("editor"))
    return [
        factories.full(),
        factories.full("Autre"),
        factories.put_out(several),
        factories.published(speakers=[ada], said_at="2023-09-13", act="deny", quotation_type="mixed"),
        factories.published(speakers=[ada], said_at="2023", topics=[narrow], attitude="fear"),
        factories.published(parts=[Part(speaker=bo), Part(speaker=ada, kind="addressee")], said_at="2022/2023"),
        factories.published(revision=printed, said_at="2024-01/..", intensity=1, intensity_phrase="un peu"),
        factories.published(revision=english, words="profound concern", said_at="2024-02-29~", event=event),
        factories.withdrawn(speakers=[ada]),
    ]


def check_counts(api: Api, **query: Any) -> None:
    """Compare all facets of a list with what its rows show, counted one by one."""
    rows, page = [], api.get(LIST, limit=5, **query)
    rows += page["results"]
    while page["next"]:
        page = api.get(page["next"])
        rows += page["results"]
    for names in in_tens():
        answered = api.get(PATH, facet=names, size=100, **query)
        assert answered["count"] == {"value": len(rows), "is_exact": True}
        for name in names:
            facet = answered["facets"][name]
            expected = Counter(value for row in rows for value in values_of(row)[name])
            assert {one["value"]: one["count"] for one in facet["values"]} == expected, name
            assert facet["missing"] == sum(not values_of(row)[name] for row in rows), name
            assert facet["is_complete"]


def test_it_counts_what_the_list_shows(api: Api, mixed: list[Statement]) -> None:
    check_counts(api)
    assert len(facets(api, ["speaker"])["speaker"]["values"]) > 5


@pytest.mark.parametrize(
    "query",
    [
        {"said_at": "2023"},
        {"said_at": "2023", "undated": "include"},
        {"q": "profonde -inquiétude"},
        {"q": "profonde or profound"},
        {"q": "profonde", "search_in": "words"},
        {"q": "missiles", "search_in": ["subjects", "titles"]},
        {"q": "profonde", "act": "deny"},
        {"act": ["deny", "express"], "not_attitude": "fear"},
        {"country": "FR"},
        {"attribution_kind": "addressee"},
        {"quotation_type": "mixed"},
        {"min_speakers": "2"},
        {"act": "apologise"},
    ],
)
def test_it_counts_what_filters_leave(api: Api, mixed: list[Statement], query: dict[str, Any]) -> None:
    check_counts(api, **query)


def test_the_list_filtered_by_a_value_has_as_many_rows(api: Api, mixed: list[Statement]) -> None:
    asked = 0
    for names in in_tens():
        for name, facet in facets(api, names, size=100).items():
            if name == "intensity":
                continue  # the list is asked for a least intensity
            for one in facet["values"]:
                query = ASKED.get(name, lambda value, name=name: {name: value})(one["value"])
                assert len(api.ids(LIST, limit=100, **query)) == one["count"], query
                asked += 1
    assert asked > 60


def test_names_are_those_of_what_ids_stand_for(api: Api) -> None:
    statement = factories.full()
    (topic,), (claim,) = statement.topics.all(), (one.claim for one in statement.positions.all())
    (appearance,) = statement.appearances.all()
    source = appearance.source_text.source
    membership = next(one.membership for one in statement.attributions.all() if one.membership)
    assert membership is not None
    assert statement.event is not None
    assert membership.organization is not None
    query = {"attitude": "concern"}
    first = facets(api, ["speaker", "role", "organization", "publisher", "agency", "source", "topic"], **query)
    second = facets(api, ["event", "claim", "act", "month"], **query)
    found = {name: facet["values"][0] for name, facet in {**first, **second}.items()}
    assert found["speaker"] == {
        "value": str(membership.speaker_id),
        "label": membership.speaker.name,
        "labels": None,
        "count": 1,
    }
    assert found["topic"] == {"value": str(topic.pk), "label": None, "labels": topic.labels, "count": 1}
    assert {name: one["label"] or one["labels"] for name, one in found.items()} == {
        "speaker": membership.speaker.name,
        "role": membership.role.labels,
        "organization": membership.organization.name,
        "publisher": str(source.publisher),
        "agency": str(source.agency),
        "source": source.title,
        "topic": topic.labels,
        "event": statement.event.name,
        "claim": claim.text,
        "act": None,
        "month": None,
    }


def test_most_come_first_then_by_value(api: Api) -> None:
    for act in ("warn", "deny", "deny", "ask", "ask", "agree"):
        factories.published(act=act)
    assert list(counts(api, "act").items()) == [("ask", 2), ("deny", 2), ("agree", 1), ("warn", 1)]


def test_size_cuts_and_says_so(api: Api) -> None:
    for act in ("warn", "deny", "deny", "agree"):
        factories.published(act=act)
    (cut,) = facets(api, ["act"], size=2).values()
    assert [one["value"] for one in cut["values"]] == ["deny", "agree"]
    assert (cut["is_complete"], cut["missing"]) == (False, 0)
    (whole,) = facets(api, ["act"], size=3).values()
    assert (len(whole["values"]), whole["is_complete"]) == (3, True)


def test_the_last_months_are_kept_in_the_order_of_time(api: Api) -> None:
    for said in ("2021-05", "2023-09-13", "2023-09", "2022-12-31", "2023", None):
        factories.published(**({"said_at": said} if said else {}))
    assert list(counts(api, "month").items()) == [("2021-05", 1), ("2022-12", 1), ("2023-09", 2)]
    (cut,) = facets(api, ["month"], size=2).values()
    assert [one["value"] for one in cut["values"]] == ["2022-12", "2023-09"]
    assert (cut["is_complete"], cut["missing"]) == (False, 2)
    assert list(counts(api, "year").items()) == [("2021", 1), ("2022", 1), ("2023", 3)]
    assert facets(api, ["year"], undated="only")["year"] == {"values": [], "is_complete": True, "missing": 1}


def test_joint_speakers_count_each_and_their_type_once(api: Api) -> None:
    ada, bo = factories.speaker("Ada"), factories.speaker("Bo")
    factories.published(speakers=[ada, bo])
    assert counts(api, "speaker") == {str(ada.pk): 1, str(bo.pk): 1}
    assert counts(api, "speaker_type") == {"person": 1}


def test_what_was_said_by_a_merged_speaker_counts_for_the_one_kept(api: Api) -> None:
    ada, same, bo = (factories.speaker(name) for name in ("Ada", "A. Essai", "Bo"))
    for one in (ada, same, bo):
        factories.published(speakers=[one])
    merge_speakers(speaker_id=same.pk, into_id=ada.pk, by=factories.user("curator"))
    assert counts(api, "speaker") == {str(ada.pk): 2, str(bo.pk): 1}
    assert counts(api, "speaker", speaker=same.pk) == {str(ada.pk): 2}


def test_facets_may_be_joined_by_commas_or_repeated(api: Api) -> None:
    factories.published()
    assert api.get(PATH, facet=["act", "speaker"]) == api.get(PATH, facet="act, speaker")
    assert api.get(PATH, facet=["act", "act"]) == api.get(PATH, facet="act")


def test_nothing_recorded_is_nothing_counted(api: Api) -> None:
    for query in ({}, {"q": "missiles"}, {"speaker": uuid7()}):
        answered = api.get(PATH, facet=["speaker", "act", "month"], **query)
        assert answered["count"] == {"value": 0, "is_exact": True}
        assert set(map(str, answered["facets"].values())) == {str({"values": [], "is_complete": True, "missing": 0})}


def test_beyond_the_cap_the_newest_count_and_it_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for year, act in ((2024, "deny"), (2021, "warn"), (2023, "deny"), (2022, "ask")):
        factories.published(said_at=str(year), act=act)
    monkeypatch.setattr(hits, "CAP", 4)
    assert api.get(PATH, facet="act")["count"] == {"value": 4, "is_exact": True}
    monkeypatch.setattr(hits, "CAP", 3)
    answered = api.get(PATH, facet=["act", "year", "topic"])
    assert answered["count"] == {"value": 3, "is_exact": False}
    assert counts(api, "act") == {"deny": 2, "ask": 1}
    assert counts(api, "year") == {"2022": 1, "2023": 1, "2024": 1}
    assert answered["facets"]["topic"]["missing"] == 3
    assert api.get(PATH, facet="act", act="deny")["count"] == {"value": 2, "is_exact": True}
    assert api.get(PATH, facet=["act", "year", "topic"], q="profonde") == answered


def test_drafts_change_nothing(api: Api, mixed: list[Statement]) -> None:
    queries: list[dict[str, Any]] = [{}, {"q": "profonde"}, {"attitude": "concern"}]
    asked = [(names, query) for names in in_tens() for query in queries]
    before = [api.client.get(PATH, {"facet": names, **query}) for names, query in asked]
    hidden = factories.full_draft("Caché")
    statement = mixed[3]
    speaker = Speaker.objects.get(name="Ada")
    factories.draft(
        speakers=[speaker, factories.speaker("Cachée")], said_at="2023-09", topics=list(hidden.topics.all())
    )
    after = [api.client.get(PATH, {"facet": names, **query}) for names, query in asked]
    assert statement.pk != hidden.pk
    assert [one.content for one in before] == [one.content for one in after]
    assert [one["ETag"] for one in before] == [one["ETag"] for one in after]


@pytest.mark.parametrize(
    ("parameters", "name", "said"),
    [
        ({}, "facet", "speaker_type"),
        ({"facet": ""}, "facet", "empty"),
        ({"facet": "speakers"}, "facet", "quotation_type"),
        ({"facet": "speaker,"}, "facet", "quotation_type"),
        ({"facet": "act\0"}, "facet", "NUL"),
        ({"facet": "x" * 5000}, "facet", "too long"),
        ({"facet": list(FACETS)}, "facet", "10"),
        ({"facet": ",".join(FACETS)}, "facet", "10"),
        ({"facet": ["act"] * 11}, "facet", "10"),
        ({"facet": "act", "size": "0"}, "size", "100"),
        ({"facet": "act", "size": "101"}, "size", "100"),
        ({"facet": "act", "size": "1" + "0" * 30}, "size", "100"),
        ({"facet": "act", "size": "ten"}, "size", "100"),
        ({"facet": "act", "size": ["1", "2"]}, "size", "once"),
        ({"facet": "act", "limit": "5"}, "limit", "no such"),
        ({"facet": "act", "order": "newest"}, "order", "no such"),
        ({"facet": "act", "count": "true"}, "count", "no such"),
        ({"facet": "act", "speaker": "Kim"}, "speaker", "not an id"),
        ({"facet": "act", "q": "?!"}, "q", "no word"),
    ],
)
def test_what_it_cannot_read_is_refused(api: Api, parameters: dict[str, Any], name: str, said: str) -> None:
    ((parameter, detail),) = api.refused(PATH, **parameters)
    assert (parameter, said in detail) == (name, True), detail


def test_an_answer_that_is_the_same_is_not_sent_again(api: Api) -> None:
    ada = factories.speaker("Ada")
    factories.published(speakers=[ada], act="deny")
    first = api.client.get(PATH, {"facet": "speaker"})
    assert first["Cache-Control"] == "no-cache"
    again = api.client.get(PATH, {"facet": "speaker"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "no-cache"
    assert api.client.head(PATH, {"facet": "speaker"})["ETag"] == first["ETag"]
    Speaker.objects.filter(pk=ada.pk).update(name="Ada Essai")
    renamed = api.client.get(PATH, {"facet": "speaker"}, headers={"If-None-Match": first["ETag"]})
    assert renamed.status_code == 200
    factories.published(speakers=[ada])
    assert api.client.get(PATH, {"facet": "speaker"})["ETag"] != renamed["ETag"]


def test_filters_for_drafts_are_for_who_sees_them(api: Api) -> None:
    factories.published(act="deny")
    draft = factories.draft(act="warn", speakers=[factories.speaker("Cachée")])
    refused = api.client.get(PATH, {"facet": "act", "status": "draft"})
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "status")
    curator = Writer(Rights.CURATOR)
    query = "?facet=act&facet=speaker"
    published, _etag = curator.read(f"{PATH}{query}")
    assert [one["value"] for one in published["facets"]["act"]["values"]] == ["deny"]
    drafts, _etag = curator.read(f"{PATH}{query}&status=draft")
    assert [one["value"] for one in drafts["facets"]["act"]["values"]] == ["warn"]
    (speaker,) = drafts["facets"]["speaker"]["values"]
    assert speaker["label"] == "Cachée"
    assert curator.answer["Cache-Control"] == "private, no-store"
    assert draft.pk


def test_answers_are_as_they_are_described(api: Api, mixed: list[Statement]) -> None:
    document = api.client.get("/api/schema/?format=json").json()
    for path in (PATH, f"{LIST}timeline/"):
        described = document["paths"][path]["get"]
        answer = described["responses"]["200"]["content"]["application/json"]
        real = [{"facet": names} for names in in_tens()] if path == PATH else [{}, {"interval": "year"}]
        for parameters in real:
            assert errors(document, answer["schema"], api.get(path, **parameters)) == []
        for example in answer["examples"].values():
            assert errors(document, answer["schema"], example["value"]) == []
        names = {one["name"] for one in described["parameters"]}
        listed = {one["name"] for one in document["paths"][LIST]["get"]["parameters"]}
        of_lists = {"limit", "cursor", "order", "count", "fields", "omit", "expand", "highlight"}
        own = {"facet", "size"} if path == PATH else {"interval"}
        assert {name for name in listed if name[0].islower()} - of_lists <= names
        assert own == {name for name in names - listed if name[0].islower()}
    (facet,) = (one for one in document["paths"][PATH]["get"]["parameters"] if one["name"] == "facet")
    assert facet["required"]
    assert facet["schema"]["items"]["enum"] == list(FACETS)


def test_the_serializer_would_change_nothing(api: Api, mixed: list[Statement]) -> None:
    for names in in_tens():
        answered = api.client.get(PATH, {"facet": names}).content
        assert answered == rendered(StatementFacetsSerializer(json.loads(answered)).data).encode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(api: Api, method: str) -> None:
    assert getattr(api.client, method)(f"{PATH}?facet=act").status_code in {401, 405}


def test_one_query_counts_all_that_is_asked_for(api: Api, mixed: list[Statement]) -> None:
    for names in (["act"], list(FACETS)[:10], list(FACETS)[10:]):
        with CaptureQueriesContext(connection) as queries:
            facets(api, names, attitude="concern")
        assert len(queries) == 1
    facets(api, ["act"], q="profonde")  # what a dictionary makes of words is asked once
    with CaptureQueriesContext(connection) as queries:
        facets(api, ["act"], q="profonde")
    assert ["claims_statementfacets" in query["sql"] for query in queries] == [False, True]


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_the_public_is_answered_by_its_own_connection() -> None:
    factories.full()
    answered = Api(Client(headers={"host": "localhost"})).get(
        PATH, facet=list(FACETS)[:10], q="profonde", attitude="concern"
    )
    assert answered["count"]["value"] == 1
