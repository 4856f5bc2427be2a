"""What all decisions share: on what they are made, what was asked, what came of it, and how they are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict
from uuid import UUID

from django.utils.translation import gettext as _

from claims.desk.items import Found, Items
from claims.models import Statement
from claims.services.rights import CHANGE, may_change
from config.access.permissions import Access
from config.http import problems
from config.http.bodies import pointer
from config.http.problems import ProblemError
from sources.models import SourceText

Given = Mapping[str, Any]


@dataclass
class Desk:
    """Who decides, and on which text (`revision`, its `source` and `text` loaded)."""

    revision: SourceText
    access: Access
    items: Items

    @property
    def person(self) -> Any:
        """Who decides."""
        return self.access.user


@dataclass(frozen=True)
class Spent:
    """What it took: key presses, clicks and time."""

    keys: int
    clicks: int
    milliseconds: int


@dataclass(frozen=True)
class Asked:
    """A decision as it was sent; `given` is its member `with`, which its handler reads."""

    key: UUID
    group: UUID
    about: UUID | None
    seen: int | None
    do: str
    given: Given
    effort: Spent | None = None


class Told(TypedDict):
    """A sentence about a text that is left, and the address that leads back to it."""

    sentence: str
    back: str


@dataclass
class Done:
    """What came of a decision: the items to answer with and those that are gone, by id.

    `undo` is what takes it back, null where nothing does; it is kept as JSON. `refused` are items that it was refused
    to, with a sentence each; `next` is the address of the page to go on with, and `told` what that is to say of this
    text where it is the page of the queues; `cast` are speakers with a new number.
    """

    changed: list[UUID] = field(default_factory=list)
    removed: list[UUID] = field(default_factory=list)
    undo: dict[str, Any] | None = None
    message: str = ""
    refused: list[tuple[UUID, str]] = field(default_factory=list)
    next: str | None = None
    told: Told | None = None
    cast: list[UUID] = field(default_factory=list)
    #: for `undo` alone: the name of what was taken back
    undone: str | None = None


Handler = Callable[[Desk, Asked], Done]
Undo = Callable[[Desk, dict[str, Any]], Done]


def conflict(kind: str, sentence: str, **members: Any) -> ProblemError:
    """Return the refusal (409) of a kind that the page knows, with what it shows of it."""
    return ProblemError(problems.CONFLICT, sentence, members={"kind": kind, **members})


def stale(item: dict[str, Any]) -> ProblemError:
    """Return the refusal that an item was changed since; with the item as it is now."""
    return conflict("stale", _("Somebody changed this meanwhile: see what it says now."), item=item)


def twin(item: dict[str, Any] | None, sentence: str = "") -> ProblemError:
    """Return the refusal that these words are recorded already; with the item that has them, where they see it."""
    told = sentence or _("These words are marked already.")
    return conflict("twin", told, item=item)


def step_refused(sentence: str) -> ProblemError:
    """Return the refusal that it cannot be done as things stand; the sentence says why."""
    return conflict("step", sentence)


def not_found() -> ProblemError:
    """Return the refusal that there is no such item in this text."""
    return ProblemError(problems.NOT_FOUND, _("It is not there any more: it was removed meanwhile."))


def forbidden() -> ProblemError:
    """Return the refusal (403) that it is a draft of somebody else, whatever their role may do besides."""
    return ProblemError(problems.FORBIDDEN, _("It is somebody else’s draft."))


def wrong(pointer: str, sentence: str) -> ProblemError:
    """Return the refusal of one member (400), by its pointer into `with` or the Form."""
    return problems.body_error(pointer, sentence)


def check_given(asked: Asked, *names: str) -> None:
    """Raise ProblemError (400) for members of `with` other than these."""
    unknown = [name for name in asked.given if name not in names]
    if unknown:
        raise problems.invalid_body(
            [{"pointer": pointer([name]), "detail": _("There is no such member.")} for name in unknown]
        )


def check_seen(desk: Desk, found: Found, asked: Asked) -> None:
    """Raise ProblemError (409 stale) where the item is another than the version that the person saw."""
    if asked.seen != found.version:
        raise stale(desk.items.document(found.id))


def check_may(desk: Desk, permission: str) -> None:
    """Raise ProblemError (403 role) unless they have a permission."""
    if not desk.access.may(permission):
        raise ProblemError(problems.FORBIDDEN, _("Your role does not allow this."), members={"kind": "role"})


def check_may_change(desk: Desk, found: Found) -> None:
    """Raise ProblemError (403) unless they may change the item's statement, a draft."""
    if found.statement is None:
        raise TypeError("this item is no statement")
    check_may_change_statement(desk, found.statement)


def check_may_change_statement(desk: Desk, statement: Statement) -> None:
    """Raise ProblemError (403) unless they may change a draft: of kind "role" where they may change none at all."""
    check_may(desk, CHANGE)
    if not may_change(desk.access, statement):
        raise forbidden()


def item_of(desk: Desk, asked: Asked) -> Found:
    """Return the item that a decision is about, locked, in the version that the person saw.

    Raise ProblemError: 400 where it names none, 404 where it is gone, 403 where it is hidden from them, 409 stale.
    """
    if asked.about is None:
        raise wrong("/about", _("Say which item it is about."))
    found = desk.items.get(asked.about)
    if not found.is_seen:
        raise forbidden()
    check_seen(desk, found, asked)
    return found
