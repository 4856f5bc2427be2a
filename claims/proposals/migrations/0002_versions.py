"""A candidate whose draft is deleted, by whatever means, stands for a later version of the same words."""

from django.db import migrations

# The desk counts an item's version from the candidate's and the statement's: without the latter it would fall, and a page
# that is late could decide on words that it has not seen. What the draft said is not for all who see the candidate.
TRIGGER = """
CREATE FUNCTION candidate_outlives_its_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1
        + coalesce((SELECT version FROM public.claims_statement WHERE id = OLD.statement_id), 0);
    RETURN NEW;
END $$;
CREATE TRIGGER candidate_outlives_its_draft BEFORE UPDATE OF statement_id ON proposals_candidate
    FOR EACH ROW
    WHEN (OLD.statement_id IS NOT NULL AND NEW.statement_id IS NULL AND NEW.version = OLD.version)
    EXECUTE FUNCTION candidate_outlives_its_draft();
"""
UNDO = """
DROP TRIGGER candidate_outlives_its_draft ON proposals_candidate;
DROP FUNCTION candidate_outlives_its_draft;
"""


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_tables"), ("claims", "0010_query_indexes")]
    operations = [migrations.RunSQL(TRIGGER, UNDO)]
