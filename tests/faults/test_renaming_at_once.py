"""Speakers, topics and sources renamed by many while others publish statements that name them: all get through."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from claims.services.documents import wrong_among
from tests.faults.checking import connected, rows, wrong_in
from tests.faults.conftest import ROUNDS
from tests.faults.program import Server, wait_for
from tests.faults.writing import UNLIMITED, Client, at_once, made, make_speakers, make_token

Start = Callable[..., Server]
Tell = Callable[[str], None]
RENAMES, STATEMENTS = (60, 16) if ROUNDS == 1 else (300 * ROUNDS, 40 * ROUNDS)
RENAMERS, PUBLISHERS = 6, 4
ATTEMPTS = 50
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'attribution_record'"
#: by how the API calls them: the member that is changed, and its value
NAMES: dict[str, Callable[[str], dict[str, Any]]] = {
    "speakers": lambda mark: {"name": mark},
    "topics": lambda mark: {"labels": {"fr": mark}},
    "sources": lambda mark: {"title": mark},
}


class World:
    """A few rows that all statements name, and what was acknowledged of each."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.tokens = {role: make_token(server, role, role) for role in ("curator", "reviewer")}
        self.client = Client(server, self.tokens["curator"])
        self.rows = {
            "speakers": make_speakers(self.client, 5),
            "topics": [made(self.client, "topics/", {"labels": {"fr": f"Sujet {n}"}})["id"] for n in range(4)],
            "sources": [
                made(self.client, "sources/", {"text": self.text(n), "title": f"Dépêche {n}", "language": "fr"})["id"]
                for n in range(3)
            ],
        }
        #: row -> version and mark of each rename that was answered
        self.renamed: dict[str, list[tuple[int, str]]] = {key: [] for keys in self.rows.values() for key in keys}
        self.published: list[str] = []
        self.answers: Counter[tuple[str, int]] = Counter()
        self.left = {"rename": RENAMES, "publish": STATEMENTS}
        self._lock = threading.Lock()

    @staticmethod
    def text(number: int) -> str:
        """A document with words for each statement."""
        return " ".join(f"Propos {number}.{place}x." for place in range(STATEMENTS))

    def ticket(self, act: str) -> int | None:
        """A number for the next of these acts; None when there were enough."""
        with self._lock:
            self.left[act] -= 1
            return self.left[act] if self.left[act] >= 0 else None

    def stop(self) -> None:
        with self._lock:
            self.left = dict.fromkeys(self.left, 0)


class Worker:
    """A client that gives nothing up."""

    def __init__(self, world: World, luck: int) -> None:
        self.world, self.chance = world, random.Random(luck)  # noqa: S311
        self.clients = {role: Client(world.server, secret) for role, secret in world.tokens.items()}
        self.looking = connected(world.server.data_dir)

    def work(self, act: str) -> None:
        """Do it as long as there are tickets."""
        try:
            while (number := self.world.ticket(act)) is not None:
                getattr(self, act)(number)
        except BaseException:
            self.world.stop()
            raise
        finally:
            for one in (*self.clients.values(), self.looking):
                one.close()

    def rename(self, number: int) -> None:
        """Give one of the rows a name found nowhere else, whoever else does so meanwhile."""
        kind = self.chance.choice(list(NAMES))
        key, mark = self.chance.choice(self.world.rows[kind]), f"Repère {number}x"
        answer = self.until_taken("PATCH", f"{kind}/{key}/", NAMES[kind](mark), key_of=f"{kind}/{key}/", role="curator")
        self.world.renamed[key].append((answer["version"], mark))
        self.look(kind.removesuffix("s"), key)

    def publish(self, number: int) -> None:
        """Record and publish a statement that names some of the rows."""
        rows_of, source = self.world.rows, number % 3
        body = {
            "speakers": [{"speaker": one} for one in self.chance.sample(rows_of["speakers"], 2)],
            "topics": self.chance.sample(rows_of["topics"], 2),
            "appearances": [
                {
                    "source": rows_of["sources"][source],
                    "quotation_type": "direct",
                    "segments": [{"exact": f"Propos {source}.{number}x."}],
                    "relays": [{"speaker": self.chance.choice(rows_of["speakers"])}],
                }
            ],
        }
        key = self.until_taken("POST", "statements/", body, role="curator")["id"]
        for step, role in (("submit", "curator"), ("publish", "reviewer")):
            self.until_taken("POST", f"statements/{key}/{step}/", {}, key_of=f"statements/{key}/", role=role)
        self.world.published.append(key)
        assert wrong_among(self.looking.cursor(), [UUID(key)]) == []

    def until_taken(self, method: str, path: str, body: Any, *, role: str, key_of: str | None = None) -> Any:
        """Send it, as of the version that is there, until it is taken; count the answers."""
        client = self.clients[role]
        for _ in range(ATTEMPTS):
            etag = client.send("GET", key_of).headers["etag"] if key_of else None
            answer = client.send(method, path, body, etag=etag)
            self.world.answers[method, answer.status] += 1
            if answer.status in {200, 201}:
                return answer.json
            assert answer.status == 412 or answer.is_unavailable_problem(), (path, answer.status, answer.body)
        raise AssertionError(f"{path} was never taken")

    def look(self, kind: str, key: str) -> None:
        found = self.looking.execute("SELECT public.statements_naming(%s, ARRAY[%s::uuid])", [kind, key])
        assert wrong_among(self.looking.cursor(), [one for (one,) in found]) == []


def test_renames_and_publications_at_once_all_get_through(
    start: Start, set_up: Path, chance: random.Random, tell: Tell
) -> None:
    server = start(set_up, env=UNLIMITED).is_ready()
    world = World(server)
    acts = ["rename"] * RENAMERS + ["publish"] * PUBLISHERS
    workers = [Worker(world, luck) for luck in chance.sample(range(10**9), len(acts))]
    ((before,),) = rows(set_up, DEADLOCKS)
    begun = time.monotonic()
    at_once([partial(worker.work, act) for worker, act in zip(workers, acts, strict=True)])
    seconds = time.monotonic() - begun
    assert wait_for(lambda: not rows(set_up, "SELECT FROM claims_pendingchange"), 60, 0.1)
    ((deadlocks,),) = rows(set_up, DEADLOCKS)
    tell(
        f"{RENAMES} renames and {STATEMENTS} publications in {seconds:.0f} s; {deadlocks - before} deadlocks, "
        f"{100 * (deadlocks - before) / (RENAMES + 3 * STATEMENTS):.1f} of 100 writes; {dict(world.answers)}"
    )
    assert sum(map(len, world.renamed.values())) == RENAMES
    assert len(world.published) == STATEMENTS
    for kind, keys in world.rows.items():
        for key in keys:
            if world.renamed[key]:
                last = max(world.renamed[key])[1]
                assert last in str(world.client.send("GET", f"{kind}/{key}/").json)
    assert wrong_in(set_up) == []
    server.stop()
