"""A benchmark of a few statements, from the empty folder to the tables."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import BASE_DIR
from tests.bench.client import Answer
from tests.bench.questions import LIST, Question
from tests.bench.rounds import Cell
from tests.bench.systems import WrongAnswerError, expect
from tests.bench.table import Rate, markdown, rates, reads

COMMAND = [sys.executable, "-m", "tests.bench"]


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    # settings of the tests that run here are not its own
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATA_DIR"))}
    return subprocess.run(
        [*COMMAND, *arguments], cwd=BASE_DIR, env=own, capture_output=True, text=True, check=False, timeout=600
    )


def test_it_measures_ours_and_the_plain_variant_and_prints_tables(tmp_path: Path) -> None:
    written = tmp_path / "tables.md"
    short = [
        "600",
        "--copies",
        "2",
        "--rounds",
        "1",
        "--seconds",
        "0.02",
        "--folder",
        str(tmp_path / "bench"),
        "--database",
        "attribution_bench_test",
        "--markdown",
        str(written),
    ]
    made = bench(*short, "--without-peers", "--only", "list,facets,POST,import")
    assert made.returncode == 0, made.stderr
    for expected in ("list, newest", "of its 200", "facets of a search", "POST of one statement", "dataset import"):
        assert expected in made.stdout
    head = next(line for line in written.read_text("utf-8").splitlines() if line.startswith("| answer"))
    assert "| ours | ours, kept | plain DRF |" in head
    alone = bench(*short, "--without-others", "--reuse", "--only", "list,import")
    assert alone.returncode == 0, alone.stderr
    assert "Importing" not in alone.stderr
    assert "plain DRF" not in written.read_text("utf-8")


def test_it_says_which_rows_there_are_where_none_is_meant(tmp_path: Path) -> None:
    made = bench("300", "--only", "nothing", "--folder", str(tmp_path))
    assert made.returncode == 2
    assert "no row has that in its name" in made.stderr
    assert LIST in made.stderr


@pytest.mark.parametrize("found", [[], ["b"], ["b", "a"], ["a", "b", "c"]])
def test_another_answer_than_that_of_the_tables_stops_it(found: list[str]) -> None:
    question = Question(LIST, ("a", "b"))
    expect("ours", question, ["a", "b"])
    with pytest.raises(WrongAnswerError):
        expect("ours", question, found)


def test_ratios_are_against_raw_sql_and_the_best_of_the_others() -> None:
    cells = {
        (LIST, system): Cell(requests=10, cpu=cpu, times=[0.001, 0.002, 0.003])
        for system, cpu in {"raw SQL": 0.001, "ours": 0.002, "plain DRF": 0.04, "Datasette": 0.02}.items()
    }
    _head, row = reads(cells, [LIST], ["raw SQL", "ours", "plain DRF", "Datasette"])
    assert row == [LIST, "100", "200", "4,000", "2,000", "50.0%", "Datasette", "10.0×", "2.0", "3.0"]


def test_rates_compare_what_a_row_costs() -> None:
    head, ours, other = rates(
        [Rate("export", "ours", 1000, 2.0, 0.5, 64_000_000), Rate("export", "plain DRF", 10, 2.0, 0.5)]
    )
    assert ours == ["export", "ours", "1,000", "2.0", "500", "500", "64", "100.0×"]
    assert other[-2:] == ["—", "—"]
    assert markdown([head, ours]).splitlines()[1].startswith("| --- | ---: |")


def test_an_answer_does_not_print_its_body() -> None:
    assert "secret" not in repr(Answer(200, {}, b"secret"))
