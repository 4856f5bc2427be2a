"""Claims."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef

from claims.querysets.named import PublicNamedQuerySet

if TYPE_CHECKING:
    from claims.models import Claim


class ClaimQuerySet(PublicNamedQuerySet["Claim"]):
    """Propositions that statements affirm, deny or question."""

    def reviewed_outside(self, is_reviewed: bool) -> Self:
        """Return those that a fact-checker reviewed; or those that none did."""
        reviews: Any = self.model._meta.get_field("reviews").related_model
        reviewed = Exists(reviews._default_manager.filter(claim=OuterRef("pk")).order_by())
        return self.filter(reviewed) if is_reviewed else self.exclude(reviewed)
