"""Every change of the record is kept by the database: who, from where, for what and why. It stays as it is."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Event,
    IntensityPhrase,
    Membership,
    Mention,
    Position,
    Relation,
    Relay,
    Review,
    Role,
    Segment,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
    Statement,
    StatementTopic,
    Topic,
    TopicSameAs,
    Wording,
)
from claims.services.reviewing import submit, withdraw
from config.history.acting import Origin, act, acting
from config.history.shapes import shape_of
from config.history.tracking import TRACKED
from sources.models import Publisher, Source
from sources.models.publishers import PublisherSameAs
from sources.text.urls import sha256
from tests import factories

pytestmark = pytest.mark.django_db

ELSEWHERE = {"url": "https://elsewhere.example/", "url_sha256": sha256("https://elsewhere.example/")}
#: another value that each table takes; texts of sources never change
UPDATES: dict[type[models.Model], dict[str, Any]] = {
    Statement: {"cameo": "0123"},
    Wording: {"translator": "Autre"},
    Attribution: {"certainty": "doubtful"},
    Appearance: {"is_headline": True},
    Segment: {"suffix": ""},
    Mention: {"role_start": None, "role_end": None, "role_exact": ""},
    Relay: {"start": None, "end": None, "exact": ""},
    Position: {"stance": "denies"},
    Relation: {"type": "denies"},
    Claim: {"text": {"fr": "Autre chose."}},
    Review: {"rating": "Faux"},
    Speaker: {"note": "autre"},
    SpeakerName: {"kind": "former"},
    SpeakerSameAs: ELSEWHERE,
    Role: {"category": "diplomat"},
    Membership: {"end": "2024"},
    Event: {"location": "Ailleurs"},
    Topic: {"labels": {"fr": "autre"}},
    TopicSameAs: ELSEWHERE,
    Publisher: {"country": "BE"},
    PublisherSameAs: ELSEWHERE,
    Source: {"title": "Autre titre"},
    IntensityPhrase: {"intensity": 1},
}
TABLES = sorted(TRACKED, key=lambda model: model._meta.db_table)


def kept(model: type[models.Model], **which: Any) -> list[dict[str, Any]]:
    """What is kept of changes of a table, in order."""
    rows: Any = shape_of(model).changes._default_manager.filter(**which).order_by("pgh_id")
    return list(rows.values())


def record() -> Statement:
    """Return a draft, with at least one row in every table."""
    draft = factories.full_draft("Essai")
    Relation.objects.create(statement=draft, type="repeats", other=factories.draft())
    return draft


def test_each_table_is_tracked() -> None:
    there = {*apps.get_app_config("claims").get_models(), *apps.get_app_config("sources").get_models()}
    untracked = there - set(TRACKED) - {shape_of(model).changes for model in TRACKED}
    # the database works them out from what is tracked
    of_documents = {"StatementDocument", "StatementFacets", "Posting", "PostingRun", "RunPlace", "RunPosting"}
    of_documents |= {"PendingChange", "PendingStatement"}
    assert {model.__name__ for model in untracked} == {"StatementSearch", *of_documents}


def test_what_is_made_is_kept_in_each_table_with_who_and_from_where() -> None:
    author = factories.user("author")
    with acting(origin=Origin.IMPORT, user=author.pk):
        record()
        IntensityPhrase.objects.create(phrase="démesuré", intensity=3)
    for model in TABLES:
        pk = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]
        (made,) = kept(model, pgh_obj_id=pk, pgh_label="insert")
        assert made["pgh_context"] == {"origin": "import", "user": author.pk}, model


@pytest.mark.parametrize("model", UPDATES, ids=lambda model: model.__name__)
def test_what_is_changed_in_bulk_is_kept_in_each_table(model: type[models.Model]) -> None:
    record()
    author = factories.user("author")
    rows = model._default_manager.order_by("pk")
    row: Any = rows.filter(is_original=False).first() if model is Wording else rows.first()
    with acting(origin=Origin.API, user=author.pk), act("merge", "the same"):
        model._default_manager.filter(pk=row.pk).update(**UPDATES[model])
    changed = [one for one in kept(model, pgh_obj_id=row.pk) if one["pgh_label"] == "update"][-1]
    assert changed["pgh_context"] == {"origin": "api", "user": author.pk, "act": "merge", "why": "the same"}
    for name, value in UPDATES[model].items():
        if name in changed:
            assert bytes(changed[name]) == value if name.endswith("sha256") else changed[name] == value


def test_what_is_deleted_is_kept_in_each_table() -> None:
    record()
    texts = [model for model in TABLES if model is not IntensityPhrase]
    there = {model: set(model._default_manager.values_list("pk", flat=True)) for model in texts}
    with acting(origin=Origin.COMMAND):
        wholes: list[Any] = [Statement, Claim, Event, Membership, Role, Topic, Speaker, Source, Publisher]
        for whole in wholes:
            while found := list(whole.objects.all()):
                for row in found:
                    try:
                        with transaction.atomic():
                            row.delete()
                    except models.ProtectedError:
                        continue
    for model, ids in there.items():
        assert ids, model
        deleted = {one["pgh_obj_id"] for one in kept(model, pgh_label="delete", pgh_context__origin="command")}
        assert deleted == ids, model


def test_rows_of_a_many_to_many_relation_are_kept() -> None:
    draft, topic = factories.draft(), factories.topic()
    with acting(origin=Origin.COMMAND):
        draft.topics.add(topic)
        draft.topics.remove(topic)
    found = kept(StatementTopic, statement_id=draft.pk)
    assert [(one["pgh_label"], one["topic_id"]) for one in found] == [("insert", topic.pk), ("delete", topic.pk)]


def test_bulk_update_is_kept_row_by_row() -> None:
    speakers = [factories.speaker("Un"), factories.speaker("Deux")]
    for row in speakers:
        row.note = f"{row.name} !"
    Speaker.objects.bulk_update(speakers, ["note"])
    assert [kept(Speaker, pgh_obj_id=row.pk)[-1]["note"] for row in speakers] == ["Un !", "Deux !"]


def test_plain_sql_is_kept_without_a_context() -> None:
    row = factories.speaker()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_speaker SET note = 'par SQL' WHERE id = %s", [row.pk])
    last = kept(Speaker, pgh_obj_id=row.pk)[-1]
    assert (last["pgh_label"], last["note"], last["pgh_context"]) == ("update", "par SQL", None)


def test_a_row_stored_again_as_it_was_is_no_change_of_a_part() -> None:
    wording = factories.draft().wordings.get()
    wording.save()
    assert [one["pgh_label"] for one in kept(Wording, pgh_obj_id=wording.pk)] == ["insert"]


def test_the_act_and_its_reason_are_kept() -> None:
    statement = factories.published()
    with acting(origin=Origin.API, user=factories.user("reviewer").pk):
        withdraw(statement_id=statement.pk, reason="Retracted.")
    context = kept(Statement, pgh_obj_id=statement.pk)[-1]["pgh_context"]
    assert (context["origin"], context["act"], context["why"]) == ("api", "withdraw", "Retracted.")


def test_an_act_outside_of_any_request_is_named_too() -> None:
    draft = factories.draft()
    submit(statement_id=draft.pk, by=factories.user("author"))
    assert kept(Statement, pgh_obj_id=draft.pk)[-1]["pgh_context"] == {"act": "submit"}


@pytest.mark.django_db(transaction=True)
def test_what_follows_in_another_transaction_is_not_of_the_act() -> None:
    draft = factories.draft()
    with acting(origin=Origin.ADMIN, user=factories.user("author").pk):
        submit(statement_id=draft.pk, by=factories.user("author"))
    Speaker.objects.update(note="nachher")
    assert [one["pgh_context"] for one in kept(Speaker)] == [None, None]


@pytest.fixture
def curator(client: Client) -> Client:
    user = User.objects.create_superuser("curator")
    client.force_login(user)
    return client


def test_a_form_of_the_admin_says_who_sent_it(curator: Client) -> None:
    form = {"name": "Neue Stimme", "type": "person", "is_named": "on", "note": "", "country": ""}
    for prefix in ("names", "memberships", "same_as"):
        form |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    assert curator.post(reverse("admin:claims_speaker_add"), form).status_code == 302
    made = kept(Speaker, pgh_obj_id=Speaker.objects.get(name="Neue Stimme").pk)[0]
    assert made["pgh_context"] == {"origin": "admin", "user": User.objects.get(username="curator").pk}


def test_a_bulk_action_of_the_admin_says_who_did_it(curator: Client) -> None:
    row = factories.speaker("Weg")
    form = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    curator.post(reverse("admin:claims_speaker_changelist"), form)
    last = kept(Speaker, pgh_obj_id=row.pk)[-1]
    assert (last["pgh_label"], last["pgh_context"]["origin"]) == ("delete", "admin")
    assert last["pgh_context"]["user"] == User.objects.get(username="curator").pk


def test_who_only_reads_in_the_admin_acts_for_nothing(curator: Client) -> None:
    row = factories.speaker()
    curator.get(reverse("admin:claims_speaker_change", args=[row.pk]))
    assert len(kept(Speaker, pgh_obj_id=row.pk)) == 1


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_what_is_kept_cannot_be_changed_or_deleted(model: type[models.Model]) -> None:
    record()
    changes = shape_of(model).changes
    with connection.cursor() as cursor:
        for command in (
            f"UPDATE {changes._meta.db_table} SET pgh_label = 'x'",
            f"DELETE FROM {changes._meta.db_table}",
        ):
            with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
                cursor.execute(command)
    assert changes._default_manager.exists()


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_table_is_not_emptied_past_the_history(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL record.truncate = off")
        for table in (model._meta.db_table, shape_of(model).changes._meta.db_table):
            with pytest.raises(DatabaseError, match="not emptied"), transaction.atomic():
                cursor.execute(f"TRUNCATE {table} CASCADE")
