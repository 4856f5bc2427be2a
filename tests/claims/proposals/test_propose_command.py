"""The command that lets the engine read what it has not read."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from claims.proposals.models import Candidate, Reading
from claims.proposals.services import propose
from sources.models import SourceText
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = "Ada Essai a dit que tout va bien ici."


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("propose_statements", *options, stdout=out, stderr=io.StringIO(), no_color=True)
    return out.getvalue()


def test_it_reads_the_latest_text_of_each_source_and_says_so() -> None:
    old, other = factories.source("Rien du tout ici."), factories.source(TEXT)
    new = SourceText.objects.create(source=old.source, number=2, raw=TEXT.encode(), text=TEXT)
    assert run() == "2 texts read: 2 new candidates.\n"
    assert set(Candidate.objects.values_list("source_text", flat=True)) == {new.pk, other.pk}


def test_what_was_read_is_not_read_again_even_where_nothing_was_found() -> None:
    factories.source("Rien du tout ici.")
    assert run() == "1 text read: 0 new candidates.\n"
    assert run() == "0 texts read: 0 new candidates.\n"


def test_a_source_that_is_named_is_read_alone_and_again() -> None:
    wanted, other = factories.source(TEXT), factories.source(TEXT)
    options = ["--source", str(wanted.source_id)]
    assert run(*options) == "1 text read: 1 new candidate.\n"
    assert run(*options, *options) == "1 text read: 0 new candidates.\n"
    assert not Reading.objects.filter(source_text=other).exists()


def test_a_source_that_is_not_there_is_told() -> None:
    missing = str(uuid4())
    with pytest.raises(CommandError, match=missing):
        run("--source", missing)


@pytest.mark.parametrize(("error", "told"), [(KeyboardInterrupt(), "Stopped"), (OperationalError("gone"), "gone")])
def test_stopped_it_keeps_what_was_done_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, told: str
) -> None:
    first, _second = factories.source(TEXT), factories.source(TEXT)

    def once(revision: SourceText) -> Any:
        if revision.pk != first.pk:
            raise error
        return propose(revision)

    monkeypatch.setattr("claims.proposals.management.commands.propose_statements.propose", once)
    with pytest.raises(CommandError, match=told):
        run()
    monkeypatch.undo()
    assert Candidate.objects.count() == 1
    assert run() == "1 text read: 1 new candidate.\n"
    assert Candidate.objects.count() == 2
