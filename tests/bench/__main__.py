"""`python -m tests.bench 100000` (`make bench N=100000`): ours, raw SQL, plain DRF and two more on the same statements.

All in one run and in turns; what counts is processor time. Nothing passes or fails by a clock; a wrong answer stops it.
"""

import argparse
import fcntl
import sys
from pathlib import Path

from tests.bench.place import DATABASE, ROOT
from tests.bench.questions import ROWS
from tests.bench.run import RATES, Options, run

_MOST_COPIES, _FEWEST_IMPORTED = 10, 25_000


def main() -> None:
    """Read what is asked for, and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("statements", type=int, nargs="?", default=100_000, help="how many (default: 100000)")
    parser.add_argument(
        "--only", default="", help=f"rows whose names have one of these in them, as list,search: {_names()}"
    )
    parser.add_argument(
        "--copies",
        type=int,
        metavar="K",
        help="import one K-th of them, and copy that by SQL (default: ten, or as many as leave 25000 to import)",
    )
    parser.add_argument(
        "--short",
        action="store_true",
        help="short statements that stand in no source: three fifths of the room on a disk",
    )
    parser.add_argument("--reuse", action="store_true", help="take the database of the last run of this size")
    parser.add_argument("--load", action="store_true", help="measure ours while edits, a rename and exports run too")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there too")
    parser.add_argument("--without-peers", action="store_true", help="leave Datasette and PostGraphile out")
    parser.add_argument("--without-others", action="store_true", help="leave the plain variant out too")
    parser.add_argument("--rounds", type=int, default=3, help="how often each takes its turn (default: 3)")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long a turn is (default: 0.5)")
    parser.add_argument("--folder", type=Path, default=ROOT / ".data" / "bench", help="where all of it is kept")
    parser.add_argument("--database", default=DATABASE, help="its name on the server of DATABASE_URL, if that is set")
    given = parser.parse_args()
    wanted = [one.strip() for one in given.only.split(",") if one.strip()]
    options = Options(
        statements=given.statements,
        copies=given.copies or _copies_of(given.statements),
        is_short=given.short,
        rows=[row for row in (*ROWS, *RATES) if not wanted or any(one in row for one in wanted)],
        is_reused=given.reuse,
        has_load=given.load,
        has_plain=not given.without_others,
        has_peers=not (given.without_peers or given.without_others),
        rounds=given.rounds,
        seconds=given.seconds,
        folder=given.folder.resolve(),
        database=given.database,
        markdown=given.markdown,
    )
    if not options.rows:
        parser.error(f"no row has that in its name: {_names()}")
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Another benchmark is at work in {options.folder}.")
        run(options)


def _copies_of(statements: int) -> int:
    """How many so many statements are made of by themselves: an import of all of them takes most of the time."""
    return max(1, min(_MOST_COPIES, statements // _FEWEST_IMPORTED))


def _names() -> str:
    return "; ".join((*ROWS, *RATES))


if __name__ == "__main__":
    main()
