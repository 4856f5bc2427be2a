"""What waits for somebody beside the sources in the queues, and how much of everything there is."""

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Exists, Q, QuerySet, Value

from claims.desk.queues import duplicates, queued
from claims.desk.queues.duplicates import Namesakes, Pair
from claims.desk.queues.places import newer_texts
from claims.models import Appearance, Statement
from claims.models.vocabularies import AnchorState, Status
from claims.services.rights import CHANGE, CHANGE_OTHERS, PUBLISH, seen_statements
from config.access.permissions import Access

RETURNED, SENT, ANCHORS, DUPLICATES = "returned", "sent", "anchors", "duplicates"
SPEAKERS, ASSIGNED = "speakers", "assigned"
#: beyond this it is said that there are more, not how many: nobody counts a library for a number
MOST_COUNTED = 100


def may_work(access: Access) -> bool:
    """Tell whether anything can wait for them: they attribute or review, in the admin."""
    person: Any = access.user
    return bool(person and person.is_staff and (queued.may_attribute(access) or queued.may_review(access)))


def returned(access: Access) -> QuerySet[Statement]:
    """Return the drafts that a reviewer gave back to them, the latest first."""
    drafts = Statement.objects.filter(status=Status.DRAFT, created_by=access.user)
    return drafts.exclude(returned_reason="").order_by("-updated_at", "-id")


def sent(access: Access) -> QuerySet[Statement]:
    """Return the statements in review that they sent there, the latest first."""
    waiting = seen_statements(access).filter(status=Status.IN_REVIEW, submitted_by=access.user)
    return waiting.order_by("-submitted_at", "-id")


def anchors(access: Access) -> QuerySet[Appearance]:
    """Return the appearances to move to the latest text of their source, of statements that they may move.

    Those whose words are not in their place there; and of what is not published yet all, which the desk shows in the
    latest text alone.
    """
    own = Q() if access.may(CHANGE_OTHERS) else Q(created_by=access.user)
    theirs = Q(status=Status.DRAFT) & own if access.may(CHANGE) else Q(pk__in=[])
    if access.may(PUBLISH):
        theirs |= Q(status__in=[Status.IN_REVIEW, Status.PUBLISHED])
    statements = seen_statements(access).filter(theirs).order_by()
    displaced = Appearance.objects.exclude(anchor_state=AnchorState.EXACT).order_by()
    unfinished = statements.filter(status__in=[Status.DRAFT, Status.IN_REVIEW])
    behind = Appearance.objects.filter(Exists(newer_texts()), statement__in=unfinished.values("pk")).order_by()
    found = displaced.values("pk").union(behind.values("pk"))
    return Appearance.objects.filter(pk__in=found, statement__in=statements.values("pk")).order_by("-id")


class Waits:
    """What waits for somebody; pairs that may be one are looked for once."""

    def __init__(self, access: Access) -> None:
        self.access = access

    @cached_property
    def same_statements(self) -> list[Pair]:
        """The pairs of statements that may be one."""
        return duplicates.same_statements(self.access)

    @cached_property
    def same_speakers(self) -> list[Namesakes]:
        """The pairs of speakers that may be one."""
        return duplicates.same_speakers(self.access)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How much waits, by kind; MOST_COUNTED + 1 stands for more. What never can is not among them.

        One query, and those that look for pairs, however large the record is.
        """
        found = _numbers({name: rows(self.access) for name, rows in _kinds(self.access).items()})
        if self.access.may(CHANGE) or self.access.may(PUBLISH):
            found[DUPLICATES] = len(self.same_statements)
        if self.access.may(duplicates.MERGE):
            found[SPEAKERS] = len(self.same_speakers)
        return found


def _kinds(access: Access) -> dict[str, Callable[[Access], Any]]:
    kinds: dict[str, Callable[[Access], Any]] = {}
    if queued.may_attribute(access):
        kinds |= {RETURNED: returned, SENT: sent, ASSIGNED: assigned, queued.ATTRIBUTE: queued.to_attribute}
    if queued.may_review(access):
        kinds |= {queued.REVIEW: queued.to_review, queued.PUBLISHING: queued.to_publish}
    return {**kinds, ANCHORS: anchors}


def assigned(access: Access) -> Any:
    """Return the texts to attribute of sources that are assigned to them."""
    return queued.to_attribute(access).filter(source__work__assigned_to=access.user)


def _numbers(counted: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """Count the rows of each, up to one more than MOST_COUNTED, in one query."""
    rows = [
        found.order_by().annotate(kind=Value(name)).values_list("kind", flat=True)[: MOST_COUNTED + 1]
        for name, found in counted.items()
    ]
    first, *others = rows
    numbers = Counter(first.union(*others, all=True))
    return {name: numbers[name] for name in counted}
