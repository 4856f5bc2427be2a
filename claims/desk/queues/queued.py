"""Which sources wait for whom: to be attributed, reviewed or published, in the order in which "next" gives them out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from claims.desk.models import Priority, Work
from claims.models import Appearance, Statement
from claims.models.vocabularies import Status
from claims.proposals.models import Candidate, Reading
from claims.proposals.querysets import latest_texts
from claims.services.authorship import approvable
from claims.services.rights import PUBLISH, seen_statements
from config.access.permissions import Access
from sources.models import Source, SourceText

ADD = "claims.add_statement"
ATTRIBUTE, REVIEW, PUBLISHING = "attribute", "review", "publish"
#: how many sources are looked for at once, of which one is given out
_AT_ONCE = 20


class _IsAnyOf(Func):
    """`value = ANY(array)`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def may_attribute(access: Access) -> bool:
    """Tell whether they record statements."""
    return access.may(ADD)


def may_review(access: Access) -> bool:
    """Tell whether they approve and publish statements."""
    return access.may(PUBLISH)


def to_attribute(access: Access) -> Any:
    """Return the latest texts in which something is undecided.

    Nobody has read it yet, a candidate is open, or a draft of theirs was not sent to review.
    """
    if not may_attribute(access):
        return SourceText.objects.none()
    drafts = Statement.objects.filter(status=Status.DRAFT, created_by=access.user)
    return latest_texts().filter(
        Q(pk__in=Candidate.objects.open().order_by().values("source_text"))
        | ~Exists(Reading.objects.filter(source_text=OuterRef("pk")))
        | Q(pk__in=_texts_of(drafts))
    )


def to_review(access: Access) -> Any:
    """Return the latest texts in which a statement that is not their own work waits for a reviewer."""
    return _latest_with(in_review(access)) if may_review(access) else SourceText.objects.none()


def to_publish(access: Access) -> Any:
    """Return the latest texts in which a statement is approved and not published yet."""
    return _latest_with(approved()) if may_review(access) else SourceText.objects.none()


#: queue -> the texts that are in it, for whom
QUEUES = {ATTRIBUTE: to_attribute, REVIEW: to_review, PUBLISHING: to_publish}


def sources_in(queue: str, access: Access) -> QuerySet[Source]:
    """Return the sources of a queue, looked for once, before all else is asked of them.

    As a join, PostgreSQL goes through all sources in order and looks for each among those of the queue until it has a
    page: seconds, where the few that are open are the last ones.
    """
    return Source.objects.filter(_IsAnyOf(F("pk"), ArraySubquery(QUEUES[queue](access).values("source"))))


def in_review(access: Access) -> QuerySet[Statement]:
    """Return the statements that nobody has approved, without what they entered or sent to review themselves."""
    waiting = Statement.objects.filter(status=Status.IN_REVIEW, reviewed_by=None).order_by()
    if settings.ALLOW_SELF_REVIEW:
        return waiting
    return waiting.exclude(created_by=access.user).exclude(submitted_by=access.user)


def approved() -> QuerySet[Statement]:
    """Return the statements in review that a reviewer has approved."""
    return Statement.objects.filter(status=Status.IN_REVIEW, reviewed_by__isnull=False).order_by()


def _latest_with(statements: QuerySet[Statement]) -> Any:
    return latest_texts().filter(pk__in=_texts_of(statements))


def _texts_of(statements: QuerySet[Statement]) -> Any:
    return Appearance.objects.filter(statement__in=statements.order_by().values("pk")).order_by().values("source_text")


def in_order(sources: QuerySet[Source], user: Any, *, sort: str = "") -> QuerySet[Source]:
    """Sort sources as work: by priority, what is assigned to the user first, then the oldest first.

    `sort` puts something else in front of age: `newest`, or `candidates` (most open ones).
    """
    mine = Case(When(work__assigned_to=user, then=0), default=1, output_field=IntegerField())
    urgency = [Coalesce("work__priority", Value(int(Priority.NORMAL))).desc(), mine]
    if sort == "newest":
        return sources.order_by(*urgency, "-sort_date", "-id")
    if sort == "candidates":
        texts = Candidate.objects.open().filter(source_text__source=OuterRef("pk")).order_by()
        many = texts.values("source_text__source").annotate(count=Count("pk")).values("count")
        return sources.order_by(*urgency, Coalesce(Subquery(many), 0).desc(), "sort_date", "id")
    return sources.order_by(*urgency, "sort_date", "id")


@dataclass(frozen=True)
class Waiting:
    """A source as a line of a queue.

    `open` counts candidates, None where no engine has read the text; `statements` those that wait in this queue, in
    `attribute` the drafts they see; `leased_by` has the source open now.
    """

    source: Source
    work: Work | None
    open: int | None
    statements: int
    leased_by: User | None
    leased_since: datetime | None


def lines(sources: Sequence[Source], queue: str, access: Access, now: datetime) -> list[Waiting]:
    """Return what is shown of some sources of a queue, in their order, in three queries."""
    texts: dict[UUID, UUID] = dict(
        latest_texts().filter(source__in=[one.pk for one in sources]).values_list("source", "pk")
    )
    opened = _counted(Candidate.objects.open().filter(source_text__in=texts.values()), "pk")
    read = set(Reading.objects.filter(source_text__in=texts.values()).values_list("source_text", flat=True))
    shown = _shown(queue, access)
    here = Appearance.objects.filter(source_text__in=texts.values(), statement__in=shown.order_by().values("pk"))
    statements = _counted(here, "statement")
    return [_line(one, texts.get(one.pk), read, opened, statements, now) for one in sources]


def _shown(queue: str, access: Access) -> QuerySet[Statement]:
    """The statements that are counted in a queue."""
    if queue == ATTRIBUTE:
        return seen_statements(access).filter(status=Status.DRAFT)
    return in_review(access) if queue == REVIEW else approved()


def _counted(rows: Any, what: str) -> dict[UUID, int]:
    counted = rows.order_by().values("source_text").annotate(count=Count(what, distinct=True))
    return dict(counted.values_list("source_text", "count"))


def _line(
    source: Source,
    text: UUID | None,
    read: Iterable[UUID],
    opened: dict[UUID, int],
    statements: dict[UUID, int],
    now: datetime,
) -> Waiting:
    work: Work | None = getattr(source, "work", None)
    is_leased = work is not None and work.leased_until is not None and work.leased_until > now
    holder = work.leased_by if work is not None and is_leased else None
    return Waiting(
        source=source,
        work=work,
        open=opened.get(text, 0 if text in read else None) if text else None,
        statements=statements.get(text, 0) if text else 0,
        leased_by=holder,
        leased_since=work.leased_since if work is not None and holder else None,
    )


def next_source(access: Access, mode: str, besides: UUID | None) -> UUID | None:
    """Return the source that is next in a queue (`attribute` or `review`), None where nothing is left.

    That is one that nobody else has open or was assigned, and another than `besides`. It is not leased by that.
    """
    return next((one for batch in batches(access, mode, timezone.now(), besides) for one in batch), None)


def batches(access: Access, mode: str, now: datetime, besides: UUID | None) -> Iterator[list[UUID]]:
    """Yield the sources of a queue that can be given out, in order, a few at a time."""
    passed = [besides] if besides else []
    while found := list(free(access, mode, now, passed).values_list("pk", flat=True)[:_AT_ONCE]):
        yield found if mode != REVIEW else _approvable(found, access)
        passed += found


def _approvable(sources: Sequence[UUID], access: Access) -> list[UUID]:
    """Leave out the sources in which all that waits for a reviewer was changed by this one."""
    texts = latest_texts().filter(source__in=sources)
    here = Appearance.objects.filter(source_text__in=texts.values("pk"), statement__in=in_review(access).values("pk"))
    pairs = set(here.order_by().values_list("source_text__source", "statement"))
    waiting = Statement.objects.filter(pk__in={statement for _source, statement in pairs})
    reviewer: Any = access.user
    theirs = approvable(waiting, reviewer)
    left = {source for source, statement in pairs if statement in theirs}
    return [one for one in sources if one in left]


def free(access: Access, mode: str, now: datetime, passed: Sequence[UUID]) -> QuerySet[Source]:
    """Return the sources of a queue, in order, that nobody else has open or was assigned, without those `passed`."""
    others = Work.objects.exclude(pk__in=Work.objects.free_for(access.user, now).values("pk"))
    assigned = Work.objects.filter(assigned_to__isnull=False).exclude(assigned_to=access.user)
    waiting = sources_in(mode, access).exclude(pk__in=others.values("pk")).exclude(pk__in=assigned.values("pk"))
    return in_order(waiting.exclude(pk__in=list(passed)), access.user)


def assignable() -> QuerySet[User]:
    """Return the people to whom a source can be assigned: those who attribute or review in the admin."""
    staff = User.objects.filter(is_staff=True, is_active=True)
    able = User.objects.with_perm(ADD) | User.objects.with_perm(PUBLISH)
    return staff.filter(pk__in=able.values("pk")).order_by("username")


def assign(*, source: Source, priority: int, assigned_to: User | None) -> Work:
    """Say how soon a source is to be worked on, and by whom."""
    work, _made = Work.objects.update_or_create(
        source=source, defaults={"priority": priority, "assigned_to": assigned_to}
    )
    return work


def with_lines(sources: QuerySet[Source]) -> QuerySet[Source]:
    """Fetch what a line of a queue shows of a source itself."""
    return sources.select_related("publisher", "work__assigned_to", "work__leased_by").only(
        "title",
        "language",
        "published_at",
        "created_at",
        "publisher__name",
        "work__priority",
        "work__leased_since",
        "work__leased_until",
        "work__assigned_to__username",
        "work__assigned_to__first_name",
        "work__assigned_to__last_name",
        "work__leased_by__username",
        "work__leased_by__first_name",
        "work__leased_by__last_name",
    )
