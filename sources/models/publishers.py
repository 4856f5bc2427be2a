"""Who puts documents out."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.history.tracking import tracked
from sources.models.fields import (
    CanonicalURLField,
    SameAs,
    Sha256Field,
    VersionedModel,
    name_search,
    sort_name,
    url_constraints,
)
from sources.querysets import PublisherQuerySet


class PublisherKind(models.TextChoices):
    """What sort of publisher it is; terms of schema.org (NewsMediaOrganization, GovernmentOrganization …)."""

    NEWSPAPER = "newspaper", _("Newspaper")
    NEWS_AGENCY = "news_agency", _("News agency")
    BROADCASTER = "broadcaster", _("Broadcaster")
    ONLINE = "online", _("Online medium")
    GOVERNMENT = "government", _("Government body")
    FACT_CHECKER = "fact_checker", _("Fact-checker")
    OTHER = "other", _("Other")


@tracked(quiet=["is_public"])
class Publisher(VersionedModel):
    """Who puts documents out (schema.org `publisher`): a newspaper, an agency, a ministry's press office."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=PublisherKind, default=PublisherKind.NEWSPAPER)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO 3166-1 code of two letters, such as FR.")
    )
    homepage = CanonicalURLField(_("homepage"), null=True, blank=True)
    homepage_sha256 = Sha256Field(of="homepage", null=True)
    is_public = models.BooleanField(_("public"), default=False, editable=False, db_index=True)
    sort_name = sort_name("name")
    name_search = name_search("name")

    objects = PublisherQuerySet.as_manager()

    class Meta:
        verbose_name = _("publisher")
        verbose_name_plural = _("publishers")
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index("sort_name", "id", name="publisher_by_name"),
            GinIndex("name_search", name="publisher_by_name_word"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(name__regex=r"\S"), name="publisher_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(country__regex=r"^([A-Z]{2})?$"),
                name="publisher_country_is_iso_3166",
                violation_error_message=_("A country is two capital letters (ISO 3166-1), such as FR."),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=PublisherKind.values), name="publisher_kind_is_known"),
            *url_constraints("publisher", "homepage"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(parent="publisher")
class PublisherSameAs(SameAs):
    """The publisher's page in another register."""

    publisher = models.ForeignKey(Publisher, models.CASCADE, related_name="same_as", verbose_name=_("publisher"))

    class Meta(SameAs.Meta):
        pass
