"""The history page in a browser: nothing is cut at the width of a small laptop, and the button restores."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from playwright.sync_api import Page

from claims.models import Position, Statement, Wording
from claims.services.reviewing import return_to_draft, submit
from config.history.acting import Origin, acting
from tests import factories
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


@pytest.fixture
def page(watched: Watched, live_server: object) -> Page:
    """A page of somebody who may do everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("curator"))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    watched.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": str(live_server)}])
    return watched.page


def changed_draft() -> Statement:
    """Return a draft that people changed from everywhere, for several reasons."""
    people = {name: factories.user(name).pk for name in ("anna", "carl", "rita")}
    with acting(origin=Origin.IMPORT, user=people["anna"]):
        draft = factories.full_draft("Utopie")
    with acting(origin=Origin.ADMIN, user=people["carl"]), transaction.atomic():
        draft.wordings.filter(language="en").update(text="a deep and most serious concern about deliveries of arms")
        draft.attributions.filter(kind="addressee").delete()
        Statement.objects.filter(pk=draft.pk).update(attitude="fear", said_at="2024-11-16")
    with acting(origin=Origin.API, user=people["anna"]):
        submit(statement_id=draft.pk, by=factories.user("anna"))
    with acting(origin=Origin.ADMIN, user=people["rita"]):
        return_to_draft(
            statement_id=draft.pk, reason="The dispatch says Saturday the 16th; who is “Tokyo” here, the ministry?"
        )
    with acting(origin=Origin.ADMIN, user=people["carl"]), transaction.atomic():
        draft.wordings.filter(language="en").update(text="a deep concern about deliveries of arms abroad")
        Wording.objects.create(statement=draft, language="de", text="tiefe Sorge", translator="Essai")
    Position.objects.filter(statement=draft).update(stance="questions")
    return draft


def test_an_earlier_version_is_restored_in_two_steps(page: Page, watched: Watched) -> None:
    draft = changed_draft()
    page.goto(f"/admin/claims/statement/{draft.pk}/change/")
    page.get_by_role("link", name="History").click()
    assert page.locator(".version").count() >= 6
    page.locator("#version-3").get_by_role("button", name="Restore this version").click()
    page.get_by_text("Version 3 was restored.").wait_for()
    assert page.locator(".version").first.locator("h2").inner_text().endswith("Restored")
    watched.assert_clean()


@pytest.mark.parametrize("width", [1280, 1920])
def test_nothing_scrolls_the_page_sideways(page: Page, watched: Watched, width: int) -> None:
    draft = changed_draft()
    draft.wordings.filter(language="en").update(text="x" * 900)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/admin/claims/statement/{draft.pk}/history/")
    assert int(page.evaluate("document.documentElement.scrollWidth")) <= width
    watched.assert_clean()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marked_words_can_be_read_in_both_themes(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(f"/admin/claims/statement/{changed_draft().pk}/history/")
    for mark in ("del", "ins"):
        assert _contrast(page, mark) >= 4.5  # WCAG 2.2, AA


def _contrast(page: Page, mark: str) -> float:
    colours = page.locator(f".version {mark}").first.evaluate(
        "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    )
    light, dark = sorted((_luminance(colour) for colour in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of `rgb(r, g, b)`, as WCAG has it."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
