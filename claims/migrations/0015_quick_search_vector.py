"""Search vectors in half the time: what is folded letter by letter, where a text has common letters alone."""

from importlib import import_module

from django.db import migrations

LOWER_COLLATIONS = import_module("sources.migrations.0001_functions").LOWER_COLLATIONS

# As 0009_search has it, with a short way. `plain_text` and `fold_text` decompose and compose the whole text several times
# and look each character up in a list, which costs twice what the dictionaries do. A text that is plain ASCII once the
# letters of the first two lists are replaced has no character that these functions would treat otherwise.
FUNCTION = r"""
CREATE FUNCTION lower_case(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(value COLLATE "{collation}");

CREATE OR REPLACE FUNCTION search_vector(language text, value text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    configuration regconfig := public.search_configuration(language);
    plain text := replace(public.lower_case(left(value, 100000)), '`', '''');
    folded text;
BEGIN
    IF plain ~ U&'[\2018\2019\201C\201D\00AB\00BB\00A0\202F\2013\2014\2026]' THEN
        plain := replace(replace(replace(replace(replace(replace(plain,
            U&'\2018', ''''), U&'\2019', ''''), U&'\201C', '"'), U&'\201D', '"'), U&'\00AB', '"'), U&'\00BB', '"');
        plain := replace(replace(replace(replace(replace(plain,
            U&'\00A0', ' '), U&'\202F', ' '), U&'\2013', ' '), U&'\2014', ' '), U&'\2026', ' ');
    END IF;
    folded := plain;
    IF octet_length(folded) <> char_length(folded) THEN
        folded := replace(replace(replace(replace(replace(replace(folded,
            'é', 'e'), 'è', 'e'), 'à', 'a'), 'ê', 'e'), 'ç', 'c'), 'œ', 'oe');
    END IF;
    IF octet_length(folded) <> char_length(folded) THEN
        folded := replace(replace(replace(replace(replace(replace(folded,
            'ô', 'o'), 'î', 'i'), 'û', 'u'), 'ù', 'u'), 'â', 'a'), 'ï', 'i');
        folded := replace(replace(replace(replace(replace(replace(replace(folded,
            'ë', 'e'), 'ü', 'u'), 'ö', 'o'), 'ä', 'a'), 'ñ', 'n'), 'á', 'a'), 'í', 'i');
        folded := replace(replace(folded, 'ó', 'o'), 'ú', 'u');
    END IF;
    IF octet_length(folded) <> char_length(folded) THEN
        plain := public.plain_text(left(value, 100000));
        folded := public.fold_text(left(value, 100000));
    END IF;
    folded := left(folded, 100000);
    IF folded = plain COLLATE "C" THEN
        RETURN to_tsvector(configuration, plain);
    END IF;
    RETURN public.vectors_apart(to_tsvector(configuration, plain), to_tsvector(configuration, folded));
END $$;
"""


def make_quick(apps, schema_editor):
    """Make the function anew, with the collation that 0001_functions chose for folding case."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT collname FROM pg_collation WHERE collencoding IN (-1, 6) AND collname = ANY(%s)"
            " ORDER BY array_position(%s, collname::text) LIMIT 1",
            [LOWER_COLLATIONS, LOWER_COLLATIONS],
        )
        (collation,) = cursor.fetchone()
        cursor.execute(FUNCTION.replace("{collation}", collation))


class Migration(migrations.Migration):
    dependencies = [("claims", "0014_bulk")]
    operations = [migrations.RunPython(make_quick, migrations.RunPython.noop)]
