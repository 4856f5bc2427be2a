"""A speaker of very many statements renamed, with everything killed half way: it ends, and readers never see it."""

import contextlib
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client as DjangoClient

from claims.models import Claim, PendingChange, PendingStatement, Speaker, Statement
from claims.querysets import documents
from claims.services.documents import wrong_documents
from claims.services.following import follow_changes
from claims.services.reviewing import withdraw
from tests import factories
from tests.faults.checking import rows, wrong_in
from tests.faults.conftest import ROUNDS
from tests.faults.filling import NEW, OLD, fill
from tests.faults.program import Answer, Server, wait_for
from tests.faults.writing import UNLIMITED, Client, make_token

Start = Callable[..., Server]
Tell = Callable[[str], None]
STATEMENTS = 3000 if ROUNDS == 1 else 100_000
SECONDS = 60  # that a rename may take until the last statement has followed
READERS = 4
LONGEST_ANSWER = 20
NAMES = re.compile(f"{OLD}|{NEW}".encode())
PENDING = "SELECT statement_id FROM claims_pendingstatement ORDER BY statement_id LIMIT 1"
#: who takes a step now
FOLLOWERS = "FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT public.follow_pending%'"


@dataclass
class Reading:
    """What readers of a server that is renamed, killed and started again are answered."""

    keys: list[UUID]
    speaker: UUID
    port: int = 0
    #: from then on nobody may be shown the old name
    renamed_at: float = float("inf")
    is_down: bool = True
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0

    def read(self, client: Any, chance: random.Random) -> None:
        """Ask for one page or statement, and judge it."""
        path = chance.choice(
            [
                f"statements/{chance.choice(self.keys)}/",
                f"statements/?speaker={self.speaker}&limit=20&said_before=20{chance.randrange(11, 26)}",
                "statements/?limit=20",
            ]
        )
        was_down, begun = self.is_down, time.monotonic()
        try:
            answer: Answer = client.send("GET", path)
        except (OSError, HTTPException) as error:
            if not (was_down or self.is_down):
                self.wrong.append(f"{path}: {error!r}")
            time.sleep(0.02)
            return
        self.longest = max(self.longest, time.monotonic() - begun)
        names = Counter(NAMES.findall(answer.body))
        if answer.status != 200 or not names:
            self.wrong.append(f"{path}: {answer.status} {answer.body[:300]!r}")
        elif begun > self.renamed_at and names[OLD.encode()]:
            self.wrong.append(f"{path}: {dict(names)} {time.monotonic() - self.renamed_at:.2f} s after the rename")
        self.answers[self.phase] += 1

    @property
    def phase(self) -> str:
        return "before" if self.renamed_at == float("inf") else "after"


@contextmanager
def reading(server: Server, reads: Reading, chance: random.Random) -> Iterator[None]:
    """Read on and on, in several threads."""
    over = threading.Event()

    def run(luck: random.Random) -> None:
        client = Client(server, "")
        client.headers = {}
        while not over.is_set():
            reads.read(client, luck)
        client.close()

    threads = [
        threading.Thread(target=run, args=[random.Random(chance.random())])  # noqa: S311
        for _ in range(READERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(3 * LONGEST_ANSWER)


def rename(server: Server, secret: str, speaker: UUID, name: str) -> None:
    """Give the speaker another name by the API."""
    client = Client(server, secret)
    read = client.send("GET", f"speakers/{speaker}/")
    answer = client.send("PATCH", f"speakers/{speaker}/", {"name": name}, etag=read.headers["etag"])
    assert answer.status == 200, answer.body
    client.close()


def reached(data_dir: Path) -> UUID:
    """The first statement that has not followed; the greatest id where none is pending."""
    found = rows(data_dir, PENDING)
    return found[0][0] if found else UUID(int=2**128 - 1)


def is_beyond(data_dir: Path, key: UUID) -> bool:
    return reached(data_dir) > key


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
@pytest.mark.parametrize("path", ["", "{key}/", "?speaker={speaker}", "?order=relevance&q=préoccupation"])
def test_what_a_change_reaches_between_two_looks_is_shown_changed(
    path: str, monkeypatch: pytest.MonkeyPatch, client: DjangoClient
) -> None:
    """A page is read, with what is pending; that may be over by the time that fresh documents are asked for."""
    speaker = factories.speaker(OLD)
    statement = factories.published(speakers=[speaker])
    leave_pending(speaker, statement)
    written_anew = documents.fresh_documents

    def reached_meanwhile(keys: Any, *, using: str) -> Any:
        follow_changes()
        return written_anew(keys, using=using)

    monkeypatch.setattr(documents, "fresh_documents", reached_meanwhile)
    where = f"/api/v1/statements/{path.format(key=statement.pk, speaker=speaker.pk)}"
    answer = client.get(where, headers={"host": "localhost"})
    assert set(NAMES.findall(answer.content)) == {NEW.encode()}
    assert not PendingChange.objects.exists()


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_rename_reaches_a_statement_that_its_transaction_cannot_see(level: str, client: DjangoClient) -> None:
    speaker = factories.speaker(OLD)
    factories.published(speakers=[speaker])  # from then on it is public, and publishing leaves its row alone
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        other.execute("SELECT count(*) FROM claims_statement")
        statement = factories.published(speakers=[speaker])
        other.execute("UPDATE claims_speaker SET name = %s WHERE id = %s", [NEW, speaker.pk])
    for _ in range(2):
        answer = client.get(f"/api/v1/statements/{statement.pk}/", headers={"host": "localhost"})
        assert set(NAMES.findall(answer.content)) == {NEW.encode()}
        with connection.cursor() as cursor:
            assert list(wrong_documents(cursor)) == []
        follow_changes()


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
@pytest.mark.parametrize("path", ["", "?speaker={speaker}", "?order=relevance&q=préoccupation"])
def test_what_is_taken_back_between_two_looks_is_not_shown(
    path: str, monkeypatch: pytest.MonkeyPatch, client: DjangoClient
) -> None:
    speaker = factories.speaker(OLD)
    statement, other = (factories.published(speakers=[one]) for one in (speaker, factories.speaker("Other")))
    leave_pending(speaker, statement)
    written_anew = documents.fresh_documents

    def withdrawn_meanwhile(keys: Any, *, using: str) -> Any:
        if Statement.objects.filter(pk=statement.pk, status="published").exists():
            withdraw(statement_id=statement.pk, reason="Wrong.")
        return written_anew(keys, using=using)

    monkeypatch.setattr(documents, "fresh_documents", withdrawn_meanwhile)
    answer = client.get(f"/api/v1/statements/{path.format(speaker=speaker.pk)}", headers={"host": "localhost"})
    shown = [row["id"] for row in answer.json()["results"]]
    assert shown == ([] if path.startswith("?speaker") else [str(other.pk)])


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_who_sees_the_past_alone_writes_no_name_that_has_changed(level: str) -> None:
    claim = Claim.objects.create(text={"fr": OLD}, is_public=True)
    statement = factories.published()
    with psycopg.connect(**connection.get_connection_params()) as writer:
        writer.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        writer.execute("SELECT count(*) FROM claims_statement")
        Claim.objects.filter(pk=claim.pk).update(text={"fr": NEW})
        writer.execute(
            "INSERT INTO claims_position (id, statement_id, claim_id, stance)"
            " VALUES (gen_random_uuid(), %s, %s, 'affirms')",
            [statement.pk, claim.pk],
        )
        with pytest.raises(psycopg.errors.SerializationFailure):
            writer.commit()
        writer.rollback()
    with connection.cursor() as cursor:
        assert list(wrong_documents(cursor)) == []


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_a_step_passes_over_a_statement_that_somebody_is_at(client: DjangoClient) -> None:
    speaker = factories.speaker(OLD)
    statement, other = (factories.published(speakers=[speaker]) for _ in range(2))
    for one in (statement, other):
        leave_pending(speaker, one)
    with psycopg.connect(**connection.get_connection_params()) as editor:
        editor.execute("SELECT FROM claims_statement WHERE id = %s FOR UPDATE", [statement.pk])
        follow_changes()
        assert [row.statement_id for row in PendingStatement.objects.all()] == [statement.pk]
        assert PendingChange.objects.exists()
        editor.rollback()
    follow_changes()
    assert not PendingChange.objects.exists()
    with connection.cursor() as cursor:
        assert list(wrong_documents(cursor)) == []


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_a_change_ends_whose_statements_are_gone_and_one_that_somebody_holds_is_left() -> None:
    gone, held = factories.speaker("Gone"), factories.speaker(OLD)
    statement = factories.draft(speakers=[gone])
    for speaker in (gone, held):
        leave_pending(speaker, statement)
    statement.delete()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT FROM claims_pendingchange WHERE key = %s FOR UPDATE", [held.pk])
        follow_changes()
        assert [row.key for row in PendingChange.objects.all()] == [held.pk]
        other.rollback()
    follow_changes()
    assert not PendingChange.objects.exists()


def leave_pending(speaker: Speaker, statement: Statement) -> None:
    """Rename it as if very many statements named it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE claims_speaker DISABLE TRIGGER statements_follow_speaker")
        with transaction.atomic():
            Speaker.objects.filter(pk=speaker.pk).update(name=NEW)
            PendingChange.objects.get_or_create(kind="speaker", key=speaker.pk, in_words=True, is_listed=True)
            PendingStatement.objects.create(statement=statement, key=speaker.pk, in_words=True)
        cursor.execute("ALTER TABLE claims_speaker ENABLE TRIGGER statements_follow_speaker")


def kill_all(server: Server) -> None:
    """End it and its workers as a machine that fails does; PostgreSQL goes on, and stops by itself."""
    workers = [one for one in server.children() if "serve" in " ".join(one.cmdline())]
    server.kill(group=True)
    for worker in workers:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.kill()
    server.ended()


def test_a_large_rename_killed_half_way_ends_and_is_never_seen(
    start: Start, set_up: Path, chance: random.Random, tell: Tell
) -> None:
    server = start(set_up, env=UNLIMITED).is_ready()
    begun = time.monotonic()
    speaker, keys = fill(set_up, STATEMENTS, chance)
    tell(f"{STATEMENTS} statements made in {time.monotonic() - begun:.0f} s")
    secret = make_token(server, "curator", "curator")
    reads = Reading(keys, speaker, is_down=False)
    with reading(server, reads, chance):
        assert wait_for(lambda: reads.answers["before"] > READERS, 20)
        begun = time.monotonic()
        rename(server, secret, speaker, NEW)
        reads.renamed_at = time.monotonic()
        answered = reads.renamed_at - begun
        # who takes a step loses the connection: somebody else takes it again
        assert wait_for(lambda: rows(set_up, f"SELECT pg_terminate_backend(pid) {FOLLOWERS}"), 20, 0)
        assert wait_for(lambda: is_beyond(set_up, keys[0]), 30, 0)
        assert wait_for(lambda: STATEMENTS < 10_000 or is_beyond(set_up, keys[STATEMENTS // 2]), 300, 0)
        reads.is_down = True
        kill_all(server)
        half = reached(set_up)
        assert half < keys[-1], "it was quicker than the kill"
        again = time.monotonic()
        server = start(set_up, port=server.port, env=UNLIMITED).is_ready()
        reads.is_down = False
        assert wait_for(lambda: not rows(set_up, "SELECT FROM claims_pendingchange"), 600, 0.05)
        ended = time.monotonic()
        count = reads.answers["after"]
        assert wait_for(lambda: reads.answers["after"] > count + READERS, 20)
    tell(
        f"answered after {answered:.2f} s, killed at {keys.index(half)} of {STATEMENTS}, "
        f"ended {ended - reads.renamed_at:.1f} s behind the answer, {ended - again:.1f} s behind the next start; "
        f"{dict(reads.answers)} reads, the longest {reads.longest:.2f} s"
    )
    assert reads.wrong == []
    assert wrong_in(set_up) == []
    shown = rows(
        set_up, "SELECT count(*) FROM claims_statementdocument WHERE strpos(encode(body, 'escape'), 'Nouvelle') > 0"
    )
    assert shown == [(STATEMENTS,)]
    server.stop()
