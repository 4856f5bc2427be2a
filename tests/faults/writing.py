"""Programs with a token that write to a real server, each on a connection of its own."""

import contextlib
import http.client
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from config.embedded.server import EmbeddedServer
from config.environment import BASE_DIR
from tests.faults.checking import rows
from tests.faults.program import Answer, Program, Server, environment, wait_for

CLIENTS = 16
UNLIMITED = {"LIMIT_PUBLIC": "0", "LIMIT_TOKEN": "0", "WORKERS": "2"}
LONGEST_WAIT = 60
#: a server closes a connection on which nothing was asked for half a minute
SECONDS_KEPT = 20
TEXT = "Tokyo a rapporté samedi la « profonde préoccupation » d’Ada Essai devant les livraisons d’armement."


def make_token(server: Server, user: str, role: str) -> str:
    """A token of an account, made by the command."""
    words = [sys.executable, "manage.py", "make_token", user, "--name", "faults", "--role", role]
    command = Program(words, environment(server.data_dir), cwd=BASE_DIR)
    assert command.ended() == 0, command.words
    return next(line for line in command.said if line.startswith("ar_"))


class Client:
    """Sends requests on one connection that is kept; counts the answers by status."""

    def __init__(self, server: Server, secret: str) -> None:
        self.port = server.port
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.statuses: Counter[int] = Counter()
        self._connection: http.client.HTTPConnection | None = None
        self._asked_at = 0.0

    def send(
        self, method: str, path: str, body: Any = None, *, etag: str | None = None, key: str | None = None
    ) -> Answer:
        """One request; OSError or HTTPException where it is cut off."""
        headers = {**self.headers, **({"If-Match": etag} if etag else {}), **({"Idempotency-Key": key} if key else {})}
        if time.monotonic() - self._asked_at > SECONDS_KEPT:
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_WAIT)
        try:
            content = None if body is None else json.dumps(body)
            self._connection.request(method, f"/api/v1/{path}", content, headers)
            found = self._connection.getresponse()
            answer = Answer(found.status, dict(found.getheaders()), found.read())
        except BaseException:
            self.close()
            raise
        self._asked_at = time.monotonic()
        self.statuses[answer.status] += 1
        return answer

    def try_once(self, method: str, path: str, body: Any = None, *, key: str) -> Answer | None:
        """Send it under its key; None where it was cut off or answered 503, which must say when to ask again."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = self.send(method, path, body, key=key)
            if answer.status != 503:
                return answer
            assert answer.is_unavailable_problem(), answer.body
        time.sleep(0.05)
        return None

    def send_and_hang_up(self, method: str, path: str, body: Any, *, key: str) -> http.client.HTTPConnection:
        """Send it and read nothing; return the connection."""
        self.close()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_WAIT)
        connection.request(method, f"/api/v1/{path}", json.dumps(body), {**self.headers, "Idempotency-Key": key})
        return connection

    def close(self) -> None:
        """Let the next request begin a new connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def made(client: Client, path: str, body: Any) -> Any:
    """Create a row and return it."""
    answer = client.send("POST", path, body)
    assert answer.status == 201, answer.body
    return answer.json


def make_source(client: Client, text: str = TEXT, **values: Any) -> Any:
    """Import a document and return its source."""
    return made(client, "sources/", {"text": text, "title": "Dépêche", "language": "fr", **values})


def make_speakers(client: Client, count: int) -> list[str]:
    """Make speakers and return their ids."""
    return [made(client, "speakers/", {"name": f"Ada Essai {number}"})["id"] for number in range(count)]


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of them in threads that begin together; return what each returned, or raise what one raised."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)
    errors: list[BaseException] = []

    def run(place: int) -> None:
        try:
            barrier.wait(10)
            results[place] = acts[place]()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


@contextmanager
def locked(server: Server, table: str, key: str) -> Iterator[None]:
    """Hold the lock of a row, past the application."""
    where: Any = EmbeddedServer(server.data_dir.resolve()).superuser_conninfo("attribution_record")
    with psycopg.connect(**where) as connection:
        connection.execute(f"SELECT FROM {table} WHERE id = '{key}' FOR UPDATE")
        yield


def are_waiting(server: Server, count: int) -> bool:
    """Wait until so many connections of the application wait for locks."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'attribution_record'"
    return wait_for(lambda: rows(server.data_dir, waiting)[0][0] >= count, 20, 0.1)


def total(clients: list[Client]) -> Counter[int]:
    """The answers of all clients by status."""
    return sum((client.statuses for client in clients), Counter())
