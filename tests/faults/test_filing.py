"""Postings moved to runs by several at once while statements change: none is lost, and readers find all meanwhile."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from claims.models import PostingRun, Speaker, Statement, Topic
from claims.querysets.documents import page_of_stream
from claims.querysets.postings import SPEAKER, Days, stream_of
from claims.services.documents import wrong_documents
from claims.services.filing import file_postings
from claims.services.reviewing import TransitionRefusedError, publish, return_to_draft, submit, withdraw
from config.writing.retrying import may_be_tried_again, retried
from sources.models import Source
from tests import factories
from tests.faults.conftest import ROUNDS
from tests.faults.writing import at_once

Tell = Callable[[str], None]
STATEMENTS, EDITS = (24, 150) if ROUNDS == 1 else (150, 300 * ROUNDS)
EDITORS, FILERS, READERS = 4, 2, 2
MOST = 500  # a page of them all
WORDS = ["armement", "missile", "plutonium", "frégate", "embargo", "sanction", "satellite", "ogive", "uranium", "radar"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])


def wrong() -> list[UUID]:
    """Statements whose documents or postings are not what they would be if written now."""
    with connection.cursor() as cursor:
        return list(wrong_documents(cursor))


@contextmanager
def another() -> Iterator[Any]:
    """A transaction of somebody else, undone in the end."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        yield other
        other.rollback()


def closing(act: Callable[..., Any], *values: Any) -> Any:
    """Do it in a thread of its own, and leave no connection behind."""
    try:
        return act(*values)
    finally:
        connections.close_all()


def test_a_filing_in_the_middle_of_a_change_leaves_its_postings() -> None:
    """Whoever changes a document finds most of its postings there, and counts on them."""
    statement = factories.published(speakers=[factories.speaker("Ada Essai")])
    with another() as other:
        name = _name_that_is_filed_last(other, statement)
        other.rollback()
        # what the change is about to add is in somebody's way: it waits half way
        other.execute(
            "INSERT INTO claims_posting (term, sort_date, statement_id)"
            " SELECT max(public.search_term('fr', word)), sort_date, statement_id FROM claims_statementdocument,"
            " unnest(tsvector_to_array(public.search_vector('fr', %s))) AS word"
            " WHERE statement_id = %s GROUP BY sort_date, statement_id",
            [name, statement.pk],
        )
        rename = partial(Speaker.objects.filter(name="Ada Essai").update, name=name)
        change = threading.Thread(target=closing, args=[rename])
        change.start()
        _wait_for_a_lock()
        assert file_postings(most_lately=-1)
        other.rollback()
        change.join()
    assert Speaker.objects.get().name == name
    assert wrong() == []


def _name_that_is_filed_last(other: Any, statement: Statement) -> str:
    """A name one of whose terms stands behind all those that the statement has."""
    row = other.execute("SELECT terms FROM claims_statementdocument WHERE statement_id = %s", [statement.pk]).fetchone()
    for number in range(1000):
        found = other.execute(
            "SELECT array_agg(public.search_term('fr', word)) FROM unnest(tsvector_to_array("
            " public.search_vector('fr', %s))) AS word",
            [f"Zoé{number}"],
        ).fetchone()[0]
        if max(found) > max(row[0]):
            return f"Zoé{number}"
    raise AssertionError


def _wait_for_a_lock() -> None:
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits")


class World:
    """Statements of a few speakers about a few topics, which editors rename, take back and publish anew."""

    def __init__(self) -> None:
        self.still = factories.speaker("Constance Fixe")
        self.speakers = [factories.speaker(f"Ada {word}") for word in WORDS[:4]]
        self.topics = [factories.topic(word) for word in WORDS[:4]]
        self.sources = [factories.source() for _ in range(3)]
        self.statements = [
            factories.published(
                speakers=[self.still, self.speakers[number % 4]],
                topics=[self.topics[number % 3]],
                revision=self.sources[number % 3],
                said_at=f"2024-{number % 12 + 1:02}",
            )
            for number in range(STATEMENTS)
        ]
        self.author, self.reviewer = factories.user("author"), factories.user("reviewer")
        #: taken back now and then; the others stay public
        self.restless = self.statements[:4]

    @property
    def staying(self) -> set[UUID]:
        return {one.pk for one in self.statements[4:]}

    def edit(self, number: int, chance: random.Random) -> str:
        """Change something; return what."""
        name = f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number}"
        act = chance.choice(["speaker", "topic", "source", "date", "publish"])
        if act == "speaker":
            Speaker.objects.filter(pk=chance.choice(self.speakers).pk).update(name=name)
        elif act == "topic":
            Topic.objects.filter(pk=chance.choice(self.topics).pk).update(labels={"fr": name})
        elif act == "source":
            Source.objects.filter(pk=chance.choice(self.sources).source_id).update(title=name)
        elif act == "date":
            Source.objects.filter(pk=chance.choice(self.sources).source_id).update(
                published_at=f"2025-{chance.randrange(1, 13):02}"
            )
        else:
            self.publish_anew(chance.choice(self.restless).pk)
        return act

    def publish_anew(self, key: UUID) -> None:
        """Take the next step with it, whichever that is."""
        status = Statement.objects.values_list("status", flat=True).get(pk=key)
        if status == "published":
            withdraw(statement_id=key, reason="Misattributed.")
        elif status == "withdrawn":
            return_to_draft(statement_id=key, reason="Look again.")
        elif status == "draft":
            submit(statement_id=key, by=self.author)
        else:
            publish(statement_id=key, by=self.reviewer)

    def missing(self) -> set[UUID]:
        """Statements that stay public and are not found under their speaker now."""
        stream = stream_of(None, (), [(SPEAKER, {self.still.pk})], Days(), using="public", stop_word_languages=[])
        assert stream is not None
        page = page_of_stream(stream, None, place=None, limit=MOST, newest=True, with_bodies=False, using="public")
        return self.staying - {one.id for one in page}


class Load:
    """Editors, filers and readers at work on one world."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.seeds = iter(chance.sample(range(10**9), EDITORS))
        self.over = threading.Event()
        self.at_work = EDITORS
        self.done: Counter[str] = Counter()
        self.lost: list[Any] = []
        self.lock = threading.Lock()

    def edit(self) -> None:
        chance = random.Random(next(self.seeds))  # noqa: S311
        try:
            for number in range(EDITS // EDITORS):
                try:
                    self.count(retried(partial(self.world.edit, number, chance)))
                except TransitionRefusedError:
                    self.count("refused")
                except OperationalError as error:
                    if not may_be_tried_again(error):
                        raise
                    self.count("given up")
        finally:
            with self.lock:
                self.at_work -= 1
                if not self.at_work:
                    self.over.set()

    def file(self) -> None:
        while not self.over.is_set():
            if retried(partial(file_postings, most_lately=-1, most_runs=2)):
                self.count("filed")

    def read(self) -> None:
        while not self.over.is_set():
            if missing := self.world.missing():
                self.lost.append(missing)
                self.over.set()
            self.count("read")

    def count(self, what: str) -> None:
        with self.lock:
            self.done[what] += 1


def test_filings_and_edits_at_once_lose_no_posting(chance: random.Random, tell: Tell) -> None:
    world = World()
    assert world.missing() == set()
    load = Load(world, chance)
    begun = time.monotonic()
    acts = [load.edit] * EDITORS + [load.file] * FILERS + [load.read] * READERS
    at_once([partial(closing, act) for act in acts])
    tell(f"{EDITS} edits in {time.monotonic() - begun:.0f} s: {dict(sorted(load.done.items()))}")
    tell(f"{PostingRun.objects.count()} runs in the end")
    assert load.lost == []
    assert wrong() == []
    assert world.missing() == set()
    assert load.done["filed"]
    assert load.done["read"]
