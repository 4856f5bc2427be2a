"""Histories for who works on the record: who and why, and each role as much as it may see."""

import pytest
from django.test import Client

from claims.models import Relation, Speaker, Statement
from claims.services.reviewing import return_to_draft, submit
from config.access.roles import Role
from config.history.acting import Origin, acting
from tests import factories
from tests.claims.history.asking import client_of, fields, history_of, person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])


@pytest.fixture
def own() -> Statement:
    """A draft of Anna's that went to review and came back."""
    anna = person("anna", Role.CONTRIBUTOR)
    with acting(origin=Origin.API, user=anna.pk):
        draft = factories.draft(created_by=anna)
        submit(statement_id=draft.pk, by=anna)
    with acting(origin=Origin.ADMIN, user=person("rita", Role.REVIEWER).pk):
        return_to_draft(statement_id=draft.pk, reason="Which Tuesday?")
    return draft


def asks(name: str, role: Role) -> Client:
    return client_of(person(name, role), role)


@pytest.mark.parametrize(
    ("name", "role"),
    [("anna", Role.CONTRIBUTOR), ("carl", Role.CURATOR), ("rita", Role.REVIEWER), ("chief", Role.ADMINISTRATOR)],
)
def test_who_may_see_a_draft_reads_who_changed_it_from_where_and_why(own: Statement, name: str, role: Role) -> None:
    found = history_of(asks(name, role), own)
    told = [(one["number"], one["version"], one["act"], one["origin"], one["by"], one["why"]) for one in found]
    assert told == [
        (3, 3, "return", "admin", "rita", "Which Tuesday?"),
        (2, 2, "submit", "api", "anna", None),
        (1, 1, "create", "api", "anna", None),
    ]
    assert fields(found[0])["returned_reason"] == (None, "Which Tuesday?")


@pytest.mark.parametrize(("name", "role"), [("bert", Role.CONTRIBUTOR), ("lea", Role.READER), ("anna", Role.READER)])
def test_for_who_may_not_see_a_draft_it_is_not_there(own: Statement, name: str, role: Role) -> None:
    assert asks(name, role).get(f"/api/v1/statements/{own.pk}/history/").status_code == 404


def test_no_cache_keeps_what_a_token_was_shown(own: Statement) -> None:
    answer = asks("anna", Role.CONTRIBUTOR).get(f"/api/v1/statements/{own.pk}/history/")
    assert "no-store" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]


def test_contributors_read_all_of_what_is_public_and_the_rest_as_the_public_does() -> None:
    bert = asks("bert", Role.CONTRIBUTOR)
    published, withdrawn = factories.published(), factories.withdrawn()
    assert [one["act"] for one in history_of(bert, published)] == ["publish", "submit", "create"]
    return_to_draft(statement_id=withdrawn.pk, reason="Read it again.")
    public = Client(headers={"host": "localhost"})
    assert history_of(bert, withdrawn) == history_of(public, withdrawn)


def test_contributors_do_not_learn_of_drafts_of_others_from_relations() -> None:
    anna, carl = asks("anna", Role.CONTRIBUTOR), asks("carl", Role.CURATOR)
    own, other = factories.draft(created_by=person("anna", Role.CONTRIBUTOR)), factories.draft()
    Relation.objects.create(statement=own, type="repeats", other=other)
    assert str(other.pk) not in str(history_of(anna, own))
    assert str(other.pk) in str(history_of(carl, own))


def test_what_was_deleted_can_be_read_by_curators_alone() -> None:
    draft = factories.draft(created_by=person("anna", Role.CONTRIBUTOR))
    key = draft.pk
    with acting(origin=Origin.ADMIN, user=person("anna", Role.CONTRIBUTOR).pk):
        draft.delete()
    draft.pk = key
    newest = history_of(asks("carl", Role.CURATOR), draft)[0]
    assert (newest["act"], newest["by"]) == ("delete", "anna")
    answer = asks("anna", Role.CONTRIBUTOR).get(f"/api/v1/statements/{key}/history/")
    assert answer.status_code == 404


def test_speakers_and_sources_are_read_from_their_first_change_on() -> None:
    carl = person("carl", Role.CURATOR)
    with acting(origin=Origin.IMPORT, user=carl.pk):
        speaker, revision = factories.speaker("Ada"), factories.source(title="Dépêche")
    Speaker.objects.filter(pk=speaker.pk).update(name="Ada Essai")
    found = history_of(client_of(carl, Role.CURATOR), speaker, "speakers")
    assert [(one["act"], one["origin"], one["by"]) for one in found] == [
        ("change", "sql", None),
        ("create", "import", "carl"),
    ]
    assert fields(history_of(client_of(carl, Role.CURATOR), revision.source, "sources")[0]).keys() == {"revisions/1"}


def test_an_account_that_is_gone_is_told_by_its_number(own: Statement) -> None:
    with acting(origin=Origin.ADMIN, user=987654):
        submit(statement_id=own.pk, by=person("anna", Role.CONTRIBUTOR))
    assert history_of(asks("carl", Role.CURATOR), own)[0]["by"] == "account 987654"


def test_a_wrong_token_is_refused(own: Statement) -> None:
    client = Client(headers={"host": "localhost", "authorization": "Bearer ar_wrong"})
    assert client.get(f"/api/v1/statements/{own.pk}/history/").status_code == 401
