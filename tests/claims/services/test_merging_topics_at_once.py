"""Topics merged while others are at work, on real connections: nothing is left that names a merged topic."""

import random
from collections import Counter
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection

from claims.models import StatementTopic, Topic
from claims.services.merging_rows import MergeRefusedError
from claims.services.merging_topics import merge_topics
from claims.services.recording import Part, Report
from claims.text.spans import find
from config.writing.refusals import refusal_of
from config.writing.retrying import retried
from sources.models import SourceText
from tests import factories
from tests.recording import record_statement

WORKERS, ACTS, TOPICS = 6, 25, 12

pytestmark = pytest.mark.django_db(transaction=True)


class Worker:
    """One curator at work on topics that others are merging."""

    def __init__(self, number: int, revision: SourceText) -> None:
        self.chance = random.Random(number)  # noqa: S311 a test's chance
        self.revision = revision
        self.by = factories.user("curator")
        self.speaker = factories.speaker(f"Ada {number}")
        self.done: Counter[str] = Counter()
        self.failed: list[BaseException] = []
        self.thread = Thread(target=self.run)

    def run(self) -> None:
        try:
            for act in self.chance.choices([self.merge, self.record, self.narrow, self.make], [3, 4, 2, 2], k=ACTS):
                self.once(act)
        except BaseException as error:
            self.failed.append(error)
            raise
        finally:
            connection.close()

    def once(self, act: Any) -> None:
        try:
            retried(act)
            self.done[act.__name__] += 1
        except MergeRefusedError:
            self.done["refused"] += 1
        except DatabaseError as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            self.done["refused"] += 1

    def some(self) -> Topic:
        return self.chance.choice(list(Topic.objects.live()))

    def merge(self) -> None:
        merge_topics(topic_id=self.some().pk, into_id=self.some().pk, by=self.by)

    def record(self) -> None:
        record_statement(
            parts=[Part(speaker=self.speaker)],
            report=Report(
                revision=self.revision,
                segments=[find(self.revision.text, factories.WORDS)],
                quotation_type="direct",
            ),
            topics={self.some(), self.some()},
            values={"created_by": self.by},
        )

    def narrow(self) -> None:
        Topic.objects.filter(pk=self.some().pk).update(broader=self.some())

    def make(self) -> None:
        factories.topic("neuf", broader=self.some())


def test_nothing_names_a_merged_one() -> None:
    for number in range(TOPICS):
        factories.topic(f"sujet {number}")
    workers = [Worker(number, factories.source()) for number in range(WORKERS)]
    for one in workers:
        one.thread.start()
    for one in workers:
        one.thread.join()
    assert [one.failed for one in workers if one.failed] == []
    done = sum((one.done for one in workers), Counter[str]())
    assert all(done[act] for act in ("merge", "record", "narrow", "make")), done
    merged = Topic.objects.filter(merged_into__isnull=False)
    assert merged.count() == done["merge"]
    assert not StatementTopic.objects.filter(topic__in=merged).exists()
    assert not Topic.objects.live().filter(broader__in=merged).exists()
    assert not merged.filter(merged_into__in=merged).exists()
