"""Which published statements may have the words of a quote, found by index alone.

The words of a quote are in all statements that have it. One that has nearly its words has any of them but for a few: it
is enough to look for so many that not all can be missing. The longest are taken, which are the rarest as a rule; how
rare they are in this record is not asked, because drafts would be counted too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQueryField
from django.db import connections
from django.db.models import Case, F, FloatField, Func, Q, QuerySet, Value, When

from claims.models import Statement, StatementSearch
from claims.querysets.search import FIELDS
from claims.quotes.text.comparing import LEAST_SIMILAR
from claims.text.words import Words
from config.http.views import PUBLIC
from sources.querysets import Matches

#: how many statements of all, and how many of a speaker that is asked for, are compared
MOST_CANDIDATES = 100
#: how many are looked at for these, the newest: more have words in common only where all of these are frequent
MOST_RANKED = 20_000
#: of a long quote, the longest words: it is hardly altered in all of the ten longest
MOST_LEXEMES = 24
_BY_LENGTH = 1  # ts_rank: divided by 1 + log(length), so that texts are not found for being long

# Of the languages in which something is public, by each its dictionary's lexemes; none where all are stop words.
_LEXEMES = """
    SELECT language, CASE WHEN length(as_written) > 0 THEN tsvector_to_array(folded) ELSE '{}' END
    FROM unnest(%s::text[]) AS asked(language),
        to_tsvector(search_configuration(language), plain_text(%s)) AS as_written,
        to_tsvector(search_configuration(language), fold_text(%s)) AS folded
    WHERE EXISTS (
        SELECT FROM claims_statementsearch AS search JOIN claims_statement ON claims_statement.id = statement_id
        WHERE search.language = asked.language AND status = 'published')
"""


class Lexemes(Func):
    """A tsquery of lexemes as they are, put together by & or |, that looks into statements' words alone."""

    template = "%(expressions)s::tsquery"
    output_field = SearchQueryField()

    def __init__(self, lexemes: Iterable[str], by: str) -> None:
        quoted = ("'" + one.replace("\\", "\\\\").replace("'", "''") + f"':{FIELDS['words']}" for one in lexemes)
        super().__init__(Value(f" {by} ".join(quoted)))


class Rank(Func):
    """`ts_rank` of a vector by a query."""

    function = "ts_rank"
    output_field = FloatField()


@dataclass(frozen=True)
class Asked:
    """What is looked for in some languages: the lexemes, the longest first; none where all words are stop words."""

    languages: Sequence[str]
    lexemes: Sequence[str]

    def query(self, *, every: bool) -> Lexemes:
        """Return the query for all lexemes, or for those of which nearly the same words have one at least."""
        needed = int(len(self.lexemes) * (1 - LEAST_SIMILAR)) + 1
        return Lexemes(self.lexemes, "&") if every else Lexemes(self.lexemes[:needed], "|")

    @property
    def rank(self) -> Rank:
        """How many of the lexemes a text has, in how few words."""
        return Rank(F("vector"), Lexemes(self.lexemes, "|"), Value(_BY_LENGTH))


@dataclass(frozen=True)
class Recorded:
    """Words on record: those of a wording, or of an appearance with its segments in order.

    A wording has no `quotation_type`, an appearance is never `is_original`.
    """

    statement: UUID
    wording: UUID | None
    appearance: UUID | None
    texts: Sequence[str]
    language: str
    is_original: bool = False
    quotation_type: str | None = None


def asked_for(quote: Words, language: str | None) -> list[Asked]:
    """Return what to look for: in the given language, or in each; in those alone that something public is in."""
    if language is not None:
        languages = [language.split("-")[0].lower()]
    else:
        languages = StatementSearch.objects.using(PUBLIC).languages()
    with connections[PUBLIC].cursor() as cursor:
        cursor.execute(_LEXEMES, [languages, quote.for_search, quote.for_search])
        found = cursor.fetchall()
    by_lexemes: dict[tuple[str, ...], list[str]] = {}
    for one, lexemes in sorted(found):
        by_lexemes.setdefault(_longest(lexemes), []).append(one)
    return [Asked(several, lexemes) for lexemes, several in by_lexemes.items()]


def candidates(asked: Sequence[Asked], said: QuerySet[Statement], *, every: bool) -> list[UUID]:
    """Return the statements, of those given, that have all the words (`every`) or many, each once.

    Those with the most words come first, the short before the long, the new before the old.
    """
    fitting = Q(pk__in=[])
    for one in asked:
        fitting |= Q(Matches(F("vector"), one.query(every=every)), language__in=one.languages)
    rows: Any = StatementSearch.objects.all()
    newest = rows.filter(fitting, statement__in=said.order_by().values("pk")).order_by("-statement_id")
    ranks = Case(*(When(language__in=one.languages, then=one.rank) for one in asked), output_field=FloatField())
    ranked = rows.using(PUBLIC).filter(pk__in=newest.values("pk")[:MOST_RANKED]).annotate(rank=ranks)
    found = ranked.order_by("-rank", "-statement_id").values_list("statement_id", flat=True)
    return list(dict.fromkeys(found[:MOST_CANDIDATES]))


def recorded(statements: Sequence[UUID]) -> list[Recorded]:
    """Return the words on record of published statements, in the order given: wordings, then appearances."""
    rows: Any = Statement.objects.published().using(PUBLIC).filter(pk__in=statements).order_by()
    wordings = rows.filter(wordings__isnull=False).order_by("-wordings__is_original", "wordings__id")
    members = (f"wordings__{name}" for name in ("id", "text", "language", "is_original"))
    found = [
        Recorded(statement, wording, None, [text], language, is_original)
        for statement, wording, text, language, is_original in wordings.values_list("pk", *members)
    ]
    segments = rows.filter(appearances__segments__isnull=False)
    segments = segments.order_by("appearances__id", "appearances__segments__position")
    members = (f"appearances__{name}" for name in ("id", "language", "quotation_type", "segments__exact"))
    texts: dict[tuple[UUID, UUID, str, str], list[str]] = {}
    for *appearance, exact in segments.values_list("pk", *members):
        texts.setdefault(tuple(appearance), []).append(exact)
    found += [
        Recorded(statement, None, appearance, several, language, quotation_type=quotation_type)
        for (statement, appearance, language, quotation_type), several in texts.items()
    ]
    place = {key: number for number, key in enumerate(statements)}
    return sorted(found, key=lambda one: place[one.statement])


def _longest(lexemes: Sequence[str]) -> tuple[str, ...]:
    """The longest lexemes, as many as are looked for.

    Numbers and single letters only where there is nothing else: the parser of the index makes `3.5`, `-13` and `u.s`
    of what stands between signs that do not count here.
    """
    plain = [one for one in lexemes if len(one) > 1 and not any(map(str.isdigit, one))] or lexemes
    return tuple(sorted(plain, key=lambda one: (-len(one), one))[:MOST_LEXEMES])
