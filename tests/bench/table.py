"""What was measured as tables: one of reads with its ratios, one of what is written, read or kept by the row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.questions import LIST, LIST_AGAIN, ONE, ONE_AGAIN
from tests.bench.rounds import Cell, Cells

OURS, KEPT, RAW = "ours", "ours, kept", "raw SQL"
_OF_200 = {LIST_AGAIN: LIST, ONE_AGAIN: ONE}
NOTHING = "—"


@dataclass(frozen=True)
class Rate:
    """Rows a second of one system, and what they took."""

    row: str
    system: str
    rows: int
    seconds: float
    cpu: float
    memory: int = 0


def reads(cells: Cells, rows: Iterable[str], systems: Sequence[str]) -> list[list[str]]:
    """The table of reads: microseconds of processor time a request, ratios, and the clock of ours and of the others."""
    head = ["answer", *systems, "of raw", "best peer", "× best peer", f"{OURS} p50 ms", "p95 ms"]
    return [head, *(_read(cells, row, systems) for row in rows)]


def _read(cells: Cells, row: str, systems: Sequence[str]) -> list[str]:
    micros = [_micros(cells.get((row, system))) for system in systems]
    ours, raw = cells.get((row, OURS)), cells.get((row, RAW))
    peers = {
        system: found
        for system in systems
        if system not in (OURS, KEPT, RAW) and (found := cells.get((row, system))) is not None
    }
    of_raw = f"{raw.micros / ours.micros:.1%}" if ours and raw else NOTHING
    whole = cells.get((_OF_200.get(row, ""), OURS))
    if whole and ours:
        of_raw = f"{ours.micros / whole.micros:.0%} of its 200"
    best = min(peers, key=lambda name: peers[name].micros) if peers else ""
    times = _times(peers[best].micros / ours.micros) if best and ours else NOTHING
    clock = [f"{ours.percentile(share) * 1000:.1f}" for share in (0.5, 0.95)] if ours else [NOTHING] * 2
    return [row, *micros, of_raw, best or NOTHING, times, *clock]


def clocks(cells: Cells, rows: Iterable[str], systems: Sequence[str]) -> list[list[str]]:
    """The table of what the clock says: milliseconds p50 / p95, with eight connections at once."""
    return [["p50 / p95 ms", *systems], *([row, *(_clock(cells.get((row, one))) for one in systems)] for row in rows)]


def _clock(cell: Cell | None) -> str:
    if cell is None:
        return NOTHING
    return f"{cell.percentile(0.5) * 1000:.1f} / {cell.percentile(0.95) * 1000:.1f}"


def compared(calm: Cells, busy: Cells, rows: Iterable[str]) -> list[list[str]]:
    """The table of ours by itself and under load, by the clock: milliseconds p50 / p95, and how they compare."""
    head = ["p50 / p95 ms", "by itself", "under load", "p50", "p95"]
    return [head, *(_compared(row, calm[row, OURS], busy[row, OURS]) for row in rows)]


def _compared(row: str, calm: Cell, busy: Cell) -> list[str]:
    ratios = [f"{busy.percentile(share) / calm.percentile(share):.1f}×" for share in (0.5, 0.95)]
    return [row, _clock(calm), _clock(busy), *ratios]


def _times(ratio: float) -> str:
    return f"{ratio:.1f}×" if ratio >= 1 else f"{ratio:.2f}×"


def _micros(cell: Cell | None) -> str:
    return f"{cell.micros:,.0f}" if cell and cell.requests else NOTHING


def rates(found: Sequence[Rate]) -> list[list[str]]:
    """The table of rows a second; the ratio is of processor time, against the best of the others."""
    head = ["rows", "system", "rows", "seconds", "rows/s", "CPU µs a row", "peak MB", "× best peer"]
    return [head, *(_rate(one, found) for one in found)]


def _rate(one: Rate, found: Sequence[Rate]) -> list[str]:
    others = [other for other in found if other.row == one.row and other.system != OURS and other.rows]
    ratio = NOTHING
    if one.system == OURS and others and one.cpu:
        ratio = _times(min(other.cpu / other.rows for other in others) * one.rows / one.cpu)
    return [
        one.row,
        one.system,
        f"{one.rows:,}",
        f"{one.seconds:.1f}",
        f"{one.rows / one.seconds:,.0f}",
        f"{one.cpu / one.rows * 1e6:,.0f}" if one.rows else NOTHING,
        f"{one.memory / 1e6:.0f}" if one.memory else NOTHING,
        ratio,
    ]


def plain(table: Sequence[Sequence[str]]) -> str:
    """The table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in table)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def markdown(table: Sequence[Sequence[str]]) -> str:
    """The same as Markdown."""
    head, *rows = table
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])
