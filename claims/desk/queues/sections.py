"""The parts of the queues' page, and of the start page: what each is called, and how many wait in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from claims.desk.queues import queued
from claims.desk.queues.queued import ATTRIBUTE, PUBLISHING, REVIEW
from claims.desk.queues.waiting import ANCHORS, DUPLICATES, MOST_COUNTED, RETURNED, SENT, SPEAKERS, Waits

TITLES: dict[str, str | Promise] = {
    RETURNED: gettext_lazy("Returned to me"),
    ATTRIBUTE: gettext_lazy("Sources to attribute"),
    REVIEW: gettext_lazy("To review"),
    PUBLISHING: gettext_lazy("Approved, to publish"),
    SENT: gettext_lazy("In review, sent by me"),
    ANCHORS: gettext_lazy("Anchors to mend"),
    DUPLICATES: gettext_lazy("Possible duplicates"),
    SPEAKERS: gettext_lazy("Speakers to merge"),
}
HINTS: dict[str, str | Promise] = {
    RETURNED: gettext_lazy("A reviewer gave these drafts back: mend what the reason says, then send them again."),
    ATTRIBUTE: gettext_lazy("Not read yet, or with candidates or drafts of yours that are not decided."),
    REVIEW: gettext_lazy("Statements in review that others entered."),
    PUBLISHING: gettext_lazy("A reviewer approved these; whoever publishes makes them public."),
    SENT: gettext_lazy("A reviewer has these, and will publish them or give them back."),
    ANCHORS: gettext_lazy("The text of the source was revised and these words are not where they stood."),
    DUPLICATES: gettext_lazy(
        "The same speakers say the same words in two documents. What was said twice is told apart by its dates, or by"
        " a relation between the two, and leaves this list."
    ),
    SPEAKERS: gettext_lazy(
        "Two speakers have a name in common. Give each of two people of the same name a note that tells them apart,"
        " and they leave this list."
    ),
}


@dataclass
class Section:
    """A part of the page; `count` is None where it was not counted, `rows` what is shown of it."""

    key: str
    count: int
    rows: Sequence[Any] = ()
    page: Any = None

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def hint(self) -> str:
        return str(HINTS[self.key])

    @property
    def number(self) -> str:
        """How many there are, as people read it."""
        return number(self.count)

    @property
    def address(self) -> str:
        return f"{reverse('desk:queues')}?queue={self.key}"

    @property
    def has_more(self) -> bool:
        """Whether there are more than are shown."""
        return self.page is None and self.count > len(self.rows)

    @property
    def template(self) -> str:
        """What draws its rows."""
        kind = "sources" if self.key in queued.QUEUES else self.key
        return f"desk/_queue_{kind}.html"

    @property
    def mode(self) -> str:
        """The mode in which the desk opens its sources."""
        return ATTRIBUTE if self.key == ATTRIBUTE else REVIEW


def sections_of(waits: Waits) -> list[Section]:
    """Return the parts that there are for somebody, with their numbers, without rows."""
    return [Section(key, waits.counts[key]) for key in TITLES if key in waits.counts]


def number(count: int) -> str:
    """Return a count as people read it: beyond MOST_COUNTED it says that there are more."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def person_name(user: User) -> str:
    """Return what somebody is called here."""
    return user.get_full_name() or user.get_username()
