"""What statements affirm or deny, how they bear on each other, and what outsiders found."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from claims.models.statements import Statement
from claims.models.vocabularies import RelationType, Stance
from claims.querysets import ClaimQuerySet, RelationQuerySet
from config.history.tracking import tracked
from sources.models import Publisher
from sources.models.fields import (
    CanonicalURLField,
    LabelsField,
    PartialDateField,
    Sha256Field,
    Uuid7Model,
    VersionedModel,
    date_bound,
    label_of,
    labels_check,
    name_search,
    url_constraints,
)


@tracked(quiet=["is_public"])
class Claim(VersionedModel):
    """A proposition that several statements affirm, deny or question (schema.org Claim)."""

    text = LabelsField(_("text"), help_text=_("One sentence that can be true or false, in each language."))
    is_public = models.BooleanField(_("public"), default=False, editable=False)
    name_search = name_search("text", labels=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-id"]
        indexes = [models.Index("id", name="public_claim", condition=Q(is_public=True))]
        constraints = [labels_check("claim", "text")]

    def __str__(self) -> str:
        return label_of(self.text, get_language())


@tracked(parent="statement", in_bulk=True)
class Position(Uuid7Model):
    """A statement's stance to a claim (discourse network analysis)."""

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="positions", verbose_name=_("statement"), db_index=False
    )
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="positions", verbose_name=_("claim"))
    stance = models.CharField(_("stance"), max_length=20, choices=Stance, default=Stance.AFFIRMS)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["statement_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "claim"], name="position_is_one_a_claim"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="position_stance_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.claim}"


@tracked(parent="statement")
class Relation(Uuid7Model):
    """How one statement bears on another: `reports` from the outer to the inner of a nested quote, and others."""

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="relations", verbose_name=_("statement"), db_index=False
    )
    type = models.CharField(_("type"), max_length=20, choices=RelationType)
    other = models.ForeignKey(Statement, models.CASCADE, related_name="related", verbose_name=_("other statement"))

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["statement_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "type", "other"], name="relation_is_given_once"),
            models.CheckConstraint(condition=Q(type__in=RelationType.values), name="relation_type_is_known"),
            models.CheckConstraint(
                condition=~Q(other=F("statement")),
                name="relation_is_to_another",
                violation_error_message=_("A statement has no relation to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_type_display()


@tracked(parent="claim")
class Review(Uuid7Model):
    """An outside fact-check of a claim (schema.org ClaimReview)."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="reviews", verbose_name=_("claim"))
    publisher = models.ForeignKey(Publisher, models.PROTECT, related_name="reviews", verbose_name=_("publisher"))
    url = CanonicalURLField(_("address"))
    url_sha256 = Sha256Field(of="url")
    rating = models.CharField(_("rating"), max_length=200, help_text=_("As its publisher words it."))
    claim_reviewed = models.CharField(_("claim reviewed"), max_length=1000)
    reviewed_at = PartialDateField(_("date"))
    reviewed_earliest = date_bound("reviewed_at", latest=False)

    class Meta:
        verbose_name = _("fact-check")
        verbose_name_plural = _("fact-checks")
        ordering = ["claim_id", "id"]
        constraints = url_constraints("review")

    def __str__(self) -> str:
        return f"{self.publisher}: {self.rating}"
