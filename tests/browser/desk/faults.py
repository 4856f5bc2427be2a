"""What goes wrong between a page of the desk and the record, and what is recorded in spite of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as TooLateError

from claims.desk.models import Decision
from claims.models import Appearance
from claims.models.vocabularies import AttributionKind
from tests.browser.desk.conftest import Desk

DECISIONS = "**/decisions/"
#: SQLSTATE of a full disk, which is answered 503, and of a defect, which is answered 500
FULL_DISK, DEFECT = "53100", "XX000"


def until(desk: Desk, condition: Callable[[], Any], seconds: float = 10) -> Any:
    """Return what a condition gives once it is true; the page goes on meanwhile."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        desk.page.wait_for_timeout(20)
    return found


def banner(desk: Desk, text: str) -> Locator:
    """Return what must not be overlooked, once it is seen; it is an alert, so that it is heard too."""
    found = desk.page.locator(".desk-banner[role=alert]", has_text=text)
    expect(found).to_be_visible()
    return found


def status(desk: Desk) -> Locator:
    """Return where it says whether all is saved."""
    return desk.page.locator("#desk-saved[role=status]")


def recorded(state: str = "draft") -> list[tuple[str, list[str], str, str | None]]:
    """Return the statements as they stand in the rows, in reading order: words, speakers, act, attitude."""
    found = []
    for one in Appearance.objects.filter(statement__status=state).prefetch_related("segments"):
        segments = list(one.segments.order_by("start"))
        said = one.statement.attributions.filter(kind=AttributionKind.SPEAKER).order_by("pk")
        speakers = [row.speaker.name for row in said]
        row = (segments[0].exact, speakers, one.statement.act, one.statement.attitude or None)
        found.append((segments[0].start, row))
    return [row for _, row in sorted(found)]


def decided() -> list[str]:
    """Return the names of the decisions taken, in the order in which they were."""
    return list(Decision.objects.order_by("decided_at").values_list("name", flat=True))


@contextmanager
def refusing(state: str) -> Iterator[None]:
    """Let the database fail at every decision."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_decisions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION 'no room' USING ERRCODE = '{state}'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse_decisions BEFORE INSERT ON desk_decision"
            " FOR EACH ROW EXECUTE FUNCTION refuse_decisions()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_decisions CASCADE")


@contextmanager
def held_up() -> Iterator[Callable[[], list[int]]]:
    """Let decisions wait in the database until the end; give what tells which of its processes wait."""

    def waiting() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_locks WHERE relation = 'desk_decision'::regclass AND NOT granted")
            return [pid for (pid,) in cursor.fetchall()]

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE desk_decision IN SHARE MODE")
        yield waiting


def kill(pids: list[int]) -> None:
    """End processes of the database, as when it is restarted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [pids])


def end_sessions() -> None:
    """Let everybody be signed out."""
    Session.objects.all().delete()


def impatient(desk: Desk, divisor: int) -> None:
    """Let the page wait for an answer only so many times less long, and load it anew."""
    desk.page.add_init_script(
        "const whole = AbortSignal.timeout.bind(AbortSignal);"
        f"AbortSignal.timeout = (milliseconds) => whole(milliseconds / {divisor});"
    )
    desk.page.reload()
    desk.ready()


def beat(desk: Desk) -> None:
    """Put the page's clock forward until it gives its next sign of life; see `hasten`."""
    for _ in range(10):
        try:
            with desk.page.expect_request("**/lease/", timeout=1000):
                desk.page.clock.fast_forward(31_000)
        except TooLateError:
            # what the page asked for was not answered yet, and its next beat not set
            continue
        return
    raise AssertionError("it gives no sign of life")


def hasten(desk: Desk) -> None:
    """Let the page's clock be one that a test can put forward (`desk.page.clock`), and load it anew."""
    desk.page.clock.install()
    desk.page.reload()
    desk.ready()


def assert_sound(desk: Desk) -> None:
    """Fail on an error of the scripts or a request to another host; that an answer was a refusal is no such error."""
    errors = [one for one in desk.watched.errors if not one.startswith("Failed to load resource")]
    assert (errors, desk.watched.foreign) == ([], [])
