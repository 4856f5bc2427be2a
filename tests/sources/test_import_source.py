"""Documents come in once, exactly, or not at all."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from sources.models import Publisher, Source, SourceText
from sources.services import HTML, ImportRefused, Metadata, Outcome, add_revision, import_text

WORDS = "Le ministre a déclaré jeudi que l'accord de pêche était une préoccupation pour les deux pays voisins.\r\n\n"
RAW = WORDS.encode()

pytestmark = pytest.mark.django_db


def _counts() -> tuple[int, int, int]:
    return Source.objects.count(), SourceText.objects.count(), Publisher.objects.count()


def test_bytes_and_words_are_kept_exactly() -> None:
    result = import_text(raw=RAW)
    text = SourceText.objects.get()
    assert result.outcome is Outcome.CREATED
    assert (bytes(text.raw), text.text, text.encoding, text.media_type) == (RAW, WORDS, "utf-8", "text/plain")
    assert (text.number, text.source.language, text.pk) == (1, "fr", result.text.pk)


def test_what_is_given_wins_over_what_is_found() -> None:
    raw = b"SEOUL (Reuters) - " + RAW
    agency = Publisher.objects.create(name="Yonhap", kind="news_agency")
    given = Metadata(
        title="Un titre",
        url="HTTPS://Example.org:443/a?utm_source=x#b",
        publisher="Le Quotidien",
        agency=agency,
        authors=["Anne Martin"],
        translator="Jean Petit",
        language="fr-CA",
        published_at="2023-09~",
        type="dispatch",
        licence="CC-BY",
        retrieved_at=datetime(2025, 1, 2, tzinfo=UTC),
        archived_at="https://archive.example/1",
    )
    import_text(raw=raw, metadata=given)
    source = Source.objects.get()
    assert source.url == "https://example.org/a"
    assert (source.title, source.language, source.published_at) == ("Un titre", "fr-CA", "2023-09~")
    assert (source.publisher and source.publisher.name, source.agency) == ("Le Quotidien", agency)
    assert (source.authors, source.translator, source.type) == (["Anne Martin"], "Jean Petit", "dispatch")
    assert (source.licence, source.archived_at) == ("CC-BY", "https://archive.example/1")
    assert not Publisher.objects.filter(name="Reuters").exists()


def test_the_same_address_with_the_same_words_is_unchanged() -> None:
    first = import_text(raw=RAW, metadata=Metadata(url="https://example.org/a"))
    again = import_text(raw=RAW, metadata=Metadata(url="https://EXAMPLE.org/a#top", title="Autre"))
    assert (again.outcome, again.source, again.text) == (Outcome.UNCHANGED, first.source, first.text)
    assert _counts() == (1, 1, 0)
    assert Source.objects.get().title != "Autre"


def test_the_same_address_with_other_words_is_a_new_revision() -> None:
    first = import_text(raw=RAW, metadata=Metadata(url="https://example.org/a"))
    second = import_text(raw=RAW + b"Un ajout.", metadata=Metadata(url="https://example.org/a"))
    assert (second.outcome, second.source, second.text.number) == (Outcome.NEW_REVISION, first.source, 2)
    back = import_text(raw=RAW, metadata=Metadata(url="https://example.org/a"))
    assert (back.outcome, back.text) == (Outcome.UNCHANGED, first.text)


@pytest.mark.parametrize("url", [None, "https://example.org/b"])
def test_the_same_words_elsewhere_are_a_duplicate_unless_meant(url: str | None) -> None:
    first = import_text(raw=RAW, metadata=Metadata(url="https://example.org/a"))
    again = import_text(raw=RAW, metadata=Metadata(url=url, publisher="Un autre"))
    assert (again.outcome, again.source, again.text) == (Outcome.DUPLICATE, first.source, first.text)
    assert _counts() == (1, 1, 0)
    meant = import_text(raw=RAW, metadata=Metadata(url=url), allow_duplicate=True)
    copy = import_text(raw=RAW, copy_of=first.source.pk)
    assert (meant.outcome, copy.outcome) == (Outcome.CREATED, Outcome.CREATED)
    assert copy.source.copy_of == first.source


def test_other_line_ends_are_other_words() -> None:
    import_text(raw=RAW)
    assert import_text(raw=RAW.replace(b"\r\n", b"\n")).outcome is Outcome.CREATED


def test_a_dry_run_answers_and_stores_nothing() -> None:
    result = import_text(raw=RAW, metadata=Metadata(publisher="Le Quotidien"), dry_run=True)
    assert (result.outcome, result.source.language) == (Outcome.CREATED, "fr")
    assert _counts() == (0, 0, 0)


def test_publishers_are_found_by_folded_name_or_made() -> None:
    known = Publisher.objects.create(name="L’Écho d’Œuf", kind="newspaper")
    assert import_text(raw=RAW, metadata=Metadata(publisher="  l'echo  d'oeuf ")).source.publisher == known
    made = import_text(raw=b"SEOUL (Reuters) - " + RAW).source.agency
    assert made is not None
    assert (made.name, made.kind) == ("Reuters", "news_agency")


def test_several_publishers_of_one_name_are_listed() -> None:
    rows = [Publisher.objects.create(name=name) for name in ("Reuters", "REUTERS")]
    with pytest.raises(ImportRefused, match="Several publishers") as refused:
        import_text(raw=RAW, metadata=Metadata(agency="reuters"))
    assert refused.value.field == "agency"
    assert all(str(row.pk) in refused.value.sentence for row in rows)
    # Found in the text, it is no error of the person's: the field stays open.
    assert import_text(raw=b"SEOUL (Reuters) - " + RAW).source.agency is None


LONG_URL = "https://example.org/" + "a" * 3000
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("text", {"raw": b""}),
    ("text", {"raw": b"  \n"}),
    ("text", {"raw": bytes(range(256)) * 4, "encoding": "cp437"}),
    ("text", {"raw": b"abc\0def"}),
    ("text", {"raw": b"x" * (20 * 1024 * 1024 + 1)}),
    ("text", {"raw": b"x" * 5_000_001}),
    ("text", {"raw": b"<html></html>", "media_type": HTML}),
    ("media_type", {"media_type": "application/pdf"}),
    ("encoding", {"raw": WORDS.encode("latin-1")}),
    ("encoding", {"raw": b"\xed\xa0\x80 " + RAW}),
    ("encoding", {"encoding": "rot13"}),
    ("language", {"raw": b"OK"}),
    ("language", {"metadata": Metadata(language="french")}),
    ("language", {"metadata": Metadata(language="fr\n")}),
    ("language", {"metadata": Metadata(language="fr-" + "a" * 100)}),
    ("published_at", {"metadata": Metadata(published_at="2023-02-30")}),
    ("published_at", {"metadata": Metadata(published_at="13/09/2023")}),
    ("url", {"metadata": Metadata(url="javascript:alert(1)")}),
    ("url", {"metadata": Metadata(url=LONG_URL)}),
    ("archived_at", {"metadata": Metadata(archived_at="ftp://example.org/a")}),
    ("title", {"metadata": Metadata(title="x" * 10_000)}),
    ("title", {"metadata": Metadata(title="a\0b")}),
    ("title", {"metadata": Metadata(title="caf\udce9")}),
    ("title", {"metadata": Metadata(title="   ")}),
    ("translator", {"metadata": Metadata(translator="x" * 201)}),
    ("authors", {"metadata": Metadata(authors=["x" * 201])}),
    ("authors", {"metadata": Metadata(authors=["a\0b"])}),
    ("publisher", {"metadata": Metadata(publisher="x" * 201)}),
    ("agency", {"metadata": Metadata(agency="\ud800")}),
    ("type", {"metadata": Metadata(type="poem")}),
    ("licence", {"metadata": Metadata(licence="WTFPL")}),
    ("copy_of", {"copy_of": uuid4()}),
]


@pytest.mark.parametrize(("field", "arguments"), REFUSED)
def test_what_cannot_be_kept_is_refused_by_field_and_leaves_nothing(field: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_text(**{"raw": RAW, **arguments})
    assert refused.value.field == field
    assert refused.value.sentence.endswith(".")
    assert _counts() == (0, 0, 0)


def test_a_page_that_names_a_recorded_address_is_not_taken_for_its_revision_unasked() -> None:
    page = '<html><head><link rel="canonical" href="https://example.org/a"></head><body><article><p>%s</p></article>'
    first = import_text(raw=(page % WORDS).encode(), media_type=HTML)
    assert first.source.url == "https://example.org/a"
    assert import_text(raw=(page % WORDS).encode(), media_type=HTML).outcome is Outcome.UNCHANGED
    other = (page % (WORDS * 2 + "Autre chose.")).encode()
    with pytest.raises(ImportRefused, match="recorded with other words") as refused:
        import_text(raw=other, media_type=HTML)
    assert refused.value.field == "url"
    meant = import_text(raw=other, media_type=HTML, metadata=Metadata(url="https://example.org/a"))
    assert (meant.outcome, bytes(SourceText.objects.get(number=2).raw)) == (Outcome.NEW_REVISION, other)


def test_a_revision_is_added_to_a_document_without_address() -> None:
    source = import_text(raw=RAW).source
    assert add_revision(source=source, raw=RAW).outcome is Outcome.UNCHANGED
    added = add_revision(source=source, raw=RAW + b"Un ajout.")
    assert (added.outcome, added.text.number) == (Outcome.NEW_REVISION, 2)
    with pytest.raises(ImportRefused):
        add_revision(source=source, raw=b"")


def _at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act(0…)` returned or raised in that many threads with connections of their own, started together."""
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            barrier.wait()
            results[number] = act(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_eight_importers_of_the_same_fifty_documents_make_fifty() -> None:
    def import_fifty(number: int) -> list[str]:
        order = range(50) if number % 2 else range(49, -1, -1)
        return [
            import_text(
                raw=f"SEOUL (Reuters) - Document {one}. {WORDS}".encode(),
                metadata=Metadata(
                    url=f"https://example.org/{one}" if one % 3 else None, publisher=f"Journal {one % 5}"
                ),
            ).outcome
            for one in order
        ]

    results = _at_once(8, import_fifty)
    assert [one for one in results if isinstance(one, Exception)] == []
    outcomes = Counter(outcome for one in results for outcome in one)
    assert outcomes[Outcome.CREATED] == 50
    assert outcomes[Outcome.UNCHANGED] + outcomes[Outcome.DUPLICATE] == 350
    assert _counts() == (50, 50, 6)


@pytest.mark.django_db(transaction=True)
def test_sixteen_revisions_at_once_are_numbered_without_gaps() -> None:
    source = import_text(raw=RAW, metadata=Metadata(url="https://example.org/a")).source

    def revise(number: int) -> Any:
        raw = RAW + f"Ajout {number // 2}.".encode()
        if number % 2:
            return add_revision(source=source, raw=raw)
        return import_text(raw=raw, metadata=Metadata(url="https://example.org/a"))

    results = _at_once(16, revise)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert Counter(one.outcome for one in results) == {Outcome.NEW_REVISION: 8, Outcome.UNCHANGED: 8}
    assert sorted(source.texts.values_list("number", flat=True)) == list(range(1, 10))


@pytest.mark.django_db(transaction=True)
def test_the_same_words_under_many_addresses_at_once_are_one_document() -> None:
    results = _at_once(8, lambda number: import_text(raw=RAW, metadata=Metadata(url=f"https://example.org/{number}")))
    assert Counter(one.outcome for one in results) == {Outcome.CREATED: 1, Outcome.DUPLICATE: 7}


def test_what_the_database_refuses_is_a_refusal_too() -> None:
    """A rule of the database that the service does not know of: here, one made for the test."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sources_source ADD CONSTRAINT no_peche CHECK (title NOT LIKE '%%pêche%%')")
    with pytest.raises(ImportRefused), transaction.atomic():
        import_text(raw=RAW)
    assert not issubclass(ImportRefused, DatabaseError)
