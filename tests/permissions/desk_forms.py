"""What is asked for at each address of the desk, and sent with each decision, so that only permission can refuse it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sources.models.fields import uuid7
from tests import factories
from tests.permissions.admin_forms import Data
from tests.permissions.desk_world import HELD_BY_ANOTHER, UNMARKED, DeskWorld, Place
from tests.permissions.routes import NO_ID
from tests.permissions.world import Person, Row

NO_SUCH_SOURCE, NO_SUCH_TEXT, NO_SUCH_ITEM = "no such source", "no such text", "no such item"
NOTHING = [Row(None)]

Rows = Callable[[DeskWorld], Iterable[Row]]


@dataclass(frozen=True)
class Ask:
    """One thing to be done at an address of the desk; without `sent` it is only read."""

    name: str
    rows: Rows = lambda _world: NOTHING
    #: what stands in the address
    args: Callable[[Any], list[Any]] = lambda _row: []
    query: Callable[[Any], Data] = lambda _row: {}
    sent: Callable[[DeskWorld, Any], Data] | None = None
    shown: str = ""

    @property
    def method(self) -> str:
        """GET, unless something is sent."""
        return "GET" if self.sent is None else "POST"


def _sources(world: DeskWorld) -> list[Place]:
    text = world.texts[0]
    return [
        Place(text.source, "the latest text", source=text.source),
        Place(text.source, "an older text", source=text.source, version=1),
        Place(text.source, NO_SUCH_TEXT, source=text.source, version=9),
        Place(NO_ID, NO_SUCH_SOURCE, source=NO_ID),
    ]


def _texts(world: DeskWorld) -> list[Place]:
    return [*_sources(world), world.unread]


def _source(row: Place) -> list[Any]:
    return [row.source]


def _key(row: Row) -> list[Any]:
    return [row.pk]


def _revision(row: Place) -> Data:
    return {"revision": str(row.version)} if row.version else {}


def _statements(world: DeskWorld) -> list[Row]:
    return [*(Row(row.statement, row.state, row.owner) for row in world.statements), Row(NO_ID, "no such statement")]


def _assignable(world: DeskWorld) -> list[Place]:
    source = world.texts[0].source
    return [Place(source, "a source", source=source), Place(NO_ID, NO_SUCH_SOURCE, source=NO_ID)]


def _leasable(world: DeskWorld) -> list[Place]:
    text, held = world.texts[0], next(one for one in world.apart if one.state == HELD_BY_ANOTHER)
    return [
        Place(text.source, "that nobody has open", source=text.source),
        Place(held.source, "that somebody else has open", source=held.source),
        Place(NO_ID, NO_SUCH_SOURCE, source=NO_ID),
    ]


def _lease(do: str) -> Ask:
    return Ask(f"{do} a source", _leasable, _source, sent=lambda _world, _row: {"do": do, "tab": str(uuid7())})


def _item(row: Place) -> Data:
    return {"source": str(row.source), "item": str(row.pk)}


def _next(mode: str) -> Ask:
    return Ask(f"next to {mode}", sent=lambda _world, _row: {"mode": mode}, shown=f" mode={mode}")


def _previewed(do: str) -> Callable[[DeskWorld, Row], Data]:
    return lambda world, row: {**world.forms[row.pk], "do": do}


def items(world: DeskWorld) -> list[Place]:
    """Return an item in each state, and one that is not there."""
    text = world.texts[0]
    nothing = Place(NO_ID, NO_SUCH_ITEM, source=text.source, revision=text.revision, version=1)
    return [*world.candidates, *world.statements, nothing]


#: address by name -> what is done there
PAGES: dict[str, list[Ask]] = {
    "queues": [Ask("what waits")],
    "next": [Ask("next, looked at"), _next("attribute"), _next("review")],
    "assign": [
        Ask("assign, looked at", _assignable, _source),
        Ask("assign", _assignable, _source, sent=lambda _world, _row: {"priority": "2", "assigned_to": ""}),
    ],
    "bring-in": [
        Ask("bring in a source"),
        Ask("bring in a source", sent=lambda _world, _row: {"url": "", "text": "Des mots que personne n’a vus."}),
    ],
    "preview": [
        Ask("look a document over", lambda world: world.intakes, _key),
        Ask("record it", lambda world: world.intakes, _key, sent=_previewed("")),
        Ask("drop it", lambda world: world.intakes, _key, sent=_previewed("drop"), shown=" do=drop"),
    ],
    "statement": [Ask("where a statement is worked on", _statements, _key)],
    "measures": [Ask("what the work takes")],
    "page": [Ask("the desk", _sources, _source, _revision)],
}
READ: dict[str, list[Ask]] = {
    "state": [Ask("what the desk shows", _texts, _source, _revision)],
    "lease": [_lease("hold"), _lease("take"), _lease("release")],
    "find-speakers": [Ask("find speakers", query=lambda _row: {"q": "Ada"})],
    "find-topics": [Ask("find topics", query=lambda _row: {"q": "arme"})],
    "find-events": [Ask("find events", query=lambda _row: {"q": "a"})],
    "find-roles": [
        Ask("find roles held", lambda world: [Row(world.speaker.pk)], query=lambda row: {"speaker": str(row.pk)})
    ],
    "find-statements": [
        Ask("find statements", query=lambda _row: {"q": "préoccupation"}),
        Ask("find the same elsewhere", items, query=_item, shown="?source=&item="),
    ],
}


@dataclass(frozen=True)
class Deciding:
    """One decision: what it is in plain words, on which rows, with what; `about` an item unless it is of the text."""

    do: str
    name: str
    rows: Callable[[DeskWorld], Iterable[Place]]
    given: Callable[[DeskWorld, Person, Place], Data] = lambda _world, _person, _row: {}
    about: bool = True


def _chosen(world: DeskWorld) -> list[Place]:
    return [*items(world), *world.apart]


def _in_state(*states: str) -> Callable[[DeskWorld], list[Place]]:
    return lambda world: [row for row in world.statements if row.state in states]


def _one_text(world: DeskWorld) -> list[Place]:
    return world.texts


def _marked(words: str) -> Callable[[DeskWorld, Person, Place], Data]:
    def given(_world: DeskWorld, _person: Person, row: Place) -> Data:
        start = factories.TEXT.index(words)
        return {"id": str(row.pk), "start": start, "end": start + len(words), "form": {}}

    return given


def _fresh(world: DeskWorld) -> list[Place]:
    text = world.texts[0]
    return [Place(uuid7(), "", source=text.source, revision=text.revision)]


def _on_words(world: DeskWorld) -> list[Place]:
    """Words that stand for something already, marked anew."""
    known = [row for row in [*world.candidates, *world.statements] if row.state in {"open", "draft", "published"}]
    return [Place(uuid7(), row.state, row.owner, row.source, row.revision) for row in known]


def _named(world: DeskWorld, _person: Person, _row: Place) -> Data:
    return {"id": str(uuid7()), "name": "Neu", "type": "person", "wikidata": "", "names": [], "anyway": False}


DECISIONS = [
    Deciding("choose", "say more, or something else", _chosen, lambda _world, _person, _row: {"act": "warn"}),
    Deciding("accept", "record a candidate", items),
    Deciding("reject", "say that it is no statement", items),
    Deciding("reopen", "open it again", items),
    Deciding("mark", "mark new words", _fresh, _marked(UNMARKED)),
    Deciding("mark", "mark words again", _on_words, _marked(factories.WORDS)),
    Deciding("link", "link with a published one", items, lambda world, _person, _row: {"to": str(world.public.pk)}),
    Deciding(
        "link",
        "make one with another draft of the same author",
        items,
        lambda world, _person, row: {"to": str(world.partners[row.owner])},
    ),
    Deciding(
        "link",
        "make one with a draft of somebody else",
        _in_state("draft"),
        lambda world, _person, _row: {"to": str(world.partners[""])},
    ),
    Deciding("approve", "approve", items),
    Deciding("return", "return", items, lambda _world, _person, _row: {"reason": "Because."}),
    Deciding("send", "send drafts to review", _in_state("draft", "withdrawn and being corrected"), about=False),
    Deciding("publish", "publish what is approved", _in_state("in review", "approved"), about=False),
    Deciding("speaker", "make a speaker", _one_text, _named, about=False),
    Deciding(
        "cast",
        "number a speaker",
        _one_text,
        lambda world, _person, _row: {"id": str(world.hidden.pk)},
        about=False,
    ),
    Deciding(
        "undo",
        "take a decision back",
        lambda world: world.decided,
        lambda _world, _person, row: {"group": str(row.pk)},
        about=False,
    ),
]
