"""What the hardware allows: the stored documents and the postings of words, asked of PostgreSQL and nothing else.

Statements are prepared and run through libpq (psycopg's compiled layer); the processor time of these calls and of their
backends counts. What comes is the JSON as it is stored. Postings are rows of a b-tree of their
own, of the terms that are asked for: the plainest index that has the statements of a word in order of date.
"""

import json
import time
from dataclasses import dataclass

import psycopg
from psycopg import pq

from tests.bench.place import Place
from tests.bench.questions import (
    DEEP,
    FACETS,
    LIST,
    LIST_AGAIN,
    ONE,
    ONE_AGAIN,
    PHRASE,
    ROWS,
    SPEAKER,
    TWO_WORDS,
    Question,
    ask_all,
)
from tests.bench.systems import SkippedError, System, WrongAnswerError, expect

_TABLES = ("claims_statementdocument", "claims_statementfacets")
_POSTINGS = """
    DROP SCHEMA IF EXISTS bench_raw CASCADE;
    CREATE SCHEMA bench_raw;
    CREATE TABLE bench_raw.posting (
        term bigint, sort_date date, statement_id uuid, PRIMARY KEY (term, sort_date, statement_id));
"""
_POST = """
    INSERT INTO bench_raw.posting
    SELECT term, sort_date, statement_id FROM claims_statementdocument CROSS JOIN LATERAL unnest(terms) AS term
    WHERE terms && %(terms)s AND term = ANY(%(terms)s) ORDER BY 1, 2, 3
"""
_NEWEST = "ORDER BY p.sort_date DESC, p.statement_id DESC LIMIT 50"
_DOCUMENTS = "SELECT d.body FROM ({found}) AS p JOIN claims_statementdocument AS d USING (statement_id)"
_IN_ORDER = " ORDER BY p.sort_date DESC, p.statement_id DESC"
_POSTED = "SELECT p.statement_id, p.sort_date FROM bench_raw.posting AS p WHERE p.term = $1::bigint"
_TOO = """EXISTS (SELECT FROM bench_raw.posting AS o
    WHERE (o.term, o.sort_date, o.statement_id) = ($2::bigint, p.sort_date, p.statement_id))"""
_SAID = """EXISTS (SELECT FROM claims_statementsearch AS v
    WHERE v.statement_id = p.statement_id AND v.language = $3::text AND v.vector @@ $4::tsquery)"""

#: the newest so many are counted, as the product does
CAP = 50_000
_FACETS = f"""
    WITH hit AS MATERIALIZED (
        SELECT act, speakers, topics FROM claims_statementfacets WHERE statement_id = ANY(ARRAY(
            SELECT p.statement_id FROM bench_raw.posting AS p WHERE p.term = $1::bigint
            ORDER BY p.sort_date DESC, p.statement_id DESC LIMIT {CAP}))
    ), speaker AS (
        SELECT 'speaker', one::text, count(*) FROM hit CROSS JOIN LATERAL unnest(speakers) AS one
        GROUP BY one ORDER BY count(*) DESC LIMIT 20
    ), topic AS (
        SELECT 'topic', one::text, count(*) FROM hit CROSS JOIN LATERAL unnest(topics) AS one
        GROUP BY one ORDER BY count(*) DESC LIMIT 20
    ), act AS (
        SELECT 'act', act::text, count(*) FROM hit GROUP BY act
    )
    SELECT 'count', NULL, count(*) FROM hit
    UNION ALL SELECT * FROM speaker UNION ALL SELECT * FROM topic UNION ALL SELECT * FROM act
"""


def _documents(found: str) -> str:
    return _DOCUMENTS.format(found=found) + _IN_ORDER


STATEMENTS: dict[str, str] = {
    LIST: "SELECT body FROM claims_statementdocument ORDER BY sort_date DESC, statement_id DESC LIMIT 50",
    DEEP: """SELECT body FROM claims_statementdocument WHERE (sort_date, statement_id) < ($1::date, $2::uuid)
        ORDER BY sort_date DESC, statement_id DESC LIMIT 50""",
    SPEAKER: _documents(f"{_POSTED} AND p.sort_date BETWEEN $2::date AND $3::date {_NEWEST}"),
    TWO_WORDS: _documents(f"{_POSTED} AND {_TOO} {_NEWEST}"),
    PHRASE: _documents(f"{_POSTED} AND {_TOO} AND {_SAID} {_NEWEST}"),
    ONE: "SELECT body FROM claims_statementdocument WHERE statement_id = $1::uuid",
    FACETS: _FACETS,
}
_ONE_WORD = _documents(f"{_POSTED} {_NEWEST}")


@dataclass(frozen=True)
class Prepared:
    """One statement and its parameters as text."""

    sql: str
    values: tuple[bytes, ...]


class _Connection:
    def __init__(self, conninfo: str, spent: list[float]) -> None:
        self._open = psycopg.connect(conninfo, autocommit=True)
        self._names: dict[str, bytes] = {}
        self._spent = spent

    def ask(self, ask: Prepared) -> list[bytes]:
        """Return the first column of all rows but of facets, of which it returns the last one."""
        link = self._open.pgconn
        name = self._names.get(ask.sql)
        if name is None:
            name = self._names[ask.sql] = b"s%d" % len(self._names)
            link.prepare(name, ask.sql.encode())
        before = time.thread_time()
        found = link.exec_prepared(name, ask.values, result_format=pq.Format.BINARY)
        self._spent.append(time.thread_time() - before)
        if found.status != pq.ExecStatus.TUPLES_OK:
            raise WrongAnswerError(f"{ask}: {found.error_message.decode()}")
        column = found.nfields - 1
        return [found.get_value(row, column) or b"" for row in range(found.ntuples)]

    def close(self) -> None:
        self._open.close()


class Raw(System):
    """PostgreSQL by itself."""

    name = "raw SQL"

    def __init__(self, place: Place) -> None:
        self.place = place
        self._spent: list[float] = []

    def start(self) -> None:
        """Look whether the tables are there; raise SkippedError if not."""
        connection = self.place.connection
        for table in _TABLES:
            row = connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone()
            if row is None or row[0] is None:
                raise SkippedError(f"there is no table {table}")
        questions = ask_all(connection, self.place.dataset, ROWS)
        terms = {term for of_row in questions.values() for one in of_row for term in self._terms_of(one)}
        connection.execute(_POSTINGS.encode())
        connection.execute(_POST, {"terms": [int(term) for term in terms]})
        connection.execute("VACUUM ANALYZE bench_raw.posting")

    def stop(self) -> None:
        """Nothing runs."""

    def connect(self) -> _Connection:
        """A connection with its prepared statements."""
        return _Connection(self.place.conninfo, self._spent)

    def cpu(self) -> float:
        """Seconds of the calls of libpq and of their backends."""
        return sum(self._spent) + self.place.backends.cpu()

    def ask(self, question: Question) -> Prepared | None:
        """Return statement and values; None for what is of HTTP alone."""
        if question.row in (LIST_AGAIN, ONE_AGAIN):
            return None
        return Prepared(STATEMENTS.get(question.row, _ONE_WORD), tuple(self._values(question)))

    def _values(self, question: Question) -> list[bytes]:
        if question.row == LIST:
            return []
        if question.row == DEEP:
            return [one.encode() for one in question.place]
        if question.row == ONE:
            return [question.ids[0].encode()]
        terms = self._terms_of(question)
        if question.row == SPEAKER:
            return [*terms, question.after.encode(), question.before.encode()]
        if question.row == PHRASE:
            row = self.place.connection.execute(
                "SELECT public.search_query(%s, %s)::text", [question.language, question.q]
            ).fetchone()
            return [*terms, question.language.encode(), str(row[0] if row else "").encode()]
        return terms

    def _terms_of(self, question: Question) -> list[bytes]:
        """The terms that a question is answered by."""
        if question.row == SPEAKER:
            return self._terms("speaker", [question.speaker])
        return self._terms(question.language, self._lexemes(question)) if question.q else []

    def _lexemes(self, question: Question) -> list[str]:
        """What the words typed stand for in the vectors, in their order."""
        asked = """SELECT (tsvector_to_array(to_tsvector(
            public.search_configuration(%(language)s), public.plain_text(word))))[1]
            FROM unnest(%(words)s::text[]) WITH ORDINALITY AS typed(word, place) ORDER BY place"""
        values = {"language": question.language, "words": question.q.strip('"').split()}
        return [word for (word,) in self.place.connection.execute(asked, values).fetchall()]

    def _terms(self, kind: str, words: list[str]) -> list[bytes]:
        asked = """SELECT public.search_term(%s, word)::text
            FROM unnest(%s::text[]) WITH ORDINALITY AS wanted(word, place) ORDER BY place"""
        return [term.encode() for (term,) in self.place.connection.execute(asked, [kind, words]).fetchall()]

    def check(self, question: Question, answer: list[bytes]) -> None:
        """Raise WrongAnswerError unless these are the statements that the tables have."""
        if question.row == FACETS:
            expect(self.name, question, int.from_bytes(answer[0], "big"))
        else:
            expect(self.name, question, [json.loads(body)["id"] for body in answer])

    def size(self, answer: list[bytes]) -> int:
        """The length of all documents."""
        return sum(map(len, answer))
