"""What is sent again with its Idempotency-Key acts once: by many at once, and after a kill took the answer away."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.faults.checking import rows
from tests.faults.program import Answer, Server, pid_in, wait_for
from tests.faults.writing import (
    CLIENTS,
    UNLIMITED,
    Client,
    are_waiting,
    at_once,
    locked,
    made,
    make_source,
    make_speakers,
    make_token,
)

Start = Callable[..., Server]
Tell = Callable[[str], None]
REPLAYED = "idempotency-replayed"
SENDERS = 6
LONGEST = 120  # seconds until an order is carried out, whatever breaks meanwhile
WORDING = {"language": "fr", "text": "profonde préoccupation"}
#: more workers than that do not end by accident within a minute, and the server ends itself
WORKERS_KILLED_A_MINUTE = 15


def seen(answer: Answer) -> tuple[Any, ...]:
    """What a client sees of an answer."""
    return answer.status, answer.body, answer.headers.get("etag"), answer.headers.get("location")


def test_who_comes_while_the_first_runs_gets_its_answer(start: Start, set_up: Path) -> None:
    """The first waits for a lock that somebody holds, the others for the first, over all threads of both workers."""
    server = start(set_up, env=UNLIMITED).is_ready()
    secret = make_token(server, "curator", "curator")
    clients = [Client(server, secret) for _ in range(CLIENTS)]
    (speaker,) = make_speakers(clients[0], 1)
    source = make_source(clients[0])
    quote = {
        "source": source["id"],
        "quotation_type": "direct",
        "segments": [{"exact": "profonde préoccupation"}],
    }
    body = {"speakers": [{"speaker": speaker}], "appearances": [quote]}
    draft = made(clients[0], "statements/", {"speakers": [{"speaker": speaker}], "wordings": [WORDING]})
    ((text,),) = rows(server.data_dir, f"SELECT id FROM sources_sourcetext WHERE source_id = '{source['id']}'")
    orders: list[tuple[str, str, str, Any, str | None, int]] = [
        ("sources_sourcetext", str(text), "statements/", body, None, 201),
        ("claims_statement", draft["id"], f"statements/{draft['id']}/submit/", {}, f'"{draft["version"]}"', 200),
    ]
    before = count(server, "claims_statement")
    for table, row, path, sent, etag, status in orders:
        with locked(server, table, row):
            results: list[Answer] = []
            acts = [partial(one.send, "POST", path, sent, etag=etag, key=path) for one in clients]
            waiting = threading.Thread(target=lambda: results.extend(at_once(acts)))  # noqa: B023
            waiting.start()
            assert are_waiting(server, CLIENTS // 2)  # as many as one worker has threads
            assert results == []
        waiting.join(60)
        assert {seen(answer) for answer in results} == {seen(results[0])}
        assert results[0].status == status, results[0].body
        assert len(results) == CLIENTS
        assert sum(REPLAYED in answer.headers for answer in results) == CLIENTS - 1
    assert count(server, "claims_statement") == before + 1


def count(server: Server, table: str) -> int:
    ((number,),) = rows(server.data_dir, f"SELECT count(*) FROM {table}")
    return int(number)


@dataclass
class Order:
    """A request that makes rows with names found nowhere else, and what was answered first."""

    key: str
    path: str
    body: Any
    names: list[str]
    answer: Answer | None = None
    tries: int = 0


class Sender:
    """Sends one order after another, each again until it is answered."""

    def __init__(self, name: str, server: Server, secret: str, speaker: str, luck: random.Random) -> None:
        self.name = name
        self.client = Client(server, secret)
        self.speaker = speaker
        self.luck = luck
        self.orders: list[Order] = []
        self.failed: list[BaseException] = []
        self.is_over = False
        self.done = 0
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            while not self.is_over:
                order = self.order()
                self.orders.append(order)
                self.carry_out(order)
        except BaseException as error:
            self.failed.append(error)

    def order(self) -> Order:
        """A new order of some kind."""
        key = f"{self.name}-{len(self.orders)}"
        kind = self.luck.choice(["publisher", "publisher", "statement", "batch", "together"])
        if kind == "publisher":
            return Order(key, "publishers/", {"name": key}, [key])
        if kind == "statement":
            body = {"speakers": [{"speaker": self.speaker}], "wordings": [{"language": "fr", "text": key}]}
            return Order(key, "statements/", body, [key])
        names = [f"{key} {number}" for number in range(3)]
        operations = [{"op": "create", "data": {"name": name}} for name in names]
        return Order(key, "publishers/batch/", {"atomic": kind == "together", "operations": operations}, names)

    def carry_out(self, order: Order) -> None:
        """Send it until all of it is done."""
        until, answer = time.monotonic() + LONGEST, None
        while order.answer is None:
            assert time.monotonic() < until, f"after {order.tries} tries: {answer and answer.body!r}"
            order.tries += 1
            answer = self.client.try_once("POST", order.path, order.body, key=order.key) or answer
            if answer is not None and is_whole(answer):
                order.answer = answer
                self.done += 1
            elif answer is not None:
                assert REPLAYED not in answer.headers, f"what the server failed at is kept: {answer.body[:500]!r}"


def failed(senders: list[Sender]) -> list[BaseException]:
    """What ended senders before their time."""
    return [error for sender in senders for error in sender.failed]


def is_whole(answer: Answer) -> bool:
    """Whether all was done; a batch may tell that the server failed at some of it."""
    assert answer.status in {200, 201}, (answer.status, answer.body)
    results = answer.json.get("results", [])
    assert {one["status"] for one in results} <= {201, 424, 503}, answer.body
    return all(one["status"] == 201 for one in results)


def kill(server: Server, way: str, luck: random.Random) -> None:
    """Kill PostgreSQL, a worker, or the server with or without its workers."""
    if way == "postgresql":
        assert wait_for(lambda: pid_in(server.data_dir), 30)
        os.kill(pid_in(server.data_dir), signal.SIGKILL)
    elif way == "worker":
        workers = [child for child in server.children() if child.pid != pid_in(server.data_dir)]
        workers = [child for child in workers if child.name() != "postgres"]
        luck.choice(workers).kill()
    else:
        for child in server.children() if way == "all" else []:
            if child.name() != "postgres":
                child.kill()
        server.kill(group=True)
        server.ended()


def test_what_a_kill_left_unanswered_is_done_once(
    start: Start, set_up: Path, rounds: int, chance: random.Random, tell: Tell
) -> None:
    kills = 6 if rounds == 1 else 20 * rounds
    server = start(set_up, env=UNLIMITED).is_ready()
    secret = make_token(server, "curator", "curator")
    (speaker,) = make_speakers(Client(server, secret), 1)
    senders = [
        Sender(f"{chance.random()} {number}".replace(" ", "-"), server, secret, speaker, random.Random(chance.random()))  # noqa: S311
        for number in range(SENDERS)
    ]
    for sender in senders:
        sender.thread.start()
    ways: Counter[str] = Counter()
    begun = time.monotonic()
    try:
        for _ in range(kills):
            before = sum(one.done for one in senders)
            assert wait_for(lambda: sum(one.done for one in senders) > before or failed(senders), 60)  # noqa: B023
            assert failed(senders) == []
            time.sleep(chance.random())
            may_kill_a_worker = ways["worker"] < WORKERS_KILLED_A_MINUTE * (time.monotonic() - begun) / 60
            way = "worker" if may_kill_a_worker else chance.choice(["postgresql", "postgresql", "server", "all"])
            ways[way] += 1
            kill(server, way, chance)
            if way in {"server", "all"}:
                server = start(set_up, port=server.port, env=UNLIMITED).is_ready()
            assert wait_for(lambda: answers(server), 30), server.words  # noqa: B023
    finally:
        for sender in senders:
            sender.is_over = True
        for sender in senders:
            sender.thread.join(120)
    assert failed(senders) == []
    orders = [order for sender in senders for order in sender.orders]
    again = [order for order in orders if order.tries > 1]
    replayed = sum(REPLAYED in order.answer.headers for order in orders if order.answer)
    tell(f"{kills} kills {dict(ways)} in {time.monotonic() - begun:.0f} s, {len(orders)} orders,")
    tell(f"{len(again)} of them sent again, of which {replayed} had been done without an answer")
    assert_done_once(server, orders)
    checked = again + chance.sample(orders, min(len(orders), 500))
    for order in checked:
        answer = senders[0].client.send("POST", order.path, order.body, key=order.key)
        assert order.answer
        assert seen(answer) == seen(order.answer), order
        assert answer.headers[REPLAYED] == "true"
    assert_done_once(server, orders)
    if rounds > 1:
        assert replayed, "no kill came between the commit and its answer"
    server.stop()


def answers(server: Server) -> bool:
    """Whether it answers out of the database."""
    with contextlib.suppress(OSError, HTTPException):
        return server.ask("/health/ready").status == 200
    return False


def assert_done_once(server: Server, orders: list[Order]) -> None:
    """Each name of an order is there once."""
    named = "SELECT name FROM sources_publisher UNION ALL SELECT text FROM claims_wording"
    there = Counter(name for (name,) in rows(server.data_dir, named))
    assert {name: there[name] for order in orders for name in order.names if there[name] != 1} == {}


@pytest.mark.parametrize("is_batch", [False, True])
def test_an_answer_that_nobody_got_is_given_after_a_kill(
    start: Start, set_up: Path, rounds: int, tell: Tell, is_batch: bool
) -> None:
    """The kill comes when the row is there and nobody has read the answer."""
    port = 0
    for number in range(1 if rounds == 1 else rounds):
        server = start(set_up, port=port, env=UNLIMITED).is_ready()
        port = server.port
        client = Client(server, make_token(server, "curator", "curator"))
        order = Order(f"k{number}", "publishers/", {"name": f"k{number}"}, [f"k{number}"])
        if is_batch:
            names = [f"b{number} {place}" for place in range(30)]
            operations = [{"op": "create", "data": {"name": name}} for name in names]
            order = Order(f"b{number}", "publishers/batch/", {"operations": operations}, names)
        connection = client.send_and_hang_up("POST", order.path, order.body, key=order.key)
        first = f"SELECT FROM sources_publisher WHERE name = '{order.names[0]}'"
        assert wait_for(lambda: rows(set_up, first), 20), server.words  # noqa: B023
        for child in server.children():
            if child.name() != "postgres":
                child.kill()
        server.kill(group=True)
        server.ended()
        connection.close()
        server = start(set_up, port=port, env=UNLIMITED).is_ready()
        there = sum(name in order.names for (name,) in rows(set_up, "SELECT name FROM sources_publisher"))
        client = Client(server, client.headers["Authorization"].removeprefix("Bearer "))
        answer = client.send("POST", order.path, order.body, key=order.key)
        assert is_whole(answer)
        assert seen(client.send("POST", order.path, order.body, key=order.key)) == seen(answer)
        assert_done_once(server, [order])
        if not is_batch:
            assert answer.headers[REPLAYED] == "true"
        tell(f"{there} of {len(order.names)} rows were there before it was sent again")
        server.stop()
