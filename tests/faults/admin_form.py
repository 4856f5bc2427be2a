"""The admin's pages as a browser fills them in."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from tests.faults.program import Answer, Server

_BUTTONS = {"submit", "button", "reset", "image", "file"}


class Form(HTMLParser):
    """The values that a page would send if its form were sent as it is."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._select = self._area = ""
        self._text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and given.get("type") not in _BUTTONS:
            if given.get("type") not in {"checkbox", "radio"}:
                self.values.append((name, value))
            elif "checked" in given:
                self.values.append((name, value or "on"))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values.append((self._select, value))
        elif tag == "textarea":
            self._area, self._text = name, []

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            # a browser leaves out the line break that begins it
            self.values.append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = ""


def change(server: Server, cookie: dict[str, str], path: str, **values: str) -> Answer:
    """Open a page of the admin, fill in these fields and save; 302 says that it was taken."""
    headers = {**cookie, "Host": f"127.0.0.1:{server.port}"}
    page = server.ask(path, headers=headers)
    if page.status != 200:
        return page
    filled: dict[str, Any] = {}
    for name, value in Form(page.body.decode()).values:
        filled.setdefault(name, []).append(value)
    assert set(values) <= set(filled), (path, values, sorted(filled))
    body = urlencode({**filled, **values}, doseq=True)
    return server.ask(
        path, method="POST", body=body, headers={**headers, "Content-Type": "application/x-www-form-urlencoded"}
    )


def press(server: Server, cookie: dict[str, str], path: str, **values: str) -> Answer:
    """Press a button of a statement's page."""
    token = cookie["Cookie"].partition("csrftoken=")[2].partition(";")[0]
    headers = {
        **cookie,
        "Host": f"127.0.0.1:{server.port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return server.ask(path, method="POST", body=urlencode({"csrfmiddlewaretoken": token, **values}), headers=headers)
