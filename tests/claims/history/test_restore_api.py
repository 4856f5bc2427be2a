"""Restoring over the API: a condition, a role, and what is refused as the problem it is."""

from typing import Any

import pytest
from django.test import Client

from claims.models import Statement
from config.access.roles import Role
from config.history.versions import History
from tests import factories
from tests.claims.history.asking import client_of, history_of, person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])


@pytest.fixture
def draft() -> Statement:
    """A draft that was changed once."""
    made = factories.draft(
        created_by=person("anna", Role.CONTRIBUTOR), wordings=[{"language": "en", "text": "deep concern"}]
    )
    made.wordings.update(text="something else")
    made.refresh_from_db()
    return made


def restore(client: Client, row: Statement, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/statements/{row.pk}/restore/", body, content_type="application/json", headers=headers)


def asks(name: str, role: Role) -> Client:
    return client_of(person(name, role), role)


def test_an_earlier_version_becomes_the_present_one(draft: Statement) -> None:
    client = asks("anna", Role.CONTRIBUTOR)
    answer = restore(client, draft, {"number": 1}, if_match=f'"{draft.version}"')
    assert answer.status_code == 200, answer.content
    assert answer.json()["wordings"][0]["text"] == "deep concern"
    newest = history_of(client, draft)[0]
    assert (newest["act"], newest["origin"], newest["by"], newest["why"]) == ("restore", "api", "anna", "version 1")
    assert answer["ETag"] == f'"{newest["version"]}"'


@pytest.mark.parametrize(
    ("body", "condition", "status"),
    [
        ({"number": 1}, None, 428),
        ({"number": 1}, '"1"', 412),
        ({"number": 1}, "*", 412),
        ({"number": 0}, '"2"', 400),
        ({"number": "1"}, '"2"', 400),
        ({"number": 1, "why": "x"}, '"2"', 400),
        ({}, '"2"', 400),
        ({"number": 9}, '"2"', 400),
        ({"number": 2}, '"2"', 409),
    ],
)
def test_what_is_wrong_changes_nothing(draft: Statement, body: Any, condition: str | None, status: int) -> None:
    headers = {"if_match": condition} if condition else {}
    assert restore(asks("carl", Role.CURATOR), draft, body, **headers).status_code == status
    assert draft.wordings.get().text == "something else"
    assert len(History(Statement, draft.pk).versions) == 2


def test_a_number_that_there_is_not_is_pointed_at(draft: Statement) -> None:
    answer = restore(asks("carl", Role.CURATOR), draft, {"number": 9}, if_match=f'"{draft.version}"')
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"pointer": "/number", "detail": "There is no version 9 of it."}]


def test_who_may_not_change_a_draft_does_not_restore_it(draft: Statement) -> None:
    condition = {"if_match": f'"{draft.version}"'}
    public = Client(headers={"host": "localhost"})
    assert restore(public, draft, {"number": 1}, **condition).status_code == 401
    assert restore(asks("lea", Role.READER), draft, {"number": 1}, **condition).status_code in {403, 404}
    assert restore(asks("bert", Role.CONTRIBUTOR), draft, {"number": 1}, **condition).status_code == 404
    assert draft.wordings.get().text == "something else"


def test_what_is_published_is_a_conflict() -> None:
    statement = factories.published()
    answer = restore(asks("carl", Role.CURATOR), statement, {"number": 1}, if_match=f'"{statement.version}"')
    assert answer.status_code == 409
    assert "only a draft can be changed" in answer.json()["detail"]
