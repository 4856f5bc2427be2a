"""Each step of the workflow from each state, by button, bulk action, API, command and plain SQL: all do the same.

Result, refusal, and what the history keeps of it are compared, way by way.
"""

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from claims.models import Statement
from claims.services.reviewing import approve, return_to_draft, submit
from config.access.roles import Role
from config.writing.refusals import check_deferred_rules
from tests import factories
from tests.writing import Writer, person

pytestmark = pytest.mark.django_db

REASON = "The second paragraph says who."
STATES = ["draft", "in_review", "approved", "published", "withdrawn"]
#: step and state -> the status that follows; where there is none, the step is refused
LEADS_TO = {
    ("submit", "draft"): "in_review",
    ("approve", "in_review"): "in_review",
    ("publish", "in_review"): "published",
    ("publish", "approved"): "published",
    ("return", "in_review"): "draft",
    ("return", "approved"): "draft",
    ("return", "withdrawn"): "draft",
    ("withdraw", "published"): "withdrawn",
}
STEPS = ["submit", "approve", "publish", "return", "withdraw"]
NEEDS_REASON = {"return", "withdraw"}
#: what SQL sets for each step
SQL = {
    "submit": "status = 'in_review', returned_reason = '', submitted_by_id = {person}, submitted_at = now()",
    "approve": "reviewed_by_id = {person}, is_self_reviewed = false",
    "publish": "status = 'published', reviewed_by_id = coalesce(reviewed_by_id, {person}), published_at = now(),"
    " withdrawn_reason = '', withdrawn_at = NULL",
    "return": "status = 'draft', returned_reason = '{reason}', reviewed_by_id = NULL",
    "withdraw": "status = 'withdrawn', withdrawn_reason = '{reason}', withdrawn_at = now()",
}
RULES = {
    "statement_moves_by_the_workflow",
    "statement_draft_is_not_reviewed",
    "statement_withdrawal_has_its_reason",
    "statement_is_published_by_a_reviewer",
    "statement_reviewer_is_not_its_author",
}


@dataclass
class Outcome:
    """What came of a step: the sentence of a refusal, empty where it was taken."""

    refusal: str = ""


def nobody_acts() -> None:
    """Begin as a session of its own does, in which nobody has said who acts; all tests share one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")
        cursor.execute("SELECT set_config('pghistory.context_id', '', true)")


def in_state(state: str) -> Statement:
    """Return a statement of the author's that stands there."""
    nobody_acts()
    if state == "published":
        return factories.published()
    if state == "withdrawn":
        return factories.withdrawn("Misquoted.")
    statement = factories.draft()
    if state != "draft":
        submit(statement_id=statement.pk, by=factories.user("author"))
    if state == "approved":
        approve(statement_id=statement.pk, by=factories.user("another reviewer"))
    statement.refresh_from_db()
    return statement


@pytest.fixture
def taker() -> User:
    """Who takes the steps: a reviewer, who entered nothing."""
    user = person("taker", Role.REVIEWER)
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def client(taker: User) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(taker)
    return client


@pytest.fixture
def writer(taker: User) -> Writer:
    return Writer(Role.REVIEWER, "taker")


def told(answer: Any, kind: str) -> list[str]:
    """The messages of a kind on an admin page."""
    page = answer.content.decode()
    found = re.findall(rf'<li class="{kind}">(.*?)</li>', page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in found]


def by_button(client: Client, step: str, statement: Statement) -> Outcome:
    address = reverse("admin:claims_statement_move", args=[statement.pk, step])
    answer = client.post(address, {"reason": REASON} if step in NEEDS_REASON else {}, follow=True)
    return Outcome(" ".join(told(answer, "error")))


def by_bulk_action(client: Client, step: str, statement: Statement) -> Outcome:
    chosen = {"action": f"{step}_selected", "_selected_action": [str(statement.pk)]}
    if step in NEEDS_REASON:
        page = client.post(reverse("admin:claims_statement_changelist"), chosen)
        assert "Reason" in page.content.decode()
        chosen["reason"] = REASON
    answer = client.post(reverse("admin:claims_statement_changelist"), chosen, follow=True)
    refusals = told(answer, "error")
    return Outcome(" ".join(one.removeprefix(f"{statement}: ") for one in refusals))


def by_api(writer: Writer, step: str, statement: Statement) -> Outcome:
    path = f"/api/v1/statements/{statement.pk}/"
    _body, etag = writer.read(path)
    headers = {"If-Match": etag}
    body = {"reason": REASON} if step in NEEDS_REASON else {}
    answer = writer.client.post(f"{path}{step}/", body, content_type="application/json", headers=headers)
    return Outcome("" if answer.status_code == 200 else answer.json()["detail"])


def by_command(taker: User, step: str, statement: Statement) -> Outcome:
    reason = ["--reason", REASON] if step in NEEDS_REASON else []
    try:
        call_command("move_statement", str(statement.pk), step, "--by", taker.username, *reason, stdout=io.StringIO())
    except CommandError as error:
        return Outcome(str(error))
    return Outcome()


def by_sql(taker: User, step: str, statement: Statement) -> Outcome:
    values = SQL[step].format(person=taker.pk, reason=REASON)
    nobody_acts()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE claims_statement SET {values} WHERE id = %s", [statement.pk])
            check_deferred_rules()
    except DatabaseError as error:
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if rule not in RULES:
            raise
        return Outcome(str(rule))
    return Outcome()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_does_the_same_by_every_way(step: str, state: str, client: Client, writer: Writer, taker: User) -> None:
    ways: dict[str, tuple[Callable[[Statement], Outcome], str | None]] = {
        "button": (lambda one: by_button(client, step, one), "admin"),
        "bulk action": (lambda one: by_bulk_action(client, step, one), "admin"),
        "api": (lambda one: by_api(writer, step, one), "api"),
        "command": (lambda one: by_command(taker, step, one), "command"),
        "sql": (lambda one: by_sql(taker, step, one), None),
    }
    wanted = LEADS_TO.get((step, state))
    sentences = {}
    for way, (take, origin) in ways.items():
        statement = in_state(state)
        before = (statement.status, statement.changes.count())
        outcome = take(statement)
        statement.refresh_from_db()
        if wanted is None:
            assert outcome.refusal, way
            assert (statement.status, statement.changes.count()) == before, way
            sentences[way] = outcome.refusal
            continue
        assert (outcome.refusal, statement.status) == ("", wanted), way
        assert statement.changes.count() == before[1] + 1, way
        kept = statement.changes.latest("pgh_id")
        context = kept.pgh_context or {}
        assert (kept.status, kept.version) == (wanted, statement.version), way
        assert context.get("origin") == origin, way
        if origin is not None:
            assert (context["user"], context["act"]) == (taker.pk, step), way
            assert context.get("why") == (REASON if step in NEEDS_REASON else None), way
    sentences.pop("sql", None)
    assert len(set(sentences.values())) <= 1, sentences


@pytest.mark.parametrize("step", ["approve", "publish"])
def test_nobody_reviews_their_own_by_any_way(step: str) -> None:
    author = person("author", Role.REVIEWER)
    author.is_staff = True
    author.save()
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(author)
    writer = Writer(Role.REVIEWER, "author")
    ways: list[Callable[[Statement], Outcome]] = [
        lambda one: by_button(client, step, one),
        lambda one: by_bulk_action(client, step, one),
        lambda one: by_api(writer, step, one),
        lambda one: by_command(author, step, one),
    ]
    told = [take(in_state("in_review")).refusal for take in ways]
    assert set(told) == {"You entered it or sent it to review yourself: another reviewer must publish it."}
    statement = in_state("in_review")
    with pytest.raises(DatabaseError, match="statement_reviewer_is_not_its_author"), transaction.atomic():
        Statement.objects.filter(pk=statement.pk).update(reviewed_by=author)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.CURATOR])
@pytest.mark.parametrize("step", ["approve", "publish", "return", "withdraw"])
def test_who_is_no_reviewer_takes_no_step_of_a_reviewer_by_any_way(role: Role, step: str) -> None:
    state = next(state for (name, state) in LEADS_TO if name == step)
    user = person("another", role)
    user.is_staff = True
    user.save()
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(user)
    writer = Writer(role, "another")
    statement = in_state(state)
    before = statement.status
    address = reverse("admin:claims_statement_move", args=[statement.pk, step])
    assert client.post(address, {"reason": REASON}).status_code in {403, 404}
    chosen = {"action": f"{step}_selected", "_selected_action": [str(statement.pk)], "reason": REASON}
    assert (
        "No action selected"
        in client.post(reverse("admin:claims_statement_changelist"), chosen, follow=True).content.decode()
    )
    answer = writer.client.post(
        f"/api/v1/statements/{statement.pk}/{step}/",
        {"reason": REASON} if step in NEEDS_REASON else {},
        content_type="application/json",
        headers={"If-Match": f'"{statement.version}"'},
    )
    assert answer.status_code in {403, 404}
    with pytest.raises(CommandError, match="may not take this step"):
        call_command("move_statement", str(statement.pk), step, "--by", "another", "--reason", REASON)
    statement.refresh_from_db()
    assert statement.status == before


def test_a_button_that_was_shown_for_another_version_is_refused(client: Client, taker: User) -> None:
    statement = in_state("in_review")
    read = Statement.objects.get(pk=statement.pk).version
    return_to_draft(statement_id=statement.pk, reason="x")
    submit(statement_id=statement.pk, by=factories.user("author"))
    address = reverse("admin:claims_statement_move", args=[statement.pk, "publish"])
    answer = client.post(address, {"version": str(read)}, follow=True)
    assert told(answer, "error") == ["It was changed since you opened it: read it again."]
    statement.refresh_from_db()
    assert statement.status == "in_review"
