"""The record's rules asked of the rows: none is broken by what services make, each is seen when it is broken."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from claims.services.verifying import RULES, SEARCH, broken_ids, broken_rows, broken_texts, write_search_anew
from config.writing.refusals import check_deferred_rules
from tests import factories

TABLES = [
    "claims_appearance",
    "claims_attribution",
    "claims_claim",
    "claims_event",
    "claims_membership",
    "claims_mention",
    "claims_relay",
    "claims_segment",
    "claims_speaker",
    "claims_statement",
    "claims_topic",
    "claims_wording",
    "sources_publisher",
    "sources_source",
    "sources_sourcetext",
]

# what is done behind the triggers' back -> what is found
BREAKS = [
    (f"UPDATE claims_{table} SET {column}", "each span selects its words in its text")
    for table, column in [
        ("segment", "exact = exact || '!'"),
        ("segment", "prefix = 'x' WHERE start > 0"),
        ("segment", "suffix = 'x'"),
        ("segment", 'start = start + 900000, "end" = "end" + 900000'),
        ("mention", "exact = 'x' WHERE exact <> ''"),
        ("mention", "role_exact = 'x' WHERE role_exact <> ''"),
        ("relay", "exact = 'x' WHERE exact <> ''"),
        ("appearance", "cue_exact = 'x' WHERE cue_exact <> ''"),
    ]
]
BREAKS += [
    ("DELETE FROM claims_segment", "each appearance has segments, numbered 1, 2, 3 …"),
    ("UPDATE claims_segment SET position = position + 1", "each appearance has segments, numbered 1, 2, 3 …"),
    (
        "UPDATE claims_segment SET start = 0 WHERE position = 2",
        "segments follow each other without overlap",
    ),
    ("UPDATE claims_relay SET level = 2", "relays are numbered 1, 2, 3 … from the speaker"),
    (
        (
            "UPDATE claims_attribution SET statement_id = (SELECT id FROM claims_statement WHERE id NOT IN"
            " (SELECT statement_id FROM claims_attribution WHERE membership_id IS NOT NULL) LIMIT 1)"
            " WHERE membership_id IS NOT NULL"
        ),
        "each mention is of a speaker of its statement",
    ),
    ("UPDATE sources_sourcetext SET number = 2", "revisions of a source are numbered 1, 2, 3 …"),
    (
        "UPDATE claims_membership SET speaker_id = (SELECT id FROM claims_speaker WHERE type = 'group' LIMIT 1)",
        "who speaks in a role holds it",
    ),
    (
        "DELETE FROM claims_attribution WHERE kind = 'speaker'",
        "each statement that was sent to review has a speaker",
    ),
    (
        "DELETE FROM claims_wording; DELETE FROM claims_appearance",
        "each statement that was sent to review has words",
    ),
    *(
        (f"UPDATE {table} SET is_public = false", "what a published statement needs is public")
        for table in [
            "claims_speaker",
            "claims_membership",
            "claims_topic",
            "claims_event",
            "claims_claim",
            "sources_source",
        ]
    ),
    *(
        (f"UPDATE {table} SET is_public = false WHERE {condition}", "what something public belongs to is public")
        for table, condition in [
            ("claims_speaker", "id IN (SELECT part_of_id FROM claims_speaker)"),
            ("claims_topic", "id IN (SELECT broader_id FROM claims_topic)"),
            ("sources_publisher", "id IN (SELECT publisher_id FROM sources_source)"),
            ("sources_publisher", "id IN (SELECT agency_id FROM sources_source)"),
            ("sources_publisher", "id IN (SELECT publisher_id FROM claims_review)"),
        ]
    ),
    (
        (
            "UPDATE claims_speaker SET merged_into_id = (SELECT id FROM claims_speaker WHERE type = 'group' LIMIT 1)"
            " WHERE type = 'person'"
        ),
        "a merged speaker is named nowhere",
    ),
    (
        (
            "UPDATE claims_speaker SET part_of_id = (SELECT id FROM claims_speaker WHERE type = 'organization')"
            " WHERE id = (SELECT part_of_id FROM claims_speaker WHERE type = 'organization')"
        ),
        "no speaker is part of its own part",
    ),
    ("UPDATE claims_speaker SET merged_into_id = id", "no speaker is merged into itself"),
    (
        (
            "UPDATE claims_topic SET merged_into_id = (SELECT id FROM claims_topic WHERE broader_id IS NULL)"
            " WHERE broader_id IS NOT NULL"
        ),
        "a merged topic is named nowhere",
    ),
    ("UPDATE claims_topic SET merged_into_id = id", "no topic is merged into itself"),
    (
        (
            "UPDATE claims_topic SET broader_id = (SELECT id FROM claims_topic WHERE broader_id IS NOT NULL)"
            " WHERE broader_id IS NULL"
        ),
        "no topic is broader than its broader one",
    ),
    (
        (
            "UPDATE sources_source SET copy_of_id = (SELECT id FROM sources_source WHERE copy_of_id IS NOT NULL)"
            " WHERE id = (SELECT copy_of_id FROM sources_source WHERE copy_of_id IS NOT NULL)"
        ),
        "no source is a copy of its copy",
    ),
    *(
        (
            f"UPDATE claims_statement SET sort_date = '2001-01-01' WHERE {condition}",
            "statements sort at the day said, else at that of their sources, else at the day entered",
        )
        for condition in ["said_at IS NOT NULL", "said_at IS NULL"]
    ),
    *(
        (sql, "the words for search are those of the statement")
        for sql in [
            "DELETE FROM claims_wording",
            "DELETE FROM claims_segment WHERE position = 2",
            "DELETE FROM claims_statementsearch",
            "UPDATE claims_statementsearch SET vector = 'x:1'",
            "UPDATE claims_statementsearch SET language = 'de' WHERE language = 'en'",
        ]
    ),
]


@pytest.fixture
def record(db: None) -> Iterator[None]:
    """One statement with everything, and rows that can be broken: triggers that would refuse are off."""
    with transaction.atomic():
        factories.full()
        check_deferred_rules()
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        transaction.set_rollback(True)


def broken() -> set[str]:
    with connection.cursor() as cursor:
        return {rule.says for rule in RULES if broken_rows(cursor, rule).count}


def execute(statement: str, values: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_what_services_make_breaks_no_rule(db: None) -> None:
    statement = factories.full("Zurück")
    factories.withdrawn(speakers=[factories.speaker("Deux"), factories.speaker("Trois")], said_at="2020/..")
    factories.full_draft()
    merged = factories.speaker("Avant", is_public=True)
    merged.merged_into = statement.attributions.filter(kind="speaker").get().speaker
    merged.save()
    check_deferred_rules()
    assert broken() == set()
    with connection.cursor() as cursor:
        assert broken_texts(cursor).count == 0


@pytest.mark.parametrize(("sql", "found"), BREAKS)
def test_a_rule_broken_behind_the_triggers_back_is_seen(sql: str, found: str, record: None) -> None:
    assert broken() == set()
    execute(sql)
    assert found in broken()


def test_each_rule_is_broken_by_a_test() -> None:
    assert {rule.says for rule in RULES} == {found for _sql, found in BREAKS}


def test_examples_are_ten_and_the_count_is_all(record: None) -> None:
    for number in range(12):
        factories.source(f"Texte {number}")
    execute("UPDATE sources_sourcetext SET number = 3")
    with connection.cursor() as cursor:
        rule = next(rule for rule in RULES if rule.says.startswith("revisions"))
        found = broken_rows(cursor, rule)
    assert found.count > 12
    assert len(found.examples) == 10


@pytest.mark.parametrize(
    "change",
    ["raw = 'x'", "raw = '\\xff'", "raw = ''", "encoding = 'utf-16'", "encoding = 'klingon'"],
)
def test_bytes_that_are_no_longer_those_of_the_text_are_seen(change: str, record: None) -> None:
    execute(f"UPDATE sources_sourcetext SET {change}")
    with connection.cursor() as cursor:
        assert broken_texts(cursor).count > 0


def test_words_for_search_can_be_written_anew(record: None) -> None:
    execute("UPDATE claims_statementsearch SET vector = 'x:1'")
    with connection.cursor() as cursor:
        write_search_anew(cursor, broken_ids(cursor, SEARCH))
        assert broken_rows(cursor, SEARCH).count == 0
