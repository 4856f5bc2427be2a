"""Whom a correction names that nobody is shown yet is in no version that the public reads, whatever way it came in."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from claims.models import Attribution, Membership, Speaker, Statement
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from claims.services.reviewing import publish, return_to_draft, submit, withdraw
from claims.services.splitting import split_speaker
from claims.text.spans import find
from tests import factories
from tests.claims.api.test_drafts import CANARY
from tests.claims.history.asking import fields, history_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])

PRINTED = find(factories.TEXT, "Ada Essai")


@pytest.fixture
def public(db: None) -> Client:
    return Client(headers={"host": "localhost"})


def body(public: Client, row: Any, kind: str = "statements") -> bytes:
    return public.get(f"/api/v1/{kind}/{row.pk}/history/").content


def with_mention(speaker: Speaker, **values: Any) -> Statement:
    return factories.published(parts=[Part(speaker=speaker, mention=PRINTED)], **values)


def in_correction(statement: Statement) -> Statement:
    withdraw(statement_id=statement.pk, reason="Wrong.")
    return return_to_draft(statement_id=statement.pk, reason="Read it again.")


def mention_in(version: dict[str, Any]) -> Any:
    """Whom the one mention of a version names, that tells of the whole appearance."""
    (appearance,) = (new for name, (_old, new) in fields(version).items() if name.startswith("appearances/"))
    return appearance["mentions"][0]["speaker"]


def test_a_speaker_put_in_by_a_correction_is_shown_by_no_earlier_version(public: Client) -> None:
    ada = factories.speaker("Ada Essai")
    statement = in_correction(with_mention(ada))
    before = body(public, statement)
    hidden = factories.speaker(f"{CANARY} Essai")
    Attribution.objects.filter(statement=statement).update(speaker=hidden)
    assert body(public, statement) == before
    submit(statement_id=statement.pk, by=factories.user("author"))
    shown = body(public, statement)
    assert shown == before
    assert CANARY.encode() not in shown
    assert str(hidden.pk).encode() not in shown
    assert mention_in(history_of(public, statement)[-1]) == {"id": str(ada.pk), "name": "Ada Essai"}


def test_once_it_is_published_each_version_names_its_own_speaker(public: Client) -> None:
    ada, bert = factories.speaker("Ada Essai"), factories.speaker("Bert Essai")
    statement = in_correction(with_mention(ada))
    part = statement.attributions.get()
    Attribution.objects.filter(pk=part.pk).update(speaker=bert)
    submit(statement_id=statement.pk, by=factories.user("author"))
    publish(statement_id=statement.pk, by=factories.user("reviewer"))
    newest, _withdrawn, first = history_of(public, statement)
    old, new = fields(newest)[f"attributions/{part.pk}/speaker"]
    assert (old["name"], new["name"]) == ("Ada Essai", "Bert Essai")
    assert mention_in(first)["name"] == "Ada Essai"


def test_labels_name_the_speaker_of_their_version(public: Client) -> None:
    ada = factories.speaker("Ada Essai")
    statement = with_mention(ada)
    in_correction(statement)
    statement.appearances.get().mentions.update(exact="", start=None, end=None)
    submit(statement_id=statement.pk, by=factories.user("author"))
    publish(statement_id=statement.pk, by=factories.user("reviewer"))
    in_correction(statement)
    Attribution.objects.filter(statement=statement).update(speaker=factories.speaker(f"{CANARY} Essai"))
    labels = [one["label"] for version in history_of(public, statement) for one in version["changes"]]
    assert any("mention (Ada Essai)" in label for label in labels)
    assert CANARY.encode() not in body(public, statement)


def test_an_earlier_version_keeps_the_speaker_that_was_merged_since(public: Client) -> None:
    ada, again = factories.speaker("Ada Essai"), factories.speaker("A. Essai")
    statement = with_mention(again)
    merge_speakers(speaker_id=again.pk, into_id=ada.pk, by=factories.user("reviewer"))
    newest, first = history_of(public, statement)
    assert newest["act"] == "merge"
    assert mention_in(first) == {"id": str(again.pk), "name": "A. Essai"}


def test_an_earlier_version_keeps_the_speaker_that_was_split_since(public: Client) -> None:
    ada = factories.speaker("Ada Essai")
    statement = with_mention(ada)
    made = split_speaker(
        speaker_id=ada.pk,
        by=factories.user("reviewer"),
        name="Another Ada",
        attributions=[statement.attributions.get().pk],
    )
    newest, first = history_of(public, statement)
    assert newest["act"] == "split"
    ((old, new),) = fields(newest).values()
    assert (old["name"], new) == ("Ada Essai", {"id": str(made.pk), "name": "Another Ada"})
    assert mention_in(first) == {"id": str(ada.pk), "name": "Ada Essai"}


def test_a_split_while_it_is_corrected_is_not_shown(public: Client) -> None:
    """The role that was published goes with the part, to a speaker who is not public."""
    statement = in_correction(factories.full())
    part = statement.attributions.get(kind="speaker")
    assert part.membership_id is not None
    before = body(public, statement)
    made = split_speaker(
        speaker_id=part.speaker_id,
        by=factories.user("reviewer"),
        name=f"{CANARY} Essai",
        attributions=[part.pk],
        memberships=[part.membership_id],
    )
    assert not made.is_public
    shown = body(public, statement)
    assert CANARY.encode() not in shown
    assert str(made.pk).encode() not in shown
    assert shown == before


def test_a_role_is_named_without_who_holds_it_by_now(public: Client) -> None:
    statement = in_correction(factories.full())
    part = statement.attributions.get(kind="speaker")
    before = body(public, statement)
    hidden = factories.speaker(f"{CANARY} Essai")
    assert part.membership_id is not None
    with transaction.atomic():
        Attribution.objects.filter(pk=part.pk).update(speaker=hidden)
        Membership.objects.filter(pk=part.membership_id).update(speaker=hidden)
    assert body(public, statement) == before
    told = fields(history_of(public, statement)[-1])[f"attributions/{part.pk}"][1]
    assert told["speaker"]["id"] == str(part.speaker_id)
    assert told["role"]["name"].startswith("porte-parole")


def test_a_merge_while_it_is_corrected_is_not_shown(public: Client) -> None:
    ada = factories.speaker("Ada Essai")
    statement = in_correction(with_mention(ada))
    before = body(public, statement)
    hidden = factories.speaker(f"{CANARY} Essai")
    Attribution.objects.filter(statement=statement).update(speaker=hidden)
    merge_speakers(speaker_id=hidden.pk, into_id=factories.speaker(f"{CANARY} autre").pk, by=factories.user("reviewer"))
    assert body(public, statement) == before
