"""What all tests share."""

import signal
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from psycopg.pq import TransactionStatus

from tests.asking import Api
from tests.emptying import Emptying

TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}
DATABASE = {"db", "client", "admin_client", "admin_user", "api"}
#: what takes longest begins first, so that no process is left with it in the end
FIRST = ("leaks", "permissions", "faults", "fuzz", "clients", "browser")
HERE = Path(__file__).parent
EMPTYING = Emptying()
_request = Client.request


def pytest_configure() -> None:
    """Let programs that tests start hear Ctrl-C: what a shell runs in the background ignores it, and so would they."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long suites first; what they have in common stays together."""
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.relative_to(HERE).parts[0], len(FIRST)))


def _empty(case: Any) -> None:
    for alias in case._databases_names(include_mirrors=False):
        EMPTYING.empty(connections[alias])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Empty what has rows alone; end what threads left connected to the database, and hold up, before it is removed."""
    with django_db_blocker.unblock():
        EMPTYING.look(connection)
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]  # Django's own empties every table
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


@pytest.fixture(autouse=True)
def _public_reads_what_the_test_wrote(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the public's alias read in the test's own transaction, whose rows no other connection sees.

    Transactional tests keep the two connections, the read-only one with its timeout.
    """
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    if (marker and marker.kwargs.get("transaction")) or names & TRANSACTIONAL:
        yield
        connections["public"].close()
        return
    if not (marker or names & DATABASE):
        yield
        return
    request.getfixturevalue("db")
    own: Any = connections["public"]
    connections["public"] = connections["default"]
    asked = Client.request
    Client.request = _request_after_a_commit  # type: ignore[assignment,method-assign]
    yield
    Client.request = asked  # type: ignore[method-assign]
    connections["public"] = own


def _request_after_a_commit(client: Client, **environment: Any) -> Any:
    """Ask when what happens as a transaction ends has happened: documents are written then."""
    raw: Any = connection.connection
    if connection.in_atomic_block and raw.info.transaction_status == TransactionStatus.INTRANS:
        # not by Django's cursor: these are no queries of the answer
        raw.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return _request(client, **environment)


@pytest.fixture(autouse=True)
def _groups_and_lexicon_are_there(request: pytest.FixtureRequest) -> None:
    """Make again what migrations made, where a transactional test changed it and it was taken away behind it."""
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    if (marker and marker.kwargs.get("transaction")) or names & TRANSACTIONAL:
        request.getfixturevalue("transactional_db")
    elif marker or names & DATABASE:
        request.getfixturevalue("db")
    else:
        return
    if not Group.objects.filter(name="administrators").exists():
        made = import_module("claims.migrations.0003_groups_and_lexicon")
        with connection.schema_editor(atomic=False) as editor:
            made.make_groups(apps, editor)
            made.make_lexicon(apps, editor)
            import_module("claims.migrations.0007_roles").make_roles(apps, editor)
            import_module("claims.migrations.0008_merged_topics").let_topics_be_merged(apps, editor)
        EMPTYING.look(connection)


@pytest.fixture
def api(db: None) -> Api:
    """Asks the API as the public does."""
    return Api(Client(headers={"host": "localhost"}))
