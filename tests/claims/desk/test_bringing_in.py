"""Bringing in a source: given in one of three ways, looked over, recorded once, and its marks are there."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from claims.desk.intake.bringing import MOST_KEPT
from claims.desk.models import CastMember, Intake
from claims.proposals.models import Candidate
from sources.models import Publisher, Source, SourceText
from sources.services import Metadata, import_text
from tests import factories
from tests.claims.admin.test_statements import person
from tests.claims.desk.bringing import (
    LINE,
    NEW,
    TEXT,
    bring,
    browser,
    errors_of,
    fields_of,
    look,
    page_of,
    record,
    send,
    web,
)
from tests.sources.test_fetching_inside import ADDRESSES
from tests.sources.web import Web, connects, leading, saying, serving

__all__ = ["browser", "connects", "web"]  # fixtures

SCRIPT = "<script>alert(1)</script>"

pytestmark = pytest.mark.django_db


def test_nobody_else_comes_near(browser: Client) -> None:
    preview = bring(browser, text=TEXT)
    assert Client().get(NEW)["Location"] == f"/admin/login/?next={NEW}"
    assert Client().post(NEW, {"text": TEXT}).status_code == 302
    reader = Client()
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_source"))
    reader.force_login(user)
    assert [reader.get(NEW).status_code, reader.post(NEW, {"text": TEXT}).status_code] == [403, 403]
    assert reader.get(preview).status_code == 403
    other = Client()
    other.force_login(person("Berta", "curators"))
    assert [other.get(preview).status_code, other.post(preview, {"do": "drop"}).status_code] == [404, 404]
    assert Intake.objects.count() == 1


def test_without_the_token_nothing_comes_in(browser: Client) -> None:
    assert browser.post(NEW, {"text": TEXT}).status_code == 403
    assert browser.post(bring(browser, text=TEXT), {"title": "x"}).status_code == 403
    assert not Source.objects.exists()


def test_pasted_words_are_looked_over_recorded_and_marked(browser: Client) -> None:
    factories.speaker("Ada Essai")
    preview = bring(browser, text=TEXT)
    assert not Source.objects.exists()
    page, fields = look(browser, preview)
    found = ("Un accord pour la pêche", "fr", "2023-11-09", "Reuters", "")
    assert tuple(fields[name] for name in ("title", "language", "published_at", "agency", "url")) == found
    assert LINE in unescape(page)
    answer = record(browser, preview)
    source = Source.objects.get()
    assert answer["Location"] == f"/admin/desk/sources/{source.pk}/"
    text = source.texts.get()
    assert (text.text, bytes(text.raw), text.encoding) == (TEXT, TEXT.encode(), "utf-8")
    assert (source.title, source.published_at, source.retrieved_at) == ("Un accord pour la pêche", "2023-11-09", None)
    assert source.agency == Publisher.objects.get(name="Reuters")
    assert "Nous verrons demain" in next(text.text[one.start : one.end] for one in Candidate.objects.all())
    assert CastMember.objects.get(source=source).number == 1
    said_by = source.changes.last().pgh_context
    assert (said_by["origin"], said_by["user"]) == ("admin", User.objects.get(username="Anna").pk)
    kept = Intake.objects.get()
    assert (bytes(kept.raw), kept.source) == (b"", source)


def test_what_was_found_can_be_mended_and_emptied(browser: Client) -> None:
    preview = bring(browser, text=TEXT)
    changed = {
        "title": "Autre titre", "agency": "", "publisher": "Le Quotidien", "published_at": "", "language": "fr-CA",
        "authors": "Anne Martin\nJean Petit", "type": "dispatch", "licence": "CC-BY", "url": "HTTPS://Example.org/a#b",
        "archived_at": "https://archive.example/a", "translator": "Luc",
    }  # fmt: skip
    assert record(browser, preview, **changed).status_code == 302
    source = Source.objects.get()
    assert (source.title, source.agency, source.published_at) == ("Autre titre", None, None)
    assert source.publisher == Publisher.objects.get(name="Le Quotidien")
    assert (source.authors, source.language, source.type) == (["Anne Martin", "Jean Petit"], "fr-CA", "dispatch")
    assert (source.licence, source.url, source.translator) == ("CC-BY", "https://example.org/a", "Luc")
    assert source.archived_at == "https://archive.example/a"


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(browser: Client) -> None:
    preview = bring(browser, text=TEXT)
    wrong = {"title": "", "published_at": "2023-02-30", "url": "javascript:alert(1)", "authors": "Anne", "licence": "x"}
    answer = record(browser, preview, **wrong)
    assert set(errors_of(answer)) == {"title", "published_at", "url", "licence"}
    page = answer.content.decode()
    assert '<a href="#id_published_at">Published</a> – “2023-02-30” is not in the calendar.' in page
    assert re.search(r'<input[^>]* id="id_title"[^>]* autofocus|<input[^>]* autofocus[^>]* id="id_title"', page)
    assert page.count(" autofocus") == 1
    assert "<details open>" in page
    assert {"url": "javascript:alert(1)", "authors": "Anne"}.items() <= fields_of(page).items()
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>Error: " in page
    assert not Source.objects.exists()


def test_an_uploaded_file_is_read_again_in_another_encoding(browser: Client) -> None:
    raw = f"{TEXT}l’œuvre\r\n".encode("windows-1252")
    preview = bring(browser, upload=SimpleUploadedFile("a.txt", raw))
    page, _fields = look(browser, preview)
    assert "If it was saved as Windows-1252 or Latin-1, choose that encoding." in unescape(page)
    assert "id_title" not in page
    answer = send(browser, preview, {"do": "again", "format": "text/plain", "encoding": "windows-1252"})
    assert "l’œuvre" in unescape(answer.content.decode())
    assert record(browser, preview).status_code == 302
    text = SourceText.objects.get()
    assert (bytes(text.raw), text.text, text.encoding) == (raw, raw.decode("cp1252"), "windows-1252")


def test_reading_again_keeps_what_was_typed(browser: Client) -> None:
    html = page_of().decode()
    preview = bring(browser, text=f"Source code below\n\n{html}")
    _page, fields = look(browser, preview)
    answer = send(browser, preview, {**fields, "do": "again", "format": "text/html", "publisher": "Le Quotidien"})
    again = fields_of(answer.content.decode())
    assert (again["publisher"], again["title"], again["format"]) == (
        "Le Quotidien",
        "Un accord pour la pêche",
        "text/html",
    )
    answer = send(browser, preview, {**again, "do": "again", "format": "nonsense", "title": "Typed"})
    assert fields_of(answer.content.decode())["title"] == "Typed"
    assert Intake.objects.get().media_type == "text/html"


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({}, "url", "Give an address, paste the text or choose a file."),
        ({"url": "ftp://example.org/"}, "url", "“ftp://example.org/” is not a web address"),
        ({"text": TEXT, "upload": SimpleUploadedFile("a.txt", b"x")}, "upload", "There is a pasted text too"),
        ({"text": "x" * 5_000_001}, "text", "It has 5,000,001 characters"),
        ({"text": TEXT, "url": "nonsense"}, "url", "is not a web address"),
    ],
)
def test_what_cannot_be_taken_is_refused_on_the_spot(
    browser: Client, given: dict[str, Any], field: str, sentence: str
) -> None:
    answer = send(browser, NEW, given)
    assert sentence in errors_of(answer)[field][0]
    page = answer.content.decode()
    assert f'href="#id_{field}"' in page
    assert re.search(rf'<(input|textarea)[^>]*name="{field}"[^>]* autofocus', page)
    if given.get("text") == TEXT:
        assert TEXT.splitlines()[0] in unescape(page)
    assert not Intake.objects.exists()


def test_a_page_is_fetched_once_and_recorded_with_its_address_and_time(browser: Client, web: Web) -> None:
    preview = bring(browser, url=f"http://news.example:{web.port}/a?utm_source=x")
    page, fields = look(browser, preview)
    assert fields["url"] == f"http://news.example:{web.port}/a"
    assert fields["title"] == "Un accord pour la pêche"
    assert "fetched" in page
    assert record(browser, preview).status_code == 302
    source = Source.objects.get()
    kept = Intake.objects.get()
    assert (source.url, source.retrieved_at) == (f"http://news.example:{web.port}/a", kept.retrieved_at)
    assert source.retrieved_at is not None
    assert bytes(source.texts.get().raw) == page_of()
    assert web.hits == 1


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("http://www.news.example/the-page", "http://www.news.example/the-page"),
        ("https://lemonde.example/somebody-elses", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_page_says_its_address_on_its_own_host_only(
    browser: Client, web: Web, said: str, address: str | None
) -> None:
    web.answer = saying(page_of(head=f'<link rel="canonical" href="{said}">'))
    asked = f"http://news.example:{web.port}/a"
    _page, fields = look(browser, bring(browser, url=asked))
    assert fields["url"] == (address or asked)


def test_where_a_page_led_in_the_end_is_its_address(browser: Client, web: Web) -> None:
    page = web.answer
    web.answer = lambda connected, request: (leading("/b") if b"GET /a " in request else page)(connected, request)
    _page, fields = look(browser, bring(browser, url=f"http://news.example:{web.port}/a"))
    assert fields["url"] == f"http://news.example:{web.port}/b"


def test_a_page_that_is_not_given_can_be_pasted(browser: Client, web: Web) -> None:
    web.answer = saying(b"", status="403 Forbidden")
    url = f"http://news.example:{web.port}/a"
    answer = send(browser, NEW, {"url": url})
    assert errors_of(answer)["url"] == ["The server shows this page to some only (HTTP 403)."]
    page = answer.content.decode()
    assert "paste its words below" in page
    assert f'value="{url}"' in page
    preview = bring(browser, url=url, text=TEXT)
    assert look(browser, preview)[1]["url"] == url
    assert web.hits == 1


def test_words_are_taken_before_an_address_is_asked(browser: Client, web: Web) -> None:
    bring(browser, url=f"http://news.example:{web.port}/a", text=TEXT)
    bring(browser, url=f"http://news.example:{web.port}/a", upload=SimpleUploadedFile("a.txt", TEXT.encode()))
    assert web.hits == 0


def test_a_page_without_an_article_leads_back_to_pasting(browser: Client, web: Web) -> None:
    web.answer = saying(b"<html><body></body></html>")
    page, _fields = look(browser, bring(browser, url=f"http://news.example:{web.port}/a&b=c"))
    assert "No article was found" in page
    assert f"{NEW}?url=http%3A%2F%2Fnews.example%3A{web.port}%2Fa%26b%3Dc" in page
    shown = browser.get(f"{NEW}?url=http%3A%2F%2Fnews.example%2Fa").content.decode()
    assert 'value="http://news.example/a"' in shown


# names would be asked of a real name server: tests/sources/test_fetching.py has those
HOSTILE = [url for url in ADDRESSES if ".example" not in url and url and not url.startswith("http://metadata.")]


def test_no_hostile_address_gets_anything_from_inside(connects: list[Any]) -> None:
    assert len(HOSTILE) >= 60
    browser = Client()
    browser.force_login(person("Anna", "curators"))
    with serving(saying(page_of())) as inside:
        for url in HOSTILE:
            answer: Any = browser.post(NEW, {"url": url.replace("{port}", str(inside.port))})
            assert errors_of(answer)["url"], url
    assert (inside.hits, connects) == (0, [])
    assert not Intake.objects.exists()


def test_what_is_sent_twice_is_recorded_once(browser: Client) -> None:
    preview = bring(browser, text=TEXT)
    page, fields = look(browser, preview)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    answers = [browser.post(preview, {**fields, "csrfmiddlewaretoken": token[1]}) for _number in range(3)]
    assert {one["Location"] for one in answers} == {f"/admin/desk/sources/{Source.objects.get().pk}/"}
    assert browser.get(preview)["Location"] == answers[0]["Location"]


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_many_times_at_once_is_recorded_once() -> None:
    user = person("Anna", "curators")
    client = Client()
    client.force_login(user)
    preview = bring(client, text=TEXT)
    _page, fields = look(client, preview)

    def press(_number: int) -> str:
        one = Client()
        one.cookies = client.cookies
        try:
            return str(one.post(preview, fields)["Location"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(press, range(8)))
    assert places == {f"/admin/desk/sources/{Source.objects.get().pk}/"}
    assert SourceText.objects.count() == 1


def test_what_is_discarded_is_gone(browser: Client) -> None:
    preview = bring(browser, text=TEXT)
    assert send(browser, preview, {"do": "drop"})["Location"] == NEW
    assert browser.get(preview).status_code == 404
    assert not Intake.objects.exists()


def test_what_is_left_lying_is_cleared_away(browser: Client) -> None:
    old = bring(browser, text=TEXT)
    Intake.objects.update(made_at=timezone.now() - timedelta(hours=25))
    bring(browser, text=TEXT)
    assert browser.get(old).status_code == 404
    for number in range(MOST_KEPT + 3):
        last = bring(browser, text=f"{TEXT}{number}")
    assert Intake.objects.count() == MOST_KEPT
    assert browser.get(last).status_code == 200


def test_whatever_stands_in_it_is_shown_as_text(browser: Client, web: Web) -> None:
    hostile = f"{SCRIPT} <img src=x onerror=alert(1)> {{{{ 1 }}}} {{% debug %}}"
    preview = bring(browser, text=f"{hostile}\n\n{LINE} {hostile}\n")
    answer = record(browser, preview, title=hostile, publisher=hostile, authors=hostile, url=f"javascript:{SCRIPT}")
    there = import_text(raw=hostile.encode(), metadata=Metadata(title=hostile, language="fr")).source
    same = bring(browser, text=hostile)
    web.answer = saying(page_of(said=hostile, head=f"<meta property='og:site_name' content='{SCRIPT}'>"))
    fetched = bring(browser, url=f"http://news.example:{web.port}/{SCRIPT}")
    refused = send(browser, NEW, {"url": f"http://{SCRIPT}/", "text": ""})
    pages = [browser.get(same).content.decode(), browser.get(fetched).content.decode()]
    for shown in [*pages, answer.content.decode(), refused.content.decode()]:
        assert SCRIPT not in shown
        assert "<img src=x" not in shown
    assert str(there.pk) in pages[0]


def test_a_long_text_is_shown_in_part_and_kept_whole(browser: Client) -> None:
    text = f"{LINE}\n" * 300
    preview = bring(browser, text=text)
    page, _fields = look(browser, preview)
    assert "more characters are kept." in page
    assert len(page) < 60_000
    assert record(browser, preview).status_code == 302
    assert SourceText.objects.get().text == text


def test_a_look_takes_few_queries(browser: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        import_text(raw=TEXT.encode(), metadata=Metadata(title=f"Copie {number}"), allow_duplicate=True)
    preview = bring(browser, text=TEXT)
    with django_assert_max_num_queries(14):
        browser.get(preview)


def test_it_is_said_in_french_too(browser: Client) -> None:
    page = browser.get(NEW, headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="fr"' in page
