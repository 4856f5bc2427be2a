"""Swagger UI and the first page as a newcomer meets them."""

import json

import pytest
from drf_spectacular.generators import SchemaGenerator

from claims.exchange.demo import load_demo
from claims.models import Statement
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]


def test_swagger_ui_shows_every_operation_and_tries_one_out(watched: Watched) -> None:
    load_demo()
    page = watched.page
    page.goto("/api/docs/")
    page.wait_for_selector(".opblock")
    shown = page.eval_on_selector_all(".opblock", "blocks => blocks.map(block => block.id)")
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    operations = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    assert {one.rsplit("-", 1)[1] for one in shown} == operations
    block = page.locator("#operations-statements-listStatements")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    body = block.locator(".live-responses-table .response-col_description pre").first
    body.wait_for()
    assert block.locator(".live-responses-table tbody .response-col_status").first.inner_text().startswith("200")
    assert len(json.loads(body.inner_text())["results"]) == Statement.objects.published().count()
    watched.assert_clean()


def test_every_link_of_the_page_leads_somewhere(watched: Watched) -> None:
    page = watched.page
    page.goto("/api/docs/")
    page.wait_for_selector(".opblock")
    links = page.eval_on_selector_all("header a", "links => links.map(link => link.getAttribute('href'))")
    assert len(links) == 4
    for link in links:
        assert link
        assert page.request.get(link).ok


def test_a_wrong_value_is_explained_there(watched: Watched) -> None:
    page = watched.page
    page.goto("/api/docs/#/statements/listStatements")
    block = page.locator("#operations-statements-listStatements")
    block.locator("tr[data-param-name=q] input").fill("!!!")
    block.get_by_role("button", name="Execute").click()
    body = block.locator(".live-responses-table .response-col_description pre").first
    body.wait_for()
    assert "It has no word to search for" in body.inner_text()
    assert watched.foreign == []


@pytest.mark.parametrize("path", ["/", "/api/problems/", "/nothing"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_telephone_and_ask_no_other_host(watched: Watched, path: str, scheme: str) -> None:
    page = watched.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) < 384) == (scheme == "dark")
    if path != "/nothing":
        watched.assert_clean()
    assert watched.foreign == []


def test_the_docs_follow_the_readers_colours(watched: Watched) -> None:
    page = watched.page
    page.emulate_media(color_scheme="dark")
    page.goto("/api/docs/")
    page.wait_for_selector(".opblock")
    page.wait_for_selector("html.dark-mode")
    page.emulate_media(color_scheme="light")
    page.wait_for_selector("html:not(.dark-mode)")
    watched.assert_clean()
