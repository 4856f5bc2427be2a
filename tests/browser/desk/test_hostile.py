"""Text that would be markup or script anywhere else is text: no dialog, error, foreign request or policy report."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Dialog as BrowserDialog

from claims.desk.models import CastMember, Effort, Work
from claims.models import Event, IntensityPhrase, Membership, Role, Segment, SpeakerName, Statement, Wording
from claims.proposals.models import Candidate, Reading
from claims.services.reviewing import return_to_draft, submit
from sources.models import Source, SourceText
from tests import factories
from tests.browser.conftest import Watched
from tests.browser.desk.conftest import Desk, sign_in
from tests.browser.desk.test_offsets import SHOWN
from tests.claims.desk.waiting import revised

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

LINES = [
    "<script>alert('text')</script>",
    "\"'><img src=//evil.example/text onerror=alert(1)>",
    "<svg/onload=alert(1)><mark data-ids='x'>",
    "</script></div></body><script>alert(1)</script>",
    "<!--<script> --> ]]> <![CDATA[",
    "{{7*7}}{% now 'Y' %}${7*7}`%(name)s`",
    "javascript:alert(1)",
    "<iframe src=//evil.example></iframe><base href=//evil.example/>",
    "<style>@import '//evil.example/x.css'; *{display:none}</style>",
    "\u202eevil\u2066 &lt;b&gt; \u2028 \u2029 \ufeff\u0085",
    "W" * 400,
]
TEXT = "".join(f"{line} a dit « {line} ».\n" for line in LINES)
# Violations are told where they happen, also those that a browser would not print.
LISTEN = """
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  console.error(`policy: ${violatedDirective} ${blockedURI}`);
});
"""
#: elements that no page of the desk has of itself within what it shows
FOREIGN = (
    "#desk :is(script, img, iframe, base, style, svg), dialog :is(script, img, iframe, style, svg, a[href^=javascript])"
)
# Controls of which less than 12 pixels can be seen or reached sideways, or that lie behind others.
OUT_OF_SIGHT = """
() => [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, a[href], summary")]
  .filter((node) => node.checkVisibility() && !node.closest(".visually-hidden, .dialog-unseen"))
  .filter((node) => !node.classList.contains("skip-to-content-link"))
  // behind a dialog nothing can be reached, and is not meant to be
  .filter((node) => !document.querySelector("dialog[open]") || node.closest("dialog"))
  .filter((node) => {
    const box = node.getBoundingClientRect();
    const seen = { left: Math.max(box.left, 0), right: Math.min(box.right, innerWidth) };
    let isBroughtInSight = false;
    for (let one = node.parentElement; one; one = one.parentElement) {
      const { overflowX, overflowY, display } = getComputedStyle(one);
      if (display === "inline") continue;
      const around = one.getBoundingClientRect();
      // what is scrolled sideways is reached
      const isScrolled = ["auto", "scroll"].includes(overflowX) && one.scrollWidth > one.clientWidth;
      if (overflowX !== "visible" && !isScrolled) {
        seen.left = Math.max(seen.left, around.left);
        seen.right = Math.min(seen.right, around.right);
      }
      isBroughtInSight ||= ["auto", "scroll"].includes(overflowY) && one.scrollHeight > one.clientHeight;
    }
    if (seen.right - seen.left < Math.min(box.width, 12) - 1) return true;
    if (isBroughtInSight) return false;
    const { top, height } = node.getClientRects()[0];
    const there = document.elementFromPoint((seen.left + seen.right) / 2, top + height / 2);
    return there !== null && !node.contains(there) && !there.contains(node);
  })
  .map((node) => node.outerHTML.slice(0, 160))
"""


def hostile(field: str) -> str:
    """What is put into a field of up to 150 characters; a dialog would tell which field it was."""
    image = f"<img src=//evil.example/{field} onerror=alert(1)>"
    return f"{field}</script><script>alert('{field}')</script>\"'>{image}{{{{7*7}}}}\u202e"


class Hostile:
    """A page as somebody of a hostile name sees it, and all that it must not do."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.watched = Watched(page, host)
        self.desk = Desk(page, self.watched)
        self.dialogs: list[str] = []
        page.add_init_script(LISTEN)
        page.on("dialog", self._note)

    def _note(self, dialog: BrowserDialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def look(self, *shown: str) -> None:
        """Fail unless these fields are shown letter for letter, and nothing else happened."""
        for field in shown:
            expect(self.page.locator("body")).to_contain_text(hostile(field))
        assert self.page.locator(FOREIGN).count() == 0
        assert self.page.evaluate(OUT_OF_SIGHT) == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert self.dialogs == []
        self.watched.assert_clean()

    def refused(self, status: int) -> None:
        """Forget what the console says of an answer that is meant to be a refusal."""
        (told,) = self.watched.errors
        assert f"a status of {status}" in told
        self.watched.errors.clear()

    def visit(self, address: str, *shown: str) -> None:
        self.page.goto(address)
        self.look(*shown)


@pytest.fixture
def somebody(transactional_db: None) -> User:
    """Somebody of a hostile name, who may do everything."""
    user: User = User.objects.create_user(hostile("user")[:150], is_staff=True, is_superuser=True)
    user.groups.add(Group.objects.get(name="curators"))
    return user


@pytest.fixture
def open_page(browser: Browser, live_server: Any, somebody: User) -> Iterator[Any]:
    """Return what opens a page in the one browser of that somebody."""
    address = str(live_server)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address, locale="en")
    sign_in(context, somebody, address)
    yield lambda: Hostile(context.new_page(), urlsplit(address).netloc)
    context.set_offline(True)
    context.close()


@pytest.fixture
def revision(transactional_db: None) -> SourceText:
    """A source with hostile words in every field, and a candidate on each line that says all that can be said."""
    for phrase in (LINES[3], hostile("lexicon")[:100]):
        IntensityPhrase.objects.create(language="fr", phrase=phrase, intensity=2)
    made = factories.source(
        TEXT,
        title=hostile("title") + "W" * 300,
        url="https://news.example/?q=%22%3E<script>alert('url')</script>\"'><img/src=//evil.example/url>",
        publisher=factories.publisher(hostile("publisher")),
        agency=factories.publisher(hostile("agency") + "W" * 40, kind="news_agency"),
        published_at="2024-11-16",
    )
    Reading.objects.create(source_text=made, engine="test")
    body = factories.speaker(hostile("organization"), type="organization")
    role = Role.objects.create(labels={"fr": hostile("role"), "en": hostile("role")})
    topics = [factories.topic(hostile("topic")), factories.topic("W" * 150)]
    event = Event.objects.create(name=hostile("event"), date="2024-11-16")
    for number, line in enumerate(LINES, 1):
        name = hostile("speaker") if number == 1 else line[:200] if number < 11 else "W" * 200
        speaker = factories.speaker(name, note=line[:100])
        SpeakerName.objects.create(speaker=speaker, name=f"{hostile('spelling')}{number}")
        Membership.objects.create(speaker=speaker, role=role, organization=body, start="2020")
        CastMember.objects.create(source=made.source, speaker=speaker, number=number)
        place = TEXT.index(f"« {line} »") + 2
        name_at = TEXT.index(f"{line} a dit")
        Candidate.objects.create(
            source_text=made,
            start=place,
            end=place + len(line),
            engine="<b>test</b>",
            guess={
                "segments": [[place, place + len(line)]],
                "quotation_type": "direct",
                "cue": [name_at + len(line) + 1, name_at + len(line) + 6],
                "act": "assert",
                "speakers": [
                    {
                        "id": str(speaker.pk),
                        "kind": "speaker",
                        "mention": [name_at, name_at + len(line[:300])],
                        "role": [name_at, name_at + len(line[:300])],
                    }
                ],
                "intensity": 3,
                "intensity_phrase": line[:200].strip(),
                "said_at_text": line[:200].strip(),
                "event": str(event.pk),
                "topics": [str(one.pk) for one in topics],
                "wordings": [
                    {"language": "fr", "text": line},
                    {"language": "en", "text": hostile("wording"), "translator": hostile("translator")},
                ],
            },
        )
    return made


def test_nothing_of_a_source_is_run_at_the_desk(open_page: Any, revision: SourceText, somebody: User) -> None:
    seen: Hostile = open_page()
    desk, page = seen.desk, seen.page
    desk.open(f"/admin/desk/sources/{revision.source_id}/")
    seen.look("title", "publisher", "agency", "speaker", "role", "organization", "topic", "event", "user")
    assert [page.locator(f"[aria-label='{name}']").first.input_value() for name in ("Translator", "by the words")] == [
        hostile("translator"),
        LINES[0],
    ]
    for _ in LINES:
        desk.press("c", "Enter")
        seen.look()
    desk.saved()
    assert sorted(Segment.objects.values_list("exact", flat=True)) == sorted(
        TEXT[one.start : one.end].strip() for one in Candidate.objects.all()
    )
    assert Wording.objects.filter(language="en", text=hostile("wording")).count() == len(LINES)
    assert Statement.objects.filter(attitude="concern", intensity=3).count() == len(LINES)
    assert set(Statement.objects.values_list("said_at_text", flat=True)) >= set(LINES[:9])
    assert page.evaluate(SHOWN)[1] == TEXT


def test_nothing_of_it_is_run_in_its_dialogs(open_page: Any, revision: SourceText, somebody: User) -> None:
    seen: Hostile = open_page()
    desk, page, dialog = seen.desk, seen.page, seen.page.locator("dialog[open]")
    ada = CastMember.objects.get(number=1).speaker
    factories.published(speakers=[ada], revision=factories.source(LINES[0], title=hostile("elsewhere")), words=LINES[0])
    desk.open(f"/admin/desk/sources/{revision.source_id}/")

    def ask(key: str, typed: str = "", *shown: str) -> None:
        desk.press(key)
        expect(dialog).to_be_visible()
        if typed:
            page.keyboard.insert_text(typed)
        if typed or shown:
            expect(dialog.get_by_role("option").first).to_be_visible()
            expect(dialog.locator("[aria-busy]")).to_have_count(0)
        seen.look(*shown)

    ask("/", "", "speaker", "role", "organization")
    desk.press("Escape")
    ask("/", "<script>alert('typed')</script>")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("New speaker", ignore_case=True)
    seen.look()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    ask("t", hostile("topic"), "topic")
    page.keyboard.press("Escape")
    ask("e", hostile("event"), "event")
    page.keyboard.press("Escape")
    ask("l", "", "elsewhere")
    # more than is looked up
    page.keyboard.insert_text("W" * 300)
    expect(dialog).to_contain_text("Nothing found")
    seen.look()
    page.keyboard.press("Escape")
    page.locator(".desk-held").first.click()
    expect(dialog.get_by_role("option").first).to_be_visible()
    seen.look("role", "organization")
    page.keyboard.press("Escape")
    ask("?")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    # the same one in another tab: what differs is shown of both
    other: Hostile = open_page()
    other.desk.open(f"/admin/desk/sources/{revision.source_id}/")
    other.desk.press("2", "Shift+Digit0")
    other.desk.saved()
    desk.press("3")
    expect(dialog).to_contain_text(LINES[1])
    expect(dialog).to_contain_text(LINES[2])
    seen.refused(409)
    seen.look()
    other.look()


def test_nor_where_others_have_it_open_or_sent_it_back(open_page: Any, revision: SourceText, somebody: User) -> None:
    candidate = Candidate.objects.get(start=TEXT.index(f"« {LINES[0]}") + 2)
    sent = factories.draft(
        revision=revision,
        words=f"{LINES[9]} a dit",
        speakers=[factories.speaker(hostile("someone"))],
        created_by=somebody,
    )
    submit(statement_id=sent.pk, by=somebody)
    return_to_draft(statement_id=sent.pk, reason=hostile("reason"))
    other = User.objects.create_user(hostile("holder")[:150], is_staff=True)
    now = timezone.now()
    Work.objects.create(
        source=revision.source, leased_by=other, leased_since=now, leased_until=now + timedelta(seconds=80)
    )
    seen: Hostile = open_page()
    desk, page = seen.desk, seen.page
    desk.open(f"/admin/desk/sources/{revision.source_id}/?item={candidate.pk}")
    banner = page.locator(".desk-banner")
    expect(banner).to_contain_text(hostile("holder")[:150])
    seen.look()
    banner.get_by_role("button").click()
    expect(banner).to_have_count(0)
    desk.point(f"{LINES[9][:5]}")
    expect(page.locator(".desk-reason")).to_contain_text(hostile("reason"))
    seen.look("reason", "someone")
    # an error's sentence has what was typed
    page.get_by_role("textbox", name="Said at", exact=True).fill("<img src=//e onerror=a>")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-error:not(:empty)").first).to_contain_text("<img")
    seen.refused(400)
    seen.look()
    desk.open(f"/admin/desk/sources/{revision.source_id}/?mode=review&item={candidate.pk}")
    seen.look()


def test_nor_on_the_pages_around(open_page: Any, revision: SourceText, somebody: User) -> None:
    ada = CastMember.objects.get(number=1).speaker
    factories.speaker(ada.name)
    words = hostile("said")
    factories.draft(speakers=[ada], revision=factories.source(words), words=words)
    there = factories.draft(speakers=[ada], revision=factories.source(words, title=hostile("elsewhere")), words=words)
    revised(there.appearances.get().source_text.source, f"{hostile('before')} {words}")
    back = factories.draft(revision=factories.source(words), words=words, created_by=somebody)
    submit(statement_id=back.pk, by=somebody)
    return_to_draft(statement_id=back.pk, reason=hostile("reason"))
    submit(statement_id=factories.draft(revision=factories.source(words), words=words).pk, by=factories.user("author"))
    now = timezone.now()
    Work.objects.create(
        source=revision.source,
        assigned_to=somebody,
        leased_by=somebody,
        leased_since=now,
        leased_until=now + timedelta(seconds=80),
    )
    Effort.objects.create(day=now.date(), keys=1, clicks=0, milliseconds=900, engine=hostile("e")[:40], corrections=0)
    seen: Hostile = open_page()
    seen.visit("/admin/", "user")
    seen.visit("/admin/desk/", "title", "publisher", "reason")
    seen.visit(
        "/admin/desk/?queue=attribute&q=%3Cscript%3Ealert(1)%3C/script%3E&publisher=%22%3E%3Csvg%20onload=alert(1)%3E"
    )
    seen.visit("/admin/desk/?queue=duplicates", "elsewhere")
    seen.visit("/admin/desk/?queue=speakers", "speaker")
    seen.visit("/admin/desk/?queue=anchors", "elsewhere")
    seen.visit("/admin/desk/?queue=review")
    seen.visit("/admin/desk/measures/")
    expect(seen.page.locator(".measures").last).to_contain_text(hostile("e")[:40])


def test_nor_as_a_source_is_brought_in(open_page: Any, revision: SourceText) -> None:
    seen: Hostile = open_page()
    page = seen.page
    seen.visit("/admin/desk/sources/new/")
    page.fill("#id_url", LINES[6])
    page.fill("#id_text", f"{hostile('pasted')}\n\n{TEXT}")
    page.click("button.default")
    expect(page.locator(".intake-errors")).to_contain_text("javascript:")
    seen.look()
    page.fill("#id_url", "")
    page.click("button.default")
    page.locator("#intake-text").wait_for()
    seen.look("pasted", "title")
    page.fill("#id_title", hostile("new"))
    page.fill("#id_publisher", hostile("paper"))
    page.fill("#id_published_at", "2024-11-16")
    page.fill("#id_language", "fr")
    page.locator("input[name=copy_of]").last.check()
    page.click("button.default")
    page.wait_for_selector("#desk[data-ready]")
    seen.look("new", "paper")
    made = Source.objects.get(title=hostile("new"))
    shown, whole = page.evaluate(SHOWN)
    assert whole == made.texts.get().text
    assert hostile("pasted") in whole
    rows = Candidate.objects.filter(source_text__source=made)
    assert shown == {str(one.pk): whole[one.start : one.end] for one in rows}
    assert len(shown) >= 3


def test_marks_that_cut_tags_and_entities_are_still_words(open_page: Any, transactional_db: None) -> None:
    text = "<script>alert(1)</script> &amp;&lt;b&gt; &#x3C;img src=//evil.example/x onerror=alert(1)> &am"
    made = factories.source(text, title="Coupé")
    Reading.objects.create(source_text=made, engine="test")
    ada = factories.speaker()
    CastMember.objects.create(source=made.source, speaker=ada, number=1)
    said = [{"id": str(ada.pk), "kind": "speaker", "mention": None, "role": None}]
    # each cuts into the ones before and behind it
    for start in range(0, len(text) - 2, 2):
        end = min(start + 5, len(text))
        if text[start:end].strip() != text[start:end]:
            continue
        guess = {"segments": [[start, end]], "quotation_type": "direct", "speakers": said}
        Candidate.objects.create(source_text=made, start=start, end=end, engine="test", guess=guess)
    seen: Hostile = open_page()
    seen.desk.open(f"/admin/desk/sources/{made.source_id}/")
    rows = {str(one.pk): text[one.start : one.end] for one in Candidate.objects.all()}
    assert seen.page.evaluate(SHOWN) == [rows, text]
    seen.desk.press("Enter", "Enter", "Enter")
    seen.desk.saved()
    kept = Segment.objects.values_list("start", "end", "exact")
    assert [text[start:end] for start, end, _ in kept] == [exact for *_, exact in kept]
    assert seen.page.evaluate(SHOWN) == [rows, text]
    seen.look()


# Sent as the page sends it, with what no keyboard types.
SEND = """
async ([name, given]) => {
  const { send } = await import("/static/desk/server.js");
  const { uuid7 } = await import("/static/desk/outbox.js");
  const about = document.querySelector("#desk-text mark").dataset.ids;
  return (await send({ key: uuid7(), group: uuid7(), about, seen: 1, do: name, with: given })).status;
}
"""


def test_what_cannot_be_kept_is_refused(open_page: Any, revision: SourceText) -> None:
    seen: Hostile = open_page()
    seen.desk.open(f"/admin/desk/sources/{revision.source_id}/")
    for given in (
        {"said_at_text": "a\0b"},
        {"intensity_phrase": "\ud800"},
        {"wordings": [{"language": "en", "text": "\0"}]},
    ):
        assert seen.page.evaluate(SEND, ["choose", json.loads(json.dumps(given))]) == 400
    assert not Candidate.objects.exclude(choices={}).exists()
    assert seen.dialogs == []
    for url in ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/"):
        with pytest.raises(ValidationError):
            Source.objects.filter(pk=revision.source_id).update(url=url)
