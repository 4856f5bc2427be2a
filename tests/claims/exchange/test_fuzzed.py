"""Any line comes in or is refused with a place and a sentence; none breaks the import."""

import contextlib
import copy
import json
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.exchange.demo import load_demo
from claims.exchange.importing import import_dataset
from claims.exchange.lines import LINES
from claims.exchange.reading import DatasetError, Problem
from sources.models.fields import uuid7
from tests.bench.generated import lines
from tests.claims.exchange.running import exported, rows_in
from tests.factories import user

EXAMPLES = int(os.environ.get("EXCHANGE_EXAMPLES") or 150)
BOUNDED = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None
)

Row = dict[str, Any]
Steps = tuple[str | int, ...]

pytestmark = pytest.mark.django_db

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            " ",
            "\0",
            "\ud800",
            "#",
            "#said",
            "Q1",
            "sha256:" + "0" * 64,
            "http://",
            "https://[",
            "🕊",
            "x" * 3000,
            "2023-02-30",
        ]
    ),
    st.sampled_from([-1, 0, 2**31, 2**63, 10**40, 5_000_001]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=6), st.sampled_from(["exact", "start", "speaker", "fr"])), inner, max_size=4
        ),
    ),
    max_leaves=8,
)


@cache
def _generated() -> list[Row]:
    return [json.loads(line) for line in lines(20)]


def _places(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    yield steps
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from _places(one, (*steps, step))


def _take(raw: bytes) -> None:
    """Import one line, hold that it comes in or is refused with reason, and undo it."""
    told: list[tuple[int, list[Problem]]] = []
    # one line of a dataset that promises more is a file that was cut
    with contextlib.suppress(DatasetError), transaction.atomic():
        result = import_dataset(
            [(1, raw)],
            name="fuzzed",
            by=user("author"),
            publish_by=user("publisher"),
            refuse=lambda number, _raw, problems: told.append((number, list(problems))),
        )
        assert result.refused == len(told)
        transaction.set_rollback(True)
    for number, problems in told:
        assert number == 1
        assert problems
        for problem in problems:
            assert problem.pointer == "" or problem.pointer.startswith("/")
            assert problem.sentence.strip()
            assert len(problem.sentence) < 5000


@BOUNDED
@given(data=st.data())
def test_a_line_changed_anywhere_comes_in_or_is_refused(data: st.DataObject) -> None:
    rows = _rows()
    row = copy.deepcopy(data.draw(st.sampled_from(rows)))
    if data.draw(st.booleans()):
        row["id"] = str(uuid7())
    elif data.draw(st.booleans()):
        row.pop("id", None)
    for _ in range(data.draw(st.integers(1, 3))):
        places = [steps for steps in _places(row) if steps]
        steps = data.draw(st.sampled_from(places)) if places else ("record",)
        parent: Any = row
        for step in steps[:-1]:
            parent = parent[step]
        last: Any = steps[-1]
        match data.draw(st.sampled_from(["replace", "replace", "drop", "repeat", "add", "swap"])):
            case "drop":
                parent.pop(last, None) if isinstance(parent, dict) else parent.pop(last)
            case "repeat" if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[last]))
            case "add" if isinstance(parent, dict):
                parent[data.draw(st.text(max_size=8))] = data.draw(values)
            case "swap":
                parent[last] = copy.deepcopy(data.draw(st.sampled_from(rows)))
            case _:
                parent[last] = data.draw(values)
    _take(json.dumps(row).encode())


@BOUNDED
@given(data=st.data())
def test_bytes_changed_anywhere_come_in_or_are_refused(data: st.DataObject) -> None:
    raw = json.dumps(data.draw(st.sampled_from(_rows())), ensure_ascii=False).encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    length = data.draw(st.integers(0, 6))
    _take(raw[:place] + data.draw(st.binary(max_size=6)) + raw[place + length :])


@BOUNDED
@given(record=st.sampled_from([*LINES, "dataset"]), row=st.dictionaries(st.text(max_size=8), values, max_size=5))
def test_lines_of_nothing_known_are_refused(record: str, row: Row) -> None:
    _take(json.dumps({"record": record, **row}).encode())


_ROWS: list[Row] = []


def _rows() -> list[Row]:
    return _ROWS


@pytest.fixture(autouse=True)
def _the_demo_is_there() -> None:
    """Lines to change: those of the demo, which is in the record, and of another record, which is not."""
    load_demo()
    user("publisher")
    _ROWS[:] = [*rows_in(exported()), *_generated()]
