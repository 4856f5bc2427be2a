"""Postings as they are read, in order of date, and as they are moved from one row each into runs."""

from string import Template

from django.db import migrations

# Under terms in order of date: one function a direction, its plans kept to the order of indexes whatever statistics
# say. A run has its statements in that order: places are compared instead of dates.
UNDER = Template(r"""
CREATE FUNCTION $name(
    driver bigint[], required bigint[], tongue text, query tsquery, at_date date, at_id uuid, until date, most int
) RETURNS TABLE (sort_date date, statement_id uuid) LANGUAGE plpgsql STABLE ROWS 100
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
    RETURN QUERY SELECT DISTINCT found.sort_date, found.statement_id
    FROM unnest(driver) AS term CROSS JOIN LATERAL (
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
    ORDER BY found.sort_date $direction, found.statement_id $direction LIMIT most;
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
                RETURN QUERY SELECT there.sort_date, there.statement_id
                    FROM (
                        SELECT place FROM (
                            SELECT places FROM public.claims_runposting
                            WHERE run_id = this AND term = one AND $blocks
                            ORDER BY last $direction LIMIT 2
                        ) AS next CROSS JOIN LATERAL unnest(next.places) AS place
                        WHERE near $within place AND place $within far ORDER BY place $direction
                    ) AS candidate
                    CROSS JOIN LATERAL (
                        SELECT place.sort_date, place.statement_id FROM public.claims_runplace AS place
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
                RETURN QUERY SELECT there.sort_date, there.statement_id
                    FROM (
                        SELECT place FROM unnest(block) AS place
                        WHERE near $within place AND place $within far ORDER BY place $direction
                    ) AS candidate
                    CROSS JOIN LATERAL (
                        SELECT place.sort_date, place.statement_id FROM public.claims_runplace AS place
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

RUNS = r"""
-- Makes one run of the statements of others, of those that came lately and of those named, and returns its id: null if
-- there are none. What changes meanwhile is not waited for: it is filed anew, so that its place counts for nothing.
CREATE FUNCTION file_postings(runs int[], lately boolean, ids uuid[] DEFAULT '{}') RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    this int := nextval(pg_get_serial_sequence('public.claims_postingrun', 'id'));
    counted int;
    -- Joins planned for what there was before all this came would look at each row for each; counting for a few of very
    -- many would take longer than to file them.
    are_counted boolean := lately OR 0.2 * (
            SELECT min(reltuples) FROM pg_class
            WHERE oid IN ('public.claims_statementdocument'::regclass, 'public.claims_runplace'::regclass)
        ) < cardinality(ids) + coalesce((
            SELECT sum(statements) FROM public.claims_postingrun WHERE id = ANY(runs)), 0);
BEGIN
    IF are_counted THEN
        ANALYZE public.claims_statementdocument, public.claims_posting, public.claims_runplace;
    END IF;
    INSERT INTO public.claims_runplace (run_id, place, sort_date, statement_id, filed)
        SELECT this, row_number() OVER (ORDER BY sort_date, statement_id), sort_date, statement_id, filed
        FROM public.claims_statementdocument WHERE cardinality(terms) > 0 AND statement_id IN (
            SELECT place.statement_id FROM public.claims_runplace AS place
            JOIN public.claims_statementdocument AS document USING (statement_id, filed) WHERE place.run_id = ANY(runs)
            UNION SELECT statement_id FROM public.claims_posting WHERE lately
            UNION SELECT unnest(ids))
        ORDER BY sort_date, statement_id;
    GET DIAGNOSTICS counted = ROW_COUNT;
    INSERT INTO public.claims_runposting (run_id, term, last, places)
        SELECT this, term, block[cardinality(block)], block
        FROM (
            SELECT term, array_agg(place ORDER BY place) AS places
            FROM public.claims_runplace AS place
            JOIN public.claims_statementdocument AS document USING (statement_id, filed)
            CROSS JOIN LATERAL unnest(document.terms) AS term
            WHERE place.run_id = this GROUP BY term
        ) AS found
        CROSS JOIN LATERAL generate_series(1, cardinality(places), 128) AS first
        CROSS JOIN LATERAL (SELECT places[first:first + 127] AS block) AS part
        ORDER BY term, first;
    -- Who changes a document at this moment counts on its postings: they stay, beside the run.
    WITH filed AS MATERIALIZED (
        SELECT document.statement_id, document.sort_date, document.terms FROM public.claims_runplace AS place
        JOIN public.claims_statementdocument AS document
            ON document.statement_id = place.statement_id AND document.filed = place.filed
        WHERE lately AND place.run_id = this FOR NO KEY UPDATE OF document SKIP LOCKED
    )
    -- by whole keys: nobody has counted these rows, and by parts of the key each would be looked for all over
    DELETE FROM public.claims_posting AS posting USING (
        SELECT term, sort_date, statement_id FROM filed CROSS JOIN LATERAL unnest(terms) AS term
    ) AS old
        WHERE (posting.term, posting.sort_date, posting.statement_id) = (old.term, old.sort_date, old.statement_id);
    DELETE FROM public.claims_runposting WHERE run_id = ANY(runs);
    DELETE FROM public.claims_runplace WHERE run_id = ANY(runs);
    DELETE FROM public.claims_postingrun WHERE id = ANY(runs);
    IF counted = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.claims_postingrun (id, statements) OVERRIDING SYSTEM VALUE VALUES (this, counted);
    -- and plans that searches keep of tables that were empty are made anew
    IF are_counted THEN
        ANALYZE public.claims_runplace, public.claims_runposting;
    END IF;
    RETURN this;
END $$;

-- Which statements have postings that are not those of their document: a term that leads to them no more, or not yet.
CREATE FUNCTION statements_misfiled(ids uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT document.statement_id FROM public.claims_statementdocument AS document
    WHERE document.statement_id = ANY(ids) AND cardinality(terms) <> (
        SELECT count(*) FROM unnest(document.terms) AS one(term)
        WHERE EXISTS (
            SELECT FROM public.claims_posting AS posting
            WHERE (posting.term, posting.sort_date, posting.statement_id)
                = (one.term, document.sort_date, document.statement_id)
        ) OR EXISTS (
            SELECT FROM public.claims_postingrun AS run
            JOIN public.claims_runplace AS place ON place.run_id = run.id
                AND (place.sort_date, place.statement_id) = (document.sort_date, document.statement_id)
                AND place.filed = document.filed
            CROSS JOIN LATERAL (
                SELECT places FROM public.claims_runposting AS block
                WHERE block.run_id = run.id AND block.term = one.term AND block.last >= place.place
                ORDER BY block.last LIMIT 1
            ) AS block
            WHERE place.place = ANY(block.places)))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0012_kept_documents")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in [*UNDERS, RUNS]]
