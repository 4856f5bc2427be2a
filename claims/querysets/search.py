"""The words of statements, and of what they name, as they are searched."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQueryField
from django.db import connections
from django.db.models import (
    BooleanField,
    Case,
    F,
    FloatField,
    Func,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from config.postgresql.binary import binary_cursor
from sources.querysets import Matches

if TYPE_CHECKING:
    from claims.models import Statement, StatementFacets, StatementSearch

Row = TypeVar("Row", bound=Model)

#: Where words can stand -> the weight of that field in the vectors.
FIELDS = {"words": "A", "speakers": "B", "subjects": "C", "titles": "D"}
#: How much a word counts for the relevance by the field that it stands in.
WORTH = {"words": 1.0, "speakers": 0.4, "subjects": 0.2, "titles": 0.1}

#: The languages that there are words in: as many steps in an index as there are. DISTINCT would read the whole index.
LANGUAGES = """
    ARRAY(
        WITH RECURSIVE present(language) AS (
            (SELECT language FROM claims_statementsearch ORDER BY language LIMIT 1)
            UNION ALL
            SELECT (SELECT further.language FROM claims_statementsearch AS further
                    WHERE further.language > present.language ORDER BY further.language LIMIT 1)
            FROM present WHERE present.language IS NOT NULL
        ) SELECT language::text FROM present WHERE language IS NOT NULL)
"""
_SAYS_SOMETHING = """
    SELECT coalesce(bool_or(numnode(public.search_query(language, %s)) > 0), false)
    FROM unnest(%s::text[]) AS language
"""

_WORDS_FOUND = """
    WITH asked AS MATERIALIZED (
        SELECT language, public.search_any(public.search_query(language, %s)) AS query
        FROM unnest(%s::text[]) AS language
    )
    SELECT language, word FROM unnest(%s::text[], %s::text[]) AS known(language, word) JOIN asked USING (language)
    WHERE public.search_vector(language, word) @@ query
"""


def words_found(typed: str, words: Collection[tuple[str, str]], *, using: str) -> dict[str, set[str]]:
    """Return which of the words, each given with the language to read it in, a query asks for, by language."""
    languages, texts = [language for language, _word in words], [word for _language, word in words]
    with connections[using].cursor() as cursor:
        cursor.execute(_WORDS_FOUND, [typed, sorted(set(languages)), languages, texts])
        found: dict[str, set[str]] = {}
        for language, word in cursor.fetchall():
            found.setdefault(language, set()).add(word)
        return found


def languages_now(using: str) -> tuple[str, ...]:
    """Return the languages that there are words in."""
    with binary_cursor(using) as cursor:
        cursor.execute(f"SELECT {LANGUAGES}", [])
        (found,) = cursor.fetchone()
        return tuple(found)


@lru_cache(maxsize=4096)  # dictionaries do not change while a server runs
def _says_something(typed: str, languages: tuple[str, ...], using: str) -> bool:
    with binary_cursor(using) as cursor:
        cursor.execute(_SAYS_SOMETHING, [typed, list(languages)])
        (found,) = cursor.fetchone()
        return bool(found)


class SearchQuery(Func):
    """A tsquery of what people type into a search box, in one language's dictionary, within all fields or some."""

    function = "search_query"
    output_field = SearchQueryField()

    def __init__(self, language: str, typed: str, within: Collection[str] = ()) -> None:
        weights = "".join(sorted({FIELDS[name] for name in within}))
        is_limited = 0 < len(weights) < len(FIELDS)
        super().__init__(*(Value(one) for one in (language, typed, *([weights] if is_limited else []))))


class Rank(Func):
    """How well a vector fits the words that a query asks for (`ts_rank`): 0 to 1, fields counting by their WORTH."""

    function = "ts_rank"
    output_field = FloatField()

    def __init__(self, vector: F, query: SearchQuery, within: Collection[str] = ()) -> None:
        worth = [WORTH[name] if name in within or not within else 0 for name in reversed(FIELDS)]
        # any of the words: of several that must all be there, `ts_rank` counts how near they stand to each other alone
        any_of = Func(query, function="search_any", output_field=SearchQueryField())
        super().__init__(
            vector,
            any_of,
            template=f"%(function)s('{{{worth[0]},{worth[1]},{worth[2]},{worth[3]}}}'::real[], %(expressions)s)",
        )


class Rounded(Func):
    """A number to six decimals, so that a cursor finds its place again."""

    template = "round((%(expressions)s)::numeric, 6)::double precision"
    output_field = FloatField()


class StatementSearchQuerySet(QuerySet["StatementSearch"]):
    def languages(self) -> list[str]:
        """Return the languages there are words in."""
        return list(languages_now(self.db))

    def matching(self, typed: str, languages: Sequence[str], *, within: Collection[str] = ()) -> Self:
        """Return the rows of these languages that match a web-style query in their own language's dictionary.

        Each language is asked by itself: one query for all would break `-not`.
        """
        condition = Q(pk__in=[])
        for language in languages:
            condition |= Q(Matches(F("vector"), SearchQuery(language, typed, within)), language=language)
        return self.filter(condition)


class _Searched(QuerySet[Row]):
    """Rows of statements, one a statement, found by words."""

    def searched_languages(self) -> list[str]:
        """Return the languages that there are words in."""
        languages: list[str] = self._search().using(self.db).languages()
        return languages

    def has_search_words(self, typed: str, languages: Sequence[str]) -> bool:
        """Whether anything is left of a query without the stop words, in one of the languages at least."""
        return _says_something(typed, tuple(languages), self.db)

    def _search(self) -> StatementSearchQuerySet:
        """All search rows, in no order."""
        related: Any = apps.get_model("claims", "StatementSearch")
        rows: StatementSearchQuerySet = related._default_manager.order_by()
        return rows


class SearchedStatements(_Searched["Statement"]):
    """Statements found by words."""

    def matching(self, typed: str, languages: Sequence[str], *, within: Collection[str] = ()) -> Self:
        """Return the statements that match a web-style query, by what they say and what they are known by.

        `within` names the fields (of FIELDS) in which words must stand, and in which `-not` forbids them; empty means
        all of them. Words of one query may stand in different fields of one statement.
        """
        return self.filter(id__in=self._search().matching(typed, languages, within=within).values("statement"))

    def with_relevance(self, typed: str, languages: Sequence[str], *, within: Collection[str] = ()) -> Self:
        """Annotate `relevance`, 0 to 1 in steps of a millionth: how well a statement fits a query in its best language.

        It grows with how many of the words asked for are there, and how often; each counts by its field (WORTH). It is
        computed of nothing but the statement's own words, so that it stays as it is while others come and go.
        """
        ranked = Case(
            *(
                When(language=language, then=Rank(F("vector"), SearchQuery(language, typed), within))
                for language in languages
            ),
            output_field=FloatField(),
        )
        rows = self._search().filter(statement=OuterRef("pk"), language__in=languages).values("statement")
        best = rows.annotate(best=Max(ranked)).values("best")
        return self.annotate(relevance=Coalesce(Rounded(Subquery(best)), Value(0.0), output_field=FloatField()))


class _IsOneOf(Func):
    """Whether a value is one of those of an array: looked up in the order of an index, all by one descent of it."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class StatementFacetsQuerySet(_Searched["StatementFacets"]):
    """What published statements are counted by, found by words."""

    def matching(self, typed: str, languages: Sequence[str], *, within: Collection[str] = ()) -> Self:
        """Return those of the statements that match a web-style query, as `SearchedStatements.matching` finds them."""
        found = self._search().matching(typed, languages, within=within).values("statement")
        return self.filter(_IsOneOf(F("statement_id"), ArraySubquery(found)))
