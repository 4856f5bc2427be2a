"""Postings of very many statements are moved to runs; searches answer the same, and nothing is lost."""

from collections.abc import Callable
from itertools import chain
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from claims.models import (
    PendingStatement,
    Posting,
    PostingRun,
    RunPlace,
    RunPosting,
    Speaker,
    Statement,
    Topic,
)
from claims.services.filing import FILING, file_postings, joined_runs
from claims.services.following import follow_changes
from claims.services.reviewing import withdraw
from tests import factories
from tests.asking import Api
from tests.claims.documents import committed, documents, filed, serialized, sql, three, without_triggers, wrong

PATH = "/api/v1/statements/"


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


_MANY = (
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
    " false, '' FROM made"
)


def many(number: int) -> UUID:
    """Make cheap statements of one speaker by SQL, each third about a lighthouse; return the speaker's id."""
    speaker = factories.published(speakers=[factories.speaker("Prolific")]).attributions.get().speaker_id
    sql("DELETE FROM claims_statementdocument")
    sql("DELETE FROM claims_posting")
    with without_triggers("claims_statement", "claims_attribution", "claims_wording"):
        sql(_MANY, number - 1, speaker)
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
        link.execute("SELECT pg_advisory_xact_lock(%s)", [FILING])
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
        link.execute("SELECT follow_pending(1)")
        link.close()
        # whoever comes next passes over what another holds: wait until the broken one is gone
        sql("SELECT FROM claims_pendingstatement FOR UPDATE")
        assert PendingStatement.objects.count() == 2
        follow_changes()
        assert documents() == serialized()
        assert Client(headers={"host": "localhost"}).get(PATH).content.count(b"Eva") == 2
