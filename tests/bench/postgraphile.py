"""PostGraphile 5 over the very same database; installed into a folder of its own.

What its users would add is added: functions (in a schema of their own) for search, for a speaker's dates and for
facets, which use the indexes and vectors that are there.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from tests.bench.client import Answer, Ask
from tests.bench.place import Place
from tests.bench.questions import DEEP, FACETS, LIST, LIST_AGAIN, ONE, ONE_AGAIN, SPEAKER, Question
from tests.bench.systems import HttpSystem, SkippedError, WrongAnswerError, expect

# PostGraphile 5 needs a newer Node.js than some systems have; npm has that too
PACKAGES = ("postgraphile@5.1.5", "node@22")
_PROGRAM = Path(__file__).parent / "peers" / "postgraphile.mjs"

_FUNCTIONS = """
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE FUNCTION bench.found(q text) RETURNS SETOF public.claims_statement STABLE LANGUAGE sql AS $$
    SELECT s.* FROM public.claims_statement AS s WHERE s.status = 'published' AND s.id IN (
        SELECT statement_id FROM public.claims_statementsearch
        WHERE language = 'fr' AND vector @@ public.search_query('fr', q)
            OR language = 'en' AND vector @@ public.search_query('en', q))
    ORDER BY s.sort_date DESC, s.id DESC
$$;
CREATE FUNCTION bench.said(speaker uuid, since date, until date) RETURNS SETOF public.claims_statement
STABLE LANGUAGE sql AS $$
    SELECT s.* FROM public.claims_statement AS s WHERE s.status = 'published' AND s.sort_date BETWEEN since AND until
        AND s.id IN (SELECT statement_id FROM public.claims_attribution WHERE speaker_id = speaker AND kind = 'speaker')
    ORDER BY s.sort_date DESC, s.id DESC
$$;
CREATE TYPE bench.facet AS (facet text, value text, found bigint);
CREATE FUNCTION bench.facets(q text) RETURNS SETOF bench.facet STABLE LANGUAGE sql AS $$
    WITH hit AS MATERIALIZED (SELECT id, act FROM bench.found(q)), speaker AS (
        SELECT 'speaker', speaker_id::text, count(*) FROM hit
        JOIN public.claims_attribution ON statement_id = hit.id AND kind = 'speaker'
        GROUP BY speaker_id ORDER BY count(*) DESC LIMIT 20
    ), topic AS (
        SELECT 'topic', topic_id::text, count(*) FROM hit
        JOIN public.claims_statementtopic ON statement_id = hit.id
        GROUP BY topic_id ORDER BY count(*) DESC LIMIT 20
    ), act AS (SELECT 'act', act::text, count(*) FROM hit GROUP BY act)
    SELECT 'count', NULL::text, count(*) FROM hit
    UNION ALL SELECT * FROM speaker UNION ALL SELECT * FROM topic UNION ALL SELECT * FROM act
$$;
"""

_MEMBERS = """
id: rowId saidAt act attitude publishedAt
claimsWordingsByStatementId { nodes { language text isOriginal } }
claimsAttributionsByStatementId { nodes { kind certainty
  claimsSpeakerBySpeakerId { id: rowId type isNamed name country } } }
claimsStatementtopicsByStatementId { nodes { claimsTopicByTopicId { id: rowId labels } } }
claimsAppearancesByStatementId { nodes { quotationType
  claimsSegmentsByAppearanceId { nodes { start end exact } }
  sourcesSourcetextBySourceTextId { sourcesSourceBySourceId { id: rowId type title url language publishedAt
    sourcesPublisherByPublisherId { id: rowId name } } } } }
"""
_QUERIES = {
    LIST: "query ($after: Cursor) { found: allClaimsStatements(first: 50, after: $after,"
    ' condition: {status: "published"}, orderBy: [SORT_DATE_DESC, ROW_ID_DESC]) { nodes {' + _MEMBERS + "} } }",
    SPEAKER: "query ($speaker: UUID!, $since: Date!, $until: Date!) {"
    " found: benchSaid(speaker: $speaker, since: $since, until: $until, first: 50) { nodes {" + _MEMBERS + "} } }",
    ONE: "query ($id: UUID!) { found: claimsStatementByRowId(rowId: $id) {" + _MEMBERS + "} }",
    FACETS: "query ($q: String!) { found: benchFacets(q: $q) { nodes { facet value found } } }",
}
_SEARCH = "query ($q: String!) { found: benchFound(q: $q, first: 50) { nodes {" + _MEMBERS + "} } }"
_ONWARDS = (
    "query ($after: Cursor, $first: Int!) { found: allClaimsStatements(first: $first, after: $after,"
    ' condition: {status: "published"}, orderBy: [SORT_DATE_DESC, ROW_ID_DESC]) { pageInfo { endCursor } } }'
)


class Postgraphile(HttpSystem):
    name = "PostGraphile"

    def __init__(self, place: Place) -> None:
        super().__init__(place.folder, place.backends)
        self.place = place
        self.program = place.folder / "peers" / "postgraphile"
        self._cursors: dict[int, str | None] = {0: None}

    def prepare(self) -> None:
        """Install it and make its functions; raise SkippedError where it cannot be had."""
        if not (self.program / "node_modules" / "postgraphile").exists():
            _install(self.program)
        shutil.copy(_PROGRAM, self.program / "serve.mjs")
        self.place.connection.execute(_FUNCTIONS.encode())

    def command(self) -> Sequence[str]:
        newer = self.program / "node_modules" / "node" / "bin" / "node"
        return [str(newer) if newer.exists() else "node", str(self.program / "serve.mjs")]

    def environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "NODE_ENV": "production",
            "GRAPHILE_ENV": "production",
            "PORT": str(self.port),
            "BENCH_URL": _url(self.place.conninfo),
        }

    def probe(self) -> Ask:
        return _asked("{ __typename }")

    def ask(self, question: Question) -> Ask | None:
        """Return the request; None for what it has not: answers of 304."""
        if question.row in (LIST_AGAIN, ONE_AGAIN):
            return None
        if question.row == DEEP:
            return _asked(_QUERIES[LIST], after=self._cursor(question.page))
        if question.row == LIST:
            return _asked(_QUERIES[LIST])
        if question.row == SPEAKER:
            values = {"speaker": question.speaker, "since": question.after, "until": question.before}
            return _asked(_QUERIES[SPEAKER], **values)
        if question.row == ONE:
            return _asked(_QUERIES[ONE], id=question.ids[0])
        return _asked(_QUERIES.get(question.row, _SEARCH), q=question.q)

    def check(self, question: Question, answer: Answer) -> None:
        """Raise WrongAnswerError unless these are the statements that the tables have."""
        found: Any = json.loads(answer.body) if answer.status == 200 else {"errors": answer.status}
        if found.get("errors"):
            raise WrongAnswerError(f"{question} was answered with {answer.body[:400]!r}")
        rows = found["data"]["found"]
        if question.row == FACETS:
            expect(self.name, question, int(rows["nodes"][0]["found"]))
        else:
            expect(self.name, question, [row["id"] for row in ([rows] if question.row == ONE else rows["nodes"])])

    def _cursor(self, page: int) -> str | None:
        """The cursor of a page that is reached by following the others."""
        if page not in self._cursors:
            at = max(one for one in self._cursors if one < page)
            connection = self.connect()
            answer = connection.ask(_asked(_ONWARDS, after=self._cursors[at], first=50 * (page - at)))
            self._cursors[page] = json.loads(answer.body)["data"]["found"]["pageInfo"]["endCursor"]
            connection.close()
        return self._cursors[page]


def _asked(query: str, **variables: Any) -> Ask:
    body = json.dumps({"query": query, "variables": variables}).encode()
    return Ask("/graphql", "POST", body)


def _url(conninfo: str) -> str:
    given = {name: quote(str(value), safe="") for name, value in conninfo_to_dict(conninfo).items() if value}
    password = f":{given['password']}" if "password" in given else ""
    return (
        f"postgresql://{given['user']}{password}@localhost:{given.get('port', '5432')}/{given['dbname']}"
        f"?host={given['host']}"
    )


def _install(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}', "ascii")
    install = [shutil.which("npm") or "npm", "install", "--no-audit", "--no-fund", *PACKAGES]
    try:
        subprocess.run(install, cwd=folder, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise SkippedError(f"{PACKAGES[0]} cannot be installed here") from None
