"""An earlier version becomes the present one, as a new version, or one sentence says why it cannot."""

from typing import Any

import pytest
from django.db import transaction

from claims.history.earlier import RestoreRefusedError
from claims.history.restoring import restore_row, restore_statement
from claims.models import (
    Claim,
    Position,
    Role,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
    Statement,
    Topic,
    Wording,
)
from claims.services.merging import merge_speakers
from claims.services.reviewing import StaleVersionError, submit
from config.history.acting import Origin, acting
from config.history.replaying import differences_from_present
from config.history.states import differences
from config.history.versions import History
from sources.models import Source
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def restore(statement: Statement, number: int, **values: Any) -> Statement:
    with acting(origin=Origin.ADMIN, user=factories.user("author").pk):
        return restore_statement(statement_id=statement.pk, number=number, by=factories.user("author"), **values)


def assert_is_as_in(row: Any, number: int) -> None:
    """Fail unless the row says what it said in a version, its place in the workflow aside."""
    history = History(type(row), row.pk)
    assert differences(history.state(history.numbered(number)), history.present) == []
    assert differences_from_present(type(row), row.pk) == []


def test_everything_of_a_draft_is_as_it_was() -> None:
    draft = factories.full_draft("Essai")
    number = len(History(Statement, draft.pk).versions)
    ids = {Wording: set(draft.wordings.values_list("pk", flat=True))}
    with transaction.atomic():
        draft.wordings.filter(language="en").update(text="something else")
        draft.wordings.filter(language="fr").delete()
        Wording.objects.create(statement=draft, language="de", text="tiefe Sorge")
        draft.appearances.all().delete()
        draft.attributions.exclude(kind="speaker").delete()
        draft.topics.set([factories.topic("autre")])
        draft.positions.all().delete()
        Statement.objects.filter(pk=draft.pk).update(act="deny", said_at=None, said_at_basis="", event=None)
    restored = restore(draft, number)
    assert_is_as_in(draft, number)
    assert set(restored.wordings.values_list("pk", flat=True)) == ids[Wording]
    last = History(Statement, draft.pk).versions[-1]
    assert (last.act, last.transaction.why, last.transaction.origin) == ("restore", f"version {number}", "admin")
    assert last.transaction.user == factories.user("author").pk
    assert last.number == number + 2
    assert restored.created_by == factories.user("author")


def test_rows_that_did_not_change_are_not_written() -> None:
    draft = factories.full_draft("Essai")
    number = len(History(Statement, draft.pk).versions)
    draft.wordings.filter(language="en").update(text="something else")
    restore(draft, number)
    history = History(Statement, draft.pk)
    transaction_ = history.versions[-1].transaction
    written = {
        shape.model.__name__
        for shape, rows in history.rows.items()
        for row in rows.values()
        for event in row.events
        if event.transaction is transaction_
    }
    assert written == {"Statement", "Wording"}


def test_languages_that_changed_places_change_them_back() -> None:
    draft = factories.draft(
        wordings=[{"language": "en", "text": "concern"}, {"language": "fr", "text": "préoccupation"}]
    )
    english, french = draft.wordings.order_by("language")
    with transaction.atomic():
        Wording.objects.filter(pk=english.pk).update(language="de")
        Wording.objects.filter(pk=french.pk).update(language="en")
        Wording.objects.filter(pk=english.pk).update(language="fr")
    restore(draft, 1)
    assert_is_as_in(draft, 1)


@pytest.mark.parametrize("status", ["in_review", "published", "withdrawn"])
def test_what_is_no_draft_stays(status: str) -> None:
    made: Any = {"published": factories.published, "withdrawn": factories.withdrawn}.get(status, factories.draft)
    statement = made()
    if status == "in_review":
        submit(statement_id=statement.pk, by=factories.user("author"))
    with pytest.raises(RestoreRefusedError, match="only a draft can be changed"):
        restore(statement, 1)


def test_another_version_than_the_one_that_was_read_is_refused() -> None:
    draft = factories.draft()
    draft.wordings.update(text="something else")
    with pytest.raises(StaleVersionError):
        restore(draft, 1, version=draft.version)


@pytest.mark.parametrize("number", [0, 2, 99, -1])
def test_a_version_that_there_is_not_is_refused(number: int) -> None:
    with pytest.raises(RestoreRefusedError, match="no version"):
        restore(factories.draft(), number)


def test_what_it_says_already_is_no_new_version() -> None:
    draft = factories.draft()
    Statement.objects.filter(pk=draft.pk).update(act="deny")
    Statement.objects.filter(pk=draft.pk).update(act="assert")
    with pytest.raises(RestoreRefusedError, match="says what it said in version 1"):
        restore(draft, 1)
    assert len(History(Statement, draft.pk).versions) == 3


def test_a_merged_speaker_is_followed_to_the_living_one() -> None:
    ada, again, third = (factories.speaker(name) for name in ("Ada", "A. Essai", "Ada E."))
    draft = factories.draft(speakers=[again, third], relayed_by=[factories.speaker("Tokyo", type="state")])
    draft.attributions.all().delete()
    for one in (again, third):
        merge_speakers(speaker_id=one.pk, into_id=ada.pk, by=factories.user("curator"))
    restored = restore(draft, 1)
    # the two of then are one by now
    assert [one.speaker for one in restored.attributions.all()] == [ada]
    assert differences_from_present(Statement, draft.pk) == []


def test_what_names_a_deleted_topic_is_refused() -> None:
    topic = factories.topic("ancien")
    draft = factories.draft(topics=[topic])
    draft.topics.clear()
    topic.delete()
    with pytest.raises(RestoreRefusedError, match=f"deleted since \\(topic {topic.pk or ''}"):
        restore(draft, 1)


def test_what_names_a_deleted_speaker_is_refused() -> None:
    ada = factories.speaker("Ada")
    draft = factories.draft(speakers=[ada, factories.speaker("Bert")])
    draft.attributions.filter(speaker=ada).delete()
    ada.delete()
    with pytest.raises(RestoreRefusedError, match="deleted since"):
        restore(draft, 1)


def test_a_row_that_is_of_another_statement_by_now_is_written_with_another_id() -> None:
    draft, other = factories.draft(), factories.draft()
    claim = Claim.objects.create(text={"fr": "Ils livrent."})
    position = Position.objects.create(statement=draft, claim=claim)
    Position.objects.filter(pk=position.pk).update(statement=other)
    restored = restore(draft, 2)
    assert restored.positions.get().claim == claim
    assert restored.positions.get().pk != position.pk
    assert other.positions.get().pk == position.pk


def test_an_appearance_that_went_to_another_statement_is_written_anew_with_all_that_is_in_it() -> None:
    draft, other = factories.full_draft("Un"), factories.draft()
    number = len(History(Statement, draft.pk).versions)
    with transaction.atomic():
        draft.appearances.get().mentions.all().delete()
        draft.appearances.update(statement=other)
    restored = restore(draft, number)
    appearance = restored.appearances.get()
    assert (appearance.segments.count(), appearance.mentions.count(), appearance.relays.count()) == (2, 1, 1)
    assert other.appearances.count() == 2
    for one in (draft, other):
        assert differences_from_present(Statement, one.pk) == []


def test_a_refused_restoring_changes_nothing() -> None:
    topic = factories.topic("ancien")
    draft = factories.draft(topics=[topic], wordings=[{"language": "en", "text": "concern"}])
    with transaction.atomic():
        draft.topics.clear()
        draft.wordings.update(text="something else")
    topic.delete()
    with pytest.raises(RestoreRefusedError):
        restore(draft, 1)
    assert draft.wordings.get().text == "something else"


def test_a_speaker_gets_its_names_and_pages_back() -> None:
    state = factories.speaker("Utopie", type="state")
    speaker = factories.speaker("Ministère", type="organization", part_of=state)
    SpeakerName.objects.create(speaker=speaker, name="MAE", kind="acronym")
    SpeakerSameAs.objects.create(speaker=speaker, url="https://register.example/1")
    with transaction.atomic():
        Speaker.objects.filter(pk=speaker.pk).update(name="Autre", part_of=None, note="?")
        speaker.names.all().delete()
        speaker.same_as.all().delete()
    restored = restore_row(Speaker, pk=speaker.pk, number=3, by=factories.user("curator"))
    assert (restored.name, restored.part_of, restored.note) == ("Ministère", state, "")
    assert [one.name for one in restored.names.all()] == ["MAE"]
    assert [one.url for one in restored.same_as.all()] == ["https://register.example/1"]
    assert_is_as_in(speaker, 3)
    assert History(Speaker, speaker.pk).versions[-1].act == "restore"


def test_labels_of_topics_and_roles_come_back() -> None:
    topic, role = factories.topic("armement"), Role.objects.create(labels={"fr": "ministre"})
    Topic.objects.filter(pk=topic.pk).update(labels={"fr": "autre"})
    Role.objects.filter(pk=role.pk).update(labels={"fr": "autre"}, category="diplomat")
    assert restore_row(Topic, pk=topic.pk, number=1, by=factories.user("curator")).labels == {"fr": "armement"}
    assert restore_row(Role, pk=role.pk, number=1, by=factories.user("curator")).category == "other"


def test_a_source_gets_its_description_back_and_keeps_its_texts() -> None:
    source = factories.source(title="Dépêche", url="https://a.example/1").source
    Source.objects.filter(pk=source.pk).update(title="?", authors=["X"], url=None, url_sha256=None)
    restored = restore_row(Source, pk=source.pk, number=2, by=factories.user("curator"))
    assert (restored.title, restored.authors, restored.url) == ("Dépêche", [], "https://a.example/1")
    assert restored.texts.count() == 1


def test_a_merged_speaker_is_not_restored() -> None:
    ada, again = factories.speaker("Ada"), factories.speaker("A. Essai")
    merge_speakers(speaker_id=again.pk, into_id=ada.pk, by=factories.user("curator"))
    with pytest.raises(RestoreRefusedError, match="merged into another"):
        restore_row(Speaker, pk=again.pk, number=1, by=factories.user("curator"))
