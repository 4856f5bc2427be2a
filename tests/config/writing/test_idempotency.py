"""Idempotency-Key: a request sent again acts once and is answered the same, at the same time and after a crash too."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from config.access.models import StoredAnswer
from config.access.roles import Role
from sources.models import Publisher
from tests import factories
from tests.writing import Writer

PATH = "/api/v1/publishers/"
BODY = {"name": "Le Courrier"}


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


def seen(writer: Writer) -> tuple[bytes, str, str, str]:
    """Return what a client sees of the last answer."""
    answer = writer.answer
    return answer.content, answer["ETag"], answer.headers.get("Location", ""), answer["Content-Type"]


def test_it_acts_once_and_answers_the_same(curator: Writer) -> None:
    first = curator.send("post", PATH, BODY, status=201, key="k1"), seen(curator)
    assert "Idempotency-Replayed" not in curator.answer
    second = curator.send("post", PATH, BODY, status=201, key="k1"), seen(curator)
    assert second == first
    assert curator.answer["Idempotency-Replayed"] == "true"
    assert curator.answer["Cache-Control"] == "private, no-store"
    assert Publisher.objects.count() == 1


def test_the_same_request_may_be_written_in_another_order(curator: Writer) -> None:
    made = curator.send("post", PATH, {"name": "x", "kind": "online"}, status=201, key="k1")
    assert curator.send("post", PATH, {"kind": "online", "name": "x"}, status=201, key="k1") == made


def test_another_request_with_the_same_key_is_refused(curator: Writer) -> None:
    curator.send("post", PATH, BODY, status=201, key="k1")
    for path, body in ((PATH, {"name": "Other"}), ("/api/v1/events/", BODY)):
        problem = curator.send("post", path, body, status=422, key="k1")
        assert problem["type"] == "/api/problems/#idempotency-key-reused"
    assert Publisher.objects.count() == 1


def test_keys_are_of_each_user(curator: Writer) -> None:
    curator.send("post", PATH, BODY, status=201, key="k1")
    Writer(Role.CURATOR, "another").send("post", PATH, BODY, status=201, key="k1")
    assert Publisher.objects.count() == 2


@pytest.mark.parametrize("key", [" ", "a b", "é", "x" * 256, "\x7f"])
def test_what_is_no_key_is_refused(curator: Writer, key: str) -> None:
    curator.send("post", PATH, BODY, status=400, key=key)
    assert Publisher.objects.count() == 0


def test_what_was_refused_may_be_tried_again(curator: Writer) -> None:
    curator.send("post", PATH, {"name": ""}, status=400, key="k1")
    curator.send("post", PATH, {"name": "x", "country": "zz"}, status=400, key="k1")
    curator.send("post", PATH, BODY, status=201, key="k1")
    assert StoredAnswer.objects.count() == 1


def test_an_operation_is_done_once_though_its_row_has_another_version_by_then(curator: Writer) -> None:
    one, other = factories.speaker("Ada"), factories.speaker("Ada E.")
    path = f"/api/v1/speakers/{one.pk}/merge/"
    first = curator.send("post", path, {"into": str(other.pk)}, status=200, etag='"1"', key="k1"), seen(curator)
    again = curator.send("post", path, {"into": str(other.pk)}, status=200, etag='"1"', key="k1"), seen(curator)
    assert again == first
    curator.send("post", path, {"into": str(other.pk)}, status=422, etag='"2"', key="k1")


def test_after_a_day_a_key_is_new(curator: Writer) -> None:
    curator.send("post", PATH, BODY, status=201, key="k1")
    StoredAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    curator.send("post", PATH, {"name": "Other"}, status=201, key="k1")
    assert "Idempotency-Replayed" not in curator.answer
    curator.send("post", PATH, {"name": "Other"}, status=201, key="k1")
    assert Publisher.objects.count() == 2


@pytest.mark.parametrize("is_atomic", [True, False])
def test_a_batch_is_done_once(curator: Writer, is_atomic: bool) -> None:
    body = {"atomic": is_atomic, "operations": [{"op": "create", "data": {"name": name}} for name in "ab"]}
    first = curator.send("post", f"{PATH}batch/", body, status=200, key="k1"), curator.answer.content
    again = curator.send("post", f"{PATH}batch/", body, status=200, key="k1"), curator.answer.content
    assert again == first
    assert curator.answer["Idempotency-Replayed"] == "true"
    curator.send("post", f"{PATH}batch/", {**body, "atomic": not is_atomic}, status=422, key="k1")
    assert Publisher.objects.count() == 2


def test_a_batch_that_broke_off_goes_on_where_it_was(curator: Writer) -> None:
    body = {"operations": [{"op": "create", "data": {"name": name}} for name in "abc"]}
    whole = curator.send("post", f"{PATH}batch/", body, status=200, key="k1")
    # as if the process had died behind the second one
    Publisher.objects.filter(name="c").delete()
    StoredAnswer.objects.filter(key="k1").delete()
    StoredAnswer.objects.filter(key__endswith=":2").delete()
    again = curator.send("post", f"{PATH}batch/", body, status=200, key="k1")
    assert [one["id"] for one in again["results"][:2]] == [one["id"] for one in whole["results"][:2]]
    assert sorted(Publisher.objects.values_list("name", flat=True)) == ["a", "b", "c"]


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_who_comes_while_the_first_runs_gets_its_answer(self) -> None:
        writers = [Writer(Role.CURATOR) for _ in range(6)]
        answers = at_once([lambda one=one: one.client.post(PATH, BODY, **sent("k1")) for one in writers])
        assert {answer.status_code for answer in answers} == {201}
        assert len({(answer.content, answer["ETag"], answer["Location"]) for answer in answers}) == 1
        assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
        assert Publisher.objects.count() == 1

    def test_it_waits_for_the_first_and_acts_where_that_one_failed(self) -> None:
        """A transaction that dies leaves no row, so the one that waited runs anew."""
        writer = Writer(Role.CURATOR)
        begun, may_end = threading.Event(), threading.Event()

        def dies() -> None:
            try:
                with transaction.atomic():
                    StoredAnswer.objects.create(user=writer.user, key="k1", fingerprint=b"x" * 32)
                    Publisher.objects.create(name="of the one that died")
                    begun.set()
                    may_end.wait(10)
                    transaction.set_rollback(True)
            finally:
                connections.close_all()

        first = threading.Thread(target=dies)
        first.start()
        assert begun.wait(10)
        found: list[Any] = []
        second = threading.Thread(
            target=lambda: found.extend(at_once([lambda: writer.client.post(PATH, BODY, **sent("k1"))]))
        )
        second.start()
        second.join(1)
        assert second.is_alive(), "it did not wait"
        may_end.set()
        first.join(10)
        second.join(10)
        assert found[0].status_code == 201
        assert "Idempotency-Replayed" not in found[0]
        assert list(Publisher.objects.values_list("name", flat=True)) == [BODY["name"]]

    def test_a_batch_sent_twice_at_once_acts_once(self) -> None:
        writers = [Writer(Role.CURATOR) for _ in range(3)]
        body = {"operations": [{"op": "create", "data": {"name": str(number)}} for number in range(10)]}
        key = str(uuid.uuid4())
        answers = at_once([lambda one=one: one.client.post(f"{PATH}batch/", body, **sent(key)) for one in writers])
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert Publisher.objects.count() == 10


def sent(key: str) -> dict[str, Any]:
    return {"content_type": "application/json", "headers": {"Idempotency-Key": key}}


def at_once(acts: list[Any]) -> list[Any]:
    """Do all of them in threads that begin together, and return what each returned."""
    barrier, results = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        try:
            barrier.wait(10)
            results.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
