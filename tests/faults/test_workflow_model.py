"""The workflow against a model of it: acts by chance, by services, API and SQL, each as the model has it."""

import json
import random
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from hypothesis import HealthCheck, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from claims.models import Appearance, Attribution, Relay, Speaker, Statement
from config.history.replaying import differences_from_present
from config.history.versions import History
from sources.models import Source, SourceText
from tests.faults import workflow
from tests.faults.conftest import ROUNDS, SEED
from tests.faults.workflow import CONTRIBUTORS, CURATORS, DONE, REVIEWERS, Quote, Said
from tests.faults.workflow_acts import API, NOTE, Acts, People

RUNS, STEPS_A_RUN = (15, 20) if ROUNDS == 1 else (30 * ROUNDS, 40)
ACTS = {
    "enter": 3,
    "change": 4,
    "step": 8,
    "recall": 3,
    "put_out": 3,
    "unite": 4,
    "delete": 1,
    "restore": 4,
    "merge": 2,
    "split": 2,
    "revise": 1,
    "move_quote": 3,
    "break_a_rule": 3,
    "change_by_sql": 1,
}
WHO = [*sorted(REVIEWERS) * 3, *sorted(CURATORS) * 2, *sorted(CONTRIBUTORS)]
RECORD = (
    "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"
    " AND (tablename ~ '^(claims|sources|exchange|proposals|desk|pghistory)_' OR tablename = 'access_storedanswer')"
)


class Workflow(Acts, RuleBasedStateMachine):
    """After each act, the record, the public's answers and the history must be the model's."""

    def __init__(self) -> None:
        super().__init__()
        self.touched: set[str] = set()
        self.steps = 0
        empty_tables()

    @initialize(count=st.integers(2, 3))
    def begin(self, count: int) -> None:
        """A document, some speakers, and a first draft."""
        text = self.record.document.text
        self.source = Source.objects.create(title="Dépêche", language="fr")
        SourceText.objects.create(source=self.source, raw=text.encode(), text=text)
        for number in range(count):
            self.record.speakers[str(Speaker.objects.create(name=f"Ada {number}").pk)] = None
        self.enter("cleo", 0, 0, by_api=True, is_stale=False)

    @rule(luck=st.integers(0, 2**64 - 1))
    def act(self, luck: int) -> None:
        """Do something by chance: hypothesis, left to draw each detail, leaves most of what can be done undone."""
        self.steps += 1
        chance = random.Random(f"{luck} {self.steps}")  # noqa: S311 the same number again is another act
        act = chance.choices([*ACTS], [*ACTS.values()])[0] if self.record.statements else "enter"
        how: dict[str, Any] = {
            "who": chance.choice(WHO),
            "pick": chance.randrange(100),
            "other": chance.randrange(100),
            "by_api": chance.random() < 0.5,
            "is_stale": chance.random() < 0.1,
        }
        note(f"{act} {how}")
        getattr(self, act)(**how)

    # what must hold afterwards

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        """In this order: what was touched is looked at more closely."""
        self.the_record_is_the_models()
        self.the_public_sees_what_is_published()
        self.the_history_gives_the_present()
        self.nothing_names_a_merged_speaker()

    def the_record_is_the_models(self) -> None:
        """Every statement says what the model's says; versions grew where, and only where, something changed."""
        there = present_statements()
        assert set(there) == set(self.record.statements)
        for key, one in self.record.statements.items():
            status, version, was_public, reason, sent, merged_into, content = there[key]
            assert (status, was_public, merged_into) == (one.status, one.was_public, one.merged_into), key
            assert content == one.content, key
            assert reason == one.reason or merged_into, key
            assert sent == (one.asked_for, one.submitted_by), key
            assert (version > self.versions[key]) == (key in self.record.grown), (key, version, self.versions[key])
            self.versions[key] = version
        self.touched = self.record.grown & set(there)
        self.record.grown = set()

    def the_public_sees_what_is_published(self) -> None:
        """The list has no more and no less, and what changed is answered as it is now."""
        body = self.public_body(f"{API}/statements/?limit=100")
        published = self.record.ids(workflow.PUBLISHED)
        assert {one["id"] for one in json.loads(body)["results"]} == published
        assert set(NOTE.findall(body)) == {self.record.statements[key].content.note for key in published}
        for key in self.touched:
            self.check_public_detail(self.record.statements[key])

    def the_history_gives_the_present(self) -> None:
        """What changed is in the history as it is, and has its number there."""
        for key in self.touched:
            one = self.record.statements[key]
            assert differences_from_present(Statement, UUID(key)) == []
            one.earlier[len(History(Statement, UUID(key)).versions)] = one.content

    def nothing_names_a_merged_speaker(self) -> None:
        merged = [UUID(key) for key, into in self.record.speakers.items() if into]
        for rows in (Attribution.objects.filter(speaker__in=merged), Relay.objects.filter(speaker__in=merged)):
            assert not rows.exists()
        living = dict(Speaker.objects.values_list("pk", "merged_into"))
        assert {str(key): str(into) if into else None for key, into in living.items()} == self.record.speakers

    def teardown(self) -> None:
        """Look at everything once more, by every way the public has."""
        record = self.record
        for one in record.statements.values():
            self.check_public_detail(one)
            self.check_public_history(one)
            assert differences_from_present(Statement, UUID(one.id)) == []
        for key in record.deleted:
            assert differences_from_present(Statement, UUID(key)) == []
            for path in (f"{API}/statements/{key}/", f"{API}/statements/{key}/history/"):
                assert self.people.public.get(path).status_code == 404
        for speaker in record.speakers:
            assert differences_from_present(Speaker, UUID(speaker)) == []
        for speaker, into in record.speakers.items():
            answer = self.people.public.get(f"{API}/speakers/{speaker}/")
            assert answer.status_code in ({301, 404} if into else {200, 404})
            if answer.status_code == 301:
                assert answer["Location"].endswith(f"/speakers/{record.living_behind(speaker)}/")
        hidden = {one.id for one in record.statements.values() if not one.was_public} | record.deleted
        shown = {note for one in record.statements.values() for note in one.shown}
        for path in ("speakers/?limit=100", "sources/?limit=100", "statements/?q=propos&limit=100", "topics/"):
            body = self.public_body(f"{API}/{path}")
            assert not {key for key in hidden if key in body}
            assert set(NOTE.findall(body)) <= shown

    def check_public_detail(self, one: Said) -> None:
        status, told = one.public_answer()
        answer = self.people.public.get(f"{API}/statements/{one.id}/")
        assert answer.status_code == status, one
        if status == 301:
            assert answer["Location"].endswith(f"/statements/{told}/")
        elif status == 410:
            assert answer.json()["detail"] == told
        notes = set(NOTE.findall(answer.content.decode()))
        assert notes == ({one.content.note} if status == 200 else set(NOTE.findall(told)))

    def check_public_history(self, one: Said) -> None:
        answer = self.people.public.get(f"{API}/statements/{one.id}/history/?limit=100")
        assert answer.status_code == (200 if one.was_public else 404)
        told = [change for version in answer.json().get("results", []) for change in version["changes"]]
        assert {change["new"] for change in told if change["field"] == "said_at_text"} == one.shown

    def public_body(self, path: str) -> str:
        answer = self.people.public.get(path)
        assert answer.status_code == 200, answer.content
        return answer.content.decode()


def present_statements() -> dict[str, tuple[Any, ...]]:
    """Each statement as the tables have it: four queries."""
    speakers: dict[Any, set[str]] = {}
    for statement, speaker in Attribution.objects.order_by().values_list("statement", "speaker"):
        speakers.setdefault(statement, set()).add(str(speaker))
    quotes: dict[Any, dict[str, Quote]] = {}
    found = Appearance.objects.order_by().values_list(
        "statement", "segments__exact", "source_text__number", "anchor_state", "relays__speaker"
    )
    for statement, words, number, state, relay in found:
        quotes.setdefault(statement, {})[words] = Quote(number, state, str(relay) if relay else None)
    columns = ["pk", "status", "version", "published_at", "withdrawn_reason", "merged_into", "said_at_text"]
    sent = Statement.objects.values_list("pk", "returned_reason", "submitted_by__username")
    before = {key: (asked_for, who) for key, asked_for, who in sent}
    return {
        str(key): (
            status,
            version,
            published_at is not None,
            reason,
            before[key],
            str(into) if into else None,
            workflow.Content(note, frozenset(speakers.get(key, ())), quotes.get(key, {})),
        )
        for key, status, version, published_at, reason, into, note in Statement.objects.values_list(*columns)
    }


def empty_tables() -> None:
    """Begin with an empty record; accounts and tokens stay."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD)
        (tables,) = cursor.fetchone()
        cursor.execute(f"TRUNCATE {tables}")


@pytest.fixture
def people(transactional_db: None) -> People:
    """Accounts in their groups, which tests before may have cleared away."""
    if not Group.objects.filter(name="contributors").exists():
        with connection.schema_editor(atomic=False) as editor:
            import_module("claims.migrations.0007_roles").make_roles(apps, editor)
    return People()


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_the_workflow_does_what_the_model_does(people: People, tell: Callable[[str], None]) -> None:
    outcomes: Counter[tuple[str, str]] = Counter()
    machine = type("Machine", (Workflow,), {"people": people, "outcomes": outcomes})
    run_state_machine_as_test(
        seed(int.from_bytes(SEED.encode()))(machine),
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS_A_RUN,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    acts = sorted({act for act, _outcome in outcomes})
    for act in acts:
        tell(f"{act}: " + ", ".join(f"{number} {how}" for (one, how), number in sorted(outcomes.items()) if one == act))
    if ROUNDS >= 10:  # fewer do not bring everything about
        assert {act for act in acts if outcomes[act, DONE]} == {*acts} - {"break_a_rule"}
