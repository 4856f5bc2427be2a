"""A curator brings sources in with a real browser: by keyboard alone, with hostile text, without a script."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Dialog, Page, expect

from claims.desk.intake import views as intake_views
from claims.desk.models import Intake
from sources.fetching import fetch
from sources.models import Source, SourceText
from sources.services import import_text
from tests.browser.conftest import Watched
from tests.claims.admin.test_statements import person
from tests.sources.web import Web, saying, serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

NEW = "/admin/desk/sources/new/"
LINE = "La ministre Ada Essai a déclaré jeudi : « Nous verrons 🤯 demain ce que deviendra l’accord sur la pêche. »"
TEXT = f"Un accord pour la pêche\n\nPublié le 09/11/2023\n\nSEOUL (Reuters) - {LINE}\n"
HOSTILE = (
    "\"'><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)><svg onload=alert(1)>"
    "<iframe src=javascript:alert(1)></iframe></textarea></datalist><style>*{display:none}</style>{{ x }}"
)


@pytest.fixture
def page(watched: Watched, live_server: object) -> Iterator[Page]:
    """The browser of a curator; whatever it does must leave no error, no dialog and no request elsewhere."""
    client = Client()
    client.force_login(person("Anna", "curators"))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    watched.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": str(live_server)}])
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    watched.page.on("dialog", dismiss)
    yield watched.page
    watched.assert_clean()
    assert dialogs == []


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A page on the web, which the desk takes for public."""
    article = f"<article><h1>Un accord</h1><p>{LINE}</p><p>{HOSTILE.replace('<', '&lt;')}</p>{HOSTILE}</article>"
    head = "<script>alert(1)</script><base href=//evil.example/><title>&lt;script&gt;alert(1)&lt;/script&gt;</title>"
    body = f"<html lang=fr><head>{head}</head><body>{article}</body></html>"
    with serving(saying(body.encode(), media_type="text/html; charset=utf-8")) as one:
        monkeypatch.setattr(intake_views, "fetch", partial(fetch, policy=one.policy()))
        yield one


def test_a_source_comes_in_by_keyboard_alone(page: Page) -> None:
    page.goto(NEW)
    keys = page.keyboard
    expect(page.locator("#id_url")).to_be_focused()
    keys.press("Tab")
    expect(page.locator("#id_text")).to_be_focused()
    keys.insert_text(TEXT)
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("#id_title")).to_be_focused()
    expect(page.locator("#id_title")).to_have_value("Un accord pour la pêche")
    expect(page.locator("#intake-text")).to_contain_text("Nous verrons 🤯 demain")
    keys.press("End")
    keys.type(" !")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/admin/desk/sources/[0-9a-f-]{36}/$"))
    source = Source.objects.get()
    assert page.url.endswith(f"/admin/desk/sources/{source.pk}/")
    assert (source.title, source.published_at) == ("Un accord pour la pêche !", "2023-11-09")
    assert SourceText.objects.get().text == TEXT


def test_hostile_words_and_pages_stay_text(page: Page, web: Web) -> None:
    there = import_text(raw=f"{HOSTILE}\n{LINE}".encode()).source
    Source.objects.filter(pk=there.pk).update(title=HOSTILE)
    page.goto(NEW)
    page.fill("#id_text", f"{HOSTILE}\n{LINE}")
    page.click("button.default")
    expect(page.locator("#intake-text")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(".intake-alike")).to_contain_text("<img src=//evil.example/x onerror=alert(1)>")
    for name in ("title", "publisher", "agency", "authors", "url", "published_at", "language"):
        page.fill(f"#id_{name}", HOSTILE)
    page.click("button.default")
    expect(page.locator(".intake-errors")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value(HOSTILE)
    page.goto(NEW)
    page.fill("#id_url", f"http://news.example:{web.port}/{HOSTILE.replace(' ', '+')}")
    page.keyboard.press("Enter")
    expect(page.locator("#id_title")).to_have_value("Un accord")
    expect(page.locator("#intake-text")).to_contain_text("Nous verrons")
    page.goto(NEW)
    page.fill("#id_url", "ftp://<script>alert(1)</script><img/src=//evil.example/x>/")
    page.keyboard.press("Enter")
    expect(page.locator(".intake-errors")).to_contain_text("<script>")


def test_a_page_that_cannot_be_fetched_is_pasted_with_what_was_typed(page: Page, web: Web) -> None:
    web.answer = saying(b"", status="403 Forbidden")
    page.goto(NEW)
    page.fill("#id_url", f"http://news.example:{web.port}/a")
    page.keyboard.press("Enter")
    expect(page.locator(".intake-errors")).to_contain_text("The server shows this page to some only (HTTP 403).")
    expect(page.locator("#id_url")).to_be_focused()
    page.locator(".intake-errors a").click()
    expect(page.locator("#id_url")).to_be_focused()
    page.fill("#id_text", TEXT)
    page.click("button.default")
    expect(page.locator("#id_url")).to_have_value(f"http://news.example:{web.port}/a")


def test_what_is_wrong_is_in_sight_and_has_the_focus(page: Page) -> None:
    page.goto(NEW)
    page.fill("#id_text", TEXT)
    page.click("button.default")
    page.locator("summary").click()
    page.fill("#id_archived_at", "nowhere")
    page.fill("#id_published_at", "2023-02-30")
    page.locator("#id_published_at").press("Enter")
    expect(page.locator(".intake-errors li")).to_have_count(2)
    expect(page.locator("#id_published_at")).to_be_focused()
    expect(page.locator("#id_archived_at")).to_be_visible()
    described = page.locator("#id_published_at").get_attribute("aria-describedby") or ""
    told = " ".join(page.locator(f"#{one}").inner_text() for one in described.split())
    assert "is not in the calendar" in told
    assert page.title().startswith("Error: ")


def test_two_presses_make_one_source(page: Page) -> None:
    page.goto(NEW)
    page.fill("#id_text", TEXT)
    page.click("button.default")
    page.locator("#intake-text").wait_for()
    page.locator("button.default").dblclick()
    page.wait_for_url(re.compile(r"/admin/desk/sources/[0-9a-f-]{36}/$"))
    assert Source.objects.count() == 1
    assert Intake.objects.filter(source=None).count() == 0
