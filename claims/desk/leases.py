"""Who has a source open: a lease that ends by itself, so that nobody's closed tab holds others up."""

from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.desk.models import Work
from config.http import problems

#: the page says every 30 seconds that it is still there
LASTS = timedelta(seconds=90)


class Lease(TypedDict):
    """Who has it open as the page gets it: times are ISO 8601, `seconds` how long a lease lasts."""

    is_mine: bool
    holder: str | None
    since: str | None
    until: str | None
    seconds: int


@transaction.atomic
def hold(source: UUID, user: Any, now: datetime) -> Lease:
    """Open a source, or keep it open, where nobody else has it; return who has it then."""
    work = _locked(source)
    if _is_free_for(work, user, now):
        _give(work, user, now)
    return _told(work, user, now)


@transaction.atomic
def take(source: UUID, user: Any, now: datetime) -> Lease:
    """Open a source, whoever had it."""
    work = _locked(source)
    _give(work, user, now)
    return _told(work, user, now)


@transaction.atomic
def release(source: UUID, user: Any, now: datetime) -> Lease:
    """Close a source that they have open."""
    work = _locked(source)
    if work.leased_by_id == user.pk:
        work.leased_by = work.leased_since = work.leased_until = None
        work.save(update_fields=["leased_by", "leased_since", "leased_until"])
    return _told(work, user, now)


def lease_of(source: UUID, user: Any) -> Lease:
    """Return who has a source open now."""
    work = Work.objects.filter(source=source).select_related("leased_by").first() or Work(source_id=source)
    return _told(work, user, timezone.now())


@transaction.atomic
def check(source: UUID, user: Any) -> Lease:
    """Keep a source open for whoever decides on it; raise ProblemError (409 lease) where somebody else has it.

    The row stays locked until the transaction ends: decisions on one source are taken one behind the other.
    """
    work, now = _locked(source), timezone.now()
    if not _is_free_for(work, user, now):
        raise lost(_told(work, user, now))
    _give(work, user, now)
    return _told(work, user, now)


def lost(lease: Lease) -> problems.ProblemError:
    """Return the refusal (409 lease) that somebody else has the source open."""
    sentence = _("%(name)s has this source open: take it over to go on.") % {"name": lease["holder"]}
    return problems.ProblemError(problems.CONFLICT, sentence, members={"kind": "lease", "lease": lease})


def lock(source: UUID) -> None:
    """Let nobody else decide on a source until the transaction ends."""
    _locked(source)


def _locked(source: UUID) -> Work:
    """The row of a source as work, made where there is none yet."""
    # without the holder: a lock that was waited for joins the row of now with the holder of before
    rows = Work.objects.select_for_update()
    found: Work | None = rows.filter(source=source).first()
    if found is None:
        Work.objects.bulk_create([Work(source_id=source)], ignore_conflicts=True)
        found = rows.get(source=source)
    return found


def _is_free_for(work: Work, user: Any, now: datetime) -> bool:
    return work.leased_by_id in {None, user.pk} or not _is_live(work, now)


def _is_live(work: Work, now: datetime) -> bool:
    return work.leased_by_id is not None and work.leased_until is not None and work.leased_until > now


def _give(work: Work, user: Any, now: datetime) -> None:
    if work.leased_by_id != user.pk or not _is_live(work, now):
        work.leased_by, work.leased_since = user, now
    work.leased_until = now + LASTS
    work.save(update_fields=["leased_by", "leased_since", "leased_until"])


def _told(work: Work, user: Any, now: datetime) -> Lease:
    if not _is_live(work, now):
        return Lease(is_mine=False, holder=None, since=None, until=None, seconds=int(LASTS.total_seconds()))
    holder: Any = work.leased_by
    since, until = (one.isoformat() if one else None for one in (work.leased_since, work.leased_until))
    return Lease(
        is_mine=work.leased_by_id == user.pk,
        holder=name_of(holder),
        since=since,
        until=until,
        seconds=int(LASTS.total_seconds()),
    )


def name_of(user: Any) -> str:
    """Return the name by which colleagues know somebody."""
    return str(user.get_full_name() or user.get_username())
