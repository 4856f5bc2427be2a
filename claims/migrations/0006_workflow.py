"""Versions of statements and of what they name, statements that stay as they were reviewed, anchors in new revisions."""

from importlib import import_module

from django.db import migrations

TOUCHES = {
    **dict.fromkeys(
        ["wording", "attribution", "statementtopic", "appearance", "position"], "touch_statements_of_parts"
    ),
    **dict.fromkeys(["segment", "mention", "relay"], "touch_statements_of_appearances"),
    "relation": "touch_statements_of_relations",
}
FOUND_OUT_LATER = {"position", "relation"}

VERSIONS = "".join(
    f"""
CREATE TRIGGER row_version_grows BEFORE UPDATE ON {table}
    FOR EACH ROW {condition} EXECUTE FUNCTION row_version_grows();
"""
    for table, condition in {
        "claims_speaker": "WHEN (OLD.is_public = NEW.is_public)",
        "claims_membership": "WHEN (OLD.is_public = NEW.is_public)",
        "claims_event": "WHEN (OLD.is_public = NEW.is_public)",
        "claims_topic": "WHEN (OLD.is_public = NEW.is_public)",
        "claims_claim": "WHEN (OLD.is_public = NEW.is_public)",
        "claims_role": "",
        "claims_intensityphrase": "",
    }.items()
) + "".join(
    f"""
CREATE TRIGGER whole_version_grows AFTER INSERT OR UPDATE OR DELETE ON {part}
    FOR EACH ROW EXECUTE FUNCTION whole_version_grows('{whole}', '{column}');
"""
    for part, whole, column in [
        ("claims_speakername", "claims_speaker", "speaker_id"),
        ("claims_speakersameas", "claims_speaker", "speaker_id"),
        ("claims_topicsameas", "claims_topic", "topic_id"),
        ("claims_review", "claims_claim", "claim_id"),
    ]
)

STATEMENTS = r"""
CREATE FUNCTION statement_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER statement_begins BEFORE INSERT ON claims_statement
    FOR EACH ROW EXECUTE FUNCTION statement_begins();

-- What is reviewed is what was read: words, speakers and the rest change only while a statement is a draft. An act that
-- changes more names itself in the setting record.act, for its own transaction.
CREATE FUNCTION is_act_beyond_drafts() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('record.act', true), '') IN ('merge', 'unite', 'reanchor')
$$;

CREATE FUNCTION statement_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND NOT public.is_act_beyond_drafts()
        AND (OLD.id, OLD.said_at, OLD.said_at_text, OLD.said_at_basis, OLD.event_id, OLD.act, OLD.cameo, OLD.attitude,
             OLD.intensity, OLD.intensity_phrase, OLD.created_by_id, OLD.created_at) IS DISTINCT FROM
            (NEW.id, NEW.said_at, NEW.said_at_text, NEW.said_at_basis, NEW.event_id, NEW.act, NEW.cameo, NEW.attitude,
             NEW.intensity, NEW.intensity_phrase, NEW.created_by_id, NEW.created_at)
    THEN
        PERFORM public.refuse('statement_is_open', 'A statement changes only while it is a draft.');
    END IF;
    -- What a step of the workflow notes down changes with the step alone; an approval is a step without a new status.
    IF NEW.status = OLD.status AND NOT public.is_act_beyond_drafts()
        AND ((OLD.submitted_by_id, OLD.submitted_at, OLD.published_at, OLD.returned_reason, OLD.withdrawn_reason,
              OLD.withdrawn_at, OLD.merged_into_id) IS DISTINCT FROM
             (NEW.submitted_by_id, NEW.submitted_at, NEW.published_at, NEW.returned_reason, NEW.withdrawn_reason,
              NEW.withdrawn_at, NEW.merged_into_id)
             OR ((OLD.reviewed_by_id, OLD.is_self_reviewed) IS DISTINCT FROM (NEW.reviewed_by_id, NEW.is_self_reviewed)
                 AND NOT (OLD.status = 'in_review' AND OLD.reviewed_by_id IS NULL)))
    THEN
        PERFORM public.refuse('statement_moves_by_the_workflow', 'This changes with a step of the workflow alone.');
    END IF;
    NEW.version := OLD.version + 1;
    -- the transaction began before the step's own moment
    NEW.updated_at := greatest(now(), NEW.submitted_at, NEW.published_at, NEW.withdrawn_at);
    RETURN NEW;
END $$;
CREATE TRIGGER statement_changes
    BEFORE UPDATE OF id, status, said_at, said_at_text, said_at_basis, event_id, act, cameo, attitude, intensity,
        intensity_phrase, created_by_id, created_at, submitted_by_id, submitted_at, reviewed_by_id, is_self_reviewed,
        returned_reason, withdrawn_reason, withdrawn_at, published_at, merged_into_id
    ON claims_statement
    FOR EACH ROW EXECUTE FUNCTION statement_changes();

CREATE FUNCTION statement_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.refuse('statement_is_open', 'A statement changes only while it is a draft.');
    RETURN NULL;
END $$;
CREATE TRIGGER statement_in_review_stays BEFORE DELETE ON claims_statement
    FOR EACH ROW WHEN (OLD.status = 'in_review') EXECUTE FUNCTION statement_is_open();

-- The row of the statement is locked first: a change and a step of the workflow wait for each other. Each transaction
-- lets the version grow once, whatever the number of parts. Positions and relations say how published statements bear
-- on claims and on each other, which is found out later: they are no content that was reviewed.
CREATE FUNCTION touch_statements(keys uuid[], are_reviewed boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_statement WHERE id = ANY(keys) AND updated_at <> now() ORDER BY id FOR NO KEY UPDATE;
    UPDATE public.claims_statement SET version = version + 1, updated_at = now()
        WHERE id = ANY(keys) AND updated_at <> now();
    IF are_reviewed AND public.is_act_beyond_drafts() THEN
        -- what was approved is another by now
        UPDATE public.claims_statement SET reviewed_by_id = NULL, is_self_reviewed = false
            WHERE id = ANY(keys) AND status = 'in_review' AND reviewed_by_id IS NOT NULL;
    ELSIF are_reviewed AND EXISTS (SELECT FROM public.claims_statement WHERE id = ANY(keys) AND status <> 'draft')
    THEN
        PERFORM public.refuse('statement_is_open', 'A statement changes only while it is a draft.');
    END IF;
END $$;

CREATE FUNCTION touch_statements_of_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.touch_statements(array(SELECT DISTINCT statement_id FROM changed), TG_ARGV[0]::boolean);
    RETURN NULL;
END $$;

-- What is published shows nothing of a relation to what is not, and so does its version.
CREATE FUNCTION touch_statements_of_relations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.touch_statements(array(
        SELECT DISTINCT statement.id
        FROM changed
        JOIN public.claims_statement AS statement ON statement.id = changed.statement_id
        LEFT JOIN public.claims_statement AS other ON other.id = changed.other_id
        WHERE statement.status = 'draft' OR other.status = 'published'), false);
    RETURN NULL;
END $$;

CREATE FUNCTION touch_statements_of_appearances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.touch_statements(array(
        SELECT DISTINCT appearance.statement_id
        FROM changed JOIN public.claims_appearance AS appearance ON appearance.id = changed.appearance_id), TG_ARGV[0]::boolean);
    RETURN NULL;
END $$;
"""

TOUCHING = "".join(
    f"""
CREATE TRIGGER touches_its_statement_by_{operation.lower()} AFTER {operation} ON claims_{name}
    REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION {function}('{name not in FOUND_OUT_LATER}');
"""
    for name, function in TOUCHES.items()
    for operation, rows in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")]
) + "".join(
    # what was moved to another statement has left one
    f"""
CREATE TRIGGER touches_the_statement_it_left AFTER UPDATE ON claims_{name}
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION {function}('{name not in FOUND_OUT_LATER}');
"""
    for name, function in TOUCHES.items()
    if function != "touch_statements_of_appearances"
)

WORKFLOW = r"""
-- draft → in review → published → withdrawn; back to draft from review and, to be corrected, from withdrawn. A statement
-- that was found to be one with another stays withdrawn.
CREATE OR REPLACE FUNCTION statement_moves_by_the_workflow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('draft', 'in_review'), ('in_review', 'draft'), ('in_review', 'published'), ('published', 'withdrawn'),
        ('withdrawn', 'draft')
    ) OR (OLD.merged_into_id IS NOT NULL)
    THEN
        PERFORM public.refuse('statement_moves_by_the_workflow',
            format('A statement that is %s cannot become %s.', OLD.status, NEW.status));
    END IF;
    RETURN NULL;
END $$;
"""

MERGING = r"""
-- A merge renames the body in which published roles are held, and nothing else of the roles.
DROP TRIGGER membership_published_stays ON claims_membership;
CREATE TRIGGER membership_published_stays BEFORE UPDATE OF speaker_id, role_id, organization_id ON claims_membership
    FOR EACH ROW WHEN (
        OLD.is_public AND (
            OLD.role_id <> NEW.role_id
            OR (OLD.organization_id IS DISTINCT FROM NEW.organization_id
                AND coalesce(current_setting('record.act', true), '') <> 'merge')))
    EXECUTE FUNCTION membership_published_stays();
"""

ANCHORS = r"""
-- Where the words of an appearance are in another revision of its source: the worst of its segments.
CREATE FUNCTION anchor_state_in(appearance uuid, revision uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    words text;
    run record;
    counted int;
    worst int := 0;
BEGIN
    SELECT text INTO words FROM public.sources_sourcetext WHERE id = revision;
    FOR run IN SELECT start, "end", exact, prefix || exact || suffix AS around
        FROM public.claims_segment WHERE appearance_id = appearance
    LOOP
        IF substr(words, run.start + 1, run."end" - run.start) = run.exact COLLATE "C" THEN
            CONTINUE;
        END IF;
        counted := (char_length(words) - char_length(replace(words, run.exact, ''))) / char_length(run.exact);
        IF counted > 1 THEN
            counted := (char_length(words) - char_length(replace(words, run.around, ''))) / char_length(run.around);
            worst := greatest(worst, CASE WHEN counted = 1 THEN 1 ELSE 2 END);
        ELSE
            worst := greatest(worst, CASE counted WHEN 1 THEN 1 ELSE 3 END);
        END IF;
    END LOOP;
    RETURN (ARRAY['exact', 'moved', 'ambiguous', 'orphaned'])[worst + 1];
END $$;

-- `keys` are appearances; those of the latest revision of their source are in place by definition.
CREATE FUNCTION refresh_anchors(keys uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    act text := coalesce(current_setting('record.act', true), '');
BEGIN
    PERFORM set_config('record.act', 'reanchor', true);
    UPDATE public.claims_appearance AS appearance SET anchor_state = found.state
    FROM (
        SELECT one.id, public.anchor_state_in(one.id, latest.id) AS state
        FROM public.claims_appearance AS one
        JOIN public.sources_sourcetext AS own ON own.id = one.source_text_id
        JOIN LATERAL (
            SELECT id FROM public.sources_sourcetext WHERE source_id = own.source_id ORDER BY number DESC LIMIT 1
        ) AS latest ON true
        WHERE one.id = ANY(keys)
    ) AS found
    WHERE appearance.id = found.id AND appearance.anchor_state <> found.state;
    PERFORM set_config('record.act', act, true);
END $$;

CREATE FUNCTION revision_moves_anchors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number > 1 THEN
        PERFORM public.refresh_anchors(array(
            SELECT appearance.id FROM public.claims_appearance AS appearance
            JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
            WHERE revision.source_id = NEW.source_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER revision_moves_anchors AFTER INSERT ON sources_sourcetext
    FOR EACH ROW EXECUTE FUNCTION revision_moves_anchors();

-- An appearance in an older revision, or one that was moved to another, is looked for once its segments are there.
CREATE FUNCTION appearance_is_anchored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.anchor_state <> 'exact' OR EXISTS (
        SELECT FROM public.sources_sourcetext AS own
        JOIN public.sources_sourcetext AS later ON later.source_id = own.source_id AND later.number > own.number
        WHERE own.id = NEW.source_text_id
    ) THEN
        PERFORM public.refresh_anchors(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER appearance_is_anchored AFTER INSERT OR UPDATE OF source_text_id ON claims_appearance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appearance_is_anchored();
"""

TABLES = [
    "appearance",
    "attribution",
    "claim",
    "event",
    "intensityphrase",
    "membership",
    "mention",
    "position",
    "relation",
    "relay",
    "review",
    "role",
    "segment",
    "speaker",
    "speakername",
    "speakersameas",
    "statement",
    "statementtopic",
    "topic",
    "topicsameas",
    "wording",
]


versions = import_module("sources.migrations.0006_versions")


def begin(apps, schema_editor):
    versions.begin_history(schema_editor, "claims", TABLES)


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_history"), ("sources", "0006_versions")]
    operations = [
        *(
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in [
                VERSIONS,
                STATEMENTS,
                TOUCHING,
                WORKFLOW,
                MERGING,
                ANCHORS,
                versions.protection("claims", TABLES),
            ]
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
