"""What statements are about, and on what occasion they are made."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from claims.models.vocabularies import EventType
from claims.querysets import PublicNamedQuerySet, TopicQuerySet
from config.history.tracking import tracked
from sources.models.fields import (
    LabelsField,
    PartialDateField,
    SameAs,
    VersionedModel,
    date_bound,
    label_of,
    labels_check,
    name_search,
)


@tracked(quiet=["is_public"])
class Event(VersionedModel):
    """The occasion of a statement (schema.org Event, Popolo Event): a summit, a press conference."""

    name = models.CharField(_("name"), max_length=300)
    type = models.CharField(_("type"), max_length=20, choices=EventType, default=EventType.OTHER)
    location = models.CharField(_("location"), max_length=200, blank=True)
    date = PartialDateField(_("date"))
    date_earliest = date_bound("date", latest=False)
    date_latest = date_bound("date", latest=True)
    is_public = models.BooleanField(_("public"), default=False, editable=False)
    name_search = name_search("name")

    objects = PublicNamedQuerySet["Event"].as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index("id", name="public_event", condition=Q(is_public=True)),
            GinIndex("name_search", name="event_by_name_word"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="event_has_a_name"),
            models.CheckConstraint(condition=Q(type__in=EventType.values), name="event_type_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.date})" if self.date else self.name


@tracked(quiet=["is_public"])
class Topic(VersionedModel):
    """What a statement is about (SKOS Concept): labels per language and one broader topic."""

    labels = LabelsField(_("labels"))
    broader = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="narrower", verbose_name=_("broader")
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    is_public = models.BooleanField(_("public"), default=False, editable=False)
    name_search = name_search("labels", labels=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["-id"]
        permissions = [("merge_topic", _("Can merge topics"))]
        indexes = [
            models.Index("id", name="public_topic", condition=Q(is_public=True)),
            GinIndex("name_search", name="topic_by_label_word"),
        ]
        constraints = [
            labels_check("topic"),
            models.CheckConstraint(
                condition=Q(broader__isnull=True) | ~Q(broader=F("id")),
                name="topic_is_not_broader_than_itself",
                violation_error_message=_("A topic cannot be broader than itself."),
            ),
        ]

    def __str__(self) -> str:
        return label_of(self.labels, get_language())


@tracked(parent="topic")
class TopicSameAs(SameAs):
    """The topic's page in another register."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="same_as", verbose_name=_("topic"))

    class Meta(SameAs.Meta):
        pass
