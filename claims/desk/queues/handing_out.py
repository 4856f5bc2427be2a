"""Handing out the next source of a queue, so that no two people get the same one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, IntegerField, When
from django.utils import timezone

from claims.desk import leases
from claims.desk.models import Work
from claims.desk.queues import queued
from config.access.permissions import Access


def lease_next(access: Access, mode: str, besides: UUID | None = None) -> UUID | None:
    """Lease the next source of a queue to the person and return it; no two people get the same one."""
    now = timezone.now()
    leased = (_lease_one(batch, access.user, now) for batch in queued.batches(access, mode, now, besides))
    return next((one for one in leased if one is not None), None)


@transaction.atomic
def _lease_one(sources: Sequence[UUID], user: Any, now: datetime) -> UUID | None:
    """Lease the first of these that nobody is leasing at this moment; None where others got them all."""
    if not sources:
        return None
    Work.objects.bulk_create([Work(source_id=one) for one in sorted(sources)], ignore_conflicts=True)
    place = Case(*(When(pk=one, then=number) for number, one in enumerate(sources)), output_field=IntegerField())
    free = Work.objects.filter(pk__in=sources).free_for(user, now).order_by(place)
    first = free.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if first is None:
        return None
    return first.pk if leases.hold(first.pk, user, now)["is_mine"] else None
