"""How the statements asked for, and their wording, lie in time."""

import json
from typing import Any

from claims.facets.querysets.hits import MONTH, YEAR, Counted, count_of, rows_over

MONTHLY = "month"
INTERVALS = {MONTHLY: MONTH, "year": YEAR}
MAX_PERIODS = 600
MAX_PHRASES = 10
MAX_STRONGEST = 5
MAX_WORDING = 200

_COLUMNS = ("act", "attitude", "intensity", "intensity_phrase", "said_at", "said_earliest", "said_latest")
# Every row says how many statements there are, and how many lie in a period; without any period there is one row.
_TIMELINE = """
    dated AS (SELECT counted.*, {interval} AS period FROM counted WHERE said_at IS NOT NULL),
    placed AS MATERIALIZED (SELECT * FROM dated WHERE period IS NOT NULL),
    shown AS (
        SELECT period, count(*) AS statements, count(*) FILTER (WHERE intensity = 1) AS mild,
            count(*) FILTER (WHERE intensity = 2) AS marked, count(*) FILTER (WHERE intensity = 3) AS extreme,
            count(*) FILTER (WHERE intensity IS NULL) AS without, avg(intensity)::float8 AS mean
        FROM placed GROUP BY period ORDER BY period DESC LIMIT {periods} + 1
    ), by_act AS (
        SELECT period, jsonb_agg(jsonb_build_object('value', act, 'count', number)
            ORDER BY number DESC, act COLLATE "C") AS found
        FROM (SELECT period, act, count(*) AS number FROM placed GROUP BY period, act) AS each GROUP BY period
    ), by_attitude AS (
        SELECT period, jsonb_agg(jsonb_build_object('value', attitude, 'count', number)
            ORDER BY number DESC, attitude COLLATE "C") AS found
        FROM (SELECT period, attitude, count(*) AS number FROM placed WHERE attitude IS NOT NULL
            GROUP BY period, attitude) AS each GROUP BY period
    ), phrase AS (
        SELECT period, intensity_phrase, intensity, attitude, count(*) AS number, row_number() OVER (
            PARTITION BY period
            ORDER BY intensity DESC, count(*) DESC, intensity_phrase COLLATE "C", attitude COLLATE "C"
        ) AS place
        FROM placed WHERE intensity IS NOT NULL GROUP BY period, intensity_phrase, intensity, attitude
    ), by_phrase AS (
        SELECT period, jsonb_agg(jsonb_build_object('phrase', intensity_phrase, 'intensity', intensity,
            'attitude', attitude, 'count', number) ORDER BY place) AS found
        FROM phrase WHERE place <= {phrases} GROUP BY period
    ), ranked AS (
        SELECT placed.*, row_number() OVER (
            PARTITION BY period ORDER BY intensity DESC NULLS LAST, place
        ) AS rank
        FROM placed
    ), strongest AS (
        SELECT period, jsonb_agg(jsonb_build_object('id', statement_id, 'said_at', said_at, 'intensity', intensity,
            'intensity_phrase', intensity_phrase, 'language', first.language, 'text', first.text)
            ORDER BY rank) AS found
        FROM ranked JOIN shown USING (period) LEFT JOIN LATERAL (
            SELECT language, left(text, {wording} + 1) AS text FROM claims_wording AS wording
            WHERE wording.statement_id = ranked.statement_id ORDER BY is_original DESC, id LIMIT 1
        ) AS first ON true
        WHERE rank <= {strongest} GROUP BY period
    )
    SELECT every.hits, every.placed, shown.*, by_act.found, by_attitude.found, by_phrase.found, strongest.found
    FROM (SELECT (SELECT count(*) FROM hit) AS hits, (SELECT count(*) FROM placed) AS placed) AS every
    LEFT JOIN shown ON true
    LEFT JOIN by_act USING (period) LEFT JOIN by_attitude USING (period) LEFT JOIN by_phrase USING (period)
    LEFT JOIN strongest USING (period)
    ORDER BY shown.period
"""


def timeline_of(statements: Counted, interval: str) -> dict[str, Any]:
    """Return how many statements there are, and what was said in each month or year in which something was.

    The last MAX_PERIODS, in the order of time. One query, whatever is asked for.
    """
    found = rows_over(
        statements,
        _COLUMNS,
        _TIMELINE.format(
            interval=INTERVALS[interval],
            periods=MAX_PERIODS,
            phrases=MAX_PHRASES,
            strongest=MAX_STRONGEST,
            wording=MAX_WORDING,
        ),
    )
    hits, placed = found[0][:2]
    count = count_of(hits)
    periods = [_period(row[2:]) for row in found if row[2] is not None]
    return {
        "count": count,
        "interval": interval,
        "periods": periods[-MAX_PERIODS:],
        "is_complete": len(periods) <= MAX_PERIODS,
        "unplaced": count["value"] - placed,
    }


def _period(row: tuple[Any, ...]) -> dict[str, Any]:
    period, statements, mild, marked, extreme, without, mean, acts, attitudes, phrases, strongest = row
    return {
        "period": period,
        "count": statements,
        "intensity": {"mild": mild, "marked": marked, "extreme": extreme, "none": without},
        "mean_intensity": None if mean is None else round(mean, 2),
        "acts": json.loads(acts),
        "attitudes": json.loads(attitudes or "[]"),
        "phrases": json.loads(phrases or "[]"),
        "strongest": [_with_wording(one) for one in json.loads(strongest)],
    }


def _with_wording(one: dict[str, Any]) -> dict[str, Any]:
    language, text = one.pop("language"), one.pop("text")
    if text is None:
        return {**one, "wording": None}
    cut = text if len(text) <= MAX_WORDING else text[: MAX_WORDING - 1].rstrip() + "…"
    return {**one, "wording": {"language": language, "text": cut}}
