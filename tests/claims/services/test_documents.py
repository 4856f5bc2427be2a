"""Documents and postings that are wrong are found and mended."""

import io
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from claims.models import (
    PendingStatement,
    Speaker,
    Statement,
    StatementDocument,
    Topic,
)
from tests import factories
from tests.claims.documents import documents, filed, serialized, sql, three, without_triggers, wrong

PATH = "/api/v1/statements/"


DAMAGES = {
    "body": "UPDATE claims_statementdocument SET body = body || ' '::bytea WHERE statement_id = %s",
    "digest": "UPDATE claims_statementdocument SET digest = '\\x0102030405060708' WHERE statement_id = %s",
    "version": "UPDATE claims_statementdocument SET version = version + 1 WHERE statement_id = %s",
    "date": "UPDATE claims_statementdocument SET sort_date = '2001-01-01' WHERE statement_id = %s",
    "terms left out": "UPDATE claims_statementdocument SET terms = terms[2:] WHERE statement_id = %s",
    "terms put in": "UPDATE claims_statementdocument SET terms = terms || 17::bigint WHERE statement_id = %s",
    "no document": "DELETE FROM claims_statementdocument WHERE statement_id = %s",
    "another speaker counted": (
        "UPDATE claims_statementfacets SET speakers = ARRAY[statement_id] WHERE statement_id = %s"
    ),
    "an act that it has not": "UPDATE claims_statementfacets SET act = 'ask' WHERE statement_id = %s",
    "nothing to be counted by": "DELETE FROM claims_statementfacets WHERE statement_id = %s",
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
    with without_triggers("claims_statement"):
        sql(command, statement.pk)


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
        counted = uuid4()
        sql(
            "INSERT INTO claims_statementfacets SELECT * FROM jsonb_populate_record(NULL::claims_statementfacets,"
            " (SELECT to_jsonb(facets) || jsonb_build_object('statement_id', %s::uuid)"
            " FROM claims_statementfacets AS facets WHERE statement_id = %s))",
            counted,
            statement.pk,
        )
        assert len(wrong()) == 3
        verified("--mend")
        assert wrong() == set()
        assert StatementDocument.objects.count() == 3

    def test_what_a_change_is_still_to_reach_is_not_wrong(self, few_are_many: None) -> None:
        three()
        Topic.objects.update(labels={"fr": "blé"})
        Speaker.objects.filter(name="Ada").update(name="Eva")
        assert PendingStatement.objects.exists()
        assert documents() != serialized()
        assert wrong() == set()
