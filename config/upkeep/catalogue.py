"""What the database's own catalogue promises of the rows, asked of the rows: keys, checks, values, generated columns.

Each query makes queries, one a promise, of two columns: how many rows break it, and up to ten of them by primary key.
"""

from string import Template

_KEYED = """
    SELECT pg_class.oid, relname, format('%I.%I', nspname, relname) AS name, coalesce(
        (SELECT string_agg(format('t.%I::text', attname), ' || '' '' || ' ORDER BY attnum)
         FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
         WHERE indrelid = pg_class.oid AND indisprimary),
        't.ctid::text') AS key
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""

_FOREIGN_KEYS = Template("""
WITH keyed AS ($keyed)
SELECT format('%s (%s) names rows of %s that are not there', child.relname, columns, parent.relname), format(
    'SELECT count(*), (array_agg(%s))[1:10] FROM %s AS t WHERE num_nulls(%s) = 0 AND NOT EXISTS (SELECT FROM %s AS o'
    ' WHERE %s)', child.key, child.name, own, parent.name, pairs)
FROM pg_constraint
JOIN keyed AS child ON child.oid = conrelid
JOIN keyed AS parent ON parent.oid = confrelid
CROSS JOIN LATERAL (
    SELECT string_agg(a.attname, ', ' ORDER BY place) AS columns,
        string_agg(format('t.%I', a.attname), ', ' ORDER BY place) AS own,
        string_agg(format('o.%I = t.%I', b.attname, a.attname), ' AND ' ORDER BY place) AS pairs
    FROM unnest(conkey, confkey) WITH ORDINALITY AS pair(here, there, place)
    JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = here
    JOIN pg_attribute AS b ON b.attrelid = confrelid AND b.attnum = there
) AS pair
WHERE contype = 'f' ORDER BY child.relname, conname
""")

_CHECKS = Template("""
WITH keyed AS ($keyed)
SELECT format('%s breaks its rule %s', relname, conname), format(
    'SELECT count(*), (array_agg(%s))[1:10] FROM %s AS t WHERE NOT (%s)', key, name, pg_get_expr(conbin, conrelid))
FROM pg_constraint JOIN keyed ON keyed.oid = conrelid
WHERE contype = 'c' ORDER BY relname, conname
""")

# num_nulls: the planner takes "IS NULL" of such a column for false.
_MISSING = Template("""
WITH keyed AS ($keyed)
SELECT format('%s has no value where one must be', relname), format(
    'SELECT count(*), (array_agg(%s || '' ('' || concat_ws('', '', %s) || '')''))[1:10] FROM %s AS t'
    ' WHERE num_nulls(%s) > 0', key, names, name, columns)
FROM keyed CROSS JOIN LATERAL (
    SELECT string_agg(format('t.%I', attname), ', ') AS columns,
        string_agg(format('CASE WHEN num_nulls(t.%I) > 0 THEN %L END', attname, attname), ', ') AS names
    FROM pg_attribute WHERE attrelid = oid AND attnotnull AND attnum > 0 AND NOT attisdropped
) AS required
WHERE columns IS NOT NULL ORDER BY relname
""")

_UNIQUE = Template("""
WITH keyed AS ($keyed)
SELECT format('%s has more than one row where %s allows one', relname,
    (SELECT index.relname FROM pg_class AS index WHERE index.oid = indexrelid)), format(
    'SELECT count(*), (array_agg(found))[1:10] FROM (SELECT string_agg(%s, '' and '') AS found FROM %s AS t'
    ' WHERE (%s) AND (%s OR num_nulls(%s) = 0) GROUP BY %s HAVING count(*) > 1) AS twice',
    key, name, coalesce(pg_get_expr(indpred, indrelid), 'true'), indnullsnotdistinct::text, columns, columns)
FROM pg_index JOIN keyed ON keyed.oid = indrelid CROSS JOIN LATERAL (
    SELECT string_agg('(' || pg_get_indexdef(indexrelid, place, true) || ')', ', ') AS columns
    FROM generate_series(1, indnkeyatts) AS place
) AS part
WHERE indisunique ORDER BY relname, indexrelid::regclass::text
""")

_GENERATED = Template("""
WITH keyed AS ($keyed)
SELECT format('%s.%s is not what it is computed from', relname, attname), format(
    'SELECT count(*), (array_agg(%s))[1:10] FROM %s AS t WHERE %I IS DISTINCT FROM (%s)',
    key, name, attname, pg_get_expr(adbin, adrelid))
FROM pg_attribute JOIN keyed ON keyed.oid = attrelid JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attgenerated = 's' AND NOT attisdropped ORDER BY relname, attname
""")

#: what is promised -> the query that makes the queries
PROMISES = {
    "each reference leads to a row": _FOREIGN_KEYS.substitute(keyed=_KEYED),
    "each row keeps the rules of its table": _CHECKS.substitute(keyed=_KEYED),
    "no value is missing that must be there": _MISSING.substitute(keyed=_KEYED),
    "what must be unique is": _UNIQUE.substitute(keyed=_KEYED),
    "generated columns are what they are computed from": _GENERATED.substitute(keyed=_KEYED),
}
