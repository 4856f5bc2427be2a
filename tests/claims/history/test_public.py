"""What the public reads of a history: what it was shown and when that changed; never what happened between."""

from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.exchange.demo import load_demo
from claims.models import Claim, Position, Relation, Speaker, SpeakerName, Statement, Wording
from claims.services.merging import merge_speakers
from claims.services.reviewing import publish, return_to_draft, submit, withdraw
from claims.services.uniting import unite_statements
from config.history.acting import Origin, act, acting
from config.history.shapes import shape_of
from sources.models import Source
from sources.services import add_revision
from tests import factories
from tests.claims.api.test_drafts import CANARY, add_drafts
from tests.claims.history.asking import fields, history_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])


@pytest.fixture
def public(db: None) -> Client:
    return Client(headers={"host": "localhost"})


def address(row: Any, kind: str = "statements") -> str:
    return f"/api/v1/{kind}/{row.pk}/history/"


def test_it_begins_with_the_publication_and_all_that_was_published(public: Client) -> None:
    draft = factories.full_draft("Essai")
    draft.wordings.filter(language="en").update(text="never shown")
    draft.wordings.filter(language="en").update(text="deep concern")
    statement = factories.put_out(draft)
    (first,) = history_of(public, statement)
    assert {name: first[name] for name in ("number", "version", "act", "origin", "by", "why")} == {
        "number": 1,
        "version": None,
        "act": "publish",
        "origin": None,
        "by": None,
        "why": None,
    }
    shown = fields(first)
    assert shown["status"] == (None, "published")
    assert shown["wordings/en"][1]["text"] == "deep concern"
    speaker = statement.attributions.get(kind="speaker").speaker
    attribution = statement.attributions.get(kind="speaker")
    assert shown[f"attributions/{attribution.pk}"][1]["speaker"] == {"id": str(speaker.pk), "name": str(speaker)}
    appearance = statement.appearances.get()
    told = shown[f"appearances/{appearance.pk}"][1]
    assert told["source"]["revision"] == 1
    assert [one["exact"] for one in told["segments"]] == ["profonde préoccupation", "les livraisons d’armement"]
    assert told["mentions"][0]["speaker"]["id"] == str(speaker.pk)
    assert not {"created_by", "submitted_by", "reviewed_by", "returned_reason"} & set(shown)


def test_a_withdrawal_is_read_with_its_reason_where_the_statement_itself_is_gone(public: Client) -> None:
    statement = factories.withdrawn(reason="Misattributed.")
    assert public.get(f"/api/v1/statements/{statement.pk}/").status_code == 410
    newest, first = history_of(public, statement)
    assert (newest["number"], newest["act"], newest["why"]) == (2, "withdraw", "Misattributed.")
    assert fields(newest) == {
        "status": ("published", "withdrawn"),
        "withdrawn_reason": (None, "Misattributed."),
    }
    assert first["number"] == 1


def test_what_is_corrected_is_one_version_once_it_is_published_anew(public: Client) -> None:
    statement = factories.withdrawn(wordings=[{"language": "en", "text": "deep concern"}])
    before = public.get(address(statement)).content
    return_to_draft(statement_id=statement.pk, reason=f"{CANARY}: read the dispatch again")
    statement.wordings.update(text=f"{CANARY} was never shown")
    statement.wordings.update(text="deep worry")
    Wording.objects.create(statement=statement, language="fr", text="profonde préoccupation")
    assert public.get(address(statement)).content == before
    submit(statement_id=statement.pk, by=factories.user("author"))
    assert public.get(address(statement)).content == before
    publish(statement_id=statement.pk, by=factories.user("reviewer"))
    newest = history_of(public, statement)[0]
    assert (newest["number"], newest["act"], newest["why"]) == (3, "publish", None)
    shown = fields(newest)
    assert shown["wordings/en/text"] == ("deep concern", "deep worry")
    assert shown["wordings/fr"][1]["text"] == "profonde préoccupation"
    assert shown["status"] == ("withdrawn", "published")
    assert CANARY.encode() not in public.get(address(statement)).content


def test_positions_found_out_later_are_versions(public: Client) -> None:
    statement = factories.published()
    claim = Claim.objects.create(text={"en": "They deliver arms."})
    position = Position.objects.create(statement=statement, claim=claim, stance="affirms")
    Position.objects.filter(pk=position.pk).update(stance="questions")
    newest, added, _first = history_of(public, statement)
    assert fields(newest) == {f"positions/{claim.pk}/stance": ("affirms", "questions")}
    assert fields(added) == {
        f"positions/{claim.pk}": (
            None,
            {"claim": {"id": str(claim.pk), "name": "They deliver arms."}, "stance": "affirms"},
        )
    }


def test_merging_and_uniting_are_told_by_name(public: Client) -> None:
    ada, ada_again = factories.speaker("Ada Essai"), factories.speaker("A. Essai")
    one = factories.published(speakers=[ada], revision=factories.source(title="Un"))
    other = factories.published(speakers=[ada_again], revision=factories.source(title="Deux"))
    reviewer = factories.user("reviewer")
    merge_speakers(speaker_id=ada_again.pk, into_id=ada.pk, by=reviewer)
    newest = history_of(public, other)[0]
    part = other.attributions.get()
    assert newest["act"] == "merge"
    assert fields(newest)[f"attributions/{part.pk}/speaker"][1] == {"id": str(ada.pk), "name": "Ada Essai"}
    unite_statements(statement_id=one.pk, into_id=other.pk, by=reviewer)
    kept, gone = history_of(public, other)[0], history_of(public, one)[0]
    assert (kept["act"], gone["act"]) == ("unite", "unite")
    assert fields(gone)["merged_into"][1]["id"] == str(other.pk)
    assert any(name.startswith("appearances/") for name in fields(kept))


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_what_was_never_public_is_not_there(public: Client, status: str) -> None:
    draft = factories.draft()
    if status == "in_review":
        submit(statement_id=draft.pk, by=factories.user("author"))
    unknown = public.get("/api/v1/statements/00000000-0000-7000-8000-000000000000/history/")
    answer = public.get(address(draft))
    assert (answer.status_code, answer.content) == (404, unknown.content)
    for kind, row in (
        ("speakers", draft.attributions.get().speaker),
        ("sources", draft.appearances.get().source_text.source),
    ):
        assert public.get(address(row, kind)).status_code == 404


def test_a_relation_to_what_is_not_public_is_left_out_of_every_state(public: Client) -> None:
    statement, draft = factories.published(), factories.draft()
    alone = public.get(address(statement)).content
    Relation.objects.create(statement=statement, type="repeats", other=draft)
    assert public.get(address(statement)).content == alone
    factories.put_out(draft)
    assert fields(history_of(public, statement)[0]).keys() == {f"relations/{statement.relations.get().pk}"}
    withdraw(statement_id=draft.pk, reason="Wrong.")
    assert public.get(address(statement)).content == alone


def test_no_name_of_a_person_who_works_here_is_shown(public: Client) -> None:
    factories.user("author")
    with acting(origin=Origin.ADMIN, user=factories.user("zz-reviewer").pk):
        statement = factories.published(created_by=factories.user("zz-author"))
        withdraw(statement_id=statement.pk, reason="Wrong.")
    assert b"zz-" not in public.get(address(statement)).content


def test_histories_are_the_same_with_and_without_drafts(public: Client) -> None:
    load_demo()
    statements = [factories.full(), *Statement.objects.filter(published_at__isnull=False)]
    addresses = [address(one) for one in statements]
    addresses += [address(one, "speakers") for one in Speaker.objects.filter(is_public=True)]
    sources = {one.source_text.source for row in statements for one in row.appearances.all()}
    addresses += [address(one, "sources") for one in sources]
    before = {one: public.get(one) for one in addresses}
    assert {one.status_code for one in before.values()} == {200}
    add_drafts()
    for one in addresses:
        after = public.get(one)
        assert (after.content, after.headers) == (before[one].content, before[one].headers)
        assert CANARY.encode() not in after.content


def test_a_speaker_begins_as_it_was_when_it_became_public(public: Client) -> None:
    speaker = factories.speaker(f"{CANARY} Essai")
    Speaker.objects.filter(pk=speaker.pk).update(name="Ada Essay")
    factories.published(speakers=[Speaker.objects.get(pk=speaker.pk)])
    (first,) = history_of(public, speaker, "speakers")
    assert fields(first)["name"] == (None, "Ada Essay")
    Speaker.objects.filter(pk=speaker.pk).update(name="Ada Essai")
    SpeakerName.objects.create(speaker=speaker, name="A. Essai", language="fr")
    named, changed, _first = history_of(public, speaker, "speakers")
    assert fields(changed) == {"name": ("Ada Essay", "Ada Essai")}
    ((_old, new),) = fields(named).values()
    assert new == {"name": "A. Essai", "language": "fr", "kind": "spelling"}
    assert CANARY.encode() not in public.get(address(speaker, "speakers")).content


def test_a_merged_speaker_is_told_to_be_another(public: Client) -> None:
    ada, again = factories.speaker("Ada Essai"), factories.speaker("A. Essai")
    factories.published(speakers=[again])
    merge_speakers(speaker_id=again.pk, into_id=ada.pk, by=factories.user("reviewer"))
    newest = history_of(public, again, "speakers")[0]
    assert newest["act"] == "merge"
    assert fields(newest)["merged_into"] == (None, {"id": str(ada.pk), "name": "Ada Essai"})


def test_a_source_tells_of_itself_and_never_its_words(public: Client) -> None:
    revision = factories.source(title="Dépêche", published_at="2023-09")
    factories.published(revision=revision)
    source = revision.source
    Source.objects.filter(pk=source.pk).update(published_at="2023-09-22")
    add_revision(source=source, raw=f"{revision.text} Suite.".encode())
    newest, changed, first = history_of(public, source, "sources")
    assert fields(changed) == {"published_at": ("2023-09", "2023-09-22")}
    assert fields(newest) == {"revisions/2": (None, {"number": 2})}
    assert fields(first)["title"] == (None, "Dépêche")
    assert factories.WORDS.encode() not in public.get(address(source, "sources")).content


def test_several_corrections_in_one_transaction_are_one_version(public: Client) -> None:
    statement = factories.published()
    with transaction.atomic():
        for text in ("Un.", "Deux."):
            claim = Claim.objects.create(text={"fr": text})
            Position.objects.create(statement=statement, claim=claim)
    assert len(fields(history_of(public, statement)[0])) == 2


def test_pages_follow_each_other_by_number(public: Client) -> None:
    statement = factories.published()
    for number in range(4):
        claim = Claim.objects.create(text={"fr": f"Numéro {number}."})
        Position.objects.create(statement=statement, claim=claim)
    seen, page = [], public.get(address(statement), {"limit": 2}).json()
    assert page["previous"] is None
    while True:
        seen.append([one["number"] for one in page["results"]])
        if page["next"] is None:
            break
        page = public.get(page["next"]).json()
    assert seen == [[5, 4], [3, 2], [1]]
    backwards = []
    while page["previous"] is not None:
        page = public.get(page["previous"]).json()
        backwards.append([one["number"] for one in page["results"]])
    assert backwards == [[3, 2], [5, 4]]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"before": "0"}, "before"),
        ({"before": "x"}, "before"),
        ({"before": "99999999999"}, "before"),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_wrong_parameters_are_refused(public: Client, parameters: dict[str, str], name: str) -> None:
    answer = public.get(address(factories.published()), parameters)
    assert answer.status_code == 400
    assert [one["parameter"] for one in answer.json()["errors"]] == [name]


def test_it_is_read_by_a_fixed_number_of_queries_through_the_alias_of_the_public(public: Client) -> None:
    statement = factories.full()
    public.get(address(statement))

    def count() -> tuple[int, int]:
        with (
            CaptureQueriesContext(connections["default"]) as own,
            CaptureQueriesContext(connections["public"]) as theirs,
        ):
            public.get(address(statement))
        return len(own), len(theirs)

    own, before = count()
    assert own == 0
    for number in range(5):
        claim = Claim.objects.create(text={"fr": f"Numéro {number}."})
        Position.objects.create(statement=statement, claim=claim)
    assert count() == (0, before)


def test_other_methods_are_refused(public: Client) -> None:
    statement = factories.published()
    assert public.post(address(statement)).status_code == 405
    assert public.options(address(statement)).status_code == 204
    assert public.head(address(statement)).status_code == 200


def test_what_one_transaction_did_and_undid_was_never_shown(public: Client) -> None:
    """As a batch does that withdraws, corrects twice and publishes again, for several reasons."""
    statement = factories.published(wordings=[{"language": "en", "text": "deep concern"}])
    editor, reviewer = factories.user("author"), factories.user("reviewer")
    claim = Claim.objects.create(text={"en": "They deliver arms."})
    with acting(origin=Origin.API, user=editor.pk), transaction.atomic():
        withdraw(statement_id=statement.pk, reason="Wrong.")
        return_to_draft(statement_id=statement.pk, reason="Now.")
        statement.wordings.update(text=f"{CANARY} was never shown")
        with act("restore", "version 1"):
            statement.wordings.update(text="deep worry")
        submit(statement_id=statement.pk, by=editor)
        publish(statement_id=statement.pk, by=reviewer)
        Position.objects.create(statement=statement, claim=claim)
    newest, first = history_of(public, statement)
    assert newest["act"] == "change"
    assert set(fields(newest)) == {"wordings/en/text", f"positions/{claim.pk}"}
    assert first["act"] == "publish"
    assert CANARY.encode() not in public.get(address(statement)).content


def test_what_was_withdrawn_before_there_was_a_history_is_known_to_be_withdrawn(public: Client) -> None:
    statement = factories.withdrawn(reason="Misattributed.")
    with connections["default"].cursor() as cursor:
        for model in (Statement, Wording):
            shape = shape_of(model)
            table, columns = shape.changes._meta.db_table, ", ".join(shape.columns)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # as if the history began now
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(
                f"INSERT INTO {table} (pgh_created_at, pgh_label, pgh_obj_id, {columns})"
                f" SELECT now(), 'insert', id, {columns} FROM {model._meta.db_table}"
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    (only,) = history_of(public, statement)
    assert (only["act"], only["why"]) == ("withdraw", "Misattributed.")
    assert set(fields(only)) == {"status", "withdrawn_reason"}
