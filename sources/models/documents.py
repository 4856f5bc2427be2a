"""Documents in which statements appear, and immutable snapshots of their words."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from config.history.tracking import tracked
from sources.models.fields import (
    LANGUAGE_TAG,
    CanonicalURLField,
    PartialDateField,
    Sha256,
    Sha256Field,
    Uuid7Model,
    VersionedModel,
    date_bound,
    name_search,
    url_constraints,
)
from sources.models.publishers import Publisher
from sources.querysets import SourceQuerySet, SourceTextQuerySet
from sources.text.decoding import MAX_CHARACTERS


class SourceType(models.TextChoices):
    """What sort of document it is; after schema.org CreativeWork and CSL-JSON item types."""

    ARTICLE = "article", _("Article")
    DISPATCH = "dispatch", _("Agency dispatch")
    PRESS_RELEASE = "press_release", _("Press release")
    TRANSCRIPT = "transcript", _("Transcript")
    SPEECH = "speech", _("Speech")
    REPORT = "report", _("Report")
    VIDEO = "video", _("Video or audio")
    SOCIAL_POST = "social_post", _("Social media post")
    OTHER = "other", _("Other")


class Licence(models.TextChoices):
    """On what terms the document may be passed on; SPDX identifiers where there is one."""

    UNKNOWN = "unknown", _("Unknown")
    ALL_RIGHTS_RESERVED = "all-rights-reserved", _("All rights reserved")
    PUBLIC_DOMAIN = "public-domain", _("Public domain")
    CC0 = "CC0-1.0", "CC0 1.0"
    CC_BY = "CC-BY", "CC BY"
    CC_BY_SA = "CC-BY-SA", "CC BY-SA"
    ETALAB = "etalab-2.0", _("Licence Ouverte 2.0")


OPEN_LICENCES = frozenset({Licence.PUBLIC_DOMAIN, Licence.CC0, Licence.CC_BY, Licence.CC_BY_SA, Licence.ETALAB})


@tracked(quiet=["is_public"])
class Source(VersionedModel):
    """A document in which statements appear (schema.org CreativeWork; not the speaker)."""

    type = models.CharField(_("type"), max_length=20, choices=SourceType, default=SourceType.ARTICLE)
    title = models.CharField(_("title"), max_length=500)
    url = CanonicalURLField(_("address"), null=True, blank=True, help_text=_("Where it was published, if on the web."))
    url_sha256 = Sha256Field(of="url", null=True)
    publisher = models.ForeignKey(
        Publisher, models.PROTECT, null=True, blank=True, related_name="sources", verbose_name=_("publisher")
    )
    agency = models.ForeignKey(
        Publisher,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dispatched",
        verbose_name=_("agency"),
        help_text=_("The wire service it came from."),
    )
    copy_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copy of"),
        help_text=_("The dispatch that this document repeats."),
    )
    authors = ArrayField(models.CharField(max_length=200), verbose_name=_("authors"), default=list, blank=True)
    translator = models.CharField(_("translator"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=35, help_text=_("BCP 47 tag, such as fr or en-GB."))
    published_at = PartialDateField(_("published"))
    published_earliest = date_bound("published_at", latest=False)
    published_latest = date_bound("published_at", latest=True)
    retrieved_at = models.DateTimeField(_("retrieved"), null=True, blank=True)
    archived_at = CanonicalURLField(
        _("archived at"),
        null=True,
        blank=True,
        help_text=_("Address of an archived copy (schema.org archivedAt)."),
    )
    licence = models.CharField(_("licence"), max_length=30, choices=Licence, default=Licence.UNKNOWN)
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    is_public = models.BooleanField(_("public"), default=False, editable=False)
    # Undated documents sort by the day they were entered; lists need one date that is never NULL.
    sort_date = models.GeneratedField(
        expression=Coalesce(
            Func("published_at", function="partial_date_for_sorting", output_field=models.DateField()),
            Func("created_at", function="utc_date", output_field=models.DateField()),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    name_search = name_search("title")

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-sort_date", "-id"]
        indexes = [
            models.Index("sort_date", "id", name="source_by_date"),
            models.Index("sort_date", "id", name="public_source_by_date", condition=Q(is_public=True)),
            GinIndex("name_search", name="source_by_title_word"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="source_has_a_title"),
            models.CheckConstraint(condition=Q(type__in=SourceType.values), name="source_type_is_known"),
            models.CheckConstraint(condition=Q(licence__in=Licence.values), name="source_licence_is_known"),
            models.CheckConstraint(
                condition=Q(language__regex=LANGUAGE_TAG),
                name="source_language_is_bcp_47",
                violation_error_message=_("A language is a BCP 47 tag, such as fr or en-GB."),
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(archived_at__regex=r"^https?://[^\s/]+/\S*$"),
                name="source_archived_at_is_http",
            ),
            *url_constraints("source"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_open_licence(self) -> bool:
        """Whether the full text may be shown to the public."""
        return self.licence in OPEN_LICENCES


@tracked(parent="source", exclude=["text"])
class SourceText(Uuid7Model):
    """An immutable snapshot of a document's words; a change is a new revision.

    `text` is what offsets refer to, in code points from 0 (W3C TextPositionSelector); `raw` is what came,
    byte for byte.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="texts", verbose_name=_("source"), db_index=False)
    number = models.PositiveIntegerField(_("revision"), default=1)
    raw = models.BinaryField(_("bytes as they came"))
    media_type = models.CharField(_("media type"), max_length=100, default="text/plain")
    encoding = models.CharField(_("encoding"), max_length=40, default="utf-8")
    text = models.TextField(_("text"))
    sha256 = Sha256Field(of="text")
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)

    objects = SourceTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a source")
        verbose_name_plural = _("texts of sources")
        ordering = ["source_id", "number"]
        indexes = [models.Index("sha256", name="source_text_by_hash")]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="source_text_number_is_unique"),
            models.UniqueConstraint(
                fields=["source", "sha256"],
                name="source_text_is_new_to_its_source",
                violation_error_message=_("A revision of this source has these words already."),
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="source_text_number_starts_at_1"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="source_text_is_not_empty"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), MAX_CHARACTERS), name="source_text_has_a_limit"
            ),
            models.CheckConstraint(
                condition=Q(sha256=Sha256(F("text"))),
                name="source_text_sha256_is_its_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.number})"
