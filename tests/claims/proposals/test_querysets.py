"""The vocabulary in which candidates and texts to read are asked for."""

import pytest

from claims.proposals.models import Candidate, Reading
from claims.proposals.querysets import latest_texts, unread_texts
from sources.models import SourceText
from tests import factories

pytestmark = pytest.mark.django_db


def candidate(revision: SourceText, start: int, end: int, state: str = "open") -> Candidate:
    return Candidate.objects.create(source_text=revision, start=start, end=end, engine="test", state=state)


def test_they_come_in_reading_order_an_outer_one_first() -> None:
    revision = factories.source()
    inner, outer, later = candidate(revision, 2, 5), candidate(revision, 2, 9), candidate(revision, 3, 4)
    assert list(Candidate.objects.of_text(revision).in_reading_order()) == [outer, inner, later]


def test_open_ones_and_those_inside_are_told_from_others() -> None:
    revision, other = factories.source(), factories.source()
    inside, across = candidate(revision, 2, 5), candidate(revision, 4, 9, state="rejected")
    candidate(other, 2, 5)
    assert set(Candidate.objects.of_text(revision).inside(2, 5)) == {inside}
    assert set(Candidate.objects.of_text(revision).inside(0, 9)) == {inside, across}
    assert set(Candidate.objects.of_text(revision).open()) == {inside}


def test_earlier_texts_are_those_of_the_same_source_the_oldest_first() -> None:
    first = factories.source()
    second = SourceText.objects.create(source=first.source, number=2, raw=b"b", text="b b b b b b")
    third = SourceText.objects.create(source=first.source, number=3, raw=b"c", text="c c c c c c")
    late, early = candidate(second, 0, 1), candidate(first, 2, 3)
    candidate(third, 0, 1)
    candidate(factories.source(), 0, 1)
    assert list(Candidate.objects.of_earlier_texts(third)) == [early, late]


def test_a_text_waits_to_be_read_while_it_is_the_latest_and_unread() -> None:
    old, read = factories.source(), factories.source()
    new = SourceText.objects.create(source=old.source, number=2, raw=b"b", text="b b b b b b")
    Reading.objects.create(source_text=read, engine="test")
    assert set(latest_texts()) == {new, read}
    assert set(unread_texts()) == {new}
