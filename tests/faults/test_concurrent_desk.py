"""Several people decide at the desk at once: one of them is first, the others are told, and nobody gets a 5xx."""

import threading
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims.desk import leases
from claims.desk.models import Work
from claims.models import Speaker, Statement
from claims.proposals.models import Candidate, Reading
from sources.models import SourceText
from sources.models.fields import uuid7
from tests import factories
from tests.claims.admin.test_statements import person
from tests.faults.conftest import ROUNDS

TRIES = 6 * ROUNDS
TOLD = {200, 400, 404, 409}


@pytest.fixture(autouse=True)
def groups(transactional_db: None) -> None:
    """The groups that tests before may have cleared away."""
    if not Group.objects.filter(name="curators").exists():
        with connection.schema_editor(atomic=False) as editor:
            import_module("claims.migrations.0007_roles").make_roles(apps, editor)


@pytest.fixture
def ada() -> Speaker:
    return factories.speaker("Ada Essai")


def signed_in(name: str, group: str = "curators") -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.force_login(person(name, group))
    return client


def draft(ada: Speaker) -> Statement:
    """A draft in a text of its own, which an engine has read."""
    text = factories.source()
    Reading.objects.create(source_text=text, engine="marks")
    return factories.draft(revision=text, speakers=[ada])


def decision(client: Client, text: SourceText, do: str, given: Any, **members: Any) -> Callable[[], int]:
    """Return what sends a decision, and returns the status of the answer."""
    body = {
        "key": str(uuid7()),
        "group": str(uuid7()),
        "as": int(client.session["_auth_user_id"]),
        "about": None,
        "seen": None,
        "do": do,
        "with": given,
        "revision": str(text.pk),
        **members,
    }
    address = reverse("desk:decisions", args=[text.source_id])
    return lambda: client.post(address, body, content_type="application/json").status_code


def deletion(client: Client, statement: Statement) -> Callable[[], int]:
    """Return what deletes a draft in the admin, and returns the status of the answer."""
    address = reverse("admin:claims_statement_delete", args=[statement.pk])
    return lambda: client.post(address, {"post": "yes"}).status_code


def at_once(acts: Sequence[Callable[[], int]]) -> list[int]:
    """What each returns, all begun together."""
    gate, found = threading.Barrier(len(acts)), [0] * len(acts)

    def run(place: int) -> None:
        try:
            gate.wait()
            found[place] = acts[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_drafts_that_are_linked_with_each_other_become_one(ada: Speaker) -> None:
    """Each of two people, in a text of their own, says it of the other's draft."""
    people = [signed_in("cleo"), signed_in("carl")]
    for _ in range(TRIES):
        drafts = [draft(ada), draft(ada)]
        places = [one.appearances.get() for one in drafts]
        found = at_once(
            [
                decision(
                    client, place.source_text, "link", {"to": str(other.pk)}, about=str(place.pk), seen=one.version
                )
                for client, place, one, other in zip(people, places, drafts, drafts[::-1], strict=True)
            ]
        )
        assert 200 in found
        assert set(found) <= TOLD
        (kept,) = Statement.objects.filter(pk__in=[one.pk for one in drafts])
        assert kept.appearances.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_deleted_elsewhere_while_it_is_sent_is_sent_or_gone(ada: Speaker) -> None:
    client = signed_in("cleo")
    for _ in range(TRIES):
        one = draft(ada)
        text = one.appearances.get().source_text
        sent, deleted = at_once([decision(client, text, "send", {}), deletion(client, one)])
        assert (sent, deleted) in {(200, 302), (200, 403)}
        assert set(Statement.objects.filter(pk=one.pk).values_list("status", flat=True)) <= {"in_review"}


@pytest.mark.django_db(transaction=True)
def test_what_is_deleted_elsewhere_while_another_is_linked_with_it_is_one_with_it_or_gone(ada: Speaker) -> None:
    client = signed_in("cleo")
    for _ in range(TRIES):
        one, other = draft(ada), draft(ada)
        place = one.appearances.get()
        act = decision(client, place.source_text, "link", {"to": str(other.pk)}, about=str(place.pk), seen=one.version)
        linked, deleted = at_once([act, deletion(client, other)])
        assert (linked, deleted) in {(200, 302), (400, 302)}


@pytest.mark.django_db(transaction=True)
def test_one_key_press_that_is_sent_twice_at_once_is_done_once() -> None:
    client = signed_in("cleo")
    for _ in range(TRIES):
        text = factories.source()
        Reading.objects.create(source_text=text, engine="marks")
        key = str(uuid7())
        given = {"id": key, "start": 0, "end": 5, "form": {}}
        act = decision(client, text, "mark", given, about=key)
        assert at_once([act, act]) == [200, 200]
        assert Candidate.objects.filter(source_text=text).count() == 1


def test_who_opens_a_source_again_while_it_is_given_to_them_is_told_that_they_have_it() -> None:
    holder = person("holder", "curators")
    source = factories.source().source
    Work.objects.create(source=source)
    told: list[leases.Lease] = []

    def again() -> None:
        try:
            told.append(leases.hold(source.pk, holder, timezone.now()))
        finally:
            connections.close_all()

    waiting = threading.Thread(target=again)
    with transaction.atomic():
        leases.hold(source.pk, holder, timezone.now())
        waiting.start()
        until_somebody_waits()
    waiting.join()
    assert [(one["is_mine"], one["holder"]) for one in told] == [(True, "holder")]


def until_somebody_waits() -> None:
    """Return once another connection waits for this one."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    pytest.fail("nobody waits")
