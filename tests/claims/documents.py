"""Documents of statements held against what they must be, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from claims.models import Claim, Event, Membership, Role, Speaker, Statement, StatementDocument, Topic
from claims.serializers import StatementSerializer
from claims.services.documents import wrong_documents
from claims.services.filing import file_postings
from config.writing.answers import rendered
from config.writing.refusals import check_deferred_rules
from sources.models import Publisher, Source
from tests import factories

#: what statements name -> what is changed of it
NAMED: list[tuple[Any, dict[str, list[Any]]]] = [
    (
        Speaker,
        {"name": ["Łucja « O’Brien »"], "type": ["organization"], "is_named": [False, True], "country": ["JP", ""]},
    ),
    (Membership, {"start": ["2021-03~", None], "end": ["2024-12?", None]}),
    (Role, {"labels": [{"fr": "ministre", "en": "minister"}], "category": ["minister"]}),
    (
        Event,
        {"name": ["Sommet"], "type": ["speech"], "location": ["Genève", ""], "date": ["2024", None]},
    ),
    (Topic, {"labels": [{"en": "grain", "fr": "blé"}]}),
    (Claim, {"text": [{"en": "The harbour is open.", "fr": "Le port est ouvert."}]}),
    (
        Source,
        {
            "title": ["Ein Titel"],
            "type": ["speech"],
            "url": ["https://elsewhere.example/x?a=b", None],
            "language": ["de"],
            "published_at": ["2020-05-01", None],
            "publisher": [None],
            "agency": [None],
        },
    ),
    (Publisher, {"name": ["Gazette « neuve »"]}),
]


def wrong() -> set[UUID]:
    """Return the statements whose document or postings are not what they would be if written now."""
    with connection.cursor() as cursor:
        return set(wrong_documents(cursor))


def documents() -> dict[UUID, str]:
    """Return all documents, as JSON with its members in their order."""
    return {row.pk: normal(bytes(row.body)) for row in StatementDocument.objects.all()}


def serialized() -> dict[UUID, str]:
    """Return what the serializers of the API make of each published statement, in the same form."""
    rows: Any = Statement.objects.published().with_details()
    return {row.pk: normal(rendered(StatementSerializer(row).data)) for row in rows}


def normal(body: str | bytes) -> str:
    """Return JSON without what says nothing: the order of members stays."""
    return json.dumps(json.loads(body), ensure_ascii=False)


def committed(link: psycopg.Connection[Any], command: str) -> None:
    """Do this by a connection and commit it, for a thread."""
    link.execute(command.encode())
    link.commit()


def filed(*, most_runs: int = 4) -> bool:
    """Move all postings to a run, however few."""
    return file_postings(most_lately=-1, most_runs=most_runs)


def sql(command: str, *values: Any) -> Any:
    """Carry this out, and return the rows that come of it."""
    with connection.cursor() as cursor:
        cursor.execute(command, values or None)
        return cursor.fetchall() if cursor.description else None


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """Let nothing hear of what is done to these tables inside; what was heard of before is done first."""
    for act in ("DISABLE", "ENABLE"):
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            sql(f"ALTER TABLE {table} {act} TRIGGER USER")
        sql("SET CONSTRAINTS ALL DEFERRED")
        if act == "DISABLE":
            yield


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
