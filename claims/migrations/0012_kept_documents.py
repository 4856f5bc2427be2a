"""Documents and postings that follow every change, in the transaction that makes it, whoever makes it.

What changes of a statement itself is written when its transaction ends. What changes of a row that statements name is
written at once; where more than MOST name it, in steps (`follow_pending`): `claims_pendingchange` has the row,
`claims_pendingstatement` the statements that are still to follow.
"""

from importlib import import_module
from string import Template

from django.db import migrations

MOST = 1000

# Plans are kept, of indexes, until what was counted changes: planning takes longer than to write a few statements, and
# what is planned for the very ids asked for is slower by half for many.
KEPT = """SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = on
    SET enable_mergejoin = off SET jit = off"""

REFRESH = Template(r"""
-- Writes documents and postings of these statements anew where they changed. The statements are locked, and so are the
-- keys of what they name: what another transaction changes at the same time is seen here, or makes that one wait and
-- see this. Who writes very many leaves the postings out and makes a run of these statements in the end. Documents are
-- locked before postings are looked at: a filing would take away those that are found there and counted on.
-- Who changed none of what these statements are, but a row that they name, need not hold the other names (`held`): who
-- changes one of them at the same time finds the same statements and meets the locks of these. Holding them, two who
-- change rows that one statement names would wait for each other.
CREATE FUNCTION statement_documents_refresh(ids uuid[], posted boolean DEFAULT true, held boolean DEFAULT true)
    RETURNS void LANGUAGE plpgsql $kept AS $$$$
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM public.claims_statement WHERE id = ANY(ids) AND updated_at <> now() ORDER BY id FOR NO KEY UPDATE;
    IF held THEN
        PERFORM public.hold_names_of_statements(ids);
    END IF;
    WITH fresh AS MATERIALIZED (
        SELECT statement_id, sort_date, version, substring(sha256(body) FOR 8) AS digest,
            public.statement_terms(statement_id) AS terms, body
        FROM public.statement_documents(ids)
    ), former AS MATERIALIZED (
        SELECT statement_id, sort_date, terms FROM public.claims_statementdocument WHERE statement_id = ANY(ids)
        FOR NO KEY UPDATE
    ), gone AS (
        DELETE FROM public.claims_statementdocument AS document USING former
        WHERE document.statement_id = former.statement_id
            AND NOT EXISTS (SELECT FROM fresh WHERE fresh.statement_id = former.statement_id)
    ), refiled AS MATERIALIZED (
        SELECT fresh.statement_id, fresh.sort_date, fresh.terms, nextval('public.claims_filing') AS filed
        FROM fresh LEFT JOIN former USING (statement_id)
        WHERE (fresh.terms, fresh.sort_date) IS DISTINCT FROM (former.terms, former.sort_date)
    ), changed AS (
        UPDATE public.claims_statementdocument AS document
        SET sort_date = fresh.sort_date, version = fresh.version, digest = fresh.digest, terms = fresh.terms,
            body = fresh.body, filed = coalesce(refiled.filed, document.filed)
        FROM fresh LEFT JOIN refiled USING (statement_id)
        WHERE document.statement_id = fresh.statement_id
            AND (document.body <> fresh.body OR refiled.filed IS NOT NULL)
    ), added AS (
        INSERT INTO public.claims_statementdocument (statement_id, sort_date, version, digest, filed, terms, body)
        SELECT statement_id, fresh.sort_date, version, digest, filed, fresh.terms, body
        FROM fresh JOIN refiled USING (statement_id)
        WHERE NOT EXISTS (SELECT FROM former WHERE former.statement_id = fresh.statement_id)
    ), left_out AS (
        DELETE FROM public.claims_posting AS posting USING (
            SELECT term, sort_date, statement_id FROM former CROSS JOIN LATERAL unnest(terms) AS term
            EXCEPT SELECT term, sort_date, statement_id FROM fresh CROSS JOIN LATERAL unnest(terms) AS term
        ) AS old
        WHERE (posting.term, posting.sort_date, posting.statement_id) = (old.term, old.sort_date, old.statement_id)
    )
    INSERT INTO public.claims_posting (term, sort_date, statement_id)
        SELECT term, sort_date, statement_id FROM refiled CROSS JOIN LATERAL unnest(terms) AS term WHERE posted
        ORDER BY term, sort_date, statement_id
        ON CONFLICT DO NOTHING;
END $$$$;

CREATE FUNCTION hold_names_of_statements(ids uuid[]) RETURNS void LANGUAGE plpgsql $kept AS $$$$
DECLARE
    named record;
    -- one that sees the past alone must not write what was changed since: it fails, as it would where it wrote that row
    sees_now boolean := current_setting('transaction_isolation') = 'read committed';
BEGIN
    -- what they name in turn is read when they are held
    PERFORM FROM public.claims_membership WHERE id IN (
        SELECT membership_id FROM public.claims_attribution WHERE statement_id = ANY(ids)) ORDER BY id FOR KEY SHARE;
    PERFORM FROM public.sources_source WHERE id IN (
        SELECT revision.source_id FROM public.claims_appearance AS appearance
        JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
        WHERE appearance.statement_id = ANY(ids)) ORDER BY id FOR KEY SHARE;
    FOR named IN SELECT kind, array_agg(DISTINCT key) AS keys FROM public.statement_names(ids) GROUP BY kind ORDER BY kind
    LOOP
        IF NOT sees_now THEN
            EXECUTE format('SELECT FROM public.%I WHERE id = ANY($$1) ORDER BY id FOR SHARE', public.table_of(named.kind))
                USING named.keys;
            CONTINUE;
        END IF;
        CASE named.kind
            WHEN 'claim' THEN PERFORM FROM public.claims_claim WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
            WHEN 'event' THEN PERFORM FROM public.claims_event WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
            WHEN 'membership' THEN
                PERFORM FROM public.claims_membership WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
            WHEN 'publisher' THEN
                PERFORM FROM public.sources_publisher WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
            WHEN 'role' THEN PERFORM FROM public.claims_role WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
            WHEN 'source' THEN PERFORM FROM public.sources_source WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
            WHEN 'speaker' THEN PERFORM FROM public.claims_speaker WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
            WHEN 'topic' THEN PERFORM FROM public.claims_topic WHERE id = ANY(named.keys) ORDER BY id FOR KEY SHARE;
        END CASE;
    END LOOP;
END $$$$;
""").substitute(kept=KEPT)

# As it was, but for the plans, and the keys of names, which are held where asked for.
SEARCH_REFRESH = "DROP FUNCTION statement_search_refresh(uuid[]);" + (
    import_module("claims.migrations.0009_search")
    .REFRESH.replace("(ids uuid[])", "(ids uuid[], held boolean DEFAULT true)")
    .replace("    PERFORM FROM public.claims_topic", "    IF held THEN\n    PERFORM FROM public.claims_topic")
    .replace("    WITH words(", "    END IF;\n    WITH words(")
    .replace("LANGUAGE plpgsql AS $$", f"LANGUAGE plpgsql {KEPT} AS $$")
)

OF_STATEMENT = r"""
-- Others show who said it, and that it is there.
CREATE FUNCTION statement_stands_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.statement_documents_refresh(array(
        SELECT NEW.id
        UNION SELECT other_id FROM public.claims_relation WHERE statement_id = NEW.id
        UNION SELECT statement_id FROM public.claims_relation WHERE other_id = NEW.id));
    RETURN NULL;
END $$;
-- by its name behind `statement_exposes`: what it names is public by then
CREATE CONSTRAINT TRIGGER statement_stands_written AFTER UPDATE ON claims_statement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status = 'published' OR NEW.status = 'published')
    EXECUTE FUNCTION statement_stands_written();

-- Whom a relation led to is found by it no more.
CREATE FUNCTION relation_left_stands_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.statement_documents_refresh(ARRAY[OLD.other_id]);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER relation_left_stands_written AFTER DELETE OR UPDATE OF other_id ON claims_relation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION relation_left_stands_written();

-- As before; what was written already in this transaction, because the rules were checked, is written once more.
CREATE OR REPLACE FUNCTION touch_statements(keys uuid[], are_reviewed boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_statement WHERE id = ANY(keys) AND updated_at <> now() ORDER BY id FOR NO KEY UPDATE;
    UPDATE public.claims_statement SET version = version + 1, updated_at = now()
        WHERE id = ANY(keys) AND updated_at <> now();
    UPDATE public.claims_statement AS statement SET updated_at = statement.updated_at
        FROM public.claims_statementdocument AS document
        WHERE statement.id = ANY(keys) AND document.statement_id = statement.id
            AND document.version = statement.version;
    IF are_reviewed AND public.is_act_beyond_drafts() THEN
        -- what was approved is another by now
        UPDATE public.claims_statement SET reviewed_by_id = NULL, is_self_reviewed = false
            WHERE id = ANY(keys) AND status = 'in_review' AND reviewed_by_id IS NOT NULL;
    ELSIF are_reviewed AND EXISTS (SELECT FROM public.claims_statement WHERE id = ANY(keys) AND status <> 'draft')
    THEN
        PERFORM public.refuse('statement_is_open', 'A statement changes only while it is a draft.');
    END IF;
END $$;
"""

FOLLOWING = Template(r"""
-- The statements that name changed rows of a kind follow, in words to search for and in documents: at once, or later.
CREATE FUNCTION statements_follow(kind text, keys uuid[], in_words boolean) RETURNS void LANGUAGE plpgsql AS $$$$
DECLARE
    ids uuid[] := array(SELECT public.statements_naming(kind, keys) LIMIT $most + 1);
BEGIN
    -- whoever changes one of the statements will ask for the keys of all that it names: let them end first
    IF cardinality(ids) <= $most THEN
        PERFORM FROM public.claims_statement WHERE id = ANY(ids) AND updated_at <> now() ORDER BY id FOR NO KEY UPDATE;
    END IF;
    -- those who hold one of the keys may be about to write what is here already old: they are waited for
    EXECUTE format('SELECT FROM public.%I WHERE id = ANY($$1) ORDER BY id FOR UPDATE', public.table_of(kind))
        USING keys;
    -- what they name themselves may be new: foreign keys are checked as late as the transaction ends
    IF kind = 'source' THEN
        PERFORM FROM public.sources_publisher WHERE id IN (
            SELECT unnest(ARRAY[publisher_id, agency_id]) FROM public.sources_source WHERE id = ANY(keys)
        ) ORDER BY id FOR KEY SHARE;
    ELSIF kind = 'membership' THEN
        PERFORM FROM public.claims_role WHERE id IN (
            SELECT role_id FROM public.claims_membership WHERE id = ANY(keys)) ORDER BY id FOR KEY SHARE;
        PERFORM FROM public.claims_speaker WHERE id IN (
            SELECT organization_id FROM public.claims_membership WHERE id = ANY(keys)) ORDER BY id FOR KEY SHARE;
    END IF;
    ids := array(SELECT public.statements_naming(kind, keys) LIMIT $most + 1);
    -- a transaction that sees nothing new would miss those that came meanwhile
    IF cardinality(ids) <= $most AND current_setting('transaction_isolation') = 'read committed' THEN
        IF in_words THEN
            PERFORM public.statement_search_refresh(ids, held => false);
        END IF;
        PERFORM public.statement_documents_refresh(array(
            SELECT id FROM public.claims_statement WHERE id = ANY(ids) AND status = 'published'), held => false);
        RETURN;
    END IF;
    INSERT INTO public.claims_pendingchange AS pending (kind, key, in_words, is_listed)
        SELECT statements_follow.kind, key, statements_follow.in_words, false FROM unnest(keys) AS key ORDER BY key
        ON CONFLICT ON CONSTRAINT claims_pendingchange_pkey DO UPDATE
        SET in_words = pending.in_words OR EXCLUDED.in_words, is_listed = false;
    IF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM public.list_pending(kind, keys);
    END IF;
END $$$$;

-- Whoever is at one of these statements at this moment saw the row as it was: it is waited for, and written once more.
CREATE FUNCTION list_pending(kind text, keys uuid[]) RETURNS void LANGUAGE sql AS $$$$
    INSERT INTO public.claims_pendingstatement AS pending (statement_id, key, in_words)
        SELECT named, key, in_words
        FROM public.claims_pendingchange AS change
        CROSS JOIN LATERAL public.statements_naming(change.kind, ARRAY[key]) AS named
        WHERE change.kind = list_pending.kind AND key = ANY(keys)
        ORDER BY named, key
        ON CONFLICT ON CONSTRAINT claims_pendingstatement_pkey DO UPDATE
        SET in_words = pending.in_words OR EXCLUDED.in_words;
    UPDATE public.claims_pendingchange AS change SET is_listed = true
        WHERE change.kind = list_pending.kind AND key = ANY(keys)
$$$$;

CREATE FUNCTION table_of(kind text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN kind IN ('source', 'publisher') THEN 'sources_' ELSE 'claims_' END || kind;

-- One step, whoever takes it and however often it is broken off: how many statements were still to follow. Those that
-- somebody is at are left for a later one: whoever waits here for an editor may be waited for by another rename.
CREATE FUNCTION follow_pending(most int) RETURNS int LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$$$
DECLARE
    change record;
    ids uuid[];
    in_words uuid[];
BEGIN
    FOR change IN
        SELECT kind, key FROM public.claims_pendingchange WHERE NOT is_listed ORDER BY kind, key FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM public.list_pending(change.kind, ARRAY[change.key]);
    END LOOP;
    -- looked for once: looked for again for each row, it would go on to rows beyond so many
    WITH next AS MATERIALIZED (
        SELECT waiting.statement_id, waiting.key FROM public.claims_pendingstatement AS waiting
        JOIN public.claims_statement AS said ON said.id = waiting.statement_id
        ORDER BY waiting.statement_id, waiting.key LIMIT most
        FOR UPDATE OF waiting SKIP LOCKED FOR NO KEY UPDATE OF said SKIP LOCKED
    ), followed AS (
        DELETE FROM public.claims_pendingstatement AS pending USING next
        WHERE (pending.statement_id, pending.key) = (next.statement_id, next.key)
        RETURNING pending.statement_id, pending.in_words
    )
    SELECT array_agg(DISTINCT statement_id), array_agg(DISTINCT statement_id) FILTER (WHERE followed.in_words)
        INTO ids, in_words FROM followed;
    IF ids IS NULL THEN
        PERFORM public.end_pending();
        RETURN 0;
    END IF;
    PERFORM public.statement_search_refresh(coalesce(in_words, '{}'), held => false);
    PERFORM public.statement_documents_refresh(array(
        SELECT id FROM public.claims_statement WHERE id = ANY(ids) AND status = 'published'), held => false);
    RETURN cardinality(ids);
END $$$$;

-- Strikes off the changes that all statements have followed. Each is held first and looked at then: whoever changes the
-- row once more waits for this, or has listed statements that are seen here, or holds the change, which is left to it.
CREATE FUNCTION end_pending() RETURNS void LANGUAGE plpgsql AS $$$$
DECLARE
    held record;
BEGIN
    DELETE FROM public.claims_pendingstatement AS pending WHERE NOT EXISTS (
        SELECT FROM public.claims_statement WHERE id = pending.statement_id);
    FOR held IN
        SELECT kind, key FROM public.claims_pendingchange WHERE is_listed ORDER BY kind, key FOR UPDATE SKIP LOCKED
    LOOP
        DELETE FROM public.claims_pendingchange AS change
            WHERE (change.kind, change.key) = (held.kind, held.key) AND NOT EXISTS (
                SELECT FROM public.claims_pendingstatement AS pending WHERE pending.key = held.key);
    END LOOP;
END $$$$;

-- Which of these statements are still to follow a change.
CREATE FUNCTION statements_pending(ids uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$$$
    SELECT statement_id FROM public.claims_pendingstatement WHERE statement_id = ANY(ids)
    UNION SELECT unnest(ids) WHERE EXISTS (SELECT FROM public.claims_pendingchange WHERE NOT is_listed)
$$$$;

-- Documents of these statements, all of one moment; of those still to follow, `changed` has ids of the rows that are to
-- be put in as they are now. Of each of these rows one statement is written anew, in whose document it so stands; all
-- are, where a name stands without its row: that of who said a related statement. Its plans are kept: what is pending
-- comes and goes faster than rows are counted.
CREATE FUNCTION statements_anew(ids uuid[])
    RETURNS TABLE (statement_id uuid, version int, digest bytea, body bytea, changed text[]) LANGUAGE plpgsql STABLE
    SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$$$
#variable_conflict use_column
DECLARE
    unlisted text[] := array(SELECT key FROM public.claims_pendingchange WHERE NOT is_listed);
    pending uuid[] := array(SELECT public.statements_pending(ids));
    whole uuid[] := array(
        (SELECT DISTINCT ON (key) statement_id FROM public.claims_pendingstatement
        WHERE statement_id = ANY(pending) ORDER BY key, statement_id)
        UNION SELECT statement_id FROM public.claims_relation WHERE statement_id = ANY(pending)
        UNION SELECT other_id FROM public.claims_relation WHERE other_id = ANY(pending));
BEGIN
    IF cardinality(whole) > 0 THEN
        RETURN QUERY SELECT statement_id, version, substring(sha256(body) FOR 8), body, NULL::text[]
            FROM public.statement_documents(whole);
    END IF;
    RETURN QUERY SELECT statement_id, version, digest, body, unlisted || array(
            SELECT key::text FROM public.claims_pendingstatement AS pending
            WHERE pending.statement_id = document.statement_id)
        FROM public.claims_statementdocument AS document
        WHERE statement_id = ANY(ids) AND NOT statement_id = ANY(whole);
END $$$$;
""").substitute(most=MOST)

# Kind -> its columns that statements are searched by, and all that documents show of it.
NAMED = {
    "claim": ("text", "text"),
    "event": ("", "name, type, location, date"),
    "membership": ("", 'role_id, organization_id, start, "end"'),
    "publisher": ("", "name"),
    "role": ("", "category, labels"),
    "source": ("title", "type, title, url, language, published_at, publisher_id, agency_id"),
    "speaker": ("name", "type, is_named, name, country"),
    "topic": ("labels", "labels"),
}
SEARCHED = Template("EXISTS (SELECT id, $columns FROM after EXCEPT SELECT id, $columns FROM before)")
OF_NAMED = Template(r"""
CREATE FUNCTION statements_follow_$kind() RETURNS trigger LANGUAGE plpgsql AS $$$$
DECLARE
    keys uuid[] := array(SELECT id FROM (SELECT id, $shown FROM after EXCEPT SELECT id, $shown FROM before) AS changed);
BEGIN
    IF cardinality(keys) > 0 THEN
        PERFORM public.statements_follow('$kind', keys, $in_words);
    END IF;
    RETURN NULL;
END $$$$;
CREATE TRIGGER statements_follow_$kind AFTER UPDATE ON $table
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION statements_follow_$kind();
""")
TRIGGERS = [
    OF_NAMED.substitute(
        kind=kind,
        table=("sources_" if kind in {"source", "publisher"} else "claims_") + kind,
        shown=shown,
        in_words=SEARCHED.substitute(columns=searched) if searched else "false",
    )
    for kind, (searched, shown) in NAMED.items()
]

# A speaker's other names are words to search for.
SPEAKER_NAMES = r"""
CREATE OR REPLACE FUNCTION statement_search_of_speakername() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    keys uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        keys := array(SELECT DISTINCT speaker_id FROM after);
    ELSIF TG_OP = 'DELETE' THEN
        keys := array(SELECT DISTINCT speaker_id FROM before);
    ELSE
        keys := array(SELECT DISTINCT speaker_id FROM (
            (SELECT speaker_id, name FROM before EXCEPT SELECT speaker_id, name FROM after)
            UNION (SELECT speaker_id, name FROM after EXCEPT SELECT speaker_id, name FROM before)) AS changed);
    END IF;
    IF cardinality(keys) > 0 THEN
        PERFORM public.statements_follow('speaker', keys, true);
    END IF;
    RETURN NULL;
END $$;
"""

FORMER = "".join(
    f"DROP TRIGGER statement_search_of_{name} ON {table};\nDROP FUNCTION statement_search_of_{name}();\n"
    for name, table in [
        ("speaker", "claims_speaker"),
        ("topic", "claims_topic"),
        ("claim", "claims_claim"),
        ("source", "sources_source"),
    ]
)

ROWS = r"""
SELECT public.statement_documents_refresh(array_agg(id))
FROM (SELECT id, row_number() OVER (ORDER BY id) / 500 AS run FROM claims_statement WHERE status = 'published') AS numbered
GROUP BY run
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0011_documents")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in [SEARCH_REFRESH, REFRESH, OF_STATEMENT, FORMER, FOLLOWING, *TRIGGERS, SPEAKER_NAMES, ROWS]
    ]
