"""Search over all that a statement is known by: its words, who says them, what they are about, where they stand.

One vector a statement and language of its words. Weights tell its fields apart: A the words, B the names of its
speakers in every spelling, C the labels of its topics and the texts of its claims, D the titles of its sources.
"""

from string import Template

from django.db import migrations

FUNCTIONS = r"""
-- One vector behind another, far enough apart that no phrase of 32 words runs from the end of one into the other. A
-- tsvector may have 1 MiB: what does not fit any more is kept in its tables, but not found.
CREATE OR REPLACE FUNCTION vectors_apart(first tsvector, second tsvector) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF pg_column_size(first) + pg_column_size(second) > 1000000 THEN
        RETURN first;
    END IF;
    RETURN ts_delete((first || ''' '':64'::tsvector) || second, ' ');
END $$;

CREATE AGGREGATE vectors_together(tsvector) (SFUNC = public.vectors_apart, STYPE = tsvector, PARALLEL = SAFE);

-- As it is written and, where that is another text, without accents as well.
CREATE OR REPLACE FUNCTION search_vector(language text, value text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    configuration regconfig := public.search_configuration(language);
    plain text := public.plain_text(left(value, 100000));
    folded text := left(public.fold_text(left(value, 100000)), 100000);
BEGIN
    IF folded = plain COLLATE "C" THEN
        RETURN to_tsvector(configuration, plain);
    END IF;
    RETURN public.vectors_apart(to_tsvector(configuration, plain), to_tsvector(configuration, folded));
END $$;

-- Only in the fields of these weights: each word of the query is labelled, so that phrases, `or` and `-not` hold there.
CREATE FUNCTION search_query(language text, value text, weights text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(
        public.search_query(language, value)::text, $$'(?:[^']|'')*'$$, '\&:' || weights, 'g')::tsquery;

-- Any of the words that a query asks for, without those that it forbids; NULL where there is none.
CREATE FUNCTION search_any(query tsquery) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT string_agg(word[1], ' | ')::tsquery
        FROM regexp_matches(
            regexp_replace(query::text, $$!+(?:'(?:[^']|'')*'|\( (?:'(?:[^']|'')*'|[^'()])*\))$$, '', 'g'),
            $$'(?:[^']|'')*'$$, 'g') AS word);
"""

REFRESH = r"""
-- Writes the search rows of these statements anew where they changed. The statements are locked, and so are the keys of
-- what they name: what another transaction changes at the same time is seen here, or makes that one wait and see this.
CREATE FUNCTION statement_search_refresh(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM public.claims_statement WHERE id = ANY(ids) AND updated_at <> now() ORDER BY id FOR NO KEY UPDATE;
    PERFORM FROM public.claims_topic WHERE id IN (
        SELECT topic_id FROM public.claims_statementtopic WHERE statement_id = ANY(ids)) ORDER BY id FOR KEY SHARE;
    PERFORM FROM public.claims_claim WHERE id IN (
        SELECT claim_id FROM public.claims_position WHERE statement_id = ANY(ids)) ORDER BY id FOR KEY SHARE;
    PERFORM FROM public.sources_source WHERE id IN (
        SELECT revision.source_id FROM public.claims_appearance AS appearance
        JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
        WHERE appearance.statement_id = ANY(ids)) ORDER BY id FOR KEY SHARE;
    WITH words(statement_id, language, words) AS (
        SELECT statement_id, split_part(lower(language), '-', 1), text
        FROM public.claims_wording WHERE statement_id = ANY(ids)
        UNION
        SELECT appearance.statement_id, split_part(lower(appearance.language), '-', 1), segment.exact
        FROM public.claims_appearance AS appearance
        JOIN public.claims_segment AS segment ON segment.appearance_id = appearance.id
        WHERE appearance.statement_id = ANY(ids)
    ), written(statement_id, language) AS (
        SELECT DISTINCT words.statement_id, words.language
        FROM words JOIN public.claims_statement AS statement ON statement.id = words.statement_id
    ), known(statement_id, field, words) AS (
        SELECT attribution.statement_id, 'B', speaker.name
        FROM public.claims_attribution AS attribution
        JOIN public.claims_speaker AS speaker ON speaker.id = attribution.speaker_id
        WHERE attribution.statement_id = ANY(ids)
        UNION
        SELECT attribution.statement_id, 'B', other.name
        FROM public.claims_attribution AS attribution
        JOIN public.claims_speakername AS other ON other.speaker_id = attribution.speaker_id
        WHERE attribution.statement_id = ANY(ids)
        UNION
        SELECT given.statement_id, 'C', label.value
        FROM public.claims_statementtopic AS given
        JOIN public.claims_topic AS topic ON topic.id = given.topic_id
        CROSS JOIN jsonb_each_text(topic.labels) AS label
        WHERE given.statement_id = ANY(ids)
        UNION
        SELECT stance.statement_id, 'C', label.value
        FROM public.claims_position AS stance
        JOIN public.claims_claim AS claim ON claim.id = stance.claim_id
        CROSS JOIN jsonb_each_text(claim.text) AS label
        WHERE stance.statement_id = ANY(ids)
        UNION
        SELECT appearance.statement_id, 'D', source.title
        FROM public.claims_appearance AS appearance
        JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
        JOIN public.sources_source AS source ON source.id = revision.source_id
        WHERE appearance.statement_id = ANY(ids)
    ), texts(statement_id, language, field, words) AS (
        SELECT statement_id, language, 'A', words FROM words JOIN written USING (statement_id, language)
        UNION ALL
        SELECT statement_id, language, field, words FROM written JOIN known USING (statement_id)
    ), vectors AS MATERIALIZED (
        SELECT language, field, words, setweight(public.search_vector(language, words), field::"char") AS vector
        FROM (SELECT DISTINCT language, field, words FROM texts) AS once
    ), expected AS MATERIALIZED (
        SELECT statement_id, language,
            public.vectors_together(vector ORDER BY field COLLATE "C", words COLLATE "C") AS vector
        FROM texts JOIN vectors USING (language, field, words)
        GROUP BY statement_id, language
    ), gone AS (
        DELETE FROM public.claims_statementsearch AS search WHERE statement_id = ANY(ids) AND NOT EXISTS (
            SELECT FROM expected
            WHERE expected.statement_id = search.statement_id AND expected.language = search.language)
    ), changed AS (
        UPDATE public.claims_statementsearch AS search SET vector = expected.vector FROM expected
        WHERE search.statement_id = expected.statement_id AND search.language = expected.language
        AND search.vector <> expected.vector
    )
    INSERT INTO public.claims_statementsearch (statement_id, language, vector)
        SELECT statement_id, language, vector FROM expected WHERE NOT EXISTS (
            SELECT FROM public.claims_statementsearch AS search
            WHERE search.statement_id = expected.statement_id AND search.language = expected.language);
END $$;
"""

OF_STATEMENT = "SELECT DISTINCT statement_id FROM changed"
OF_SPEAKER = """SELECT DISTINCT statement_id FROM public.claims_attribution
            WHERE speaker_id IN (SELECT speaker_id FROM changed)"""
OF_SOURCE = """SELECT DISTINCT appearance.statement_id FROM public.claims_appearance AS appearance
            JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
            WHERE revision.source_id = ANY(keys)"""
# Part of a statement -> the columns that count, and how the statements of changed rows are found.
PARTS = {
    "wording": ("statement_id, language, text", OF_STATEMENT),
    "segment": (
        "appearance_id, exact",
        """SELECT DISTINCT statement_id FROM public.claims_appearance
            WHERE id IN (SELECT appearance_id FROM changed)""",
    ),
    "appearance": ("statement_id, language, source_text_id", OF_STATEMENT),
    "attribution": ("statement_id, speaker_id", OF_STATEMENT),
    "statementtopic": ("statement_id, topic_id", OF_STATEMENT),
    "position": ("statement_id, claim_id", OF_STATEMENT),
    "speakername": ("speaker_id, name", OF_SPEAKER),
}
# What statements name: who holds the key of one (see statement_search_refresh) is waited for, and seen then.
NAMED = {
    "claims_speaker": (
        "name",
        "SELECT DISTINCT statement_id FROM public.claims_attribution WHERE speaker_id = ANY(keys)",
    ),
    "claims_topic": (
        "labels",
        "SELECT DISTINCT statement_id FROM public.claims_statementtopic WHERE topic_id = ANY(keys)",
    ),
    "claims_claim": ("text", "SELECT DISTINCT statement_id FROM public.claims_position WHERE claim_id = ANY(keys)"),
    "sources_source": ("title", OF_SOURCE),
}
EVENTS = {
    "INSERT": ("", "NEW TABLE AS after"),
    "UPDATE": ("changed_", "OLD TABLE AS before NEW TABLE AS after"),
    "DELETE": ("deleted_", "OLD TABLE AS before"),
}


OF_PART = Template(r"""
-- Whom does a change concern? A row that is as it was concerns none.
CREATE FUNCTION statement_search_of_$part() RETURNS trigger LANGUAGE plpgsql AS $$$$
DECLARE
    ids uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        ids := array(WITH changed AS (SELECT $columns FROM after) $statements);
    ELSIF TG_OP = 'DELETE' THEN
        ids := array(WITH changed AS (SELECT $columns FROM before) $statements);
    ELSE
        ids := array(WITH changed AS (
            (SELECT $columns FROM before EXCEPT SELECT $columns FROM after)
            UNION (SELECT $columns FROM after EXCEPT SELECT $columns FROM before)) $statements);
    END IF;
    PERFORM public.statement_search_refresh(ids);
    RETURN NULL;
END $$$$;
""")
OF_NAMED = Template(r"""
CREATE FUNCTION statement_search_of_$name() RETURNS trigger LANGUAGE plpgsql AS $$$$
DECLARE
    keys uuid[] := array(
        SELECT id FROM (SELECT id, $column FROM after EXCEPT SELECT id, $column FROM before) AS changed);
BEGIN
    IF cardinality(keys) > 0 THEN
        PERFORM FROM public.$table WHERE id = ANY(keys) ORDER BY id FOR UPDATE;
        PERFORM public.statement_search_refresh(array($statements));
    END IF;
    RETURN NULL;
END $$$$;
CREATE TRIGGER statement_search_of_$name AFTER UPDATE ON $table
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION statement_search_of_$name();
""")
OF_PART_TRIGGER = Template(r"""
CREATE TRIGGER statement_search_of_$kind$part AFTER $event ON claims_$part
    REFERENCING $tables FOR EACH STATEMENT EXECUTE FUNCTION statement_search_of_$part();
""")

FORMER = r"""
DROP TRIGGER statement_search_of_wording ON claims_wording;
DROP TRIGGER statement_search_of_appearance ON claims_appearance;
DROP TRIGGER statement_search_of_segment ON claims_segment;
DROP FUNCTION statement_search_of_part();
DROP FUNCTION statement_search_of_segment();
DROP FUNCTION statement_search_refresh(uuid);
"""

TRIGGERS = [
    *(OF_PART.substitute(part=part, columns=columns, statements=found) for part, (columns, found) in PARTS.items()),
    *(
        OF_PART_TRIGGER.substitute(part=part, event=event, kind=kind, tables=tables)
        for part in PARTS
        for event, (kind, tables) in EVENTS.items()
        # a new appearance comes with its segments, whose trigger it leaves the work to
        if (part, event) != ("appearance", "INSERT")
    ),
    *(
        OF_NAMED.substitute(name=table.partition("_")[2], table=table, column=column, statements=found)
        for table, (column, found) in NAMED.items()
    ),
]

ROWS = r"""
SELECT public.statement_search_refresh(array_agg(id))
FROM (SELECT id, row_number() OVER (ORDER BY id) / 500 AS run FROM claims_statement) AS numbered
GROUP BY run
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0008_merged_topics")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in [FORMER, FUNCTIONS, REFRESH, *TRIGGERS, ROWS]
    ]
