"""Under terms in order of date, with the documents: they are looked up there already, and need not be once more."""

from string import Template

from django.db import migrations

# Under terms in order of date: one function a direction, its plans kept to the order of indexes whatever statistics
# say. A run has its statements in that order: places are compared instead of dates. Each term, and each run of it, has
# `most` rows at the most, in order; documents are looked up to see where they are filed, so they come with them.
UNDER = Template(r"""
CREATE FUNCTION $name(
    driver bigint[], required bigint[], tongue text, query tsquery, at_date date, at_id uuid, until date, most int,
    with_bodies boolean
) RETURNS TABLE (sort_date date, statement_id uuid, digest bytea, body bytea) LANGUAGE plpgsql STABLE ROWS 100
    SET enable_bitmapscan = off SET enable_sort = off SET enable_seqscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$$$
#variable_conflict use_column
DECLARE
    this int;
    near int;
    far int;
    one bigint;
    other bigint;
    block int[];
    wanted int;
    counted int;
    is_plain boolean := query IS NULL AND cardinality(required) = 0;
BEGIN
    RETURN QUERY SELECT page.sort_date, page.statement_id, document.digest, document.body
    FROM (
        SELECT DISTINCT found.sort_date, found.statement_id FROM unnest(driver) AS term CROSS JOIN LATERAL (
            SELECT posting.sort_date, posting.statement_id FROM public.claims_posting AS posting
            WHERE posting.term = term.term
                -- one bound at either end: with two at the beginning, the scan would begin at the wrong one
                AND (posting.sort_date, posting.statement_id) $beyond (at_date, at_id) AND posting.sort_date $within until
                AND (cardinality(required) = 0 OR cardinality(required) = (
                    SELECT count(*) FROM unnest(required) AS other
                    CROSS JOIN LATERAL (
                        SELECT FROM public.claims_posting AS too
                        WHERE (too.term, too.sort_date, too.statement_id)
                            = (other, posting.sort_date, posting.statement_id)
                        -- each by itself: of an empty table, all of one day would do as well
                        OFFSET 0) AS too))
                AND (query IS NULL OR (
                    SELECT search.vector @@ query FROM public.claims_statementsearch AS search
                    WHERE search.statement_id = posting.statement_id AND search.language = tongue))
            ORDER BY posting.sort_date $direction, posting.statement_id $direction LIMIT most
        ) AS found
        ORDER BY found.sort_date $direction, found.statement_id $direction LIMIT most
    ) AS page
    CROSS JOIN LATERAL (
        SELECT digest, CASE WHEN with_bodies THEN body ELSE '' END AS body
        FROM public.claims_statementdocument
        WHERE (sort_date, statement_id) = (page.sort_date, page.statement_id) OFFSET 0
    ) AS document;
    FOR this IN SELECT id FROM public.claims_postingrun LOOP
        SELECT (
            SELECT place FROM public.claims_runplace WHERE run_id = this
                AND (sort_date, statement_id) $beyond (at_date, at_id)
            ORDER BY sort_date $direction, statement_id $direction LIMIT 1
        ), (
            SELECT place FROM public.claims_runplace WHERE run_id = this AND sort_date $within until
            ORDER BY sort_date $back, statement_id $back LIMIT 1
        ) INTO near, far;
        CONTINUE WHEN near IS NULL OR far IS NULL OR NOT near $within far;
        FOREACH one IN ARRAY driver LOOP
            wanted := most;
            IF is_plain THEN
                -- nearly always the next two blocks have all that is wanted
                RETURN QUERY SELECT there.sort_date, there.statement_id, there.digest, there.body
                    FROM (
                        SELECT place FROM (
                            SELECT places FROM public.claims_runposting
                            WHERE run_id = this AND term = one AND $blocks
                            ORDER BY last $direction LIMIT 2
                        ) AS next CROSS JOIN LATERAL unnest(next.places) AS place
                        WHERE near $within place AND place $within far ORDER BY place $direction
                    ) AS candidate
                    CROSS JOIN LATERAL (
                        SELECT place.sort_date, place.statement_id, document.digest,
                            CASE WHEN with_bodies THEN document.body ELSE '' END AS body
                        FROM public.claims_runplace AS place
                        JOIN public.claims_statementdocument AS document
                            ON document.statement_id = place.statement_id AND document.filed = place.filed
                        WHERE place.run_id = this AND place.place = candidate.place OFFSET 0
                    ) AS there
                    ORDER BY candidate.place $direction LIMIT most;
                GET DIAGNOSTICS counted = ROW_COUNT;
                CONTINUE WHEN counted >= most OR 2 > (
                    SELECT count(*) FROM (
                        SELECT FROM public.claims_runposting WHERE run_id = this AND term = one LIMIT 2) AS all_of_it);
            END IF;
            FOR block IN
                SELECT places FROM public.claims_runposting
                WHERE run_id = this AND term = one AND $blocks
                ORDER BY last $direction
            LOOP
                FOREACH other IN ARRAY required LOOP
                    block := array(
                        SELECT unnest(block) INTERSECT SELECT unnest(places) FROM public.claims_runposting
                        WHERE run_id = this AND term = other AND last >= block[1] AND last <= coalesce((
                            SELECT last FROM public.claims_runposting
                            WHERE run_id = this AND term = other AND last >= block[cardinality(block)]
                            ORDER BY last LIMIT 1), block[cardinality(block)])
                        ORDER BY 1);
                    EXIT WHEN cardinality(block) = 0;
                END LOOP;
                CONTINUE WHEN cardinality(block) = 0;
                RETURN QUERY SELECT there.sort_date, there.statement_id, there.digest, there.body
                    FROM (
                        SELECT place FROM unnest(block) AS place
                        WHERE near $within place AND place $within far ORDER BY place $direction
                    ) AS candidate
                    CROSS JOIN LATERAL (
                        SELECT place.sort_date, place.statement_id, document.digest,
                            CASE WHEN with_bodies THEN document.body ELSE '' END AS body
                        FROM public.claims_runplace AS place
                        JOIN public.claims_statementdocument AS document
                            ON document.statement_id = place.statement_id AND document.filed = place.filed
                        WHERE place.run_id = this AND place.place = candidate.place
                            AND (query IS NULL OR (
                                SELECT search.vector @@ query FROM public.claims_statementsearch AS search
                                WHERE search.statement_id = place.statement_id AND search.language = tongue))
                        OFFSET 0
                    ) AS there
                    ORDER BY candidate.place $direction LIMIT wanted;
                GET DIAGNOSTICS counted = ROW_COUNT;
                wanted := wanted - counted;
                EXIT WHEN wanted <= 0;
            END LOOP;
        END LOOP;
    END LOOP;
END $$$$;
""")
_BLOCK_OF_NEAR = """coalesce((
                    SELECT last FROM public.claims_runposting WHERE run_id = this AND term = one AND last >= near
                    ORDER BY last LIMIT 1), near)"""
_BLOCK_OF_FAR = _BLOCK_OF_NEAR.replace("near", "far")
UNDERS = [
    UNDER.substitute(
        name="newest_under",
        beyond="<",
        within=">=",
        direction="DESC",
        back="ASC",
        blocks=f"last >= far AND last <= {_BLOCK_OF_NEAR}",
    ),
    UNDER.substitute(
        name="oldest_under",
        beyond=">",
        within="<=",
        direction="ASC",
        back="DESC",
        blocks=f"last >= near AND last <= {_BLOCK_OF_FAR}",
    ),
]

OLD = """
DROP FUNCTION newest_under(bigint[], bigint[], text, tsquery, date, uuid, date, int);
DROP FUNCTION oldest_under(bigint[], bigint[], text, tsquery, date, uuid, date, int);
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0017_facets")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in [OLD, *UNDERS]]
