"""Bringing in a source as a browser does it: forms filled in and sent, a page on the web."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from claims.desk.intake import views as intake_views
from sources.fetching import fetch
from tests.claims.admin.test_statements import person
from tests.sources.web import Web, saying, serving

NEW = "/admin/desk/sources/new/"
LINE = "La ministre Ada Essai a déclaré jeudi : « Nous verrons demain ce que deviendra l’accord sur la pêche. »"
TEXT = f"Un accord pour la pêche\n\nPublié le 09/11/2023\n\nSEOUL (Reuters) - {LINE}\n"


@pytest.fixture
def browser() -> Client:
    """The browser of a curator."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("Anna", "curators"))
    return client


def page_of(said: str = "", head: str = "") -> bytes:
    """A web page with an article."""
    article = f"<article><h1>Un accord pour la pêche</h1><p>{LINE}</p><p>{said}</p></article>"
    return (
        f"<html lang=fr><head><title>Un accord pour la pêche</title>{head}</head><body>{article}</body></html>".encode()
    )


def send(browser: Client, path: str, data: Mapping[str, Any]) -> HttpResponse:
    """Send a page's form as a browser does: its token and its text boxes with CR LF."""
    shown = browser.get(path)
    assert shown.status_code == 200, shown.content
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content.decode())
    assert token is not None
    typed = {name: re.sub(r"\r?\n", "\r\n", one) if isinstance(one, str) else one for name, one in data.items()}
    return browser.post(path, {"csrfmiddlewaretoken": token[1], **typed})  # type: ignore[return-value]  # what it is


def fields_of(page: str) -> dict[str, str]:
    """What the form of a preview would send, were it sent as it stands."""
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        known = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if known.get("type") == "radio" and " checked" not in tag:
            continue
        sent[known["name"]] = known.get("value", "")
    for name, value in re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL):
        sent[name] = unescape(value)
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    sent.pop("csrfmiddlewaretoken")
    return sent


def bring(browser: Client, **data: Any) -> str:
    """Give a document, and return the address of its preview."""
    answer = send(browser, NEW, data)
    assert answer.status_code == 302, errors_of(answer)
    return str(answer["Location"])


def errors_of(answer: HttpResponse) -> dict[str, list[str]]:
    """What a form that came back says is wrong, by field."""
    assert answer.status_code == 200
    return dict(answer.context["form"].errors)  # type: ignore[attr-defined]


def look(browser: Client, preview: str) -> tuple[str, dict[str, str]]:
    """The page of a preview, and what its form would send."""
    page = browser.get(preview).content.decode()
    return page, fields_of(page)


def record(browser: Client, preview: str, **changed: str) -> HttpResponse:
    """Send the preview as it stands, but for what is changed."""
    _page, fields = look(browser, preview)
    return send(browser, preview, {**fields, **changed})


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A page on the web, which the desk takes for public."""
    with serving(saying(page_of(), media_type="text/html; charset=utf-8")) as one:
        monkeypatch.setattr(intake_views, "fetch", partial(fetch, policy=one.policy()))
        yield one
