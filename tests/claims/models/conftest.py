"""A recorded draft, with what a document has on it, for tests that try to break its rules."""

import pytest
from django.contrib.auth.models import User

from claims.models import Speaker, Statement
from claims.services.recording import Part, Passing, Report
from claims.text.spans import find
from sources.models import Source, SourceText
from tests.claims.models.breaking import TEXT
from tests.recording import record_statement


@pytest.fixture
def revision() -> SourceText:
    source = Source.objects.create(title="Essai", language="fr", published_at="2024-11-16")
    return SourceText.objects.create(source=source, raw=TEXT.encode(), text=TEXT)


@pytest.fixture
def minister() -> Speaker:
    return Speaker.objects.create(name="Ada Essai")


@pytest.fixture
def tokyo() -> Speaker:
    return Speaker.objects.create(name="Tokyo", type="state")


@pytest.fixture
def statement(revision: SourceText, minister: Speaker, tokyo: Speaker) -> Statement:
    return record_statement(
        parts=[Part(speaker=minister, mention=find(TEXT, "la ministre"), role=find(TEXT, "ministre"))],
        report=Report(
            revision=revision,
            segments=[find(TEXT, "très inquiète"), find(TEXT, "Elle l’a répété")],
            quotation_type="direct",
            cue=find(TEXT, "s’est dite"),
            relays=[Passing(tokyo, find(TEXT, "Tokyo"))],
        ),
        values={"act": "express", "attitude": "concern", "created_by": User.objects.create_user("author")},
    )
