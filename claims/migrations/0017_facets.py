"""What statements are counted by, kept where all of it is read at once: three tables had to be asked for each of many."""

from importlib import import_module
from string import Template

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_kept_documents = import_module("claims.migrations.0012_kept_documents")

FACETS = r"""
-- Columns in the order of the table's own.
CREATE FUNCTION statement_facets(ids uuid[]) RETURNS SETOF public.claims_statementfacets LANGUAGE sql STABLE AS $$
    SELECT id, sort_date, said_earliest, said_latest, intensity, said_at, act, attitude, intensity_phrase,
        array(
            SELECT speaker_id FROM public.claims_attribution
            WHERE statement_id = statement.id AND kind = 'speaker' ORDER BY speaker_id),
        array(
            SELECT topic_id FROM public.claims_statementtopic WHERE statement_id = statement.id ORDER BY topic_id),
        event_id
    FROM public.claims_statement AS statement WHERE id = ANY(ids) AND status = 'published'
$$;
"""

REFRESH = Template(r"""
-- Writes these rows anew where they changed, for who holds the statements.
CREATE FUNCTION statement_facets_refresh(ids uuid[]) RETURNS void LANGUAGE plpgsql $kept AS $$$$
BEGIN
    WITH fresh AS MATERIALIZED (
        SELECT * FROM public.statement_facets(ids)
    ), gone AS (
        DELETE FROM public.claims_statementfacets AS kept
        WHERE statement_id = ANY(ids) AND NOT EXISTS (SELECT FROM fresh WHERE fresh.statement_id = kept.statement_id)
    ), changed AS (
        UPDATE public.claims_statementfacets AS kept
        SET sort_date = fresh.sort_date, said_earliest = fresh.said_earliest, said_latest = fresh.said_latest,
            intensity = fresh.intensity, said_at = fresh.said_at, act = fresh.act, attitude = fresh.attitude,
            intensity_phrase = fresh.intensity_phrase, speakers = fresh.speakers, topics = fresh.topics,
            event_id = fresh.event_id
        FROM fresh WHERE kept.statement_id = fresh.statement_id AND (kept.*) IS DISTINCT FROM (fresh.*)
    )
    INSERT INTO public.claims_statementfacets
        SELECT * FROM fresh WHERE NOT EXISTS (
            SELECT FROM public.claims_statementfacets AS kept WHERE kept.statement_id = fresh.statement_id);
END $$$$;
""").substitute(kept=_kept_documents.KEPT)

# As it was, and these rows with the documents.
DOCUMENTS = (
    _kept_documents.REFRESH.partition("CREATE FUNCTION hold_names_of_statements")[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace("    WITH fresh AS", "    PERFORM public.statement_facets_refresh(ids);\n    WITH fresh AS")
)

ROWS = """
INSERT INTO claims_statementfacets
    SELECT facets.* FROM statement_facets(array(SELECT id FROM claims_statement WHERE status = 'published')) AS facets
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0016_fewer_indexes")]
    operations = [
        migrations.CreateModel(
            name="StatementFacets",
            fields=[
                (
                    "statement",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="claims.statement",
                    ),
                ),
                ("sort_date", models.DateField()),
                ("said_earliest", models.DateField(null=True)),
                ("said_latest", models.DateField(null=True)),
                ("intensity", models.PositiveSmallIntegerField(null=True)),
                ("said_at", models.CharField(max_length=24, null=True)),
                ("act", models.CharField(max_length=30)),
                ("attitude", models.CharField(max_length=20, null=True)),
                ("intensity_phrase", models.CharField(max_length=200)),
                ("speakers", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("topics", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.event",
                    ),
                ),
            ],
            options={
                "verbose_name": "facets of a statement",
                "verbose_name_plural": "facets of statements",
                "default_permissions": (),
            },
        ),
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in [FACETS, REFRESH, DOCUMENTS, ROWS]],
    ]
