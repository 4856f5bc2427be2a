"""The vocabulary in which work at the desk is asked for."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from claims.desk.models import CastMember, Decision, Intake, Work


class WorkQuerySet(QuerySet["Work"]):
    """What is known of sources as work to do."""

    def free_for(self, user: Any, now: datetime) -> Self:
        """Return those that nobody else has open now."""
        return self.filter(Q(leased_by=None) | Q(leased_by=user) | Q(leased_until__lte=now))


class CastQuerySet(QuerySet["CastMember"]):
    """The numbered speakers of sources."""

    def in_order(self) -> Self:
        """Sort by number."""
        return self.order_by("number")


class DecisionQuerySet(QuerySet["Decision"]):
    """What was decided."""

    def undoable_by(self, user: Any, revision: Any) -> Self:
        """Return those of one person on one text that can be undone, the latest first."""
        return self.filter(user=user, source_text=revision, undo__isnull=False, is_undone=False).order_by("-id")


class IntakeQuerySet(QuerySet["Intake"]):
    """Documents on their way in."""

    def of(self, user: Any) -> Self:
        """Return those that one person brought."""
        return self.filter(user=user)

    def locked(self) -> Self:
        """Let who sends the same again wait for the first; until the end of the transaction."""
        return self.select_for_update()

    def older_than(self, time: datetime) -> Self:
        """Return those that were left lying since before a time."""
        return self.filter(made_at__lt=time)
