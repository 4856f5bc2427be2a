"""What is asked, with the right answers: varied words, speakers and ids, by a query of the tables each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.bench.realistic import Realistic
from tests.bench.vocabulary import LANGUAGES

PAGE = 50
#: pages that somebody went on before the deep page
DEPTH = 200
VARIANTS = 16

LIST, DEEP, SPEAKER, ONE = "list, newest", "list, 200 pages in", "one speaker, dates", "one statement"
FREQUENT, MEDIUM, RARE = "search, frequent word", "search, medium word", "search, rare word"
TWO_WORDS, PHRASE, FACETS = "search, two words", "search, phrase", "facets of a search"
LIST_AGAIN, ONE_AGAIN = "list, 304", "one statement, 304"
ROWS = (LIST, DEEP, SPEAKER, FREQUENT, MEDIUM, RARE, TWO_WORDS, PHRASE, ONE, FACETS, LIST_AGAIN, ONE_AGAIN)

_NEWEST = "ORDER BY s.sort_date DESC, s.id DESC"
_PUBLISHED = "FROM claims_statement AS s WHERE s.status = 'published'"
_FOUND = """s.id IN (
    SELECT statement_id FROM claims_statementsearch
    WHERE language = 'fr' AND vector @@ public.search_query('fr', %(q)s)
        OR language = 'en' AND vector @@ public.search_query('en', %(q)s))"""


@dataclass(frozen=True)
class Question:
    """One thing that is asked, in words of no system; `ids` are those of the right answer, in order."""

    row: str
    ids: tuple[str, ...] = ()
    q: str = ""
    language: str = ""
    speaker: str = ""
    after: str = ""
    before: str = ""
    #: of the row that the page begins behind, and how many pages that is
    place: tuple[str, str] = ("", "")
    page: int = 0
    #: of facets: how many statements are found
    count: int = 0


Questions = dict[str, list[Question]]


def ask_all(connection: psycopg.Connection[Any], dataset: Realistic, rows: Sequence[str]) -> Questions:
    """Return the questions of each of these rows."""
    maker = _Maker(connection, dataset)
    return {row: maker.of(row) for row in ROWS if row in rows}


class _Maker:
    def __init__(self, connection: psycopg.Connection[Any], dataset: Realistic) -> None:
        self.connection, self.dataset = connection, dataset
        self.chance = random.Random(dataset.seed)  # noqa: S311

    def of(self, row: str) -> list[Question]:
        makers = {
            LIST: self._list,
            LIST_AGAIN: self._list,
            DEEP: self._deep,
            SPEAKER: self._speakers,
            ONE: self._ones,
            ONE_AGAIN: self._ones,
            FACETS: self._facets,
        }
        return makers.get(row, self._searches)(row)

    def _ids(self, condition: str = "", values: dict[str, Any] | None = None, *, limit: int = PAGE) -> tuple[str, ...]:
        query = f"SELECT s.id {_PUBLISHED} {condition} {_NEWEST} LIMIT {limit}"
        return tuple(str(one) for (one,) in self.connection.execute(query.encode(), values).fetchall())

    def _list(self, row: str) -> list[Question]:
        return [Question(row, self._ids())]

    def _deep(self, row: str) -> list[Question]:
        deepest = max(1, min(DEPTH, self.dataset.statements // PAGE - 1))
        pages = range(max(1, deepest - VARIANTS + 1), deepest + 1)
        asked = f"SELECT s.sort_date, s.id {_PUBLISHED} {_NEWEST} LIMIT {PAGE} OFFSET {pages[0] * PAGE - 1}"
        found = []
        place: Any = self.connection.execute(asked.encode()).fetchone()
        for page in pages:
            values = {"date": place[0], "id": place[1]}
            ids = self._ids("AND (s.sort_date, s.id) < (%(date)s, %(id)s)", values)
            found.append(Question(row, ids, place=(str(place[0]), str(place[1])), page=page))
            last = self.connection.execute("SELECT sort_date, id FROM claims_statement WHERE id = %s", [ids[-1]])
            place = last.fetchone()
        return found

    def _speakers(self, row: str) -> list[Question]:
        found = []
        for number in range(VARIANTS):
            # the one of whom there is most, then ever further down
            speaker = self.dataset.id("speaker", min(number * number // 2, self.dataset.speakers - 1))
            first = 2010 + self.chance.randrange(12)
            after, before = f"{first}-03-01", f"{first + 3}-10-31"
            values = {"speaker": speaker, "after": after, "before": before}
            condition = """AND s.id IN (SELECT statement_id FROM claims_attribution
                WHERE speaker_id = %(speaker)s AND kind = 'speaker') AND s.sort_date BETWEEN %(after)s AND %(before)s"""
            found.append(Question(row, self._ids(condition, values), speaker=speaker, after=after, before=before))
        return found

    def _ones(self, row: str) -> list[Question]:
        numbers = [self.chance.randrange(self.dataset.statements) for _ in range(4 * VARIANTS)]
        return [Question(row, (self.dataset.id("statement", number),)) for number in numbers]

    def _searches(self, row: str) -> list[Question]:
        return [
            Question(row, self._ids(f"AND {_FOUND}", {"q": q}), q=q, language=language)
            for language, q in self._typed(row)
        ]

    def _typed(self, row: str) -> list[tuple[str, str]]:
        """What is typed, two French for one English."""
        kind = {FREQUENT: "frequent", MEDIUM: "medium", RARE: "rare", TWO_WORDS: "frequent", PHRASE: "phrase"}[row]
        by_language = {language: self.dataset.asked[language].words[kind] for language in LANGUAGES}
        typed = {
            language: [_typed(row, words, number) for number in range(len(words))]
            for language, words in by_language.items()
        }
        french = typed["fr"][: VARIANTS * 2 // 3]
        english = typed["en"][: VARIANTS // 3]
        return [*(("fr", one) for one in french), *(("en", one) for one in english)]

    def _facets(self, row: str) -> list[Question]:
        found = []
        for language, q in self._typed(MEDIUM):
            counted: Any = self.connection.execute(f"SELECT count(*) {_PUBLISHED} AND {_FOUND}".encode(), {"q": q})
            found.append(Question(row, q=q, language=language, count=counted.fetchone()[0]))
        return found


def _typed(row: str, words: Sequence[str], number: int) -> str:
    if row == TWO_WORDS:
        return f"{words[number]} {words[(number + 1) % len(words)]}"
    return f'"{words[number]}"' if row == PHRASE else words[number]
