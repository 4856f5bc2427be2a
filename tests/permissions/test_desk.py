"""docs/permissions.md says what the attribution desk answers to each role, and what must never be is not."""

import pytest

from config.access.roles import Role
from tests.permissions.asking import ALLOWED
from tests.permissions.comparing import check_page
from tests.permissions.desk import NOT_OFFERED, DeskTable, is_refused
from tests.permissions.desk_world import OLDER
from tests.permissions.document import desk_part
from tests.permissions.measuring import Measured
from tests.permissions.table import Act

pytestmark = pytest.mark.django_db

REVIEWING = {Role.REVIEWER, Role.ADMINISTRATOR}
UNSEEN = {"draft", "in review", "approved", "withdrawn and being corrected"}
#: what is about the words of a text, or whose turn it is, and not about a draft
OF_EVERYBODY = {"mark new words", "mark words again", "number a speaker", "next to attribute"}


@pytest.fixture(scope="module")
def table(asked: Measured) -> DeskTable:
    return asked.desk


def done(act: Act, role: str) -> set[tuple[str, bool]]:
    """In which states a role may do something, and whether it is their own."""
    return {(state, is_own) for state, is_own, who, outcome in act.outcomes if who == role and outcome == ALLOWED}


def test_the_page_says_what_the_desk_answers(table: DeskTable) -> None:
    check_page(desk_part(table), part=2)


def test_pages_and_decisions_were_asked_about(table: DeskTable) -> None:
    assert len(table.pages) > 8
    assert len(table.read) > 8
    outcomes = {one[3] for act in table.decisions for one in act.outcomes}
    assert outcomes == {ALLOWED, NOT_OFFERED, "400", "401", "403", "404", "409"}


def test_without_an_account_there_is_nothing(table: DeskTable) -> None:
    assert {one[3] for act in table.acts for one in act.outcomes if one[2] == Role.PUBLIC} == {"401"}


def test_who_reads_only_has_nothing_there(table: DeskTable) -> None:
    assert {one[3] for act in table.acts for one in act.outcomes if one[2] == Role.READER} <= {"403", "405"}


def test_nothing_is_answered_500(table: DeskTable) -> None:
    assert not [(act.name, act.address, one) for act in table.acts for one in act.outcomes if one[3] == "500"]


def test_contributors_decide_on_candidates_and_their_own_drafts_alone(table: DeskTable) -> None:
    found = {
        (state, is_own)
        for act in table.decisions
        if act.name not in OF_EVERYBODY
        for state, is_own in done(act, Role.CONTRIBUTOR)
    }
    # what was decided on a text that a newer one replaced meanwhile is not lost
    candidates = {(state, False) for state in ("open", OLDER, "rejected", "covered")}
    assert found == {*candidates, ("draft", True), ("withdrawn and being corrected", True), ("decided", True)}


def test_contributors_are_told_of_drafts_of_others_that_they_are_anothers(table: DeskTable) -> None:
    """Whatever is asked about one that they cannot see is refused alike."""
    for act in table.decisions:
        cells = [cell for (state, is_own), cell in act.cells.items() if state in UNSEEN and not is_own]
        outcomes = {cell[Role.CONTRIBUTOR] for cell in cells if Role.CONTRIBUTOR in cell}
        expected = {"send": {NOT_OFFERED}, "mark": {"409"}}.get(act.address, {"403"})
        assert outcomes <= expected, act.name
    for act in (*table.pages, *table.read):
        cells = [cell for (state, is_own), cell in act.cells.items() if state in UNSEEN and not is_own]
        assert {cell[Role.CONTRIBUTOR] for cell in cells} <= {"404"}, act.name


@pytest.mark.parametrize("do", ["approve", "return", "publish"])
def test_only_reviewers_and_administrators_review(table: DeskTable, do: str) -> None:
    (act,) = (one for one in table.decisions if one.address == do)
    assert {who for _state, _own, who, outcome in act.outcomes if outcome == ALLOWED} == REVIEWING


def test_nobody_approves_what_they_entered(table: DeskTable) -> None:
    (act,) = (one for one in table.decisions if one.address == "approve")
    assert done(act, Role.REVIEWER) == done(act, Role.ADMINISTRATOR) == {("in review", False)}


def test_what_is_public_or_was_is_changed_by_nobody(table: DeskTable) -> None:
    changed = {
        (act.name, state)
        for act in table.decisions
        if act.name not in OF_EVERYBODY
        for state, _own, _who, outcome in act.outcomes
        if outcome == ALLOWED and state in {"published", "withdrawn"}
    }
    assert changed == set()


def test_documents_on_their_way_in_are_their_own(table: DeskTable) -> None:
    found = [act for act in table.pages if "/sources/new/{id}/" in act.address]
    assert len(found) == 3
    for act in found:
        assert {is_own for _state, is_own, _who, outcome in act.outcomes if outcome == ALLOWED} == {True}


def test_only_what_is_meant_for_other_methods_answers_them(table: DeskTable) -> None:
    """Nothing is written by one: `DeskTable` would not measure it."""
    answering = {(act.name, act.address) for act in table.without if not is_refused(act)}
    assert {name for name, _address in answering} == {"HEAD", "OPTIONS"}
    forms = {"/next/", "/sources/{id}/work/", "/sources/new/", "/sources/new/{id}/"}
    assert {name for name, address in answering if address in forms} == {"HEAD"}
