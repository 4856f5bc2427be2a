"""Lists and searches in order of date are read from indexes in that order, whatever the tables' statistics say.

PLANS_ROWS makes the import long between whose plans nothing may change.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql as written

from claims.models import Statement
from claims.querysets import documents
from claims.querysets.documents import lines_of, page_of_rows, page_of_stream
from claims.querysets.postings import Days, Place, Stream, Under, sizes
from tests import factories
from tests.claims.documents import sql as run
from tests.claims.documents import without_triggers

pytestmark = pytest.mark.django_db

#: 500000 are what is promised
MANY = int(os.environ.get("PLANS_ROWS") or 20_000)
Plan = dict[str, Any]
SMALL = {"claims_pendingchange", "claims_postingrun"}
WORDS = "claims_statementsearch"
TABLES = (
    "claims_statement, claims_statementsearch, claims_statementdocument, claims_posting, claims_runplace,"
    " claims_runposting"
)
#: variables of the functions, and the types that they have
VARIABLES = {
    "driver": "bigint[]",
    "required": "bigint[]",
    "tongue": "text",
    "query": "tsquery",
    "at_date": "date",
    "at_id": "uuid",
    "until": "date",
    "most": "int",
    "this": "int",
    "near": "int",
    "far": "int",
    "one": "bigint",
    "other": "bigint",
    "block": "int[]",
    "wanted": "int",
    "with_bodies": "boolean",
}
#: where the queries of the functions begin and end
_QUERIES = re.compile(
    r"RETURN QUERY (SELECT.*?);|(SELECT \(\s*SELECT place[^;]*?)INTO near, far;|"
    r"FOR block IN(.*?)LOOP|block := array\((.*?)\);",
    re.DOTALL,
)


def add(number: int) -> None:
    """Make rows of so many statements: all under term 1, some under others, half of them in a run."""
    run(
        "CREATE TEMP TABLE made AS SELECT lpad(to_hex(nextval('claims_filing')), 32, '0')::uuid AS id, n,"
        " date '2010-01-01' + (n::bigint * 7919 %% 6000)::int AS sort_date,"
        " ARRAY[1, 2 + n %% 5, 100 + n %% 1000]::bigint[] AS terms"
        " FROM generate_series(1, %s) AS n",
        number,
    )
    with without_triggers("claims_statement"):
        run(
            "INSERT INTO claims_statement (id, status, said_at_text, said_at_basis, act, cameo, intensity_phrase,"
            " is_self_reviewed, returned_reason, withdrawn_reason, created_at, updated_at, published_at, sort_date,"
            " version, reviewed_by_id)"
            " SELECT id, 'published', '', '', CASE n %% 3 WHEN 0 THEN 'deny' ELSE 'assert' END, '', '',"
            " false, '', '', now(), now() + n * interval '1 second', now(), sort_date, 1, %s FROM made",
            factories.user("reviewer").pk,
        )
    for part in (0, 1):
        run(
            "INSERT INTO claims_statementdocument (statement_id, sort_date, version, digest, filed, terms, body)"
            " SELECT id, sort_date, 1, '\\x00', nextval('claims_filing'), terms,"
            " convert_to(repeat('document ', 50), 'UTF8') FROM made WHERE n %% 2 = %s",
            part,
        )
        run(
            "INSERT INTO claims_posting (term, sort_date, statement_id)"
            " SELECT unnest(terms), sort_date, id FROM made WHERE n %% 2 = %s",
            part,
        )
        if part == 0:
            run("SELECT file_postings('{}', true)")
    run("INSERT INTO claims_statementsearch (statement_id, language, vector) SELECT id, 'fr', 'phare:1' FROM made")
    run("DROP TABLE made")


def explained(command: str, types: list[str], values: list[Any]) -> Plan:
    """Return the plan of a query with parameters `$1` …, made without a look at their values."""
    try:
        run(f"PREPARE asked ({', '.join(types)}) AS {command}")
        arguments = written.SQL(", ").join(map(written.Literal, values)).as_string(None)
        ((plan,),) = run(f"EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE asked({arguments})")
    finally:
        run("DEALLOCATE ALL")
    found = json.loads(plan) if isinstance(plan, str) else plan
    return dict(found[0]["Plan"])


def plans_within(name: str) -> list[Plan]:
    """Return the plans of the queries inside a function, made as the function has them made."""
    ((source, settings),) = run("SELECT prosrc, proconfig FROM pg_proc WHERE proname = %s", name)
    for setting in settings:
        run("SELECT set_config(split_part(%s, '=', 1), split_part(%s, '=', 2), true)", setting, setting)
    found = []
    for match in _QUERIES.finditer(re.sub(r"--.*", "", source)):
        query = next(part for part in match.groups() if part).strip()
        names = [one for one in VARIABLES if re.search(rf"(?<![\w.]){one}(?![\w.])", query)]
        if "AS other" in query:
            names.remove("other")
        for number, one in enumerate(names, 1):
            query = re.sub(rf"(?<![\w.]){one}(?![\w.])", f"${number}", query)
        found.append(explained(query, [VARIABLES[one] for one in names], [None] * len(names)))
    for setting in settings:
        run("SELECT set_config(name, reset_val, true) FROM pg_settings WHERE name = split_part(%s, '=', 1)", setting)
    assert len(found) == 6
    return found


def nodes(plan: Plan) -> Iterator[Plan]:
    """Yield the nodes of a plan, each before those beneath it; what reads a table of a few rows is left out."""
    if plan.get("Relation Name") not in SMALL:
        yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def order_of(plan: Plan) -> list[Any]:
    """Return by which index each table of terms and places is read, in which order, from where on."""
    names = ["Relation Name", "Index Name", "Scan Direction", "Index Cond"]
    tables = (node for node in nodes(plan) if "Relation Name" in node)
    # the words of one statement are few, whichever of their indexes leads to them
    return sorted([node.get(name) for name in names] for node in tables if node["Relation Name"] != WORDS)


def unlimited_scans(plan: Plan) -> list[str]:
    """Return the tables beneath that are read with no limit in between."""
    if plan["Node Type"] == "Limit":
        return []
    own = [plan["Relation Name"]] if "Relation Name" in plan else []
    return own + [one for part in plan.get("Plans", []) for one in unlimited_scans(part)]


def is_in_order(plan: Plan) -> None:
    """Hold that tables are read by indexes alone and nothing is sorted but what a limit let through."""
    for node in nodes(plan):
        assert "Bitmap" not in node["Node Type"], plan
        assert node["Node Type"] not in {"Seq Scan", "Hash Join", "Merge Join", "Gather", "Gather Merge"}, plan
        if "Relation Name" in node:
            assert node["Node Type"] in {"Index Scan", "Index Only Scan"}, plan
            assert "Index Cond" in node, plan
        if "Sort" in node["Node Type"]:
            assert unlimited_scans(node) == [], plan


def counted() -> None:
    run(f"ANALYZE {TABLES}")


FUNCTIONS = {"newest_under": "Backward", "oldest_under": "Forward"}


@pytest.mark.parametrize("name", FUNCTIONS)
class TestFunctions:
    def test_they_are_read_in_order(self, name: str) -> None:
        add(2000)
        counted()
        lately, ends, plain, blocks, within, candidates = plans_within(name)
        for plan in (lately, ends, plain, blocks, candidates):
            is_in_order(plan)
        led = next(node for node in nodes(lately) if node.get("Alias") == "posting")
        assert (led["Index Name"], led["Scan Direction"]) == ("claims_posting_pkey", FUNCTIONS[name])
        assert "ROW(sort_date, statement_id)" in led["Index Cond"]
        assert "Sort" not in {node["Node Type"] for plan in (ends, blocks) for node in nodes(plan)}
        assert [node["Index Name"] for node in nodes(ends) if "Index Name" in node] == ["run_place_by_date"] * 2
        for plan in (plain, blocks):
            scans = {node["Index Name"] for node in nodes(plan) if node.get("Relation Name") == "claims_runposting"}
            assert scans == {"claims_runposting_pkey"}
        # of another term, only the blocks that lie beside this one
        of_others = [node for node in nodes(within) if node.get("Relation Name") == "claims_runposting"]
        assert of_others
        assert all("last >=" in node["Index Cond"] for node in of_others)


def test_the_plans_of_functions_stay_as_rows_come_and_are_counted() -> None:
    def plans() -> list[Any]:
        return [order_of(plan) for name in FUNCTIONS for plan in plans_within(name)]

    counted()
    of_none = plans()
    # counted while there were none, and since then only by who made a run
    add(2000)
    seen = [plans()]
    counted()
    seen.append(plans())
    add(MANY)
    seen.append(plans())
    counted()
    seen.append(plans())
    # the first of each: what came lately is read the same even where there is nothing yet
    assert [of_none[place] for place in (0, 6)] == [seen[0][place] for place in (0, 6)]
    for one in seen[1:]:
        assert one == seen[0]


def planned(monkeypatch: pytest.MonkeyPatch, ask: Callable[[], object]) -> list[Plan]:
    """Return the plans of the queries by which documents are read, as they are made where they are asked."""
    found = []
    reads = documents._read

    def read(sql: str, values: Any, using: str) -> Any:
        rows = reads(sql, values, using)
        first, *others = sql.split("%s")
        command = first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))
        command = command.replace("%%", "%")
        for mode in ("force_custom_plan", "force_generic_plan"):
            run("SELECT set_config('plan_cache_mode', %s, true)", mode)
            found.append(explained(command, ["unknown"] * len(values), [_plain(value) for value in values]))
        run("SELECT set_config('plan_cache_mode', 'auto', true)")
        return rows

    monkeypatch.setattr(documents, "_read", read)
    ask()
    return found


def planned_page(monkeypatch: pytest.MonkeyPatch, stream: Stream, narrowed: Any, *, newest: bool) -> list[Plan]:
    """Return the plans of the queries by which a page of a stream is read."""
    place = Place(date(2015, 5, 5), UUID(int=7))
    return planned(
        monkeypatch,
        lambda: page_of_stream(
            stream, narrowed, place=place, limit=51, newest=newest, with_bodies=True, using="default"
        ),
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (UUID, date)) else value


STREAMS = {
    "all": Stream(None),
    "of days": Stream(None, Days(date(2012, 1, 1), date(2020, 1, 1))),
    "said on days": Stream(None, Days(date(2012, 1, 1), date(2020, 1, 1)), is_said_within=True),
    "of a term": Stream((Under((("speaker", "a"),)),)),
    "of a term, said on days": Stream(
        (Under((("speaker", "a"),)),), Days(date(2012, 1, 1), date(2020, 1, 1)), is_said_within=True
    ),
    "of a query": Stream((Under((("fr", "phare"),), (("fr", "quai"),), "fr", "'phare'"), Under((("en", "light"),)))),
}


def is_looked_up(plan: Plan, table: str) -> None:
    """Hold that each candidate is looked up by its key."""
    of_candidates = re.compile(r"= (candidate|(newest|oldest)_under)\w*\.statement_id\)")
    found = [node for node in nodes(plan) if of_candidates.search(node.get("Index Cond", ""))]
    assert f"{table}_pkey" in {node["Index Name"] for node in found}, plan


@pytest.mark.parametrize("newest", [True, False])
class TestLists:
    @pytest.mark.parametrize("name", ["all", "of days"])
    def test_pages_of_all_are_read_in_order(self, name: str, newest: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = []
        for number in (2000, 6000):
            add(number)
            counted()
            plans = planned_page(monkeypatch, STREAMS[name], None, newest=newest)
            for plan in plans:
                is_in_order(plan)
                (scan,) = (node for node in nodes(plan) if "Relation Name" in node)
                assert scan["Index Name"] == "document_by_date"
                assert scan["Scan Direction"] == ("Backward" if newest else "Forward")
                assert "ROW(sort_date, statement_id)" in scan["Index Cond"]
            seen.append([order_of(plan) for plan in plans])
        assert seen[0] == seen[1]

    @pytest.mark.parametrize("is_narrowed", [False, True])
    @pytest.mark.parametrize("name", ["said on days", "of a term", "of a term, said on days", "of a query"])
    def test_candidates_are_looked_up_one_by_one(
        self, name: str, is_narrowed: bool, newest: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(2000)
        counted()
        narrowed = Statement.objects.order_by().published().filter(act="deny") if is_narrowed else None
        # of terms alone, documents come from where they were looked up already
        has_documents = STREAMS[name].branches is not None and not is_narrowed
        for plan in planned_page(monkeypatch, STREAMS[name], narrowed, newest=newest):
            if not has_documents:
                is_looked_up(plan, "claims_statementdocument")
            if is_narrowed or STREAMS[name].is_said_within:
                is_looked_up(plan, "claims_statement")
            assert {"Seq Scan", "Hash Join", "Merge Join"}.isdisjoint(node["Node Type"] for node in nodes(plan))


@pytest.mark.parametrize("is_counted", [False, True])
def test_an_export_reads_pages_of_the_table_in_their_order(is_counted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    add(6000)
    if is_counted:
        counted()
    packed = b"".join(key.bytes for key in Statement.objects.order_by("?").values_list("pk", flat=True)[:1000])
    plans = planned(monkeypatch, lambda: lines_of(packed, using="default"))
    assert len(plans) == 2
    for plan in plans:
        scans = {node.get("Index Name") or node["Node Type"] for node in nodes(plan) if "Scan" in node["Node Type"]}
        assert scans == {"Bitmap Heap Scan", "claims_statementdocument_pkey"}


def test_a_page_of_rows_is_in_their_order() -> None:
    add(1000)
    counted()
    rows = Statement.objects.published().order_by("updated_at", "id")[:51]
    found = page_of_rows(rows, ["updated_at", "id"], with_bodies=True, using="default")
    assert [one.updated_at for one in found] == sorted(one.updated_at for one in found)
    assert len(found) == 51


def test_it_looks_at_more_the_less_it_finds() -> None:
    found = sizes(51, is_narrowed=True)
    assert [next(found) for _ in range(3)] == [102, 816, 6528]
    assert next(sizes(51, is_narrowed=False)) == 51


@pytest.mark.parametrize(
    ("days", "place", "newest", "bounds"),
    [
        (Days(), None, True, (Place(date.max, UUID(int=2**128 - 1)), date.min)),
        (Days(), None, False, (Place(date.min, UUID(int=0)), date.max)),
        (
            Days(date(2020, 1, 1), date(2021, 1, 1)),
            None,
            True,
            (Place(date(2021, 1, 2), UUID(int=0)), date(2020, 1, 1)),
        ),
        (
            Days(date(2020, 1, 1), date(2021, 1, 1)),
            Place(date(2020, 5, 5), UUID(int=7)),
            True,
            (Place(date(2020, 5, 5), UUID(int=7)), date(2020, 1, 1)),
        ),
        (
            Days(date(2020, 1, 1), date(2021, 1, 1)),
            Place(date(2019, 5, 5), UUID(int=7)),
            False,
            (Place(date(2020, 1, 1), UUID(int=0)), date(2021, 1, 1)),
        ),
    ],
)
def test_a_page_begins_behind_its_place_and_within_the_days(
    days: Days, place: Place | None, newest: bool, bounds: tuple[Place, date]
) -> None:
    assert days.bounds(place, newest=newest) == bounds
