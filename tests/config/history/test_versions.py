"""Versions of a whole: what was changed at once is one, in the order in which it took effect, field by field."""

import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from claims.models import Attribution, Position, Relation, Segment, Speaker, SpeakerName, Statement, Topic, Wording
from claims.services.reviewing import return_to_draft, submit, withdraw
from claims.services.uniting import unite_statements
from config.history.acting import Origin, acting
from config.history.names import Names
from config.history.replaying import differences_from_present
from config.history.states import Change
from config.history.tracking import TRACKED
from config.history.versions import History, as_of
from config.history.words import line_of
from sources.models import Publisher, Source
from sources.services import add_revision
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def told(changes: list[Change]) -> list[tuple[str, str, str]]:
    """What became of what, in words, old and new marked."""
    names = Names(changes)
    lines = [line_of(change, names) for change in changes]
    marks = {"gone": "-{}", "new": "+{}", "same": "{}"}
    return [
        (
            str(line.kind),
            line.label,
            "".join(marks[piece.side].format(piece.text) for piece in line.pieces)
            or "; ".join(f"{label}: {text}" for label, text in line.facts),
        )
        for line in lines
    ]


def of(row: Any) -> History:
    return History(type(row), row.pk)


def test_what_is_done_in_one_transaction_is_one_version() -> None:
    draft = factories.draft(wordings=[{"language": "en", "text": "deep concern"}])
    with acting(origin=Origin.ADMIN, user=factories.user("author").pk), transaction.atomic():
        draft.wordings.update(text="very deep concern")
        Wording.objects.create(statement=draft, language="fr", text="profonde préoccupation")
        Statement.objects.filter(pk=draft.pk).update(attitude="concern")
    history = of(draft)
    assert [(one.number, one.act, one.transaction.origin) for one in history.versions] == [
        (1, "create", "sql"),
        (2, "change", "admin"),
    ]
    assert history.versions[1].transaction.user == factories.user("author").pk
    assert told(history.changes(history.versions[1])) == [
        ("changed", "Attitude", "+Concern"),
        ("changed", "Wording (en) › wording", "+very deep concern"),
        ("added", "Wording (fr)", "Language: fr; Wording: profonde préoccupation"),
    ]


def test_the_version_of_the_row_is_its_etag_then() -> None:
    draft = factories.draft()
    submit(statement_id=draft.pk, by=factories.user("author"))
    return_to_draft(statement_id=draft.pk, reason="Which Tuesday?")
    history = of(draft)
    assert [(one.act, one.transaction.why) for one in history.versions] == [
        ("create", ""),
        ("submit", ""),
        ("return", "Which Tuesday?"),
    ]
    draft.refresh_from_db()
    assert history.versions[-1].version == draft.version


def test_a_row_stored_again_as_it_was_is_no_version() -> None:
    speaker = factories.speaker()
    speaker.save()
    speaker.note = "ministre"
    speaker.save()
    versions = of(speaker).versions
    assert [(one.number, one.version) for one in versions] == [(1, 1), (2, 3)]


def test_transactions_are_in_the_order_in_which_they_took_effect() -> None:
    """One that began first, and waited for the other, comes second."""
    speaker = factories.speaker("Alt")
    began, go_on = threading.Event(), threading.Event()

    def wait_and_change() -> None:
        try:
            with transaction.atomic():
                Topic.objects.count()  # its now() is this moment
                began.set()
                go_on.wait(10)
                Speaker.objects.filter(pk=speaker.pk).update(name="Zuletzt")
        finally:
            connection.close()

    other = threading.Thread(target=wait_and_change)
    other.start()
    assert began.wait(10)
    time.sleep(0.01)
    Speaker.objects.filter(pk=speaker.pk).update(name="Dazwischen")
    go_on.set()
    other.join()
    history = of(speaker)
    assert [history.state(one).values["name"] for one in history.versions] == ["Alt", "Dazwischen", "Zuletzt"]  # type: ignore[union-attr]
    assert history.versions[2].transaction.at < history.versions[1].transaction.at
    assert differences_from_present(Speaker, speaker.pk) == []


def test_parts_of_parts_are_told_with_what_they_are_in() -> None:
    draft = factories.draft(revision=factories.source(title="Article"))
    with transaction.atomic():
        Segment.objects.filter(appearance__statement=draft).update(prefix="")
    history = of(draft)
    ((kind, label, text),) = told(history.changes(history.versions[-1]))
    assert (kind, label) == ("changed", "Appearance (Article, revision 1) › segment (1) › before")
    assert text.startswith("-")


def test_what_moved_to_another_statement_was_removed_from_the_one_and_added_to_the_other() -> None:
    ada = factories.speaker()
    one, other = (factories.published(speakers=[ada], revision=factories.source(title=name)) for name in ("A", "B"))
    unite_statements(statement_id=one.pk, into_id=other.pk, by=factories.user("reviewer"))
    left, got = of(one), of(other)
    assert ("removed", "Appearance (A, revision 1)") in [line[:2] for line in told(left.changes(left.versions[-1]))]
    assert ("added", "Appearance (A, revision 1)") in [line[:2] for line in told(got.changes(got.versions[-1]))]
    assert left.versions[-1].act == got.versions[-1].act == "unite"
    for row in (one, other):
        assert differences_from_present(Statement, row.pk) == []


def test_what_happens_to_a_part_after_it_left_is_of_the_other_statement_only() -> None:
    one, other = factories.draft(), factories.draft()
    part = Position.objects.create(statement=one, claim=factories.full_draft().positions.get().claim)
    Position.objects.filter(pk=part.pk).update(statement=other)
    count = len(of(one).versions)
    Position.objects.filter(pk=part.pk).update(stance="denies")
    assert len(of(one).versions) == count
    assert told(of(other).changes(of(other).versions[-1]))[0][1].endswith("› stance")


def test_deleting_is_told_with_all_that_went() -> None:
    speaker = factories.speaker("Ada Essai")
    SpeakerName.objects.create(speaker=speaker, name="A. Essai")
    key = speaker.pk
    with acting(origin=Origin.API):
        speaker.delete()
    history = History(Speaker, key)
    assert history.present is None
    assert (history.versions[-1].act, history.versions[-1].transaction.origin) == ("delete", "api")
    assert ("removed", "Other name (A. Essai)") in [line[:2] for line in told(history.changes(history.versions[-1]))]


def test_an_earlier_state_is_had_as_plain_data() -> None:
    speaker = factories.speaker("Ada Essai")
    SpeakerName.objects.create(speaker=speaker, name="A. Essai")
    speaker.names.all().delete()
    then = as_of(Speaker, speaker.pk, 2)
    assert then is not None
    assert (then["name"], [one["name"] for one in then["names"]]) == ("Ada Essai", ["A. Essai"])
    assert as_of(Speaker, speaker.pk, 3)["names"] == []  # type: ignore[index]
    assert as_of(Speaker, speaker.pk, 4) is None


def test_names_of_what_was_deleted_are_those_they_had_at_last() -> None:
    topic = factories.topic("ancien")
    draft = factories.draft(topics=[topic])
    draft.statementtopic_set.all().delete()
    topic.delete()
    history = of(draft)
    assert ("removed", "Topic of a statement (ancien)") in [
        line[:2] for line in told(history.changes(history.versions[-1]))
    ]


def test_a_history_is_read_by_one_query_for_each_kind_of_row() -> None:
    draft = factories.full_draft()
    with CaptureQueriesContext(connection) as first:
        History(Statement, draft.pk).versions  # noqa: B018 it is worked out when asked for
    for number in range(5):
        draft.wordings.filter(language="en").update(text=f"concern {number}")
        draft.positions.update(stance=("affirms", "denies")[number % 2])
    with CaptureQueriesContext(connection) as longer:
        history = History(Statement, draft.pk)
        Names([change for one in history.versions for change in history.changes(one)])
    assert len(first) == 10 + len(["BEGIN", "SET TRANSACTION", "COMMIT"])
    names = len(longer) - len(first)
    assert names <= 9  # one for each kind of row that is named


def test_the_history_replays_to_what_is_there_for_every_whole() -> None:
    statement = factories.full("Essai")
    draft = factories.full_draft("Autre")
    draft.wordings.filter(language="en").delete()
    draft.attributions.filter(kind="addressee").delete()
    Relation.objects.create(statement=draft, type="answers", other=statement)
    Attribution.objects.filter(statement=draft).update(certainty="probable")
    revision = statement.appearances.get().source_text
    add_revision(source=revision.source, raw=f"Nouveau. {revision.text}".encode())
    wholes = [model for model in TRACKED if any(one.name == "version" for one in model._meta.local_fields)]
    for model in wholes:
        for pk in model._default_manager.values_list("pk", flat=True):
            assert differences_from_present(model, pk) == []
    assert {Statement, Source, Publisher, Speaker} <= set(wholes)


def test_a_difference_between_history_and_tables_is_found() -> None:
    speaker = factories.speaker("Ada Essai")
    SpeakerName.objects.create(speaker=speaker, name="A. Essai")
    with connection.cursor() as cursor:
        tables = ("claims_speaker", "claims_speakername")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("UPDATE claims_speaker SET note = 'heimlich'")
        cursor.execute("DELETE FROM claims_speakername")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    found = differences_from_present(Speaker, speaker.pk)
    assert [sentence.partition(": ")[2] for sentence in found] == [
        "note is 'heimlich', by the history ''",
        "the history has it, and it is not there",
    ]


def test_what_is_committed_while_it_is_read_is_seen_whole_or_not_at_all() -> None:
    """A draft's words must not be taken for those of what was published when the reading began."""
    statement = factories.published(wordings=[{"language": "en", "text": "deep concern"}])
    done: list[str] = []

    def correct() -> None:
        try:
            by = factories.user("author")
            withdraw(statement_id=statement.pk, reason="Wrong.")
            return_to_draft(statement_id=statement.pk, reason="Read it again.")
            statement.wordings.update(text="never shown")
            submit(statement_id=statement.pk, by=by)
        finally:
            connection.close()

    def between(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "wordingchange" in sql and not done:
            done.append(sql)
            other = threading.Thread(target=correct)
            other.start()
            other.join()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        history = of(statement)
    assert done
    present = history.present
    assert present is not None
    assert present.values["status"] == "published"
    assert [one.values["text"] for one in present.parts["wordings"].values()] == ["deep concern"]
    assert of(statement).present.values["status"] == "in_review"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_several_people_in_one_transaction_are_several_versions_that_replay() -> None:
    """As in tests that store nothing: all is one transaction, and reasons come in turn."""
    people = [factories.user(name).pk for name in ("anna", "bert")]
    with acting(origin=Origin.API, user=people[0]):
        draft = factories.full_draft()
    for number in range(3):
        with acting(origin=Origin.ADMIN, user=people[number % 2]):
            draft.wordings.filter(language="en").update(text=f"concern {number}")
            submit(statement_id=draft.pk, by=factories.user("anna"))
            return_to_draft(statement_id=draft.pk, reason=f"Reason {number}.")
            draft.positions.update(stance=("denies", "affirms")[number % 2])
            draft.topics.set([factories.topic(f"sujet {number}")])
    assert differences_from_present(Statement, draft.pk) == []
    assert [one.number for one in of(draft).versions] == list(range(1, len(of(draft).versions) + 1))
