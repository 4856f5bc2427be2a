"""Edits of all kinds by all ways in, many at once, some undone: each document is what it would be if written now."""

import random
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from claims.services.documents import wrong_documents
from tests.faults.checking import rows, run_sql
from tests.faults.conftest import ROUNDS
from tests.faults.editing import Editor, Record
from tests.faults.program import Server, wait_for
from tests.faults.writing import UNLIMITED, at_once

Start = Callable[..., Server]
Tell = Callable[[str], None]
EDITS = 150 if ROUNDS == 1 else 5000
#: way in -> how many do so at once, and their share of the edits
WAYS = {"api": (Editor.by_api, 3, 0.3), "admin": (Editor.by_admin, 1, 0.1), "sql": (Editor.by_sql, 2, 0.6)}
IMPORTS = 2 if ROUNDS == 1 else 20
#: more statements than that are many
FEW = 3


class Tickets:
    """So many edits by each way; what goes wrong ends all."""

    def __init__(self, **counts: int) -> None:
        self._left = counts
        self._lock = threading.Lock()

    def take(self, way: str) -> bool:
        with self._lock:
            self._left[way] -= 1
            return self._left[way] >= 0

    def end(self) -> None:
        with self._lock:
            self._left = dict.fromkeys(self._left, 0)


def work(record: Record, chance: random.Random, tickets: Tickets, way: str, edit: Callable[[Editor], None]) -> None:
    """Edit as long as there are tickets."""
    editor = Editor(record, chance)
    try:
        while tickets.take(way):
            edit(editor)
    except BaseException:
        tickets.end()
        raise
    finally:
        editor.close()


def let_few_be_many(server: Server) -> None:
    """Have changes that more than FEW statements show followed in steps."""
    ((written,),) = rows(server.data_dir, "SELECT pg_get_functiondef('public.statements_follow'::regproc)")
    assert "<= 1000 " in written
    assert "LIMIT 1000 + 1" in written
    run_sql(server.data_dir, written.replace("<= 1000 ", f"<= {FEW} ").replace("LIMIT 1000 +", f"LIMIT {FEW} +"))


@pytest.mark.parametrize("are_large", [False, True], ids=["at once", "in steps"])
def test_no_edit_leaves_a_stale_document(
    start: Start, set_up: Path, folder: Path, chance: random.Random, tell: Tell, *, are_large: bool
) -> None:
    server = start(set_up, env=UNLIMITED).is_ready()
    if are_large:
        let_few_be_many(server)
    record = Record(server, folder)
    counts = {way: round(EDITS / 2 * share) for way, (_edit, _number, share) in WAYS.items()}
    tickets = Tickets(imports=IMPORTS, **counts)
    editors = [(way, edit) for way, (edit, number, _share) in WAYS.items() for _ in range(number)]
    lucks = chance.sample(range(10**9), len(editors) + 1)
    begun = time.monotonic()
    at_once(
        [
            partial(work, record, random.Random(luck), tickets, way, edit)  # noqa: S311
            for luck, (way, edit) in zip(lucks, [*editors, ("imports", Editor.by_import)], strict=True)
        ]
    )
    tell(f"{counts} edits and {IMPORTS} imports in {time.monotonic() - begun:.0f} s:")
    for (how, what), count in sorted(record.outcomes.items()):
        tell(f"{count} {how}: {what}")
    assert wait_for(lambda: not rows(set_up, "SELECT FROM claims_pendingchange"), 60, 0.1)
    with record.connect() as connection:
        assert list(wrong_documents(connection.cursor())) == []
    assert "cannot follow" not in server.words
    server.stop()
