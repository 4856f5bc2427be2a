"""Many programs write to one server at once: no edit is lost, nothing is there twice, no deadlock is seen."""

import random
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.faults.checking import rows
from tests.faults.program import Program, Server, environment
from tests.faults.writing import (
    CLIENTS,
    UNLIMITED,
    Client,
    at_once,
    made,
    make_source,
    make_speakers,
    make_token,
    total,
)

Start = Callable[..., Server]
Tell = Callable[[str], None]
DRAFTS = 12
COUNTERS = ["said_at_text", "intensity_phrase", "wordings"]

# Imports the documents in an order of its own, each as often as it is told to, and says what became of each.
IMPORTER = """
import random, sys
import django
django.setup()
from sources.services import Metadata, import_text
documents = list(range(int(sys.argv[2])))
if int(sys.argv[1]) % 2:
    random.Random(int(sys.argv[1])).shuffle(documents)
print("ready", flush=True)
sys.stdin.readline()
for number in documents:
    url = f"https://process.example/{number}" if number % 2 else None
    about = Metadata(title=f"Page {number}", url=url, language="fr", publisher=f"Gazette {number % 10}")
    result = import_text(raw=f"Page {number} : rien de nouveau.".encode(), metadata=about)
    print("did", number, result.source.pk, result.outcome, flush=True)
"""


@pytest.fixture
def server(start: Start, set_up: Path) -> Server:
    return start(set_up, env=UNLIMITED).is_ready()


@pytest.fixture
def clients(server: Server) -> Iterator[list[Client]]:
    secret = make_token(server, "curator", "curator")
    several = [Client(server, secret) for _ in range(CLIENTS)]
    yield several
    for client in several:
        client.close()


class Editor:
    """Reads a draft, counts one of its members up, and does so again where another was quicker."""

    def __init__(self, number: int, client: Client, drafts: list[str], chance: random.Random) -> None:
        self.number = number
        self.client = client
        self.drafts = drafts
        self.chance = chance
        #: draft -> version, member and value of each edit that was acknowledged
        self.acknowledged: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self.outrun = 0

    def edit(self, tickets: Iterator[int]) -> None:
        """Make an edit for each ticket that it gets."""
        for ticket in tickets:
            path = f"statements/{self.chance.choice(self.drafts)}/"
            while not self.counts_up(path, ticket):
                self.outrun += 1

    def counts_up(self, path: str, ticket: int) -> bool:
        """Whether the edit was taken; else the draft was changed in between, which the answer must say."""
        read = self.client.send("GET", path)
        assert read.status == 200, read.body
        etag, body = read.headers["etag"], read.json
        member = self.chance.choice(COUNTERS)
        value = f"{counter(body, member) + 1} {self.number} {ticket}"
        change = {member: [{"language": "en", "text": value}] if member == "wordings" else value}
        self._refused_without_proof(path, body["version"], change)
        answer = self.client.send("PATCH", path, change, etag=etag)
        if answer.status == 412:
            assert answer.json["type"] == "/api/problems/#precondition-failed"
            assert answer.headers["etag"] != etag
            return False
        assert answer.status == 200, answer.body
        assert answer.headers["etag"] == f'"{answer.json["version"]}"'
        self.acknowledged[answer.json["id"]].append((answer.json["version"], member, value))
        return True

    def _refused_without_proof(self, path: str, version: int, change: Any) -> None:
        """Now and then, send what must not be taken: it would count twice."""
        if self.chance.random() < 0.05:
            assert self.client.send("PATCH", path, change).status == 428
            assert self.client.send("PATCH", path, change, etag=f'"{version - 1}"').status == 412
            assert self.client.send("PATCH", path, change, etag="*").status == 412


def counter(body: Any, member: str) -> int:
    text = body[member][0]["text"] if member == "wordings" else body[member]
    return int(text.split()[0])


class Tickets:
    """Numbers, each handed out once, to whichever thread asks first."""

    def __init__(self, count: int) -> None:
        self._numbers = iter(range(count))
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        with self._lock:
            return next(self._numbers)


def edits_in_history(client: Client, draft: str) -> list[tuple[int, str, str]]:
    """Version, member and value of each change that the history tells, oldest first."""
    found, page = [], f"statements/{draft}/history/?limit=100"
    while page:
        body = client.send("GET", page).json
        for version in body["results"]:
            if version["act"] != "create":
                (change,) = version["changes"]
                found.append((version["version"], change["field"].split("/")[0], change["new"]))
        page = re.sub(".*/api/v1/", "", body["next"] or "")
    return found[::-1]


def test_no_edit_is_lost(clients: list[Client], rounds: int, chance: random.Random, tell: Tell) -> None:
    count = 150 if rounds == 1 else 1000 * rounds
    (speaker,) = make_speakers(clients[0], 1)
    body = {
        "speakers": [{"speaker": speaker}],
        "wordings": [{"language": "en", "text": "0"}],
        "said_at_text": "0",
        "intensity": 3,
        "intensity_phrase": "0",
    }
    drafts = [made(clients[0], "statements/", body)["id"] for _ in range(DRAFTS)]
    editors = [
        Editor(number, client, drafts, random.Random(chance.random()))  # noqa: S311
        for number, client in enumerate(clients)
    ]
    begun, numbers = time.monotonic(), Tickets(count)
    at_once([partial(one.edit, numbers) for one in editors])
    seconds = time.monotonic() - begun
    outrun = sum(one.outrun for one in editors)
    tell(f"{count} edits by {CLIENTS} of {DRAFTS} drafts in {seconds:.0f} s ({count / seconds:.0f} a second);")
    tell(f"{outrun} outrun and made again; answers {dict(sorted(total(clients).items()))}")
    for draft in drafts:
        edits = sorted(edit for one in editors for edit in one.acknowledged[draft])
        assert [version for version, _member, _value in edits] == list(range(2, len(edits) + 2))
        assert edits_in_history(clients[0], draft) == edits
        now = clients[0].send("GET", f"statements/{draft}/").json
        counted = Counter(member for _version, member, _value in edits)
        assert {member: counter(now, member) for member in COUNTERS} == {name: counted[name] for name in COUNTERS}
    assert sum(len(one.acknowledged[draft]) for one in editors for draft in drafts) == count
    assert set(total(clients)) <= {200, 201, 412, 428}
    assert outrun, "nobody met anybody"


def test_the_same_sources_at_once_by_the_api(
    clients: list[Client], server: Server, rounds: int, chance: random.Random, tell: Tell
) -> None:
    count = 20 if rounds == 1 else 100 * rounds
    publisher = made(clients[0], "publishers/", {"name": "Le Courrier"})["id"]
    before = rows(server.data_dir, "SELECT count(*) FROM sources_source")[0][0]
    orders = [chance.sample(range(count), count) if number % 2 else range(count) for number in range(CLIENTS)]

    def import_all(client: Client, order: Any) -> list[tuple[int, int, str]]:
        found = []
        for number in order:
            url = f"https://gazette.example/{number}" if number % 2 else None
            body = {"text": f"Article {number} : rien de nouveau.", "title": f"{number}", "language": "fr"}
            answer = client.send("POST", "sources/", {**body, "url": url, "publisher": publisher})
            assert answer.status in {200, 201}, (answer.status, answer.body)
            found.append((number, answer.status, answer.json["id"]))
        return found

    begun = time.monotonic()
    found = at_once([partial(import_all, one, order) for one, order in zip(clients, orders, strict=True)])
    seconds = time.monotonic() - begun
    answers = [answer for several in found for answer in several]
    tell(f"{len(answers)} imports of {count} documents in {seconds:.0f} s ({len(answers) / seconds:.0f} a second)")
    ids = {(number, key) for number, _status, key in answers}
    assert len(ids) == len({key for _number, key in ids}) == count
    assert Counter(number for number, status, _key in answers if status == 201) == Counter(range(count))
    assert rows(server.data_dir, "SELECT count(*) FROM sources_source") == [(before + count,)]
    assert_nothing_twice(server)


def test_the_same_sources_at_once_by_processes(server: Server, rounds: int, tell: Tell) -> None:
    count, several = (20, 4) if rounds == 1 else (100 * rounds, CLIENTS)
    before = rows(server.data_dir, "SELECT count(*) FROM sources_source")[0][0]
    programs = [
        Program([sys.executable, "-c", IMPORTER, str(number), str(count)], environment(server.data_dir), stdin=-1)
        for number in range(several)
    ]
    try:
        for program in programs:
            assert program.hears("ready"), program.words
        begun = time.monotonic()
        for program in programs:
            assert program.process.stdin
            program.process.stdin.close()
        assert [program.ended(900) for program in programs] == [0] * several, [one.words for one in programs]
        seconds = time.monotonic() - begun
    finally:
        for program in programs:
            program.kill()
    did = [line.split()[1:] for program in programs for line in program.said if line.startswith("did ")]
    tell(f"{len(did)} imports of {count} documents in {several} processes in {seconds:.0f} s")
    assert len(did) == several * count
    ids = {(number, key) for number, key, _outcome in did}
    assert len(ids) == len({key for _number, key in ids}) == count
    created = Counter(number for number, _key, outcome in did if outcome == "created")
    assert created == Counter(str(number) for number in range(count))
    assert rows(server.data_dir, "SELECT count(*) FROM sources_source") == [(before + count,)]
    named = "SELECT name, count(*) FROM sources_publisher WHERE name LIKE 'Gazette %' GROUP BY 1 ORDER BY 1"
    assert rows(server.data_dir, named) == [(f"Gazette {number}", 1) for number in range(10)]
    assert_nothing_twice(server)


def assert_nothing_twice(server: Server) -> None:
    """Each of the texts is there once, as the only revision of its source."""
    twice = "SELECT text FROM sources_sourcetext GROUP BY 1 HAVING count(*) > 1"
    assert rows(server.data_dir, twice) == []
    revised = "SELECT source_id FROM sources_sourcetext GROUP BY 1 HAVING count(*) > 1"
    assert rows(server.data_dir, revised) == []
    alone = "SELECT id FROM sources_source WHERE id NOT IN (SELECT source_id FROM sources_sourcetext)"
    assert rows(server.data_dir, alone) == []


NAMING_A_MERGED_ONE = """
SELECT 'attribution', row.id FROM claims_attribution AS row JOIN merged ON merged.id = row.speaker_id
UNION ALL SELECT 'relay', row.id FROM claims_relay AS row JOIN merged ON merged.id = row.speaker_id
UNION ALL SELECT 'membership', row.id FROM claims_membership AS row
    JOIN merged ON merged.id IN (row.speaker_id, row.organization_id)
UNION ALL SELECT 'speaker', row.id FROM claims_speaker AS row
    JOIN merged ON merged.id IN (row.part_of_id, row.merged_into_id)
"""


def test_speakers_merged_while_others_attribute(
    clients: list[Client], server: Server, rounds: int, chance: random.Random, tell: Tell
) -> None:
    acts = 100 if rounds == 1 else 100 * rounds
    ((before,),) = rows(server.data_dir, "SELECT count(*) FROM claims_speaker WHERE merged_into_id IS NOT NULL")
    source = make_source(clients[0])["id"]
    speakers = make_speakers(clients[0], 30 if rounds == 1 else 150)
    appearance = {"source": source, "quotation_type": "direct", "segments": [{"exact": "profonde préoccupation"}]}
    done: Counter[tuple[str, int]] = Counter()

    def work(client: Client, luck: random.Random) -> None:
        for _ticket in numbers:
            act = luck.choice([merge, attribute, attribute, record])
            answer = act(client, luck)
            done[act.__name__, answer.status] += 1
            assert answer.status in {200, 201, 301, 400, 404, 409, 412}, (answer.status, answer.body)

    def merge(client: Client, luck: random.Random) -> Any:
        one, other = luck.sample(speakers, 2)
        read = client.send("GET", f"speakers/{one}/")
        if read.status != 200:
            return read
        return client.send("POST", f"speakers/{one}/merge/", {"into": other}, etag=read.headers["etag"])

    def record(client: Client, luck: random.Random) -> Any:
        said, passed = [{"speaker": one} for one in luck.sample(speakers, 2)], luck.choice(speakers)
        relayed = {**appearance, "relays": [{"speaker": passed}]}
        return client.send("POST", "statements/", {"speakers": said, "appearances": [relayed]})

    def attribute(client: Client, luck: random.Random) -> Any:
        drafts = client.send("GET", "statements/?status=draft&limit=20").json["results"]
        if not drafts:
            return record(client, luck)
        draft = luck.choice(drafts)
        body = {"addressees": [{"speaker": one} for one in luck.sample(speakers, 2)]}
        return client.send("PATCH", f"statements/{draft['id']}/", body, etag=f'"{draft["version"]}"')

    begun, numbers = time.monotonic(), Tickets(acts)
    at_once([partial(work, one, random.Random(chance.random())) for one in clients])  # noqa: S311
    tell(f"{acts} acts in {time.monotonic() - begun:.0f} s: {dict(sorted(done.items()))}")
    merged = "WITH merged AS (SELECT id FROM claims_speaker WHERE merged_into_id IS NOT NULL)"
    assert rows(server.data_dir, f"{merged} SELECT count(*) FROM merged") == [(before + done["merge", 200],)]
    assert rows(server.data_dir, merged + NAMING_A_MERGED_ONE) == []
    assert done["merge", 200]
    assert done["attribute", 200]
