"""The record's own rules once more, asked of the rows instead of trusted to the triggers that hold them.

Each rule is a query for the rows that break it. Whatever is derived or kept by triggers is computed anew. The queries
only read, and do without indexes as well as with them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from string import Template
from typing import Any

from sources.text.decoding import TextError, decode

EXAMPLES = 10
TEXTS_AT_ONCE = 10
STATEMENTS_AT_ONCE = 500


@dataclass(frozen=True)
class Rule:
    """A rule: what must be true, and the query (one column, `id`) for the rows of which it is not."""

    says: str
    query: str


@dataclass(frozen=True)
class Broken:
    """How many rows break a rule, and some of them."""

    count: int
    examples: list[str]


_NO_LOOP = Template("""
    WITH RECURSIVE up(start, id) AS (
        SELECT id, $column FROM public.$table WHERE $column IS NOT NULL
        UNION
        SELECT up.start, beyond.$column FROM up JOIN public.$table AS beyond ON beyond.id = up.id
        WHERE beyond.$column IS NOT NULL
    ) SELECT start AS id FROM up WHERE start = id
""")

ANCHORS = Rule(
    "each span selects its words in its text",
    """
    WITH span(kind, id, appearance_id, first, last, words) AS (
        SELECT 'segment', id, appearance_id, start, "end", exact FROM public.claims_segment
        UNION ALL SELECT 'words before segment', id, appearance_id, start - char_length(prefix), start, prefix
            FROM public.claims_segment WHERE prefix <> ''
        UNION ALL SELECT 'words after segment', id, appearance_id, "end", "end" + char_length(suffix), suffix
            FROM public.claims_segment WHERE suffix <> ''
        UNION ALL SELECT 'mention', id, appearance_id, start, "end", exact
            FROM public.claims_mention WHERE num_nulls(start, "end") < 2
        UNION ALL SELECT 'role in mention', id, appearance_id, role_start, role_end, role_exact
            FROM public.claims_mention WHERE num_nulls(role_start, role_end) < 2
        UNION ALL SELECT 'relay', id, appearance_id, start, "end", exact
            FROM public.claims_relay WHERE num_nulls(start, "end") < 2
        UNION ALL SELECT 'cue of appearance', id, id, cue_start, cue_end, cue_exact
            FROM public.claims_appearance WHERE num_nulls(cue_start, cue_end) < 2
    )
    SELECT span.kind || ' ' || span.id AS id
    FROM span
    JOIN public.claims_appearance AS appearance ON appearance.id = span.appearance_id
    JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
    WHERE (span.first >= 0 AND span.last > span.first AND span.last <= char_length(revision.text)) IS NOT TRUE
    OR substr(revision.text, span.first + 1, greatest(span.last - span.first, 0))
        IS DISTINCT FROM span.words COLLATE "C"
    """,
)

SEARCH = Rule(
    "the words for search are those of the statement",
    """
    WITH words(statement_id, language, words) AS (
        SELECT statement_id, split_part(lower(language), '-', 1), text FROM public.claims_wording
        UNION
        SELECT appearance.statement_id, split_part(lower(appearance.language), '-', 1), segment.exact
        FROM public.claims_appearance AS appearance
        JOIN public.claims_segment AS segment ON segment.appearance_id = appearance.id
    ), known(statement_id, field, words) AS (
        SELECT attribution.statement_id, 'B', speaker.name
        FROM public.claims_attribution AS attribution
        JOIN public.claims_speaker AS speaker ON speaker.id = attribution.speaker_id
        UNION
        SELECT attribution.statement_id, 'B', other.name
        FROM public.claims_attribution AS attribution
        JOIN public.claims_speakername AS other ON other.speaker_id = attribution.speaker_id
        UNION
        SELECT given.statement_id, 'C', label.value
        FROM public.claims_statementtopic AS given
        JOIN public.claims_topic AS topic ON topic.id = given.topic_id
        CROSS JOIN jsonb_each_text(topic.labels) AS label
        UNION
        SELECT stance.statement_id, 'C', label.value
        FROM public.claims_position AS stance
        JOIN public.claims_claim AS claim ON claim.id = stance.claim_id
        CROSS JOIN jsonb_each_text(claim.text) AS label
        UNION
        SELECT appearance.statement_id, 'D', source.title
        FROM public.claims_appearance AS appearance
        JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
        JOIN public.sources_source AS source ON source.id = revision.source_id
    ), texts(statement_id, language, field, words) AS (
        SELECT statement_id, language, 'A', words FROM words
        UNION ALL
        SELECT statement_id, language, known.field, known.words
        FROM (SELECT DISTINCT statement_id, language FROM words) AS written JOIN known USING (statement_id)
    ), vectors AS MATERIALIZED (
        SELECT language, field, words, setweight(public.search_vector(language, words), field::"char") AS vector
        FROM (SELECT DISTINCT language, field, words FROM texts) AS once
    ), expected AS (
        SELECT statement_id, language,
            public.vectors_together(vector ORDER BY field COLLATE "C", words COLLATE "C") AS vector
        FROM texts JOIN vectors USING (language, field, words)
        GROUP BY statement_id, language
    )
    SELECT DISTINCT coalesce(expected.statement_id, search.statement_id) AS id
    FROM expected FULL JOIN public.claims_statementsearch AS search
        ON search.statement_id = expected.statement_id AND search.language = expected.language
    WHERE expected.vector IS DISTINCT FROM search.vector
    """,
)

RULES = (
    ANCHORS,
    Rule(
        "each appearance has segments, numbered 1, 2, 3 …",
        """
        SELECT appearance.id FROM public.claims_appearance AS appearance
        LEFT JOIN public.claims_segment AS segment ON segment.appearance_id = appearance.id
        GROUP BY appearance.id
        HAVING count(segment.id) = 0 OR min(segment.position) <> 1
            OR max(segment.position) <> count(segment.id) OR count(DISTINCT segment.position) <> count(segment.id)
        """,
    ),
    Rule(
        "segments follow each other without overlap",
        """
        SELECT id FROM (
            SELECT id, start, lag("end") OVER (PARTITION BY appearance_id ORDER BY position) AS before
            FROM public.claims_segment
        ) AS run WHERE start < before
        """,
    ),
    Rule(
        "relays are numbered 1, 2, 3 … from the speaker",
        """
        SELECT appearance_id AS id FROM public.claims_relay GROUP BY appearance_id
        HAVING min(level) <> 1 OR max(level) <> count(*) OR count(DISTINCT level) <> count(*)
        """,
    ),
    Rule(
        "each mention is of a speaker of its statement",
        """
        SELECT mention.id FROM public.claims_mention AS mention
        JOIN public.claims_appearance AS appearance ON appearance.id = mention.appearance_id
        JOIN public.claims_attribution AS attribution ON attribution.id = mention.attribution_id
        WHERE attribution.statement_id <> appearance.statement_id
        """,
    ),
    Rule(
        "revisions of a source are numbered 1, 2, 3 …",
        """
        SELECT source_id AS id FROM public.sources_sourcetext GROUP BY source_id
        HAVING min(number) <> 1 OR max(number) <> count(*) OR count(DISTINCT number) <> count(*)
        """,
    ),
    Rule(
        "who speaks in a role holds it",
        """
        SELECT attribution.id FROM public.claims_attribution AS attribution
        JOIN public.claims_membership AS membership ON membership.id = attribution.membership_id
        WHERE membership.speaker_id <> attribution.speaker_id
        """,
    ),
    Rule(
        "each statement that was sent to review has a speaker",
        """
        SELECT id FROM public.claims_statement WHERE status <> 'draft' AND NOT EXISTS (
            SELECT FROM public.claims_attribution WHERE statement_id = claims_statement.id AND kind = 'speaker')
        """,
    ),
    Rule(
        "each statement that was sent to review has words",
        """
        SELECT id FROM public.claims_statement WHERE status <> 'draft'
        AND NOT EXISTS (SELECT FROM public.claims_wording WHERE statement_id = claims_statement.id)
        AND NOT EXISTS (SELECT FROM public.claims_appearance WHERE statement_id = claims_statement.id)
        """,
    ),
    Rule(
        "what a published statement needs is public",
        """
        WITH published AS (SELECT id, event_id FROM public.claims_statement WHERE status = 'published'),
        attribution AS (SELECT * FROM public.claims_attribution WHERE statement_id IN (SELECT id FROM published)),
        appearance AS (SELECT * FROM public.claims_appearance WHERE statement_id IN (SELECT id FROM published))
        SELECT 'speaker ' || id AS id FROM public.claims_speaker WHERE NOT is_public AND id IN (
            SELECT speaker_id FROM attribution
            UNION ALL SELECT organization_id FROM public.claims_membership
                WHERE id IN (SELECT membership_id FROM attribution)
            UNION ALL SELECT speaker_id FROM public.claims_relay WHERE appearance_id IN (SELECT id FROM appearance))
        UNION ALL SELECT 'membership ' || id FROM public.claims_membership
            WHERE NOT is_public AND id IN (SELECT membership_id FROM attribution)
        UNION ALL SELECT 'topic ' || id FROM public.claims_topic WHERE NOT is_public AND id IN (
            SELECT topic_id FROM public.claims_statementtopic WHERE statement_id IN (SELECT id FROM published))
        UNION ALL SELECT 'event ' || id FROM public.claims_event
            WHERE NOT is_public AND id IN (SELECT event_id FROM published)
        UNION ALL SELECT 'claim ' || id FROM public.claims_claim WHERE NOT is_public AND id IN (
            SELECT claim_id FROM public.claims_position WHERE statement_id IN (SELECT id FROM published))
        UNION ALL SELECT 'source ' || id FROM public.sources_source WHERE NOT is_public AND id IN (
            SELECT source_id FROM public.sources_sourcetext WHERE id IN (SELECT source_text_id FROM appearance))
        """,
    ),
    Rule(
        "what something public belongs to is public",
        """
        SELECT 'speaker ' || whole.id AS id FROM public.claims_speaker AS whole WHERE NOT is_public AND id IN (
            SELECT part_of_id FROM public.claims_speaker WHERE is_public
            UNION ALL SELECT merged_into_id FROM public.claims_speaker WHERE is_public)
        UNION ALL SELECT 'topic ' || id FROM public.claims_topic WHERE NOT is_public AND id IN (
            SELECT broader_id FROM public.claims_topic WHERE is_public
            UNION ALL SELECT merged_into_id FROM public.claims_topic WHERE is_public)
        UNION ALL SELECT 'publisher ' || id FROM public.sources_publisher WHERE NOT is_public AND id IN (
            SELECT publisher_id FROM public.sources_source WHERE is_public
            UNION ALL SELECT agency_id FROM public.sources_source WHERE is_public
            UNION ALL SELECT publisher_id FROM public.claims_review
                WHERE claim_id IN (SELECT id FROM public.claims_claim WHERE is_public))
        """,
    ),
    Rule(
        "a merged speaker is named nowhere",
        """
        SELECT id FROM public.claims_speaker WHERE merged_into_id IS NOT NULL AND id IN (
            SELECT merged_into_id FROM public.claims_speaker
            UNION ALL SELECT part_of_id FROM public.claims_speaker
            UNION ALL SELECT speaker_id FROM public.claims_attribution
            UNION ALL SELECT speaker_id FROM public.claims_relay
            UNION ALL SELECT speaker_id FROM public.claims_membership
            UNION ALL SELECT organization_id FROM public.claims_membership)
        """,
    ),
    Rule(
        "no speaker is part of its own part",
        _NO_LOOP.substitute(table="claims_speaker", column="part_of_id"),
    ),
    Rule(
        "no speaker is merged into itself",
        _NO_LOOP.substitute(table="claims_speaker", column="merged_into_id"),
    ),
    Rule(
        "a merged topic is named nowhere",
        """
        SELECT id FROM public.claims_topic WHERE merged_into_id IS NOT NULL AND id IN (
            SELECT merged_into_id FROM public.claims_topic
            UNION ALL SELECT broader_id FROM public.claims_topic
            UNION ALL SELECT topic_id FROM public.claims_statementtopic)
        """,
    ),
    Rule(
        "no topic is merged into itself",
        _NO_LOOP.substitute(table="claims_topic", column="merged_into_id"),
    ),
    Rule(
        "no topic is broader than its broader one",
        _NO_LOOP.substitute(table="claims_topic", column="broader_id"),
    ),
    Rule(
        "no source is a copy of its copy",
        _NO_LOOP.substitute(table="sources_source", column="copy_of_id"),
    ),
    Rule(
        "statements sort at the day said, else at that of their sources, else at the day entered",
        """
        SELECT statement.id FROM public.claims_statement AS statement
        LEFT JOIN (
            SELECT appearance.statement_id, min(public.partial_date_for_sorting(source.published_at)) AS day
            FROM public.claims_appearance AS appearance
            JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
            JOIN public.sources_source AS source ON source.id = revision.source_id
            GROUP BY appearance.statement_id
        ) AS printed ON printed.statement_id = statement.id
        WHERE statement.sort_date IS DISTINCT FROM coalesce(
            public.partial_date_for_sorting(statement.said_at), printed.day, public.utc_date(statement.created_at))
        """,
    ),
    SEARCH,
)

TEXTS = "the bytes of each plain text decode to its text, and its hash is right"


def broken_rows(cursor: Any, rule: Rule) -> Broken:
    """Ask for the rows that break a rule."""
    cursor.execute(_COUNTED.substitute(query=rule.query))
    count, examples = cursor.fetchone()
    return Broken(count, examples or [])


def broken_ids(cursor: Any, rule: Rule) -> list[Any]:
    """All of the rows that break a rule."""
    cursor.execute(rule.query)
    return [key for (key,) in cursor.fetchall()]


def write_search_anew(cursor: Any, statements: Sequence[Any]) -> None:
    """Write the words for search of these statements (ids) once more, and what follows from them."""
    for first in range(0, len(statements), STATEMENTS_AT_ONCE):
        run = list(statements[first : first + STATEMENTS_AT_ONCE])
        cursor.execute("SELECT public.statement_search_refresh(%s::uuid[])", [run])
        cursor.execute("SELECT public.statement_documents_refresh(%s::uuid[])", [run])


def broken_texts(cursor: Any) -> Broken:
    """Decode the bytes of each plain text again and hash each text; the texts pass through one after the other."""
    broken = list(_broken_texts(cursor))
    return Broken(len(broken), broken[:EXAMPLES])


def _broken_texts(cursor: Any) -> Iterator[str]:
    cursor.execute("SELECT id FROM public.sources_sourcetext ORDER BY id")
    keys = [key for (key,) in cursor.fetchall()]
    for first in range(0, len(keys), TEXTS_AT_ONCE):
        cursor.execute(
            "SELECT id::text, raw, media_type, encoding, text, sha256 FROM public.sources_sourcetext"
            " WHERE id = ANY(%s::uuid[]) ORDER BY id",
            [keys[first : first + TEXTS_AT_ONCE]],
        )
        for key, raw, media_type, encoding, text, digest in cursor.fetchall():
            is_hashed = sha256(text.encode()).digest() == bytes(digest)
            if not is_hashed or (media_type == "text/plain" and not _decodes(bytes(raw), encoding, text)):
                yield key


def _decodes(raw: bytes, encoding: str, text: str) -> bool:
    try:
        return decode(raw, encoding) == text
    except TextError:
        return False


_COUNTED = Template("SELECT count(*), (array_agg(id::text ORDER BY id))[1:10] FROM ($query) AS broken")
