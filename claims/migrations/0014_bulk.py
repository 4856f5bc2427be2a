"""Many new statements at once: one procedure that stores them with all that belongs to them and their history.

What triggers check and do row by row, `store_statements()` checks and does for all of its rows together. While it works,
the triggers that it stands in for are passed over. Where it finds a row that breaks a rule, it lets the rule's own
function or trigger refuse it: each rule is worded once.
"""

from string import Template

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

FLAG = r"""
-- True inside of store_statements(), which sets it for itself alone. (Who is no superuser may not make a function with
-- a setting of its own that PostgreSQL does not know.)
CREATE FUNCTION record_is_bulk() RETURNS boolean LANGUAGE sql STABLE
    RETURN coalesce(current_setting('record.bulk', true), '') = 'on';
"""

# The triggers for which store_statements() stands in; those of the history know by themselves (`tracked`).
PASSED_OVER = {
    "claims_statement": [
        "statement_begins",
        "statement_sort_date",
        "statement_starts_as_a_draft",
        "statement_is_complete",
        "statement_exposes",
    ],
    "claims_attribution": [
        "attribution_exposes",
        "attribution_speaker_is_live",
        "statement_search_of_attribution",
        "touches_its_statement_by_insert",
    ],
    "claims_statementtopic": [
        "statement_topic_exposes",
        "statement_topic_is_live",
        "statement_search_of_statementtopic",
        "touches_its_statement_by_insert",
    ],
    "claims_wording": ["statement_search_of_wording", "touches_its_statement_by_insert"],
    "claims_position": ["position_exposes", "statement_search_of_position", "touches_its_statement_by_insert"],
    "claims_appearance": [
        "appearance_exposes",
        "appearance_has_segments",
        "appearance_is_anchored",
        "appearance_selects_its_words",
        "statement_sort_date_of_appearance",
        "touches_its_statement_by_insert",
    ],
    "claims_segment": [
        "segment_selects_its_words",
        "segments_are_in_order",
        "statement_search_of_segment",
        "touches_its_statement_by_insert",
    ],
    "claims_mention": ["mention_selects_its_words", "touches_its_statement_by_insert"],
    "claims_relay": [
        "relay_exposes",
        "relay_selects_its_words",
        "relay_speaker_is_live",
        "relays_have_no_gaps",
        "touches_its_statement_by_insert",
    ],
}


def pass_over_in_bulk(apps, schema_editor):
    """Make each of these triggers anew as it is, but for the condition that nothing stands in for it."""
    with schema_editor.connection.cursor() as cursor:
        for table, triggers in PASSED_OVER.items():
            for trigger in triggers:
                cursor.execute(
                    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s",
                    [table, trigger],
                )
                (definition,) = cursor.fetchone()
                what, _execute, function = definition.partition(" EXECUTE FUNCTION ")
                what, _when, condition = what.partition(" WHEN ")
                both = "NOT public.record_is_bulk()" + (f" AND {condition}" if condition else "")
                cursor.execute(f"DROP TRIGGER {trigger} ON {table}")
                cursor.execute(f"{what} WHEN ({both}) EXECUTE FUNCTION {function}")


EXPOSING = r"""
-- Whatever these published statements need becomes public.
CREATE FUNCTION expose_statements(keys uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_speakers(array(
        SELECT speaker_id FROM public.claims_attribution WHERE statement_id = ANY(keys)
        UNION SELECT membership.organization_id FROM public.claims_attribution AS attribution
            JOIN public.claims_membership AS membership ON membership.id = attribution.membership_id
            WHERE attribution.statement_id = ANY(keys) AND membership.organization_id IS NOT NULL
        UNION SELECT relay.speaker_id FROM public.claims_relay AS relay
            JOIN public.claims_appearance AS appearance ON appearance.id = relay.appearance_id
            WHERE appearance.statement_id = ANY(keys)));
    UPDATE public.claims_membership SET is_public = true WHERE NOT is_public
        AND id IN (SELECT membership_id FROM public.claims_attribution WHERE statement_id = ANY(keys));
    PERFORM public.expose_topics(array(
        SELECT DISTINCT topic_id FROM public.claims_statementtopic WHERE statement_id = ANY(keys)));
    UPDATE public.claims_event SET is_public = true WHERE NOT is_public
        AND id IN (SELECT event_id FROM public.claims_statement WHERE id = ANY(keys));
    UPDATE public.claims_claim SET is_public = true WHERE NOT is_public
        AND id IN (SELECT claim_id FROM public.claims_position WHERE statement_id = ANY(keys));
    UPDATE public.sources_publisher SET is_public = true WHERE NOT is_public
        AND id IN (SELECT review.publisher_id FROM public.claims_review AS review
                   JOIN public.claims_position AS stance USING (claim_id) WHERE stance.statement_id = ANY(keys));
    UPDATE public.sources_source SET is_public = true WHERE NOT is_public
        AND id IN (SELECT revision.source_id FROM public.claims_appearance AS appearance
                   JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
                   WHERE appearance.statement_id = ANY(keys));
END $$;

CREATE OR REPLACE FUNCTION expose_statement(key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_statement WHERE id = key FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM public.claims_statement WHERE id = key AND status = 'published') THEN
        PERFORM public.expose_statements(ARRAY[key]);
    END IF;
END $$;
"""

# What belongs to a statement: table -> its columns as they are given; a topic's link makes its id itself.
PARTS = {
    "attribution": "id uuid, statement_id uuid, speaker_id uuid, kind text, certainty text, membership_id uuid",
    "statementtopic": "statement_id uuid, topic_id uuid",
    "wording": "id uuid, statement_id uuid, language text, text text, is_original boolean, translator text",
    "position": "id uuid, statement_id uuid, claim_id uuid, stance text",
    "appearance": """id uuid, statement_id uuid, source_text_id uuid, quotation_type text, language text,
        is_headline boolean, cue_start int, cue_end int, cue_exact text, anchor_state text""",
    "segment": """id uuid, appearance_id uuid, position int, start int, "end" int, exact text, prefix text,
        suffix text""",
    "mention": """id uuid, appearance_id uuid, attribution_id uuid, start int, "end" int, exact text,
        role_start int, role_end int, role_exact text""",
    "relay": 'id uuid, appearance_id uuid, level int, speaker_id uuid, start int, "end" int, exact text',
}


def _stored(part):
    """The two parts of a query that store the rows given of one table, and their history."""
    given = PARTS[part]
    columns = ", ".join(one.split()[0] for one in given.split(","))
    kept = columns if columns.startswith("id,") else f"id, {columns}"
    return f"""{part} AS (
        INSERT INTO public.claims_{part} ({columns})
        SELECT {columns} FROM jsonb_to_recordset(given -> '{part}') AS one({given})
        RETURNING {kept}
    ), {part}_kept AS (
        INSERT INTO public.claims_{part}change
            (pgh_created_at, pgh_label, pgh_context, pgh_context_id, pgh_obj_id, {kept})
        SELECT now(), 'insert', context, context_id, id, {kept} FROM {part}
    )"""  # noqa: S608 only names of ours are put in


STORE = Template(r"""
-- Stores new statements with all that belongs to them. `given` has a list of objects for each table, by the table's name
-- without its prefix; `status` says how far along the workflow each statement is, every step of it taken at `moment`.
-- The history has what it would have if each row were stored and each step taken alone. Rows of a statement that is not
-- given with them are refused. Who stores very many leaves their postings for the end (`posted`). A procedure, because what only reads is told nothing of who acts. Its plans are made
-- once: for a single statement, making them would cost more than carrying them out.
CREATE PROCEDURE store_statements(given jsonb, moment timestamptz, posted boolean)
    LANGUAGE plpgsql SET plan_cache_mode = 'force_generic_plan' AS $$$$
DECLARE
    context jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
    context_id uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    ids uuid[] := array(SELECT (one ->> 'id')::uuid FROM jsonb_array_elements(given -> 'statement') AS one);
    are_strange boolean := false;
    speakers uuid[];
    relaying uuid[];
    topics uuid[];
    published uuid[] := '{}';
    found record;
BEGIN
    -- taken back at the end and, where a rule is broken, by the rollback
    PERFORM set_config('record.bulk', 'on', true);
    WITH $attribution
    SELECT coalesce(bool_or(statement_id <> ALL(ids)), false), array_agg(DISTINCT speaker_id)
        INTO are_strange, speakers FROM attribution;
    IF given ? 'statementtopic' THEN
        WITH $statementtopic
        SELECT are_strange OR coalesce(bool_or(statement_id <> ALL(ids)), false), array_agg(DISTINCT topic_id)
            INTO are_strange, topics FROM statementtopic;
    END IF;
    IF given ? 'wording' THEN
        WITH $wording
        SELECT are_strange OR coalesce(bool_or(statement_id <> ALL(ids)), false) INTO are_strange FROM wording;
    END IF;
    IF given ? 'position' THEN
        WITH $position
        SELECT are_strange OR coalesce(bool_or(statement_id <> ALL(ids)), false) INTO are_strange FROM position;
    END IF;

    IF given ? 'appearance' THEN
        WITH $appearance, $segment, $mention, $relay,
        revision AS MATERIALIZED (  -- each text unpacked once
            SELECT id, source_id, number, text || '' AS text
            FROM public.sources_sourcetext WHERE id IN (SELECT source_text_id FROM appearance)
        ), span(part, id, appearance_id, first, last, words) AS (
            SELECT 'segment', id, appearance_id, start - char_length(prefix), "end" + char_length(suffix),
                prefix || exact || suffix FROM segment
            UNION ALL SELECT 'mention', id, appearance_id, start, "end", exact FROM mention WHERE start IS NOT NULL
            UNION ALL SELECT 'mention', id, appearance_id, role_start, role_end, role_exact
                FROM mention WHERE role_start IS NOT NULL
            UNION ALL SELECT 'relay', id, appearance_id, start, "end", exact FROM relay WHERE start IS NOT NULL
            UNION ALL SELECT 'appearance', id, id, cue_start, cue_end, cue_exact
                FROM appearance WHERE cue_start IS NOT NULL
        ), astray AS (
            SELECT span.part, span.id FROM span
            JOIN appearance ON appearance.id = span.appearance_id
            JOIN revision ON revision.id = appearance.source_text_id
            WHERE span.last - span.first <> char_length(span.words)
            OR substr(revision.text, span.first + 1, char_length(span.words)) <> span.words COLLATE "C"
            UNION ALL
            SELECT 'mention', mention.id FROM mention
            JOIN appearance ON appearance.id = mention.appearance_id
            LEFT JOIN public.claims_attribution AS attribution ON attribution.id = mention.attribution_id
            WHERE attribution.statement_id IS DISTINCT FROM appearance.statement_id
        ), run AS (
            SELECT appearance_id, count(*) AS counted, min(position) AS lowest, max(position) AS highest,
                coalesce(bool_or(start < before), false) AS is_crossed
            FROM (
                SELECT appearance_id, position, start,
                    lag("end") OVER (PARTITION BY appearance_id ORDER BY position) AS before FROM segment
            ) AS numbered GROUP BY appearance_id
        )
        SELECT
            are_strange OR EXISTS (SELECT FROM appearance WHERE statement_id <> ALL(ids)) OR EXISTS (
                SELECT FROM (
                    SELECT appearance_id FROM segment UNION ALL SELECT appearance_id FROM mention
                    UNION ALL SELECT appearance_id FROM relay
                ) AS inside WHERE appearance_id NOT IN (SELECT id FROM appearance)) AS are_strange,
            array(SELECT DISTINCT speaker_id FROM relay) AS relaying,
            array(SELECT id FROM astray WHERE part = 'appearance') AS appearances,
            array(SELECT id FROM astray WHERE part = 'segment') AS segments,
            array(SELECT id FROM astray WHERE part = 'mention') AS mentions,
            array(SELECT id FROM astray WHERE part = 'relay') AS relays,
            array(SELECT id FROM appearance LEFT JOIN run ON run.appearance_id = appearance.id
                  WHERE (lowest = 1 AND highest = counted AND NOT is_crossed) IS NOT TRUE) AS unordered,
            array(SELECT appearance_id FROM relay GROUP BY appearance_id
                  HAVING min(level) <> 1 OR max(level) <> count(*)) AS relayed,
            array(SELECT appearance.id FROM appearance JOIN revision ON revision.id = appearance.source_text_id
                  WHERE EXISTS (
                      SELECT FROM public.sources_sourcetext AS later
                      WHERE later.source_id = revision.source_id AND later.number > revision.number)) AS outdated
            INTO found;
        are_strange := found.are_strange;
        speakers := speakers || found.relaying;
        -- each rule is refused by its own trigger
        IF cardinality(found.appearances || found.segments || found.mentions || found.relays) > 0 THEN
            PERFORM set_config('record.bulk', 'off', true);
            UPDATE public.claims_appearance SET cue_start = cue_start WHERE id = ANY(found.appearances);
            UPDATE public.claims_segment SET start = start WHERE id = ANY(found.segments);
            UPDATE public.claims_mention SET start = start WHERE id = ANY(found.mentions);
            UPDATE public.claims_relay SET start = start WHERE id = ANY(found.relays);
            PERFORM set_config('record.bulk', 'on', true);
        END IF;
        PERFORM public.check_segments(key) FROM unnest(found.unordered) AS key;
        PERFORM public.check_relays(key) FROM unnest(found.relayed) AS key;
        IF cardinality(found.outdated) > 0 THEN
            PERFORM public.refresh_anchors(found.outdated);
        END IF;
    END IF;
    IF are_strange THEN
        PERFORM public.refuse('statement_is_open', 'A statement changes only while it is a draft.');
    END IF;

    -- behind its appearances, whose documents may give the day
    WITH one AS MATERIALIZED (
        SELECT *, array_position(ARRAY['draft', 'in_review', 'published', 'withdrawn'], status) AS version
        FROM jsonb_to_recordset(given -> 'statement') AS one(
            id uuid, said_at text, said_at_text text, said_at_basis text, event_id uuid, act text, cameo text,
            attitude text, intensity int, intensity_phrase text, returned_reason text, created_by_id int, status text,
            reviewed_by_id int, is_self_reviewed boolean, published_at timestamptz, withdrawn_reason text)
    ), stored AS (
        INSERT INTO public.claims_statement (
            $said, id, version, status, created_at, updated_at, sort_date, returned_reason, submitted_at,
            reviewed_by_id, is_self_reviewed, published_at, withdrawn_reason, withdrawn_at)
        SELECT $said, id, version, status, moment,
            CASE WHEN version = 1 THEN now() ELSE greatest(now(), moment) END,
            public.statement_sort_day(id, said_at, moment),
            CASE WHEN version = 1 THEN returned_reason ELSE '' END,
            CASE WHEN version > 1 THEN moment END,
            CASE WHEN version > 2 THEN reviewed_by_id END,
            version > 2 AND is_self_reviewed,
            CASE WHEN version > 2 THEN published_at END,
            CASE WHEN version > 3 THEN withdrawn_reason ELSE '' END,
            CASE WHEN version > 3 THEN moment END
        FROM one
        RETURNING *
    )
    INSERT INTO public.claims_statementchange (
        pgh_created_at, pgh_label, pgh_context, pgh_context_id, pgh_obj_id,
        $said, id, version, status, created_at, updated_at, sort_date, returned_reason, submitted_at,
        reviewed_by_id, is_self_reviewed, published_at, withdrawn_reason, withdrawn_at)
    SELECT now(), CASE WHEN step.version = 1 THEN 'insert' ELSE 'update' END, context, context_id, id,
        $of_stored, id, step.version, step.status, stored.created_at,
        CASE WHEN step.version = 1 THEN now() ELSE stored.updated_at END,
        -- when it was entered, no document gave its day yet
        CASE WHEN step.version > 1 OR stored.said_at IS NOT NULL THEN stored.sort_date
            ELSE public.utc_date(moment) END,
        CASE WHEN step.version = 1 THEN one.returned_reason ELSE '' END,
        CASE WHEN step.version > 1 THEN stored.submitted_at END,
        CASE WHEN step.version > 2 THEN stored.reviewed_by_id END,
        step.version > 2 AND stored.is_self_reviewed,
        CASE WHEN step.version > 2 THEN stored.published_at END,
        CASE WHEN step.version > 3 THEN stored.withdrawn_reason ELSE '' END,
        CASE WHEN step.version > 3 THEN stored.withdrawn_at END
    FROM stored JOIN one USING (id)
    JOIN (VALUES (1, 'draft'), (2, 'in_review'), (3, 'published'), (4, 'withdrawn')) AS step(version, status)
        ON step.version <= stored.version
    ORDER BY step.version, id;

    -- the rows are locked by a query of their own, as check_speaker_is_live has it
    PERFORM FROM public.claims_speaker WHERE id = ANY(speakers) ORDER BY id FOR SHARE;
    PERFORM public.check_speaker_is_live(id) FROM public.claims_speaker
        WHERE id = ANY(speakers) AND merged_into_id IS NOT NULL;
    PERFORM FROM public.claims_topic WHERE id = ANY(topics) ORDER BY id FOR SHARE;
    PERFORM public.check_topic_is_live(id) FROM public.claims_topic
        WHERE id = ANY(topics) AND merged_into_id IS NOT NULL;
    IF jsonb_path_exists(given, '$$.statement[*].status ? (@ == "published" || @ == "withdrawn")') THEN
        PERFORM public.check_statement_is_complete(id) FROM public.claims_statement AS statement
            WHERE id = ANY(ids) AND status IN ('published', 'withdrawn')
            AND (NOT EXISTS (
                    SELECT FROM public.claims_attribution WHERE statement_id = statement.id AND kind = 'speaker')
                OR (NOT EXISTS (SELECT FROM public.claims_wording WHERE statement_id = statement.id)
                    AND NOT EXISTS (SELECT FROM public.claims_appearance WHERE statement_id = statement.id)));
        published := array(SELECT id FROM public.claims_statement WHERE id = ANY(ids) AND status = 'published');
        PERFORM public.expose_statements(published);
    END IF;
    PERFORM public.statement_search_refresh(ids);
    PERFORM public.statement_documents_refresh(published, posted);
    PERFORM set_config('record.bulk', 'off', true);
END $$$$;
""").substitute(
    {part: _stored(part) for part in PARTS},
    said=(
        said
        := "said_at, said_at_text, said_at_basis, event_id, act, cameo, attitude, intensity, intensity_phrase, created_by_id"
    ),
    of_stored=", ".join(f"stored.{one}" for one in said.split(", ")),
)


class Migration(migrations.Migration):
    dependencies = [("claims", "0013_postings")]
    operations = [
        migrations.RunSQL(FLAG, migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="appearance",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="attribution",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="mention",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="position",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="relay",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="segment",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="statement",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="statementtopic",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="wording",
            name="insert_insert",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appearance",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_appearancechange" ("anchor_state", "cue_end", "cue_exact", "cue_start", "id", "is_headline", "language", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quotation_type", "source_text_id", "statement_id") VALUES (NEW."anchor_state", NEW."cue_end", NEW."cue_exact", NEW."cue_start", NEW."id", NEW."is_headline", NEW."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."quotation_type", NEW."source_text_id", NEW."statement_id"); RETURN NULL;',
                    hash="5fcc1465e5e852db318f606f7ddc62825786495e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_58226",
                    table="claims_appearance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attribution",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_attributionchange" ("certainty", "id", "kind", "membership_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "speaker_id", "statement_id") VALUES (NEW."certainty", NEW."id", NEW."kind", NEW."membership_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."speaker_id", NEW."statement_id"); RETURN NULL;',
                    hash="2891d279e72b703ac0d3fb7e0bfe1a3b4daaf813",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_43dca",
                    table="claims_attribution",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mention",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_mentionchange" ("appearance_id", "attribution_id", "end", "exact", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_end", "role_exact", "role_start", "start") VALUES (NEW."appearance_id", NEW."attribution_id", NEW."end", NEW."exact", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."role_end", NEW."role_exact", NEW."role_start", NEW."start"); RETURN NULL;',
                    hash="6d93bcce4686400bf80daa746f96900c712ba96b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f2389",
                    table="claims_mention",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="position",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_positionchange" ("claim_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stance", "statement_id") VALUES (NEW."claim_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."stance", NEW."statement_id"); RETURN NULL;',
                    hash="63afb66c7c8702b85a016f8d4a6e438e254a2e00",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5b996",
                    table="claims_position",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="relay",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_relaychange" ("appearance_id", "end", "exact", "id", "level", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "speaker_id", "start") VALUES (NEW."appearance_id", NEW."end", NEW."exact", NEW."id", NEW."level", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."speaker_id", NEW."start"); RETURN NULL;',
                    hash="784330d97f3841b8fcbbefbeec82fd5dac703492",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3e99e",
                    table="claims_relay",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="segment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_segmentchange" ("appearance_id", "end", "exact", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "prefix", "start", "suffix") VALUES (NEW."appearance_id", NEW."end", NEW."exact", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."position", NEW."prefix", NEW."start", NEW."suffix"); RETURN NULL;',
                    hash="a102da74f15be18486ea9ce9ffc572078553fb8e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9f305",
                    table="claims_segment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_statementchange" ("act", "attitude", "cameo", "created_at", "created_by_id", "event_id", "id", "intensity", "intensity_phrase", "is_self_reviewed", "merged_into_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "returned_reason", "reviewed_by_id", "said_at", "said_at_basis", "said_at_text", "sort_date", "status", "submitted_at", "submitted_by_id", "updated_at", "version", "withdrawn_at", "withdrawn_reason") VALUES (NEW."act", NEW."attitude", NEW."cameo", NEW."created_at", NEW."created_by_id", NEW."event_id", NEW."id", NEW."intensity", NEW."intensity_phrase", NEW."is_self_reviewed", NEW."merged_into_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."published_at", NEW."returned_reason", NEW."reviewed_by_id", NEW."said_at", NEW."said_at_basis", NEW."said_at_text", NEW."sort_date", NEW."status", NEW."submitted_at", NEW."submitted_by_id", NEW."updated_at", NEW."version", NEW."withdrawn_at", NEW."withdrawn_reason"); RETURN NULL;',
                    hash="9c95409cbc9a37b9beb0718d23e247ba880717f9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ec354",
                    table="claims_statement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementtopic",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_statementtopicchange" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "statement_id", "topic_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."statement_id", NEW."topic_id"); RETURN NULL;',
                    hash="b8cc871acc39b9e42c3e45e6860f979a16d2c54a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fadca",
                    table="claims_statementtopic",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wording",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT public.record_is_bulk())",
                    func='INSERT INTO "claims_wordingchange" ("id", "is_original", "language", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "statement_id", "text", "translator") VALUES (NEW."id", NEW."is_original", NEW."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."statement_id", NEW."text", NEW."translator"); RETURN NULL;',
                    hash="2dc5807ae5b4c54cf5dbb13dc178fb5cdec00dc3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_51460",
                    table="claims_wording",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(pass_over_in_bulk, migrations.RunPython.noop),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in [EXPOSING, STORE]),
    ]
