"""Rules that the database holds for documents, tried with SQL and the ORM, and the search by name."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from config.writing.refusals import check_deferred_rules, refusal_of
from sources.models import Publisher, PublisherSameAs, Source, SourceText
from sources.services import import_text

pytestmark = pytest.mark.django_db

WORDS = "Le ministre a déclaré jeudi que l'accord de pêche était une préoccupation pour les deux pays voisins."


@pytest.fixture
def source() -> Source:
    return import_text(raw=WORDS.encode()).source


def _refused(act: Callable[[], Any]) -> str:
    """The sentence with which the database refuses the act."""

    def in_transaction() -> None:
        with transaction.atomic():
            act()
            check_deferred_rules()

    with pytest.raises(DatabaseError) as error:
        in_transaction()
    refusal = refusal_of(error.value)
    assert refusal is not None
    return refusal.sentence


def _sql(statement: str, *values: Any) -> Callable[[], Any]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return act


@pytest.mark.parametrize("column", ["text = 'autre'", "raw = '\\x00'", "number = 2", "created_at = now()"])
def test_a_text_never_changes(source: Source, column: str) -> None:
    assert "never changes" in _refused(_sql(f"UPDATE sources_sourcetext SET {column}"))


def test_revisions_have_no_gaps_and_no_twins(source: Source) -> None:
    def revision(number: int, text: str) -> Callable[[], Any]:
        return lambda: SourceText.objects.create(source=source, number=number, raw=b"x", text=text)

    assert "without gaps" in _refused(revision(3, "trois"))
    assert _refused(revision(1, "deux"))
    assert _refused(revision(2, WORDS))
    assert _refused(revision(2, "  \n"))
    assert _refused(revision(2, "x" * 5_000_001))
    revision(2, "deux")()
    assert "without gaps" in _refused(lambda: SourceText.objects.get(number=1).delete())
    source.delete()
    check_deferred_rules()


def test_a_hash_is_the_hash_of_its_text(source: Source) -> None:
    assert _refused(
        _sql(
            "INSERT INTO sources_sourcetext"
            " (id, source_id, number, raw, media_type, encoding, text, sha256, created_at)"
            " VALUES (gen_random_uuid(), %s, 2, 'x', 'text/plain', 'utf-8', 'deux', sha256('trois'), now())",
            source.pk,
        )
    )


@pytest.mark.parametrize(
    "change",
    [
        "title = ''", "title = E' \\n'", "type = 'poem'", "licence = 'mine'", "language = 'french'", "language = ''",
        "language = E'fr\\n'", "published_at = '2023-02-30'", "published_at = '13/09/2023'", "published_at = ''",
        "url = 'javascript:alert(1)', url_sha256 = text_sha256('javascript:alert(1)')",
        "url = 'https://Example.org/', url_sha256 = text_sha256('https://Example.org/')",
        "url = 'https://example.org/#a', url_sha256 = text_sha256('https://example.org/#a')",
        "url = 'https://example.org/', url_sha256 = text_sha256('https://example.com/')",
        "url = 'https://example.org/'", "archived_at = 'javascript:x'", "copy_of_id = id",
    ],
)  # fmt: skip
def test_a_source_holds_its_rules_against_sql(source: Source, change: str) -> None:
    assert _refused(_sql(f"UPDATE sources_source SET {change}"))


def test_an_address_is_one_source(source: Source) -> None:
    Source.objects.create(title="a", language="fr", url="https://example.org/a")
    sentence = _refused(lambda: Source.objects.create(title="b", language="fr", url="https://EXAMPLE.org/a#x"))
    assert sentence == "This address is already recorded."


def test_copies_have_no_loops(source: Source) -> None:
    copy = Source.objects.create(title="a", language="fr", copy_of=source)
    source.copy_of = copy
    assert "copy of its own copy" in _refused(source.save)


def test_bounds_follow_the_date(source: Source) -> None:
    source.published_at = "2022/2023-06"
    source.save()
    source.refresh_from_db()
    assert (str(source.published_earliest), str(source.published_latest)) == ("2022-01-01", "2023-06-30")
    assert str(source.sort_date) == "2022-01-01"
    source.published_at = ""
    source.save()
    source.refresh_from_db()
    undated = Source.objects.get(published_at=None, published_earliest=None, published_latest=None)
    assert undated.sort_date == undated.created_at.date()


@pytest.mark.parametrize("country", ["fr", "F", "F1"])
def test_a_country_is_two_capitals(country: str) -> None:
    assert "two capital letters" in _refused(lambda: Publisher.objects.create(name="x", country=country))


def test_a_publisher_in_use_stays(source: Source) -> None:
    publisher = Publisher.objects.create(name="Le Quotidien")
    Source.objects.filter(pk=source.pk).update(publisher=publisher)
    assert "refer" in _refused(_sql("DELETE FROM sources_publisher"))


def test_same_as_addresses_are_canonical_and_unique() -> None:
    publisher = Publisher.objects.create(name="Le Quotidien")
    PublisherSameAs.objects.create(publisher=publisher, url="https://www.wikidata.org/wiki/Q1")
    assert _refused(lambda: PublisherSameAs.objects.create(publisher=publisher, url="https://www.WIKIDATA.org/wiki/Q1"))
    with pytest.raises(ValidationError):
        PublisherSameAs.objects.create(publisher=publisher, url="ftp://example.org/")


NAMES = {
    "L’Écho d’Œuvre": ["echo", "oeuvre", "ŒUV", "l'écho", "ECHO oeuv", "Écho"],
    "Gazeta Wyborcza Łódź": ["lodz", "łó", "gazeta lodz", "LÓD"],
    "Straßenblatt": ["strassen", "STRASSENBLATT", "straß"],
    "Đài Tiếng nói": ["dai", "Đài tieng"],
    "Комсомольская правда": ["КОМСОМ", "правда", "комсомольская правда"],
    "연합뉴스": ["연합", "연합뉴스"],
    "朝日新聞": ["朝日"],
    "Nord-Éclair": ["nord-eclair", "nord eclair", "eclair", "Nord–Éclair"],
    "İstanbul Gazetesi": ["istanbul"],
    "Agence France-Presse (AFP)": ["afp", "(AFP)", "france presse"],
}


@pytest.mark.parametrize(("name", "typed"), [(name, typed) for name, all_typed in NAMES.items() for typed in all_typed])
def test_names_are_found_by_folded_beginnings(name: str, typed: str) -> None:
    for one in NAMES:
        Publisher.objects.create(name=one)
    assert [row.name for row in Publisher.objects.named(typed)] == [name]


@pytest.mark.parametrize(
    "typed", ["cho", "xyz", "!!!", "", " ", "'", "\\", "a:*", "& |", "\0", "x" * 100_000, "echo 연합"]
)
def test_what_is_no_beginning_finds_nothing_and_breaks_nothing(typed: str) -> None:
    Publisher.objects.create(name="L’Écho")
    assert list(Publisher.objects.named(typed)) == []


def test_names_sort_folded() -> None:
    for name in ("Zèbre", "écho", "Ébène", "Œuvre", "abc", "ocre"):
        Publisher.objects.create(name=name)
    assert [row.name for row in Publisher.objects.all()] == ["abc", "Ébène", "écho", "ocre", "Œuvre", "Zèbre"]


def test_lists_leave_the_words_in_the_database(source: Source, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as queries:
        list(SourceText.objects.without_content())
    assert '"text"' not in queries[0]["sql"]
    assert '"raw"' not in queries[0]["sql"]
