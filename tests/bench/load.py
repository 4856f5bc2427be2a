"""What goes on while reads are measured: edits by API and by SQL, a rename of the biggest speaker, slow exports.

Each edit is of something that statements show, and a statement that shows it is read right after: what it shows must be
what was written.
"""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import psycopg

from tests.bench.client import Answer, Ask, Connection
from tests.bench.ours import STATEMENTS, Ours
from tests.bench.place import Place, make_token
from tests.bench.systems import WrongAnswerError

#: way -> edits a second. By the API a speaker or a source, which a hundred statements of the dataset show; by SQL a
#: statement, which passes the same triggers.
EDITS_A_SECOND = {"API": 2, "SQL": 48}
EXPORTS = 2
#: an editor waits for each edit, and looks at it
_EDITORS = {"API": 2, "SQL": 6}
_SPEAKERS, _SOURCES, _STATEMENTS = 20, 20, 500
_CODES = ("010", "011", "012", "013")
_COUNTRIES = ("NO", "SE", "FI")
#: an export is read so many seconds late after each piece: some hundred kilobytes a second
_SECONDS_A_PIECE = 0.2
_SECONDS_FOR_RENAME = 600

Say = Callable[[str], None]


@dataclass
class _Target:
    """A row that can be edited, and a statement that shows it."""

    path: str
    statement: str
    member: str
    tag: str = ""


@dataclass
class Load:
    """The work beside the reads, and how it went."""

    ours: Ours
    token: str
    targets: list[_Target]
    statements: list[str]
    biggest: _Target
    stop: threading.Event = field(default_factory=threading.Event)
    #: seconds that each took, by the way that it went
    edits: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in EDITS_A_SECOND})
    stale: list[str] = field(default_factory=list)
    exported: int = 0
    seconds: float = 0.0
    #: until the rename was answered, and until a statement of each month showed it
    rename: tuple[float, float] | None = None
    failure: BaseException | None = None

    def table(self) -> list[list[str]]:
        """What was done meanwhile."""
        edits = []
        for way, seconds in self.edits.items():
            ordered = sorted(seconds)
            middle, late = (f"{1000 * ordered[int(share * len(ordered))]:.0f}" for share in (0.5, 0.95))
            edits.append([f"edits by {way}, a second", f"{len(ordered) / self.seconds:.1f}"])
            edits.append([f"edit by {way}, p50 / p95 ms", f"{middle} / {late}"])
        answered, shown = (f"{one:.1f}" for one in self.rename) if self.rename else ("not yet", "not yet")
        return [
            ["meanwhile", ""],
            *edits,
            ["documents stale after an edit", str(len(self.stale))],
            ["rename of the biggest speaker, answered after s", answered],
            ["shown by all its statements looked at after s", shown],
            ["rows of throttled exports", f"{self.exported:,}"],
        ]

    def work(self, what: Callable[[], None]) -> threading.Thread:
        """Begin some of it."""

        def safely() -> None:
            try:
                what()
            except BaseException as error:
                self.failure = error
                self.stop.set()

        thread = threading.Thread(target=safely)
        thread.start()
        return thread

    def edit(self, way: str, place: int, write: Callable[[Connection, int], tuple[str, str]]) -> None:
        """One of the editors: its share of the edits of this way, evenly spread; each is looked at right after."""
        step = _EDITORS[way] / EDITS_A_SECOND[way]
        connection, following = self.ours.connect(), time.perf_counter() + step * place / _EDITORS[way]
        for number in itertools.count(place, _EDITORS[way]):
            if self.stop.wait(max(0, following - time.perf_counter())):
                break
            following += step
            started = time.perf_counter()
            statement, value = write(connection, number)
            self.edits[way].append(time.perf_counter() - started)
            if not self.shows(connection, statement, value):
                self.stale.append(statement)
        connection.close()

    def edit_by_api(self, place: int) -> None:
        """Change speakers and sources."""

        def write(connection: Connection, number: int) -> tuple[str, str]:
            target = self.targets[number % len(self.targets)]
            value = _COUNTRIES[number // len(self.targets) % 3] if target.member == "country" else f"Title {number}"
            self.change(connection, target, value)
            return target.statement, value

        self.edit("API", place, write)

    def edit_by_sql(self, place: int) -> None:
        """Change statements."""
        with psycopg.connect(self.ours.place.conninfo, autocommit=True) as database:

            def write(_connection: Connection, number: int) -> tuple[str, str]:
                statement = self.statements[number % len(self.statements)]
                value = _CODES[number // len(self.statements) % len(_CODES)]
                with database.transaction():
                    database.execute("SET LOCAL record.act = 'unite'")
                    database.execute("UPDATE claims_statement SET cameo = %s WHERE id = %s", [value, statement])
                return statement, value

            self.edit("SQL", place, write)

    def change(self, connection: Connection, target: _Target, value: str) -> None:
        """Send the change with the tag that the row has."""
        authorized = ("Authorization", f"Bearer {self.token}")
        target.tag = target.tag or connection.ask(Ask(target.path, headers=(authorized,))).headers["etag"]
        body = json.dumps({target.member: value}).encode()
        ask = Ask(target.path, "PATCH", body, (authorized, ("If-Match", target.tag)))
        answer: Answer = connection.ask(ask)
        if answer.status != 200:
            raise WrongAnswerError(f"a change of {target.path} was answered with {answer.status}: {answer.body!r}")
        target.tag = answer.headers["etag"]

    def shows(self, connection: Connection, statement: str, value: str) -> bool:
        """Whether the public's answer has this."""
        answer = connection.ask(Ask(f"{STATEMENTS}{statement}/"))
        return answer.status == 200 and json.dumps(value).encode() in answer.body

    def rename_biggest(self, name: str, statements: list[str]) -> None:
        """Rename the biggest speaker and wait until its statements show it."""
        connection, started = self.ours.connect(), time.perf_counter()
        self.change(connection, self.biggest, name)
        answered, shown = time.perf_counter() - started, 0.0
        for statement in statements:
            while not self.shows(connection, statement, name):
                if time.perf_counter() - started > _SECONDS_FOR_RENAME:
                    raise WrongAnswerError(f"{statement} does not show the new name of its speaker")
                time.sleep(0.2)
            shown = time.perf_counter() - started
        self.rename = (answered, shown)
        connection.close()

    def export(self) -> None:
        """Read exports slowly, one after the other."""
        while not self.stop.is_set():
            connection = self.ours.connect()
            _status, _headers, pieces = connection.begin(Ask(f"{STATEMENTS}export/"))
            for piece in pieces:
                self.exported += piece.count(b"\n")
                if self.stop.wait(_SECONDS_A_PIECE):
                    break
            connection.close()


@contextmanager
def under_load(place: Place, ours: Ours, say: Say) -> Iterator[Load]:
    """Let all of it go on until the block ends; raise WrongAnswerError if a statement was stale."""
    load = Load(ours, make_token(place), list(_targets(place)), _spread(place), _biggest(place))
    name, renamed = place.dataset.name(0), f"{place.dataset.name(0)}-Renamed"
    shown = _said_by(place, place.dataset.id("speaker", 0))
    say("Edits, a rename and slow exports begin …")
    started = time.perf_counter()
    edits = {"API": load.edit_by_api, "SQL": load.edit_by_sql}
    threads = [load.work(partial(edit, number)) for way, edit in edits.items() for number in range(_EDITORS[way])]
    threads += [load.work(load.export) for _ in range(EXPORTS)]
    threads.append(load.work(lambda: load.rename_biggest(renamed, shown)))
    try:
        yield load
    finally:
        load.seconds = time.perf_counter() - started
        load.stop.set()
        for thread in threads:
            thread.join()
    connection = ours.connect()
    load.change(connection, load.biggest, name)
    connection.close()
    _wait_until_followed(place)
    if load.failure is not None:
        raise load.failure
    if load.stale:
        raise WrongAnswerError(f"{len(load.stale)} statements were stale after an edit, such as {load.stale[0]}")


def _wait_until_followed(place: Place) -> None:
    """Wait until what follows the rename does so: the next measurement finds documents that stay as they are."""
    until = time.perf_counter() + _SECONDS_FOR_RENAME
    while place.connection.execute("SELECT true FROM claims_pendingchange").fetchone():
        if time.perf_counter() > until:
            raise WrongAnswerError("statements do not follow the rename")
        time.sleep(1)


def _targets(place: Place) -> Iterator[_Target]:
    """Speakers of few statements, and sources, each with a statement that shows it."""
    dataset = place.dataset
    last = min(_SPEAKERS, dataset.speakers // 2)
    tail = [dataset.id("speaker", dataset.speakers - 1 - number) for number in range(last)]
    for speaker in tail:
        for statement in _said_by(place, speaker)[:1]:
            yield _Target(f"/api/v1/speakers/{speaker}/", statement, "country")
    asked = """SELECT revision.source_id::text, appearance.statement_id::text FROM claims_appearance AS appearance
        JOIN sources_sourcetext AS revision ON revision.id = appearance.source_text_id
        JOIN claims_statement AS statement ON statement.id = appearance.statement_id AND statement.status = 'published'
        WHERE revision.source_id = ANY(%s)"""
    sources = [dataset.id("source", number) for number in range(min(_SOURCES, dataset.sources))]
    shown: dict[str, str] = dict(place.connection.execute(asked, [sources]).fetchall())
    for source, statement in shown.items():
        yield _Target(f"/api/v1/sources/{source}/", statement, "title")


def _spread(place: Place) -> list[str]:
    """Some published statements from all over the record."""
    asked = """SELECT id::text FROM (
            SELECT id, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS every
            FROM claims_statement WHERE status = 'published') AS numbered
        WHERE number %% greatest(every / %s, 1) = 0"""
    return [one for (one,) in place.connection.execute(asked, [_STATEMENTS]).fetchall()]


def _biggest(place: Place) -> _Target:
    return _Target(f"/api/v1/speakers/{place.dataset.id('speaker', 0)}/", "", "name")


def _said_by(place: Place, speaker: str) -> list[str]:
    """Some published statements of a speaker, spread over the years."""
    asked = """SELECT DISTINCT ON (date_trunc('month', s.sort_date)) s.id::text FROM claims_statement AS s
        JOIN claims_attribution AS a ON a.statement_id = s.id AND a.kind = 'speaker'
        WHERE a.speaker_id = %s AND s.status = 'published' ORDER BY date_trunc('month', s.sort_date)"""
    return [one for (one,) in place.connection.execute(asked, [speaker]).fetchall()]
