"""`manage.py verify`: it finds what is wrong in files, references and rules, and nothing where all is well."""

import os
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from config.embedded.place import Place
from config.upkeep import pages, structure
from config.upkeep.catalogue import PROMISES
from config.upkeep.verifying import verify_record
from tests.config.upkeep.installation import Installation

PAGES = "each page of the data files is as it was written"


def test_a_sound_database_passes_each_check(server: Installation) -> None:
    lines = server.run("verify").splitlines()
    assert len(lines) > 25
    assert [line for line in lines[:-1] if not line.startswith("ok  ")] == []
    assert lines[0].startswith(f"ok     {PAGES} (")
    assert lines[-1].endswith("all is as it must be.")


def test_it_changes_nothing(record: Installation) -> None:
    with record.superuser() as superuser:
        superuser.execute(f"ALTER DATABASE {record.name} SET default_transaction_read_only = on")
    assert "all is as it must be" in record.run("verify")


def test_it_ends_with_1_where_something_is_wrong(record: Installation, superuser: "psycopg.Connection[Any]") -> None:
    for count, code in ((0, 0), (1, 1)):
        if count:
            superuser.execute("ALTER TABLE claims_wording DISABLE TRIGGER statement_search_of_wording")
        process = record.start("verify")
        out, errors = process.communicate()
        assert process.returncode == code, out + errors
    assert "trigger statement_search_of_wording on claims_wording is disabled" in out
    assert errors.count("\n") == 1


# relation -> a page of it, and how it is named
DAMAGED = {
    "'claims_statement'::regclass": (0, "table claims_statement: page 0 "),
    "'claims_segment_pkey'::regclass": (1, "index claims_segment_pkey: page 1 "),
    "'statement_search_by_word'::regclass": (1, "index statement_search_by_word: page 1 "),
    "(SELECT reltoastrelid FROM pg_class WHERE relname = 'sources_sourcetext')": (
        5,
        "long values of sources_sourcetext: page 5 ",
    ),
    "(SELECT indexrelid FROM pg_index JOIN pg_class ON reltoastrelid = indrelid"
    " WHERE relname = 'sources_sourcetext')": (
        1,
        "index sources_sourcetext (long values): page 1 ",
    ),
    "'pg_proc'::regclass": (3, "table pg_proc: page 3 "),
}


# in the page's header: its place in the log, its checksum, where its free space begins; and among its rows
@pytest.mark.parametrize("offset", [3, 8, 14, 8150])
def test_a_flipped_byte_in_any_data_file_is_found(
    offset: int, record: Installation, superuser: "psycopg.Connection[Any]"
) -> None:
    superuser.execute("SELECT count(*) FROM sources_sourcetext, claims_statement")  # in memory it stays sound
    superuser.execute("CHECKPOINT")
    for relation, (page, _named) in DAMAGED.items():
        flip(file_of(superuser, relation, record), page * 8192 + offset)
    with record.used():
        damaged = pages.read_pages(pages.reader() or {}).damaged
    assert len(damaged) == len(DAMAGED)
    for _page, named in DAMAGED.values():
        assert [one for one in damaged if one.startswith(named)], named


def test_a_damaged_file_is_named_and_the_rest_still_checked(
    record: Installation, superuser: "psycopg.Connection[Any]"
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM claims_membership")
    superuser.execute("CHECKPOINT")
    flip(file_of(superuser, "'claims_speaker'::regclass", record), 8100)
    superuser.close()
    record.stop()  # so that the page is no longer in memory
    process = record.start("verify")
    out, errors = process.communicate()
    assert process.returncode == 1
    assert re.search(r"damaged on the disk \(1\): table claims_speaker: page 0 \(file base/\d+/\d+, byte 0\)\n", out)
    assert "claims_attribution (membership_id, speaker_id) names rows of claims_membership that are not there" in out
    assert "wrong." in errors


def test_a_lost_file_is_found(record: Installation, superuser: "psycopg.Connection[Any]") -> None:
    superuser.execute("CHECKPOINT")
    path = file_of(superuser, "'relation_is_given_once'::regclass", record)
    path.rename(path.with_name("away"))
    try:
        with record.used():
            damaged = pages.read_pages(pages.reader() or {}).damaged
    finally:
        path.with_name("away").rename(path)
    missing = path.relative_to(Place(record.data_dir).cluster)
    assert damaged == [f"index relation_is_given_once: its file {missing} is missing"]


# what a superuser does behind the triggers' back -> what is found; each list is done to one database
ANCHORS = [
    ("UPDATE claims_segment SET exact = 'faux' WHERE position = 2", "each span selects its words"),
    ("UPDATE claims_mention SET exact = 'faux' WHERE exact <> ''", "mention "),
    ("UPDATE sources_sourcetext SET raw = raw || 'x'", "the bytes of each plain text decode to its text"),
]
LOST_ROWS = [
    (
        "DELETE FROM claims_speaker WHERE type = 'person'",
        "claims_attribution (speaker_id) names rows of claims_speaker that are not there",
    ),
    (
        "DELETE FROM claims_membership",
        "claims_attribution (membership_id, speaker_id) names rows of claims_membership that are not there",
    ),
    (
        "DELETE FROM sources_sourcetext WHERE number = 1 AND length(text) < 10000",
        "claims_appearance (source_text_id) names rows of sources_sourcetext that are not there",
    ),
    ("DELETE FROM claims_segment WHERE position = 1", "each appearance has segments"),
    ("DELETE FROM claims_wording", "the words for search are those of the statement"),
]
BROKEN_PROMISES = [
    (
        (
            "ALTER TABLE sources_sourcetext DROP CONSTRAINT source_text_sha256_is_its_hash;"
            " UPDATE sources_sourcetext SET text = text || 'x';"
            " ALTER TABLE sources_sourcetext ADD CONSTRAINT source_text_sha256_is_its_hash"
            " CHECK (sha256 = public.text_sha256(text)) NOT VALID"
        ),
        "sources_sourcetext breaks its rule source_text_sha256_is_its_hash",
    ),
    (
        (
            "UPDATE pg_index SET indisunique = false WHERE indexrelid = 'wording_is_one_a_language'::regclass;"
            " UPDATE claims_wording SET language = 'xx',"
            " statement_id = (SELECT min(id::text)::uuid FROM claims_statement);"
            " UPDATE pg_index SET indisunique = true WHERE indexrelid = 'wording_is_one_a_language'::regclass"
        ),
        "claims_wording has more than one row where wording_is_one_a_language allows one",
    ),
    (
        (
            "UPDATE pg_attribute SET attnotnull = false WHERE attrelid = 'claims_wording'::regclass"
            " AND attname = 'translator'; UPDATE claims_wording SET translator = NULL;"
            " UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'claims_wording'::regclass"
            " AND attname = 'translator'"
        ),
        "claims_wording has no value where one must be",
    ),
    (
        (
            "CREATE OR REPLACE FUNCTION public.utc_date(value timestamptz) RETURNS date LANGUAGE sql IMMUTABLE STRICT"
            " PARALLEL SAFE RETURN '2000-01-01'::date"
        ),
        "sources_source.sort_date is not what it is computed from",
    ),
]
LOST_STRUCTURE = [
    ("DROP TRIGGER segment_selects_its_words ON claims_segment", "trigger segment_selects_its_words on claims_segment"),
    (
        "ALTER TABLE claims_mention DISABLE TRIGGER ALL",
        "trigger mention_selects_its_words on claims_mention is disabled",
    ),
    (
        "ALTER TABLE claims_attribution DROP CONSTRAINT attribution_role_is_the_speakers",
        "constraint attribution_role_is_the_speakers on claims_attribution",
    ),
    ("ALTER TABLE claims_wording DROP CONSTRAINT wording_is_not_blank", "CheckConstraint wording_is_not_blank"),
    ("DROP INDEX statement_search_by_word", "GinIndex statement_search_by_word on claims_statementsearch"),
    ("ALTER TABLE claims_wording ALTER translator DROP NOT NULL", "NOT NULL of claims_wording.translator"),
    ("ALTER TABLE claims_review DROP CONSTRAINT claims_review_pkey", "primary key of claims_review"),
    ("ALTER TABLE claims_event DROP COLUMN location CASCADE", "column location of claims_event"),
    ("DROP TABLE claims_topicsameas", "table claims_topicsameas"),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'statement_by_date'::regclass",
        "index statement_by_date on claims_statement is not valid",
    ),
]


@pytest.mark.parametrize("acts", [ANCHORS, LOST_ROWS, BROKEN_PROMISES, LOST_STRUCTURE])
def test_what_was_done_behind_the_triggers_back_is_found(
    acts: list[tuple[str, str]], record: Installation, superuser: "psycopg.Connection[Any]"
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("SET allow_system_table_mods = on")
    for sql, _finds in acts:
        for statement in sql.split("; "):
            superuser.execute(statement)
    superuser.close()
    found: list[str] = []
    with record.used():
        verify_record(found.append)
    said = "\n".join(line for line in found if not line.startswith("ok"))
    for sql, finds in acts:
        assert finds in said, sql


def test_each_kind_of_reference_is_asked_for(server: Installation) -> None:
    """As many questions as the catalogue has foreign keys, checks, unique indexes and generated columns."""
    counted = [
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f'",
        (
            "SELECT count(*) FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE contype = 'c'"
            " AND relnamespace = 'public'::regnamespace"
        ),
        (
            "SELECT count(DISTINCT attrelid) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE attnotnull"
            " AND relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0"
        ),
        (
            "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE indisunique"
            " AND relnamespace = 'public'::regnamespace"
        ),
        "SELECT count(*) FROM pg_attribute WHERE attgenerated = 's'",
    ]
    with server.used(), connection.cursor() as cursor:
        for query, expected in zip(PROMISES.values(), counted, strict=True):
            cursor.execute(query)
            questions = len(cursor.fetchall())
            cursor.execute(expected)
            assert (questions,) == cursor.fetchone()
            assert questions > 10


def test_all_triggers_are_known_from_models_and_migrations(server: Installation) -> None:
    made = [*structure.made_by_sql(), *structure.made_by_models()]
    with server.used(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'trigger', tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal"
        )
        triggers = set(cursor.fetchall())
    assert {one for one in made if one[0] == "trigger"} == triggers
    assert ("constraint", "attribution_role_is_the_speakers", "claims_attribution") in made


def test_what_a_later_migration_drops_is_not_asked_for() -> None:
    made: dict[tuple[str, str, str], None] = {}
    for statement in (
        (
            "CREATE TRIGGER one BEFORE UPDATE ON here FOR EACH ROW EXECUTE FUNCTION f();"
            " CREATE CONSTRAINT TRIGGER two\n AFTER INSERT OR UPDATE OF a, b ON there"
            " FOR EACH ROW EXECUTE FUNCTION f();"
        ),
        "ALTER TABLE here ADD CONSTRAINT three CHECK (true); ALTER TABLE here ADD CONSTRAINT four CHECK (true);",
        "DROP TRIGGER IF EXISTS one ON here; ALTER TABLE here DROP CONSTRAINT three;",
    ):
        for match in structure._MADE.finditer(statement):
            structure._note(made, match.groupdict())
    assert list(made) == [("trigger", "two", "there"), ("constraint", "four", "here")]


def test_an_empty_database_is_one_sentence(empty: Installation) -> None:
    assert "has no tables of the record" in empty.complaint("verify")


def test_a_database_of_another_version_is_one_sentence(record: Installation) -> None:
    with record.superuser() as superuser:
        superuser.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('claims', '0999_later', now())")
    assert "has the migration claims.0999_later" in record.complaint("verify")
    with record.superuser() as superuser:
        superuser.execute("DELETE FROM django_migrations WHERE name = '0999_later' OR app = 'sessions'")
    assert "run manage.py migrate" in record.complaint("verify")


def test_a_server_without_checksums_is_read_through_the_server(elsewhere: Installation) -> None:
    with elsewhere.used():
        call_command("migrate", verbosity=0)
        has_checksums = pages.has_checksums()
    said = elsewhere.run("verify")
    assert ("note   this server keeps no checksums of pages" in said) is not has_checksums
    assert "ok     each table can be read to its end" in said


def test_a_sound_backup_is_said_to_be_whole(server: Installation, backup: Path) -> None:
    said = server.run("verify", "--backup", str(backup))
    assert said.startswith(f"{backup} is whole: ")


def file_of(superuser: "psycopg.Connection[Any]", relation: str, record: Installation) -> Path:
    """The file on the disk of a relation, given as an expression for its oid."""
    row = superuser.execute(f"SELECT pg_relation_filepath({relation})").fetchone()
    assert row
    return Place(record.data_dir).cluster / str(row[0])


def flip(path: Path, offset: int) -> None:
    """Change one byte of a file as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 0x10]))
        os.fsync(file.fileno())
