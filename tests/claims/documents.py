"""Documents of statements held against what they must be, for tests."""

import json
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from claims.models import Statement, StatementDocument
from claims.serializers import StatementSerializer
from claims.services.documents import wrong_documents
from config.writing.answers import rendered


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
