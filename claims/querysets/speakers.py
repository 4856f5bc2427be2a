"""Speakers and the roles they held."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value

from claims.querysets.named import MergedQuerySet
from sources.querysets import Matches, NamedQuerySet, NameQuery

if TYPE_CHECKING:
    from claims.models import Membership, Role, Speaker


class SpeakerQuerySet(MergedQuerySet["Speaker"]):
    """Who can say something, found by any of its names."""

    def named(self, beginning: str) -> Self:
        """Return the speakers of whom any name has words that begin so."""
        query = NameQuery(Value(beginning.replace("\0", "")[:256]))
        by_name = self.model._default_manager.filter(Matches(F("name_search"), query)).values("id")
        by_other_name = (
            self.model._default_manager.filter(Matches(F("names__name_search"), query)).order_by().values("id")
        )
        return self.filter(id__in=by_name.order_by().union(by_other_name, all=True))

    def with_names(self) -> Self:
        """Fetch what a list of speakers shows."""
        return self.select_related("part_of").prefetch_related("names")

    def with_details(self, *, only_public: bool = True) -> Self:
        """Fetch what the detail of a speaker shows, in a fixed number of queries: public memberships, or all."""
        memberships: Any = self.model._meta.get_field("memberships").related_model
        rows: MembershipQuerySet = memberships._default_manager.select_related("role", "organization")
        held = Prefetch("memberships", rows.published() if only_public else rows)
        return self.with_names().prefetch_related("same_as", held)


class RoleQuerySet(NamedQuerySet["Role"]):
    """Kinds of office, found by the beginnings of their labels' words."""

    def published(self) -> Self:
        """Return the offices in which somebody spoke in public."""
        memberships: Any = self.model._meta.get_field("memberships").related_model
        return self.filter(Exists(memberships._default_manager.filter(role=OuterRef("pk")).published().order_by()))


class MembershipQuerySet(QuerySet["Membership"]):
    def published(self) -> Self:
        """Return the roles in which somebody spoke in public."""
        return self.filter(is_public=True)

    def with_details(self) -> Self:
        """Fetch what is shown of them."""
        return self.select_related("speaker", "role", "organization")

    def as_of(self, earliest: date, latest: date) -> Self:
        """Return the roles that may have been held at some day of the period, both ends inclusive."""
        return self.filter(
            Q(start_earliest__isnull=True) | Q(start_earliest__lte=latest),
            Q(end_latest__isnull=True) | Q(end_latest__gte=earliest),
        )
