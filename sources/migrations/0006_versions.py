"""Versions that grow by triggers, whoever changes a row; tables that are not emptied by accident; the history so far."""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION row_version_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

-- Rows that are part of another (its table and the column that names it are the arguments) let that one's version grow.
CREATE FUNCTION whole_version_grows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    keys uuid[];
BEGIN
    IF TG_OP <> 'DELETE' THEN
        keys := ARRAY[(to_jsonb(NEW) ->> TG_ARGV[1])::uuid];
    END IF;
    IF TG_OP <> 'INSERT' THEN
        keys := keys || (to_jsonb(OLD) ->> TG_ARGV[1])::uuid;
    END IF;
    EXECUTE format('UPDATE public.%I SET version = version + 1 WHERE id = ANY($1)', TG_ARGV[0]) USING keys;
    RETURN NULL;
END $$;

-- TRUNCATE passes by every other trigger, and by the history.
CREATE FUNCTION record_is_not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('record.truncate', true), '') <> 'on' THEN
        PERFORM public.refuse('record_is_not_truncated', 'The record is not emptied: delete rows, which the history keeps.');
    END IF;
    RETURN NULL;
END $$;
"""

TRIGGERS = r"""
CREATE TRIGGER row_version_grows BEFORE UPDATE ON sources_publisher
    FOR EACH ROW WHEN (OLD.is_public = NEW.is_public) EXECUTE FUNCTION row_version_grows();
CREATE TRIGGER row_version_grows BEFORE UPDATE ON sources_source
    FOR EACH ROW WHEN (OLD.is_public = NEW.is_public) EXECUTE FUNCTION row_version_grows();
CREATE TRIGGER whole_version_grows AFTER INSERT OR UPDATE OR DELETE ON sources_publishersameas
    FOR EACH ROW EXECUTE FUNCTION whole_version_grows('sources_publisher', 'publisher_id');
CREATE TRIGGER whole_version_grows AFTER INSERT OR DELETE ON sources_sourcetext
    FOR EACH ROW EXECUTE FUNCTION whole_version_grows('sources_source', 'source_id');
"""

TABLES = ["publisher", "publishersameas", "source", "sourcetext"]


def protection(app, tables):
    return "".join(
        f"CREATE TRIGGER record_is_not_truncated BEFORE TRUNCATE ON {name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION record_is_not_truncated();\n"
        for table in tables
        for name in (f"{app}_{table}", f"{app}_{table}change")
    )


def begin(apps, schema_editor):
    begin_history(schema_editor, "sources", TABLES)


def begin_history(schema_editor, app, tables):
    """Enter the rows there are as made now: the history begins with them."""
    with schema_editor.connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT LIKE 'pgh\\_%%'",
                [f"{app}_{table}change"],
            )
            (columns,) = cursor.fetchone()
            cursor.execute(
                f"INSERT INTO {app}_{table}change (pgh_created_at, pgh_label, pgh_obj_id, {columns})"  # noqa: S608
                f" SELECT now(), 'insert', id, {columns} FROM {app}_{table}"
            )


class Migration(migrations.Migration):
    dependencies = [("sources", "0005_history")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(protection("sources", TABLES), migrations.RunSQL.noop),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
