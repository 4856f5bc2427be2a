"""Finding statements by words in all that they are known by, by how well they fit, and showing where the words are."""

from typing import Any

import pytest

from claims.models import Claim, Position, Speaker, SpeakerName, Statement, Wording
from claims.search import MOST_WORDS, highlights
from claims.serializers import StatementSerializer
from tests import factories

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "fr"]
TITLE = "Séoul : l’axe au cœur des « inquiétudes »"


@pytest.fixture
def said() -> Statement:
    """What John Kirby said, of a topic and a claim, in a document with a title."""
    kirby = factories.speaker("John Kirby")
    SpeakerName.objects.create(speaker=kirby, name="Джон Кирби", language="ru")
    statement = factories.draft(
        speakers=[kirby],
        revision=factories.source(title=TITLE),
        words="la « profonde préoccupation » d’Ada Essai",
        topics=[factories.topic("transferts d’armement")],
        wordings=[{"language": "fr", "text": "Une profonde préoccupation devant les livraisons d\u2019armement"}],
    )
    claim = Claim.objects.create(text={"en": "Utopia ships munitions.", "fr": "L’Utopie livre des munitions."})
    Position.objects.create(statement=statement, claim=claim)
    return factories.put_out(statement)


@pytest.fixture
def other() -> Statement:
    """What somebody else said of the same."""
    return factories.published(
        speakers=[Speaker.objects.create(name="Jane Roe")], words="profonde préoccupation", topics=[]
    )


def found(typed: str, *within: str) -> list[Any]:
    rows = Statement.objects.matching(typed, LANGUAGES, within=within).order_by("pk")
    return [{"John Kirby": "said", "Jane Roe": "other"}[row.attributions.get().speaker.name] for row in rows]


@pytest.mark.parametrize(
    ("typed", "within", "expected"),
    [
        ("Kirby préoccupation", [], ["said"]),
        ("Кирби preoccupations", [], ["said"]),
        ("Kirby préoccupation", ["words"], []),
        ("Kirby préoccupation", ["speakers", "words"], ["said"]),
        ("préoccupation -Kirby", [], ["other"]),
        ("préoccupation -Kirby", ["words"], ["said", "other"]),
        ("préoccupation -Kirby", ["words", "speakers"], ["other"]),
        ("Kirby or Roe", ["speakers"], ["said", "other"]),
        ("Kirby or Roe", ["titles"], []),
        ('"profonde préoccupation"', ["words"], ["said", "other"]),
        ('"profonde préoccupation"', ["titles", "speakers"], []),
        ('"John Kirby"', [], ["said"]),
        ('"Kirby John"', [], []),
        ('préoccupation -"John Kirby"', ["words", "speakers"], ["other"]),
        ("armement", ["subjects"], ["said"]),
        ("d'armement", ["subjects"], ["said"]),
        ("d’armement", ["words"], ["said"]),
        ("munition", ["subjects"], ["said"]),
        ("coeur", ["titles"], ["said"]),
        ("cœur", [], ["said"]),
        ("inquietude Seoul", ["titles"], ["said"]),
        ("inquiétudes", ["words"], []),
        ("pré\u00adoccupation", ["words"], ["said", "other"]),
        ("profonde\u00a0préoccupation", ["words"], ["said", "other"]),
        ("preo\u0301ccupation", ["words"], []),
        ("pre\u0301occupation", ["words"], ["said", "other"]),
    ],
)
def test_it_looks_in_the_fields_that_it_is_told(
    typed: str, within: list[str], expected: list[str], said: Statement, other: Statement
) -> None:
    assert found(typed, *within) == expected


@pytest.mark.parametrize(
    "phrase",
    [
        "armement profonde",  # from a wording into a quotation
        "Essai John",  # from the words into the names
        "Kirby Джон",
        "munitions l’Utopie",
        "transferts Séoul",
    ],
)
def test_no_phrase_runs_from_one_text_into_another(phrase: str, said: Statement) -> None:
    assert found(phrase) == ["said"]
    first, second = phrase.split(" ", 1)
    # words that mean nothing are places in a phrase all the same
    for between in range(31):
        assert found(f'"{first} {"le " * between}{second}"') == []


def test_all_fields_are_the_same_as_none_named(said: Statement, other: Statement) -> None:
    fields = ["words", "speakers", "subjects", "titles"]
    assert found("préoccupation -Kirby", *fields) == found("préoccupation -Kirby") == ["other"]


def test_a_search_is_one_query(said: Statement, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        list(Statement.objects.matching("préoccupation", LANGUAGES, within=["words"]))
    with django_assert_num_queries(1):
        rows = Statement.objects.matching("préoccupation", LANGUAGES).with_relevance("préoccupation", LANGUAGES)
        list(rows.order_by("-relevance", "-sort_date", "-id"))


# Relevance


def relevance(typed: str, *within: str) -> dict[str, float]:
    rows = Statement.objects.with_relevance(typed, LANGUAGES, within=within)
    return dict(rows.values_list("attributions__speaker__name", "relevance"))


def test_words_count_most_then_names_subjects_and_titles(said: Statement) -> None:
    each = [relevance(typed)["John Kirby"] for typed in ("profonde", "Kirby", "munition", "inquiétudes")]
    assert each == sorted(each, reverse=True)
    assert len(set(each)) == 4
    assert 0 < each[-1] < each[0] <= 1


def test_what_has_more_of_the_words_fits_better(said: Statement, other: Statement) -> None:
    fits = relevance("préoccupation or Kirby or armement")
    assert fits["John Kirby"] > fits["Jane Roe"] > 0


def test_words_that_stand_far_apart_count_as_well(said: Statement) -> None:
    assert relevance("Kirby préoccupation")["John Kirby"] > 0.1


def test_only_the_fields_asked_for_count(said: Statement) -> None:
    assert relevance("armement", "titles") == {"John Kirby": 0}
    assert relevance("armement", "subjects")["John Kirby"] < relevance("armement", "words")["John Kirby"]


def test_what_only_forbids_words_has_no_relevance(said: Statement) -> None:
    assert relevance("-armement") == {"John Kirby": 0}
    assert Statement.objects.with_relevance("armement", []).values_list("relevance").get() == (0,)


def test_the_best_language_counts(said: Statement) -> None:
    before = relevance("armement")
    Wording.objects.bulk_create([Wording(statement=factories.draft(), language="en", text="arms")])
    assert relevance("armement")["John Kirby"] == before["John Kirby"]


def test_relevance_has_six_decimals_and_comes_back_the_same(said: Statement, other: Statement) -> None:
    rows = Statement.objects.with_relevance("préoccupation livraisons", LANGUAGES)
    fits = dict(rows.values_list("pk", "relevance"))
    assert len(set(fits.values())) == 2
    for key, fit in fits.items():
        assert fit == round(fit, 6)
        assert rows.filter(relevance=float(str(fit)), pk=key).exists()


# Highlights


def document(statement: Statement) -> dict[str, Any]:
    row = Statement.objects.with_details().get(pk=statement.pk)
    return dict(StatementSerializer(row, context={"sees_all": True}).data)


def marked(statement: Statement, typed: str, *within: str) -> dict[str, list[str]]:
    """The words marked by pointer, after checking that each stands where it is said to stand."""
    shown = document(statement)
    (texts,) = highlights([shown], typed, LANGUAGES, within=within, using="default")
    for text in texts:
        value: Any = shown
        for step in text["pointer"].split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step]
        assert [value[one["start"] : one["end"]] for one in text["spans"]] == [one["exact"] for one in text["spans"]]
    return {text["pointer"]: [one["exact"] for one in text["spans"]] for text in texts}


def test_words_are_marked_wherever_the_search_looks(said: Statement) -> None:
    assert marked(said, "Kirby preoccupations armement seoul munition coeur") == {
        "/wordings/0/text": ["préoccupation", "armement"],
        "/appearances/0/segments/0/exact": ["préoccupation"],
        "/appearances/0/source/title": ["Séoul", "cœur"],
        "/speakers/0/speaker/name": ["Kirby"],
        "/topics/0/labels/fr": ["armement"],
        "/positions/0/claim/text/en": ["munitions"],
        "/positions/0/claim/text/fr": ["munitions"],
    }


@pytest.mark.parametrize(
    ("typed", "within", "expected"),
    [
        ("armement", ["subjects"], {"/topics/0/labels/fr": ["armement"]}),
        ("armement", ["words"], {"/wordings/0/text": ["armement"]}),
        ("Kirby -armement", [], {"/speakers/0/speaker/name": ["Kirby"]}),
        ('Kirby -"livraisons d’armement"', [], {"/speakers/0/speaker/name": ["Kirby"]}),
        ('"livraisons d’armement"', ["words"], {"/wordings/0/text": ["livraisons", "armement"]}),
        ("-armement", [], {}),
        ("la le", [], {}),
        ("nowhere", [], {}),
    ],
)
def test_it_marks_what_is_asked_for(
    typed: str, within: list[str], expected: dict[str, list[str]], said: Statement
) -> None:
    assert marked(said, typed, *within) == expected


def test_words_are_read_in_their_own_language() -> None:
    statement = factories.draft(wordings=[{"language": "en", "text": "agreed on 2.5 tons"}])
    Wording.objects.create(statement=statement, language="fr-CA", text="« agreed », pre\u0301\u00adoccupés")
    assert marked(statement, "agreeing", "words") == {"/wordings/0/text": ["agreed"]}
    assert marked(statement, "préoccupé", "words") == {
        "/wordings/1/text": ["pre\u0301\u00adoccupés"],
        "/appearances/0/segments/0/exact": ["préoccupation"],
    }
    assert marked(statement, "2.5", "words") == {"/wordings/0/text": ["2.5"]}


def test_a_page_is_marked_in_one_query(said: Statement, other: Statement, django_assert_num_queries: Any) -> None:
    documents = [document(said), document(other)]
    with django_assert_num_queries(1):
        first, second = highlights(documents, "préoccupation", LANGUAGES, using="default")
    assert [len(first), len(second)] == [2, 2]


def test_a_page_without_texts_is_marked_with_nothing(said: Statement) -> None:
    assert highlights([document(said)], "Kirby", ["de"], using="default") == [[]]
    assert highlights([], "Kirby", LANGUAGES, using="default") == []


def test_more_words_than_a_page_may_have_are_left_unmarked() -> None:
    shown = document(factories.draft())
    shown["wordings"] = [
        {"language": "fr", "text": "préoccupation"},
        {"language": "fr", "text": " ".join(f"m{number}" for number in range(MOST_WORDS))},
        {"language": "fr", "text": "préoccupations"},
    ]
    (texts,) = highlights([shown], "préoccupation", LANGUAGES, within=["words"], using="default")
    pointers = {text["pointer"] for text in texts}
    assert "/wordings/0/text" in pointers
    assert "/wordings/2/text" not in pointers


def test_words_are_marked_in_each_part_that_speakers_have() -> None:
    statement = factories.full("Zeta")
    assert set(marked(statement, "Zeta", "speakers")) == {
        f"/{part}/0/speaker/name" for part in ("speakers", "on_behalf_of", "addressees", "attitude_holders")
    }
