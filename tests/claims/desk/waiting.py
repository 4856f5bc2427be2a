"""Sources as work: read by an engine, with candidates that are open or decided."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.desk.models import Work
from claims.proposals.models import Candidate, Reading
from config.access.permissions import Access
from sources.models import Source, SourceText
from tests import factories

QUEUES = "/admin/desk/"


def read(revision: SourceText, *states: str) -> SourceText:
    """Let an engine have read a text, with one candidate in each of these states."""
    Reading.objects.create(source_text=revision, engine="marks")
    for place, state in enumerate(states):
        Candidate.objects.create(source_text=revision, start=place, end=place + 1, engine="marks", state=state)
    return revision


def waiting(*states: str, **values: Any) -> Source:
    """Return a source that was read; open, unless other states of its candidates are given."""
    source: Source = read(factories.source(**values), *(states or ("open",))).source
    return source


def revised(source: Source, text: str = "D’autres mots.") -> SourceText:
    """Add a revision."""
    number = source.texts.count() + 1
    return SourceText.objects.create(source=source, number=number, raw=text.encode(), text=text)


def urgent(source: Source, **values: Any) -> Source:
    """Let a source be work of a priority, somebody's, or open."""
    Work.objects.create(source=source, **{"priority": 2, **values})
    return source


def page(client: Client, **query: str) -> str:
    answer = client.get(QUEUES, query)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


def shown(client: Client, queue: str, **query: str) -> list[UUID]:
    """Return the ids of the sources in a queue, in their order."""
    (section,) = client.get(QUEUES, {"queue": queue, **query}).context["shown"]
    return [line.source.pk for line in section.rows]


def counts(client: Client) -> dict[str, str]:
    """Return the numbers on the page, by the key of their section."""
    return {section.key: section.number for section in client.get(QUEUES).context["sections"]}


def queries(client: Client, address: str = QUEUES) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def access(user: User) -> Access:
    return Access(user=User.objects.get(pk=user.pk))
