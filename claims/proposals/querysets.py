"""The vocabulary in which candidates are asked for."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, QuerySet

from sources.models import SourceText

if TYPE_CHECKING:
    from claims.proposals.models import Candidate


class CandidateQuerySet(QuerySet["Candidate"]):
    """Candidates, in reading order unless asked otherwise."""

    def open(self) -> Self:
        """Return those on which nobody has decided."""
        return self.filter(state="open")

    def of_text(self, revision: SourceText) -> Self:
        """Return those of one revision of a source."""
        return self.filter(source_text=revision)

    def of_earlier_texts(self, revision: SourceText) -> Self:
        """Return those of the revisions before this one, the oldest revision first."""
        earlier = self.filter(source_text__source=revision.source_id, source_text__number__lt=revision.number)
        return earlier.order_by("source_text__number", "start", "-end")

    def inside(self, start: int, end: int) -> Self:
        """Return those whose words lie between two places of the text, its ends included."""
        return self.filter(start__gte=start, end__lte=end)

    def in_reading_order(self) -> Self:
        """Sort by where they begin; an outer one before those inside it."""
        return self.order_by("start", "-end")


def latest_texts() -> QuerySet[SourceText]:
    """Return the latest revision of each source."""
    newer = SourceText.objects.filter(source=OuterRef("source"), number__gt=OuterRef("number"))
    return SourceText.objects.filter(~Exists(newer)).order_by()


def unread_texts() -> QuerySet[SourceText]:
    """Return the latest revision of each source, where no engine has read it yet."""
    return latest_texts().filter(reading__isnull=True)
