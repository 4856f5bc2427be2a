"""What belongs to a statement: who has which part in it, where it appears, how it bears on others."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

if TYPE_CHECKING:
    from claims.models import Appearance, Attribution, Relation, Statement


class AttributionQuerySet(QuerySet["Attribution"]):
    def of_speakers(self) -> Self:
        """Return the rows that say who spoke; joint speakers are several."""
        return self.filter(kind="speaker")


class AppearanceQuerySet(QuerySet["Appearance"]):
    def in_reading_order(self) -> Self:
        """Sort by where the first segment begins."""
        return self.filter(segments__position=1).order_by("segments__start", "segments__end", "id")


class RelationQuerySet(QuerySet["Relation"]):
    def with_speakers_of(self, end: str) -> Self:
        """Fetch as `speakers` the names of who said the statement at one end, `statement` or `other`."""
        statements: Any = self.model._meta.get_field(end).related_model
        attributions: Any = statements._meta.get_field("attributions").related_model
        spoken = attributions._default_manager.of_speakers().filter(statement=OuterRef(end)).order_by("id")
        return self.annotate(speakers=ArraySubquery(spoken.values("speaker__name")))

    def published(self) -> Self:
        """Return relations of which both ends are published."""
        return self.filter(statement__status="published", other__status="published")

    def between(self, seen: "QuerySet[Statement] | None") -> Self:
        """Return relations of which both ends are among the statements seen; published ones, where None is given."""
        return self.published() if seen is None else self.filter(statement__in=seen, other__in=seen)
