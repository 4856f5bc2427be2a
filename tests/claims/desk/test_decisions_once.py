"""A decision is taken once, by whom it says, on what it says; all else is refused and leaves nothing behind."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from claims.desk import deciding
from claims.desk.models import Decision
from claims.models import Statement
from claims.proposals.models import Candidate
from claims.services.editing import Content, change_statement
from sources.models.fields import uuid7
from tests import factories
from tests.claims.desk.conftest import Sit, Sitting

pytestmark = pytest.mark.django_db
TEXT = "« Un profond souci », a dit Ada Essai."
WORDS = "Un profond souci"


def test_what_is_sent_again_is_answered_again_and_not_done_again(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS, {"speakers": [{"id": str(factories.speaker().pk)}]})
    first = seat.decide("accept", item, effort={"keys": 1, "clicks": 0, "milliseconds": 5})
    assert "Idempotency-Replayed" not in seat.answer
    assert seat.send(seat.body) == first
    assert seat.answer["Idempotency-Replayed"] == "true"
    assert Statement.objects.count() == 1


def test_a_key_stands_for_one_decision(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    body = seat.body
    problem = seat.send({**body, "do": "reject", "with": {}}, 422)
    assert problem["type"].endswith("#idempotency-key-reused")
    assert seat.item(item["id"])["state"] == "open"


def test_a_key_is_each_persons_own(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    key = seat.body["key"]
    seat.lease("release")
    other = sit(seat.revision, "other")
    assert other.decide("reject", item, key=key)["items"][0]["state"] == "rejected"


def test_what_was_refused_is_not_kept(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    seat.decide("accept", item, status=400)
    body = seat.body
    seat.send({**body, "with": {"speakers": [{"id": str(factories.speaker().pk)}]}})
    assert Statement.objects.count() == 1


def test_old_answers_are_forgotten(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "CLEARED_ONCE_IN", 1)
    seat = sit(factories.source(TEXT))
    seat.mark(WORDS)
    Decision.objects.update(decided_at=timezone.now() - timedelta(days=31))
    seat.mark("souci")
    assert Decision.objects.count() == 1


def test_it_is_of_the_person_whom_the_page_was_made_for(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    problem = seat.decide("reject", item, status=409, **{"as": seat.user.pk + 1})
    assert problem["kind"] == "person"
    assert seat.item(item["id"])["state"] == "open"


def test_what_was_decided_before_a_newer_text_was_known_is_kept(sit: Sit) -> None:
    revision = factories.source(TEXT)
    seat = sit(revision)
    item = seat.mark(WORDS)
    revision.source.texts.create(number=2, raw=b"x", text="Autre.")
    answer = seat.decide("reject", item)
    assert (answer["latest_number"], answer["items"][0]["state"]) == (2, "rejected")
    assert seat.lease("hold")["latest_number"] == 2


def test_the_version_of_an_item_grows_too_where_its_draft_is_deleted_elsewhere(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS, {"speakers": [{"id": str(factories.speaker().pk)}]})
    draft = seat.decide("accept", item)["items"][0]
    Statement.objects.get().delete()
    assert seat.item(draft["id"])["state"] == "open"
    assert seat.item(draft["id"])["version"] > draft["version"]


def test_a_text_of_another_source_is_not_there(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    seat.decide("reject", item, status=404, revision=str(factories.source().pk))
    seat.decide("reject", str(uuid7()), seen=1, status=404)


def test_who_reads_only_decides_nothing(sit: Sit) -> None:
    seat = sit(factories.source(TEXT), "reader", "readers")
    seat.mark(WORDS, status=403)
    seat.client.logout()
    problem = seat.mark(WORDS, status=401)
    assert problem["detail"] == "You are signed out: sign in again, then go on."


def test_a_contributor_sees_and_changes_their_own(sit: Sit) -> None:
    seat = sit(factories.source(TEXT), "contributor", "contributors")
    item = seat.accept(WORDS, factories.speaker())
    assert item["may_change"]
    assert seat.decide("choose", item, {"act": "deny"})["items"][0]["form"]["act"] == "deny"


def test_it_takes_the_token_of_the_page(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.force_login(seat.user)
    seat.client, weak = strict, seat.client
    problem = seat.decide("reject", item, status=403)
    assert problem["detail"] == "This page is out of date: load it again, then go on."
    assert "WWW-Authenticate" not in seat.answer
    seat.client = weak
    assert seat.item(item["id"])["state"] == "open"


HOSTILE: list[Any] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"key":"\\u0000"}',
    b'{"key":"\\ud800"}',
    b'{"key":1e999}',
    b'{"key":' + b"9" * 5000 + b"}",
    b'{"key":NaN}',
    b'{"do":"choose","do":"accept"}',
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"key": None}, "/key"),
    ({"key": "x"}, "/key"),
    ({"key": {"id": "019b2d6c-0000-7000-8000-000000000000"}}, "/key"),
    ({"group": 5}, "/group"),
    ({"as": "1"}, "/as"),
    ({"as": True}, "/as"),
    ({"as": None}, "/as"),
    ({"about": ["x"]}, "/about"),
    ({"about": None}, "/about"),
    ({"seen": "1"}, "/seen"),
    ({"seen": 1.0}, "/seen"),
    ({"seen": 0}, "/seen"),
    ({"do": "destroy"}, "/do"),
    ({"do": ["choose"]}, "/do"),
    ({"do": {"x": 1}}, "/do"),
    ({"with": None}, "/with"),
    ({"with": []}, "/with"),
    ({"with": "x"}, "/with"),
    ({"with": {"\u0000": 1}}, "/with/␀"),
    ({"effort": 5}, "/effort"),
    ({"effort": {"keys": -1, "clicks": 0, "milliseconds": 0}}, "/effort/keys"),
    ({"effort": {"keys": 1, "clicks": 0}}, "/effort/milliseconds"),
    ({"effort": {"keys": "1", "clicks": 0, "milliseconds": 0}}, "/effort/keys"),
    ({"revision": 10**40}, "/revision"),
    ({"more": 1}, "/more"),
]


def test_what_is_no_json_object_is_refused(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    for name, raw in product(("decisions", "lease"), HOSTILE):
        answer = seat.client.post(f"{seat.address}/{name}/", raw, content_type="application/json")
        assert answer.status_code == 400, (raw[:50], answer.content[:300])
        assert answer["Content-Type"] == "application/problem+json"


def test_other_media_types_are_refused(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        answer = seat.client.post(f"{seat.address}/decisions/", b"do=reject", content_type=kind)
        assert answer.status_code == 415


def test_it_says_which_member_is_wrong(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    for members, pointer in WRONG:
        body = {**_choosing(seat, item, {}), "do": "reject", **members}
        problem = seat.send(json.dumps(body), 400)
        assert pointer in [one["pointer"] for one in problem["errors"]], members
    for name in ("key", "group", "as", "about", "seen", "do", "with", "revision"):
        left_out = {key: value for key, value in body.items() if key not in {name, "more"}}
        problem = seat.send(left_out, 400)
        assert [one["pointer"] for one in problem["errors"]] == [f"/{name}"]
    assert seat.item(item["id"]) == item


def test_what_takes_nothing_takes_nothing(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    for do, given in (
        ("reject", {"why": "x"}),
        ("reopen", {"x": None}),
        ("undo", {"group": 5}),
        ("undo", {"group": "x"}),
        ("undo", {"count": 2}),
    ):
        assert seat.decide(do, item, given, status=400)["errors"]


# more than one at once: each with a connection of its own


def _together(*acts: Any) -> list[Any]:
    """Do all at the same moment; return what each returned."""
    gate = threading.Barrier(len(acts))

    def run(act: Any) -> Any:
        try:
            gate.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, act) for act in acts]]


def _post(seat: Sitting, body: dict[str, Any]) -> Any:
    client = Client(headers={"host": "localhost"})
    client.cookies = seat.client.cookies
    return client.post(f"{seat.address}/decisions/", body, content_type="application/json")


@pytest.mark.django_db(transaction=True)
def test_the_same_sent_by_many_at_once_is_done_once(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS, {"speakers": [{"id": str(factories.speaker().pk)}]})
    body = {**_choosing(seat, item, {}), "do": "accept"}

    answers = _together(*[lambda: _post(seat, body)] * 6)

    assert [one.status_code for one in answers] == [200] * 6
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotency-Replayed" in one for one in answers) == 5
    assert Statement.objects.count() == 1
    assert Decision.objects.filter(name="accept").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_different_choices_at_once_one_is_kept_and_the_others_are_told(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.accept(WORDS, factories.speaker())
    acts = ["deny", "warn", "praise", "accuse", "ask", "admit"]

    def choosing(act: str) -> Any:
        return lambda: _post(seat, _choosing(seat, item, {"act": act}))

    answers = _together(*[choosing(act) for act in acts])

    kept = [act for act, answer in zip(acts, answers, strict=True) if answer.status_code == 200]
    assert len(kept) == 1
    assert Statement.objects.get().act == kept[0]
    refused = [one.json() for one in answers if one.status_code != 200]
    assert {(one["status"], one["kind"]) for one in refused} == {(409, "stale")}
    assert all(one["item"]["form"]["act"] == kept[0] for one in refused)


@pytest.mark.django_db(transaction=True)
def test_a_text_that_many_open_at_once_is_read_once(sit: Sit) -> None:
    revision = factories.source(f"{factories.TEXT}\n{TEXT}")
    factories.speaker("Ada Essai")
    seat = sit(revision)

    def open_it() -> Any:
        client = Client(headers={"host": "localhost"})
        client.cookies = seat.client.cookies
        return client.get(f"{seat.address}/state/")

    answers = _together(*[open_it] * 4)

    assert [one.status_code for one in answers] == [200] * 4
    assert len({tuple(item["id"] for item in one.json()["items"]) for one in answers}) == 1
    assert len({tuple(item["number"] for item in one.json()["cast"]) for one in answers}) == 1
    assert Candidate.objects.count() == len(answers[0].json()["items"])


@pytest.mark.django_db(transaction=True)
def test_of_what_several_add_at_once_nothing_is_lost(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.accept(WORDS, factories.speaker())
    topics = [[str(factories.topic(f"{who}-{number}").pk) for number in range(4)] for who in range(3)]

    def adding(mine: list[str]) -> Any:
        def add() -> int:
            now, refused = item, 0
            for topic in mine:
                while True:
                    answer = _post(seat, _choosing(seat, now, {"topics": [*now["form"]["topics"], topic]}))
                    told = answer.json()
                    now = told["items"][0] if answer.status_code == 200 else told["item"]
                    if answer.status_code == 200:
                        break
                    refused += 1
            return refused

        return add

    _together(*[adding(mine) for mine in topics])

    kept = {str(one) for one in Statement.objects.get().topics.values_list("pk", flat=True)}
    assert kept == {one for mine in topics for one in mine}


@pytest.mark.django_db(transaction=True)
def test_the_desk_and_the_services_change_the_same_statements_without_a_deadlock(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada = factories.speaker()
    items = [seat.accept(words, ada) for words in (WORDS, "profond", "souci")]
    keys = [one["statement"] for one in items]

    def at_the_desk() -> set[int]:
        codes = set()
        for number in range(9):
            about = seat.item(items[number % 3]["id"])
            act = ["deny", "warn", "ask"][number % 3]
            codes.add(_post(seat, _choosing(seat, about, {"act": act, "inside": keys[(number + 1) % 3]})).status_code)
        return codes

    def elsewhere() -> set[int]:
        for number in range(9):
            with transaction.atomic():
                rows = Statement.objects.select_for_update(no_key=True)
                statement = rows.get(pk=keys[number % 3])
                change_statement(
                    statement=statement, content=Content(values={"attitude": ["fear", "doubt"][number % 2]})
                )
        return set()

    codes, _none = _together(at_the_desk, elsewhere)
    assert codes <= {200, 409}
    assert 200 in codes


def _choosing(seat: Sitting, item: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": str(uuid7()),
        "group": str(uuid7()),
        "as": seat.user.pk,
        "about": item["id"],
        "seen": item["version"],
        "do": "choose",
        "with": given,
        "revision": str(seat.revision.pk),
    }
