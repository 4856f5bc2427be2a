"""Rules of documents that one row cannot see: texts never change, revisions have no gaps, copies no loops."""

from django.db import migrations

SQL = r"""
-- Refuse with a name, so that forms and answers can say which rule it was.
CREATE FUNCTION refuse(rule text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = rule, MESSAGE = message;
END $$;

CREATE FUNCTION source_text_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.refuse('source_text_is_immutable', 'The text of a source never changes: add a revision.');
    RETURN NULL;
END $$;
CREATE TRIGGER source_text_is_immutable BEFORE UPDATE ON sources_sourcetext
    FOR EACH ROW EXECUTE FUNCTION source_text_is_immutable();

CREATE FUNCTION source_text_numbers_have_no_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.source_id ELSE NEW.source_id END;
BEGIN
    PERFORM FROM public.sources_source WHERE id = key FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM public.sources_sourcetext WHERE source_id = key HAVING count(*) <> coalesce(max(number), 0)) THEN
        PERFORM public.refuse('source_text_numbers_have_no_gaps', 'Revisions are numbered 1, 2, 3 … without gaps.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER source_text_numbers_have_no_gaps
    AFTER INSERT OR DELETE ON sources_sourcetext DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION source_text_numbers_have_no_gaps();

CREATE FUNCTION source_copies_have_no_loops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('source_copies_have_no_loops'));
    IF EXISTS (
        WITH RECURSIVE original(id) AS (
            SELECT NEW.copy_of_id
            UNION SELECT source.copy_of_id FROM public.sources_source AS source JOIN original USING (id)
            WHERE source.copy_of_id IS NOT NULL
        ) SELECT FROM original WHERE id = NEW.id
    ) THEN
        PERFORM public.refuse('source_copies_have_no_loops', 'A document cannot be a copy of its own copy.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER source_copies_have_no_loops
    AFTER INSERT OR UPDATE OF copy_of_id ON sources_source
    FOR EACH ROW WHEN (NEW.copy_of_id IS NOT NULL) EXECUTE FUNCTION source_copies_have_no_loops();

CREATE FUNCTION source_exposes_publishers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.sources_publisher SET is_public = true
        WHERE id IN (NEW.publisher_id, NEW.agency_id) AND NOT is_public;
    RETURN NULL;
END $$;
CREATE TRIGGER source_exposes_publishers
    AFTER INSERT OR UPDATE OF is_public, publisher_id, agency_id ON sources_source
    FOR EACH ROW WHEN (NEW.is_public) EXECUTE FUNCTION source_exposes_publishers();
"""

UNDO = """
DROP TRIGGER source_exposes_publishers ON sources_source;
DROP TRIGGER source_copies_have_no_loops ON sources_source;
DROP TRIGGER source_text_numbers_have_no_gaps ON sources_sourcetext;
DROP TRIGGER source_text_is_immutable ON sources_sourcetext;
DROP FUNCTION source_exposes_publishers();
DROP FUNCTION source_copies_have_no_loops();
DROP FUNCTION source_text_numbers_have_no_gaps();
DROP FUNCTION source_text_is_immutable();
DROP FUNCTION refuse(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_tables")]
    operations = [migrations.RunSQL(SQL, UNDO)]
