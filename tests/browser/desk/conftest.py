"""Somebody at the desk in a real browser, with a source whose candidates are known."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request

from claims.desk.models import CastMember
from claims.models import IntensityPhrase, Speaker
from claims.proposals.models import Candidate, Reading
from claims.text.spans import find
from sources.models import SourceText
from tests import factories
from tests.browser.conftest import Watched
from tests.browser.hands import PASSWORD, PLACE

#: quotes of Ada, of a name that the record does not have, of Ada again, one that no engine finds, and one of Bela
TEXT = (
    "Une crise 🤯 à l’horizon\n\n"
    "Samedi, la ministre d’Utopie, Ada Essai, a fait part de ses «\u00a0profondes inquiétudes\u00a0» "
    "devant la presse.\n\n"
    "«\u202fNous verrons 🤯 demain\u202f», a ajouté Ada Essai, que Bela Probe accompagnait.\n\n"
    "Le porte-parole Dora Neuling a assuré que «\u202frien ne change\u202f».\n\n"
    'Pour Citra Muster, c’est "un pas de plus" vers la paix.\n\n'
    "«\u202fIl faut agir\u202f», a dit Bela Probe.\n"
)

# A text goes on being brought to what is current for some pictures after a key: wait until it stands still.
STILL = """
async () => {
  const text = document.getElementById("desk-text");
  for (let same = 0, top = null; same < 4; ) {
    await new Promise((done) => requestAnimationFrame(done));
    same = text.scrollTop === top ? same + 1 : 0;
    top = text.scrollTop;
  }
}
"""


@dataclass
class World:
    """A source with its text, the speakers of its cast by number, and its candidates by their words."""

    revision: SourceText
    cast: list[Speaker]
    candidates: dict[str, Candidate] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"/admin/desk/sources/{self.revision.source_id}/"

    def candidate(self, words: str, *, name: str = "", speaker: Speaker | None = None, **guess: Any) -> Candidate:
        """Put words forward as said by a speaker, or by a printed name that the record does not have."""
        span, mention = find(self.revision.text, words), find_near(self.revision.text, name, words) if name else None
        speakers = [
            {
                "id": str(speaker.pk) if speaker else None,
                "kind": "speaker",
                "mention": mention,
                "role": None,
                "certainty": "certain",
            }
        ]
        self.candidates[words] = Candidate.objects.create(
            source_text=self.revision,
            start=span.start,
            end=span.end,
            engine="test",
            score=0.9,
            guess={
                "segments": [[span.start, span.end]],
                "quotation_type": "direct",
                "is_headline": False,
                "cue": None,
                "speakers": speakers if speaker or name else [],
                "relays": [],
                "act": "assert",
                **guess,
            },
        )
        return self.candidates[words]

    def reread(self, words: str) -> Candidate:
        return Candidate.objects.get(pk=self.candidates[words].pk)


def find_near(text: str, name: str, words: str) -> list[int]:
    """Return where a name stands nearest to words."""
    about = text.index(words)
    places = [n for n in range(len(text)) if text.startswith(name, n)]
    start = min(places, key=lambda place: abs(place - about))
    return [start, start + len(name)]


@pytest.fixture
def world(transactional_db: None) -> World:
    """Make the source, three speakers under the numbers 1 to 3, and its candidates."""
    IntensityPhrase.objects.get_or_create(language="fr", phrase="profond", defaults={"intensity": 3})
    revision = factories.source(TEXT, title="Une crise à l’horizon", published_at="2024-11-16")
    cast = [factories.speaker(name) for name in ("Ada Essai", "Bela Probe", "Citra Muster")]
    for number, speaker in enumerate(cast, 1):
        CastMember.objects.create(source=revision.source, speaker=speaker, number=number)
    Reading.objects.create(source_text=revision, engine="test")
    made = World(revision, cast)
    made.candidate("profondes inquiétudes", name="Ada Essai", speaker=cast[0])
    made.candidate("Nous verrons 🤯 demain", name="Ada Essai", speaker=cast[0])
    made.candidate("rien ne change", name="Dora Neuling")
    made.candidate("Il faut agir", name="Bela Probe", speaker=cast[1])
    return made


def person(name: str, group: str = "curators") -> User:
    """Return somebody of a group who can sign in."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    """Give a browser the session of somebody."""
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


class Desk:
    """A page at the desk, and what hands do there: every key press, click and selection is real, and counted."""

    def __init__(self, page: Page, watched: Watched) -> None:
        self.page = page
        self.watched = watched
        self.keys = self.clicks = self.selections = 0

    def open(self, url: str) -> "Desk":
        self.page.goto(url)
        self.ready()
        return self

    def ready(self) -> None:
        self.page.wait_for_selector("#desk[data-ready]")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1

    def place(self, script: str, given: Any) -> list[float]:
        """Return what a script that brings words in sight says of where they are, once they are there."""
        for _ in range(2):
            self.page.evaluate(STILL)
            found: list[float] = self.page.evaluate(script, given)
        return found

    def select(self, words: str, *, backwards: bool = False) -> None:
        """Drag over words of the text; what is dragged over counts in whole words."""
        text = self.page.locator("#desk-text").element_handle()
        x1, y1, x2, y2 = self.place(PLACE, [words, text])
        if backwards:
            x1, y1, x2, y2 = x2, y2, x1, y1
        self.page.mouse.move(x1, y1)
        self.page.mouse.down()
        self.page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=3)
        self.page.mouse.move(x2, y2, steps=3)
        self.page.mouse.up()
        self.selections += 1

    def point(self, words: str) -> None:
        """Click on words of the text."""
        x1, y1, *_ = self.place(PLACE, [words, self.page.locator("#desk-text").element_handle()])
        self.page.mouse.click(x1 + 4, y1)
        self.clicks += 1

    def saved(self) -> None:
        """Wait until all is saved."""
        self.page.wait_for_selector("#desk-saved[data-state=saved]")

    def current(self) -> str:
        """The words of the current item, as the text shows them."""
        return "".join(self.page.locator("#desk-text mark.is-current").all_text_contents())

    def message(self) -> str:
        return self.page.locator("#desk-message").inner_text()


class Sent:
    """What pages sent and were not answered yet: the tables are not emptied under it."""

    #: of a page that was left nobody tells how its requests end: they have, once the server did nothing so long
    SECONDS_OF_PEACE = 0.5

    def __init__(self) -> None:
        self.requests: set[Request] = set()
        self.at_work = 0
        self._busy_at = 0.0
        self._lock = threading.Lock()
        request_started.connect(self._began)
        request_finished.connect(self._ended)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", lambda one: self.requests.add(one) if one.method == "POST" else None)
        for ended in ("requestfinished", "requestfailed"):
            context.on(ended, lambda one: self.requests.discard(one))

    def wait(self, context: BrowserContext) -> None:
        """Wait for the answers, 3 seconds at most: some tests let nobody answer."""
        since = time.monotonic()
        while self.requests and context.pages and time.monotonic() < since + 3:
            if not self.at_work and time.monotonic() > max(since, self._busy_at) + self.SECONDS_OF_PEACE:
                return
            context.pages[0].wait_for_timeout(50)

    def rest(self) -> None:
        """Wait until the server is done with what pages asked before they were left, 3 seconds at most."""
        until = time.monotonic() + 3
        while self.at_work and time.monotonic() < until:
            time.sleep(0.01)

    def forget(self) -> None:
        """Look at the server no longer."""
        request_started.disconnect(self._began)
        request_finished.disconnect(self._ended)

    def _began(self, **_signal: Any) -> None:
        with self._lock:
            self.at_work += 1

    def _ended(self, **_signal: Any) -> None:
        with self._lock:
            self.at_work -= 1
            self._busy_at = time.monotonic()


@pytest.fixture
def open_desk(browser: Browser, live_server: Any) -> Iterator[Any]:
    """Return what opens a page as somebody: `open_desk(user, url)`, with a browser context of its own."""
    contexts = []
    sent = Sent()

    def opened(user: User, url: str, **options: Any) -> Desk:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "base_url": str(live_server), "locale": "en", **options}
        )
        contexts.append(context)
        sent.watch(context)
        sign_in(context, user, str(live_server))
        page = context.new_page()
        return Desk(page, Watched(page, urlsplit(str(live_server)).netloc)).open(url)

    yield opened
    for context in contexts:
        sent.wait(context)
        # a page that is left gives its lease back: not while the tables are emptied
        context.set_offline(True)
        context.close()
    sent.rest()
    sent.forget()


@pytest.fixture
def curator(transactional_db: None) -> User:
    return person("curator")


@pytest.fixture
def reviewer(transactional_db: None) -> User:
    return person("reviewer", "reviewers")


@pytest.fixture
def desk(open_desk: Any, world: World, curator: User) -> Desk:
    """The world's source, open before a curator."""
    opened: Desk = open_desk(curator, world.url)
    return opened
