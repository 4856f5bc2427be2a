"""What is one dispatch, and where it comes from."""

from datetime import date
from itertools import permutations
from uuid import UUID

from claims.corroboration.origins import Document, Origin, Origins

AFP, REUTERS, PAPER, OTHER_PAPER = (UUID(int=number) for number in (901, 902, 903, 904))


def document(
    number: int,
    *,
    copy_of: int | None = None,
    publisher: UUID | None = None,
    agency: UUID | None = None,
    day: date | None = None,
    hashes: tuple[bytes, ...] = (),
) -> Document:
    original = UUID(int=copy_of) if copy_of else None
    return Document(UUID(int=number), original, publisher, agency, day, hashes or (bytes([number]),), 1)


def of(*documents: Document, carrying: tuple[int, ...] = ()) -> list[Origin]:
    wanted = [UUID(int=number) for number in carrying] or [one.id for one in documents]
    found = Origins(documents).of(wanted)
    for others in permutations(documents):
        assert Origins(others).of(wanted) == found, "it depends on the order"
    return found


def publishers(*documents: Document) -> list[UUID | None]:
    return [one.publisher for one in of(*documents)]


def test_different_publishers_are_different_origins() -> None:
    assert publishers(document(1, publisher=PAPER), document(2, publisher=OTHER_PAPER)) == [PAPER, OTHER_PAPER]


def test_one_publisher_is_one_origin_however_much_it_prints() -> None:
    (found,) = of(document(1, publisher=PAPER), document(2, publisher=PAPER))
    assert found == Origin(PAPER, [UUID(int=1), UUID(int=2)], [])


def test_newspapers_with_the_same_agency_and_its_own_publication_are_one_origin() -> None:
    (found,) = of(
        document(1, publisher=PAPER, agency=AFP),
        document(2, publisher=OTHER_PAPER, agency=AFP),
        document(3, publisher=AFP),
    )
    assert (found.publisher, found.dispatches) == (AFP, [])


def test_a_copy_of_a_copy_comes_from_where_the_first_does() -> None:
    (found,) = of(
        document(1, agency=AFP),
        document(2, copy_of=1, publisher=PAPER),
        document(3, copy_of=2, publisher=OTHER_PAPER, agency=REUTERS),
    )
    assert (found.publisher, found.dispatches) == (AFP, [UUID(int=1)])


def test_a_dispatch_in_which_the_statement_is_not_recorded_joins_its_copies() -> None:
    (found,) = of(
        document(1, publisher=AFP),
        document(2, copy_of=1, publisher=PAPER),
        document(3, copy_of=1, publisher=OTHER_PAPER),
        carrying=(2, 3),
    )
    assert found == Origin(AFP, [UUID(int=2), UUID(int=3)], [UUID(int=1)])


def test_the_very_same_words_in_any_revision_are_one_dispatch() -> None:
    (found,) = of(
        document(1, publisher=PAPER, hashes=(b"a", b"b"), day=date(2023, 9, 2)),
        document(2, publisher=OTHER_PAPER, hashes=(b"b", b"c"), day=date(2023, 9, 1)),
        document(3, hashes=(b"c",)),
    )
    assert (found.publisher, found.dispatches) == (OTHER_PAPER, [UUID(int=2)])


def test_of_the_same_words_the_one_with_an_agency_says_where_they_come_from() -> None:
    assert publishers(
        document(1, publisher=PAPER, hashes=(b"a",), day=date(2023, 9, 1)),
        document(2, publisher=OTHER_PAPER, agency=AFP, hashes=(b"a",)),
    ) == [AFP]


def test_copies_say_where_a_dispatch_of_nobody_known_comes_from() -> None:
    assert publishers(document(1), document(2, copy_of=1, publisher=PAPER), document(3, copy_of=1, agency=AFP)) == [AFP]
    assert publishers(document(1), document(2, copy_of=1, publisher=PAPER)) == [PAPER]


def test_what_nobody_knows_the_publisher_of_is_an_origin_of_its_own() -> None:
    assert publishers(document(1), document(2), document(3, publisher=PAPER)) == [None, None, PAPER]
    (found,) = of(document(1), document(2, copy_of=1))
    assert found == Origin(None, [UUID(int=1), UUID(int=2)], [UUID(int=1)])


def test_an_original_that_is_not_given_joins_nothing() -> None:
    assert publishers(document(2, copy_of=1, publisher=PAPER), document(3, copy_of=1, publisher=OTHER_PAPER)) == [
        PAPER,
        OTHER_PAPER,
    ]


def test_what_was_published_first_comes_first_and_the_undated_last() -> None:
    found = of(
        document(1, publisher=PAPER),
        document(2, publisher=AFP, day=date(2024, 1, 2)),
        document(3, publisher=REUTERS, day=date(2024, 1, 1)),
    )
    assert [one.publisher for one in found] == [REUTERS, AFP, PAPER]


def test_publishers_are_counted_once() -> None:
    documents = [
        document(1, agency=AFP),
        document(2, copy_of=1, publisher=PAPER),
        document(3, publisher=PAPER),
        document(4),
    ]
    origins = Origins(documents)
    assert origins.publishers(one.id for one in documents) == {AFP, PAPER}
    assert origins.publishers([UUID(int=4)]) == set()
