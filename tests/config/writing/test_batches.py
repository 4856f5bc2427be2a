"""POST /<resource>/batch/: up to 500 writes with a result each; all or none where that is asked for."""

from typing import Any

import pytest
from django.db import connection

from claims.models import Event
from config.access.roles import Role
from config.writing.batches import MOST_OPERATIONS
from sources.models import Publisher
from tests import factories
from tests.writing import Writer

PATH = "/api/v1/publishers/"
BATCH = f"{PATH}batch/"
MISSING = "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


def create(name: str, **more: Any) -> dict[str, Any]:
    return {"op": "create", "data": {"name": name, **more}}


def results(writer: Writer, *operations: dict[str, Any], atomic: bool = False) -> list[dict[str, Any]]:
    body = writer.send("post", BATCH, {"atomic": atomic, "operations": list(operations)}, status=200)
    found: list[dict[str, Any]] = body["results"]
    return found


@pytest.mark.parametrize("atomic", [True, False])
def test_each_has_its_result_in_order(curator: Writer, atomic: bool) -> None:
    one, other = factories.publisher("Ada"), factories.publisher("Eva")
    made, changed, deleted = results(
        curator,
        create("New", country="FR"),
        {"op": "change", "id": str(one.pk), "if_match": '"1"', "data": {"country": "DE"}},
        {"op": "delete", "id": str(other.pk), "if_match": '"1"'},
        atomic=atomic,
    )
    row = Publisher.objects.get(name="New")
    assert (made["status"], made["id"], made["etag"]) == (201, str(row.pk), '"1"')
    assert made["body"] == curator.read(f"{PATH}{row.pk}/")[0]
    assert (changed["status"], changed["etag"], changed["body"]["country"]) == (200, '"2"', "DE")
    assert deleted == {"status": 204, "id": str(other.pk)}
    assert set(Publisher.objects.values_list("name", flat=True)) == {"Ada", "New"}


def test_those_that_are_refused_leave_the_others(curator: Writer) -> None:
    row = factories.publisher("Ada")
    found = results(
        curator,
        create("New"),
        {"op": "change", "id": str(row.pk), "if_match": '"9"', "data": {"country": "DE"}},
        {"op": "change", "id": str(row.pk), "data": {"country": "DE"}},
        {"op": "change", "id": MISSING, "if_match": '"1"', "data": {}},
        create(""),
        create("Wrong", country="zz"),
        create("Another", homepage="https://a.example/"),
        create("Twin", homepage="https://a.example/"),
    )
    assert [one["status"] for one in found] == [201, 412, 428, 404, 400, 400, 201, 409]
    assert found[1]["etag"] == '"1"'
    assert [one["pointer"] for one in found[4]["problem"]["errors"]] == ["/operations/4/data/name"]
    assert [one["pointer"] for one in found[5]["problem"]["errors"]] == ["/operations/5/data/country"]
    assert [one["pointer"] for one in found[7]["problem"]["errors"]] == ["/operations/7/data/homepage"]
    assert set(Publisher.objects.values_list("name", flat=True)) == {"Ada", "New", "Another"}


def test_all_or_none(curator: Writer) -> None:
    row = factories.publisher("Ada")
    change = {"op": "change", "id": str(row.pk), "if_match": '"1"', "data": {"country": "DE"}}
    body = {"atomic": True, "operations": [create("New"), change, create("Wrong", country="zz"), create("Last")]}
    problem = curator.send("post", BATCH, body, status=422)
    assert problem["type"] == "/api/problems/#batch-refused"
    assert [one["status"] for one in problem["results"]] == [424, 424, 400, 424]
    assert problem["results"][2]["problem"]["errors"][0]["pointer"] == "/operations/2/data/country"
    assert {one["problem"]["type"] for one in problem["results"]} == {
        "/api/problems/#not-kept",
        "/api/problems/#invalid-body",
    }
    row.refresh_from_db()
    assert (row.country, row.version, Publisher.objects.count()) == ("", 1, 1)


def test_one_operation_sees_what_those_before_did(curator: Writer) -> None:
    row = factories.publisher("Ada")
    change = {"op": "change", "id": str(row.pk), "data": {"country": "DE"}}
    first, second, third = results(
        curator,
        {**change, "if_match": '"1"'},
        {**change, "if_match": '"1"'},
        {**change, "if_match": '"2"', "data": {"country": "FR"}},
        atomic=False,
    )
    assert (first["status"], second["status"], third["status"]) == (200, 412, 200)


@pytest.mark.parametrize("atomic", [True, False])
def test_operations_of_the_resource_are_called_by_their_name(curator: Writer, atomic: bool) -> None:
    one, other = factories.speaker("Ada"), factories.speaker("Ada E.")
    merge = {"op": "merge", "id": str(one.pk), "if_match": '"1"', "data": {"into": str(other.pk)}}
    body = {"atomic": atomic, "operations": [merge]}
    (found,) = curator.send("post", "/api/v1/speakers/batch/", body, status=200)["results"]
    assert (found["status"], found["id"]) == (200, str(other.pk))


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "/operations"),
        ({"operations": []}, "/operations"),
        ({"operations": {}}, "/operations"),
        ({"operations": [create("x")] * (MOST_OPERATIONS + 1)}, "/operations"),
        ({"operations": [create("x")], "atomic": "true"}, "/atomic"),
        ({"operations": [create("x")], "nonsense": 1}, "/nonsense"),
        ({"operations": [create("x"), 1]}, "/operations/1"),
        ({"operations": [create("x"), {"op": "publish"}]}, "/operations/1/op"),
        ({"operations": [create("x"), {"op": 1}]}, "/operations/1/op"),
        ({"operations": [create("x"), {}]}, "/operations/1/op"),
        ({"operations": [{"op": "change", "if_match": '"1"'}]}, "/operations/0/id"),
        ({"operations": [{"op": "change", "id": "x"}]}, "/operations/0/id"),
        ({"operations": [{"op": "change", "id": 1}]}, "/operations/0/id"),
        ({"operations": [{**create("x"), "id": MISSING}]}, "/operations/0/id"),
        ({"operations": [{"op": "create", "data": []}]}, "/operations/0/data"),
        ({"operations": [{"op": "change", "id": MISSING, "if_match": 1}]}, "/operations/0/if_match"),
        ({"operations": [{**create("x"), "nonsense": 1}]}, "/operations/0/nonsense"),
    ],
)
def test_what_is_no_batch_is_refused_as_a_whole(curator: Writer, body: dict[str, Any], at: str) -> None:
    problem = curator.send("post", BATCH, body, status=400)
    assert [one["pointer"] for one in problem["errors"]] == [at]
    assert Publisher.objects.count() == 0


def test_five_hundred_are_done(curator: Writer) -> None:
    found = results(curator, *(create(f"Paper {number}") for number in range(MOST_OPERATIONS)), atomic=True)
    assert len({one["id"] for one in found}) == MOST_OPERATIONS == Publisher.objects.count()


def test_who_may_not_is_told_for_each(db: None) -> None:
    contributor = Writer(Role.CONTRIBUTOR)
    (found,) = results(contributor, create("x"))
    assert (found["status"], found["problem"]["type"]) == (403, "/api/problems/#forbidden")
    assert Publisher.objects.count() == 0


def test_the_public_is_asked_who_it_is(client: Any) -> None:
    answer = client.post(BATCH, {"operations": [create("x")]}, content_type="application/json")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_behind_one_that_the_server_fails_at_nothing_is_tried(curator: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'full' USING ERRCODE = '53100'; END $$;"
            "CREATE TRIGGER fails BEFORE INSERT ON claims_event FOR EACH ROW"
            " WHEN (NEW.name = 'b') EXECUTE FUNCTION fails()"
        )
    body = {"operations": [{"op": "create", "data": {"name": name}} for name in "abc"]}
    found = curator.send("post", "/api/v1/events/batch/", body, status=200)["results"]
    assert [one["status"] for one in found] == [201, 503, 424]
    assert list(Event.objects.values_list("name", flat=True)) == ["a"]
    problem = curator.send("post", "/api/v1/events/batch/", {**body, "atomic": True}, status=503)
    assert problem["type"] == "/api/problems/#unavailable"
    assert Event.objects.count() == 1


FAILING = """
CREATE FUNCTION fail_at_b() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name = 'b' THEN
        RAISE EXCEPTION 'terminating connection' USING ERRCODE = '57P01';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fail_at_b BEFORE INSERT ON sources_publisher FOR EACH ROW EXECUTE FUNCTION fail_at_b();
"""


@pytest.mark.django_db(transaction=True)
def test_sent_again_with_its_key_it_goes_on_where_the_server_failed() -> None:
    writer = Writer(Role.CURATOR)
    body = {"operations": [create(name) for name in "abc"]}
    with connection.cursor() as cursor:
        cursor.execute(FAILING)
    try:
        failed = writer.send("post", BATCH, body, status=200, key="k")["results"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER fail_at_b ON sources_publisher; DROP FUNCTION fail_at_b()")
    assert [one["status"] for one in failed] == [201, 503, 424]
    done = writer.send("post", BATCH, body, status=200, key="k")["results"]
    assert [one["status"] for one in done] == [201, 201, 201]
    assert done[0] == failed[0]
    assert sorted(Publisher.objects.values_list("name", flat=True)) == ["a", "b", "c"]
    assert writer.send("post", BATCH, body, status=200, key="k")["results"] == done
