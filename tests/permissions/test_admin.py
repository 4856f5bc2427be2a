"""docs/permissions.md says what the admin answers to each role, and what must never be is not."""

import pytest
from django.contrib.auth.models import Group, User
from django.db.models import Model

from claims.models import Statement
from config.access.models import Token
from config.access.roles import Role
from tests.permissions.admin import NOT_OFFERED, AdminTable
from tests.permissions.asking import ALLOWED
from tests.permissions.comparing import check_page
from tests.permissions.document import admin_part
from tests.permissions.measuring import Measured
from tests.permissions.table import Act
from tests.permissions.world import SUPERUSER

pytestmark = pytest.mark.django_db

REVIEWING = {Role.REVIEWER, Role.ADMINISTRATOR}
UNSEEN = {"draft", "in review", "approved"}
#: what any account does with itself
WITH_ONESELF = {"log in", "log out", "change one's own password"}
#: acts that change something; the others are pages to look at
WRITES = {
    "add",
    "add a revision",
    "approve",
    "change",
    "delete",
    "merge",
    "publish",
    "reanchor",
    "reanchor all that appears in it",
    "restore",
    "return",
    "revoke",
    "set the password",
    "split",
    "submit",
    "unite",
    "withdraw",
}


@pytest.fixture(scope="module")
def table(asked: Measured) -> AdminTable:
    return asked.admin


def acts(table: AdminTable) -> list[tuple[type[Model] | None, Act]]:
    return [(model, act) for model, listed in table.acts.items() for act in listed]


def is_write(act: Act) -> bool:
    return "POST" in act.address and (act.name in WRITES or act.name.startswith("in bulk"))


def allowed(table: AdminTable, role: str) -> set[tuple[type[Model] | None, str, str, bool]]:
    """What a role may change: of which model, by which act, in which state, and whether it is their own."""
    return {
        (model, act.name, state, is_own)
        for model, act in acts(table)
        if is_write(act)
        for state, is_own, who, outcome in act.outcomes
        if who == role and outcome == ALLOWED
    }


def test_the_page_says_what_the_admin_answers(table: AdminTable) -> None:
    check_page(admin_part(table) + "\n", part=1)


def test_every_act_is_known_as_a_write_or_a_page(table: AdminTable) -> None:
    names = {act.name for _model, act in acts(table) if not act.name.startswith(("in bulk", "choose: "))}
    pages = {
        *("list", "history", "short address", "download", "start page", "part of the start page", "no such page"),
        *("password changed", "texts for scripts", "view on site"),
    }
    assert names - pages == WRITES | WITH_ONESELF


def test_without_an_account_there_is_nothing_but_the_login(table: AdminTable) -> None:
    found = {(act.name, one[3]) for _model, act in acts(table) for one in act.outcomes if one[2] == Role.PUBLIC}
    assert {name for name, outcome in found if outcome != "401"} == {"log in", "log out"}


def test_readers_make_and_revoke_their_own_tokens_alone(table: AdminTable) -> None:
    assert allowed(table, Role.READER) == {
        (Token, "add", "", False),
        (Token, "revoke", "token", True),
        (Token, "in bulk: revoke", "token", True),
    }


def test_readers_see_nothing_of_the_record(table: AdminTable) -> None:
    found = {
        model
        for model, act in acts(table)
        if act.name != "log in"
        for _state, _own, who, outcome in act.outcomes
        if who == Role.READER and outcome == ALLOWED
    }
    assert found == {Token, None}


def test_contributors_write_their_own_statements_and_tokens_alone(table: AdminTable) -> None:
    found = allowed(table, Role.CONTRIBUTOR)
    assert {model for model, _name, _state, _own in found} == {Statement, Token}
    assert {(name, state) for model, name, state, is_own in found if model is Statement and not is_own} <= {
        # leads to a page that asks again who may
        *(("in bulk: unite", state) for state in ("published", "withdrawn", "one with another")),
    }


@pytest.mark.parametrize("step", ["approve", "publish", "return", "withdraw"])
def test_only_reviewers_and_administrators_review(table: AdminTable, step: str) -> None:
    found = [act for act in table.acts[Statement] if act.name in (step, f"in bulk: {step}") and is_write(act)]
    assert len(found) == 2
    for act in found:
        assert {who for _state, _own, who, outcome in act.outcomes if outcome == ALLOWED} == REVIEWING


def test_only_administrators_see_accounts_and_only_superusers_groups(table: AdminTable) -> None:
    for model, who in ((User, {Role.ADMINISTRATOR, SUPERUSER}), (Group, {SUPERUSER})):
        seen = {one[2] for act in table.acts[model] for one in act.outcomes if one[3] not in ("401", "403", "302")}
        assert seen == who


def test_only_superusers_change_superusers(table: AdminTable) -> None:
    found = {
        who
        for act in table.acts[User]
        if is_write(act)
        for state, _own, who, outcome in act.outcomes
        if outcome == ALLOWED and state == "a superuser"
    }
    assert found == {SUPERUSER}


def test_nothing_is_answered_500(table: AdminTable) -> None:
    assert not [(model, act.address, one) for model, act in acts(table) for one in act.outcomes if one[3] == "500"]


#: leads on without looking
ABOUT_NO_STATEMENT = {"short address"}


@pytest.mark.parametrize("role", [Role.READER, Role.CONTRIBUTOR])
def test_a_draft_of_another_is_not_shown(table: AdminTable, role: Role) -> None:
    found = {
        (act.name, outcome)
        for act in table.acts[Statement]
        for state, is_own, who, outcome in act.outcomes
        if who == role and state in UNSEEN and not is_own and act.name not in ABOUT_NO_STATEMENT
    }
    assert {(name, outcome) for name, outcome in found if outcome not in ("403", "404", "405", NOT_OFFERED)} == set()
