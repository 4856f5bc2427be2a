"""The filters of statements: each value, each twin and combinations, against what documents say themselves."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.exchange.demo import load_demo
from claims.models import Membership, Relation, Role, Speaker, Statement
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from config.writing.refusals import check_deferred_rules
from tests import factories
from tests.asking import Api

PATH = "/api/v1/statements/"
Row = dict[str, Any]
Test = Callable[[Row, str], bool]

#: filters that speak of one attribution, of one appearance, of one position; and of the statement
OF_SPEAKERS: dict[str, Test] = {
    "speaker": lambda one, value: one["speaker"]["id"] == value,
    "speaker_type": lambda one, value: one["speaker"]["type"] == value,
    "country": lambda one, value: one["speaker"]["country"] == value,
    "named": lambda one, value: one["speaker"]["is_named"] is (value == "true"),
    "role": lambda one, value: bool(one["role"]) and one["role"]["role"]["id"] == value,
    "role_category": lambda one, value: bool(one["role"]) and one["role"]["role"]["category"] == value,
    "organization": lambda one, value: (
        bool(one["role"]) and bool(one["role"]["organization"]) and one["role"]["organization"]["id"] == value
    ),
    "certainty": lambda one, value: one["certainty"] == value,
}
OF_APPEARANCES: dict[str, Test] = {
    "source": lambda one, value: one["source"]["id"] == value,
    "publisher": lambda one, value: bool(one["source"]["publisher"]) and one["source"]["publisher"]["id"] == value,
    "agency": lambda one, value: bool(one["source"]["agency"]) and one["source"]["agency"]["id"] == value,
    "source_type": lambda one, value: one["source"]["type"] == value,
    "source_language": lambda one, value: one["source"]["language"].split("-")[0] == value,
    "quotation_type": lambda one, value: one["quotation_type"] == value,
    "headline": lambda one, value: one["is_headline"] is (value == "true"),
    "relayed_by": lambda one, value: value in [relay["speaker"]["id"] for relay in one["relays"]],
}
OF_POSITIONS: dict[str, Test] = {
    "claim": lambda one, value: one["claim"]["id"] == value,
    "stance": lambda one, value: one["stance"] == value,
}
OF_THE_STATEMENT: dict[str, Test] = {
    "act": lambda row, value: row["act"] == value,
    "attitude": lambda row, value: row["attitude"] == value,
    "min_intensity": lambda row, value: (row["intensity"] or 0) >= int(value),
    "min_speakers": lambda row, value: len(row["speakers"]) >= int(value),
    "event": lambda row, value: bool(row["event"]) and row["event"]["id"] == value,
    "id": lambda row, value: row["id"] == value,
    "original_language": lambda row, value: (
        value in [one["language"].split("-")[0] for one in row["wordings"] if one["is_original"]]
    ),
    "language": lambda row, value: (
        value in [one["language"].split("-")[0] for one in [*row["wordings"], *row["appearances"]]]
    ),
    "relation": lambda row, value: value in [one["type"] for one in row["relations"]],
    "joint_with": lambda row, value: value in [one["speaker"]["id"] for one in row["speakers"]],
}
ROWS = {"speakers": OF_SPEAKERS, "appearances": OF_APPEARANCES, "positions": OF_POSITIONS}
ONCE = {"named", "headline", "min_intensity", "min_speakers"}


class Record:
    """All published statements of the demo, as the API answers them, and the values that filters may take there."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.rows: list[Row] = []
        address: str | None = f"{PATH}?limit=100"
        while address:
            page = client.get(address).json()
            self.rows += page["results"]
            address = page["next"]
        self.values = {name: sorted(self._values(name)) for name in self.tests}

    @property
    def tests(self) -> dict[str, Test]:
        return {**OF_SPEAKERS, **OF_APPEARANCES, **OF_POSITIONS, **OF_THE_STATEMENT}

    def ids(self, **query: Any) -> list[str]:
        """Return the ids of all pages."""
        found: list[str] = []
        # the ids alone are compared: nothing else is read and written out for them
        answer = self.client.get(PATH, {**query, "limit": "100", "fields": "id"})
        while True:
            assert answer.status_code == 200, answer.content
            found += [row["id"] for row in answer.json()["results"]]
            following = answer.json()["next"]
            if following is None:
                return found
            answer = self.client.get(following)

    def expected(self, query: dict[str, list[str]]) -> list[str]:
        """Return the ids of the rows for which all of it holds, by what they say themselves."""
        return [row["id"] for row in self.rows if self._holds(row, query)]

    def _holds(self, row: Row, query: dict[str, list[str]]) -> bool:
        for member, tests in ROWS.items():
            asked = {name: values for name, values in query.items() if name in tests}
            if asked and not any(_all_hold(tests, part, asked) for part in row[member]):
                return False
            for name, values in query.items():
                twin = name.removeprefix("not_")
                if name != twin and twin in tests and any(_holds(tests[twin], part, values) for part in row[member]):
                    return False
        for name, values in query.items():
            twin = name.removeprefix("not_")
            if twin in OF_THE_STATEMENT:
                every = all if twin == "joint_with" else any
                if every(OF_THE_STATEMENT[twin](row, value) for value in values) is (name != twin):
                    return False
        return True

    def _values(self, name: str) -> set[str]:
        fixed = {"named": {"true", "false"}, "headline": {"true", "false"}}
        if name in fixed:
            return fixed[name]
        if name.startswith("min_"):
            return {"1", "2", "3"}
        found: set[str] = set()
        for row in self.rows:
            found |= set(_said(row, name))
        return found


def _all_hold(tests: dict[str, Test], part: Row, asked: dict[str, list[str]]) -> bool:
    return all(_holds(tests[name], part, values) for name, values in asked.items())


def _holds(test: Test, part: Row, values: list[str]) -> bool:
    return any(test(part, value) for value in values)


def _said(row: Row, name: str) -> Iterator[str]:
    """The values of one filter that a row has."""
    for one in row["speakers"]:
        role = one["role"] or {}
        yield from {
            "speaker": [one["speaker"]["id"]],
            "joint_with": [one["speaker"]["id"]],
            "speaker_type": [one["speaker"]["type"]],
            "country": [one["speaker"]["country"]] if one["speaker"]["country"] else [],
            "certainty": [one["certainty"]],
            "role": [role["role"]["id"]] if role else [],
            "role_category": [role["role"]["category"]] if role else [],
            "organization": [role["organization"]["id"]] if role and role["organization"] else [],
        }.get(name, [])
    for one in row["appearances"]:
        source = one["source"]
        yield from {
            "source": [source["id"]],
            "publisher": [source["publisher"]["id"]] if source["publisher"] else [],
            "agency": [source["agency"]["id"]] if source["agency"] else [],
            "source_type": [source["type"]],
            "source_language": [source["language"].split("-")[0]],
            "quotation_type": [one["quotation_type"]],
            "relayed_by": [relay["speaker"]["id"] for relay in one["relays"]],
            "language": [one["language"].split("-")[0]],
        }.get(name, [])
    yield from {
        "act": [row["act"]],
        "attitude": [row["attitude"]] if row["attitude"] else [],
        "event": [row["event"]["id"]] if row["event"] else [],
        "id": [row["id"]],
        "original_language": [one["language"].split("-")[0] for one in row["wordings"] if one["is_original"]],
        "relation": [one["type"] for one in row["relations"]],
        "claim": [one["claim"]["id"] for one in row["positions"]],
        "stance": [one["stance"] for one in row["positions"]],
    }.get(name, [])


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Record]]:
    """The demo, loaded once for the module and rolled back at its end; what was read of it is kept in the list."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        check_deferred_rules()
        yield []
        transaction.set_rollback(True)


@pytest.fixture
def record(client: Client, demo: list[Record]) -> Record:
    if not demo:
        demo.append(Record(client))
    return demo[0]


@pytest.mark.parametrize("name", [*OF_SPEAKERS, *OF_APPEARANCES, *OF_POSITIONS, *OF_THE_STATEMENT])
def test_each_value_of_each_filter_and_of_its_twin(record: Record, name: str) -> None:
    values = record.values[name]
    assert values, "the demo has nothing to ask for"
    for value in values[:25]:
        assert record.ids(**{name: value}) == record.expected({name: [value]})
        if name not in ONCE | {"joint_with"}:
            assert record.ids(**{f"not_{name}": value}) == record.expected({f"not_{name}": [value]})


def test_two_hundred_combinations(record: Record) -> None:
    chance, found = random.Random(20260921), 0  # noqa: S311 the same combinations each time
    for _ in range(200):
        query: dict[str, list[str]] = {}
        for name in chance.sample(sorted(record.values), chance.choice([2, 2, 3])):
            is_twin = name not in ONCE and name != "joint_with" and chance.random() < 0.4
            several = 1 if name in ONCE else chance.choice([1, 1, 2])
            values = record.values[name]
            query[f"not_{name}" if is_twin else name] = chance.sample(values, min(several, len(values)))
        expected = record.expected(query)
        assert record.ids(**query) == expected, query
        found += bool(expected)
    assert found > 40, "they ask for nothing that there is"


def relate(one: Statement, kind: str, other: Statement) -> None:
    Relation.objects.create(statement=one, type=kind, other=other)
    check_deferred_rules()


def test_a_topic_means_its_narrower_ones_too(api: Api) -> None:
    broad = factories.topic("sécurité")
    narrow = factories.topic("missiles", broader=broad)
    about_both = [factories.published(topics=[one]) for one in (broad, narrow)]
    assert sorted(api.ids(PATH, topic=str(broad.pk))) == sorted(str(one.pk) for one in about_both)
    assert api.ids(PATH, topic=str(broad.pk), narrower="false") == [str(about_both[0].pk)]
    assert api.ids(PATH, topic=str(narrow.pk)) == [str(about_both[1].pk)]
    assert api.ids(PATH, not_topic=str(narrow.pk)) == [str(about_both[0].pk)]


def test_the_id_of_a_merged_speaker_finds_what_the_other_said(api: Api) -> None:
    one, other = factories.speaker("Kim Jong-un"), factories.speaker("Kim Jong Un")
    said = factories.published(speakers=[other])
    factories.published(speakers=[one])
    merge_speakers(speaker_id=one.pk, into_id=other.pk, by=factories.user("curator"))
    assert len(api.ids(PATH, speaker=str(one.pk))) == 2
    assert api.ids(PATH, speaker=str(one.pk)) == api.ids(PATH, speaker=str(other.pk))
    assert str(said.pk) in api.ids(PATH, speaker=str(one.pk))
    assert api.ids(PATH, not_speaker=str(one.pk)) == []


def test_undated_statements_are_there_where_they_are_asked_for(api: Api) -> None:
    dated = str(factories.published(said_at="2023-09-13").pk)
    undated = str(factories.published().pk)
    assert api.ids(PATH, said_at="2023") == api.ids(PATH, said_after="2023", undated="exclude") == [dated]
    printed = factories.source("Ein Satz.", published_at="2023-10")
    printed_then = str(factories.published(revision=printed, words="Ein Satz").pk)
    assert sorted(api.ids(PATH, said_at="2023", undated="include")) == sorted([dated, printed_then])
    assert api.ids(PATH, said_at="2023", undated="only") == [printed_then]
    assert sorted(api.ids(PATH, undated="only")) == sorted([undated, printed_then])
    assert api.ids(PATH, undated="exclude") == [dated]


def test_a_range_that_ends_before_it_begins_is_refused(api: Api) -> None:
    for name in ("said", "published"):
        query = {f"{name}_after": "2024", f"{name}_before": "2023"}
        assert api.refused(PATH, **query) == [(f"{name}_before", f"It is before {name}_after: nothing can be between.")]


def test_parts_hold_for_who_speaks_together_and_for_who_passes_on(api: Api) -> None:
    state = factories.speaker("Ondria", type="state")
    ministry = factories.speaker("Ministry", type="organization", part_of=state)
    minister, other = factories.speaker("Ada"), factories.speaker("Bo")
    role = Role.objects.create(category="minister", labels={"en": "minister"})
    held = Membership.objects.create(speaker=minister, role=role, organization=ministry)
    both = factories.published(speakers=[other], parts=[Part(speaker=minister, membership=held)])
    passed_on = factories.published(speakers=[other], relayed_by=[minister])
    check_deferred_rules()
    asked = {"speaker": str(other.pk), "joint_with": str(state.pk)}
    assert api.ids(PATH, **asked) == []
    assert api.ids(PATH, **asked, parts="true") == [str(both.pk)]
    assert api.ids(PATH, relayed_by=str(state.pk)) == []
    assert api.ids(PATH, relayed_by=str(state.pk), parts="true") == [str(passed_on.pk)]


def test_twins_speak_of_the_part_that_is_asked_for(api: Api) -> None:
    x, y, z = (factories.speaker(name) for name in "XYZ")

    def said(by: Speaker, to: Speaker) -> str:
        return str(factories.published(speakers=[by], parts=[Part(speaker=to, kind="addressee")]).pk)

    to_y, to_z = said(x, y), said(y, z)
    nobody = str(factories.published(speakers=[y]).pk)
    assert api.ids(PATH, attribution_kind="addressee", not_speaker=str(y.pk)) == [to_z]
    assert api.ids(PATH, not_speaker=str(y.pk)) == [to_y]
    assert api.ids(PATH, not_attribution_kind="addressee") == [nobody]


def test_many_speakers_together_are_asked_for_in_one_step(api: Api) -> None:
    speakers = [factories.speaker(f"Nr. {number}") for number in range(11)]
    together = str(factories.published(speakers=speakers[:10]).pk)
    factories.published(speakers=speakers[:9])
    asked = [str(one.pk) for one in speakers]
    assert api.ids(PATH, joint_with=asked[:10]) == [together]
    assert api.ids(PATH, joint_with=[*asked[:9], asked[10]]) == []
    assert api.refused(PATH, joint_with=asked) == [("joint_with", "It may be given 10 times at most.")]
    assert api.refused(PATH, not_joint_with=asked[0])[0][0] == "not_joint_with"


def test_a_role_of_drafts_alone_lets_nobody_count_as_part(api: Api) -> None:
    state, person = factories.speaker("Ondria", type="state"), factories.speaker("Ada")
    role = Role.objects.create(category="minister", labels={"en": "minister"})
    held = Membership.objects.create(speaker=person, role=role, organization=state)
    factories.draft(parts=[Part(speaker=person, membership=held)])
    factories.published(relayed_by=[person])
    check_deferred_rules()
    assert api.ids(PATH, relayed_by=str(state.pk), parts="true") == []


def test_what_changed_since_a_moment_in_the_order_of_change(api: Api) -> None:
    first, second = factories.published(), factories.published()
    for one in (first, second):
        one.refresh_from_db()
    moment = second.updated_at.isoformat()
    assert api.ids(PATH, updated_since=moment, order="updated") == [str(second.pk)]
    assert api.ids(PATH, updated_since=moment.replace("+00:00", "Z")) == [str(second.pk)]
    assert api.ids(PATH, order="updated") == [str(first.pk), str(second.pk)]
    ((name, detail),) = api.refused(PATH, updated_since="2024-05-31T08:00:00")
    assert (name, "time zone" in detail) == ("updated_since", True)


def test_a_statement_known_through_a_draft_alone_is_firsthand(api: Api) -> None:
    inner, outer = factories.published(), factories.draft()
    relate(outer, "reports", inner)
    assert api.ids(PATH, firsthand="true") == [str(inner.pk)]
    factories.put_out(outer)
    assert api.ids(PATH, firsthand="false") == [str(inner.pk)]


@pytest.mark.parametrize("direction", ["outgoing", "incoming"])
def test_relations_to_drafts_are_not_told(api: Api, direction: str) -> None:
    public, hidden = factories.published(), factories.draft()
    ends = (public, hidden) if direction == "outgoing" else (hidden, public)
    relate(ends[0], "denies", ends[1])
    assert api.ids(PATH, relation="denies") == api.ids(PATH, related_to=str(hidden.pk)) == []
    assert api.ids(PATH, not_relation="denies") == [str(public.pk)]


def test_a_relation_has_two_ends(api: Api) -> None:
    denied, denial = factories.published(), factories.draft()
    relate(denial, "denies", denied)
    factories.put_out(denial)
    assert api.ids(PATH, relation="denies", relation_direction="outgoing") == [str(denial.pk)]
    assert api.ids(PATH, related_to=str(denied.pk), relation="denies") == [str(denial.pk)]
    assert api.ids(PATH, related_to=str(denied.pk), relation_direction="incoming") == []


def test_filters_cost_no_query_more_than_ids_that_are_followed(api: Api, db: None) -> None:
    factories.full()
    with CaptureQueriesContext(connection) as plain:
        api.get(PATH)
    with CaptureQueriesContext(connection) as filtered:
        api.get(PATH, act="express", quotation_type="mixed", country="FR", not_attitude="fear", headline="false")
    assert len(filtered) <= len(plain)
    speaker = str(Speaker.objects.filter(is_public=True)[0].pk)
    with CaptureQueriesContext(connection) as followed:
        api.get(PATH, speaker=speaker, parts="true")
    assert len(followed) <= len(plain) + 1
