"""docs/permissions.md says what the API answers to each role, and what must never be is not."""

import pytest

from claims.models import Statement
from config.access.roles import Role
from tests.permissions.api import NO_SUCH_ROW, ApiTable
from tests.permissions.asking import ALLOWED
from tests.permissions.comparing import check_page
from tests.permissions.document import api_part
from tests.permissions.measuring import Measured
from tests.permissions.routes import NO_ID
from tests.permissions.table import Act

pytestmark = pytest.mark.django_db

REVIEWING = {Role.REVIEWER, Role.ADMINISTRATOR}
UNSEEN = {"draft", "in review", "approved"}


@pytest.fixture(scope="module")
def table(asked: Measured) -> ApiTable:
    return asked.api


def acts(table: ApiTable) -> list[tuple[str, Act]]:
    """Every act of every resource, alone and in batches, and every method that there is not."""
    found = [
        (name, act) for several in (table.acts, table.batches) for name, listed in several.items() for act in listed
    ]
    return [*found, *(("", act) for _method, act in table.without)]


def is_write(act: Act) -> bool:
    return act.address.partition(" ")[0].strip(",") not in {"GET", "HEAD", "OPTIONS"} and act.address.startswith(
        ("POST", "PUT", "PATCH", "DELETE")
    )


def test_the_page_says_what_the_api_answers(table: ApiTable) -> None:
    check_page(api_part(table) + "\n", part=0)


def test_writes_were_asked_about(table: ApiTable) -> None:
    written = [act for _name, act in acts(table) if is_write(act)]
    assert len(written) > 100
    assert {outcome for act in written for *_case, outcome in act.outcomes} >= {ALLOWED, "401", "403", "404", "409"}


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.READER])
def test_who_only_reads_writes_nothing(table: ApiTable, role: Role) -> None:
    assert not [
        (name, act.name, state)
        for name, act in acts(table)
        if is_write(act)
        for state, _own, who, outcome in act.outcomes
        if who == role and outcome == ALLOWED
    ]


def test_contributors_write_their_own_statements_alone(table: ApiTable) -> None:
    written = {
        (name, act.name, state)
        for name, act in acts(table)
        if is_write(act)
        for state, is_own, who, outcome in act.outcomes
        if who == Role.CONTRIBUTOR and outcome == ALLOWED and not is_own
    }
    assert written == {("statements", "create", "")}


def test_contributors_change_no_statement_that_is_no_draft(table: ApiTable) -> None:
    states = {
        state
        for name, act in acts(table)
        if is_write(act)
        for state, _own, who, outcome in act.outcomes
        if who == Role.CONTRIBUTOR and outcome == ALLOWED
    }
    assert states == {"", "draft", "withdrawn and being corrected"}


@pytest.mark.parametrize("step", ["approve", "publish", "return", "withdraw"])
def test_only_reviewers_and_administrators_review(table: ApiTable, step: str) -> None:
    for several in (table.acts, table.batches):
        (act,) = (one for one in several["statements"] if one.name == step)
        assert {who for _state, _own, who, outcome in act.outcomes if outcome == ALLOWED} == REVIEWING


def test_nobody_approves_what_they_entered(table: ApiTable) -> None:
    for name, state in (("approve", "in review"), ("publish", "in review")):
        (act,) = (one for one in table.acts["statements"] if one.name == name)
        assert ALLOWED not in act.cells[state, True].values()


def test_nothing_is_answered_500(table: ApiTable) -> None:
    assert not [(name, act.address, one) for name, act in acts(table) for one in act.outcomes if one[3] == "500"]


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.READER, Role.CONTRIBUTOR])
def test_a_draft_of_another_is_not_told_from_nothing(table: ApiTable, role: Role) -> None:
    for act in (*table.acts["statements"], *table.batches["statements"]):
        if (NO_SUCH_ROW, False) not in act.cells:
            continue
        nothing = act.cells[NO_SUCH_ROW, False][role]
        assert nothing == ("401" if role == Role.PUBLIC and is_write(act) else "404")
        assert {act.cells[state, False][role] for state in UNSEEN} == {nothing}, act.name


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.READER])
def test_what_is_hidden_is_not_told_from_nothing(table: ApiTable, role: Role) -> None:
    hidden = [
        (act, cell)
        for _name, act in acts(table)
        for (state, _own), cell in act.cells.items()
        if "hidden" in state and (NO_SUCH_ROW, False) in act.cells
    ]
    assert len(hidden) > 50
    for act, cell in hidden:
        assert cell[role] == act.cells[NO_SUCH_ROW, False][role], act.address


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.READER, Role.CONTRIBUTOR])
@pytest.mark.parametrize("below", ["", "corroboration/", "history/"])
def test_the_answers_are_the_same_byte_for_byte(asked: Measured, role: Role, below: str) -> None:
    program = asked.world.people[role].program
    nothing = program.get(f"/api/v1/statements/{NO_ID}/{below}")
    rows = [row for row in asked.world.rows[Statement] if row.state in UNSEEN and not row.owner]
    assert len(rows) == len(UNSEEN)
    for row in rows:
        answer = program.get(f"/api/v1/statements/{row.pk}/{below}")
        assert answer.content.replace(str(row.pk).encode(), str(NO_ID).encode()) == nothing.content
        assert dict(answer.headers) == dict(nothing.headers)
