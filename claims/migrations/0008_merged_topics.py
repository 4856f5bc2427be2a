"""Topics that were found to be one with another, and addresses that answer for ever."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

TOPICS = r"""
-- A merged topic points to a live one, and nothing points to a merged one; as speakers have it in 0002_invariants.
CREATE FUNCTION check_topic_is_live(key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.claims_topic WHERE id = key FOR SHARE;
    PERFORM FROM public.claims_topic WHERE id = key AND merged_into_id IS NOT NULL;
    IF FOUND THEN
        PERFORM public.refuse('topic_is_live', 'This topic was merged into another: use the other.');
    END IF;
END $$;

CREATE FUNCTION topic_merge_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.check_topic_is_live(NEW.merged_into_id);
    IF NEW.merged_into_id = NEW.id
        OR EXISTS (SELECT FROM public.claims_topic WHERE merged_into_id = NEW.id OR broader_id = NEW.id)
        OR EXISTS (SELECT FROM public.claims_statementtopic WHERE topic_id = NEW.id)
    THEN
        PERFORM public.refuse('topic_merge_is_whole', 'Whatever names the merged topic must name the other first.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER topic_merge_is_whole AFTER INSERT OR UPDATE OF merged_into_id ON claims_topic
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION topic_merge_is_whole();

CREATE FUNCTION topic_of_row_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.check_topic_is_live((to_jsonb(NEW) ->> TG_ARGV[0])::uuid);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_topic_is_live AFTER INSERT OR UPDATE OF topic_id ON claims_statementtopic
    FOR EACH ROW EXECUTE FUNCTION topic_of_row_is_live('topic_id');
CREATE CONSTRAINT TRIGGER topic_broader_is_live AFTER INSERT OR UPDATE OF broader_id ON claims_topic
    FOR EACH ROW WHEN (NEW.broader_id IS NOT NULL) EXECUTE FUNCTION topic_of_row_is_live('broader_id');

CREATE FUNCTION merged_topic_exposes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.expose_topics(ARRAY[NEW.merged_into_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER merged_topic_exposes AFTER UPDATE OF merged_into_id ON claims_topic
    FOR EACH ROW WHEN (NEW.is_public AND NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION merged_topic_exposes();
"""

# Once public, an id answers for ever: what nothing needs any more stays. Of roles that a merge makes one, one goes, and
# the history says which one it is now.
STAYS = "".join(
    f"""
CREATE TRIGGER {table}_public_is_kept BEFORE DELETE ON {table}
    FOR EACH ROW WHEN (OLD.is_public{but}) EXECUTE FUNCTION public_stays_public();
CREATE TRIGGER {table}_public_keeps_its_id BEFORE UPDATE OF id ON {table}
    FOR EACH ROW WHEN (OLD.is_public AND OLD.id <> NEW.id) EXECUTE FUNCTION public_stays_public();
"""
    for table, but in {
        "claims_speaker": "",
        "claims_membership": " AND coalesce(current_setting('record.act', true), '') <> 'merge'",
        "claims_topic": "",
        "claims_event": "",
        "claims_claim": "",
        "sources_source": "",
        "sources_publisher": "",
    }.items()
)

MERGERS = ["curators", "reviewers", "administrators"]


def let_topics_be_merged(apps, schema_editor):
    """Give the groups that may merge speakers the permission to merge topics."""
    create_permissions(installed.get_app_config("claims"), verbosity=0, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    merging = Permission.objects.get(content_type__app_label="claims", codename="merge_topic")
    for group in Group.objects.filter(name__in=MERGERS):
        group.permissions.add(merging)


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_roles")]
    operations = [
        migrations.AlterModelOptions(
            name="topic",
            options={
                "ordering": ["-id"],
                "permissions": [("merge_topic", "Can merge topics")],
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="topic",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="topic",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="topic",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="topic",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="claims.topic",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="topicchange",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="claims.topic",
                verbose_name="merged into",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="topic",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "claims_topicchange" ("broader_id", "id", "is_public", "labels", "merged_into_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."broader_id", NEW."id", NEW."is_public", NEW."labels", NEW."merged_into_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="f250e86ddb2815d757a7e4337a80cbd0208219c7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5f998",
                    table="claims_topic",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="topic",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."broader_id" IS DISTINCT FROM (NEW."broader_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."labels" IS DISTINCT FROM (NEW."labels") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "claims_topicchange" ("broader_id", "id", "is_public", "labels", "merged_into_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."broader_id", NEW."id", NEW."is_public", NEW."labels", NEW."merged_into_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="b646327584a8bc5a8ee49593156538d03871f417",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_010ac",
                    table="claims_topic",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="topic",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "claims_topicchange" ("broader_id", "id", "is_public", "labels", "merged_into_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."broader_id", OLD."id", OLD."is_public", OLD."labels", OLD."merged_into_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;',
                    hash="e8386501176d4fbe060d295c7442b529941a127b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a32b8",
                    table="claims_topic",
                    when="AFTER",
                ),
            ),
        ),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in [TOPICS, STAYS]),
        migrations.RunPython(let_topics_be_merged, migrations.RunPython.noop),
    ]
