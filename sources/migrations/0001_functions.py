"""The database's own functions: folding, search vectors, partial dates, labels, hashes.

They are what generated columns, constraints and queries share. Bodies of SQL are parsed when they are made
(`RETURN`), so that a restore with an empty search_path still finds what they call.
"""

from django.db import migrations

# Case is folded by a named collation, because that of the database may be C, where lower('É') is 'É'.
LOWER_COLLATIONS = ["pg_unicode_fast", "pg_c_utf8", "und-x-icu", "C.utf8", "C.UTF-8", "en_US.utf8", "default"]

FUNCTIONS = r"""
CREATE FUNCTION text_sha256(value text) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN sha256(convert_to(value, 'UTF8'));

-- Typographic apostrophes, hyphens, dashes and spaces part words only when they are plain; quotation marks open
-- phrases; what is invisible (soft hyphens, zero-width characters) goes. Composed first: é may be two code points.
CREATE FUNCTION plain_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(
        lower(normalize(value, NFC) COLLATE "{collation}"),
        U&'\2019\2018\201B\02BC\00B4\0060' || U&'\201C\201D\201E\201F\00AB\00BB\2039\203A'
            || U&'\00A0\202F\2009\2007\2002\2003\200A\3000' || U&'\2013\2014\2026\2015'
            || U&'\2010\2011\2012' || U&'\00AD\200B\200C\200D\2060\FEFF',
        repeat('''', 6) || repeat('"', 8) || repeat(' ', 8) || repeat(' ', 4) || repeat('-', 3)
    );

-- Without accents as well: NFKD, combining marks dropped, and the letters that NFKD leaves alone.
CREATE FUNCTION fold_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN normalize(
        regexp_replace(
            normalize(
                replace(replace(replace(replace(
                    translate(public.plain_text(value), U&'\0142\0111\00F8\0131\0127', 'ldoih'),
                    U&'\0153', 'oe'), U&'\00E6', 'ae'), U&'\00DF', 'ss'), U&'\00FE', 'th'),
                NFKD),
            U&'[\0300-\036F]', '', 'g'),
        NFKC);

CREATE FUNCTION name_words(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(public.fold_text(value), '[\s!-/:-@[-`{{-~]+', ' ', 'g');

CREATE FUNCTION name_vector(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector('pg_catalog.simple', left(public.name_words(value), 10000));

CREATE FUNCTION name_query(value text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT string_agg('''' || left(word, 200) || ''':*', ' & ')::tsquery
        FROM (SELECT word FROM regexp_split_to_table(public.name_words(value), ' ') AS word
              WHERE word <> '' LIMIT 8) AS words
    );

-- The dictionaries that PostgreSQL 15 has; any other language is searched by its plain words.
CREATE FUNCTION search_configuration(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE split_part(language, '-', 1)
        WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
        WHEN 'da' THEN 'pg_catalog.danish'::regconfig WHEN 'de' THEN 'pg_catalog.german'::regconfig
        WHEN 'el' THEN 'pg_catalog.greek'::regconfig WHEN 'en' THEN 'pg_catalog.english'::regconfig
        WHEN 'es' THEN 'pg_catalog.spanish'::regconfig WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
        WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig WHEN 'fr' THEN 'pg_catalog.french'::regconfig
        WHEN 'ga' THEN 'pg_catalog.irish'::regconfig WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
        WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
        WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig WHEN 'it' THEN 'pg_catalog.italian'::regconfig
        WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig WHEN 'nb' THEN 'pg_catalog.norwegian'::regconfig
        WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
        WHEN 'nn' THEN 'pg_catalog.norwegian'::regconfig WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
        WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
        WHEN 'ru' THEN 'pg_catalog.russian'::regconfig WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
        WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
        WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
        ELSE 'pg_catalog.simple'::regconfig END;

-- One vector behind another, far enough apart that no phrase runs from the end of one into the other.
CREATE FUNCTION vectors_apart(first tsvector, second tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ts_delete((first || ''' '':200'::tsvector) || second, ' ');

-- A tsvector may have 1 MiB: what is beyond the cut is kept, but not found.
CREATE FUNCTION search_vector(language text, value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN public.vectors_apart(
        to_tsvector(public.search_configuration(language), public.plain_text(left(value, 100000))),
        to_tsvector(public.search_configuration(language), public.fold_text(left(value, 100000))));

CREATE FUNCTION search_query(language text, value text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN websearch_to_tsquery(public.search_configuration(language), public.plain_text(value));

-- EDTF subset of sources/text/partial_dates.py; both ends inclusive, open ends are the calendar's own.
CREATE FUNCTION partial_date_bound(value text, latest boolean) RETURNS date
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    parts text[] := string_to_array(value, '/');
    bounds date[] := ARRAY[NULL, NULL]::date[];
    part text;
    digits int[];
    i int;
BEGIN
    IF array_length(parts, 1) > 2 OR value = '../..' OR value = '..' OR value = '' THEN
        RAISE EXCEPTION 'not a partial date: %', left(value, 40) USING ERRCODE = 'invalid_datetime_format';
    END IF;
    FOR i IN 1 .. 2 LOOP
        part := parts[least(i, array_length(parts, 1))];
        IF part = '..' THEN
            bounds[i] := CASE i WHEN 1 THEN date '0001-01-01' ELSE date '9999-12-31' END;
            CONTINUE;
        END IF;
        IF part !~ '^[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}})?)?[~?]?$' THEN
            RAISE EXCEPTION 'not a partial date: %', left(value, 40) USING ERRCODE = 'invalid_datetime_format';
        END IF;
        digits := string_to_array(rtrim(part, '~?'), '-')::int[];
        IF array_length(digits, 1) = 3 THEN
            bounds[i] := make_date(digits[1], digits[2], digits[3]);
        ELSIF array_length(digits, 1) = 2 THEN
            bounds[i] := make_date(digits[1], digits[2], 1);
            IF i = 2 THEN
                bounds[i] := (bounds[i] + interval '1 month' - interval '1 day')::date;
            END IF;
        ELSE
            bounds[i] := CASE i WHEN 1 THEN make_date(digits[1], 1, 1) ELSE make_date(digits[1], 12, 31) END;
        END IF;
    END LOOP;
    IF bounds[2] < bounds[1] THEN
        RAISE EXCEPTION 'ends before it starts: %', left(value, 40) USING ERRCODE = 'datetime_field_overflow';
    END IF;
    RETURN bounds[CASE WHEN latest THEN 2 ELSE 1 END];
END $$;

-- The first day, or the last one where the beginning is open.
CREATE FUNCTION partial_date_for_sorting(value text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN public.partial_date_bound(value, starts_with(value, '../'));

CREATE FUNCTION utc_date(value timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (value AT TIME ZONE 'UTC')::date;

CREATE FUNCTION is_labels(value jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN value IS NOT NULL AND jsonb_typeof(value) = 'object' AND value <> '{{}}'::jsonb
        AND NOT jsonb_path_exists(value, '$.* ? (@.type() != "string" || !(@ like_regex "\\S"))')
        AND NOT jsonb_path_exists(value, '$.keyvalue() ? (!(@.key like_regex "^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*$"))');

CREATE FUNCTION labels_text(value jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT string_agg(label #>> '{{}}', ' ') FROM jsonb_path_query(value, '$.*') AS label);
"""

NAMES = [
    "labels_text(jsonb)",
    "is_labels(jsonb)",
    "utc_date(timestamptz)",
    "partial_date_for_sorting(text)",
    "partial_date_bound(text, boolean)",
    "search_query(text, text)",
    "search_vector(text, text)",
    "vectors_apart(tsvector, tsvector)",
    "search_configuration(text)",
    "name_query(text)",
    "name_vector(text)",
    "name_words(text)",
    "fold_text(text)",
    "plain_text(text)",
    "text_sha256(text)",
]


def create_functions(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT collname FROM pg_collation WHERE collencoding IN (-1, 6) AND collname = ANY(%s)"
            " ORDER BY array_position(%s, collname::text) LIMIT 1",
            [LOWER_COLLATIONS, LOWER_COLLATIONS],
        )
        (collation,) = cursor.fetchone()
        cursor.execute(FUNCTIONS.format(collation=collation))


def drop_functions(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create_functions, drop_functions)]
