"""One run from the empty folder to the tables."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.bench import table
from tests.bench.datasette import Datasette
from tests.bench.exports import Export, measure_export
from tests.bench.load import under_load
from tests.bench.ours import STATEMENTS, Ours, OursKept
from tests.bench.place import ROOT, Place
from tests.bench.plain_drf import PlainDrf
from tests.bench.postgraphile import Postgraphile
from tests.bench.questions import LIST_AGAIN, ONE_AGAIN, ask_all
from tests.bench.raw import Raw
from tests.bench.realistic import Realistic
from tests.bench.rounds import Cells, Rounds
from tests.bench.systems import HttpSystem, SkippedError, System, WrongAnswerError
from tests.bench.table import Rate
from tests.bench.writes import NewStatements, measure_posts

EXPORT, POST, IMPORT = "export", "POST of one statement", "dataset import"
RATES = (EXPORT, POST, IMPORT)
#: seconds in which an export, or saving row by row, shows its pace
_PACE = 6.0
_MOST_ROW_BY_ROW = 3_000


@dataclass(frozen=True)
class Options:
    """What is measured, on how many statements, how long and where."""

    statements: int
    copies: int
    is_short: bool
    rows: Sequence[str]
    is_reused: bool
    has_load: bool
    has_plain: bool
    has_peers: bool
    rounds: int
    seconds: float
    folder: Path
    database: str
    markdown: Path | None


def run(options: Options) -> None:
    """Fill the database, measure, print the tables."""
    dataset = Realistic(options.statements // options.copies, is_short=options.is_short)
    place = Place(options.folder, options.database, dataset, options.copies)
    is_reused = options.is_reused and place.is_loaded()
    place.open(reuse=is_reused)
    if not is_reused:
        place.load(_say)
    with _started(_systems(place, options)) as systems:
        tables = _measured(place, systems, options)
    _show(tables, options)


def _systems(place: Place, options: Options) -> list[System]:
    systems: list[System] = [Raw(place), Ours(place)]
    if not options.has_load:
        systems += [OursKept(place)]
        if options.has_plain:
            systems += [PlainDrf(place)]
        if options.has_peers:
            systems += [Datasette(place), Postgraphile(place)]
    return systems


@contextmanager
def _started(systems: Sequence[System]) -> Iterator[list[System]]:
    """Start those that can be; of the others it is said why not."""
    with ExitStack() as stack:
        running = []
        for system in systems:
            try:
                system.start()
            except SkippedError as error:
                _say(f"Without {system.name}: {error}.")
                continue
            stack.callback(system.stop)
            running.append(system)
        yield running


def _measured(place: Place, systems: list[System], options: Options) -> list[list[list[str]]]:
    questions = ask_all(place.connection, place.dataset, options.rows)
    names = [system.name for system in systems]
    tables = []
    if questions:
        rounds = Rounds(systems, questions)
        _say("Holding all answers against the tables …")
        rounds.verify()
        rounds.warm(options.seconds)
        _say(f"Measuring: {options.rounds} rounds of {options.seconds} s a system and row …")
        cells = rounds.run(options.rounds, options.seconds, lambda: _say(" one more round done"))
        rounds.close()
        tables += [table.reads(cells, questions, names), table.clocks(cells, questions, names)]
        _say(table.plain(tables[0]))  # whatever comes
        if options.has_load:
            tables += _loaded(place, systems, options, cells)
    found = [] if options.has_load else list(_rates(place, systems, options))
    return [*tables, table.rates(found)] if found else tables


def _loaded(place: Place, systems: list[System], options: Options, calm: Cells) -> list[list[list[str]]]:
    """The same reads of ours while others write; what is tagged changes meanwhile, so there is no 304."""
    ours = next(system for system in systems if isinstance(system, Ours))
    rows = [row for row in options.rows if row not in (LIST_AGAIN, ONE_AGAIN)]
    rounds = Rounds([ours], ask_all(place.connection, place.dataset, rows), is_steady=False)
    rounds.verify()
    with under_load(place, ours, _say) as load:
        cells = rounds.run(options.rounds, options.seconds)
    rounds.close()
    return [table.compared(calm, cells, [row for row in rows if (row, ours.name) in cells]), load.table()]


def _rates(place: Place, systems: Sequence[System], options: Options) -> Iterator[Rate]:
    exports: dict[type[Any], Export] = {
        Ours: Export(f"{STATEMENTS}export/"),
        PlainDrf: Export("/statements/export/"),
        **_OF_PEERS,
    }
    servers = [system for system in systems if isinstance(system, HttpSystem)]
    if EXPORT in options.rows:
        _say("Exporting …")
        for system in servers:
            if (export := exports.get(type(system))) is not None:
                told = _stop if isinstance(system, Ours) else _say
                done = measure_export(system, export, options.statements, _PACE, told)
                yield Rate(EXPORT, system.name, done.rows, done.seconds, done.cpu, done.memory)
    if POST in options.rows:
        _say("Writing …")
        for system in servers:
            if type(system) in (Ours, PlainDrf):
                written = measure_posts(system, place, min(_PACE, 8 * options.seconds))
                yield Rate(POST, system.name, written.rows, written.seconds, written.cpu)
    if IMPORT in options.rows:
        loaded = place.loaded()
        yield Rate(IMPORT, table.OURS, loaded.rows, loaded.seconds, loaded.cpu, loaded.memory)
        if options.has_plain:
            yield _row_by_row(place, min(_PACE, 8 * options.seconds))


_OF_PEERS: dict[type[Any], Export] = {Datasette: Export("/record/documents.csv?_stream=on&_size=max", head=1)}


def _row_by_row(place: Place, seconds: float) -> Rate:
    """The plain variant's import: a serializer a statement, in one process, without HTTP."""
    made = NewStatements(place)
    bodies = "".join(json.dumps(made.plain()) + "\n" for _ in range(_MOST_ROW_BY_ROW))
    before = place.backends.cpu()
    command = [sys.executable, "-m", "tests.bench.plain.loading", str(seconds)]
    with subprocess.Popen(
        command, cwd=ROOT, env=place.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        sampled = psutil.Process(process.pid)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(bodies)
        process.stdin.close()
        while sampled.is_running() and process.poll() is None:
            place.backends.cpu()  # those that end are remembered
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        said = json.loads(process.stdout.read())
    return Rate(IMPORT, PlainDrf.name, said["rows"], said["seconds"], said["cpu"] + place.backends.cpu() - before)


def _show(tables: Sequence[Sequence[Sequence[str]]], options: Options) -> None:
    copied = f" ({options.statements // options.copies:,} imported, the others copies)" if options.copies > 1 else ""
    short = " short" if options.is_short else ""
    about = (
        f"{options.statements:,}{short} statements{copied}, {datetime.now(UTC):%Y-%m-%d}, {psutil.cpu_count()} cores"
    )
    print(f"\n{about}; reads in microseconds of processor time a request\n")
    print("\n\n".join(map(table.plain, tables)))
    if options.markdown:
        options.markdown.write_text("\n\n".join([about, *map(table.markdown, tables), ""]), encoding="utf-8")


def _stop(text: str) -> None:
    raise WrongAnswerError(text)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
