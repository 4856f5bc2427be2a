"""A printed name that the record did not have: who it is said to be once is guessed wherever the text prints it."""

from typing import Any

import pytest

from claims.models import Speaker, Statement
from claims.proposals.models import Candidate, Reading
from claims.services.merging import merge_speakers
from claims.text.spans import find
from sources.models import SourceText
from tests import factories
from tests.claims.desk.conftest import Sit

pytestmark = pytest.mark.django_db
TEXT = (
    "« Un », dit Jean Inconnu.\n« Deux », dit JEAN\nINCONNU.\n« Trois », dit Jean Inconnu.\n« Quatre », dit un passant."
)
ONE, TWO, THREE, FOUR = "Un", "Deux", "Trois", "Quatre"


@pytest.fixture
def revision() -> SourceText:
    """A text that an engine read before the record had any of its names."""
    revision = factories.source(TEXT)
    Reading.objects.create(source_text=revision, engine="test")
    for words, name in ((ONE, "Jean Inconnu"), (TWO, "JEAN\nINCONNU"), (THREE, "Jean Inconnu"), (FOUR, "un passant")):
        propose(revision, words, [row(None, name, near=words)])
    return revision


def propose(revision: SourceText, words: str, speakers: list[dict[str, Any]]) -> None:
    span = find(TEXT, words)
    Candidate.objects.create(
        source_text=revision, start=span.start, end=span.end, engine="test", guess={"speakers": speakers}
    )


def row(speaker: Speaker | None, name: str, *, near: str) -> dict[str, Any]:
    start = TEXT.index(name, TEXT.index(near))
    key = str(speaker.pk) if speaker else None
    mention = [start, start + len(name)]
    return {"id": key, "kind": "speaker", "mention": mention, "role": None, "certainty": "certain"}


def said(item: dict[str, Any]) -> list[str | None]:
    return [one["id"] for one in item["form"]["speakers"]]


def test_who_is_chosen_for_a_name_is_guessed_for_the_others_until_it_is_taken_back(
    sit: Sit, revision: SourceText
) -> None:
    seat, jean = sit(revision), factories.speaker("Jean-Paul I.")
    versions = {one["id"]: one["version"] for one in seat.state()["items"]}

    answer = seat.decide("choose", seat.at(ONE), {"speakers": [row(jean, "Jean Inconnu", near=ONE)]})

    # the page is told at once, and told the same when it is read again
    first, *others = answer["items"]
    assert [said(one) for one in others] == [[str(jean.pk)]] * 2
    assert [one["guessed"]["speakers"][0]["id"] for one in (first, *others)] == [None, str(jean.pk), str(jean.pk)]
    assert [one["version"] for one in others] == [versions[one["id"]] for one in others]
    assert others == [seat.at(TWO), seat.at(THREE)]
    assert said(seat.at(FOUR)) == [None]

    back = seat.decide("undo", given={"group": None})
    assert [said(one) for one in back["items"]] == [[None]] * 3
    assert said(seat.at(TWO)) == [None]


def test_what_is_guessed_that_way_is_accepted_as_it_is_and_teaches_as_a_draft(sit: Sit, revision: SourceText) -> None:
    seat, jean, other = sit(revision), factories.speaker("Jean Inconnu"), factories.speaker("Jean Autre")
    seat.decide("accept", seat.at(ONE), {"speakers": [row(jean, "Jean Inconnu", near=ONE)]})
    seat.decide("accept", seat.at(TWO))
    assert set(Statement.objects.values_list("attributions__speaker__name", flat=True)) == {"Jean Inconnu"}

    # where it is somebody else there, nobody knows who the third is
    answer = seat.decide("choose", seat.at(TWO), {"speakers": [row(other, "JEAN\nINCONNU", near=TWO)]})
    assert [said(one) for one in answer["items"]] == [[str(other.pk)], [None]]
    # and what is decided stays
    assert said(seat.at(ONE)) == [str(jean.pk)]


def test_guesses_of_others_and_choices_stay(sit: Sit, revision: SourceText) -> None:
    seat = sit(revision)
    jean, other = factories.speaker("Jean Inconnu"), factories.speaker("Autre")
    rows = [row(other, "Jean Inconnu", near=TWO)]
    Candidate.objects.filter(start=TEXT.index(TWO)).update(guess={"speakers": rows})
    seat.decide("choose", seat.at(THREE), {"speakers": [row(None, "Jean Inconnu", near=THREE)]})
    seat.decide("choose", seat.at(ONE), {"speakers": [row(jean, "Jean Inconnu", near=ONE)]})
    assert [said(seat.at(words)) for words in (TWO, THREE)] == [[str(other.pk)], [None]]


def test_nobody_is_guessed_twice_for_the_same_words(sit: Sit, revision: SourceText) -> None:
    seat, jean = sit(revision), factories.speaker("Jean Inconnu")
    rows = [row(None, "Jean Inconnu", near=words) for words in (ONE, THREE)]
    Candidate.objects.filter(start=TEXT.index(TWO)).update(guess={"speakers": rows})
    seat.decide("choose", seat.at(ONE), {"speakers": [row(jean, "Jean Inconnu", near=ONE)]})
    assert said(seat.at(TWO)) == [str(jean.pk), None]


def test_words_that_name_nobody_may_be_somebody_else_each_time(sit: Sit, revision: SourceText) -> None:
    seat, passer = sit(revision), factories.speaker("Un passant")
    Candidate.objects.filter(start=TEXT.index(TWO)).update(guess={"speakers": [row(None, "un passant", near=TWO)]})
    seat.decide("choose", seat.at(FOUR), {"speakers": [row(passer, "un passant", near=FOUR)]})
    assert said(seat.at(TWO)) == [None]


def test_the_draft_of_somebody_else_tells_nothing(sit: Sit, revision: SourceText) -> None:
    jean = factories.speaker("Jean Inconnu")
    mine, theirs = sit(revision, "one", "contributors"), sit(revision, "other", "contributors")
    mine.decide("accept", mine.at(ONE), {"speakers": [row(jean, "Jean Inconnu", near=ONE)]})
    mine.lease("release")
    assert said(mine.at(TWO)) == [str(jean.pk)]
    assert said(theirs.at(TWO)) == [None]


def test_who_was_merged_is_guessed_as_who_they_are(sit: Sit, revision: SourceText) -> None:
    seat, jean, kept = sit(revision), factories.speaker("Jean Inconnu"), factories.speaker("Jean")
    seat.decide("choose", seat.at(ONE), {"speakers": [row(jean, "Jean Inconnu", near=ONE)]})
    merge_speakers(speaker_id=jean.pk, into_id=kept.pk, by=seat.user)
    assert said(seat.at(TWO)) == [str(kept.pk)]
