"""What docs/writing.md says is true: its commands answer what it prints, its tables say what there is."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from claims.exchange.demo import load_demo
from claims.history.urls import urlpatterns as history_urls
from claims.services.reviewing import LONGEST_REASON
from claims.statement_bodies import MOST
from claims.text.spans import MAX_SPANS
from claims.urls import urlpatterns as claims_urls
from config.access.models import DEFAULT_DAYS, MOST_DAYS, StoredAnswer
from config.access.roles import GROUPS
from config.environment import BASE_DIR, Environment
from config.first_run import PEOPLE
from config.http import problems
from config.writing.batches import MOST_OPERATIONS
from config.writing.permissions import role_with
from sources.services import Outcome
from sources.urls import urlpatterns as sources_urls
from tests.terminal import UUID, Answer, Step, Terminal, steps
from tests.writing import person

PAGE = (BASE_DIR / "docs" / "writing.md").read_text("utf-8")
PROSE = " ".join(PAGE.split())
LEFT_OUT = "…"
ONE, OTHER = "01a40c52-6f0e-7b21-8a3d-94c1e5f7a20b", "01a40c53-4a90-7d3f-9e25-70c8b1d4f622"
#: what is each installation's own besides ids: instants, and dates of expiry
DIFFERING = [
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "INSTANT"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"), "MINUTE"),
    (re.compile(r'(?<=\d)-[0-9a-f]{16}(?=")'), "-DIGEST"),
]


def fragments(printed: str) -> Iterator[str]:
    """Yield the parts of a printed answer between what was left out, broken lines put together."""
    for one in printed.split(LEFT_OUT):
        text = re.sub(r"\s*\n\s*", " ", one)
        for pattern, called in DIFFERING:
            text = pattern.sub(called, text)
        if text:
            yield text


def check_text(terminal: Terminal, printed: str, real: str) -> None:
    """Find each printed part in the real text, in order and up to its end, unless the page ends with “…”; learn ids."""
    for pattern, called in DIFFERING:
        real = pattern.sub(called, real)
    place = 0
    for text in fragments(printed):
        found = re.compile(terminal.pattern_of(text)).search(real, place)
        assert found, f"{text}\nis not in\n{real[place:]}"
        for shown, here in zip(UUID.findall(text), found.groups(), strict=True):
            terminal.learn(shown, here)
        place = found.end()
    assert printed.rstrip().endswith(LEFT_OUT) or not real[place:].strip(), f"more than the page says: {real[place:]}"


def check(terminal: Terminal, step: Step, answer: Answer | None) -> None:
    """Hold an answer to what the page prints: the status, the headers shown, what is shown of the body."""
    if answer is None:
        assert not step.printed
        return
    printed = list(step.printed)
    if answer.status:
        # the words behind the number are those of this Python
        assert printed.pop(0).startswith(f"HTTP/1.1 {answer.status} ")
        while printed and printed[0]:
            name, _colon, value = printed.pop(0).partition(": ")
            check_text(terminal, value, answer.headers[name])
        if printed:
            assert printed.pop(0) == ""
    check_text(terminal, "\n".join(printed), answer.rest)


@pytest.fixture
def record(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `make run` leaves behind, with its limits: the demo set and three accounts."""
    environment = Environment.model_fields
    settings.LIMIT_PUBLIC, settings.LIMIT_TOKEN = (
        environment["LIMIT_PUBLIC"].default,
        environment["LIMIT_TOKEN"].default,
    )
    settings.COUNTERS_DIR = tmp_path
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    load_demo()
    for name, group in PEOPLE.items():
        person(name, next(role for role, of_it in GROUPS.items() if of_it == group))


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_its_commands_answer_what_it_prints(record: None) -> None:
    terminal = Terminal()
    for step in steps(PAGE):
        answer = terminal.run(step)
        try:
            check(terminal, step, answer)
        except (AssertionError, KeyError) as error:
            raise AssertionError(f"$ {step.command}\n{error}\n{answer}") from error


def test_it_knows_every_curl_and_command_it_prints() -> None:
    found = list(steps(PAGE))
    assert sum(step.command.startswith("curl ") for step in found) == PAGE.count("\n$ curl ")
    assert len(found) == PAGE.count("\n$ ")


@pytest.mark.parametrize(
    ("printed", "real"),
    [
        ('{"a": 1, …', '{"a": 2, "b": 3}'),
        ('{"a": 1}', '{"a": 1, "b": 3}'),
        ('… "b": 3, … "a": 1, …', '{"a": 1, "b": 3, "c": 4}'),
        (f'{{"id": "{ONE}", "of": "{ONE}"}}', f'{{"id": "{OTHER}", "of": "{ONE}"}}'),
    ],
)
def test_it_would_notice_another_answer(printed: str, real: str) -> None:
    with pytest.raises(AssertionError):
        check_text(Terminal(), printed, real)


# Tables and limits


def table(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its head."""
    (section,) = re.findall(rf"^## {heading}\n(.+?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return rows[1:]


def test_its_resources_and_operations_are_those_there_are() -> None:
    found: dict[str, tuple[set[str], set[str]]] = {}
    for pattern in [*claims_urls, *sources_urls, *history_urls]:
        resource, *below = re.sub(r"\(\?P<pk>.*?\)/|[\^$]", "", str(pattern.pattern)).strip("/").split("/")
        operations, besides = found.setdefault(resource, (set(), set()))
        name = "/".join(below)
        if name and name != "batch":
            view: Any = pattern.callback
            (operations if "post" in view.actions else besides).add(name)
    assert found == {
        re.findall(r"`(.+?)`", cells[0])[0]: tuple(set(re.findall(r"`(.+?)`", one)) for one in cells[1:])
        for cells in [(line + [""] * 3)[:3] for line in table("Resources")]
    }


def test_its_roles_are_those_there_are() -> None:
    rows = table("Roles")
    assert [(role, group) for role, group, _may in rows] == [
        (f"`{role}`", f"`{group}`") for role, group in GROUPS.items()
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "permission"),
    [
        ("read whole texts", "sources.view_sourcetext"),
        ("write statements", "claims.add_statement"),
        ("change all drafts", "claims.edit_others_statement"),
        ("sources", "sources.add_source"),
        ("publishers", "sources.change_publisher"),
        ("speakers", "claims.delete_speaker"),
        ("merge and split speakers", "claims.merge_speaker"),
        ("publish and withdraw", "claims.publish_statement"),
        ("let people in", "auth.add_user"),
        ("everybody's tokens", "access.manage_all_tokens"),
    ],
)
def test_its_roles_may_what_it_says(words: str, permission: str) -> None:
    (role,) = [cells[0].strip("`") for cells in table("Roles") if words in cells[2]]
    assert role_with(permission) == role


def test_its_errors_are_those_that_writes_answer() -> None:
    rows = [(int(status), slug.strip("`")) for status, slug, _what in table("Errors")]
    assert [status for status, _slug in rows] == sorted(status for status, _slug in rows)
    assert set(rows) <= {(one.status, one.slug) for one in problems.ALL}
    of_reading = {"invalid-parameter", "unknown-parameter", "invalid-cursor", "method-not-allowed", "not-acceptable"}
    assert {slug for _status, slug in rows} == {one.slug for one in problems.ALL} - of_reading - {
        "internal-error",
        "too-slow",
    }


def test_its_limits_are_those_there_are() -> None:
    fields = Environment.model_fields
    assert f"{fields['LIMIT_TOKEN'].default} a token, {fields['LIMIT_PUBLIC'].default} an address" in PROSE
    assert f"{MOST_OPERATIONS} operations a batch, {LONGEST_REASON} characters a reason" in PROSE
    assert f"{MOST} entries in each list of a statement, {MAX_SPANS} segments an appearance" in PROSE
    assert f"valid for {DEFAULT_DAYS} days unless you say otherwise (`--days`, at most {MOST_DAYS})" in PROSE
    assert all(f"`{one.value}`" in PROSE or f'"{one.value}"' in PROSE for one in Outcome)
    hours = StoredAnswer.objects.all().kept_for // timedelta(hours=1)
    assert f"{hours} hours an Idempotency-Key" in PROSE
    assert f"answers the same for {hours} hours" in PROSE


def test_its_links_lead_somewhere() -> None:
    headings = (BASE_DIR / "docs" / "dataset.md").read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)", PAGE):
        assert (BASE_DIR / "docs" / target).is_file(), target
        assert not anchor or f"`{anchor}`" in headings
