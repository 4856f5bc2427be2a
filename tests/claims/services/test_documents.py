"""Documents and postings that are wrong are found and mended; large changes are followed in steps; runs are made."""

import io
from collections.abc import Callable, Iterator
from itertools import chain
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from claims.models import (
    PendingChange,
    Posting,
    PostingRun,
    RunPlace,
    RunPosting,
    Speaker,
    Statement,
    StatementDocument,
    Topic,
)
from claims.services import documents as service
from claims.services.documents import file_postings, follow_changes, joined_runs
from claims.services.reviewing import withdraw
from config.writing.refusals import check_deferred_rules
from tests import factories
from tests.asking import Api
from tests.claims.documents import committed, documents, serialized, wrong

PATH = "/api/v1/statements/"


def filed(*, most_runs: int = 4) -> bool:
    """Move all postings to a run, however few."""
    return file_postings(most_lately=-1, most_runs=most_runs)


def sql(command: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(command, values or None)
        return cursor.fetchall() if cursor.description else None


def three() -> list[Statement]:
    """Return statements of two speakers, in words of their own."""
    ada, bob = factories.speaker("Ada"), factories.speaker("Bob")
    made = [
        factories.published(
            speakers=[one],
            said_at=day,
            topics=[factories.topic(word)],
            wordings=[{"language": "fr", "text": f"{word} préoccupant", "translator": ""}],
        )
        for one, day, word in [(ada, "2021", "phare"), (bob, "2022-02", "phare"), (ada, "2023-03-03", "quai")]
    ]
    check_deferred_rules()
    return made


DAMAGES = {
    "body": "UPDATE claims_statementdocument SET body = body || ' '::bytea WHERE statement_id = %s",
    "digest": "UPDATE claims_statementdocument SET digest = '\\x0102030405060708' WHERE statement_id = %s",
    "version": "UPDATE claims_statementdocument SET version = version + 1 WHERE statement_id = %s",
    "date": "UPDATE claims_statementdocument SET sort_date = '2001-01-01' WHERE statement_id = %s",
    "terms left out": "UPDATE claims_statementdocument SET terms = terms[2:] WHERE statement_id = %s",
    "terms put in": "UPDATE claims_statementdocument SET terms = terms || 17::bigint WHERE statement_id = %s",
    "no document": "DELETE FROM claims_statementdocument WHERE statement_id = %s",
    "a document changed behind": "UPDATE claims_statement SET cameo = '17' WHERE id = %s",
    "words searched for": (
        "UPDATE claims_statementsearch SET vector = to_tsvector('simple', 'quenouille') WHERE statement_id = %s"
    ),
}
OF_POSTINGS = {
    "a posting is missing": (
        "DELETE FROM claims_posting WHERE (term, statement_id)"
        " = (SELECT min(term), statement_id FROM claims_posting WHERE statement_id = %s GROUP BY statement_id)"
    ),
    "all postings are missing": "DELETE FROM claims_posting WHERE statement_id = %s",
    "a posting of another term": (
        "INSERT INTO claims_posting (term, sort_date, statement_id)"
        " SELECT 17, sort_date, id FROM claims_statement WHERE id = %s"
    ),
    "a posting of another day": (
        "INSERT INTO claims_posting (term, sort_date, statement_id)"
        " SELECT terms[1], sort_date + 1, statement_id FROM claims_statementdocument WHERE statement_id = %s"
    ),
}
OF_RUNS = {
    "no place": "DELETE FROM claims_runplace WHERE statement_id = %s",
    "a place that counts no more": "UPDATE claims_runplace SET filed = 0 WHERE statement_id = %s",
    "a place on another day": "UPDATE claims_runplace SET sort_date = '2001-01-01' WHERE statement_id = %s",
    "no place in a block": (
        "UPDATE claims_runposting SET places = array_remove(places, place) FROM claims_runplace"
        " WHERE statement_id = %s AND cardinality(places) > 1"
    ),
    "a place in a block of another term": (
        "INSERT INTO claims_runposting (run_id, term, last, places)"
        " SELECT run_id, 17, place, ARRAY[place] FROM claims_runplace WHERE statement_id = %s"
    ),
}


def damaged(command: str, statement: Statement) -> None:
    """Do this behind the triggers' back."""
    sql("SET LOCAL session_replication_role = 'replica'")
    sql(command, statement.pk)
    sql("SET LOCAL session_replication_role = 'origin'")


def verified(*options: str) -> str:
    out = io.StringIO()
    call_command("verify_documents", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
class TestVerifying:
    def test_what_was_written_is_right(self) -> None:
        three()
        assert verified().startswith("3 statements: each published one has its document")
        assert filed()
        assert verified().startswith("3 statements")

    @pytest.mark.parametrize("is_filed", [False, True])
    @pytest.mark.parametrize("command", DAMAGES.values(), ids=DAMAGES)
    def test_it_finds_and_mends_what_is_wrong_in_a_document(self, command: str, is_filed: bool) -> None:
        self.finds_and_mends(command, is_filed=is_filed)

    @pytest.mark.parametrize("command", OF_POSTINGS.values(), ids=OF_POSTINGS)
    def test_it_finds_and_mends_wrong_postings(self, command: str) -> None:
        self.finds_and_mends(command, is_filed=False)

    @pytest.mark.parametrize("command", OF_RUNS.values(), ids=OF_RUNS)
    def test_it_finds_and_mends_what_is_wrong_in_a_run(self, command: str) -> None:
        self.finds_and_mends(command, is_filed=True)

    def finds_and_mends(self, command: str, *, is_filed: bool) -> None:
        _first, statement, _last = three()
        if is_filed:
            filed()
        damaged(command, statement)
        assert statement.pk in wrong()
        with pytest.raises(CommandError, match=str(statement.pk)):
            verified()
        assert "They were written anew." in verified("--mend")
        assert wrong() == set()
        assert documents() == serialized()

    def test_it_finds_and_removes_documents_of_what_is_not_published(self) -> None:
        statement, draft = three()[0], factories.draft()
        for key in (draft.pk, uuid4()):
            sql(
                "INSERT INTO claims_statementdocument (statement_id, sort_date, version, digest, filed, terms, body)"
                " SELECT %s, sort_date, version, digest, filed, terms, body FROM claims_statementdocument"
                " WHERE statement_id = %s",
                key,
                statement.pk,
            )
        assert len(wrong()) == 2
        verified("--mend")
        assert wrong() == set()
        assert StatementDocument.objects.count() == 3

    def test_what_a_change_is_still_to_reach_is_not_wrong(self, few_are_many: None) -> None:
        three()
        Topic.objects.update(labels={"fr": "blé"})
        Speaker.objects.filter(name="Ada").update(name="Eva")
        assert PendingChange.objects.exists()
        assert documents() != serialized()
        assert wrong() == set()


@pytest.fixture
def few_are_many(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what more than one statement names be followed in steps, of one statement each."""
    monkeypatch.setattr(service, "STATEMENTS_AT_ONCE", 1)
    ((definition,),) = sql("SELECT pg_get_functiondef('statements_follow'::regproc)")
    lowered = definition.replace("LIMIT 1000 + 1", "LIMIT 1 + 1").replace("<= 1000", "<= 1")
    assert lowered.count("1000") == 0
    sql(lowered)
    yield
    sql(definition)


def etag_of(api: Api, path: str) -> str:
    answer = api.client.get(path)
    assert answer.status_code == 200, answer.content
    return str(answer.headers["ETag"])


class TestLargeChanges:
    def test_readers_have_what_is_fresh_at_once(self, api: Api, few_are_many: None) -> None:
        _first, other, last = three()
        paths = [PATH, f"{PATH}?q=quai", f"{PATH}?speaker={last.attributions.get().speaker_id}", f"{PATH}{last.pk}/"]
        paths += [f"{PATH}?order=updated", f"{PATH}?q=quai&order=relevance", f"{PATH}?act=assert&q=quai"]
        tags = {path: etag_of(api, path) for path in paths}
        untouched = etag_of(api, f"{PATH}{other.pk}/")
        Speaker.objects.filter(name="Ada").update(name="Eva")
        for path, tag in tags.items():
            answer = api.client.get(path, headers={"If-None-Match": tag})
            assert answer.status_code == 200, path
            assert b'"name":"Eva"' in answer.content, path
            assert b'"name":"Ada"' not in answer.content, path
            assert api.client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304, path
            tags[path] = answer.headers["ETag"]
        assert etag_of(api, f"{PATH}{other.pk}/") == untouched
        follow_changes()
        assert {path: etag_of(api, path) for path in paths} == tags
        assert documents() == serialized()

    def test_words_lead_to_them_as_soon_as_they_were_followed(self, api: Api, few_are_many: None) -> None:
        first, _other, last = three()
        Speaker.objects.filter(name="Ada").update(name="Quenouille")
        follow_changes()
        assert api.ids(PATH, q="quenouille") == [str(last.pk), str(first.pk)]
        assert api.ids(PATH, q="Ada", search_in="speakers") == []
        assert wrong() == set()

    def test_it_goes_on_where_it_was_broken_off(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")

        def broken_off() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            follow_changes(broken_off)
        assert sum("Eva" in body for body in documents().values()) == 1
        assert wrong() == set()
        assert PendingChange.objects.get().after is not None
        steps: list[None] = []
        follow_changes(lambda: steps.append(None))
        assert len(steps) == 2
        assert not PendingChange.objects.exists()
        assert documents() == serialized()

    def test_a_change_beneath_another_is_followed_from_the_beginning(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        service._step()
        Speaker.objects.filter(name="Eva").update(name="Ida")
        assert PendingChange.objects.get().after is None
        follow_changes()
        assert documents() == serialized()
        assert wrong() == set()

    def test_a_statement_changed_meanwhile_is_fresh_at_once(self, few_are_many: None) -> None:
        first, _other, last = three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        sql("SET LOCAL record.act = 'unite'")
        Statement.objects.filter(pk=last.pk).update(act="deny")
        check_deferred_rules()
        assert "Eva" in documents()[last.pk]
        assert "Ada" in documents()[first.pk]
        follow_changes()
        assert documents() == serialized()

    def test_the_command_finishes_and_says_so(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        out = io.StringIO()
        call_command("follow_changes", stdout=out)
        assert out.getvalue() == "Nothing is pending.\n"
        assert documents() == serialized()

    def test_what_names_a_large_row_goes_and_the_change_ends(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        damaged("DELETE FROM claims_speaker WHERE id = %s", Statement(pk=uuid4()))
        sql("UPDATE claims_pendingchange SET key = %s", uuid4())
        follow_changes()
        assert not PendingChange.objects.exists()


@pytest.mark.parametrize(
    ("runs", "joined"),
    [
        ([(1, 10), (2, 10), (3, 10), (4, 10), (5, 10)], [1, 2, 3, 4, 5]),
        ([(1, 1), (2, 1), (3, 4), (4, 20), (5, 1000)], [1, 2, 3]),
        ([(1, 1), (2, 100), (3, 1000)], [1, 2]),
        ([(1, 1), (2, 1), (3, 5)], [1, 2]),
        ([(7, 3)], [7]),
        ([], []),
    ],
)
def test_runs_much_larger_than_those_before_are_left_alone(runs: list[tuple[int, int]], joined: list[int]) -> None:
    assert joined_runs(runs) == joined


QUERIES: list[dict[str, Any]] = [
    {"q": "préoccupant"},
    {"q": "phare"},
    {"q": "phare préoccupant"},
    {"q": "phare or quai"},
    {"q": '"phare préoccupant"'},
    {"q": "préoccupant -quai"},
    {"q": "préoccupant", "said_after": "2022", "said_before": "2022"},
    {"q": "Ada"},
    {"q": "préoccupant", "limit": 1},
]


def answers(api: Api) -> list[Any]:
    asked = [*QUERIES, *({"speaker": str(one.pk)} for one in Speaker.objects.order_by("pk"))]
    return [api.walk(PATH, **{"limit": 2, **one, "order": order}) for one in asked for order in ("newest", "oldest")]


@pytest.mark.django_db
class TestRuns:
    def test_there_is_nothing_to_do_while_there_are_few(self, api: Api) -> None:
        three()
        assert not file_postings()
        assert not PostingRun.objects.exists()

    def test_searches_answer_the_same_before_and_after(self, api: Api) -> None:
        three()
        before = answers(api)
        assert any(before)
        assert filed()
        assert not Posting.objects.exists()
        assert PostingRun.objects.get().statements == 3
        assert answers(api) == before
        assert wrong() == set()

    def test_runs_are_joined_when_there_are_many(self, api: Api) -> None:
        for _ in range(4):
            three()
            filed()
        expected = answers(api)
        assert PostingRun.objects.count() == 4
        three()
        assert filed()
        assert PostingRun.objects.get().statements == 15
        assert RunPlace.objects.count() == 15
        assert set(RunPosting.objects.values_list("run", flat=True)) == {PostingRun.objects.get().pk}
        assert [len(list(chain(*one))) for one in answers(api)[:2]] == [15, 15]
        assert len(expected) > 0
        assert wrong() == set()

    def test_a_term_of_many_statements_is_kept_in_blocks(self, api: Api) -> None:
        speaker = many(300)
        before = [api.walk(PATH, speaker=str(speaker), order=order, limit=90) for order in ("newest", "oldest")]
        filed()
        blocks = RunPosting.objects.filter(term=sql("SELECT search_term('speaker', %s)", str(speaker))[0][0])
        assert [len(one.places) for one in blocks.order_by("last")] == [128, 128, 44]
        assert [api.walk(PATH, speaker=str(speaker), order=order, limit=90) for order in ("newest", "oldest")] == before
        both: dict[str, Any] = {"speaker": str(speaker), "q": "phare", "limit": 40}
        assert len(list(chain(*api.walk(PATH, **both)))) == 99
        assert list(chain(*api.walk(PATH, **both, order="oldest"))) == list(chain(*api.walk(PATH, **both)))[::-1]
        assert wrong() == set()

    def test_what_changes_after_it_was_filed_is_found_where_it_is_now(self, api: Api) -> None:
        first, other, last = three()
        filed()
        Topic.objects.filter(statements=first).update(labels={"fr": "bourrasque"})
        sql("SET LOCAL record.act = 'unite'")
        Statement.objects.filter(pk=other.pk).update(said_at="1999", said_at_basis="printed")
        Statement.objects.filter(pk=last.pk).update(said_at=None, said_at_basis="")
        assert api.ids(PATH, q="bourrasque") == [str(first.pk)]
        assert api.ids(PATH, q="préoccupant") == [str(last.pk), str(first.pk), str(other.pk)]
        assert wrong() == set()
        again = answers(api)
        filed()
        assert answers(api) == again
        file_postings(most_lately=-1, most_runs=0)
        assert PostingRun.objects.count() == 1
        assert answers(api) == again
        assert wrong() == set()

    def test_what_is_withdrawn_after_it_was_filed_is_found_no_more(self, api: Api) -> None:
        first, other, _last = three()
        filed()
        withdraw(statement_id=first.pk, reason="Wrong.")
        assert api.ids(PATH, q="phare") == [str(other.pk)]
        file_postings(most_lately=-1, most_runs=0)
        assert PostingRun.objects.get().statements == 2
        assert wrong() == set()

    def test_a_run_of_nothing_is_none(self) -> None:
        with transaction.atomic():
            assert filed()
        assert not PostingRun.objects.exists()


def many(number: int) -> UUID:
    """Make cheap statements of one speaker by SQL, each third about a lighthouse; return the speaker's id."""
    speaker = factories.published(speakers=[factories.speaker("Prolific")]).attributions.get().speaker_id
    sql("SET LOCAL session_replication_role = 'replica'")
    sql("DELETE FROM claims_statementdocument")
    sql("DELETE FROM claims_posting")
    sql(
        "WITH template AS (SELECT * FROM claims_statement ORDER BY id DESC LIMIT 1), made AS ("
        " INSERT INTO claims_statement (id, status, said_at, said_at_text, said_at_basis, act, cameo, intensity_phrase,"
        " is_self_reviewed, returned_reason, withdrawn_reason, created_at, updated_at, published_at, sort_date,"
        " version, reviewed_by_id)"
        " SELECT gen_random_uuid(), status, (date '2020-01-01' + number / 3)::text, '', 'printed', act, '', '', false,"
        " '', '', created_at, updated_at, published_at, date '2020-01-01' + number / 3, 1, reviewed_by_id"
        " FROM template, generate_series(1, %s) AS number RETURNING id, sort_date"
        "), said AS ("
        " INSERT INTO claims_attribution (id, statement_id, speaker_id, kind, certainty)"
        " SELECT gen_random_uuid(), id, %s, 'speaker', 'certain' FROM made)"
        " INSERT INTO claims_wording (id, statement_id, language, text, is_original, translator)"
        " SELECT gen_random_uuid(), id, 'fr', CASE row_number() OVER () %% 3 WHEN 0 THEN 'phare' ELSE 'quai' END,"
        " false, '' FROM made",
        number - 1,
        speaker,
    )
    sql("SET LOCAL session_replication_role = 'origin'")
    sql("SELECT statement_search_refresh(array(SELECT id FROM claims_statement))")
    sql("SELECT statement_documents_refresh(array(SELECT id FROM claims_statement))")
    return speaker


PAUSE = """
    CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(4217);
        RETURN NULL;
    END $$;
    CREATE TRIGGER pause BEFORE UPDATE ON claims_statementdocument FOR EACH STATEMENT EXECUTE FUNCTION pause();
"""
Linked = Callable[[], psycopg.Connection[Any]]


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
class TestAtTheSameMoment:
    """Each by a connection of its own."""

    @pytest.fixture
    def said(self) -> Statement:
        return three()[0]

    def test_what_changes_while_it_is_filed_loses_nothing(self, said: Statement, linked: Linked) -> None:
        link = linked()
        link.execute('UPDATE claims_topic SET labels = \'{"fr": "bourrasque"}\'')
        assert filed()
        assert wrong() == set()
        link.commit()
        assert wrong() == set()
        assert documents() == serialized()

    def test_what_is_half_written_while_it_is_filed_loses_nothing(self, said: Statement, linked: Linked) -> None:
        sql(PAUSE)
        try:
            gate, link = linked(), linked()
            gate.execute("SELECT pg_advisory_xact_lock(4217)")
            writing = Thread(target=committed, args=[link, 'UPDATE claims_topic SET labels = \'{"fr": "bourrasque"}\''])
            writing.start()
            writing.join(0.5)
            assert writing.is_alive()
            assert filed()
            gate.commit()
            writing.join()
        finally:
            sql("DROP TRIGGER pause ON claims_statementdocument")
            sql("DROP FUNCTION pause")
        assert wrong() == set()
        assert documents() == serialized()

    def test_what_changes_once_it_is_filed_waits_and_loses_nothing(self, said: Statement, linked: Linked) -> None:
        link = linked()
        with transaction.atomic():
            filed()
            writing = Thread(target=committed, args=[link, "UPDATE claims_speaker SET name = name || ' II'"])
            writing.start()
            writing.join(0.5)
            assert writing.is_alive()
        writing.join()
        assert wrong() == set()
        assert documents() == serialized()

    def test_one_makes_a_run_and_another_has_nothing_to_do(self, said: Statement, linked: Linked) -> None:
        link = linked()
        link.execute("SELECT pg_advisory_xact_lock(%s)", [service.FILING])
        assert not filed()
        link.rollback()
        assert filed()

    def test_a_large_row_changed_again_while_it_is_followed_stops_neither(
        self, said: Statement, few_are_many: None, linked: Linked
    ) -> None:
        Speaker.objects.filter(name="Ada").update(name="Eva")
        self.meets_who_follows("Eva", linked)

    def test_a_small_row_of_the_same_statements_changed_meanwhile_stops_neither(
        self, said: Statement, few_are_many: None, linked: Linked
    ) -> None:
        eva, guest = Speaker.objects.get(name="Ada"), factories.speaker("Guest")
        factories.published(speakers=[eva, guest])
        Speaker.objects.filter(name="Ada").update(name="Eva")
        self.meets_who_follows("Guest", linked)

    def meets_who_follows(self, name: str, linked: Linked) -> None:
        """Change the name of a speaker who is locked already while a large change is being followed."""
        link = linked()
        link.execute("SELECT FROM claims_speaker WHERE name = %s FOR UPDATE", [name])
        failed: list[Exception] = []

        def follow() -> None:
            try:
                follow_changes()
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        following = Thread(target=follow)
        following.start()
        following.join(0.5)
        link.execute("UPDATE claims_speaker SET name = 'Ida' WHERE name = %s", [name])
        link.commit()
        following.join()
        assert failed == []
        follow_changes()
        assert documents() == serialized()
        assert wrong() == set()

    def test_a_step_that_is_cut_off_is_taken_again(self, said: Statement, few_are_many: None, linked: Linked) -> None:
        Speaker.objects.filter(name="Ada").update(name="Eva")
        link = linked()
        link.execute("SELECT follow_pending_change(1)")
        link.close()
        assert PendingChange.objects.get().after is None
        follow_changes()
        assert documents() == serialized()
        assert Client(headers={"host": "localhost"}).get(PATH).content.count(b"Eva") == 2
