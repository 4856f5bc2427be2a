"""Each published statement has the document that the serializers would make, whatever changes it, as it commits."""

import io
from collections.abc import Callable
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from claims.exchange.importing import import_dataset
from claims.exchange.reading import numbered
from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Membership,
    Position,
    Posting,
    Relation,
    Relay,
    Speaker,
    SpeakerName,
    Statement,
    StatementDocument,
    Wording,
)
from claims.services.merging import merge_speakers
from claims.services.merging_topics import merge_topics
from claims.services.reanchoring import reanchor_all
from claims.services.reviewing import return_to_draft, submit, withdraw
from claims.services.splitting import split_speaker
from claims.services.uniting import unite_statements
from config.writing.refusals import check_deferred_rules
from sources.models import Source
from sources.services import add_revision
from tests import factories
from tests.bench.generated import dataset
from tests.claims.documents import NAMED, committed, documents, serialized, wrong
from tests.claims.exchange.running import administrator


def held() -> None:
    """Hold all documents against the serializers, and with their postings against what would be written now."""
    assert documents() == serialized()
    assert wrong() == set()


def ids_of(word: str, kind: str = "fr") -> set[Any]:
    """Return the statements under a term."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_id FROM claims_posting WHERE term = search_term(%s, %s)", [kind, word])
        return {key for (key,) in cursor.fetchall()}


@pytest.mark.django_db
class TestTheContract:
    def test_of_a_statement_with_everything(self) -> None:
        statement = factories.full("Œuvre")
        check_deferred_rules()
        assert statement.pk in documents()
        held()

    def test_of_a_statement_with_little(self) -> None:
        factories.published()
        check_deferred_rules()
        held()

    def test_of_imported_statements_of_all_kinds(self) -> None:
        import_dataset(
            numbered(io.BytesIO(dataset(300))),
            name="file",
            publish_by=administrator(),
            refuse=lambda *refused: pytest.fail(str(refused)),
        )
        assert StatementDocument.objects.count() > 100
        held()

    def test_drafts_and_what_was_taken_back_have_none(self) -> None:
        factories.full_draft()
        factories.withdrawn()
        check_deferred_rules()
        assert not StatementDocument.objects.exists()
        assert not Posting.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestChanges:
    @pytest.mark.parametrize(("model", "columns"), NAMED, ids=lambda one: getattr(one, "__name__", ""))
    def test_documents_follow_each_column_that_they_show_of_another_row(
        self, model: Any, columns: dict[str, list[Any]]
    ) -> None:
        factories.full()
        factories.full()
        for column, values in columns.items():
            for value in values:
                before = documents()
                for row in model.objects.all()[: 1 if column == "url" else None]:
                    setattr(row, column, value)
                    row.save()
                assert documents() != before, (column, value)
                held()

    def test_many_rows_may_change_at_once(self) -> None:
        factories.full()
        factories.full()
        with connection.cursor() as cursor:
            for table, column in [
                ("claims_speaker", "name"),
                ("claims_event", "name"),
                ("sources_source", "title"),
                ("sources_publisher", "name"),
            ]:
                cursor.execute(f"UPDATE {table} SET {column} = {column} || ' II'")
        held()
        assert all(" II" in body for body in documents().values())

    def test_a_relations_other_end_follows_the_name_of_who_said_it(self) -> None:
        statement = factories.full()
        Speaker.objects.filter(attributions__statement=statement, type="person").update(name="Anew")
        held()
        assert sum("Anew" in body for body in documents().values()) == 3

    def test_other_names_are_words_to_be_found_by(self) -> None:
        statement = factories.full()
        speaker = statement.attributions.get(kind="speaker").speaker
        other = SpeakerName.objects.create(speaker=speaker, name="Quenouille")
        assert ids_of("quenouill") == {statement.pk}
        held()
        SpeakerName.objects.filter(pk=other.pk).update(name="Bourrasque")
        assert (ids_of("quenouill"), ids_of("bourrasqu")) == (set(), {statement.pk})
        held()
        other.delete()
        assert ids_of("bourrasqu") == set()
        held()

    def test_parts_found_out_later_stand_in_them(self) -> None:
        statement, other = factories.full(), factories.published()
        position = Position.objects.create(
            statement=other, claim=Claim.objects.create(text={"fr": "Le phare brille."}), stance="denies"
        )
        held()
        Position.objects.filter(pk=position.pk).update(stance="questions")
        held()
        position.delete()
        held()
        relation = Relation.objects.create(statement=other, type="denies", other=statement)
        held()
        Relation.objects.filter(pk=relation.pk).update(type="confirms")
        held()
        Relation.objects.filter(pk=relation.pk).update(other=factories.published())
        held()
        relation.delete()
        held()

    def test_relations_to_what_is_published_or_withdrawn_later_come_and_go(self) -> None:
        statement, later = factories.published(), factories.draft()
        Relation.objects.create(statement=statement, type="denies", other=later)
        Relation.objects.create(statement=later, type="answers", other=statement)
        held()
        factories.put_out(later)
        assert "denies" in documents()[statement.pk]
        held()
        withdraw(statement_id=later.pk, reason="Wrong.")
        assert "denies" not in documents()[statement.pk]
        held()
        return_to_draft(statement_id=later.pk, reason="Correct it.")
        Attribution.objects.filter(statement=later).update(speaker=factories.speaker("Corrected"))
        factories.put_out(later)
        assert "Corrected" in documents()[statement.pk]
        held()

    def test_a_correction_is_seen_when_it_is_published_again(self) -> None:
        statement = factories.full()
        withdraw(statement_id=statement.pk, reason="Wrong.")
        assert statement.pk not in documents()
        held()
        return_to_draft(statement_id=statement.pk, reason="Correct it.")
        Wording.objects.filter(statement=statement, language="en").update(text="grave doubt")
        Statement.objects.filter(pk=statement.pk).update(said_at="2019-05", act="warn")
        assert statement.pk not in documents()
        factories.put_out(statement)
        assert "grave doubt" in documents()[statement.pk]
        assert ids_of("doubt", "en") == {statement.pk}
        held()

    def test_undated_statements_move_with_the_date_of_their_document(self) -> None:
        revision = factories.source(published_at="2024-11-16")
        statement = factories.published(revision=revision)
        Source.objects.filter(pk=revision.source_id).update(published_at="2011-01-02")
        document = StatementDocument.objects.get(pk=statement.pk)
        assert str(document.sort_date) == "2011-01-02"
        assert {str(one.sort_date) for one in Posting.objects.filter(statement=statement)} == {"2011-01-02"}
        held()

    def test_speakers_merged_stand_in_them_as_one(self) -> None:
        first, second = factories.full(), factories.full()
        for kind in ("speaker", "on_behalf_of", "addressee"):
            one, other = (row.attributions.get(kind=kind).speaker for row in (first, second))
            merge_speakers(speaker_id=one.pk, into_id=other.pk, by=factories.user("curator"))
            assert other.name in documents()[first.pk]
            held()
        pairs: list[tuple[Any, Any]] = [
            (Relay.objects.order_by("pk")[0].speaker, Relay.objects.order_by("pk")[1].speaker),
            (Membership.objects.order_by("pk")[0].organization, Membership.objects.order_by("pk")[1].organization),
        ]
        for one, other in pairs:
            merge_speakers(speaker_id=one.pk, into_id=other.pk, by=factories.user("curator"))
            assert one.name not in documents()[first.pk]
            held()

    def test_of_two_speakers_of_one_statement_one_is_left(self) -> None:
        ada, twin = factories.speaker("Ada"), factories.speaker("A. Ada")
        statement = factories.published(speakers=[ada, twin])
        merge_speakers(speaker_id=twin.pk, into_id=ada.pk, by=factories.user("curator"))
        assert ids_of(str(twin.pk), "speaker") == set()
        assert ids_of(str(ada.pk), "speaker") == {statement.pk}
        held()

    def test_a_speaker_may_be_split(self) -> None:
        statement = factories.full()
        attribution = statement.attributions.get(kind="speaker")
        made = split_speaker(
            speaker_id=attribution.speaker_id,
            by=factories.user("curator"),
            name="Another",
            attributions=[attribution.pk],
            memberships=[attribution.membership_id] if attribution.membership_id else [],
        )
        assert ids_of(str(made.pk), "speaker") == {statement.pk}
        held()

    def test_topics_merged_stand_in_them_as_one(self) -> None:
        first, second = factories.full(), factories.full()
        one, other = first.topics.get(), second.topics.get()
        merge_topics(topic_id=one.pk, into_id=other.pk, by=factories.user("curator"))
        assert ids_of(str(other.pk), "topic") == {first.pk, second.pk}
        held()

    def test_two_statements_become_one(self) -> None:
        ada = factories.speaker("Ada")
        texts = [factories.source(f"{factories.TEXT} {place}") for place in ("Paris", "Lyon")]
        into, statement = (factories.published(speakers=[ada], revision=text) for text in texts)
        third = factories.full()
        Relation.objects.create(statement=third, type="repeats", other=statement)
        Relation.objects.create(statement=statement, type="answers", other=third)
        unite_statements(statement_id=statement.pk, into_id=into.pk, by=factories.user("curator"))
        assert str(statement.pk) not in documents()[third.pk]
        assert str(into.pk) in documents()[third.pk]
        held()

    def test_new_revisions_move_what_is_anchored(self) -> None:
        statement = factories.full()
        source = statement.appearances.get().source_text.source
        add_revision(source=source, raw=f"Samedi. {factories.TEXT}".encode())
        assert '"moved"' in documents()[statement.pk]
        held()
        reanchor_all(source_id=source.pk, by=factories.user("curator"))
        assert Appearance.objects.get(statement=statement).source_text.number == 2
        held()

    def test_plain_sql_is_followed_too(self) -> None:
        statement = factories.full()
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SET LOCAL record.act = 'unite'")
            cursor.execute("UPDATE claims_wording SET text = 'phare'")
            cursor.execute("UPDATE claims_attribution SET certainty = 'doubtful'")
            cursor.execute("UPDATE claims_mention SET role_start = NULL, role_end = NULL, role_exact = ''")
            cursor.execute("DELETE FROM claims_relay")
            cursor.execute("DELETE FROM claims_statementtopic")
            cursor.execute("UPDATE claims_statement SET act = 'deny', said_at_text = 'hier', cameo = '01'")
        assert "phare" in documents()[statement.pk]
        held()

    def test_what_changes_once_more_after_the_rules_were_checked_is_followed(self) -> None:
        statement, other = factories.full(), factories.published()
        claims = [Claim.objects.create(text={"fr": name}) for name in ("Un phare.", "Deux phares.")]
        with transaction.atomic():
            for claim in claims:
                Position.objects.create(statement=other, claim=claim)
                check_deferred_rules()
        held()
        with transaction.atomic():
            for kind in ("denies", "confirms"):
                Relation.objects.create(statement=other, type=kind, other=statement)
                check_deferred_rules()
        held()
        with transaction.atomic():
            other.positions.all().delete()
            check_deferred_rules()
            other.relations.all().delete()
        held()

    def test_what_is_rolled_back_leaves_nothing(self) -> None:
        statement = factories.full()
        before = documents()
        terms = set(Posting.objects.values_list("term", "sort_date", "statement"))
        with transaction.atomic():
            Speaker.objects.update(country="JP")
            factories.full()
            withdraw(statement_id=statement.pk, reason="Wrong.")
            check_deferred_rules()
            assert documents() != before
            transaction.set_rollback(True)
        assert documents() == before
        assert set(Posting.objects.values_list("term", "sort_date", "statement")) == terms
        held()

    @pytest.mark.parametrize("is_renamed_first", [True, False])
    def test_a_name_changed_while_it_is_published_is_in_its_document(
        self, is_renamed_first: bool, linked: Callable[[], psycopg.Connection[Any]]
    ) -> None:
        """Neither sees what the other does; whoever comes second waits, and sees it then."""
        statement = factories.draft(speakers=[factories.speaker("Before")])
        submit(statement_id=statement.pk, by=factories.user("author"))
        rename, publish = "UPDATE claims_speaker SET name = 'After'", publishing(statement)
        first, second = linked(), linked()
        first.execute(rename if is_renamed_first else publish)
        first.execute("SET CONSTRAINTS ALL IMMEDIATE")
        waiting = Thread(target=committed, args=[second, publish if is_renamed_first else rename])
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        first.commit()
        waiting.join()
        assert "After" in documents()[statement.pk]
        held()


def publishing(statement: Statement) -> str:
    """Return the SQL that publishes it."""
    reviewer = factories.user("reviewer").pk
    return (
        f"UPDATE claims_statement SET status = 'published', published_at = now(), reviewed_by_id = {reviewer}"
        f" WHERE id = '{statement.pk}'"
    )
