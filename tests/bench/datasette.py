"""Datasette over SQLite with a full-text index (FTS5), made of the same dataset; installed into a folder of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.client import Answer, Ask
from tests.bench.place import Place
from tests.bench.questions import (
    DEEP,
    FACETS,
    LIST,
    LIST_AGAIN,
    ONE,
    ONE_AGAIN,
    SPEAKER,
    Question,
)
from tests.bench.systems import HttpSystem, SkippedError, WrongAnswerError, expect

VERSION = "datasette==0.65.5"
_BATCH = 5_000

_TABLES = """
CREATE TABLE sources (number INTEGER PRIMARY KEY, id TEXT, title TEXT, url TEXT, language TEXT, published_at TEXT);
CREATE TABLE speakers (number INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, type TEXT, country TEXT);
CREATE TABLE topics (number INTEGER PRIMARY KEY, id TEXT, label_fr TEXT, label_en TEXT);
CREATE TABLE statements (number INTEGER PRIMARY KEY, id TEXT UNIQUE, sort_date TEXT, said_at TEXT, act TEXT,
    attitude TEXT, published_at TEXT);
CREATE TABLE wordings (statement INTEGER REFERENCES statements, language TEXT, text TEXT, is_original INTEGER);
CREATE TABLE attributions (statement INTEGER REFERENCES statements, speaker INTEGER REFERENCES speakers, kind TEXT,
    sort_date TEXT, id TEXT);
CREATE TABLE statement_topics (statement INTEGER REFERENCES statements, topic INTEGER REFERENCES topics);
CREATE TABLE appearances (statement INTEGER REFERENCES statements, source INTEGER REFERENCES sources,
    quotation_type TEXT, start INTEGER, end INTEGER, exact TEXT);
CREATE VIRTUAL TABLE search USING fts5(words, content='', tokenize="unicode61 remove_diacritics 2");
"""
_INDEXES = """
CREATE INDEX statements_by_date ON statements (sort_date, id);
CREATE INDEX wordings_of ON wordings (statement);
CREATE INDEX attributions_of ON attributions (statement);
CREATE INDEX attributions_by ON attributions (speaker, kind, sort_date, id);
CREATE INDEX topics_of ON statement_topics (statement);
CREATE INDEX appearances_of ON appearances (statement);
INSERT INTO search (search) VALUES ('optimize');
ANALYZE;
CREATE VIEW documents AS {documents};
"""

# One row a statement, with the members that all others answer: as JSON, for as many rows as are asked for and no more.
_MEMBERS = """
SELECT s.id, s.said_at, s.act, s.attitude, s.published_at,
    (SELECT json_group_array(json_object('language', w.language, 'text', w.text, 'is_original', w.is_original))
        FROM wordings AS w WHERE w.statement = s.number) AS wordings,
    (SELECT json_group_array(json_object('kind', a.kind, 'id', p.id, 'name', p.name, 'type', p.type,
        'country', p.country)) FROM attributions AS a JOIN speakers AS p ON p.number = a.speaker
        WHERE a.statement = s.number) AS speakers,
    (SELECT json_group_array(json_object('id', t.id, 'fr', t.label_fr, 'en', t.label_en))
        FROM statement_topics AS g JOIN topics AS t ON t.number = g.topic WHERE g.statement = s.number) AS topics,
    (SELECT json_group_array(json_object('id', d.id, 'title', d.title, 'url', d.url, 'language', d.language,
        'published_at', d.published_at, 'quotation_type', e.quotation_type, 'start', e.start, 'end', e.end,
        'exact', e.exact)) FROM appearances AS e JOIN sources AS d ON d.number = e.source
        WHERE e.statement = s.number) AS sources
"""
_DOCUMENT = (
    _MEMBERS + "FROM ({found}) AS f JOIN statements AS s ON s.number = f.number ORDER BY s.sort_date DESC, s.id DESC"
)
_DOCUMENTS = _MEMBERS + "FROM statements AS s"
_NEWEST = "ORDER BY sort_date DESC, id DESC LIMIT 50"
_FOUND = "SELECT rowid AS number FROM search WHERE search MATCH :q"

_QUERIES = {
    "latest": _DOCUMENT.format(found=f"SELECT number FROM statements {_NEWEST}"),
    "behind": _DOCUMENT.format(found=f"SELECT number FROM statements WHERE (sort_date, id) < (:date, :id) {_NEWEST}"),
    "said": _DOCUMENT.format(
        found=f"""SELECT statement AS number FROM attributions
            WHERE speaker = (SELECT number FROM speakers WHERE id = :speaker) AND kind = 'speaker'
            AND sort_date BETWEEN :after AND :before {_NEWEST}"""
    ),
    "search": _DOCUMENT.format(found=f"SELECT number FROM statements WHERE number IN ({_FOUND}) {_NEWEST}"),
    "one": _DOCUMENT.format(found="SELECT number FROM statements WHERE id = :id"),
    "facets": f"""
        WITH hit AS MATERIALIZED ({_FOUND}), speaker AS (
            SELECT 'speaker' AS facet, name AS value, count(*) AS found FROM hit
            JOIN attributions ON statement = hit.number JOIN speakers ON speakers.number = speaker
            WHERE kind = 'speaker' GROUP BY speaker ORDER BY found DESC LIMIT 20
        ), topic AS (
            SELECT 'topic', label_en, count(*) AS found FROM hit JOIN statement_topics ON statement = hit.number
            JOIN topics ON topics.number = topic GROUP BY topic ORDER BY found DESC LIMIT 20
        ), act AS (SELECT 'act', act, count(*) FROM hit JOIN statements USING (number) GROUP BY act)
        SELECT 'count' AS facet, NULL AS value, count(*) AS found FROM hit
        UNION ALL SELECT * FROM speaker UNION ALL SELECT * FROM topic UNION ALL SELECT * FROM act""",
}


class Datasette(HttpSystem):
    name = "Datasette"

    def __init__(self, place: Place) -> None:
        super().__init__(place.folder, None)
        self.place = place
        self.program = place.folder / "peers" / "datasette"
        self.file = place.folder / "record.db"

    def prepare(self) -> None:
        """Install it, and convert the dataset; raise SkippedError where it cannot be had."""
        if not (self.program / "bin" / "datasette").exists():
            _install(self.program)
        note = self.file.with_suffix(".note")
        state = f"{self.place.dataset.statements} {self.place.copies} {self.place.dataset.seed}"
        if not (note.exists() and note.read_text("ascii") == state and self.file.exists()):
            convert(self.place.lines(), self.file)
            note.write_text(state, "ascii")
        described = {"databases": {"record": {"queries": {name: {"sql": sql} for name, sql in _QUERIES.items()}}}}
        (self.place.folder / "datasette.json").write_text(json.dumps(described), "utf-8")

    def command(self) -> Sequence[str]:
        return [
            str(self.program / "bin" / "datasette"), "serve", "--immutable", str(self.file),
            "--metadata", str(self.place.folder / "datasette.json"), "--host", "127.0.0.1", "--port", str(self.port),
            "--setting", "sql_time_limit_ms", "60000", "--setting", "num_sql_threads", "8",
            "--setting", "max_returned_rows", "10000", "--setting", "default_cache_ttl", "0",
            "--setting", "cache_size_kb", "65536",
        ]  # fmt: skip

    def environment(self) -> Mapping[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("DATASETTE")}

    def probe(self) -> Ask:
        return Ask("/-/versions.json")

    def ask(self, question: Question) -> Ask | None:
        """Return the request; None for what it has not: answers of 304."""
        if question.row in (LIST_AGAIN, ONE_AGAIN):
            return None
        if question.row == LIST:
            return _asked("latest")
        if question.row == DEEP:
            return _asked("behind", date=question.place[0], id=question.place[1])
        if question.row == SPEAKER:
            return _asked("said", speaker=question.speaker, after=question.after, before=question.before)
        if question.row == ONE:
            return _asked("one", id=question.ids[0])
        return _asked("facets" if question.row == FACETS else "search", q=question.q)

    def check(self, question: Question, answer: Answer) -> None:
        """Raise WrongAnswerError unless these are the statements that the tables have."""
        if answer.status != 200:
            raise WrongAnswerError(f"{question} was answered with {answer.status}: {answer.body[:400]!r}")
        found = json.loads(answer.body)
        if question.row == FACETS:
            expect(self.name, question, int(found[0]["found"]))
        else:
            expect(self.name, question, [row["id"] for row in found])


def _asked(query: str, **values: Any) -> Ask:
    columns = [("_json", name) for name in ("wordings", "speakers", "topics", "sources")] if query != "facets" else []
    return Ask(f"/record/{query}.json?{urlencode([*values.items(), ('_shape', 'array'), *columns])}")


def _install(folder: Path) -> None:
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", VERSION]
        subprocess.run(install, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise SkippedError(f"{VERSION} cannot be installed here") from None


def convert(lines: Iterator[str], path: Path) -> None:
    """Write the SQLite file of a dataset."""
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode = off; PRAGMA synchronous = off;" + _TABLES)
    converter = _Converter(database)
    for line in lines:
        converter.take(json.loads(line))
    converter.write()
    database.executescript(_INDEXES.format(documents=_DOCUMENTS))
    database.close()


class _Converter:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.numbers: dict[str, dict[str, int]] = {"source": {}, "speaker": {}, "topic": {}}
        self.labels: dict[str, str] = {}
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        self.statements = 0

    def take(self, row: dict[str, Any]) -> None:
        """Keep the rows of one line, and write what there is now and then."""
        make = getattr(self, f"_{row['record']}", None)
        if make is not None:
            make(row)
            if len(self.rows.get("statements", ())) >= _BATCH:
                self.write()

    def write(self) -> None:
        """Write what was kept."""
        for name, rows in self.rows.items():
            target = "search (rowid, words)" if name == "search" else name
            self.database.executemany(f"INSERT INTO {target} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        self.rows.clear()

    def _add(self, table: str, *values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def _new(self, record: str, row: dict[str, Any]) -> int:
        known = self.numbers[record]
        return known.setdefault(row["id"], len(known) + 1)

    def _source(self, row: dict[str, Any]) -> None:
        values = [row[name] for name in ("id", "title", "url", "language", "published_at")]
        self._add("sources", self._new("source", row), *values)

    def _speaker(self, row: dict[str, Any]) -> None:
        values = [row[name] for name in ("id", "name", "type", "country")]
        self._add("speakers", self._new("speaker", row), *values)
        self.labels[row["id"]] = " ".join([row["name"], *(one["name"] for one in row["names"])])

    def _topic(self, row: dict[str, Any]) -> None:
        labels = row["labels"]
        self._add("topics", self._new("topic", row), row["id"], labels["fr"], labels["en"])
        self.labels[row["id"]] = f"{labels['fr']} {labels['en']}"

    def _statement(self, row: dict[str, Any]) -> None:
        self.statements += 1
        number, said = self.statements, row["said_at"]
        self._add("statements", number, row["id"], said, said, row["act"], row["attitude"], row["published_at"])
        words = []
        for one in row["wordings"]:
            self._add("wordings", number, one["language"], one["text"], one["is_original"])
            words.append(one["text"])
        for one in row["attributions"]:
            speaker = self.numbers["speaker"][one["speaker"]]
            self._add("attributions", number, speaker, one["kind"], said, row["id"])
            words.append(self.labels[one["speaker"]])
        for topic in row["topics"]:
            self._add("statement_topics", number, self.numbers["topic"][topic])
            words.append(self.labels[topic])
        for one in row["appearances"]:
            segment = one["segments"][0]
            spans = [segment[name] for name in ("start", "end", "exact")]
            self._add("appearances", number, self.numbers["source"][one["source"]], one["quotation_type"], *spans)
        self._add("search", number, " ".join(words))
