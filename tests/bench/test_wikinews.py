"""A thousand real articles, converted and imported: every text as it was, and once."""

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from claims.exchange.importing import import_dataset
from claims.exchange.reading import Problem, numbered
from claims.exchange.results import Result
from config.environment import BASE_DIR
from sources.models import Publisher, Source, SourceText
from tests.bench.wikinews import dataset

CORPUS = BASE_DIR.parent / "shared" / "corpus" / "wikinews-fr.jsonl"


def imported(data: bytes) -> Result:
    """Import a dataset that nothing is wrong with."""
    problems: list[Problem] = []
    result = import_dataset(
        numbered(io.BytesIO(data)), name="wikinews", refuse=lambda _number, _raw, some: problems.extend(some)
    )
    assert problems == []
    return result


def converted(*articles: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the dataset of these articles, and what was told."""
    told: list[str] = []
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in articles]
    return list(dataset(lines, told.append)), told


def article(**values: Any) -> dict[str, Any]:
    return {
        "id": "2018_03_01-001",
        "date": "2018-03-01",
        "title": "Un titre",
        "text": "Des mots.",
        "entities": [],
    } | values


def written(lines: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@pytest.mark.shared
@pytest.mark.django_db
def test_all_articles_come_in_as_they_are_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    if not CORPUS.is_file():
        pytest.skip("the corpus of articles (../shared/corpus) is not here")
    articles = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.wikinews", str(CORPUS)], cwd=BASE_DIR, capture_output=True, check=True
    )
    assert made.stderr.decode().split() == [
        "1099",
        "lines",
        "read,",
        "1099",
        "articles",
        "written,",
        "0",
        "left",
        "out.",
    ]

    page = (BASE_DIR / "docs" / "corpus.md").read_text("utf-8")
    assert made.stderr.decode() in page
    assert f"\n{len(made.stdout.splitlines())} lines read in " in page
    assert "\nCreated: publisher 1, source 1099.\n" in page

    started = time.monotonic()
    first = imported(made.stdout)
    seconds = time.monotonic() - started
    assert first.created == {"publisher": 1, "source": 1099}

    texts = SourceText.objects.select_related("source").filter(source__publisher__name="Wikinews")
    rows = {(one.source.title, one.text): one for one in texts}
    assert len(rows) == texts.count() == len(articles) == 1099
    for one in articles:
        row = rows[one["title"], one["text"]]  # the same code points, or it is not found
        assert bytes(row.raw) == one["text"].encode("utf-8")
        assert (row.number, row.source.published_at, row.source.language) == (1, one["date"], "fr")
        assert (row.source.licence, row.source.has_open_licence, row.source.url) == ("CC-BY", True, None)

    started = time.monotonic()
    second = imported(made.stdout)
    again = time.monotonic() - started
    assert (second.created, second.unchanged) == ({}, {"publisher": 1, "source": 1099})
    assert (Publisher.objects.count(), Source.objects.count(), SourceText.objects.count()) == (1, 1099, 1099)

    characters = sum(len(one["text"]) for one in articles)
    with capsys.disabled():
        print(f"\n1,099 articles, {characters:,} characters: imported in {seconds:.2f} s, known again in {again:.2f} s")


def test_an_article_is_a_source_with_its_text() -> None:
    lines, told = converted(article())
    assert lines == [
        {"record": "dataset", "version": 1, "records": {"publisher": 1, "source": 1}},
        {
            "record": "publisher",
            "key": "wikinews",
            "name": "Wikinews",
            "kind": "online",
            "homepage": "https://fr.wikinews.org/",
        },
        {
            "record": "source",
            "key": "2018_03_01-001",
            "title": "Un titre",
            "publisher": "#wikinews",
            "language": "fr",
            "published_at": "2018-03-01",
            "licence": "CC-BY",
            "text": "Des mots.",
        },
    ]
    assert told == ["1 lines read, 1 articles written, 0 left out."]


@pytest.mark.django_db
def test_articles_of_the_same_words_both_come_in_and_stay_two() -> None:
    lines, told = converted(article(), article(id="2018_03_02-001", date="2018-03-02", title="Un autre"))
    assert [sentence.partition(":")[2] for sentence in told[:2]] == [
        " other articles have the very same words: it has an id of its own."
    ] * 2
    assert imported(written(lines)).created == {"publisher": 1, "source": 2}
    assert imported(written(lines)).unchanged == {"publisher": 1, "source": 2}
    assert list(Source.objects.order_by("id").values_list("title", flat=True)) == ["Un titre", "Un autre"]


def test_a_long_title_is_cut_and_told_of() -> None:
    lines, told = converted(article(title="é" * 501))
    assert lines[-1]["title"] == "é" * 499 + "…"
    assert told[0] == "line 1: its title has 501 characters: cut to 500."


@pytest.mark.parametrize("value", ["2018-02-30", "1er mars", "20180301", None, 2018])
def test_what_is_no_day_is_left_out_and_told_of(value: Any) -> None:
    lines, told = converted(article(date=value))
    assert "published_at" not in lines[-1]
    assert told[0] == f"line 1: {value!r} is no day: it is undated."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{\n", "it is not JSON"),
        (b"\xff\n", "it is not JSON"),
        (b"[]\n", "it is no object"),
        (article(text=" \n"), "its text is missing or blank"),
        (article(title=None), "its title is missing or blank"),
        (article(text="half \ud83d"), "its text holds half a character"),
        (article(), "it says the same as line 1"),
        (article(text="D’autres mots."), "it has the id of, and differs from, line 1"),
    ],
)
def test_what_cannot_be_taken_is_left_out_and_told_of(line: Any, reason: str) -> None:
    lines, told = converted(article(), line)
    assert len(lines) == 3
    assert told[0].startswith(f"line 2: left out: {reason}")
    assert told[1] == "2 lines read, 1 articles written, 1 left out."


def test_its_exit_status_says_whether_all_came_through(tmp_path: Path) -> None:
    def status(*arguments: str) -> int:
        command = [sys.executable, "-m", "tests.bench.wikinews", *arguments]
        return subprocess.run(command, cwd=BASE_DIR, capture_output=True, check=False).returncode

    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(json.dumps(article()).encode() + b"\n")
    assert status(str(corpus)) == 0
    corpus.write_bytes(b"{\n")
    assert status(str(corpus)) == 1
    assert status(str(tmp_path / "missing.jsonl")) == 1
    assert status() == 2
