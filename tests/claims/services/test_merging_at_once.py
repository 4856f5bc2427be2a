"""Merges, splits and attributions at once, on real connections: nothing is left that names a merged speaker."""

import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from claims.models import Attribution, Membership, Relay, Role, Speaker, SpeakerName, SpeakerSameAs, Statement
from claims.services.beyond_drafts import ActRefusedError
from claims.services.merging import merge_speakers
from claims.services.recording import Part, Passing, Report
from claims.services.reviewing import TransitionRefusedError, publish, submit
from claims.services.splitting import split_speaker
from claims.text.spans import find
from config.writing.refusals import refusal_of
from config.writing.retrying import retried
from sources.models import SourceText
from tests import factories
from tests.recording import record_statement

ROUNDS = int(os.environ.get("FAULTS_ROUNDS") or 1)
SEED = os.environ.get("FAULTS_SEED") or str(time.time_ns())
NAMES = re.compile(r"“[^”]*”|\([^)]*\)")
WORKERS = 8
SPEAKERS = 40

pytestmark = pytest.mark.django_db(transaction=True)
only_long = [
    pytest.mark.only_long,
    pytest.mark.skipif(ROUNDS == 1, reason="part of the long form: FAULTS_ROUNDS=2 or more"),
]


class Worker:
    """One curator at work: acts chosen by chance on living speakers, several of whom others are merging."""

    def __init__(self, number: int, acts: int, revision: SourceText, role: Role) -> None:
        self.chance = random.Random(f"{SEED} {number}")  # noqa: S311 a test's chance
        self.acts = acts
        self.revision = revision
        self.role = role
        self.by = factories.user("author")
        self.reviewer = factories.user("reviewer")
        self.done: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.begun = 0
        self.failed: list[BaseException] = []
        self.thread = Thread(target=self.run)

    def run(self) -> None:
        weights: dict[Callable[[], Any], int] = {
            self.merge: 22,
            self.make: 22,
            self.record: 20,
            self.attribute: 14,
            self.hold: 8,
            self.belong: 5,
            self.split: 4,
            self.publish: 5,
        }
        try:
            for act in self.chance.choices(list(weights), list(weights.values()), k=self.acts):
                self.once(act)
        except BaseException as error:
            self.failed.append(error)
            raise
        finally:
            connection.close()

    def once(self, act: Callable[[], Any]) -> None:
        """Carry an act out as the admin does; count whether it is done or refused, and why."""

        def attempt() -> None:
            self.begun += 1
            act()

        try:
            retried(attempt)
            self.done[act.__name__] += 1
        except (ActRefusedError, TransitionRefusedError) as error:
            self.refused[act.__name__, f"{type(error).__name__}: {self.reason(str(error))}"] += 1
        except DatabaseError as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            self.refused[act.__name__, self.reason(refusal.sentence)] += 1

    def reason(self, sentence: str) -> str:
        """The sentence without the names in it."""
        return NAMES.sub("…", sentence)

    def some(self, count: int) -> list[UUID]:
        living = Speaker.objects.live().order_by("pk").values_list("pk", flat=True)
        return self.chance.sample(list(living), count)

    def merge(self) -> None:
        speaker, into = self.some(2)
        merge_speakers(speaker_id=speaker, into_id=into, by=self.by)

    def make(self) -> None:
        Speaker.objects.create(name=f"Speaker {self.chance.random()}", type="organization")

    def record(self) -> None:
        speakers = [Speaker(pk=key) for key in self.some(3)]
        report = Report(
            revision=self.revision,
            segments=[find(self.revision.text, factories.WORDS)],
            quotation_type="direct",
            relays=[Passing(speakers[2])],
        )
        parts = [Part(speaker=one, has_no_role=True) for one in speakers[:2]]
        record_statement(parts=parts, report=report, values={"created_by": self.by})

    def attribute(self) -> None:
        statement = self.draft()
        if statement is not None:
            speaker, addressed = self.some(2)
            held = Membership.objects.filter(speaker=speaker).first()
            with transaction.atomic():
                Attribution.objects.create(statement_id=statement, speaker_id=speaker, membership=held)
                Attribution.objects.create(statement_id=statement, speaker_id=addressed, kind="addressee")

    def hold(self) -> None:
        speaker, organization = self.some(2)
        Membership.objects.create(speaker_id=speaker, role=self.role, organization_id=organization)

    def belong(self) -> None:
        part, whole = self.some(2)
        Speaker.objects.filter(pk=part).update(part_of=whole)

    def split(self) -> None:
        (speaker,) = self.some(1)
        rows = Attribution.objects.filter(speaker=speaker, membership=None).order_by("pk").values_list("pk", flat=True)
        split_speaker(speaker_id=speaker, by=self.by, name="Split off", attributions=list(rows[:3]))

    def publish(self) -> None:
        statement = self.draft()
        if statement is not None:
            submit(statement_id=statement, by=self.by)
            publish(statement_id=statement, by=self.reviewer)

    def draft(self) -> UUID | None:
        drafts = Statement.objects.filter(status="draft").order_by("-pk").values_list("pk", flat=True)[:20]
        chosen: UUID | None = self.chance.choice(list(drafts) or [None])
        return chosen


def work(acts: int) -> list[Worker]:
    """Let all work at once, until each has done its acts; print what came of them."""
    revision = factories.source()
    role = Role.objects.create(labels={"en": "member"})
    for number in range(SPEAKERS):
        factories.speaker(f"Speaker {number}", type="organization")
    workers = [Worker(number, acts // WORKERS, revision, role) for number in range(WORKERS)]
    begun = time.monotonic()
    for worker in workers:
        worker.thread.start()
    for worker in workers:
        worker.thread.join()
    _tell(workers, time.monotonic() - begun)
    return workers


def _tell(workers: list[Worker], seconds: float) -> None:
    done, refused = sum((one.done for one in workers), Counter()), sum((one.refused for one in workers), Counter())
    total = done.total() + refused.total()
    again = sum(one.begun for one in workers) - total - sum(len(one.failed) for one in workers)
    print(f"\nFAULTS_SEED={SEED}: {total} acts in {seconds:.0f} s, {done.total()} done, {refused.total()} refused,")
    print(f"{again} begun again after a deadlock; {sum(len(one.failed) for one in workers)} failed")
    print(f"done: {dict(done)}")
    for (act, reason), count in refused.most_common():
        print(f"refused: {count} {act}: {reason}")


def check(workers: list[Worker], acts: int) -> None:
    """Assert that every act was done or refused, and that nothing names a speaker that is another now."""
    assert [error for one in workers for error in one.failed] == []
    assert sum(one.done.total() + one.refused.total() for one in workers) == acts // WORKERS * WORKERS
    merged = Speaker.objects.filter(merged_into__isnull=False)
    assert merged.count() == sum(one.done["merge"] for one in workers)
    ids = merged.values("pk")
    for rows in (
        Attribution.objects.filter(speaker__in=ids),
        Relay.objects.filter(speaker__in=ids),
        Membership.objects.filter(Q(speaker__in=ids) | Q(organization__in=ids)),
        Speaker.objects.filter(Q(part_of__in=ids) | Q(merged_into__in=ids)),
        SpeakerName.objects.filter(speaker__in=ids),
        SpeakerSameAs.objects.filter(speaker__in=ids),
        Speaker.objects.filter(attributions__statement__status="published", is_public=False),
    ):
        assert list(rows[:5]) == []
    assert Statement.objects.count() == sum(one.done["record"] for one in workers)
    assert not Statement.objects.exclude(attributions__kind="speaker").exists()


@pytest.mark.parametrize("acts", [320, pytest.param(20_000, marks=only_long)])
def test_nothing_names_a_merged_speaker(acts: int) -> None:
    check(work(acts), acts)
