"""What comes out goes in again and comes out the same, byte for byte; drafts are in no public export."""

import io
import itertools
import json
import threading

import pytest
from django.db import connection

from claims.exchange.demo import DATA, load_demo
from claims.exchange.exporting import export_dataset
from claims.exchange.importing import import_dataset
from claims.exchange.lines import LINES
from claims.exchange.reading import Problem, numbered
from claims.exchange.results import Result
from claims.models import Speaker, Statement
from claims.services.merging_topics import merge_topics
from sources.models import Publisher, Source
from tests import factories
from tests.bench.generated import dataset
from tests.claims.exchange.running import administrator, digest, exported, packed, rows_in, undone
from tests.factories import user
from tests.seeds import Seeds, require_articles

CANARY = "Kanarienvogel"


def _import(data: bytes, *, publishes: bool = True) -> Result:
    refusals: list[tuple[int, list[Problem]]] = []
    result = import_dataset(
        numbered(io.BytesIO(data)),
        name="file",
        by=user("author"),
        publish_by=administrator() if publishes else None,
        refuse=lambda number, _raw, problems: refusals.append((number, list(problems))),
    )
    assert refusals == []
    return result


def _comes_back(data: bytes) -> None:
    _import(data)
    assert exported() == data
    before = digest()
    again = _import(data)
    assert not again.created
    assert sum(again.unchanged.values()) == len(data.splitlines()) - 1
    assert digest() == before


@pytest.mark.django_db
def test_the_demo_comes_back_byte_for_byte() -> None:
    _comes_back(undone(load_demo))


@pytest.mark.django_db
def test_the_five_articles_come_back_byte_for_byte() -> None:
    require_articles()
    _comes_back(undone(Seeds))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_every_kind_of_row_comes_back_byte_for_byte(seed: int) -> None:
    data = dataset(300, seed=seed)
    counts = rows_in(data)[0]["records"]
    assert set(counts) == set(LINES)
    assert all(counts.values())
    _comes_back(data)


@pytest.mark.django_db
def test_merged_topics_come_back_byte_for_byte() -> None:
    def make() -> None:
        load_demo()
        # the one that is kept was entered later: it is written first all the same
        gone, kept = factories.topic("armes", broader=factories.topic("défense")), factories.topic("armement")
        factories.published(topics=[gone])
        merge_topics(topic_id=gone.pk, into_id=kept.pk, by=user("curator"))

    data = undone(make)
    assert [row["merged_into"] is None for row in rows_in(data) if row["record"] == "topic"][-1] is False
    _comes_back(data)
    assert {row["merged_into"] for row in rows_in(exported(public=True)) if row["record"] == "topic"} == {None}


@pytest.mark.django_db
def test_an_export_into_the_record_that_it_came_from_changes_nothing() -> None:
    load_demo()
    factories.full("Détroit")
    factories.full_draft("Baie")
    factories.withdrawn(said_at="2023-09")
    administrator()
    data, before = exported(), digest()
    result = _import(data)
    assert not result.created
    # drafts that the file calls drafts stay so
    assert result.published == 0
    assert digest() == before


@pytest.mark.django_db
def test_the_demo_itself_can_be_imported_again() -> None:
    load_demo()
    user("author")
    before = digest()
    result = _import(DATA.read_bytes(), publishes=False)
    assert not result.created
    assert digest() == before


@pytest.mark.django_db
def test_a_public_export_can_be_imported_where_its_words_are_open() -> None:
    def make() -> None:
        load_demo()
        factories.full_draft(CANARY)

    data = undone(make, public=True)
    assert CANARY.encode() not in data
    _import(data)
    assert exported(public=True) == data


@pytest.mark.django_db
def test_closed_words_are_left_out_of_a_public_export_and_told_on_the_way_back() -> None:
    def make() -> None:
        factories.published(revision=factories.source(licence="all-rights-reserved"))

    data = undone(make, public=True)
    (text,) = (row for row in rows_in(data) if row["record"] == "source_text")
    assert (text["text"], text["raw"]) == (None, None)
    problems: list[Problem] = []
    import_dataset(
        numbered(io.BytesIO(data)),
        name="file",
        refuse=lambda _number, _raw, found: problems.extend(found),
    )
    assert problems[0] == Problem(
        "/text", "It is missing. A public export leaves out words whose licence is not open: import them first."
    )


@pytest.mark.django_db
def test_the_public_export_is_the_same_whether_or_not_there_are_drafts() -> None:
    load_demo()
    factories.full("Détroit")
    before = exported(public=True)
    _import(dataset(50).split(b"\n", 1)[1], publishes=False)
    statements = [factories.full_draft(CANARY) for _ in range(10)]
    # drafts about what is public
    public = Speaker.objects.published()[:3]
    for speaker in public:
        factories.draft(speakers=[speaker], revision=statements[0].appearances.get().source_text)
    factories.source(f"{CANARY} {factories.TEXT}", copy_of=Source.objects.published().first())
    factories.speaker(CANARY, type="organization", part_of=Speaker.objects.published().filter(type="state").first())
    after = exported(public=True)
    assert after == before
    assert CANARY.lower().encode() not in after.lower()
    assert CANARY.encode() in exported()


@pytest.mark.django_db
def test_withdrawn_statements_are_in_a_whole_export_alone() -> None:
    statement = factories.withdrawn("Said by another.")
    assert str(statement.pk).encode() not in exported(public=True)
    (line,) = (row for row in rows_in(exported()) if row["id" if "id" in row else "record"] == str(statement.pk))
    assert (line["status"], line["withdrawn_reason"]) == ("withdrawn", "Said by another.")


@pytest.mark.django_db
def test_lines_come_before_those_that_refer_to_them() -> None:
    state = factories.speaker("C", type="state")
    ministry = factories.speaker("B", type="organization", part_of=state)
    # made last, referred to by the first
    whole = factories.speaker("A", type="state")
    Speaker.objects.filter(pk=state.pk).update(part_of=whole)
    names = [row["name"] for row in rows_in(exported()) if row["record"] == "speaker"]
    assert names == ["A", "C", "B"]
    data = undone(lambda: None)
    assert ministry.name.encode() in data


@pytest.mark.django_db(transaction=True)
def test_an_export_is_of_one_moment_whatever_is_written_meanwhile() -> None:
    for number in range(3):
        factories.publisher(f"Early {number}")
    lines = export_dataset()
    begun = list(itertools.islice(lines, 2))

    def write() -> None:
        factories.publisher("Late")
        factories.speaker("Late too")
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    found = [json.loads(line) for line, _total in [*begun, *lines]]
    assert Publisher.objects.filter(name="Late").exists()
    assert not [row for row in found if "Late" in str(row.get("name"))]
    counts = found[0]["records"]
    assert sum(counts.values()) == len(found) - 1
    assert counts["publisher"] == 3


@pytest.mark.django_db(transaction=True)
def test_an_export_writes_nothing_and_leaves_nothing_open() -> None:
    factories.publisher()
    lines = export_dataset()
    next(lines)
    lines.close()  # type: ignore[attr-defined]
    factories.publisher("Another")
    assert not connection.in_atomic_block


@pytest.mark.django_db
def test_a_statement_without_wordings_keeps_none() -> None:
    def make() -> None:
        statement = factories.draft()
        statement.wordings.all().delete()

    data = undone(make)
    _comes_back(data)
    assert Statement.objects.get().wordings.count() == 0


@pytest.mark.django_db
def test_a_handwritten_line_is_written_whole() -> None:
    _import(packed([{"record": "publisher", "name": "Gazette"}]))
    (line,) = (row for row in rows_in(exported()) if row["record"] == "publisher")
    assert list(line) == ["record", "id", "name", "kind", "country", "homepage", "same_as"]
