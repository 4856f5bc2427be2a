"""How many of the statements asked for have which value."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claims.facets.querysets.hits import MONTH, YEAR, Counted, count_of, rows_over
from claims.querysets import StatementFacetsQuerySet

_COLUMNS = ("act", "attitude", "intensity", "event_id", "said_earliest", "said_latest")
# Rows that belong to the statements counted, each with the statement's place and all that it is counted by. The public
# is shown the body in which a role is held only where that is public itself.
_ROWS = {
    "itself": "SELECT *, event_id AS event FROM counted",
    "dated": f"SELECT place, {MONTH} AS month, {YEAR} AS year FROM counted",  # noqa: S608 only names of ours are put in
    "said": """
        SELECT place, attribution.speaker_id AS speaker
        FROM counted
        JOIN claims_attribution AS attribution
            ON attribution.statement_id = counted.statement_id AND attribution.kind = 'speaker'
    """,
    "spoken": """
        SELECT place, speaker.type AS speaker_type,
            nullif(speaker.country, '') AS country, role.id AS role, role.category AS role_category,
            body.id AS organization
        FROM counted
        JOIN claims_attribution AS attribution
            ON attribution.statement_id = counted.statement_id AND attribution.kind = 'speaker'
        JOIN claims_speaker AS speaker ON speaker.id = attribution.speaker_id
        LEFT JOIN claims_membership AS membership ON membership.id = attribution.membership_id
        LEFT JOIN claims_role AS role ON role.id = membership.role_id
        LEFT JOIN claims_speaker AS body
            ON body.id = membership.organization_id AND (body.is_public OR NOT {only_public})
    """,
    "printed": """
        SELECT place, appearance.quotation_type, document.id AS source,
            document.publisher_id AS publisher, document.agency_id AS agency
        FROM counted
        JOIN claims_appearance AS appearance ON appearance.statement_id = counted.statement_id
        JOIN sources_sourcetext AS revision ON revision.id = appearance.source_text_id
        JOIN sources_source AS document ON document.id = revision.source_id
    """,
    "subject": """
        SELECT place, given.topic_id AS topic
        FROM counted JOIN claims_statementtopic AS given ON given.statement_id = counted.statement_id
    """,
    "stance": """
        SELECT place, position.claim_id AS claim
        FROM counted JOIN claims_position AS position ON position.statement_id = counted.statement_id
    """,
    "worded": """
        SELECT place, search.language
        FROM counted JOIN claims_statementsearch AS search ON search.statement_id = counted.statement_id
    """,
}
# What is kept of a statement to be counted by has these, and need not be joined.
_KEPT_COLUMNS = ("speakers", "topics")
_KEPT_ROWS = {
    **_ROWS,
    "said": "SELECT place, unnest(speakers) AS speaker FROM counted",
    "subject": "SELECT place, unnest(topics) AS topic FROM counted",
}
_KEPT_HOLDERS = {
    "said": "count(*) FROM counted WHERE speakers <> '{{}}'",
    "subject": "count(*) FROM counted WHERE topics <> '{{}}'",
}
# Its columns are those of what was found: a copy would cost more than to read that once more.
_IN_PLACE = {"itself": "NOT MATERIALIZED"}

# The values that come first, and one more; then, as the row of no value, how many statements have any.
_FACET = """(
    SELECT '{name}', found.value::text, {label}::text, {labels}::jsonb, found.statements
    FROM (
        SELECT {name} AS value, count(*) AS statements FROM {once} AS once WHERE {name} IS NOT NULL
        GROUP BY {name} ORDER BY {order} LIMIT {size} + 1
    ) AS found {named}
) UNION ALL (
    SELECT '{name}', NULL, NULL, NULL, {holders}
)"""
_ONCE = "(SELECT DISTINCT place, {name} FROM {rows})"
_HOLDERS = "count(*) FROM (SELECT FROM {rows} WHERE {name} IS NOT NULL GROUP BY place) AS holders"
_SINGLE_HOLDERS = "count({name}) FROM {rows}"
_BY_COUNT = 'statements DESC, {name}::text COLLATE "C"'
_NEWEST = "{name} DESC"


@dataclass(frozen=True)
class Facet:
    """What statements are counted by: a column of rows that belong to them.

    A statement has a single row, or several, in which the same value may stand again (`repeats`).

    `table` has the row that the value is the id of; it is shown by `label`, a name, or by `labels`, texts by language.
    """

    rows: str
    table: str = ""
    label: str = ""
    labels: str = ""
    is_single: bool = False
    repeats: bool = False
    is_of_time: bool = False

    def sql(self, name: str, size: int, *, are_kept: bool) -> str:
        """Return the query of this facet, of rows that are kept to be counted by or of what they are kept of."""
        order = _NEWEST if self.is_of_time else _BY_COUNT
        holders = _SINGLE_HOLDERS if self.is_single else _HOLDERS
        if are_kept:
            holders = _KEPT_HOLDERS.get(self.rows, holders)
        return _FACET.format(
            name=name,
            rows=self.rows,
            once=_ONCE.format(name=name, rows=self.rows) if self.repeats else self.rows,
            holders=holders.format(name=name, rows=self.rows),
            label=f"named.{self.label}" if self.label else "NULL",
            labels=f"named.{self.labels}" if self.labels else "NULL",
            named=f"LEFT JOIN {self.table} AS named ON named.id = found.value" if self.table else "",
            order=order.format(name=name),
            size=size,
        )


FACETS: Mapping[str, Facet] = {
    "speaker": Facet("said", "claims_speaker", label="name"),
    "speaker_type": Facet("spoken", repeats=True),
    "country": Facet("spoken", repeats=True),
    "role": Facet("spoken", "claims_role", labels="labels", repeats=True),
    "role_category": Facet("spoken", repeats=True),
    "organization": Facet("spoken", "claims_speaker", label="name", repeats=True),
    "publisher": Facet("printed", "sources_publisher", label="name", repeats=True),
    "agency": Facet("printed", "sources_publisher", label="name", repeats=True),
    "source": Facet("printed", "sources_source", label="title", repeats=True),
    "topic": Facet("subject", "claims_topic", labels="labels"),
    "event": Facet("itself", "claims_event", label="name", is_single=True),
    "claim": Facet("stance", "claims_claim", labels="text"),
    "act": Facet("itself", is_single=True),
    "attitude": Facet("itself", is_single=True),
    "intensity": Facet("itself", is_single=True),
    "quotation_type": Facet("printed", repeats=True),
    "language": Facet("worded"),
    "year": Facet("dated", is_single=True, is_of_time=True),
    "month": Facet("dated", is_single=True, is_of_time=True),
}


def count_facets(statements: Counted, names: Sequence[str], *, size: int, only_public: bool) -> dict[str, Any]:
    """Return how many statements there are, and for each facet of these names its first `size` values.

    Values are in the order of their number of statements; months and years, of which the last ones count as first, in
    the order of time. One query, whatever is asked for.
    """
    asked = {name: facet for name, facet in FACETS.items() if name in names}
    are_kept = isinstance(statements, StatementFacetsQuerySet)
    columns, rows = ((*_COLUMNS, *_KEPT_COLUMNS), _KEPT_ROWS) if are_kept else (_COLUMNS, _ROWS)
    needed = sorted({facet.rows for facet in asked.values()})
    tables = [f"{name} AS {_IN_PLACE.get(name, '')} ({rows[name].format(only_public=only_public)})" for name in needed]
    # The number of all comes as the value of no facet.
    every = "everything AS (SELECT '', NULL::text, NULL::text, NULL::jsonb, count(*) FROM hit)"
    queries = ["SELECT * FROM everything", *(facet.sql(name, size, are_kept=are_kept) for name, facet in asked.items())]
    found = rows_over(statements, columns, f"{', '.join([*tables, every])} {' UNION ALL '.join(queries)}")
    count = count_of(next(number for name, _value, _label, _labels, number in found if not name))
    return {
        "count": count,
        "facets": {
            name: _shown(facet, [row[1:] for row in found if row[0] == name], count["value"], size)
            for name, facet in asked.items()
        },
    }


def _shown(facet: Facet, rows: list[tuple[Any, ...]], every: int, size: int) -> dict[str, Any]:
    having = next(number for value, _label, _labels, number in rows if value is None)
    values = [
        {"value": value, "label": label, "labels": labels and json.loads(labels), "count": number}
        for value, label, labels, number in rows
        if value is not None
    ]
    if facet.is_of_time:
        values.sort(key=lambda one: one["value"], reverse=True)
    else:
        values.sort(key=lambda one: (-one["count"], one["value"]))
    first = values[:size]
    return {
        "values": first[::-1] if facet.is_of_time else first,
        "is_complete": len(values) <= size,
        "missing": every - having,
    }
