"""What is selected at the desk is what the record has, to the code point, whatever the text is made of.

The record counts code points, the browser UTF-16 units; every case is looked up in the database.
"""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.desk.models import CastMember
from claims.models import Segment
from claims.proposals.models import Candidate, Reading
from sources.models import SourceText
from tests import factories
from tests.browser.desk.conftest import Desk
from tests.seeds import ARTICLES, require_articles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

LINES = [
    "Une famille 👩‍👩‍👧‍👦 et 🏳️‍🌈 puis 🇫🇷🇯🇵🇺🇦, des mains 👍🏽👋🏿 et la touche 1️⃣ ici.",
    "Ses inquie\u0301tudes, n\u0303ame, Z\u0351\u036b\u0343algo et e\u0323\u0301 seul.",
    "«\u00a0vives\u00a0» puis «\u202ffines\u202f», zéro\u200blargeur, mot\u2060joint \ufeffenfin.",
    "Une\ttabulation et\u2003un cadratin.",
    "Un retour\rchariot seul\rdans la ligne.",
    "Elle a dit «שלום עולם» puis 42 hier.",
    "אמר הדובר «Peace now» אתמול בערב.",
    "قال الوزير: «لن نقبل 12 شرطا» في بيان.",
    "“Il a dit : « Nous avons ‘assez’ attendu » et rien”, selon elle.",
    "<b>La presse</b> &amp; le &lt;public&gt; ]]> \u2028séparée\u2029encore.",
    "𝕬𝖇𝖈 devant 𠮷野家 et 我们很担心 là.",
    "",
    "Il faut agir.",
    "Fin de la dépêche 🤯",
]
#: line breaks of all sorts, and none at the end
TEXT = "\r\n".join(LINES[:6]) + "\n" + "\n".join(LINES[6:])
#: dragged over from their first character to their last, or back
DRAGGED = [
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈 puis",
    "🇯🇵",
    "👋🏿",
    "1️⃣ ici",
    "inquie\u0301tudes",
    "Z\u0351\u036b\u0343algo",
    "e\u0323\u0301 seul",
    "zéro\u200blargeur",
    "mot\u2060joint",
    "Une\ttabulation",
    "et\u2003un",
    "retour\rchariot",
    "שלום עולם",
    "עולם» puis 42",
    "Peace now",
    "הדובר",
    "لن نقبل 12 شرطا",
    "« Nous avons ‘assez’ attendu » et rien",
    "avons ‘assez’",
    "‘assez’ attendu",
    "presse</b> &amp; le &lt;public",
    "séparée\u2029encore",
    "𠮷",
    "担心",
    "là.\n\nIl faut",
    "cadratin.\r\nUn retour",
    "fines\u202f», zéro",
]
#: dragged over with Alt held, which cuts words
CUT = ["𝕬"]
#: where the marks around are not taken: (dragged over, kept)
INSIDE_MARKS = [("«\u00a0vives\u00a0»", "vives"), ("«\u202ffines\u202f»", "fines")]

# The corners of a drag between two UTF-16 places: before the first grapheme and behind the last, as each is written.
CORNERS = """
([first, last]) => {
  const text = document.getElementById("desk-text");
  const all = text.textContent;
  const spot = (unit, isEnd) => {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    for (let seen = 0; walker.nextNode(); seen += walker.currentNode.data.length) {
      const place = unit - seen, { length } = walker.currentNode.data;
      if (place < length || (isEnd && place === length)) return [walker.currentNode, place];
    }
  };
  const graphemes = [...new Intl.Segmenter("fr").segment(all.slice(first, last))].map((one) => one.segment);
  const rectOf = (from, to) => {
    const range = document.createRange();
    range.setStart(...spot(from));
    range.setEnd(...spot(to, true));
    return [...range.getClientRects()].find((rect) => rect.width > 0);
  };
  const isRtl = (grapheme) => /[\\p{Script=Hebrew}\\p{Script=Arabic}]/u.test(grapheme);
  const opening = graphemes[0], ending = graphemes.at(-1);
  spot(first)[0].parentElement.scrollIntoView({ block: "center" });
  const corner = (rect, isRight) => [isRight ? rect.right - 0.5 : rect.left + 0.5, rect.top + rect.height / 2];
  return [
    ...corner(rectOf(first, first + opening.length), isRtl(opening)),
    ...corner(rectOf(last - ending.length, last), !isRtl(ending)),
  ];
}
"""
# The words of each mark as the page shows them, by id.
SHOWN = """
() => {
  const shown = {};
  for (const piece of document.querySelectorAll("#desk-text mark")) {
    for (const id of piece.dataset.ids.split(" ")) shown[id] = (shown[id] ?? "") + piece.textContent;
  }
  return [shown, document.getElementById("desk-text").textContent];
}
"""


def source(text: str) -> SourceText:
    """Make a source that no engine has read, with one speaker under the number 1."""
    made = factories.source(text, title="Les mots", published_at="2024-11-16")
    CastMember.objects.create(source=made.source, speaker=factories.speaker(f"Ada {made.pk}"), number=1)
    return made


def read(revision: SourceText, *proposed: str) -> SourceText:
    """Let a text have been read, with these candidates."""
    Reading.objects.create(source_text=revision, engine="test")
    for words in proposed:
        start = revision.text.index(words)
        guess = {"segments": [[start, start + len(words)]], "quotation_type": "direct"}
        Candidate.objects.create(source_text=revision, start=start, end=start + len(words), engine="test", guess=guess)
    return revision


def address(revision: SourceText) -> str:
    return f"/admin/desk/sources/{revision.source_id}/"


def units(text: str) -> int:
    """How long JavaScript takes a text for."""
    return len(text.encode("utf-16-le")) // 2


def drag(desk: Desk, text: str, words: str, *, backwards: bool = False) -> None:
    """Press, move and let go over words of the text, from where they are written first to where last."""
    if words in CUT:
        desk.page.keyboard.down("Alt")
    start = text.index(words)
    x1, y1, x2, y2 = desk.place(CORNERS, [units(text[:start]), units(text[: start + len(words)])])
    if backwards:
        x1, y1, x2, y2 = x2, y2, x1, y1
    desk.page.mouse.move(x1, y1)
    desk.page.mouse.down()
    desk.page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2)
    desk.page.mouse.move(x2, y2)
    desk.page.mouse.up()
    if words in CUT:
        desk.page.keyboard.up("Alt")


def middle(desk: Desk, text: str, words: str) -> tuple[float, float]:
    start = text.index(words)
    x1, y1, x2, y2 = desk.place(CORNERS, [units(text[:start]), units(text[: start + len(words)])])
    return (x1 + x2) / 2, (y1 + y2) / 2


def kept(desk: Desk) -> list[tuple[int, int, str]]:
    """Return all segments in the record, once everything is saved."""
    desk.saved()
    desk.watched.assert_clean()
    return sorted(Segment.objects.values_list("start", "end", "exact"))


def spans(text: str, words: Iterable[str]) -> list[tuple[int, int, str]]:
    return sorted((text.index(one), text.index(one) + len(one), one) for one in words)


def dragged() -> list[tuple[int, int, str]]:
    """What becomes of all that is dragged over."""
    inside = [(TEXT.index(words) + 2, TEXT.index(words) + 2 + len(kept), kept) for words, kept in INSIDE_MARKS]
    return sorted(spans(TEXT, DRAGGED + CUT) + inside)


def test_what_is_dragged_over_is_recorded(open_desk: Any, curator: User, transactional_db: None) -> None:
    desk: Desk = open_desk(curator, address(read(source(TEXT))))
    for words in [*DRAGGED, *CUT, *(marked for marked, _ in INSIDE_MARKS)]:
        drag(desk, TEXT, words)
        desk.press("1", "Enter")
    assert kept(desk) == dragged()
    shown, whole = desk.page.evaluate(SHOWN)
    assert sorted(shown.values()) == sorted(words for *_, words in dragged())
    assert whole == TEXT


def test_what_is_dragged_over_backwards_is_the_same(open_desk: Any, curator: User, transactional_db: None) -> None:
    desk: Desk = open_desk(curator, address(read(source(TEXT))))
    for words in [*DRAGGED, *CUT, *(marked for marked, _ in INSIDE_MARKS)]:
        drag(desk, TEXT, words, backwards=True)
        desk.press("1")
    desk.saved()
    assert sorted(Candidate.objects.values_list("start", "end")) == [(start, end) for start, end, _ in dragged()]
    desk.watched.assert_clean()


def test_clicks_and_keys_that_select_are_recorded_too(open_desk: Any, curator: User, transactional_db: None) -> None:
    desk: Desk = open_desk(curator, address(read(source(TEXT), "Nous avons ‘assez’ attendu", "avons ‘assez’")))
    mouse, page = desk.page.mouse, desk.page
    expected = []

    def took(words: str) -> None:
        """Mark what is selected, of which these words are kept: without the stop behind them."""
        desk.press("1", "Enter")
        expected.append(words)

    # a word, and a line with what breaks it
    for words in ("inquie\u0301tudes", "הדובר", "tabulation"):
        mouse.dblclick(*middle(desk, TEXT, words))
        took(words)
    for line in (LINES[2], LINES[6], LINES[13]):
        mouse.click(*middle(desk, TEXT, line[3:9]), click_count=3)
        took(line.removesuffix("."))
    # over the ends of several marks, and of a line, and into white space
    drag(desk, TEXT, "dit : « Nous avons ‘assez’ attendu » et")
    took("dit : « Nous avons ‘assez’ attendu » et")
    drag(desk, TEXT, "hier.\nאמר")
    took("hier.\nאמר")
    drag(desk, TEXT, " devant ")
    took("devant")
    # by keys: on from a click, one word at a time, over the end of a line
    mouse.click(*middle(desk, TEXT, "faut"))
    desk.press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft")
    took("faut agir")
    mouse.click(*middle(desk, TEXT, "famille"))
    desk.press("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    assert page.evaluate("document.getSelection().toString()") == "👩‍👩‍👧‍👦 et 🏳️‍🌈"
    took("👩‍👩‍👧‍👦 et 🏳️‍🌈")
    mouse.click(*middle(desk, TEXT, "Fin"))
    desk.press("End", "Shift+ArrowLeft", "Shift+ArrowLeft")
    took("dépêche 🤯")
    # an empty line is stepped over, and backwards the words are the same
    mouse.click(*middle(desk, TEXT, "Il faut"))
    desk.press("Home", "Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft")
    took("là.\n\nIl")
    # a line from right to left, and as far as the line below
    mouse.click(*middle(desk, TEXT, "الوزير"))
    desk.press("Home", "Shift+End")
    took(LINES[7].removesuffix("."))
    mouse.click(*middle(desk, TEXT, "agir"))
    desk.press("Home", "Shift+ArrowDown", "Shift+ArrowDown")
    below: str = page.evaluate("document.getSelection().getRangeAt(0).toString()")
    assert below.startswith("Il faut agir.\nFin")
    took(below)
    assert kept(desk) == spans(TEXT, expected)


def test_the_whole_text_is_selected_to_its_ends(open_desk: Any, curator: User, transactional_db: None) -> None:
    revision = read(source(f" \r\n{TEXT}\n\n"), TEXT[:10])
    desk: Desk = open_desk(curator, address(revision))
    desk.press("Control+A", "1", "Enter")
    assert kept(desk) == [(3, 3 + len(TEXT), TEXT)]
    assert Candidate.objects.get(engine="test").state == "covered"


@pytest.mark.parametrize(
    ("text", "words"),
    [("é", "é"), ("🤯", "🤯"), ("\n\n🤯\tb\n\n\n", "🤯\tb"), ("a\r", "a"), ("\u0301x", "\u0301x"), ("א", "א")],
    ids=["one letter", "one emoji", "empty lines and a tab", "a return at the end", "begins with an accent", "hebrew"],
)
def test_small_texts_are_selected_whole(
    open_desk: Any, curator: User, transactional_db: None, text: str, words: str
) -> None:
    desk: Desk = open_desk(curator, address(read(source(text))))
    desk.press("ArrowRight", "Shift+ArrowRight")
    if "\t" in words:
        desk.press("Shift+ArrowRight")
    desk.press("1", "Enter")
    assert kept(desk) == spans(text, [words])


def test_a_selection_by_other_means_never_cuts_a_character(
    open_desk: Any, curator: User, transactional_db: None
) -> None:
    """As an extension or a screen reader selects: between the two halves of a character, or whole elements."""
    text = "Il a 🤯🤯 dit\nnon.\n"
    desk: Desk = open_desk(curator, address(read(source(text))))
    halves = "({ firstChild: first }) => document.getSelection().setBaseAndExtent(first, 6, first, 8)"
    desk.page.evaluate(f"({halves})(document.querySelector('#desk-text .paragraph'))")
    desk.press("1", "Enter")
    assert kept(desk) == [(6, 7, "🤯")]
    lines = "(text) => document.getSelection().setBaseAndExtent(text, 1, text, 2)"
    desk.page.evaluate(f"({lines})(document.getElementById('desk-text'))")
    desk.press("1", "Enter")
    # the stop behind words that stand in no quotation marks is none of them
    assert (12, 15, "non") in kept(desk)


def test_overlapping_marks_are_each_reached_by_a_click(open_desk: Any, curator: User, transactional_db: None) -> None:
    outer, inner, across = "Nous avons ‘assez’ attendu", "avons ‘assez’", "attendu » et rien"
    desk: Desk = open_desk(curator, address(read(source(TEXT), outer, inner, across)))
    for words in (inner, outer, inner):
        desk.page.mouse.click(*middle(desk, TEXT, "avons"))
        assert desk.current() == words
    desk.page.mouse.click(*middle(desk, TEXT, "et rien"))
    assert desk.current() == across
    desk.page.mouse.click(*middle(desk, TEXT, "attendu"))
    assert desk.current() == outer
    desk.watched.assert_clean()


def shown_right(desk: Desk, revision: SourceText) -> int:
    """Compare each mark's words with the text's, and return how many there are."""
    desk.open(address(revision))
    shown, whole = desk.page.evaluate(SHOWN)
    rows = Candidate.objects.filter(source_text=revision)
    assert whole == revision.text
    assert shown == {str(one.pk): revision.text[one.start : one.end] for one in rows}
    desk.watched.assert_clean()
    return len(rows)


def test_what_the_engine_puts_forward_is_marked_at_its_words(
    open_desk: Any, curator: User, transactional_db: None
) -> None:
    quoting = (
        "La ministre 🤯 Ada Essai a déclaré : «\u00a0Nous\r\n\r\nverrons “tout ‘cela’ 👩‍🚀” demain\u00a0».\r\n"
        'אמר הדובר: «שלום “עולם”» אתמול.\rElle craint que rien ne change, dit-elle. "Jamais\n« jamais encore »'
    )
    endless = "𝕬" * 4500 + " a dit « non 🤯 » " + "e\u0301" * 4200 + "« encore »"
    desk: Desk = open_desk(curator, address(source(quoting)))
    found = shown_right(desk, SourceText.objects.get())
    found += shown_right(desk, source(endless)) + shown_right(desk, source(TEXT))
    assert found >= 8


@pytest.mark.shared
def test_the_candidates_of_the_press_articles_are_marked_at_their_words(
    open_desk: Any, curator: User, transactional_db: None
) -> None:
    require_articles()
    texts = [path.read_bytes().decode() for path in sorted(ARTICLES.glob("*.txt"))]
    revisions = [source(text) for text in texts]
    desk: Desk = open_desk(curator, address(revisions[0]))
    found = [shown_right(desk, one) for one in revisions]
    print(f"\ncandidates marked at their words: {found}")
    assert len(found) == 5
    assert min(found) > 0


PIECES = [
    *"abcé«»“”\"'.,!? \n\t<&",
    "\r\n",
    "\r",
    "\u00a0",
    "\u202f",
    "\u2028",
    "\ufeff",
    "\u0301",
    "\ufe0f",
    "\u200d",
    "\u202e",
    "🤯",
    "👩‍🚀",
    "🇫🇷",
    "👍🏽",
    "𝕬",
    "שלום",
    "مرحبا",
    "我们",
    "</script>",
]
# What a view of a text says of spans in it, with marks set, moved and taken away between.
ASK = """
async (cases) => {
  const { TextView } = await import("/static/desk/text.js");
  const node = document.createElement("div");
  document.body.append(node);
  return cases.map(({ text, spans, moved }) => {
    const view = new TextView(node, text);
    const mark = ([start, end], n) => ({ id: `m${n}`, start, end, kind: ["open", "draft", "rejected"][n % 3] });
    const shown = (n) => [...node.querySelectorAll(`mark[data-ids~="m${n}"]`)].map((one) => one.textContent).join("");
    const current = () => [...node.querySelectorAll("mark.is-current")].map((one) => one.textContent).join("");
    view.show(spans.map(mark));
    view.point("m0");
    const first = spans.map((_, n) => shown(n));
    const pointed = current();
    const told = spans.map(([start, end]) => {
      const range = view.rangeOf({ start, end });
      const sides = [[range.startContainer, range.startOffset], [range.endContainer, range.endOffset]];
      const ends = sides.map((side) => view.pointOf(...side));
      document.getSelection().setBaseAndExtent(...sides[1], ...sides[0]);
      return [view.words({ start, end }), range.toString(), ends, view.selected()];
    });
    moved.forEach((span, n) => view.set(mark(span, n)));
    view.remove("m1");
    return { first, pointed, told, then: spans.map((_, n) => shown(n)), whole: node.textContent, size: view.size };
  });
}
"""


def random_span(chance: random.Random, size: int) -> tuple[int, int]:
    start = chance.randrange(size)
    return start, chance.randint(start + 1, min(size, start + chance.choice([1, 3, 40])))


def without_space(text: str, start: int, end: int) -> dict[str, int] | None:
    """What is left of a span without white space at its ends, as JavaScript has it."""
    space = set(" \n\t\r\u00a0\u202f\u2028\ufeff")
    while start < end and text[start] in space:
        start += 1
    while end > start and text[end - 1] in space:
        end -= 1
    return {"start": start, "end": end} if start < end else None


def test_offsets_hold_in_texts_of_any_kind(desk: Desk) -> None:
    chance = random.Random(20_241_116)  # noqa: S311 no secret
    cases: list[dict[str, Any]] = []
    for n in range(200):
        # some with a line so long that it is cut
        text = "".join(chance.choices(PIECES, k=chance.choice([1, 2, 12, 60])))
        text = text * 400 if n % 50 == 49 else text
        sets: Sequence[Any] = [[random_span(chance, len(text)) for _ in range(6)] for _ in range(2)]
        cases.append({"text": text, "spans": sets[0], "moved": sets[1]})
    for case, answer in zip(cases, desk.page.evaluate(ASK, cases), strict=True):
        text, given, moved = case["text"], case["spans"], case["moved"]
        words = [text[start:end] for start, end in given]
        assert (answer["whole"], answer["size"]) == (text, len(text))
        assert (answer["first"], answer["pointed"]) == (words, words[0])
        assert answer["told"] == [
            [text[start:end], text[start:end], [start, end], without_space(text, start, end)] for start, end in given
        ]
        assert answer["then"] == ["" if n == 1 else text[start:end] for n, (start, end) in enumerate(moved)]
    expect(desk.page.locator("#desk-text")).to_contain_text("Nous verrons")
    desk.watched.assert_clean()
