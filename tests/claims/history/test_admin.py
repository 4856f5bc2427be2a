"""The history page of the admin: what changed in words, who, from where, why; a button restores earlier versions."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from claims.exchange.demo import load_demo
from claims.models import Attribution, Relation, Segment, Speaker, Statement
from claims.models.vocabularies import Attitude
from claims.services.recording import Part
from claims.services.reviewing import publish, return_to_draft, submit, withdraw
from claims.text.spans import find
from config.access.roles import Role
from config.history.acting import Origin, acting
from config.history.versions import History
from sources.admin_base import RecordAdmin
from tests import factories
from tests.claims.history.asking import person

pytestmark = pytest.mark.django_db(transaction=True)


def logged_in(user: User, **values: Any) -> Client:
    client = Client(**values)
    client.force_login(user)
    return client


@pytest.fixture
def carl() -> Client:
    """A curator's browser."""
    return logged_in(person("carl", Role.CURATOR))


def page(client: Client, row: Any, **parameters: Any) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    answer = client.get(reverse(name, args=[row.pk]), parameters)
    assert answer.status_code == 200
    return answer.content.decode()


def restore_url(row: Any, number: int) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_restore", args=[row.pk, number])


def test_it_says_what_changed_who_did_it_from_where_and_why(carl: Client) -> None:
    with acting(origin=Origin.IMPORT, user=factories.user("anna").pk):
        draft = factories.draft(wordings=[{"language": "en", "text": "a deep and lasting concern"}])
    with acting(origin=Origin.API, user=factories.user("bert").pk):
        draft.wordings.update(text="a deep concern <b>indeed</b>")
    submit(statement_id=draft.pk, by=factories.user("anna"))
    with acting(origin=Origin.ADMIN, user=factories.user("rita").pk):
        return_to_draft(statement_id=draft.pk, reason="Which <i>Tuesday</i>?")
    shown = page(carl, draft)
    assert shown.index("Returned to draft") < shown.index("Sent to review") < shown.index("Entered")
    for words in ("<b>rita</b> · Admin", "<b>bert</b> · API", "<b>anna</b> · Import", "Wording (en) › wording"):
        assert words in shown
    assert "a deep <del>and lasting </del>concern <ins>&lt;b&gt;indeed&lt;/b&gt;</ins>" in shown
    assert "Which &lt;i&gt;Tuesday&lt;/i&gt;?" in shown
    assert "Draft</del><ins>In review" in shown


def test_choices_and_names_are_read_in_the_language_of_the_reader() -> None:
    draft = factories.draft()
    Statement.objects.filter(pk=draft.pk).update(attitude="concern")
    shown = page(logged_in(person("carl", Role.CURATOR), headers={"accept-language": "fr"}), draft)
    with translation.override("fr"):
        label = str(Attitude.CONCERN.label)
    assert label != "Concern"
    assert f"<ins>{label}</ins>" in shown


def test_every_record_has_the_page(carl: Client) -> None:
    factories.full()
    pages = 0
    for model, model_admin in admin.site._registry.items():
        row = model._default_manager.first()
        if isinstance(model_admin, RecordAdmin) and row is not None:
            assert 'class="versions"' in page(logged_in(User.objects.get(username="carl")), row), model
            pages += 1
    assert pages >= 10


def test_it_costs_the_same_however_long_it_is(carl: Client) -> None:
    draft = factories.full_draft()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(carl, draft)
        return len(queries)

    draft.wordings.filter(language="en").update(text="concern")
    count()
    before = count()
    for number in range(8):
        with acting(origin=Origin.ADMIN, user=factories.user(f"user{number}").pk):
            draft.wordings.filter(language="en").update(text=f"concern {number}")
    assert count() == before


def test_long_histories_come_in_pages(carl: Client) -> None:
    speaker = factories.speaker()
    for number in range(60):
        Speaker.objects.filter(pk=speaker.pk).update(note=f"note {number}")
    newest = page(carl, speaker)
    assert "note 59" in newest
    assert 'id="version-12"' in newest
    assert 'id="version-11"' not in newest
    assert '?before=12"' in newest
    oldest = page(carl, speaker, before=12)
    assert 'id="version-11"' in oldest
    assert '?before=62"' in oldest
    for nonsense in ("x", "-1", "99999999999999999999", ""):
        assert "note 59" in page(carl, speaker, before=nonsense)


def test_an_earlier_version_is_restored_by_a_button(carl: Client) -> None:
    draft = factories.draft(wordings=[{"language": "en", "text": "deep concern"}])
    draft.wordings.update(text="something else")
    draft.refresh_from_db()
    assert f'action="{restore_url(draft, 1)}"' in page(carl, draft)
    assert f'action="{restore_url(draft, 2)}"' not in page(carl, draft)  # it is the present one
    answer = carl.post(restore_url(draft, 1), {"version": draft.version}, follow=True)
    assert "Version 1 was restored." in answer.content.decode()
    assert draft.wordings.get().text == "deep concern"
    last = History(Statement, draft.pk).versions[-1]
    assert (last.act, last.transaction.origin) == ("restore", "admin")
    assert last.transaction.user == User.objects.get(username="carl").pk


def test_a_button_of_a_page_that_is_out_of_date_changes_nothing(carl: Client) -> None:
    draft = factories.draft(wordings=[{"language": "en", "text": "deep concern"}])
    draft.wordings.update(text="something else")
    answer = carl.post(restore_url(draft, 1), {"version": draft.version}, follow=True)
    assert "It was changed since you opened it" in answer.content.decode()
    assert draft.wordings.get().text == "something else"


def test_what_the_database_refuses_is_said_in_a_sentence(carl: Client) -> None:
    speaker, other = factories.speaker(), factories.speaker("Autre")
    speaker.same_as.create(url="https://register.example/1")
    speaker.same_as.all().delete()
    other.same_as.create(url="https://register.example/1")
    answer = carl.post(restore_url(speaker, 2), follow=True)
    assert "This address is already recorded." in answer.content.decode()
    assert not speaker.same_as.exists()


def test_rows_of_other_kinds_are_restored_too(carl: Client) -> None:
    topic = factories.topic("armement")
    topic.labels = {"fr": "autre"}
    topic.save()
    assert "was restored" in carl.post(restore_url(topic, 1), follow=True).content.decode()
    topic.refresh_from_db()
    assert topic.labels == {"fr": "armement"}


@pytest.mark.parametrize("make", [factories.published, factories.withdrawn])
def test_what_is_no_draft_has_no_button(make: Any, carl: Client) -> None:
    statement = make()
    assert "Restore this version" not in page(carl, statement)
    assert carl.post(restore_url(statement, 1)).status_code == 403


def test_contributors_restore_their_own_drafts_alone() -> None:
    anna = person("anna", Role.CONTRIBUTOR)
    own, other = factories.draft(created_by=anna), factories.draft()
    for draft in (own, other):
        with transaction.atomic():
            draft.wordings.update(text="something else")
    browser = logged_in(anna)
    assert "was restored" in browser.post(restore_url(own, 1), follow=True).content.decode()
    assert browser.post(restore_url(other, 1)).status_code in {403, 404}
    assert other.wordings.get().text == "something else"


def test_contributors_do_not_learn_of_drafts_of_others() -> None:
    anna = person("anna", Role.CONTRIBUTOR)
    own = factories.draft(created_by=anna)
    hidden = factories.draft(wordings=[{"language": "en", "text": "hidden words"}])
    known = factories.published(wordings=[{"language": "en", "text": "known words"}])
    for other in (hidden, known):
        Relation.objects.create(statement=own, type="repeats", other=other)
    Relation.objects.filter(other=hidden).delete()
    shown = page(logged_in(anna), own)
    assert "known words" in shown
    assert "hidden words" not in shown
    assert str(hidden.pk) not in shown
    assert "hidden words" in page(logged_in(person("carl", Role.CURATOR)), own)


def test_contributors_read_of_a_withdrawn_statement_of_others_what_the_public_reads() -> None:
    rita = person("rita", Role.REVIEWER)
    statement = factories.published(wordings=[{"language": "en", "text": "deep concern"}])
    with acting(origin=Origin.ADMIN, user=rita.pk):
        withdraw(statement_id=statement.pk, reason="Misattributed.")
        return_to_draft(statement_id=statement.pk, reason="inner reason")
        statement.wordings.update(text="never shown")
        statement.wordings.update(text="deep worry")
    bert = logged_in(person("bert", Role.CONTRIBUTOR))
    address = reverse("admin:claims_statement_history", args=[statement.pk])
    assert bert.get(address).status_code == 302  # as of one that there is not
    submit(statement_id=statement.pk, by=factories.user("author"))
    assert bert.get(address).status_code == 302
    publish(statement_id=statement.pk, by=factories.user("other"))
    withdraw(statement_id=statement.pk, reason="Still wrong.")
    shown = page(bert, statement)
    for words in ("Published", "Withdrawn", "Misattributed.", "Still wrong.", "<del>concern</del><ins>worry</ins>"):
        assert words in shown
    for words in ("never shown", "inner reason", "rita", "Sent to review", "Restore this version", "· Admin"):
        assert words not in shown
    assert "inner reason" in page(logged_in(rita), statement)


def test_what_stands_around_quoted_words_is_left_out(carl: Client) -> None:
    shown = page(carl, factories.full_draft())
    assert "profonde préoccupation" in shown
    assert "from Tokyo" not in shown
    for label in ("Before:", "After:"):
        assert label not in shown


def test_what_stands_around_quoted_words_is_no_change_of_its_own(carl: Client) -> None:
    draft = factories.draft()
    segment = Segment.objects.get(appearance__statement=draft)
    Segment.objects.filter(pk=segment.pk).update(prefix="", suffix="")
    assert segment.prefix
    assert len(History(Statement, draft.pk).versions) == 2
    assert "<del>" not in page(carl, draft)


def test_an_import_is_called_so(carl: Client) -> None:
    load_demo()
    shown = page(carl, Statement.objects.filter(status="published").first())
    assert "Imported" in shown
    assert "· Import" in shown


def test_a_mention_names_the_speaker_of_its_version(carl: Client) -> None:
    ada = factories.speaker("Ada Essai")
    draft = factories.draft(parts=[Part(speaker=ada, mention=find(factories.TEXT, "Ada Essai"))])
    Attribution.objects.filter(statement=draft).update(speaker=factories.speaker("Bert Essai"))
    draft.appearances.get().mentions.all().delete()
    shown = page(carl, draft)
    assert shown.count("mention (Bert Essai)") == 1
    assert shown.count("Attribution: Ada Essai") == 1


def test_a_button_is_a_post_with_its_token(carl: Client) -> None:
    draft = factories.draft()
    draft.wordings.update(text="something else")
    assert carl.get(restore_url(draft, 1)).status_code == 405
    strict = logged_in(User.objects.get(username="carl"), enforce_csrf_checks=True)
    assert strict.post(restore_url(draft, 1)).status_code == 403
    assert draft.wordings.get().text == "something else"


def test_who_may_not_see_a_row_does_not_see_its_history() -> None:
    nobody = User.objects.create_user("nobody", is_staff=True)
    speaker = factories.speaker()
    address = reverse("admin:claims_speaker_history", args=[speaker.pk])
    assert logged_in(nobody).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_the_page_obeys_the_policy(carl: Client) -> None:
    shown = page(carl, factories.full_draft())
    assert "<script>" not in shown.replace("<script src", "")
    assert " style=" not in shown
