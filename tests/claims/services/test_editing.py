"""A statement written as one: what stays the same stays the same row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from claims.models import Claim, Mention, Statement, Wording
from claims.services.editing import (
    Content,
    PartError,
    Printed,
    Quoted,
    TwinError,
    change_statement,
    create_statement,
)
from claims.services.recording import Part, Report
from claims.services.reviewing import submit
from claims.text.spans import find
from sources.models import SourceText
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision() -> SourceText:
    return factories.source()


@pytest.fixture
def content(revision: SourceText) -> Content:
    """Ada's words in one document, with her name as it prints it."""
    ada = factories.speaker("Ada Essai")
    report = Report(revision=revision, segments=[find(revision.text, factories.WORDS)], quotation_type="direct")
    printed = [Printed(speaker_id=ada.pk, kind="speaker", name=find(revision.text, "Ada Essai"))]
    return Content(values={"act": "express"}, parts={"speaker": [Part(ada)]}, quotes=[Quoted(report, printed)])


@pytest.fixture
def statement(content: Content) -> Statement:
    return Statement.objects.get(pk=create_statement(content=content, by=factories.user("author")))


def rows(statement: Statement) -> dict[str, list[Any]]:
    """The ids of all rows that belong to it."""
    (appearance,) = statement.appearances.all()
    return {
        "attributions": list(statement.attributions.values_list("pk", flat=True)),
        "wordings": list(statement.wordings.values_list("pk", flat=True)),
        "appearance": [appearance.pk],
        "segments": list(appearance.segments.values_list("pk", flat=True)),
        "mentions": list(appearance.mentions.values_list("pk", flat=True)),
    }


def test_the_quoted_words_are_the_wording_where_there_is_none(statement: Statement) -> None:
    assert [(one.language, one.text) for one in statement.wordings.all()] == [("fr", factories.WORDS)]
    assert (statement.status, statement.created_by) == ("draft", factories.user("author"))
    assert [one.exact for one in Mention.objects.all()] == ["Ada Essai"]


def test_the_same_content_again_changes_no_row(statement: Statement, content: Content) -> None:
    history: Any = Statement._meta.get_field("changes").related_model
    before = rows(statement)
    (appearance,) = statement.appearances.all()
    same = content.quotes[0].report if content.quotes else None
    report = Report(revision=same.revision, segments=same.segments, quotation_type="direct", id=appearance.pk)  # type: ignore[union-attr]
    content.quotes = [Quoted(report, content.quotes[0].printed)]  # type: ignore[index]
    changes = history.objects.filter(pgh_obj=statement).count()
    change_statement(statement=statement, content=Content(parts=content.parts, quotes=content.quotes))
    assert rows(statement) == before
    assert history.objects.filter(pgh_obj=statement).count() == changes


def test_what_is_not_given_stays(statement: Statement) -> None:
    before = rows(statement)
    changed = change_statement(statement=statement, content=Content(values={"act": "warn"}))
    assert (changed.act, rows(changed)) == ("warn", before)


def test_one_kind_of_part_is_replaced_without_the_others(statement: Statement) -> None:
    bo = factories.speaker("Bo")
    change_statement(statement=statement, content=Content(parts={"addressee": [Part(bo, kind="addressee")]}))
    assert {(one.speaker.name, one.kind) for one in statement.attributions.all()} == {
        ("Ada Essai", "speaker"),
        ("Bo", "addressee"),
    }
    change_statement(statement=statement, content=Content(parts={"addressee": []}))
    assert [one.speaker.name for one in statement.attributions.all()] == ["Ada Essai"]


def test_another_wording_becomes_the_original(statement: Statement) -> None:
    def wordings(original: str) -> list[Wording]:
        return [Wording(language=tag, text=tag, is_original=tag == original) for tag in ("en", "fr")]

    for original in ("fr", "en", "fr"):
        change_statement(statement=statement, content=Content(wordings=wordings(original)))
        assert statement.wordings.get(is_original=True).language == original


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (
            lambda c: Content(wordings=[Wording(language="fr", text="x"), Wording(language="en", text="")]),
            ("wordings", 1),
        ),
        (
            lambda c: Content(quotes=[Quoted(c.quotes[0].report, [Printed(factories.speaker("Bo").pk, "speaker")])]),
            ("appearances", 0, "mentions", 0),
        ),
    ],
)
def test_it_says_where_something_is_wrong(
    statement: Statement, content: Content, change: Callable[[Any], Content], path: tuple[str | int, ...]
) -> None:
    with pytest.raises(PartError) as refused:
        change_statement(statement=statement, content=change(content))
    assert refused.value.path[: len(path)] == path


def test_the_same_words_of_the_same_speaker_are_recorded_once(statement: Statement, content: Content) -> None:
    with pytest.raises(TwinError) as refused:
        create_statement(content=content, by=factories.user("another"))
    assert refused.value.statement_id == statement.pk


def test_nothing_is_kept_of_what_the_database_refuses(content: Content) -> None:
    content.values = {"act": "express", "intensity": 3}
    with pytest.raises(IntegrityError, match="statement_intensity_has_its_phrase"), transaction.atomic():
        create_statement(content=content, by=factories.user("author"))
    content.values = {}
    content.topics = [factories.topic().pk, factories.source().pk]
    with pytest.raises(IntegrityError), transaction.atomic():
        create_statement(content=content, by=factories.user("author"))
    assert not Statement.objects.exists()


def test_what_is_in_review_stays_as_it_is_read(statement: Statement) -> None:
    submit(statement_id=statement.pk, by=factories.user("author"))
    statement.refresh_from_db()
    for content in (
        Content(values={"act": "warn"}),
        Content(parts={"addressee": []}),
        Content(wordings=[]),
        Content(positions=[]),
    ):
        with pytest.raises(ValidationError, match="only a draft can be changed"):
            change_statement(statement=statement, content=content)


def test_positions_of_what_is_published_are_found_out_later() -> None:
    statement = factories.published()
    claim = Claim.objects.create(text={"en": "It rains."})
    change_statement(statement=statement, content=Content(positions=[(claim, "denies")]))
    assert [one.stance for one in statement.positions.all()] == ["denies"]
    with pytest.raises(ValidationError, match="only a draft can be changed"):
        change_statement(statement=statement, content=Content(positions=[], topics=[]))
