"""Published statements as the public reads them, and the terms that they are found by: tables, and what makes their rows.

`statement_documents()` is the one definition of a document; the serializers of the API are its contract, to which tests
hold it. Members stand in the order of `StatementSerializer`, rows in that of the models.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

JSON = r"""
CREATE FUNCTION json_moment(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

CREATE FUNCTION json_bound(day date) RETURNS date LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN day NOT IN ('0001-01-01', '9999-12-31') THEN day END;

CREATE FUNCTION json_labels(labels jsonb) RETURNS json LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT ('{' || string_agg(to_json(key) || ':' || to_json(value), ',') || '}')::json FROM jsonb_each_text(labels));

CREATE FUNCTION json_span(start int, "end" int, exact text) RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN start IS NOT NULL THEN (SELECT row_to_json(span) FROM (SELECT start, "end", exact) AS span) END;
"""

# Whoever publishes a statement makes public what it names: a role's body is shown without a look at `is_public`.
# What is not published looks as it would if it were.
DOCUMENTS = r"""
CREATE FUNCTION statement_documents(ids uuid[], published boolean DEFAULT true)
    RETURNS TABLE (statement_id uuid, sort_date date, version int, body bytea) LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT said.id, said.sort_date, said.version, convert_to((SELECT row_to_json(document)::text FROM (SELECT
    said.id, said.status, nullif(said.returned_reason, '') AS returned_reason,
    nullif(said.withdrawn_reason, '') AS withdrawn_reason,
    parts.speakers, parts.on_behalf_of, parts.addressees, parts.attitude_holders,
    array_to_json(ARRAY(
        SELECT wording FROM (
            SELECT language, text, is_original, nullif(translator, '') AS translator
            FROM public.claims_wording WHERE statement_id = said.id ORDER BY is_original DESC, id) AS wording)) AS wordings,
    said.said_at, public.json_bound(said.said_earliest) AS said_at_earliest,
    public.json_bound(said.said_latest) AS said_at_latest,
    nullif(said.said_at_text, '') AS said_at_text, nullif(said.said_at_basis, '') AS said_at_basis,
    (SELECT row_to_json(event) FROM (
        SELECT id, name, type, nullif(location, '') AS location, date
        FROM public.claims_event WHERE id = said.event_id) AS event) AS event,
    said.act, nullif(said.cameo, '') AS cameo, said.attitude, said.intensity,
    nullif(said.intensity_phrase, '') AS intensity_phrase,
    array_to_json(ARRAY(
        SELECT topic FROM (
            SELECT topic.id, public.json_labels(topic.labels) AS labels
            FROM public.claims_statementtopic AS given JOIN public.claims_topic AS topic ON topic.id = given.topic_id
            WHERE given.statement_id = said.id ORDER BY topic.id DESC) AS topic)) AS topics,
    array_to_json(ARRAY(
        SELECT appearance FROM (
            SELECT found.id,
                (SELECT row_to_json(source) FROM (
                    SELECT document.id, document.type, document.title, document.url, document.language,
                        document.published_at,
                        (SELECT row_to_json(publisher) FROM (
                            SELECT id, name FROM public.sources_publisher WHERE id = document.publisher_id
                        ) AS publisher) AS publisher,
                        (SELECT row_to_json(agency) FROM (
                            SELECT id, name FROM public.sources_publisher WHERE id = document.agency_id
                        ) AS agency) AS agency) AS source) AS source,
                revision.number AS revision, found.quotation_type, found.language, found.is_headline, found.anchor_state,
                array_to_json(ARRAY(
                    SELECT segment FROM (
                        SELECT start, "end", exact, prefix, suffix FROM public.claims_segment
                        WHERE appearance_id = found.id ORDER BY position) AS segment)) AS segments,
                public.json_span(found.cue_start, found.cue_end, found.cue_exact) AS cue,
                array_to_json(ARRAY(
                    SELECT mention FROM (
                        SELECT attribution.speaker_id,
                            public.json_span(mention.start, mention."end", mention.exact) AS name,
                            public.json_span(mention.role_start, mention.role_end, mention.role_exact) AS role
                        FROM public.claims_mention AS mention
                        JOIN public.claims_attribution AS attribution ON attribution.id = mention.attribution_id
                        WHERE mention.appearance_id = found.id ORDER BY mention.id) AS mention)) AS mentions,
                array_to_json(ARRAY(
                    SELECT relay FROM (
                        SELECT relay.level,
                            (SELECT row_to_json(brief) FROM (
                                SELECT speaker.id, speaker.type, speaker.is_named, speaker.name,
                                    nullif(speaker.country, '') AS country) AS brief) AS speaker,
                            public.json_span(relay.start, relay."end", relay.exact) AS mention
                        FROM public.claims_relay AS relay
                        JOIN public.claims_speaker AS speaker ON speaker.id = relay.speaker_id
                        WHERE relay.appearance_id = found.id ORDER BY relay.level) AS relay)) AS relays
            FROM public.claims_appearance AS found
            JOIN public.sources_sourcetext AS revision ON revision.id = found.source_text_id
            JOIN public.sources_source AS document ON document.id = revision.source_id
            WHERE found.statement_id = said.id ORDER BY found.id) AS appearance)) AS appearances,
    array_to_json(ARRAY(
        SELECT found FROM (
            SELECT (SELECT row_to_json(brief) FROM (
                    SELECT claim.id, public.json_labels(claim.text) AS text) AS brief) AS claim, stance.stance
            FROM public.claims_position AS stance JOIN public.claims_claim AS claim ON claim.id = stance.claim_id
            WHERE stance.statement_id = said.id ORDER BY stance.id) AS found)) AS positions,
    array_to_json(ARRAY(
        SELECT relation FROM (
            SELECT type, direction, other.id AS statement_id,
                array_to_json(ARRAY(
                    SELECT speaker.name FROM public.claims_attribution AS attribution
                    JOIN public.claims_speaker AS speaker ON speaker.id = attribution.speaker_id
                    WHERE attribution.statement_id = other.id AND attribution.kind = 'speaker'
                    ORDER BY attribution.id)) AS speakers
            FROM (
                SELECT id, type, 'outgoing' AS direction, other_id FROM public.claims_relation WHERE statement_id = said.id
                UNION ALL
                SELECT id, type, 'incoming', statement_id FROM public.claims_relation WHERE other_id = said.id
            ) AS relation JOIN public.claims_statement AS other ON other.id = relation.other_id
            WHERE other.status = 'published'
            ORDER BY direction DESC, CASE direction WHEN 'incoming' THEN other.id END, relation.id) AS relation)) AS relations,
    said.is_self_reviewed, public.json_moment(said.published_at) AS published_at,
    public.json_moment(said.updated_at) AS updated_at, said.version) AS document), 'UTF8')
FROM public.claims_statement AS said
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_to_json(array_agg(attribution ORDER BY id) FILTER (WHERE kind = 'speaker')), '[]') AS speakers,
        coalesce(array_to_json(array_agg(attribution ORDER BY id) FILTER (WHERE kind = 'on_behalf_of')), '[]') AS on_behalf_of,
        coalesce(array_to_json(array_agg(attribution ORDER BY id) FILTER (WHERE kind = 'addressee')), '[]') AS addressees,
        coalesce(array_to_json(array_agg(attribution ORDER BY id) FILTER (WHERE kind = 'attitude_holder')), '[]') AS attitude_holders
    FROM (
        SELECT part.id, part.kind, (SELECT row_to_json(whole) FROM (SELECT
            (SELECT row_to_json(brief) FROM (
                SELECT speaker.id, speaker.type, speaker.is_named, speaker.name,
                    nullif(speaker.country, '') AS country) AS brief) AS speaker,
            part.certainty,
            (SELECT row_to_json(membership) FROM (
                SELECT held.id,
                    (SELECT row_to_json(brief) FROM (
                        SELECT role.id, role.category, public.json_labels(role.labels) AS labels) AS brief) AS role,
                    (SELECT row_to_json(brief) FROM (
                        SELECT body.id, body.type, body.is_named, body.name, nullif(body.country, '') AS country
                        FROM public.claims_speaker AS body WHERE body.id = held.organization_id
                    ) AS brief) AS organization,
                    held.start, held."end"
                FROM public.claims_membership AS held JOIN public.claims_role AS role ON role.id = held.role_id
                WHERE held.id = part.membership_id) AS membership) AS role) AS whole) AS attribution
        FROM public.claims_attribution AS part JOIN public.claims_speaker AS speaker ON speaker.id = part.speaker_id
        WHERE part.statement_id = said.id) AS attributions
) AS parts
WHERE said.id = ANY(ids) AND (said.status = 'published' OR NOT published)
$$;
"""

TERMS = r"""
CREATE FUNCTION search_term(kind text, word text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN hashtextextended(kind || ' ' || word, 0);

-- All but the words of titles, which are searched where that is asked for alone.
CREATE FUNCTION statement_terms(key uuid) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ARRAY(
        SELECT public.search_term(language, word)
        FROM public.claims_statementsearch
        CROSS JOIN LATERAL unnest(tsvector_to_array(ts_filter(vector, '{a,b,c}'))) AS word
        WHERE statement_id = key
        UNION SELECT public.search_term('speaker', speaker_id::text)
        FROM public.claims_attribution WHERE statement_id = key AND kind = 'speaker'
        UNION SELECT public.search_term('topic', topic_id::text)
        FROM public.claims_statementtopic WHERE statement_id = key
        ORDER BY 1)
$$;
"""

NAMES = r"""
-- What the documents of statements show of other rows; of a related statement, who said it.
CREATE FUNCTION statement_names(ids uuid[]) RETURNS TABLE (statement_id uuid, kind text, key uuid)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH spoken AS MATERIALIZED (
        SELECT statement_id, speaker_id, membership_id FROM public.claims_attribution WHERE statement_id = ANY(ids)
    ), held AS MATERIALIZED (
        SELECT spoken.statement_id, membership.id, membership.role_id, membership.organization_id
        FROM spoken JOIN public.claims_membership AS membership ON membership.id = spoken.membership_id
    ), printed AS MATERIALIZED (
        SELECT appearance.statement_id, appearance.id, document.id AS source_id, document.publisher_id,
            document.agency_id
        FROM public.claims_appearance AS appearance
        JOIN public.sources_sourcetext AS revision ON revision.id = appearance.source_text_id
        JOIN public.sources_source AS document ON document.id = revision.source_id
        WHERE appearance.statement_id = ANY(ids)
    ), bearing AS (
        SELECT statement_id, other_id FROM public.claims_relation WHERE statement_id = ANY(ids)
        UNION ALL SELECT other_id, statement_id FROM public.claims_relation WHERE other_id = ANY(ids)
    )
    SELECT statement_id, 'speaker', speaker_id FROM spoken
    UNION SELECT statement_id, 'speaker', organization_id FROM held WHERE organization_id IS NOT NULL
    UNION SELECT printed.statement_id, 'speaker', relay.speaker_id
        FROM printed JOIN public.claims_relay AS relay ON relay.appearance_id = printed.id
    UNION SELECT bearing.statement_id, 'speaker', attribution.speaker_id
        FROM bearing JOIN public.claims_attribution AS attribution
            ON attribution.statement_id = bearing.other_id AND attribution.kind = 'speaker'
    UNION SELECT statement_id, 'membership', id FROM held
    UNION SELECT statement_id, 'role', role_id FROM held
    UNION SELECT id, 'event', event_id FROM public.claims_statement WHERE id = ANY(ids) AND event_id IS NOT NULL
    UNION SELECT statement_id, 'topic', topic_id FROM public.claims_statementtopic WHERE statement_id = ANY(ids)
    UNION SELECT statement_id, 'claim', claim_id FROM public.claims_position WHERE statement_id = ANY(ids)
    UNION SELECT statement_id, 'source', source_id FROM printed
    UNION SELECT statement_id, 'publisher', publisher_id FROM printed WHERE publisher_id IS NOT NULL
    UNION SELECT statement_id, 'publisher', agency_id FROM printed WHERE agency_id IS NOT NULL
$$;

-- The other way round: the statements, drafts too, that name one of these rows of a kind.
CREATE FUNCTION statements_naming(kind text, keys uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    CASE kind
    WHEN 'speaker' THEN RETURN QUERY
        SELECT statement_id FROM public.claims_attribution WHERE speaker_id = ANY(keys)
        UNION SELECT attribution.statement_id FROM public.claims_membership AS membership
            JOIN public.claims_attribution AS attribution ON attribution.membership_id = membership.id
            WHERE membership.organization_id = ANY(keys)
        UNION SELECT appearance.statement_id FROM public.claims_relay AS relay
            JOIN public.claims_appearance AS appearance ON appearance.id = relay.appearance_id
            WHERE relay.speaker_id = ANY(keys)
        UNION SELECT relation.other_id FROM public.claims_attribution AS attribution
            JOIN public.claims_relation AS relation ON relation.statement_id = attribution.statement_id
            WHERE attribution.speaker_id = ANY(keys) AND attribution.kind = 'speaker'
        UNION SELECT relation.statement_id FROM public.claims_attribution AS attribution
            JOIN public.claims_relation AS relation ON relation.other_id = attribution.statement_id
            WHERE attribution.speaker_id = ANY(keys) AND attribution.kind = 'speaker';
    WHEN 'membership' THEN RETURN QUERY
        SELECT DISTINCT statement_id FROM public.claims_attribution WHERE membership_id = ANY(keys);
    WHEN 'role' THEN RETURN QUERY
        SELECT DISTINCT attribution.statement_id FROM public.claims_membership AS membership
        JOIN public.claims_attribution AS attribution ON attribution.membership_id = membership.id
        WHERE membership.role_id = ANY(keys);
    WHEN 'event' THEN RETURN QUERY
        SELECT id FROM public.claims_statement WHERE event_id = ANY(keys);
    WHEN 'topic' THEN RETURN QUERY
        SELECT DISTINCT statement_id FROM public.claims_statementtopic WHERE topic_id = ANY(keys);
    WHEN 'claim' THEN RETURN QUERY
        SELECT DISTINCT statement_id FROM public.claims_position WHERE claim_id = ANY(keys);
    WHEN 'source' THEN RETURN QUERY
        SELECT DISTINCT appearance.statement_id FROM public.sources_sourcetext AS revision
        JOIN public.claims_appearance AS appearance ON appearance.source_text_id = revision.id
        WHERE revision.source_id = ANY(keys);
    WHEN 'publisher' THEN RETURN QUERY
        SELECT DISTINCT appearance.statement_id FROM public.sources_source AS document
        JOIN public.sources_sourcetext AS revision ON revision.source_id = document.id
        JOIN public.claims_appearance AS appearance ON appearance.source_text_id = revision.id
        WHERE document.publisher_id = ANY(keys) OR document.agency_id = ANY(keys);
    END CASE;
END $$;
"""

# Documents stay as they are, uncompressed in their row: pglz, which every PostgreSQL has, costs readers several times
# what it saves. They are rewritten where there is room, in pages that keep some.
STORAGE = r"""
CREATE SEQUENCE claims_filing AS bigint;
ALTER TABLE claims_statementdocument ALTER COLUMN body SET STORAGE MAIN, ALTER COLUMN terms SET STORAGE MAIN;
ALTER TABLE claims_statementdocument SET (toast_tuple_target = 8160, fillfactor = 90);
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0010_query_indexes")]
    operations = [
        migrations.CreateModel(
            name="PendingChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("key", models.UUIDField()),
                ("in_words", models.BooleanField()),
                ("is_listed", models.BooleanField()),
            ],
            options={
                "verbose_name": "pending change",
                "verbose_name_plural": "pending changes",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PendingStatement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "statement_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.statement",
                    ),
                ),
                ("key", models.UUIDField()),
                ("in_words", models.BooleanField()),
            ],
            options={
                "verbose_name": "pending statement",
                "verbose_name_plural": "pending statements",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PostingRun",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("statements", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "run of postings",
                "verbose_name_plural": "runs of postings",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "term",
                        "sort_date",
                        "statement_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("term", models.BigIntegerField()),
                ("sort_date", models.DateField()),
                (
                    "statement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RunPosting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "term", "last", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("term", models.BigIntegerField()),
                ("last", models.PositiveIntegerField()),
                ("places", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.postingrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "block of postings",
                "verbose_name_plural": "blocks of postings",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StatementDocument",
            fields=[
                (
                    "statement",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="document",
                        serialize=False,
                        to="claims.statement",
                    ),
                ),
                ("sort_date", models.DateField()),
                ("version", models.PositiveIntegerField()),
                ("digest", models.BinaryField()),
                ("filed", models.BigIntegerField()),
                ("terms", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("body", models.BinaryField()),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "default_permissions": (),
                "indexes": [models.Index(models.F("sort_date"), models.F("statement"), name="document_by_date")],
            },
        ),
        migrations.CreateModel(
            name="RunPlace",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("sort_date", models.DateField()),
                ("filed", models.BigIntegerField()),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.postingrun",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "place in a run",
                "verbose_name_plural": "places in runs",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        models.F("run"), models.F("sort_date"), models.F("statement"), name="run_place_by_date"
                    )
                ],
            },
        ),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in [STORAGE, JSON, DOCUMENTS, TERMS, NAMES]),
    ]
