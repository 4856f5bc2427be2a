"""The admin's pages at the width of a small laptop: nothing is cut, nothing scrolls the page sideways."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from claims.exchange.demo import load_demo
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


@pytest.fixture
def page(watched: Watched, live_server: object) -> Page:
    """A page of somebody who may do everything, with the demo set to look at."""
    load_demo()
    client = Client()
    client.force_login(User.objects.create_superuser("curator"))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    watched.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": str(live_server)}])
    return watched.page


def _width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize(
    "path", ["claims/speaker/add/", "claims/claim/add/", "claims/topic/add/", "sources/publisher/add/"]
)
def test_rows_inside_a_form_share_its_width(page: Page, path: str) -> None:
    page.goto(f"/admin/{path}")
    page.wait_for_selector(".add-row a")
    for link in page.locator(".add-row a").all():
        link.click()
    assert _width(page) <= 1280


def test_the_list_of_sources_is_not_cut(page: Page) -> None:
    page.goto("/admin/sources/source/")
    assert _width(page) <= 1280
    cut = page.evaluate("(box => box.scrollWidth - box.clientWidth)(document.querySelector('#changelist .results'))")
    assert cut <= 0


def test_titles_are_shown_whole_and_errors_are_in_sight(page: Page) -> None:
    page.goto("/admin/sources/source/add/")
    assert page.locator("#id_title").evaluate("field => field.clientWidth") > 800
    page.locator("#id_upload").set_input_files(files={"name": "a.txt", "mimeType": "text/plain", "buffer": b"abc"})
    page.locator("#id_published_at").fill("2023-02-30")
    page.locator(".submit-row input").click()
    listed = page.locator(".errors-by-field")
    listed.wait_for()
    assert "is not in the calendar" in listed.inner_text()
    assert "choose the file again" in listed.inner_text()
    assert listed.evaluate("list => list.getBoundingClientRect().bottom <= innerHeight")
