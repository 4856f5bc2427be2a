"""Two transactions at once cannot together make what neither may make alone; each test has real connections."""

from threading import Thread
from typing import Any

import psycopg
import pytest

from claims.models import Attribution, Segment, Speaker, Statement, Wording
from claims.services.reviewing import submit
from sources.models import SourceText
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

CHECK = "SET CONSTRAINTS ALL IMMEDIATE"


class Side:
    """One transaction: its statements run in a thread, because they may wait for the other side."""

    def __init__(self, link: psycopg.Connection[Any], *statements: tuple[str, list[Any]]) -> None:
        self.link = link
        self.statements = statements
        self.error: Exception | None = None
        self.thread = Thread(target=self.run)

    def run(self) -> None:
        try:
            for statement, values in self.statements:
                self.link.execute(statement, values)
            self.link.execute(CHECK)
        except psycopg.Error as error:
            self.error = error
            self.link.rollback()

    def commit(self) -> None:
        if self.error is None:
            try:
                self.link.commit()
            except psycopg.Error as error:
                self.error = error


def race(first: Side, second: Side) -> list[bool]:
    """Run and check both before either commits, where locks let them; return who came through."""
    first.thread.start()
    first.thread.join(timeout=5)
    second.thread.start()
    second.thread.join(timeout=0.5)
    first.commit()
    second.thread.join(timeout=5)
    second.commit()
    return [side.error is None for side in (first, second)]


def test_the_last_two_speakers_are_not_deleted_at_once(linked: Any) -> None:
    statement = factories.published(speakers=[factories.speaker("A"), factories.speaker("B")])
    one, other = Attribution.objects.all()
    act: tuple[str, list[Any]] = ("SET LOCAL record.act = 'unite'", [])
    delete = "DELETE FROM claims_attribution WHERE id = %s"
    assert race(Side(linked(), act, (delete, [one.pk])), Side(linked(), act, (delete, [other.pk]))) == [True, False]
    assert statement.attributions.count() == 1


def published_by_sql(statement: Statement) -> tuple[str, list[Any]]:
    reviewer = factories.user("reviewer").pk
    update = "UPDATE claims_statement SET status = 'published', reviewed_by_id = %s, published_at = now() WHERE id = %s"
    return update, [reviewer, statement.pk]


@pytest.mark.parametrize("publishing_first", [True, False])
@pytest.mark.parametrize("table", ["claims_attribution", "claims_wording"])
def test_nothing_is_emptied_as_it_is_published(linked: Any, table: str, publishing_first: bool) -> None:
    statement = factories.draft()
    statement.appearances.all().delete()
    submit(statement_id=statement.pk, by=factories.user("author"))
    publish = Side(linked(), published_by_sql(statement))
    empty = Side(linked(), ("SET LOCAL record.act = 'unite'", []), (f"DELETE FROM {table}", []))
    assert race(*((publish, empty) if publishing_first else (empty, publish))) == [True, False]
    statement.refresh_from_db()
    is_whole = Attribution.objects.exists() and Wording.objects.exists()
    assert is_whole == (statement.status == "published")


def test_a_speaker_added_as_it_is_published_becomes_public(linked: Any) -> None:
    statement = factories.draft()
    late = factories.speaker("Late")
    submit(statement_id=statement.pk, by=factories.user("author"))
    insert = (
        "INSERT INTO claims_attribution (id, statement_id, speaker_id, kind, certainty)"
        " VALUES (gen_random_uuid(), %s, %s, 'addressee', 'certain')"
    )
    race(Side(linked(), published_by_sql(statement)), Side(linked(), (insert, [statement.pk, late.pk])))
    late.refresh_from_db()
    assert late.is_public == statement.attributions.filter(speaker=late).exists()


@pytest.mark.parametrize("table", ["attribution", "part_of", "merged_into"])
def test_nothing_names_a_speaker_that_is_being_merged(linked: Any, table: str) -> None:
    gone, kept, third = (factories.speaker(name, type="group") for name in ("Gone", "Kept", "Third"))
    statement = factories.draft(speakers=[third])
    merge = Side(linked(), ("UPDATE claims_speaker SET merged_into_id = %s WHERE id = %s", [kept.pk, gone.pk]))
    refer = {
        "attribution": (
            "UPDATE claims_attribution SET speaker_id = %s WHERE statement_id = %s",
            [gone.pk, statement.pk],
        ),
        "part_of": ("UPDATE claims_speaker SET part_of_id = %s WHERE id = %s", [gone.pk, third.pk]),
        "merged_into": ("UPDATE claims_speaker SET merged_into_id = %s WHERE id = %s", [gone.pk, third.pk]),
    }[table]
    assert race(merge, Side(linked(), refer)) == [True, False]
    assert not Attribution.objects.filter(speaker=gone).exists()
    assert not Speaker.objects.filter(part_of=gone).exists()
    assert not Speaker.objects.filter(merged_into=gone).exists()


def test_revisions_made_and_removed_at_once_leave_no_gap(linked: Any) -> None:
    revision = factories.source()
    second = SourceText.objects.create(source=revision.source, number=2, raw=b"zwei", text="zwei")
    insert = (
        "INSERT INTO sources_sourcetext (id, source_id, number, raw, media_type, encoding, text, sha256, created_at)"
        " VALUES (gen_random_uuid(), %s, 3, 'x', 'text/plain', 'utf-8', 'x', sha256('x'), now())"
    )
    came_through = race(
        Side(linked(), ("DELETE FROM sources_sourcetext WHERE id = %s", [second.pk])),
        Side(linked(), (insert, [revision.source_id])),
    )
    assert came_through == [True, False]
    assert [text.number for text in SourceText.objects.all()] == [1]


def test_words_added_as_their_appearance_moves_stand_in_its_text(linked: Any) -> None:
    statement = factories.draft(words="profonde préoccupation")
    (appearance,) = statement.appearances.all()
    same_words_elsewhere = factories.source(factories.TEXT.replace("armement", "blé"))
    start = factories.TEXT.index("armement")
    insert = (
        'INSERT INTO claims_segment (id, appearance_id, position, start, "end", exact, prefix, suffix)'
        " VALUES (gen_random_uuid(), %s, 2, %s, %s, 'armement', '', '')"
    )
    came_through = race(
        Side(
            linked(),
            (
                "UPDATE claims_appearance SET source_text_id = %s WHERE id = %s",
                [same_words_elsewhere.pk, appearance.pk],
            ),
        ),
        Side(linked(), (insert, [appearance.pk, start, start + 8])),
    )
    assert came_through == [True, False]
    assert [segment.exact for segment in Segment.objects.all()] == ["profonde préoccupation"]
