"""Verifying a database: pages on the disk, what the catalogue promises, the record's own rules; it only reads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from claims.services import documents
from claims.services import verifying as record
from config.embedded.backend.base import DatabaseWrapper as EmbeddedWrapper
from config.upkeep import databases, structure
from config.upkeep.catalogue import PROMISES
from config.upkeep.contents import STATEMENTS
from config.upkeep.errors import UpkeepError
from config.upkeep.pages import has_checksums, read_pages, reader
from config.upkeep.progress import shown

Say = Callable[[str], None]
EXAMPLES = 10
# Rows are read from the tables themselves: an index may lack what is in them, and a rule may be assumed to hold.
FROM_THE_TABLES = """
SET LOCAL enable_indexscan = off;
SET LOCAL enable_indexonlyscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL constraint_exclusion = off;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL search_path = public;
SET LOCAL work_mem = '128MB';
"""
WITH_INDEXES = """
SET LOCAL enable_indexscan = on;
SET LOCAL enable_indexonlyscan = on;
SET LOCAL enable_bitmapscan = on;
"""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be: how many times, and up to ten examples."""

    says: str
    count: int = 1
    examples: Sequence[str] = field(default_factory=tuple)

    def __str__(self) -> str:
        more = ", …" if self.count > len(self.examples) else ""
        examples = f": {', '.join(self.examples)}{more}" if self.examples else ""
        return f"{self.says} ({self.count}){examples}"


@dataclass(frozen=True)
class Check:
    """One question to the database; `ask` gets a cursor of a read-only transaction."""

    name: str
    ask: Callable[[Any], Iterator[Finding]]


def verify(say: Say) -> list[Finding]:
    """Check everything, saying the name of each check and what it found; return all that was found.

    Raise UpkeepError where there is nothing that could be verified.
    """
    # first: all other questions need pages that can be read
    found = _verify_pages(say)
    _check_is_up_to_date()
    return [*found, *verify_record(say)]


def verify_record(say: Say) -> list[Finding]:
    """Check all but the pages, at one moment of the database."""
    found: list[Finding] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(FROM_THE_TABLES)
        for check in checks():
            found.extend(_told(check.name, _asked(check, cursor), say))
    return found


def checks() -> list[Check]:
    """All checks but that of the pages, in their order."""
    return [
        Check("each table can be read to its end", _read_tables),
        Check("all that models and migrations make is there", _listed(structure.missing, "missing")),
        Check("no rule is switched off", _listed(structure.switched_off, "switched off")),
        *(Check(name, _promise(query)) for name, query in PROMISES.items()),
        *(Check(rule.says, _rule(rule)) for rule in record.RULES),
        Check(record.TEXTS, _texts),
        Check(documents.DOCUMENTS, _documents),
    ]


def _told(name: str, found: list[Finding], say: Say) -> list[Finding]:
    say(f"{'ok   ' if not found else 'FOUND'}  {name}")
    for finding in found:
        say(f"       {finding}")
    return found


def _asked(check: Check, cursor: Any) -> list[Finding]:
    """The answer; that the question could not be answered is a finding too."""
    found: list[Finding] = []
    try:
        with shown(check.name), transaction.atomic():
            found.extend(check.ask(cursor))
    except DatabaseError as error:
        found.append(_unanswered("it could not be found out", error))
    return found


def _unanswered(says: str, error: DatabaseError) -> Finding:
    """A finding instead of an answer, unless the server itself is gone."""
    if not connection.is_usable():
        raise error
    return Finding(f"{says}: {' '.join(str(error).split())}")


def _check_is_up_to_date() -> None:
    if not databases.record_tables():
        raise UpkeepError(f"The database {databases.name()} has no tables of the record: there is nothing to verify.")
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations or {}
    newer = [key for key in executor.loader.applied_migrations if key not in known]
    if newer:
        raise UpkeepError(
            f"The database is of a newer version of the project, which has the migration {'.'.join(newer[0])}: verify "
            "it with that version."
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise UpkeepError(
            f"The database is of an older version of the project ({len(plan)} migrations are missing): run manage.py "
            "migrate, then verify."
        )


def _verify_pages(say: Say) -> list[Finding]:
    is_embedded = isinstance(connections[connection.alias], EmbeddedWrapper)
    if not has_checksums():
        if is_embedded:
            return _told(
                "each page of the data files is as it was written",
                [Finding("the embedded server was made without data checksums: make it anew and restore a backup")],
                say,
            )
        say("note   this server keeps no checksums of pages: tables are read through the server, indexes are not")
        return []
    parameters = reader()
    if parameters is None:
        say("note   this role may not read data files: tables are read through the server, indexes are not")
        return []
    with shown("reading all pages"):
        report = read_pages(parameters)
    damaged = [Finding("damaged on the disk", len(report.damaged), report.damaged[:EXAMPLES])] if report.damaged else []
    return _told(
        f"each page of the data files is as it was written ({report.pages} pages of {report.relations} tables and "
        "indexes)",
        damaged,
        say,
    )


def _read_tables(cursor: Any) -> Iterator[Finding]:
    cursor.execute(STATEMENTS)
    for (statement,) in cursor.fetchall():
        try:
            with transaction.atomic():
                cursor.execute(statement)
        except DatabaseError as error:
            yield _unanswered("a table cannot be read", error)


def _listed(ask: Callable[[Any], list[str]], says: str) -> Callable[[Any], Iterator[Finding]]:
    def answer(cursor: Any) -> Iterator[Finding]:
        found = ask(cursor)
        if found:
            yield Finding(says, len(found), found[:EXAMPLES])

    return answer


def _promise(query: str) -> Callable[[Any], Iterator[Finding]]:
    def answer(cursor: Any) -> Iterator[Finding]:
        cursor.execute(query)
        for says, statement in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute(statement)
            except DatabaseError as error:
                yield _unanswered(f"whether {says} could not be found out", error)
                continue
            count, examples = cursor.fetchone()
            if count:
                yield Finding(says, count, examples)

    return answer


def _rule(rule: record.Rule) -> Callable[[Any], Iterator[Finding]]:
    def answer(cursor: Any) -> Iterator[Finding]:
        yield from _of(rule.says, record.broken_rows(cursor, rule))

    return answer


def _texts(cursor: Any) -> Iterator[Finding]:
    yield from _of(record.TEXTS, record.broken_texts(cursor))


def _documents(cursor: Any) -> Iterator[Finding]:
    """Each is written anew for this, from some of many tables: without indexes that would take for ever."""
    cursor.execute(WITH_INDEXES)
    wrong = sorted({str(key) for key in documents.wrong_documents(cursor)})
    yield from _of(documents.DOCUMENTS, record.Broken(len(wrong), wrong[:EXAMPLES]))
    cursor.execute(FROM_THE_TABLES)


def _of(says: str, broken: record.Broken) -> Iterator[Finding]:
    if broken.count:
        yield Finding(f"not so: {says}", broken.count, broken.examples)
