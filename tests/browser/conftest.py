"""A real browser for tests marked `browser`."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

#: the first that is here; the shell, which Playwright itself takes for headless pages, costs a third less
CHROMIUMS = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without it the test is skipped, but fails in continuous integration."""
    found = next((one for one in CHROMIUMS if one.exists()), None)
    if found is None:
        reason = f"Chromium is not here ({CHROMIUMS[-1]}; on Debian: apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # playwright runs an event loop in this thread; Django's guard against that is not for tests
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=flags)
        yield chromium
        chromium.close()


class Watched:
    """A page whose console errors and requests to other hosts are kept."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.host = host
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._note_request)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.foreign.append(request.url)

    def assert_clean(self) -> None:
        """Fail on a console error, a policy violation or a request to another host."""
        assert (self.errors, self.foreign) == ([], [])


@pytest.fixture
def watched(browser: Browser, live_server: object) -> Iterator[Watched]:
    """A page of the live server."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=str(live_server))
    yield Watched(context.new_page(), urlsplit(str(live_server)).netloc)
    context.close()
