"""Storing what an engine proposes: once, with what was decided before, and with names of the record."""

import threading
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.models import Speaker, SpeakerName
from claims.proposals.models import Candidate, CandidateState, Reading
from claims.proposals.services import names_in, propose
from claims.proposals.text.engine import Document, Proposal
from claims.proposals.text.names import Known
from claims.services.merging import merge_speakers
from claims.text.spans import find
from sources.models import SourceText
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = "Ada Essai a dit que tout va « très bien » ici. Bob Rien a nié tout cela samedi."
FIRST, QUOTE, SECOND = "tout va « très bien » ici", "très bien", "tout cela samedi"


class Told:
    """An engine that proposes what it is told to, wherever the words stand first."""

    name = "told"

    def __init__(self, *words: str) -> None:
        self.words = words

    def propose(self, document: Document, known: Iterable[Known]) -> list[Proposal]:
        return [Proposal(find(document.text, one), "indirect", 0.5) for one in self.words if one in document.text]


def words(revision: SourceText, **wanted: Any) -> list[str]:
    rows = Candidate.objects.of_text(revision).filter(**wanted).in_reading_order()
    return [revision.text[one.start : one.end] for one in rows]


def revised(revision: SourceText, text: str) -> SourceText:
    return SourceText.objects.create(source=revision.source, number=revision.number + 1, raw=text.encode(), text=text)


def reject(revision: SourceText, text: str) -> Candidate:
    span = find(revision.text, text)
    one = Candidate.objects.get(source_text=revision, start=span.start, end=span.end)
    one.state, one.decided_by, one.decided_at = CandidateState.REJECTED, factories.user("curator"), timezone.now()
    one.save()
    return one


def test_what_an_engine_finds_is_stored_open_and_counted() -> None:
    revision = factories.source(TEXT)
    assert propose(revision) == 3
    assert words(revision, state="open") == [FIRST, QUOTE, SECOND]
    assert set(Candidate.objects.values_list("engine", flat=True)) == {"marks-and-verbs-1"}
    assert Reading.objects.get(source_text=revision).engine == "marks-and-verbs-1"


def test_a_guess_has_the_shape_of_a_form() -> None:
    ada = factories.speaker("Ada Essai")
    text = "La ministre Ada Essai a exprimé samedi une profonde inquiétude pour la paix, selon Bob Rien."
    revision = factories.source(text, published_at="2024-11-18")
    propose(revision)

    def pair(exact: str) -> list[int]:
        span = find(text, exact)
        return [span.start, span.end]

    one = Candidate.objects.get(start=find(text, "une profonde inquiétude pour la paix").start)
    assert one.guess == {
        "quotation_type": "indirect",
        "cue": pair("a exprimé"),
        "speakers": [{"id": str(ada.pk), "kind": "speaker", "mention": pair("Ada Essai"), "role": pair("ministre")}],
        "relays": [{"id": None, "mention": pair("Bob Rien")}],
        "act": "express",
        "attitude": "concern",
        "intensity": 3,
        "intensity_phrase": "profonde",
        "said_at": "2024-11-16",
        "said_at_text": "samedi",
        "said_at_basis": "inferred",
    }


def test_an_unknown_name_is_a_speaker_without_an_id() -> None:
    revision = factories.source("Carl Dupont a dit que tout va bien. Il a ajouté que rien ne presse.")
    propose(revision)
    name = find(revision.text, "Carl Dupont")
    for one in Candidate.objects.all():
        assert one.guess["speakers"] == [
            {"id": None, "kind": "speaker", "mention": [name.start, name.end], "role": None}
        ]


def test_a_date_of_a_month_alone_gives_no_day() -> None:
    propose(factories.source(TEXT, published_at="2024-11"))
    assert not [one for one in Candidate.objects.all() if "said_at" in one.guess]


def test_a_title_makes_a_headline() -> None:
    revision = factories.source(f"Premier paragraphe, bien long.\n{TEXT.rstrip('.')}", title=TEXT)
    propose(revision)
    assert all(one.guess["is_headline"] for one in Candidate.objects.all())


def test_proposing_again_changes_nothing() -> None:
    revision = factories.source(TEXT)
    propose(revision)
    one = reject(revision, FIRST)
    before = list(Candidate.objects.order_by("pk").values())
    assert propose(revision) == 0
    assert list(Candidate.objects.order_by("pk").values()) == before
    assert Candidate.objects.get(pk=one.pk).state == "rejected"


def test_another_engine_adds_what_is_new_alone() -> None:
    revision = factories.source(TEXT)
    propose(revision)
    assert propose(revision, Told(FIRST, "Bob Rien")) == 1
    assert Candidate.objects.get(engine="told").start == TEXT.index("Bob Rien")


def test_words_of_a_statement_get_no_candidate_and_what_is_in_them_is_covered() -> None:
    revision = factories.source(TEXT)
    factories.draft(revision=revision, words=FIRST)
    assert propose(revision) == 2
    assert words(revision, state="covered") == [QUOTE]
    assert words(revision, state="open") == [SECOND]


def test_what_was_rejected_before_stays_rejected_in_a_new_revision() -> None:
    first = factories.source(TEXT)
    propose(first)
    old = reject(first, SECOND)
    second = revised(first, f"Un mot de plus. {TEXT}")
    propose(second)
    assert words(second, state="rejected") == [SECOND]
    assert words(second, state="open") == [FIRST, QUOTE]
    kept = Candidate.objects.get(source_text=second, state="rejected")
    assert (kept.decided_by, kept.decided_at) == (old.decided_by, old.decided_at)


def test_the_only_occurrence_is_known_again_between_other_words() -> None:
    first = factories.source("Un. alpha. Deux.")
    propose(first, Told("alpha"))
    reject(first, "alpha")
    second = revised(first, "Tout autre chose : alpha ! Rien d’autre.")
    propose(second, Told("alpha"))
    assert words(second, state="rejected") == ["alpha"]


def test_the_same_words_between_other_words_are_not_rejected_where_they_stand_twice() -> None:
    first = factories.source("Un alpha, deux.")
    propose(first, Told("alpha"))
    reject(first, "alpha")
    second = revised(first, "Tout autre chose : alpha ! Et alpha.")
    propose(second, Told("alpha !"))
    third = revised(second, "Encore alpha ici. Et alpha là.")
    propose(third, Told("alpha ici"))
    Candidate.objects.filter(source_text=third).update(state="open")
    fourth = revised(third, "Oui alpha, non. Et alpha.")
    propose(fourth, Told("alpha,"))
    assert words(fourth, state="open") == ["alpha,"]


def test_the_latest_decision_counts() -> None:
    first = factories.source(TEXT)
    propose(first)
    reject(first, SECOND)
    second = revised(first, f"Un. {TEXT}")
    propose(second)
    Candidate.objects.filter(source_text=second, state="rejected").update(state="open")
    third = revised(second, f"Deux. {TEXT}")
    propose(third)
    assert words(third, state="rejected") == []


def test_words_that_a_statement_has_in_an_earlier_revision_are_not_put_forward_anew() -> None:
    first = factories.source(TEXT)
    factories.draft(revision=first, words=FIRST)
    second = revised(first, "Nouveau. " + TEXT)
    propose(second)
    assert words(second, state="covered") == [FIRST]
    assert words(second, state="open") == [QUOTE, SECOND]


def test_a_later_revision_decides_nothing_about_an_earlier_one() -> None:
    first = factories.source(TEXT)
    second = revised(first, f"Un. {TEXT}")
    propose(second)
    reject(second, SECOND)
    propose(first)
    assert words(first, state="rejected") == []


def test_names_are_those_of_living_speakers_in_any_spelling() -> None:
    ada = factories.speaker("Ada Essai")
    SpeakerName.objects.create(speaker=ada, name="Эссай", language="ru")
    factories.speaker("Zoé Absente")
    state = factories.speaker("Éthiopie", type="state")
    found = {(one.key, one.name, one.is_person) for one in names_in("ESSAI, Эссай et l’Ethiopie.")}
    assert found == {
        (str(ada.pk), "Ada Essai", True),
        (str(ada.pk), "Эссай", True),
        (str(state.pk), "Éthiopie", False),
    }


def test_a_merged_speaker_is_found_under_its_name_as_the_one_it_is_now() -> None:
    ada, other = factories.speaker("Ada Essai"), factories.speaker("A. D. Epreuve")
    merge_speakers(speaker_id=other.pk, into_id=ada.pk, by=factories.user("curator"))
    assert {(one.key, one.name) for one in names_in("Epreuve")} == {(str(ada.pk), "A. D. Epreuve")}


@pytest.mark.parametrize(
    "text", ["", "la les le", "La. Les. Le.", "'\\ & | ! : * <-> ''", "É" * 100_000, "Ab' \\' " * 10]
)
def test_any_text_may_be_asked_for_names(text: str) -> None:
    factories.speaker("Ada de la Essai")
    assert names_in(text) == []


def test_names_are_asked_for_by_the_index_and_all_of_them_are_found() -> None:
    Speaker.objects.bulk_create(Speaker(name=f"Nom{number} Famille{number}") for number in range(4_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE claims_speaker")
    assert len(names_in(" ".join(f"Mot{number} Nom{number}" for number in range(3_000)))) == 3_000
    assert "Bitmap Index Scan on speaker_by_name_word" in explained("Nom1 a vu Nom2 hier.")


def explained(text: str) -> str:
    """Return the plan of the query for names, with the words of a text."""
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", params)
            plans.append("\n".join(row[0] for row in cursor.fetchall()) + "\n")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        names_in(text)
    return plans[0]


def test_a_long_text_takes_as_many_queries_as_a_short_one() -> None:
    short, long = factories.source(TEXT), factories.source(TEXT * 20)
    with CaptureQueriesContext(connection) as few:
        propose(short)
    with CaptureQueriesContext(connection) as many:
        assert propose(long) > 40
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_store_each_candidate_once() -> None:
    revision = factories.source(TEXT * 30)
    expected = propose(factories.source(TEXT * 30))
    barrier = threading.Barrier(4)
    counts: list[int] = []

    def run() -> None:
        try:
            barrier.wait(10)
            counts.append(propose(revision))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(counts) == 4
    assert sum(counts) == expected == Candidate.objects.of_text(revision).count()
