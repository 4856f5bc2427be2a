"""Rules of the record that one row cannot see, held below admin, API, imports and SQL alike."""

from django.db import migrations

SPANS = r"""
-- Offsets are code points from 0, half-open: [first, last) of the text must be exactly the words.
CREATE FUNCTION check_span(revision uuid, first int, last int, words text, rule text) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    found text;
    size int;
BEGIN
    IF first IS NULL THEN
        RETURN;
    END IF;
    SELECT substr(text, first + 1, last - first), char_length(text) INTO found, size
        FROM public.sources_sourcetext WHERE id = revision;
    IF last > size THEN
        PERFORM public.refuse(rule, format('The span %s–%s lies beyond the end of the text (%s characters).', first, last, size));
    ELSIF found <> words COLLATE "C" THEN
        PERFORM public.refuse(rule, format('The span %s–%s does not select these words in the text.', first, last));
    END IF;
END $$;

CREATE FUNCTION segment_selects_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revision uuid;
BEGIN
    SELECT source_text_id INTO revision FROM public.claims_appearance WHERE id = NEW.appearance_id FOR NO KEY UPDATE;
    PERFORM public.check_span(revision, NEW.start, NEW."end", NEW.exact, 'segment_selects_its_words');
    IF NEW.start < char_length(NEW.prefix) THEN
        PERFORM public.refuse('segment_selects_its_words', 'The words before are longer than what is before.');
    ELSIF NEW.prefix <> '' THEN
        PERFORM public.check_span(
            revision, NEW.start - char_length(NEW.prefix), NEW.start, NEW.prefix, 'segment_selects_its_words');
    END IF;
    IF NEW.suffix <> '' THEN
        PERFORM public.check_span(
            revision, NEW."end", NEW."end" + char_length(NEW.suffix), NEW.suffix, 'segment_selects_its_words');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER segment_selects_its_words AFTER INSERT OR UPDATE ON claims_segment
    FOR EACH ROW EXECUTE FUNCTION segment_selects_its_words();

CREATE FUNCTION mention_selects_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revision uuid;
    said uuid;
BEGIN
    SELECT source_text_id, statement_id INTO revision, said FROM public.claims_appearance
        WHERE id = NEW.appearance_id FOR NO KEY UPDATE;
    IF said IS DISTINCT FROM (SELECT statement_id FROM public.claims_attribution WHERE id = NEW.attribution_id) THEN
        PERFORM public.refuse('mention_is_of_its_statement', 'The mention names a speaker of another statement.');
    END IF;
    PERFORM public.check_span(revision, NEW.start, NEW."end", NEW.exact, 'mention_selects_its_words');
    PERFORM public.check_span(revision, NEW.role_start, NEW.role_end, NEW.role_exact, 'mention_selects_its_words');
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER mention_selects_its_words AFTER INSERT OR UPDATE ON claims_mention
    FOR EACH ROW EXECUTE FUNCTION mention_selects_its_words();

CREATE FUNCTION attribution_keeps_its_mentions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.claims_mention SET start = start WHERE attribution_id = NEW.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER attribution_keeps_its_mentions AFTER UPDATE OF statement_id ON claims_attribution
    FOR EACH ROW EXECUTE FUNCTION attribution_keeps_its_mentions();

CREATE FUNCTION relay_selects_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revision uuid;
BEGIN
    SELECT source_text_id INTO revision FROM public.claims_appearance WHERE id = NEW.appearance_id FOR NO KEY UPDATE;
    PERFORM public.check_span(
        revision,
        NEW.start, NEW."end", NEW.exact, 'relay_selects_its_words');
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER relay_selects_its_words AFTER INSERT OR UPDATE ON claims_relay
    FOR EACH ROW EXECUTE FUNCTION relay_selects_its_words();

CREATE FUNCTION appearance_selects_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.check_span(
        NEW.source_text_id, NEW.cue_start, NEW.cue_end, NEW.cue_exact, 'appearance_selects_its_words');
    IF TG_OP = 'UPDATE' AND (NEW.source_text_id, NEW.statement_id) <> (OLD.source_text_id, OLD.statement_id) THEN
        -- What hangs on it was checked against the old text: check it again.
        UPDATE public.claims_segment SET start = start WHERE appearance_id = NEW.id;
        UPDATE public.claims_mention SET start = start WHERE appearance_id = NEW.id;
        UPDATE public.claims_relay SET start = start WHERE appearance_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER appearance_selects_its_words AFTER INSERT OR UPDATE ON claims_appearance
    FOR EACH ROW EXECUTE FUNCTION appearance_selects_its_words();
"""

ORDERS = r"""
-- A quotation, direct or not, is words in a document: each appearance has segments, in reading order, without gaps.
CREATE FUNCTION check_segments(key uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    counted int;
    highest int;
    overlapping boolean;
BEGIN
    PERFORM FROM public.claims_appearance WHERE id = key FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT count(*), max(position), bool_or(start < previous_end) INTO counted, highest, overlapping
        FROM (SELECT position, start, lag("end") OVER (ORDER BY position) AS previous_end
              FROM public.claims_segment WHERE appearance_id = key) AS run;
    IF counted = 0 THEN
        PERFORM public.refuse('appearance_has_segments', 'An appearance needs the words it quotes.');
    ELSIF highest <> counted OR EXISTS (
        SELECT FROM public.claims_segment WHERE appearance_id = key AND position < 1
    ) THEN
        PERFORM public.refuse('segments_have_no_gaps', 'Segments are numbered 1, 2, 3 … without gaps.');
    ELSIF overlapping THEN
        PERFORM public.refuse('segments_are_in_order', 'Segments follow each other in the text and do not overlap.');
    END IF;
END $$;

CREATE FUNCTION segments_are_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM public.check_segments(NEW.appearance_id);
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.appearance_id <> OLD.appearance_id) THEN
        PERFORM public.check_segments(OLD.appearance_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER segments_are_in_order AFTER INSERT OR UPDATE OR DELETE ON claims_segment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION segments_are_in_order();

CREATE FUNCTION appearance_has_segments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.check_segments(NEW.id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER appearance_has_segments AFTER INSERT ON claims_appearance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appearance_has_segments();

CREATE FUNCTION check_relays(key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_appearance WHERE id = key FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM public.claims_relay WHERE appearance_id = key
               HAVING count(*) > 0 AND (max(level) <> count(*) OR min(level) <> 1)) THEN
        PERFORM public.refuse('relays_have_no_gaps', 'Relays are numbered 1, 2, 3 … from the speaker, without gaps.');
    END IF;
END $$;

CREATE FUNCTION relays_have_no_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM public.check_relays(NEW.appearance_id);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM public.check_relays(OLD.appearance_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER relays_have_no_gaps AFTER INSERT OR UPDATE OR DELETE ON claims_relay
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION relays_have_no_gaps();
"""

SPEAKERS = r"""
-- Chains of one table are walked under a lock, so that two halves of a loop cannot be made at once.
CREATE FUNCTION speaker_parts_have_no_loops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('speaker_parts_have_no_loops'));
    IF EXISTS (
        WITH RECURSIVE whole(id) AS (
            SELECT NEW.part_of_id
            UNION SELECT speaker.part_of_id FROM public.claims_speaker AS speaker JOIN whole USING (id)
            WHERE speaker.part_of_id IS NOT NULL
        ) SELECT FROM whole WHERE id = NEW.id
    ) THEN
        PERFORM public.refuse('speaker_parts_have_no_loops', 'A speaker cannot be part of one of its own parts.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER speaker_parts_have_no_loops AFTER INSERT OR UPDATE OF part_of_id ON claims_speaker
    FOR EACH ROW WHEN (NEW.part_of_id IS NOT NULL) EXECUTE FUNCTION speaker_parts_have_no_loops();

CREATE FUNCTION topics_have_no_loops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('topics_have_no_loops'));
    IF EXISTS (
        WITH RECURSIVE wider(id) AS (
            SELECT NEW.broader_id
            UNION SELECT topic.broader_id FROM public.claims_topic AS topic JOIN wider USING (id)
            WHERE topic.broader_id IS NOT NULL
        ) SELECT FROM wider WHERE id = NEW.id
    ) THEN
        PERFORM public.refuse('topics_have_no_loops', 'A topic cannot be broader than its own broader topic.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER topics_have_no_loops AFTER INSERT OR UPDATE OF broader_id ON claims_topic
    FOR EACH ROW WHEN (NEW.broader_id IS NOT NULL) EXECUTE FUNCTION topics_have_no_loops();

-- A merged speaker points to a live one, and nothing points to a merged one. Checked at the end of the transaction:
-- a merge moves rows first and marks last. The row lock makes a merge and a new reference wait for each other; what
-- came of the wait is seen by the next query only, so the lock is taken by one of its own.
CREATE FUNCTION check_speaker_is_live(key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_speaker WHERE id = key FOR SHARE;
    PERFORM FROM public.claims_speaker WHERE id = key AND merged_into_id IS NOT NULL;
    IF FOUND THEN
        PERFORM public.refuse('speaker_is_live', 'This speaker was merged into another: use the other.');
    END IF;
END $$;

CREATE FUNCTION speaker_merge_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.check_speaker_is_live(NEW.merged_into_id);
    IF NEW.merged_into_id = NEW.id
        OR EXISTS (SELECT FROM public.claims_speaker WHERE merged_into_id = NEW.id OR part_of_id = NEW.id)
        OR EXISTS (SELECT FROM public.claims_attribution WHERE speaker_id = NEW.id)
        OR EXISTS (SELECT FROM public.claims_relay WHERE speaker_id = NEW.id)
        OR EXISTS (SELECT FROM public.claims_membership WHERE NEW.id IN (speaker_id, organization_id))
    THEN
        PERFORM public.refuse('speaker_merge_is_whole', 'Whatever names the merged speaker must name the other first.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER speaker_merge_is_whole AFTER INSERT OR UPDATE OF merged_into_id ON claims_speaker
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION speaker_merge_is_whole();

CREATE FUNCTION speaker_of_row_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.check_speaker_is_live((to_jsonb(NEW) ->> TG_ARGV[0])::uuid);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER attribution_speaker_is_live AFTER INSERT OR UPDATE OF speaker_id ON claims_attribution
    FOR EACH ROW EXECUTE FUNCTION speaker_of_row_is_live('speaker_id');
CREATE CONSTRAINT TRIGGER relay_speaker_is_live AFTER INSERT OR UPDATE OF speaker_id ON claims_relay
    FOR EACH ROW EXECUTE FUNCTION speaker_of_row_is_live('speaker_id');
CREATE CONSTRAINT TRIGGER membership_speaker_is_live AFTER INSERT OR UPDATE OF speaker_id ON claims_membership
    FOR EACH ROW EXECUTE FUNCTION speaker_of_row_is_live('speaker_id');
CREATE CONSTRAINT TRIGGER membership_organization_is_live AFTER INSERT OR UPDATE OF organization_id ON claims_membership
    FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL) EXECUTE FUNCTION speaker_of_row_is_live('organization_id');
CREATE CONSTRAINT TRIGGER speaker_part_of_is_live AFTER INSERT OR UPDATE OF part_of_id ON claims_speaker
    FOR EACH ROW WHEN (NEW.part_of_id IS NOT NULL) EXECUTE FUNCTION speaker_of_row_is_live('part_of_id');

-- Who speaks in a role holds that role.
ALTER TABLE claims_attribution ADD CONSTRAINT attribution_role_is_the_speakers
    FOREIGN KEY (membership_id, speaker_id) REFERENCES claims_membership (id, speaker_id)
    DEFERRABLE INITIALLY DEFERRED;
"""

STATEMENTS = r"""
CREATE FUNCTION statement_sort_day(key uuid, said text, entered timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        public.partial_date_for_sorting(said),
        (SELECT min(public.partial_date_for_sorting(source.published_at))
         FROM public.claims_appearance AS appearance
         JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
         JOIN public.sources_source AS source ON source.id = revision.source_id
         WHERE appearance.statement_id = key),
        public.utc_date(entered))
$$;

CREATE FUNCTION statement_sort_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sort_date := public.statement_sort_day(NEW.id, NEW.said_at, NEW.created_at);
    RETURN NEW;
END $$;
CREATE TRIGGER statement_sort_date BEFORE INSERT OR UPDATE OF said_at, sort_date, created_at ON claims_statement
    FOR EACH ROW EXECUTE FUNCTION statement_sort_date();

CREATE FUNCTION statement_sort_date_of_appearance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.claims_statement SET sort_date = sort_date
        WHERE said_at IS NULL
        AND id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.statement_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.statement_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER statement_sort_date_of_appearance
    AFTER INSERT OR DELETE OR UPDATE OF statement_id, source_text_id ON claims_appearance
    FOR EACH ROW EXECUTE FUNCTION statement_sort_date_of_appearance();

CREATE FUNCTION statement_sort_date_of_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.claims_statement SET sort_date = sort_date
        WHERE said_at IS NULL AND id IN (
            SELECT appearance.statement_id FROM public.claims_appearance AS appearance
            JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
            WHERE revision.source_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER statement_sort_date_of_source AFTER UPDATE OF published_at ON sources_source
    FOR EACH ROW WHEN (NEW.published_at IS DISTINCT FROM OLD.published_at)
    EXECUTE FUNCTION statement_sort_date_of_source();

CREATE FUNCTION statement_starts_as_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.refuse('statement_starts_as_a_draft', 'A statement begins as a draft.');
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_starts_as_a_draft AFTER INSERT ON claims_statement
    FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION statement_starts_as_a_draft();

-- draft → in review → published → withdrawn, and in review → draft; no other way.
CREATE FUNCTION statement_moves_by_the_workflow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('draft', 'in_review'), ('in_review', 'draft'), ('in_review', 'published'), ('published', 'withdrawn')
    ) THEN
        PERFORM public.refuse('statement_moves_by_the_workflow',
            format('A statement that is %s cannot become %s.', OLD.status, NEW.status));
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_moves_by_the_workflow AFTER UPDATE OF status ON claims_statement
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION statement_moves_by_the_workflow();

-- Once public, a statement's address answers for ever: it is withdrawn, never deleted.
CREATE FUNCTION statement_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.refuse('statement_published_stays', 'A statement that was published is withdrawn, not deleted.');
    RETURN NULL;
END $$;
CREATE TRIGGER statement_published_stays BEFORE DELETE ON claims_statement
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION statement_published_stays();
CREATE TRIGGER statement_published_keeps_its_id BEFORE UPDATE OF id ON claims_statement
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND OLD.id <> NEW.id)
    EXECUTE FUNCTION statement_published_stays();

CREATE FUNCTION check_statement_is_complete(key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_statement WHERE id = key FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM public.claims_statement WHERE id = key AND status IN ('published', 'withdrawn')) THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM public.claims_attribution WHERE statement_id = key AND kind = 'speaker') THEN
        PERFORM public.refuse('statement_published_has_a_speaker', 'A published statement needs at least one speaker.');
    END IF;
    IF NOT EXISTS (SELECT FROM public.claims_wording WHERE statement_id = key)
        AND NOT EXISTS (SELECT FROM public.claims_appearance WHERE statement_id = key)
    THEN
        PERFORM public.refuse('statement_published_has_words', 'A published statement needs its words.');
    END IF;
END $$;

CREATE FUNCTION statement_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'claims_statement' THEN
        PERFORM public.check_statement_is_complete(NEW.id);
    ELSE
        PERFORM public.check_statement_is_complete(OLD.statement_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_is_complete AFTER INSERT OR UPDATE OF status ON claims_statement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status IN ('published', 'withdrawn'))
    EXECUTE FUNCTION statement_is_complete();
CREATE CONSTRAINT TRIGGER statement_keeps_a_speaker AFTER UPDATE OR DELETE ON claims_attribution
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION statement_is_complete();
CREATE CONSTRAINT TRIGGER statement_keeps_its_wording AFTER UPDATE OR DELETE ON claims_wording
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION statement_is_complete();
CREATE CONSTRAINT TRIGGER statement_keeps_its_appearance AFTER UPDATE OR DELETE ON claims_appearance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION statement_is_complete();
"""

STAYS_PUBLIC = "".join(
    f"""
CREATE TRIGGER {table}_stays_public BEFORE UPDATE OF is_public ON {table}
    FOR EACH ROW WHEN (OLD.is_public AND NOT NEW.is_public) EXECUTE FUNCTION public_stays_public();
"""
    for table in (
        "claims_speaker",
        "claims_membership",
        "claims_topic",
        "claims_event",
        "claims_claim",
        "sources_source",
        "sources_publisher",
    )
)

PUBLIC = r"""
-- Whatever a published statement needs becomes public with it, and stays so: once public, an id never answers 404.
CREATE FUNCTION expose_speakers(keys uuid[]) RETURNS void LANGUAGE sql AS $$
    WITH RECURSIVE needed(id) AS (
        SELECT unnest(keys)
        UNION SELECT speaker.part_of_id FROM public.claims_speaker AS speaker JOIN needed USING (id)
        WHERE speaker.part_of_id IS NOT NULL
    ), hidden AS (
        SELECT id FROM public.claims_speaker WHERE NOT is_public AND id IN (SELECT id FROM needed)
        ORDER BY id FOR UPDATE
    )
    UPDATE public.claims_speaker SET is_public = true WHERE id IN (SELECT id FROM hidden)
$$;

CREATE FUNCTION expose_topics(keys uuid[]) RETURNS void LANGUAGE sql AS $$
    WITH RECURSIVE needed(id) AS (
        SELECT unnest(keys)
        UNION SELECT topic.broader_id FROM public.claims_topic AS topic JOIN needed USING (id)
        WHERE topic.broader_id IS NOT NULL
    ), hidden AS (
        SELECT id FROM public.claims_topic WHERE NOT is_public AND id IN (SELECT id FROM needed) ORDER BY id FOR UPDATE
    )
    UPDATE public.claims_topic SET is_public = true WHERE id IN (SELECT id FROM hidden)
$$;

CREATE FUNCTION expose_statement(key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_statement WHERE id = key FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM public.claims_statement WHERE id = key AND status = 'published') THEN
        RETURN;
    END IF;
    PERFORM public.expose_speakers(array(
        SELECT speaker_id FROM public.claims_attribution WHERE statement_id = key
        UNION SELECT membership.organization_id FROM public.claims_attribution AS attribution
            JOIN public.claims_membership AS membership ON membership.id = attribution.membership_id
            WHERE attribution.statement_id = key AND membership.organization_id IS NOT NULL
        UNION SELECT relay.speaker_id FROM public.claims_relay AS relay
            JOIN public.claims_appearance AS appearance ON appearance.id = relay.appearance_id
            WHERE appearance.statement_id = key));
    UPDATE public.claims_membership SET is_public = true WHERE NOT is_public
        AND id IN (SELECT membership_id FROM public.claims_attribution WHERE statement_id = key);
    PERFORM public.expose_topics(array(SELECT topic_id FROM public.claims_statementtopic WHERE statement_id = key));
    UPDATE public.claims_event SET is_public = true WHERE NOT is_public
        AND id = (SELECT event_id FROM public.claims_statement WHERE id = key);
    UPDATE public.claims_claim SET is_public = true WHERE NOT is_public
        AND id IN (SELECT claim_id FROM public.claims_position WHERE statement_id = key);
    UPDATE public.sources_publisher SET is_public = true WHERE NOT is_public
        AND id IN (SELECT review.publisher_id FROM public.claims_review AS review
                   JOIN public.claims_position AS stance USING (claim_id) WHERE stance.statement_id = key);
    UPDATE public.sources_source SET is_public = true WHERE NOT is_public
        AND id IN (SELECT revision.source_id FROM public.claims_appearance AS appearance
                   JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
                   WHERE appearance.statement_id = key);
END $$;

CREATE FUNCTION public_stays_public() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.refuse('public_stays_public', 'What was public stays public.');
    RETURN NULL;
END $$;

-- Which office somebody spoke in is part of what was published; when it ended may become known later.
CREATE FUNCTION membership_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.refuse('membership_published_stays',
        'A published statement was made in this role: add another role instead of changing it.');
    RETURN NULL;
END $$;
CREATE TRIGGER membership_published_stays BEFORE UPDATE OF speaker_id, role_id, organization_id ON claims_membership
    FOR EACH ROW WHEN (OLD.is_public AND (OLD.role_id, OLD.organization_id) IS DISTINCT FROM (NEW.role_id, NEW.organization_id))
    EXECUTE FUNCTION membership_published_stays();

CREATE FUNCTION merged_speaker_exposes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_speakers(ARRAY[NEW.merged_into_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER merged_speaker_exposes AFTER UPDATE OF merged_into_id ON claims_speaker
    FOR EACH ROW WHEN (NEW.is_public AND NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION merged_speaker_exposes();

CREATE FUNCTION statement_exposes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_statement(NEW.id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_exposes AFTER INSERT OR UPDATE OF status, event_id ON claims_statement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'published') EXECUTE FUNCTION statement_exposes();

CREATE FUNCTION statement_part_exposes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_statement(NEW.statement_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER attribution_exposes AFTER INSERT OR UPDATE ON claims_attribution
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION statement_part_exposes();
CREATE CONSTRAINT TRIGGER appearance_exposes AFTER INSERT OR UPDATE ON claims_appearance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION statement_part_exposes();
CREATE CONSTRAINT TRIGGER statement_topic_exposes AFTER INSERT OR UPDATE ON claims_statementtopic
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION statement_part_exposes();
CREATE CONSTRAINT TRIGGER position_exposes AFTER INSERT OR UPDATE ON claims_position
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION statement_part_exposes();

CREATE FUNCTION relay_exposes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_statement(statement_id) FROM public.claims_appearance WHERE id = NEW.appearance_id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER relay_exposes AFTER INSERT OR UPDATE ON claims_relay
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION relay_exposes();

CREATE FUNCTION membership_exposes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_statement(statement_id) FROM public.claims_attribution WHERE membership_id = NEW.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER membership_exposes AFTER UPDATE OF organization_id ON claims_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_exposes();

CREATE FUNCTION speaker_exposes_its_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_speakers(ARRAY[NEW.part_of_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER speaker_exposes_its_whole AFTER UPDATE OF part_of_id ON claims_speaker
    FOR EACH ROW WHEN (NEW.is_public AND NEW.part_of_id IS NOT NULL) EXECUTE FUNCTION speaker_exposes_its_whole();

CREATE FUNCTION topic_exposes_its_broader() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_topics(ARRAY[NEW.broader_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER topic_exposes_its_broader AFTER UPDATE OF broader_id ON claims_topic
    FOR EACH ROW WHEN (NEW.is_public AND NEW.broader_id IS NOT NULL) EXECUTE FUNCTION topic_exposes_its_broader();

CREATE FUNCTION review_exposes_its_publisher() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.sources_publisher SET is_public = true WHERE NOT is_public AND id = NEW.publisher_id
        AND EXISTS (SELECT FROM public.claims_claim WHERE id = NEW.claim_id AND is_public);
    RETURN NULL;
END $$;
CREATE TRIGGER review_exposes_its_publisher AFTER INSERT OR UPDATE ON claims_review
    FOR EACH ROW EXECUTE FUNCTION review_exposes_its_publisher();
"""

SEARCH = r"""
-- One row a statement and language: its wordings and quoted words together, so that -not looks at all of them.
CREATE FUNCTION statement_search_refresh(key uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    run record;
BEGIN
    IF NOT EXISTS (SELECT FROM public.claims_statement WHERE id = key) THEN
        RETURN;
    END IF;
    DELETE FROM public.claims_statementsearch WHERE statement_id = key;
    FOR run IN
        SELECT split_part(lower(language), '-', 1) AS language, text AS words
        FROM public.claims_wording WHERE statement_id = key
        UNION
        SELECT split_part(lower(appearance.language), '-', 1), segment.exact
        FROM public.claims_appearance AS appearance
        JOIN public.claims_segment AS segment ON segment.appearance_id = appearance.id
        WHERE appearance.statement_id = key
        ORDER BY language, words
    LOOP
        INSERT INTO public.claims_statementsearch AS search (statement_id, language, vector)
            VALUES (key, run.language, public.search_vector(run.language, run.words))
            ON CONFLICT (statement_id, language)
            DO UPDATE SET vector = public.vectors_apart(search.vector, excluded.vector);
    END LOOP;
END $$;

CREATE FUNCTION statement_search_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM public.statement_search_refresh(NEW.statement_id);
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.statement_id <> OLD.statement_id) THEN
        PERFORM public.statement_search_refresh(OLD.statement_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER statement_search_of_wording AFTER INSERT OR UPDATE OR DELETE ON claims_wording
    FOR EACH ROW EXECUTE FUNCTION statement_search_of_part();
CREATE TRIGGER statement_search_of_appearance
    AFTER DELETE OR UPDATE OF statement_id, language ON claims_appearance
    FOR EACH ROW EXECUTE FUNCTION statement_search_of_part();

CREATE FUNCTION statement_search_of_segment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.statement_search_refresh(statement_id) FROM public.claims_appearance
        WHERE id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.appearance_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.appearance_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER statement_search_of_segment AFTER INSERT OR UPDATE OR DELETE ON claims_segment
    FOR EACH ROW EXECUTE FUNCTION statement_search_of_segment();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_tables"), ("sources", "0003_invariants")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in [SPANS, ORDERS, SPEAKERS, STATEMENTS, PUBLIC, STAYS_PUBLIC, SEARCH]
    ]
