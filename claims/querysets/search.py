"""The words of statements, as they are searched."""

from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQueryField
from django.db import connections
from django.db.models import Func, QuerySet

if TYPE_CHECKING:
    from claims.models import StatementSearch

# A loose index scan: PostgreSQL's own DISTINCT would read the whole index.
_LANGUAGES = """
    WITH RECURSIVE present(language) AS (
        (SELECT language FROM claims_statementsearch ORDER BY language LIMIT 1)
        UNION ALL
        SELECT (SELECT further.language FROM claims_statementsearch AS further
                WHERE further.language > present.language ORDER BY further.language LIMIT 1)
        FROM present WHERE present.language IS NOT NULL
    ) SELECT language FROM present WHERE language IS NOT NULL
"""


class SearchQuery(Func):
    """A tsquery of what people type into a search box, in one language's dictionary."""

    function = "search_query"
    output_field = SearchQueryField()


class StatementSearchQuerySet(QuerySet["StatementSearch"]):
    def languages(self) -> list[str]:
        """Return the languages there are words in, by as many steps in an index as there are languages."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(_LANGUAGES)
            return [language for (language,) in cursor.fetchall()]
