"""Imported statements that an administrator lets be public at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from claims.exchange.lines import StatementLine
from claims.models import Statement
from claims.models.vocabularies import Status

_OUT = (Status.PUBLISHED, Status.WITHDRAWN)


class Publication:
    """The steps of the workflow that lines ask for, taken for many statements at once; without `by`, none."""

    def __init__(self, by: User | None) -> None:
        self._by = by
        self._published = 0
        self._held_back = 0

    @property
    def is_asked_for(self) -> bool:
        """Whether anything is published at all."""
        return self._by is not None

    def may_publish(self, row: Statement) -> bool:
        """Whether somebody else entered it, or an author may publish here."""
        return settings.ALLOW_SELF_REVIEW or self._by is None or row.created_by_id != self._by.pk

    def take_count(self) -> int:
        """Return how many statements were published since last asked."""
        count, self._published = self._published, 0
        return count

    def take_held_back(self) -> int:
        """Return how many statements the lines call public that stayed drafts, since last asked."""
        count, self._held_back = self._held_back, 0
        return count

    def forget(self) -> None:
        """Count nothing of what was done since last asked: it was undone."""
        self._published = self._held_back = 0

    def begin(self, line: StatementLine, *, author: User | None, now: datetime) -> dict[str, Any]:
        """Return the columns that say how far along the workflow the line of a new statement lets it be; count it."""
        if self._by is None:
            self._held_back += line.status in _OUT
            return {}
        status = line.status or Status.PUBLISHED
        if status in (Status.DRAFT, Status.IN_REVIEW):
            return {"status": str(status)}
        self._published += 1
        return {
            "status": str(status),
            "reviewed_by_id": self._by.pk,
            "is_self_reviewed": self._is_self_reviewed(line, author.pk if author else None),
            "published_at": _published_at(line, now).isoformat(),
            "withdrawn_reason": line.withdrawn_reason or "",
        }

    def publish(self, lines: Mapping[UUID, StatementLine]) -> None:
        """Move the drafts among these statements, which were there before, to where their lines say that they are."""
        if not lines:
            return
        rows = Statement.objects.filter(pk__in=lines, status=Status.DRAFT).order_by()
        drafts = set(rows.values_list("pk", flat=True))
        public = [pk for pk in drafts if lines[pk].status in (None, *_OUT)]
        if self._by is None:
            self._held_back += sum(lines[pk].status in _OUT for pk in drafts)
            return
        submitted = [*public, *(pk for pk in drafts if lines[pk].status == Status.IN_REVIEW)]
        now = timezone.now()
        self._submit(submitted, now)
        self._put_out(public, lines, now)
        self._withdraw([pk for pk in public if lines[pk].status == Status.WITHDRAWN], lines, now)
        self._published += len(public)

    def _is_self_reviewed(self, line: StatementLine, author: int | None) -> bool:
        return line.is_self_reviewed or (self._by is not None and author == self._by.pk)

    def _submit(self, ids: Collection[UUID], now: datetime) -> None:
        Statement.objects.filter(pk__in=ids).update(
            status=Status.IN_REVIEW, returned_reason="", submitted_at=now, updated_at=now
        )

    def _put_out(self, ids: Collection[UUID], lines: Mapping[UUID, StatementLine], now: datetime) -> None:
        rows = list(Statement.objects.filter(pk__in=ids).order_by().only("pk", "created_by"))
        for row in rows:
            line = lines[row.pk]
            row.status = Status.PUBLISHED
            row.reviewed_by = self._by
            row.is_self_reviewed = self._is_self_reviewed(line, row.created_by_id)
            row.published_at = _published_at(line, now)
            row.updated_at = now
        Statement.objects.bulk_update(
            rows, ["status", "reviewed_by", "is_self_reviewed", "published_at", "updated_at"], batch_size=500
        )

    def _withdraw(self, ids: Collection[UUID], lines: Mapping[UUID, StatementLine], now: datetime) -> None:
        rows = list(Statement.objects.filter(pk__in=ids).order_by().only("pk"))
        for row in rows:
            row.status = Status.WITHDRAWN
            row.withdrawn_reason = lines[row.pk].withdrawn_reason or ""
            row.withdrawn_at = now
        Statement.objects.bulk_update(rows, ["status", "withdrawn_reason", "withdrawn_at"])


def _published_at(line: StatementLine, now: datetime) -> datetime:
    return min(datetime.fromisoformat(line.published_at), now) if line.published_at else now
